"""What a reviewer has found of one line, requirement by requirement. The operator's own: no partner reads it."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models

from claims.requirements import Reason, Requirement

if TYPE_CHECKING:
    from claims.models.claim import ClaimLine


class Note(models.Model):
    """What one of the operator's people writes for the others."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    body = models.TextField(max_length=4000)
    at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class Look(models.Model):
    """Somebody of the operator has the claim's desk open, or had it when they were last seen."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="looks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["claim", "user"], name="looks_once")]


class LineReviewQuerySet(models.QuerySet["LineReview"]):
    """What was found."""

    def of(self, lines: "Collection[ClaimLine]") -> "LineReviewQuerySet":
        """Of these lines."""
        return self.filter(line__in=lines)


class LineReview(models.Model):
    """The review of one line as it was last kept: its verdicts, and the words that are drafted for the partner."""

    line = models.OneToOneField("claims.ClaimLine", on_delete=models.CASCADE, related_name="review")
    reason = models.CharField(max_length=40, choices=Reason, blank=True)
    words = models.TextField(max_length=4000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = LineReviewQuerySet.as_manager()


class Verdict(models.Model):
    """One requirement of the line is met, or not. What is not decided yet has no row."""

    review = models.ForeignKey(LineReview, on_delete=models.CASCADE, related_name="verdicts")
    requirement = models.CharField(max_length=20, choices=Requirement)
    met = models.BooleanField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["review", "requirement"], name="one_verdict_per_requirement")]


class Citation(models.Model):
    """A place in a document that a verdict stands on; `pages` as in `Coverage`."""

    verdict = models.ForeignKey(Verdict, on_delete=models.CASCADE, related_name="citations")
    evidence = models.ForeignKey("claims.Evidence", on_delete=models.CASCADE, related_name="citations")
    pages = models.CharField(max_length=9, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["verdict", "evidence", "pages"], name="cited_once")]
