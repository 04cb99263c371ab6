"""Reads where people stand and which MPN IDs they may choose, into frozen facts, in a constant number of queries."""

from collections import defaultdict
from dataclasses import replace
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, Value

from partners.facts import EnrollmentFacts, Grant, MpnFacts, Standing
from partners.models import Conflict, Membership, MpnId, OperatorRole, User

MPN_COLUMNS = ("pk", "number", "name", "kind", "country", "partner_types")
PERIOD_COLUMNS = (
    "enrollments__program__code",
    "enrollments__program__name",
    "enrollments__program__solution_area",
    "enrollments__program__activities",
    "enrollments__periods__valid_from",
    "enrollments__periods__valid_until",
)


def standing_of(user: User | AnonymousUser) -> Standing:
    """Where this person stands, in two queries, once per request; nobody and a person who left stand nowhere."""
    if not user.is_authenticated or not user.is_active:
        return Standing(user_id=user.pk)
    kept: Standing | None = getattr(user, "_standing", None)
    if kept is None:
        # The person of a request is read afresh by each request, so what is kept lasts no longer.
        kept = user._standing = _standing_of(user)  # type: ignore[attr-defined]
    return kept


def _standing_of(user: User) -> Standing:
    memberships = list(
        Membership.objects.filter(user_id=user.pk)
        .order_by("pk")
        .values_list("pk", "partner_id", "partner__name", "role", "mpn_ids")
    )
    partner_id, partner_name = memberships[0][1:3] if memberships else (None, "")
    operator_roles, conflicts = _at_operator(user.pk)
    if partner_id is not None:
        conflicts.add(partner_id)
    return Standing(
        user_id=user.pk,
        partner_id=partner_id,
        partner_name=partner_name,
        grants=_grants([row for row in memberships if row[1] == partner_id]),
        operator_roles=frozenset(operator_roles),
        conflicts=frozenset(conflicts),
    )


def _at_operator(user_id: int) -> tuple[set[str], set[int]]:
    """Roles at the operator and declared conflicts, in one query."""
    nothing = Value(None, output_field=BigIntegerField())
    roles = OperatorRole.objects.filter(user_id=user_id).values_list("role", nothing)
    conflicts = Conflict.objects.filter(user_id=user_id).values_list(Value(""), "partner_id")
    rows = list(roles.union(conflicts, all=True))
    return {role for role, _ in rows if role}, {partner_id for _, partner_id in rows if partner_id is not None}


def _grants(rows: list[tuple]) -> tuple[Grant, ...]:
    chosen: dict[str, set[int]] = defaultdict(set)
    for _pk, _partner_id, _name, role, mpn_id in rows:
        chosen[role] |= set() if mpn_id is None else {mpn_id}
    return tuple(Grant(role=role, mpn_ids=frozenset(ids) or None) for role, ids in sorted(chosen.items()))


def mpn_choices(standing: Standing, today: date) -> list[MpnFacts]:
    """The MPN IDs this person may claim with, for a picker: locations enrolled on `today` first, the global ID last.

    One query, however many IDs and enrolments; none for a person without a company.
    """
    if standing.partner_id is None or not standing.may_claim:
        return []
    rows = MpnId.objects.filter(partner_id=standing.partner_id)
    if standing.mpn_ids is not None:
        rows = rows.filter(pk__in=standing.mpn_ids)
    facts: dict[int, MpnFacts] = {}
    periods: dict[int, list[EnrollmentFacts]] = defaultdict(list)
    in_order = rows.order_by("enrollments__program__code", "enrollments__periods__valid_from")
    for pk, number, name, kind, country, types, *period in in_order.values_list(*MPN_COLUMNS, *PERIOD_COLUMNS):
        facts[pk] = MpnFacts(pk, number, name, kind, country, tuple(types), ())
        code, program, area, activities, valid_from, valid_until = period
        if valid_from is not None:
            periods[pk].append(EnrollmentFacts(code, program, area, tuple(activities), valid_from, valid_until))
    found = [replace(fact, enrollments=tuple(periods[pk])) for pk, fact in facts.items()]
    return sorted(found, key=lambda fact: (fact.kind == MpnId.Kind.GLOBAL, not fact.enrolled(today), fact.number))
