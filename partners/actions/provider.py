"""Whom a company's own provider lets in, and as what: links by verified address, and roles by group.

What its groups change is changed as by an admin: under the same locks, with the same events, and one admin stays.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.db import transaction

from events.log import Draft, record
from events.models import Event
from events.outbox import Notice, tell
from partners.actions.access import withdraw_sent_by
from partners.actions.grants import grants_of, is_last_global_admin
from partners.actions.invitations import OPERATOR
from partners.actions.lock import lock_company, lock_roles
from partners.actions.operators import is_last_admin, roles_of
from partners.facts import ADMIN, GLOBAL_ADMIN, Power
from partners.models import Membership, OperatorRole, Partner, User
from partners.people import named
from partners.roles import standing_of
from partners.rules.provider import NotTaken, Word

Roles = Mapping[str, Iterable[tuple[str, str]]]  # by group: pairs of company and role, the operator's with no company
BY = "provider"  # who changed roles, as the log has it


Side = Partner | None  # None for the operator


@dataclass(frozen=True)
class Changes:
    """What the groups change: pairs of a side and a role there."""

    taken: frozenset[tuple[Side, str]]
    given: frozenset[tuple[Side, str]]

    @property
    def sides(self) -> list[Side]:
        """Whose people change, in the order in which sides are locked: the operator, then companies."""
        return sorted({side for side, _role in self.taken | self.given}, key=lambda side: side.pk if side else 0)


def admit(*, provider: str, word: Word, roles: Roles, by: str, now: datetime) -> User:
    """The person whom a provider's word is about, linked to it, with the roles that their groups give.

    Somebody is known by the provider's own key for them, else by their verified address, which links them for good.
    Roles that no group gives are left alone, and so is that of a last admin. The person is told of what changes, as
    done by `by`, the provider's name.

    Raises:
        NotTaken: `address_unverified`, `person_unknown`, `deactivated`, `linked_otherwise` where the person came before
            under another key, and `other_company` where a group gives a role in a company that is not theirs.
    """
    with transaction.atomic():
        known = _known(provider, word)
        sides = _changes(known, word, roles).sides
        for side in sides:
            lock_company(side.pk) if side else lock_roles()
        user = User.objects.select_for_update().filter(pk=known).first()
        if user is None:
            raise NotTaken("person_unknown")
        if not user.is_active:
            raise NotTaken("deactivated")
        record(_linked(user, provider, word), actor_id=user.pk, now=now)
        changes = _changes(known, word, roles)
        # First where nothing is given: a person belongs to one company. A side that changed meanwhile waits.
        for side in sorted(sides, key=lambda one: any(given == one for given, _role in changes.given)):
            _change(user, side, changes, by, now=now)
    return user


def known_to(*, provider: str, word: Word) -> int | None:
    """The key of the person whom the word is about, linked or not; None for nobody."""
    try:
        return _known(provider, word)
    except NotTaken:
        return None


def _known(provider: str, word: Word) -> int:
    linked = SocialAccount.objects.filter(provider=provider, uid=word.subject).values_list("user_id", flat=True).first()
    if linked is not None:
        return linked
    if not word.address:
        raise NotTaken("address_unverified")
    known = User.objects.filter(email=word.address).values_list("pk", flat=True).first()
    if known is None:
        raise NotTaken("person_unknown")
    return known


def _linked(user: User, provider: str, word: Word) -> list[Draft]:
    keys = set(SocialAccount.objects.filter(provider=provider, user=user).values_list("uid", flat=True))
    if word.subject in keys:
        return []
    if keys:
        raise NotTaken("linked_otherwise")
    SocialAccount.objects.create(user=user, provider=provider, uid=word.subject, extra_data={})
    return [Draft(f"person:{user.pk}", "person.linked", {"provider": provider})]


def _changes(user_id: int, word: Word, roles: Roles) -> Changes:
    """How the roles that are mapped differ from what the groups say; of others nothing is known."""
    pairs = {pair for mapped in roles.values() for pair in mapped}
    wanted = {pair for group in word.groups for pair in roles.get(group, ())}
    names = {name for name, _role in pairs if name}
    companies = {row.name: row for row in Partner.objects.filter(name__in=names)} if names else {}
    rows = Membership.objects.filter(user=user_id, partner__in=companies.values()) if companies else ()
    held: set[tuple[int | None, str]] = {(row.partner_id, row.role) for row in rows}
    if any(not name for name, _role in pairs):
        held |= {(None, role) for role in OperatorRole.objects.filter(user=user_id).values_list("role", flat=True)}
    taken, given = set[tuple[Side, str]](), set[tuple[Side, str]]()
    for name, role in pairs:
        side = companies.get(name)
        if name and side is None:
            continue
        has = (side.pk if side else None, role) in held
        if has != ((name, role) in wanted):
            (taken if has else given).add((side, role))
    return Changes(frozenset(taken), frozenset(given))


def _change(user: User, side: Side, changes: Changes, by: str, *, now: datetime) -> None:
    """Takes and gives what changes at one side, which is locked; records it there, and tells the person."""
    taken = {role for one, role in changes.taken if one == side}
    given = {role for one, role in changes.given if one == side}
    kept = _last_admin(user, side) if taken else ""
    drafts: list[Draft] = []
    if kept in taken:
        told = {"person": user.pk, "role": kept, "by": BY}
        drafts = [
            Draft(side.subject, "team.admin_kept", told) if side else Draft(OPERATOR, "operator.admin_kept", told)
        ]
    _write(user, side, taken - {kept}, given)
    if taken - {kept} or given:
        drafts = [*_said(user, side), *drafts, *_withdrawn(user, side, now=now)]
    events = record(drafts, actor_id=None, now=now)
    if taken - {kept} or given:
        _tell(events[0], user, side, by)


def _last_admin(user: User, side: Side) -> str:
    """The role that the person keeps as the last who has it; empty where they are not."""
    if side is None:
        return ADMIN if is_last_admin(user.pk) else ""
    return GLOBAL_ADMIN if is_last_global_admin(user.pk, side.pk) else ""


def _write(user: User, side: Side, taken: Collection[str], given: Collection[str]) -> None:
    if side is None:
        OperatorRole.objects.filter(user=user, role__in=taken).delete()
        OperatorRole.objects.bulk_create(OperatorRole(user=user, role=role) for role in sorted(given))
        return
    Membership.objects.filter(user=user, partner=side, role__in=taken).delete()
    try:
        for role in sorted(given):
            Membership.objects.create(user=user, partner=side, role=role)
    except ValidationError:
        raise NotTaken("other_company") from None


def _said(user: User, side: Side) -> list[Draft]:
    if side is None:
        after = roles_of(user)
        return [
            Draft(user.subject, "person.appointed", {"roles": after, "by": BY}),
            Draft(OPERATOR, "operator.appointed", {"person": user.pk, "roles": after, "by": BY}),
        ]
    told = {"person": user.pk, "grants": [one.as_json for one in grants_of(user.pk, side.pk)], "by": BY}
    return [Draft(user.subject, "person.roles_changed", told), Draft(side.subject, "team.roles_changed", told)]


def _withdrawn(user: User, side: Side, *, now: datetime) -> list[Draft]:
    """What becomes of invitations of who asks nobody in any more at this side."""
    if side is None:
        asks = ADMIN in roles_of(user)
    else:
        asks = standing_of(User.objects.get(pk=user.pk)).scope(Power.TEAM) is None
    return [] if asks else withdraw_sent_by(user, now=now)


def _tell(event: Event, user: User, side: Side, by: str) -> None:
    if side is None:
        told = [{"role": role, "mpn_ids": None} for role in roles_of(user)]
    else:
        told = named(grants_of(user.pk, side.pk))
    values = {"company": side.name if side else "", "by": by, "roles": told}
    tell(event, [Notice(user.pk, "roles_changed", "/team/" if side else "/", values)])
