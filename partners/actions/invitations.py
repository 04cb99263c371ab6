"""Invitations: sent, sent again, taken back; the same for a company's people and for the operator's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from events.log import Draft, record
from events.models import Event
from events.outbox import Letter, post, recall
from partners.actions.grants import require_reach
from partners.actions.lock import lock_as_decider, lock_operator, lock_team
from partners.actions.refusals import refusal, refusals_are_recorded
from partners.facts import Grant
from partners.models import ApiToken, Invitation, Membership, OperatorRole, Partner, User
from partners.models.invitation import VALID
from partners.people import named
from partners.permissions import may_decide
from partners.roles import standing_of

MOST_A_DAY = 50
LONGEST_ADDRESS = 254
OPERATOR = "operator"  # the operator's name in the log, where a company has its own


@dataclass(frozen=True)
class Asked:
    """Who is to be asked in, where, and with which roles; without a partner, to the operator."""

    email: str
    language: str
    partner: Partner | None
    grants: tuple[Grant, ...]

    @property
    def side(self) -> str:
        """The side's name in the log."""
        return self.partner.subject if self.partner else OPERATOR


def ask_in(asked: Asked, *, actor: User, now: datetime, token: str) -> Invitation:
    """Writes the invitation and its letter, inside the act's transaction, with the side locked and the roles checked.

    One whose time is over gives way to it.

    Raises:
        ValidationError: `email_invalid`, `language_unknown`, `already_member`, `already_invited`,
            `too_many_invitations`.
    """
    email = read_address(asked.email)
    if asked.language not in dict(settings.LANGUAGES):
        raise refusal("language", "language_unknown", _("Choose one of the languages."))
    if _belongs_here(email, asked.partner):
        raise refusal("email", "already_member", _("This address is on the list already. Change its roles there."))
    _limit(asked.side, now=now)
    waiting = Invitation.objects.of(asked.partner.pk if asked.partner else None).open().filter(email=email)
    if waiting.filter(expires_at__gt=now).exists():
        message = _("This address is invited already. Send it again, or withdraw it, in the list of invitations.")
        raise refusal("email", "already_invited", message)
    waiting.update(withdrawn_at=now)
    invitation = Invitation.objects.create(
        email=email,
        partner=asked.partner,
        roles=[grant.as_json for grant in asked.grants],
        language=asked.language,
        digest=ApiToken.objects.digest(token),
        invited_by=actor,
        invited_at=now,
        expires_at=now + VALID,
    )
    _send(invitation, actor=actor, now=now, token=token)
    return invitation


@refusals_are_recorded
def invite_global_admin(
    *, partner_id: int, email: str, language: str, actor: User, now: datetime, token: str
) -> Invitation:
    """Asks somebody into a company as a global admin for all of it, for the operator: it may have nobody who could.

    Raises:
        ValidationError: those of `ask_in`.
        PermissionDenied: for who does not decide on this company for the operator.
    """
    with transaction.atomic():
        partner = lock_as_decider(actor, partner_id)
        grants = (Grant(Membership.Role.GLOBAL_ADMIN, None),)
        return ask_in(Asked(email, language, partner, grants), actor=actor, now=now, token=token)


@refusals_are_recorded
def invite_again(*, invitation_id: int, actor: User, now: datetime, token: str) -> Invitation:
    """Sends an open invitation of the actor's side with a new link and a new time; the link before it is void.

    Raises:
        ValidationError: `too_many_invitations`; `wider_than_own`.
        Http404: for another side's, and for what is accepted or withdrawn.
        PermissionDenied: for who asks nobody in.
    """
    with transaction.atomic():
        invitation = _lock_for(actor, invitation_id)
        _limit(side_of(invitation), now=now)
        recall([invitation.mail])
        invitation.digest, invitation.invited_by = ApiToken.objects.digest(token), actor
        invitation.invited_at, invitation.expires_at = now, now + VALID
        invitation.save(update_fields=["digest", "invited_by", "invited_at", "expires_at"])
        _send(invitation, actor=actor, now=now, token=token)
    return invitation


