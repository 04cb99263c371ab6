"""What partners asked the directory, counted so that nobody can read it out."""

from django.db import models


class Lookup(models.Model):
    """One question to the directory. Holds digests, not what was typed."""

    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="+")
    customer = models.CharField(max_length=64, help_text="SHA-256 of tenant ID and domain")
    tenant = models.CharField(max_length=64, help_text="SHA-256 of tenant ID")
    probes = models.JSONField(default=list, help_text="short digests of product and subscription, new in this row")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["partner", "at"], name="lookup_of_partner")]
