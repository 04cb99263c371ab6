"""The catalogue: what can be claimed, which SKUs carry it, which service plans define it."""

from django.db import models
from django.db.models import Q


class Product(models.Model):
    """A Dynamics 365 product or a Microsoft 365 workload. Its code is part of the API and never changes."""

    class Kind(models.TextChoices):
        """A product is held by the subscription, a workload by the tenant."""

        DYNAMICS = "dynamics"
        WORKLOAD = "workload"

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=8, choices=Kind)
    claimable = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["dynamics", "workload"]), name="product_kind_known"),
        ]

    def __str__(self) -> str:
        return self.name


class CatalogueSku(models.Model):
    """A SKU the catalogue knows, and its family. One of family Dynamics may stand there for no product at all."""

    class Family(models.TextChoices):
        """Where the vendor sells it."""

        DYNAMICS = "dynamics"
        MICROSOFT_365 = "microsoft_365"

    sku_id = models.UUIDField(primary_key=True)
    sku_part_number = models.CharField(max_length=200)
    family = models.CharField(max_length=16, choices=Family)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(family__in=["dynamics", "microsoft_365"]), name="catalogue_sku_family"),
        ]


class ProductSku(models.Model):
    """The allow-list: this SKU carries this product."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="skus")
    sku = models.ForeignKey(CatalogueSku, on_delete=models.CASCADE, related_name="carried")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "sku"], name="product_sku_once")]


class ProductPlan(models.Model):
    """A service plan that defines a product: where it is provisioned, the product is."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="plans")
    plan_id = models.UUIDField(db_index=True)
    name = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "plan_id"], name="product_plan_once")]


class CatalogueVersion(models.Model):
    """One row that moves with every change of the catalogue, in its transaction: processes know what they may keep."""

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="catalogue_version_single")]
