"""Several partners and one unit."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from claims.states import STANDING_CASES, CaseState

if TYPE_CHECKING:
    from claims.models.claim import Claim


class CaseQuerySet(models.QuerySet["Case"]):
    """Which cases there are. Who may know of one: `arbitration.permissions.cases_visible_to`."""

    def of(self, claim: "Claim") -> "CaseQuerySet":
        """Those that are to decide lines of the claim."""
        units = [line.unit_id for line in claim.lines.all() if line.unit_id]
        return self.filter(unit__in=units, state__in=STANDING_CASES)


class Case(models.Model):
    """A contest over a unit. What partners must not see of it is logged under its own subject, `case:<id>`.

    A decision that was proposed counts in its `round` alone. `version` moves with all that a judge must have seen:
    parties, requests, answers, proposals; not with what is found of proof.
    """

    unit = models.ForeignKey("claims.Unit", on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.OPEN)
    policy = models.ForeignKey("claims.Policy", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    due_days = models.JSONField(default=list, help_text="as a claim's")
    calendar_version = models.CharField(max_length=64, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    overdue_at = models.DateTimeField(null=True, help_text="when the sweep found it overdue")
    over_at = models.DateTimeField(null=True, help_text="when it was decided or closed")

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state__in=STANDING_CASES), name="case_by_due"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state__in=STANDING_CASES), name="one_open_case_per_unit"
            )
        ]

    @property
    def subject(self) -> str:
        """The case's name in the log."""
        return f"case:{self.pk}"


class Party(models.Model):
    """A partner in a case, with all its live lines on the unit."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "partner"], name="party_once")]
