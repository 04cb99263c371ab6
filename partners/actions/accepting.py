"""Accepting an invitation: whoever has its link has the address it was sent to, and becomes, or is again, a person."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from events.log import Draft, record
from events.models import Event
from events.outbox import Notice, tell
from partners.actions.access import end_access
from partners.actions.grants import write_grants
from partners.actions.invitations import side_of
from partners.actions.lock import lock_company, lock_roles
from partners.actions.refusals import refusal
from partners.facts import Grant
from partners.models import Invitation, Membership, MpnId, OperatorRole, User
from partners.roles import standing_of

LONGEST_NAME = 120


class InvitationOver(Exception):
    """An invitation that lets nobody in; `code` says why: `accepted`, `withdrawn`, `expired`, `belongs_elsewhere`."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def belongs_somewhere(email: str) -> bool:
    """Whether an active person of this address belongs to a company, or to the operator."""
    people = User.objects.filter(email__iexact=email, is_active=True)
    return Membership.objects.filter(user__in=people).exists() or OperatorRole.objects.filter(user__in=people).exists()


def accept_invitation(*, token: str, name: str, password: str, language: str, now: datetime) -> User:
    """Makes the person whose address was asked, with the roles that waited; or lets one who had left in again.

    Their old sessions stay dead, and their password is the new one. Who has asked them is told.

    Raises:
        Http404: for a token that was never sent, or is void.
        InvitationOver: also where the address belongs to a company, or to the operator, by now. An event says so, once.
        ValidationError: of `name` and `password`.
    """
    invitation = Invitation.objects.by_token(token)
    if invitation is None:
        raise Http404
    try:
        if invitation.state(now) != "open":  # before anything is said about what was typed
            raise InvitationOver(invitation.state(now))
        name = _name(name)
        hashed = _password(password, User(email=invitation.email, name=name))
        with transaction.atomic():
            return _let_in(invitation, name, hashed, language, now=now)
    except InvitationOver as over:
        _note_refusal(invitation, over.code, now=now)
        raise


def _note_refusal(invitation: Invitation, code: str, *, now: datetime) -> None:
    """Writes that a link let nobody in, once for each reason: who has an old one may open it as often as they like."""
    with transaction.atomic():
        list(Invitation.objects.select_for_update(no_key=True).filter(pk=invitation.pk))  # one after the other
        said, side = {"invitation": invitation.pk, "code": code}, side_of(invitation)
        told = Event.objects.of(side).filter(kind="invitation.refused")
        if not told.filter(data__invitation=invitation.pk, data__code=code).exists():
            record([Draft(side, "invitation.refused", said)], actor_id=None, now=now)


def _let_in(found: Invitation, name: str, hashed: str, language: str, *, now: datetime) -> User:
    if found.partner_id is None:
        lock_roles()
    else:
        lock_company(found.partner_id)
    invitation = Invitation.objects.select_related("partner", "invited_by").get(pk=found.pk)
    if invitation.digest != found.digest:  # sent again meanwhile, under another link
        raise InvitationOver("withdrawn")
    if invitation.state(now) != "open":
        raise InvitationOver(invitation.state(now))
    user = _lock_person(invitation.email)
    ended = end_access(user=user, now=now)  # who was switched off in another way may have roles and tokens yet
    user.name, user.password, user.is_active = name, hashed, True
    user.language = language if language in dict(settings.LANGUAGES) else invitation.language
    user.save(update_fields=["name", "password", "is_active", "language"])
    _give(user, invitation)
    invitation.accepted_at, invitation.accepted_by = now, user
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    joined = {"person": user.pk, "invitation": invitation.pk, "grants": invitation.roles}
    drafts = [Draft(side_of(invitation), "invitation.accepted", joined), Draft(user.subject, "person.joined", joined)]
    drafts += ended.withdrawn
    event, *_others = record(drafts, actor_id=user.pk, now=now)
    path = _list_of(invitation)
    values = {"who": name, "email": user.email}
    tell(event, [Notice(invitation.invited_by_id, "invitation_accepted", path, values)])
    return user


def _list_of(invitation: Invitation) -> str:
    """Where whoever asked sees that they have come."""
    if invitation.partner_id is None:
        return "/operator/people/"
    ours = standing_of(invitation.invited_by).is_operator
    return f"/operator/companies/{invitation.partner_id}/" if ours else "/team/"


def _lock_person(email: str) -> User:
    """The person of this address, made where there is none, locked; two sides may let the same one in at once.

    Raises:
        InvitationOver: `belongs_elsewhere`.
    """
    if not User.objects.filter(email__iexact=email).exists():
        User.objects.bulk_create([User(email=email, is_active=False)], ignore_conflicts=True)
    user = User.objects.select_for_update(no_key=True).get(email__iexact=email)
    if belongs_somewhere(email):
        raise InvitationOver("belongs_elsewhere")
    return user


def _give(user: User, invitation: Invitation) -> None:
    """Gives the roles that waited. An MPN ID that is the company's no more is left out.

    Raises:
        InvitationOver: `withdrawn`, where nothing is left of them.
    """
    if invitation.partner_id is None:
        OperatorRole.objects.bulk_create(OperatorRole(user=user, role=grant.role) for grant in invitation.grants)
        return
    own = set(MpnId.objects.filter(partner_id=invitation.partner_id).values_list("pk", flat=True))
    grants = [
        Grant(grant.role, None if grant.mpn_ids is None else grant.mpn_ids & own)
        for grant in invitation.grants
        if grant.mpn_ids is None or grant.mpn_ids & own
    ]
    if not grants:
        raise InvitationOver("withdrawn")
    write_grants(user.pk, invitation.partner_id, grants)


def _name(typed: str) -> str:
    name = " ".join(typed.split())
    if not name:
        raise refusal("name", "required", _("Say your name, as colleagues will read it."))
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise refusal("name", "invalid", _("Write your name in at most %(number)s letters.") % {"number": LONGEST_NAME})
    return name


def _password(typed: str, user: User) -> str:
    try:
        validate_password(typed, user)
    except ValidationError as weak:
        raise ValidationError({"password": weak.error_list}) from weak
    return make_password(typed)
