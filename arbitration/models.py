"""What reviewers decide between partners, and what they have drafted of it. A partner reads its letter and no more."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class CaseDraft(models.Model):
    """The draft of a decision as it was last kept, for whoever of the reviewers goes on with it.

    `content` is what `arbitration.drafting.Content` reads: whom to uphold, scores, reasons, rationale, letters.
    """

    case = models.OneToOneField("claims.Case", on_delete=models.CASCADE, related_name="draft")
    content = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Decision(models.Model):
    """Upholds one party of a case. One that displaces a partner takes effect when it is seconded; else at once.

    It counts in its round alone. `scores` are a help and no more: party's key → requirement → 0 to 3.
    """

    case = models.ForeignKey("claims.Case", on_delete=models.PROTECT, related_name="decisions")
    round = models.PositiveSmallIntegerField()
    upheld = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    displaces = models.BooleanField()
    scores = models.JSONField(default=dict)
    rationale = models.TextField(max_length=8000)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="until when a second reviewer is to look at it")
    overdue_at = models.DateTimeField(null=True)
    seconded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    return_words = models.TextField(max_length=4000, blank=True)
    effective_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True, help_text="when it was returned, or fell with its round")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "round"], name="one_decision_per_round")]
        indexes = [
            models.Index(
                fields=["due_at", "id"], condition=Q(effective_at=None, over_at=None), name="decision_to_second"
            )
        ]


class Ruling(models.Model):
    """What a decision does with one line: approved, kept, or refused for a reason; and what was found of it by then.

    `found` is what `arbitration.findings` reads: a dispute is judged anew, and what it judges stays readable.
    """

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="rulings")
    line = models.ForeignKey("claims.ClaimLine", on_delete=models.PROTECT, related_name="+")
    stands = models.BooleanField(help_text="it is approved, or goes on being approved")
    reason = models.CharField(max_length=40, blank=True)
    found = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["decision", "line"], name="one_ruling_per_line")]


class Letter(models.Model):
    """What a party will read of a decision; it names no other."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="letters")
    partner = models.ForeignKey("partners.Partner", on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=4000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["decision", "partner"], name="one_letter_per_party")]
