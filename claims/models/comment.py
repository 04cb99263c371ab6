"""What partner and operator write to each other on a claim."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

NOTICES = {
    "arbitration_ahead": _(
        "Another partner has a claim to what you claim here, so your claim goes through arbitration. It is still"
        " reviewed within five business days, but may stay under review for longer. If we need more from you, we will"
        " ask here."
    ),
    "arbitration_takes_longer": _(
        "The time for its review has passed, and this claim is still under review: another partner has a claim to the"
        " same product, and a reviewer decides between you on the proof of both. You need do nothing until we ask."
    ),
}


class Comment(models.Model):
    """One message on a claim. Without an author it is the system's, and `notice` names its text."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_operator = models.BooleanField(default=False)
    body = models.TextField(max_length=4000, blank=True)
    notice = models.CharField(max_length=32, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["claim", "id"], name="comment_of_claim")]

    @property
    def text(self) -> str:
        """What it says, in the reader's language where the system wrote it."""
        return str(NOTICES[self.notice]) if self.notice else self.body


class InformationRequest(models.Model):
    """What a reviewer asked the partner for, in a comment, and until when; answered by a response, or not."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="requests")
    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="request")
    due_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True, help_text="when nothing was left to answer for")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(answered_at=None, lapsed_at=None, closed_at=None),
                name="one_open_request_per_claim",
            )
        ]
