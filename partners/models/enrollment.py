"""MPN IDs, the incentive programmes, and which ID is enrolled in which programme on which days."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.activities import Activity, SolutionArea


class MpnId(models.Model):
    """A partner's number in the vendor's network. Only location IDs claim; the global one stands for the company."""

    class Kind(models.TextChoices):
        """The legal company, or one of its places."""

        GLOBAL = "global", _("Global")
        LOCATION = "location", _("Location")

    number = models.CharField(max_length=16, unique=True)
    partner = models.ForeignKey("partners.Partner", on_delete=models.CASCADE, related_name="mpn_ids")
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)
    partner_types = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.number} {self.name}".strip()


class Program(models.Model):
    """An incentive programme: the activities it pays for, and whether one enrols freely or by invitation."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=120)
    solution_area = models.CharField(max_length=24, choices=SolutionArea.choices)
    activities = models.JSONField(default=list, help_text=", ".join(Activity.values))
    by_invitation = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class Enrollment(models.Model):
    """An MPN ID in a programme. When it counted, and when not, stands in its periods."""

    mpn_id = models.ForeignKey(MpnId, on_delete=models.CASCADE, related_name="enrollments")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="enrollments")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["mpn_id", "program"], name="enrollment_once")]


class PeriodQuerySet(models.QuerySet["EnrollmentPeriod"]):
    """Which periods count."""

    def on(self, day: date) -> "PeriodQuerySet":
        """Periods that hold `day`: both ends belong to a period."""
        return self.filter(Q(valid_until=None) | Q(valid_until__gte=day), valid_from__lte=day)


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
