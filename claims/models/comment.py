"""What partner and operator write to each other on a claim."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from claims.dates import business_days

KEY_LENGTH = 20


def new_key() -> str:
    """An opaque name that nobody can guess."""
    return get_random_string(KEY_LENGTH)


NOTICES = {
    "arbitration_ahead": _(
        "Another partner has a claim to what you claim here, so your claim goes through arbitration. It is still"
        " reviewed within %(days)s, but may stay under review for longer. If we need more from you, we will"
        " ask here."
    ),
    "arbitration_takes_longer": _(
        "The time for its review has passed, and this claim is still under review: another partner has a claim to the"
        " same product, and a reviewer decides on the proof of each. You need do nothing until we ask."
    ),
    "present_partner_heard": _(
        "The partner that holds what you claim here is being heard, within %(days)s. Your claim stays under"
        " review meanwhile; you need do nothing but answer what we ask you."
    ),
    "held_again": _("You hold this product again, by an earlier claim, so there is nothing left to decide on it here."),
}


class Comment(models.Model):
    """One message on a claim. Without an author it is the system's, and `notice` names its text."""

    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    by_operator = models.BooleanField(default=False)
    body = models.TextField(max_length=4000, blank=True)
    notice = models.CharField(max_length=32, blank=True)
    days = models.PositiveSmallIntegerField(default=5, help_text="of a notice: the business days that it names")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["claim", "id"], name="comment_of_claim")]

    @property
    def text(self) -> str:
        """What it says, in the reader's language where the system wrote it."""
        if not self.notice:
            return self.body
        return str(NOTICES[self.notice]) % {"days": business_days(self.days)}


class InformationRequestQuerySet(models.QuerySet["InformationRequest"]):
    """What partners are asked."""

    def waiting(self) -> "InformationRequestQuerySet":
        """What was neither answered, nor has lapsed, nor was closed."""
        return self.filter(answered_at=None, lapsed_at=None, closed_at=None)


class InformationRequest(models.Model):
    """What a reviewer asked the partner for, in a comment, and until when; answered by a response, or not.

    One that is asked for a case changes no state of the claim on which it stands.
    """

    key = models.CharField(max_length=24, default="", blank=True, help_text="of a case's: its opaque name")
    case = models.ForeignKey("claims.Case", null=True, on_delete=models.PROTECT, related_name="requests")
    claim = models.ForeignKey("claims.Claim", on_delete=models.CASCADE, related_name="requests")
    comment = models.OneToOneField(Comment, on_delete=models.CASCADE, related_name="request")
    due_at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True, help_text="of a case's: none once reminded")
    sweep_at = models.DateTimeField(null=True, help_text="of a case's: when the sweep looks at it next")
    answer = models.OneToOneField(Comment, null=True, on_delete=models.PROTECT, related_name="answers")
    answered_at = models.DateTimeField(null=True)
    lapsed_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True, help_text="when nothing was left to answer for")

    objects = InformationRequestQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["sweep_at", "id"], condition=Q(sweep_at__isnull=False), name="request_to_sweep")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["claim"],
                condition=Q(case=None, answered_at=None, lapsed_at=None, closed_at=None),
                name="one_open_request_per_claim",
            ),
            models.UniqueConstraint(
                fields=["claim", "case"],
                condition=Q(case__isnull=False, answered_at=None, lapsed_at=None, closed_at=None),
                name="one_open_request_per_case",
            ),
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="request_key_once"),
        ]
