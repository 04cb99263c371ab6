"""Walks along all chains: asked for, under way, and what they found."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy


class Verification(models.Model):
    """One walk through the whole log. Somebody asked for it, or, without `asked_by`, its day had come.

    `chains` and `events` say how far it has come, in the end how much there was. `shown` holds the first of its faults,
    each `[subject, seq, code, numbers]` as of `events.log.Fault`. Of those without an outcome there is one at most.
    """

    class Outcome(models.TextChoices):
        """Every chain holds, some do not, or nothing can be said because the walk did not come to its end."""

        SOUND = "sound", pgettext_lazy("of the log", "Sound")
        FAULTY = "faulty", pgettext_lazy("of the log", "Changed")
        FAILED = "failed", pgettext_lazy("of the log", "Not verified")

    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True, help_text="until then a worker is taken to be on it")
    chains = models.PositiveIntegerField(default=0)
    events = models.PositiveIntegerField(default=0)
    faults = models.PositiveIntegerField(default=0)
    shown = models.JSONField(default=list)
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    error = models.CharField(max_length=80, blank=True, help_text="what ended a walk before its end")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["outcome"], condition=Q(outcome=""), name="one_verification_at_a_time"),
            models.CheckConstraint(
                condition=Q(outcome="") ^ Q(ended_at__isnull=False), name="verification_outcome_has_its_date"
            ),
        ]
