"""Microsoft's table of product names and service plans, as imported: names to show, GUIDs to recognise."""

from django.db import models


class Sku(models.Model):
    """A SKU of the table. `part_number` is Graph's `skuPartNumber`."""

    sku_id = models.UUIDField(primary_key=True)
    part_number = models.CharField(max_length=200)
    name = models.CharField(max_length=300)

    def __str__(self) -> str:
        return self.name


class SkuPlan(models.Model):
    """A service plan inside a SKU. The table names one plan differently from SKU to SKU; each name stays as it is."""

    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="plans")
    plan_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=300)
    friendly_name = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sku", "plan_id"], name="sku_plan_once")]
