"""Several partners and one unit."""

from django.db import models
from django.db.models import Q

from claims.states import STANDING_CASES, CaseState


class Case(models.Model):
    """A contest over a unit. What partners must not see of it is logged under its own subject, `case:<id>`."""

    unit = models.ForeignKey("claims.Unit", on_delete=models.PROTECT, related_name="cases")
    state = models.CharField(max_length=10, choices=CaseState, default=CaseState.OPEN)
    policy = models.ForeignKey("claims.Policy", on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(state__in=STANDING_CASES), name="one_open_case_per_unit"
            )
        ]


class Party(models.Model):
    """A partner in a case, with all its live lines on the unit."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parties")
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    joined_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "partner"], name="party_once")]
