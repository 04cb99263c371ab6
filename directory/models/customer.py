"""Customers as the local source knows them: tenants, their domains, their subscriptions."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Tenant(models.Model):
    """A customer's tenant. Its GUID never changes hands; its domains may."""

    tenant_id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=256)

    def __str__(self) -> str:
        return self.name


class Domain(models.Model):
    """A host name that resolves to one tenant: lower-case, ASCII, no trailing dot."""

    name = models.CharField(max_length=253, unique=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="domains")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(name=Lower("name")) & ~Q(name=""), name="domain_lower_case"),
        ]

    def __str__(self) -> str:
        return self.name


class Subscription(models.Model):
    """A subscription of a tenant, in Graph's words.

    `channel` is empty where the source does not tell. `plans` maps the GUID of a service plan to its provisioning.
    """

    class Status(models.TextChoices):
        """Graph's `companySubscription.status`."""

        ENABLED = "Enabled"
        WARNING = "Warning"
        SUSPENDED = "Suspended"
        DELETED = "Deleted"
        LOCKED_OUT = "LockedOut"

    class Provisioning(models.TextChoices):
        """Graph's `servicePlanInfo.provisioningStatus`."""

        SUCCESS = "Success"
        DISABLED = "Disabled"
        ERROR = "Error"
        PENDING_INPUT = "PendingInput"
        PENDING_ACTIVATION = "PendingActivation"
        PENDING_PROVISIONING = "PendingProvisioning"

    id = models.UUIDField(primary_key=True)
    commerce_id = models.UUIDField(null=True, unique=True)
    tenant = models.ForeignKey(Tenant, on_delete=models.CASCADE, related_name="subscriptions")
    sku_id = models.UUIDField()
    sku_part_number = models.CharField(max_length=200)
    channel = models.CharField(max_length=40, blank=True)
    is_trial = models.BooleanField(default=False)
    status = models.CharField(max_length=9, choices=Status)
    ends_at = models.DateTimeField(null=True)
    total_licenses = models.PositiveIntegerField(default=0)
    plans = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["Enabled", "Warning", "Suspended", "Deleted", "LockedOut"]),
                name="subscription_status_known",
            ),
        ]
