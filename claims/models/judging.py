"""Who has judged a line, and what two leads take back of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q

from claims.states import LineState

if TYPE_CHECKING:
    from claims.models.claim import Claim


class JudgeQuerySet(models.QuerySet["Judge"]):
    """Who may not judge again."""

    def of(self, claims: "Iterable[Claim]") -> "JudgeQuerySet":
        """Those of the lines of these claims."""
        return self.filter(line__claim__in=claims)

    def of_disputes(self) -> "JudgeQuerySet":
        """Those of lines that are disputed now."""
        return self.filter(line__state=LineState.OPEN, line__disputed_at__isnull=False)


class Judge(models.Model):
    """Somebody who has decided or seconded on a line: a dispute of it is for another."""

    line = models.ForeignKey("claims.ClaimLine", on_delete=models.CASCADE, related_name="judges")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = JudgeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "user"], name="judge_once")]


class RevocationQuerySet(models.QuerySet["Revocation"]):
    """What a second lead has still to agree to."""

    def waiting(self) -> "RevocationQuerySet":
        """Neither agreed to nor dropped."""
        return self.filter(agreed_at=None, dropped_at=None)

    def drop(self, lines: Iterable[int], *, now: datetime) -> int:
        """Drops what waits for these lines, by their ids; returns how much that was."""
        return self.waiting().filter(line__in=lines).update(dropped_at=now)


class Revocation(models.Model):
    """A lead wants to take back what turned out wrong; it takes effect when a second lead agrees."""

    line = models.ForeignKey("claims.ClaimLine", on_delete=models.PROTECT, related_name="revocations")
    words = models.TextField(max_length=4000, help_text="the reason, as the partner will read it")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    agreed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(
        null=True, help_text="when it was taken back, or there was nothing left to revoke"
    )

    objects = RevocationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["line"], condition=Q(agreed_at=None, dropped_at=None), name="one_revocation_at_a_time"
            )
        ]
