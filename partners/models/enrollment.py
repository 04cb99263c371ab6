"""MPN IDs, the incentive programmes, and which ID is enrolled in which programme on which days."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.activities import Activity, SolutionArea
from partners.rules.renewal import fiscal_year_end
from partners.states import EnrollmentState, as_of

if TYPE_CHECKING:
    from partners.facts import Standing


class MpnIdQuerySet(models.QuerySet["MpnId"]):
    """Which MPN IDs a person may know of."""

    def visible_to(self, standing: "Standing") -> "MpnIdQuerySet":
        """A company's people see those that their roles hold for; the operator's people, by their own pages, all."""
        if standing.partner_id is None or standing.is_operator or not standing.may_claim:
            return self.none()
        own = self.filter(partner_id=standing.partner_id)
        return own if standing.mpn_ids is None else own.filter(pk__in=standing.mpn_ids)

    def of(self, partners: Any) -> "MpnIdQuerySet":
        """Those of a company, by its key or as an outer reference; or of companies, as a queryset."""
        several = isinstance(partners, models.QuerySet)
        return self.filter(partner__in=partners) if several else self.filter(partner=partners)


class MpnId(models.Model):
    """A partner's number in the vendor's network. Only location IDs claim; the global one stands for the company."""

    class Kind(models.TextChoices):
        """The legal company, or one of its places."""

        GLOBAL = "global", _("Global")
        LOCATION = "location", _("Location")

    number = models.CharField(
        max_length=16,
        unique=True,
        validators=[RegexValidator(r"^[0-9]{4,10}\Z", _("An MPN ID has 4 to 10 digits."))],
        error_messages={"unique": _("A company has this MPN ID already.")},
    )
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="mpn_ids")
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=200, blank=True)
    country = models.CharField(
        max_length=2,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{2}\Z", _("Write the two letters of ISO 3166, as NL."))],
    )
    partner_types = models.JSONField(default=list, blank=True)

    objects = MpnIdQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()

    @property
    def subject(self) -> str:
        """The MPN ID's name in the log."""
        return f"mpn_id:{self.pk}"


class Program(models.Model):
    """An incentive programme: the activities it pays for, and whether one enrols freely or by invitation."""

    code = models.CharField(
        max_length=20,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*\Z", _("Use small letters, digits and single hyphens."))],
        error_messages={"unique": _("Another programme has this code already.")},
    )
    name = models.CharField(max_length=120)
    solution_area = models.CharField(max_length=24, choices=SolutionArea.choices)
    activities = models.JSONField(default=list, help_text=", ".join(Activity.values))
    by_invitation = models.BooleanField(default=False)
    first_month = models.PositiveSmallIntegerField(
        default=7, validators=[MinValueValidator(1), MaxValueValidator(12)], help_text="of its fiscal year"
    )
    renews = models.BooleanField(default=True, help_text="enrolments go on into the next fiscal year by themselves")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first_month__gte=1, first_month__lte=12), name="program_year_has_month")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def subject(self) -> str:
        """The programme's name in the log."""
        return f"program:{self.pk}"

    def year_end(self, day: date) -> date:
        """The last day of its fiscal year that holds `day`."""
        return fiscal_year_end(day, self.first_month)

    def end_after(self, last_day: date) -> date:
        """The last day of what goes on after this one, in its fiscal years."""
        return self.year_end(last_day + timedelta(days=1))


class EnrollmentQuerySet(models.QuerySet["Enrollment"]):
    """Which enrolments there are."""

    def visible_to(self, standing: "Standing") -> "EnrollmentQuerySet":
        """Those of a person's own company; to the operator's admins and auditors, at their desks, all."""
        return self.all() if standing.reads_all else self.filter(mpn_id__partner=standing.partner_id)


class Enrollment(models.Model):
    """An MPN ID in a programme: one row for all times. When it counted, and when not, stands in its periods.

    The moments are those of the present round, which began with an invitation or an application. `until` is the last
    day of an invitation or of what was agreed, a suspended one's too; none means that it goes on.
    """

    mpn_id = models.ForeignKey(MpnId, on_delete=models.CASCADE, related_name="enrollments")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="enrollments")
    state = models.CharField(max_length=12, choices=EnrollmentState, default=EnrollmentState.ACTIVE)
    changed_at = models.DateTimeField(help_text="when it came into its state")
    until = models.DateField(null=True, blank=True)
    renews = models.BooleanField(default=True, help_text="not where its company asked to let it end")
    reminded = models.PositiveSmallIntegerField(null=True, help_text="days ahead of its end, when last told of it")
    words = models.TextField(blank=True, help_text="why it was refused, suspended or ended, for its company")
    invited_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    validating_at = models.DateTimeField(null=True)
    active_at = models.DateTimeField(null=True)
    suspended_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)

    objects = EnrollmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mpn_id", "program"], name="enrollment_once"),
            models.CheckConstraint(
                condition=~Q(state=EnrollmentState.INVITED) | Q(invited_at__isnull=False, until__isnull=False),
                name="invitation_has_its_end",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "changed_at", "id"], name="enrollment_by_state"),
            models.Index(fields=["state", "until"], name="enrollment_by_end"),
        ]

    @property
    def subject(self) -> str:
        """The enrolment's name in the log."""
        return f"enrollment:{self.pk}"

    def stands(self, today: date) -> EnrollmentState:
        """Its state on `today`, also where no sweep has written down yet that its time is over."""
        return as_of(self.state, self.until, today)


class PeriodQuerySet(models.QuerySet["EnrollmentPeriod"]):
    """Which periods count."""

    def on(self, day: date) -> "PeriodQuerySet":
        """Periods that hold `day`: both ends belong to a period."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)

    def cut(self, day: date) -> None:
        """Lets none of these periods count on `day` or later."""
        self.filter(valid_from__gte=day).delete()
        self.on(day).update(valid_until=day - timedelta(days=1))


class EnrollmentPeriod(models.Model):
    """Days on which an enrolment counts, both ends included; no end means it goes on."""

    enrollment = models.ForeignKey(Enrollment, on_delete=models.CASCADE, related_name="periods")
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    objects = PeriodQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrollment", "valid_from"], name="enrollment_period_once"),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")), name="enrollment_period_in_order"
            ),
        ]
