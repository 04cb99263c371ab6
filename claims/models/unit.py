"""What one partner can hold, and who holds it since when. Units are the lock of every write on claims."""

from collections.abc import Collection
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from claims.rules.facts import UnitKey
from partners.models import MpnId
from partners.roles import standing_of

if TYPE_CHECKING:
    from partners.models import User


class UnitQuerySet(models.QuerySet["Unit"]):
    """Finding and locking units."""

    def lock(self, keys: Collection[UnitKey]) -> dict[UnitKey, "Unit"]:
        """Makes what is missing and locks all, in one order for everybody; the first lock of every verb.

        Inside a transaction only. Two queries, however many units.
        """
        ordered = sorted(set(keys))
        if not ordered:
            return {}
        Unit.objects.bulk_create(
            [Unit(tenant=t, workload=w, subscription=s) for t, w, s in ordered], ignore_conflicts=True
        )
        any_of = reduce(or_, (Q(tenant=t, workload=w, subscription=s) for t, w, s in ordered))
        # no_key: a plain insert that points at the unit need not wait, and holders still exclude each other.
        return {unit.key: unit for unit in self.filter(any_of).order_by("pk").select_for_update(no_key=True)}


class Unit(models.Model):
    """A workload of a tenant, or one subscription. Made at its first claim, never deleted."""

    tenant = models.UUIDField()
    workload = models.CharField(max_length=64, default="", blank=True)
    subscription = models.CharField(max_length=36, default="", blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tenant", "workload", "subscription"], name="unit_once"),
            models.CheckConstraint(condition=Q(workload="") ^ Q(subscription=""), name="unit_is_one_thing"),
        ]

    @property
    def key(self) -> UnitKey:
        """The unit as the rules know it."""
        return UnitKey(str(self.tenant), self.workload, self.subscription)


class AssociationQuerySet(models.QuerySet["Association"]):
    """Which associations a person may know of."""

    def visible_to(self, user: "User") -> "AssociationQuerySet":
        """A company's people see what it holds and held, where their role names MPN IDs only by claims under those.

        The operator's people see all, except of companies they have a conflict with.
        """
        standing = standing_of(user)
        if standing.is_operator:
            return self.exclude(partner_id__in=standing.conflicts)
        if standing.partner_id is None:
            return self.none()
        own = self.filter(partner_id=standing.partner_id)
        if standing.mpn_ids is None:
            return own
        numbers = MpnId.objects.filter(pk__in=standing.mpn_ids).values("number")
        return own.filter(lines__claim__mpn_id__in=numbers).distinct()


class Association(models.Model):
    """A partner holds a unit, from `since` until `until`; no end means it holds it now."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="associations")
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="associations")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    displaces = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="displaced_by", help_text="whose end was its begin"
    )
    replaces = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="+", help_text="a displaced one that it restores"
    )

    objects = AssociationQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["partner", "-since", "-id"], name="association_of_partner")]
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(until=None), name="one_active_association_per_unit"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="association_in_order"),
        ]