@refusals_are_recorded
def withdraw_invitation(*, invitation_id: int, actor: User, now: datetime) -> Invitation:
    """Takes an open invitation of the actor's side back: its link lets nobody in any more.

    Raises:
        ValidationError: `wider_than_own`.
        Http404: for another side's, and for what is accepted or withdrawn.
        PermissionDenied: for who asks nobody in.
    """
    with transaction.atomic():
        invitation = _lock_for(actor, invitation_id)
        recall([invitation.mail])
        invitation.withdrawn_at = now
        invitation.save(update_fields=["withdrawn_at"])
        withdrawn = Draft(side_of(invitation), "invitation.withdrawn", {"invitation": invitation.pk})
        record([withdrawn], actor_id=actor.pk, now=now)
    return invitation


def _lock_for(actor: User, invitation_id: int) -> Invitation:
    """An open invitation of the actor's side, which is locked."""
    if standing_of(actor).is_operator:
        return _lock_for_operator(actor, invitation_id)
    partner, giver = lock_team(actor)
    rows = Invitation.objects.of(partner.pk).open().select_related("partner")
    invitation = _one(rows, invitation_id)
    require_reach(giver, (), invitation.grants)
    return invitation


def _lock_for_operator(actor: User, invitation_id: int) -> Invitation:
    """One to the operator, or one that the operator has sent to a company on which the actor decides."""
    lock_operator(actor)
    rows = Invitation.objects.sent_by_operator().open().select_related("partner")
    found = _one(rows, invitation_id)
    if found.partner_id is None:
        return found
    if not may_decide(standing_of(actor), found.partner_id):
        raise Http404
    lock_as_decider(actor, found.partner_id)
    return _one(rows, invitation_id)


def _one(rows: QuerySet[Invitation], invitation_id: int) -> Invitation:
    invitation = rows.filter(pk=invitation_id).first()
    if invitation is None:
        raise Http404
    return invitation


def side_of(invitation: Invitation) -> str:
    """The side's name in the log."""
    return invitation.partner.subject if invitation.partner else OPERATOR


def _send(invitation: Invitation, *, actor: User, now: datetime, token: str) -> None:
    said = {"invitation": invitation.pk, "grants": invitation.roles}
    event, *_others = record([Draft(side_of(invitation), "invitation.sent", said)], actor_id=actor.pk, now=now)
    values = {
        "company": invitation.partner.name if invitation.partner else "",
        "by": str(actor),
        "for_operator": standing_of(actor).is_operator,
        "roles": named(invitation.grants),
        "days": VALID.days,
    }
    letter = Letter(invitation.email, "", invitation.language, "invitation", f"/invitation/{token}/", values)
    invitation.mail = post(event, letter)
    invitation.save(update_fields=["mail"])


def _limit(side: str, *, now: datetime) -> None:
    """Lets another letter leave: whoever asks the whole world in writes to strangers in our name.

    Raises:
        ValidationError: `too_many_invitations`.
    """
    sent = Event.objects.filter(subject=side, kind="invitation.sent", at__gt=now - timedelta(days=1))
    if sent.count() >= MOST_A_DAY:
        message = _("%(number)s invitations were sent in the last 24 hours. Go on tomorrow, or ask support.")
        raise refusal("", "too_many_invitations", message % {"number": MOST_A_DAY})


def _belongs_here(email: str, partner: Partner | None) -> bool:
    people = User.objects.filter(email__iexact=email, is_active=True)
    if partner is None:
        return OperatorRole.objects.filter(user__in=people).exists()
    return Membership.objects.filter(user__in=people, partner=partner).exists()


def read_address(typed: str) -> str:
    """An e-mail address in small letters, as people sign in with it.

    Raises:
        ValidationError: `email_invalid`.
    """
    email = typed.strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        email = ""
    if not email or len(email) > LONGEST_ADDRESS or not email.isprintable():
        message = _("This is not an e-mail address. Write it as name@company.example.")
        raise refusal("email", "email_invalid", message)
    return email
