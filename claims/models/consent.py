"""The customer's word on what was approved. Source: design, section 7."""

from django.db import models
from django.db.models import Q

from claims.models.comment import new_key
from claims.states import ConsentOutcome


class Consent(models.Model):
    """A customer's contact is asked whether what a partner says is right; silence confirms.

    The window runs from the mail's acceptance, `sent_at`, to `ends_at`. Where the mail comes back, `bounced_at`, it
    stops: the partner names another contact by `contact_due_at`, which voids this one. `key` is what the link holds,
    signed; `mail` is the key of the mail in the outbox.
    """

    claim = models.ForeignKey("claims.Claim", on_delete=models.PROTECT, related_name="consents")
    key = models.CharField(max_length=24, unique=True, default=new_key)
    contact_name = models.CharField(max_length=120)
    contact_email = models.CharField(max_length=254)
    language = models.CharField(max_length=8)
    mail = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    bounced_at = models.DateTimeField(null=True)
    contact_asked_at = models.DateTimeField(null=True)
    contact_due_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=ConsentOutcome, blank=True)
    outcome_at = models.DateTimeField(null=True)
    words = models.TextField(
        max_length=2000, blank=True, help_text="why the customer declined; the partner never reads it"
    )
    sweep_at = models.DateTimeField(null=True, help_text="when the sweep looks at it next")

    class Meta:
        indexes = [
            models.Index(fields=["sweep_at", "id"], condition=Q(sweep_at__isnull=False), name="consent_to_sweep")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="") ^ Q(outcome_at__isnull=False), name="consent_outcome_has_its_date"
            )
        ]

    @property
    def waits(self) -> bool:
        """Whether the customer may still decline by its link, or would if it were sent."""
        return not self.outcome
