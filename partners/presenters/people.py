"""A team as pages show it: who has which role for what, and who is asked in."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.outbox import Fate
from partners.facts import Grant, Power
from partners.models import Invitation, Membership, MpnId, User
from partners.people import named

Pair = tuple[str, str]

# From the narrowest to the widest: each has all that the one before it has.
ROLES = tuple(reversed(Membership.Role))
POWERS = {
    Power.CLAIM: gettext_lazy("files claims"),
    Power.DISASSOCIATE: gettext_lazy("gives up, disputes"),
    Power.ENROLL: gettext_lazy("enrols MPN IDs"),
    Power.TEAM: gettext_lazy("keeps the team"),
}


def grants_in(memberships: Iterable[Membership]) -> tuple[Grant, ...]:
    """The roles that these rows of one person are, the widest first; their MPN IDs were read with them."""
    grants = [Grant(row.role, frozenset(one.pk for one in row.mpn_ids.all()) or None) for row in memberships]
    return tuple(sorted(grants, key=lambda grant: -ROLES.index(Membership.Role(grant.role))))


def member_row(user: User, names: Mapping[int, str], *, viewer_id: int, now: datetime) -> dict[str, Any]:
    """One of a company's people, whose memberships were read with them."""
    return {
        "person": user,
        "roles": named(grants_in(user.memberships.all()), names),
        "me": user.pk == viewer_id,
        "seen": last_seen(user, now),
    }


def last_seen(user: User, now: datetime) -> str:
    """About when somebody signed in last: nobody's hours are watched."""
    if user.last_login is None:
        return _("never")
    ago = now - user.last_login
    if ago < timedelta(days=1):
        return _("today")
    if ago < timedelta(days=7):
        return _("in the last 7 days")
    return _("in the last 30 days") if ago < timedelta(days=30) else _("longer ago")


def invitation_row(
    invitation: Invitation, names: Mapping[int, str], fate: Fate | None, *, now: datetime
) -> dict[str, Any]:
    """An open invitation, and how it stands: `waits`, `over`, or `came_back` where its letter reached nobody."""
    lost = fate is not None and (fate.bounced_at or fate.parked_at)
    return {
        "invitation": invitation,
        "roles": named(invitation.grants, names),
        "state": "over" if invitation.state(now) == "expired" else "came_back" if lost else "waits",
    }


def matrix(
    mpn_ids: Sequence[MpnId],
    chosen: Collection[tuple[str, str]],
    *,
    whole: bool,
    kept: Collection[tuple[str, str]] = (),
) -> dict[str, Any]:
    """Roles to choose: a column for each, a row for all of the company, if `whole`, and one for each MPN ID.

    `chosen` are pairs of a role and a number, "" for all; `kept` are those that stand beyond the chooser's reach.
    """
    places = [("", _("All MPN IDs, also those to come"))] if whole else []
    places += [(row.number, str(row)) for row in mpn_ids]
    may = {role: ", ".join(str(word) for power, word in POWERS.items() if role in power.value) for role in ROLES}
    return {
        "columns": [{"role": role.value, "may": may[role]} for role in ROLES],
        "rows": [
            {
                "label": label,
                "all": not number,
                "cells": [
                    {
                        "role": role.value,
                        "value": f"{role.value}:{number}",
                        "on": (role.value, number) in chosen,
                        "may": "" if row else may[role],
                    }
                    for role in ROLES
                ],
            }
            for row, (number, label) in enumerate(places)
        ],
        "kept": [f"{role}:{number}" for role, number in kept],
    }
