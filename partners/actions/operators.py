"""The operator's people: asked in, appointed, let go, and whom they may not judge. Only its admins do it.

What people hold goes back to the others with it: `arbitration.actions.leaving` sees to that, and is made of the verbs
here that take roles, or a company, away from somebody.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils.translation import gettext as _

from events.log import Draft, record
from events.outbox import Notice, tell
from partners.actions.access import end_access, withdraw_sent_by
from partners.actions.invitations import OPERATOR, Asked, ask_in
from partners.actions.letters import tell_of_end
from partners.actions.lock import lock_operator
from partners.actions.refusals import refusal, refusals_are_recorded
from partners.facts import ADMIN, Grant
from partners.models import Conflict, Invitation, OperatorRole, Partner, User
from partners.people import admins


@refusals_are_recorded
def invite_operator(
    *, email: str, roles: Collection[str], language: str, actor: User, now: datetime, token: str
) -> Invitation:
    """Asks somebody to work for the operator, as `invite_member` does for a company.

    Raises:
        ValidationError: `email_invalid`, `already_member`, `already_invited`, `too_many_invitations`; `role_missing`,
            `role_unknown`.
        PermissionDenied: for who is no admin.
    """
    with transaction.atomic():
        lock_operator(actor)
        grants = tuple(Grant(role, None) for role in _read(roles))
        return ask_in(Asked(email, language, None, grants), actor=actor, now=now, token=token)


@refusals_are_recorded
def appoint(*, person_id: int, roles: Collection[str], seen: str, actor: User, now: datetime) -> User:
    """Gives one of the operator's people these roles in the place of those they had, which the actor saw as `seen`.

    Raises:
        ValidationError: `changed_meanwhile`, `role_missing`, `role_unknown`, `last_admin`.
        Http404: for who is none of the operator's people.
        PermissionDenied: for who is no admin.
    """
    with transaction.atomic():
        lock_operator(actor)
        user = lock_person(person_id)
        before = roles_of(user)
        if seen != ",".join(before):
            message = _("Somebody changed these roles meanwhile. Below is how they stand now: choose again.")
            raise refusal("", "changed_meanwhile", message)
        after = _read(roles)
        if after == before:
            return user
        OperatorRole.objects.filter(user=user).exclude(role__in=after).delete()
        OperatorRole.objects.bulk_create(OperatorRole(user=user, role=role) for role in after if role not in before)
        _require_admin()
        drafts = [
            Draft(user.subject, "person.appointed", {"roles": after}),
            Draft(OPERATOR, "operator.appointed", {"person": user.pk, "roles": after}),
            *([] if ADMIN in after else withdraw_sent_by(user, now=now)),
        ]
        event, *_others = record(drafts, actor_id=actor.pk, now=now)
        values = {"company": "", "by": str(actor), "roles": [{"role": role, "mpn_ids": None} for role in after]}
        tell(event, [Notice(user.pk, "roles_changed", "/", values)])
    return user


@refusals_are_recorded
def dismiss(*, person_id: int, actor: User, now: datetime) -> User:
    """Lets one of the operator's people go: no session and no token of theirs lets them in any more. They are told.

    Raises:
        ValidationError: `last_admin`.
        Http404: for who is none of the operator's people.
        PermissionDenied: for who is no admin.
    """
    with transaction.atomic():
        lock_operator(actor)
        user = lock_person(person_id)
        ended = end_access(user=user, now=now)
        _require_admin()
        drafts = [
            Draft(user.subject, "person.dismissed", {"tokens": ended.tokens}),
            Draft(OPERATOR, "operator.dismissed", {"person": user.pk}),
            *ended.withdrawn,
        ]
        event, *_others = record(drafts, actor_id=actor.pk, now=now)
        tell_of_end(event, user, company="")
    return user


@refusals_are_recorded
def declare_conflict(*, person_id: int, company: str, reason: str, actor: User, now: datetime) -> Conflict:
    """Says that one of the operator's people judges nothing of a company, by its name or one of its MPN IDs.

    They are told. Declared twice, it is once.

    Raises:
        ValidationError: `company_unknown`, `company_ambiguous`, `reason_unknown`.
        Http404: for who is none of the operator's people.
        PermissionDenied: for who is no admin.
    """
    with transaction.atomic():
        lock_operator(actor)
        user = lock_person(person_id)
        partner = _company(company)
        if reason not in Conflict.Reason.values:
            raise refusal("reason", "reason_unknown", _("Choose one of the reasons."))
        values = {"reason": reason, "declared_at": now}
        conflict, made = Conflict.objects.get_or_create(user=user, partner=partner, defaults=values)
        if made:
            _tell_of_conflict(user, partner, "declared", {"reason": reason}, actor=actor, now=now)
    return conflict


@refusals_are_recorded
def withdraw_conflict(*, person_id: int, partner_id: int, actor: User, now: datetime) -> None:
    """Says that a declared conflict is over. They are told. Nobody ends one of their own, and then judges.

    Raises:
        ValidationError: `own_conflict`.
        Http404: for who is none of the operator's people, or has no such conflict.
        PermissionDenied: for who is no admin.
    """
    with transaction.atomic():
        lock_operator(actor)
        user = lock_person(person_id)
        conflict = Conflict.objects.select_related("partner").filter(user=user, partner=partner_id).first()
        if conflict is None:
            raise Http404
        if user.pk == actor.pk:
            raise refusal("", "own_conflict", _("This conflict is yours. Another admin has to say that it is over."))
        conflict.delete()
        _tell_of_conflict(user, conflict.partner, "withdrawn", {}, actor=actor, now=now)


def roles_of(user: User) -> list[str]:
    """The person's roles at the operator, in one order."""
    return sorted(OperatorRole.objects.filter(user=user).values_list("role", flat=True))


