"""The operator's days off beside public holidays, and the lengths of the clocks."""

from django.db import models


class Holiday(models.Model):
    """A day on which the operator does not work although no public holiday says so."""

    date = models.DateField(unique=True)
    name = models.CharField(max_length=120)


class Policy(models.Model):
    """Lengths and windows, from a day on. A claim keeps the policy of its submission, a case that of its opening.

    Lengths of clocks are business days unless the name says otherwise.
    """

    valid_from = models.DateField(unique=True)
    review_business_days = models.PositiveSmallIntegerField(default=5)
    answer_business_days = models.PositiveSmallIntegerField(default=5)
    lease_business_days = models.PositiveSmallIntegerField(default=2)
    case_business_days = models.PositiveSmallIntegerField(default=10)
    evidence_months = models.PositiveSmallIntegerField(default=12)
    ending_days = models.PositiveSmallIntegerField(default=30)
    new_customers_per_hour = models.PositiveSmallIntegerField(default=30)
    probes_per_tenant_and_hour = models.PositiveSmallIntegerField(default=300)
