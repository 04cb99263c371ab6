"""The operator's calendar with its own days, and the lengths of the clocks. Admins keep them at their desks."""

from django.db import models
from django.db.models import Q

from claims.timetable import LONGEST_CLOCK, DayKind

CALENDAR = "calendar"  # the subjects in the log
POLICY = "policy"


class WorkCalendar(models.Model):
    """The operator's time zone, working weekdays, and the countries whose public holidays do not count. One row.

    First filled from the settings, then kept by admins. `number` counts its changes, those of `Holiday` among them, and
    whoever changes it holds this row. What was begun under the calendar before as it changed follows it by the sweep,
    until `recount_until`.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    zone = models.CharField(max_length=64, help_text="as Europe/Amsterdam")
    weekdays = models.CharField(max_length=13, help_text="those worked, 0 = Monday, as 0,1,2,3,4")
    regions = models.CharField(max_length=400, blank=True, help_text="countries and parts of them, as US-CA,NL")
    number = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(null=True)
    recount_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_work_calendar"),
            models.CheckConstraint(condition=~Q(zone="") & ~Q(weekdays=""), name="work_calendar_counts_days"),
        ]


class Holiday(models.Model):
    """A day of the operator's own: closed although no public holiday says so, or worked although it would be off.

    One with a country is meant for that country's days: it counts as long as the country does. A worked day of a
    country sets aside that country's holiday alone.
    """

    date = models.DateField(unique=True)
    kind = models.CharField(max_length=6, choices=DayKind, default=DayKind.CLOSED)
    name = models.CharField(max_length=120)
    country = models.CharField(max_length=2, blank=True, help_text="none: for all")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="own_day_has_its_kind")]


BUSINESS_DAYS, DAYS = (1, LONGEST_CLOCK), (1, 365)
# The least and the most that each number of a policy may be.
BOUNDS: dict[str, tuple[int, int]] = {
    "review_business_days": BUSINESS_DAYS,
    "answer_business_days": BUSINESS_DAYS,
    "lease_business_days": BUSINESS_DAYS,
    "case_business_days": BUSINESS_DAYS,
    "second_business_days": BUSINESS_DAYS,
    "reviewers_to_displace": (1, 2),
    "dispute_business_days": BUSINESS_DAYS,
    "dispute_days": DAYS,
    "consent_days": DAYS,
    "contact_business_days": BUSINESS_DAYS,
    "evidence_months": (1, 120),
    "ending_days": DAYS,
    "draft_days": (31, 3650),  # its company is told 30 days before
    "proof_months": (1, 600),
    "new_customers_per_hour": (1, 10_000),
    "probes_per_tenant_and_hour": (1, 30_000),
}


class Policy(models.Model):
    """Lengths and windows, from a day on. A claim keeps the policy of its submission, a case that of its opening.

    Lengths of clocks are business days unless the name says otherwise. A row that holds, or has held, never changes.
    """

    valid_from = models.DateField(unique=True)
    review_business_days = models.PositiveSmallIntegerField(default=5)
    answer_business_days = models.PositiveSmallIntegerField(default=5)
    lease_business_days = models.PositiveSmallIntegerField(default=2)
    case_business_days = models.PositiveSmallIntegerField(default=10)
    second_business_days = models.PositiveSmallIntegerField(default=2)
    reviewers_to_displace = models.PositiveSmallIntegerField(
        default=2, help_text="of whom the second agrees to what the first proposes"
    )
    dispute_business_days = models.PositiveSmallIntegerField(default=5)
    dispute_days = models.PositiveSmallIntegerField(default=30, help_text="calendar days to dispute in")
    consent_days = models.PositiveSmallIntegerField(default=7, help_text="calendar days for the customer to decline in")
    contact_business_days = models.PositiveSmallIntegerField(
        default=5, help_text="for the partner to name a customer contact who can be reached"
    )
    evidence_months = models.PositiveSmallIntegerField(default=12)
    ending_days = models.PositiveSmallIntegerField(default=30)
    draft_days = models.PositiveSmallIntegerField(
        default=365,
        help_text="calendar days until a draft that nobody touches is deleted; its company is told 30 days before",
    )
    proof_months = models.PositiveSmallIntegerField(
        default=84,
        help_text="for which proof is kept after a claim is over; a longer policy of the day keeps that of every claim",
    )
    new_customers_per_hour = models.PositiveSmallIntegerField(default=30)
    probes_per_tenant_and_hour = models.PositiveSmallIntegerField(default=300)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(**{f"{name}__gte": least, f"{name}__lte": most}), name=f"policy_{name}_in_bounds"
            )
            for name, (least, most) in BOUNDS.items()
        ]

    @property
    def numbers(self) -> dict[str, int]:
        """All that it says, by name."""
        return {name: getattr(self, name) for name in BOUNDS}
