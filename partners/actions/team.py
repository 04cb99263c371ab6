"""A company's people: asked in, given other roles, let go. Only its global admins do it. Source: design, section 1.

What somebody began stays their company's: `claims.actions.leaving` says so with it, and is made of `remove_member`.
"""

from datetime import datetime

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from events.log import Draft, record
from events.outbox import Notice, tell
from partners.actions.access import end_access, withdraw_sent_by
from partners.actions.grants import (
    Wanted,
    global_admins,
    grants_of,
    read_grants,
    require_reach,
    signature,
    write_grants,
)
from partners.actions.invitations import Asked, ask_in
from partners.actions.letters import tell_of_end
from partners.actions.lock import lock_team
from partners.actions.refusals import refusal, refusals_are_recorded
from partners.facts import Power
from partners.models import Invitation, Partner, User
from partners.people import named, team_of
from partners.roles import standing_of


@refusals_are_recorded
def invite_member(*, email: str, wanted: Wanted, language: str, actor: User, now: datetime, token: str) -> Invitation:
    """Asks somebody into the actor's company, by a letter whose link holds `token`, freshly drawn by the caller.

    An address that signs in elsewhere is asked like any other: who asks must not learn of it from us. The page that the
    letter leads to tells its reader.

    Raises:
        ValidationError: `email_invalid`, `already_member`, `already_invited`, `too_many_invitations`; those of
            `read_grants` and `require_reach`.
        PermissionDenied: for who keeps no team.
    """
    with transaction.atomic():
        partner, giver = lock_team(actor)
        grants = read_grants(wanted, partner.pk)
        require_reach(giver, (), grants)
        return ask_in(Asked(email, language, partner, grants), actor=actor, now=now, token=token)


@refusals_are_recorded
def change_roles(*, person_id: int, wanted: Wanted, seen: str, actor: User, now: datetime) -> User:
    """Gives a colleague these roles in the place of those they had; `seen` is the signature of those the actor saw.

    They are told. Who keeps the team of all the company no more has no invitation waiting any more.

    Raises:
        ValidationError: `changed_meanwhile`; `last_global_admin`; those of `read_grants` and `require_reach`.
        Http404: for who is none of the company's people.
        PermissionDenied: for who keeps no team.
    """
    with transaction.atomic():
        partner, giver = lock_team(actor)
        member = lock_member(person_id, partner)
        before, (for_all, _all) = grants_of(member.pk, partner.pk), global_admins(partner.pk)
        if seen != signature(before):
            message = _("Somebody changed these roles meanwhile. Below is how they stand now: choose again.")
            raise refusal("", "changed_meanwhile", message)
        grants = read_grants(wanted, partner.pk)
        require_reach(giver, before, grants)
        if grants == before:
            return member
        write_grants(member.pk, partner.pk, grants)
        _require_admin(partner, for_all)
        keeps_all = standing_of(User.objects.get(pk=member.pk)).scope(Power.TEAM) is None
        said = {"person": member.pk, "grants": [grant.as_json for grant in grants]}
        drafts = [
            Draft(member.subject, "person.roles_changed", said),
            Draft(partner.subject, "team.roles_changed", said),
            *([] if keeps_all else withdraw_sent_by(member, now=now)),
        ]
        event, *_others = record(drafts, actor_id=actor.pk, now=now)
        values = {"company": partner.name, "by": str(actor), "roles": named(grants)}
        tell(event, [Notice(member.pk, "roles_changed", "/team/", values)])
    return member


@refusals_are_recorded
def remove_member(*, person_id: int, actor: User, now: datetime) -> User:
    """Lets a colleague go: from their next request on, no session and no token of theirs lets them in.

    What they began stays the company's. They are told by letter. An admin may let themselves go, but not the last one.

    Raises:
        ValidationError: `last_global_admin`; `wider_than_own`, where they have a role beyond the actor's reach.
        Http404: for who is none of the company's people.
        PermissionDenied: for who keeps no team.
    """
    with transaction.atomic():
        partner, giver = lock_team(actor)
        member = lock_member(person_id, partner)
        for_all, _all = global_admins(partner.pk)
        require_reach(giver, grants_of(member.pk, partner.pk), ())
        ended = end_access(user=member, now=now)
        _require_admin(partner, for_all)
        drafts = [
            Draft(member.subject, "person.removed", {"company": partner.pk, "tokens": ended.tokens}),
            Draft(partner.subject, "team.person_removed", {"person": member.pk}),
            *ended.withdrawn,
        ]
        event, *_others = record(drafts, actor_id=actor.pk, now=now)
        tell_of_end(event, member, company=partner.name)
    return member


def lock_member(person_id: int, partner: Partner) -> User:
    """One of the company's people, locked.

    Raises:
        Http404: for anybody else.
    """
    member = team_of(partner.pk).select_for_update(no_key=True).filter(pk=person_id).first()
    if member is None:
        raise Http404
    return member


def _require_admin(partner: Partner, for_all: frozenset[int]) -> None:
    """Lets an act pass that leaves the company with a global admin; one for all of it, where `for_all` had such ones.

    Raises:
        ValidationError: `last_global_admin`.
    """
    left_for_all, left = global_admins(partner.pk)
    if not left or (for_all and not left_for_all):
        message = _("Your company needs a global admin for all of it. Make somebody else one first.")
        raise refusal("", "last_global_admin", message)
