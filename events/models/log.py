"""The append-only log: one hash chain per subject."""

from django.conf import settings
from django.db import models


class Chain(models.Model):
    """The head of one subject's chain. Locked before an event is added; tells when the newest events are cut off."""

    subject = models.CharField(max_length=64, primary_key=True)
    length = models.PositiveIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)


class EventQuerySet(models.QuerySet["Event"]):
    """Which events there are."""

    def of(self, subject: str) -> "EventQuerySet":
        """What happened to one subject, each with who did it."""
        return self.filter(subject=subject).select_related("actor")


class Event(models.Model):
    """One thing that happened, by whom, when. Written by `events.log.record` only; triggers refuse any change.

    `data` holds ids, codes and digests, never names, addresses or free text, so that a person can be forgotten
    without breaking a chain. `actor_id` is None for the system itself.
    """

    subject = models.CharField(max_length=64)
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=64)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "seq"], name="event_subject_seq_once")]
        indexes = [
            models.Index(fields=["at", "id"], name="event_by_time"),
            models.Index(fields=["kind", "at", "id"], name="event_by_kind"),
            models.Index(fields=["actor", "at", "id"], name="event_by_actor"),
        ]
