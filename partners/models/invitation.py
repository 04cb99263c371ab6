"""Who is asked into a company, or to the operator, and has not come yet."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from partners.facts import Grant
from partners.models.access import ApiToken
from partners.models.company import OperatorRole, Partner

VALID = timedelta(days=7)


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Which invitations there are."""

    def open(self) -> "InvitationQuerySet":
        """Neither accepted nor withdrawn; the time of some may be over."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def of(self, partner_id: int | None) -> "InvitationQuerySet":
        """Those of a company; of the operator for None."""
        return self.filter(partner_id=partner_id)

    def sent_by_operator(self) -> "InvitationQuerySet":
        """Those that somebody of the operator has sent: to the operator, and to companies that have no admin."""
        return self.filter(invited_by__in=OperatorRole.objects.values("user"))

    def by_token(self, token: str) -> "Invitation | None":
        """The one whose link holds this token."""
        rows = self.select_related("partner", "invited_by")
        return rows.filter(digest=ApiToken.objects.digest(token)).first()


class Invitation(models.Model):
    """An address that is asked in, with the roles that wait for it. Only the digest of its link's token is kept.

    Without a partner it is the operator who asks. `roles` is what `Grant.as_json` makes of each role. One is open for
    each address and side: were it one for each address, a company could learn that another has asked somebody, and
    keep them from coming.
    """

    email = models.EmailField()
    partner = models.ForeignKey(Partner, null=True, on_delete=models.CASCADE, related_name="invitations")
    roles = models.JSONField(default=list)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mail = models.CharField(max_length=64, blank=True, help_text="the key of its letter")
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["partner", "email"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_to_a_company",
            ),
            models.UniqueConstraint(
                fields=["email"],
                condition=Q(partner=None, accepted_at=None, withdrawn_at=None),
                name="one_open_invitation_to_the_operator",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None, accepted_by__isnull=False),
                name="invitation_accepted_by_somebody",
            ),
        ]

    @property
    def grants(self) -> tuple[Grant, ...]:
        """The roles that wait."""
        return tuple(Grant.of_json(role) for role in self.roles)

    def state(self, now: datetime) -> str:
        """One of `open`, `accepted`, `withdrawn`, `expired`."""
        if self.accepted_at is not None:
            return "accepted"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "expired" if self.expires_at <= now else "open"
