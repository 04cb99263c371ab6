"""Roles in a company as they are chosen: read, held against what the giver may give, and written."""

import re
from collections.abc import Collection, Iterable

from django.utils.translation import gettext as _

from partners.actions.refusals import refusal
from partners.facts import Grant, Power, Standing, reach_of
from partners.models import Membership, MpnId

GlobalAdmins = dict[int, tuple[frozenset[int], frozenset[int]]]
Wanted = Collection[tuple[str, str]]  # a role, and the number of an MPN ID, or "" for all of the company


def read_grants(wanted: Wanted, partner_id: int) -> tuple[Grant, ...]:
    """The roles that somebody chose. One for all of the company holds for all, whatever else is chosen of it.

    Raises:
        ValidationError: `role_missing`; `role_unknown`; `mpn_id_unknown`, for another company's as for none at all.
    """
    if not wanted:
        raise refusal("roles", "role_missing", _("Choose at least one role."))
    if unknown := sorted({role for role, _number in wanted} - set(Membership.Role.values)):
        raise refusal("roles", "role_unknown", _("There is no role %(role)s.") % {"role": unknown[0][:20]})
    numbers = {number for _role, number in wanted if number}
    readable = [number for number in numbers if re.fullmatch(r"[0-9]{1,16}", number)]
    keys = dict(MpnId.objects.filter(partner_id=partner_id, number__in=readable).values_list("number", "pk"))
    if missing := sorted(numbers - keys.keys()):
        message = _("Your company has no MPN ID %(number)s.") % {"number": missing[0][:16]}
        raise refusal("roles", "mpn_id_unknown", message)
    chosen: dict[str, set[int]] = {}
    for role, number in wanted:
        chosen.setdefault(role, set()).update({keys[number]} if number else ())
    for_all = {role for role, number in wanted if not number}
    return tuple(Grant(role, None if role in for_all else frozenset(ids)) for role, ids in sorted(chosen.items()))


def grants_of(user_id: int, partner_id: int) -> tuple[Grant, ...]:
    """The roles that a person has in a company, whether they are active or not. One query."""
    rows = Membership.objects.filter(user_id=user_id, partner_id=partner_id).values_list("role", "mpn_ids")
    chosen: dict[str, set[int]] = {}
    for role, key in rows:
        chosen.setdefault(role, set()).update(() if key is None else {key})
    return tuple(Grant(role, frozenset(ids) or None) for role, ids in sorted(chosen.items()))


def require_reach(giver: Standing, before: Iterable[Grant], after: Iterable[Grant]) -> None:
    """Lets pass what changes nothing beyond the MPN IDs for which the giver keeps the team.

    Raises:
        ValidationError: `wider_than_own`.
    """
    scope = giver.scope(Power.TEAM)
    changed = reach_of(before) ^ reach_of(after)
    if scope is not None and any(key is None or key not in scope for _role, key in changed):
        message = _("You keep the team for chosen MPN IDs only. A global admin of the whole company can do this.")
        raise refusal("roles", "wider_than_own", message)


def write_grants(user_id: int, partner_id: int, grants: Iterable[Grant]) -> None:
    """Puts these roles in the place of those that the person has in the company."""
    Membership.objects.filter(user_id=user_id, partner_id=partner_id).delete()
    for grant in grants:
        row = Membership(user_id=user_id, partner_id=partner_id, role=grant.role)
        row.save()
        if grant.mpn_ids is not None:
            row.mpn_ids.set(grant.mpn_ids)


def signature(grants: Iterable[Grant]) -> str:
    """What a page carries of the roles it shows, so that nobody overwrites unseen what was changed meanwhile."""
    return ",".join(
        f"{role}:{key or ''}" for role, key in sorted(reach_of(grants), key=lambda one: (one[0], one[1] or 0))
    )


def is_last_global_admin(user_id: int, partner_id: int) -> bool:
    """Whether a company would lack a global admin without this one; one for all of it, where it has such ones."""
    for_all, everyone = global_admins(partner_id)
    alone_for_all = user_id in for_all and not for_all - {user_id}
    return alone_for_all or (user_id in everyone and not everyone - {user_id})


def global_admins_of(partner_ids: Collection[int]) -> GlobalAdmins:
    """As `global_admins`, of each of several companies; in one query."""
    found: dict[int, tuple[set[int], set[int]]] = {partner_id: (set(), set()) for partner_id in partner_ids}
    rows = Membership.objects.filter(
        partner_id__in=partner_ids, role=Membership.Role.GLOBAL_ADMIN, user__is_active=True
    )
    for partner_id, user_id, key in rows.values_list("partner_id", "user_id", "mpn_ids"):
        found[partner_id][1].add(user_id)
        if key is None:
            found[partner_id][0].add(user_id)
    return {key: (frozenset(for_all), frozenset(every)) for key, (for_all, every) in found.items()}


def global_admins(partner_id: int) -> tuple[frozenset[int], frozenset[int]]:
    """The ids of a company's active global admins: those for all of it, and all of them."""
    return global_admins_of([partner_id])[partner_id]