def lock_person(person_id: int) -> User:
    """One of the operator's people, locked.

    Raises:
        Http404: for anybody else.
    """
    own = OperatorRole.objects.values("user")
    user = User.objects.select_for_update(no_key=True).filter(pk=person_id, pk__in=own).first()
    if user is None:
        raise Http404
    return user


def _company(typed: str) -> Partner:
    """The company of this name or MPN ID; where none is written just so, that of this name in any case.

    Raises:
        ValidationError: `company_unknown`; `company_ambiguous`, where it could be one or another.
    """
    text = typed.strip()
    found: list[Partner] = []
    if text and text.isprintable():
        for called in (Q(name=text) | Q(mpn_ids__number=text), Q(name__iexact=text)):
            found = found or list(Partner.objects.filter(called).distinct()[:2])
    if not found:
        message = _("No company has this name or MPN ID. You find both on a claim of theirs.")
        raise refusal("company", "company_unknown", message)
    if len(found) > 1:
        message = _("Several companies are called this. Type the name just as it is written, or another MPN ID.")
        raise refusal("company", "company_ambiguous", message)
    return found[0]


def _tell_of_conflict(
    user: User, partner: Partner, what: str, more: dict[str, str], *, actor: User, now: datetime
) -> None:
    said = {"partner": partner.pk, **more}
    event, *_others = record([Draft(user.subject, f"conflict.{what}", said)], actor_id=actor.pk, now=now)
    values = {"company": partner.name, "by": str(actor), "declared": what == "declared"}
    tell(event, [Notice(user.pk, "conflict_changed", "/review/", values)])


def _read(roles: Collection[str]) -> list[str]:
    """The roles, in one order.

    Raises:
        ValidationError: `role_missing`, `role_unknown`.
    """
    if not roles:
        raise refusal("roles", "role_missing", _("Choose at least one role."))
    if unknown := sorted(set(roles) - set(OperatorRole.Role.values)):
        raise refusal("roles", "role_unknown", _("There is no role %(role)s.") % {"role": unknown[0][:20]})
    return sorted(set(roles))


def is_last_admin(user_id: int) -> bool:
    """Whether the operator would lack an admin without this one."""
    return admins() == {user_id}


def _require_admin() -> None:
    """Lets an act pass that leaves the operator with an admin.

    Raises:
        ValidationError: `last_admin`.
    """
    if not admins():
        message = _("The operator needs an admin. Make somebody else one first.")
        raise refusal("", "last_admin", message)
