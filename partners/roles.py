"""Reads where people stand and which MPN IDs they may choose, into frozen facts, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, QuerySet

from partners.facts import EnrollmentFacts, Grant, MpnFacts, Standing
from partners.models import MpnId, User
from partners.states import WAITING

NOTHING: Mapping[str, F] = MappingProxyType({})
MPN_COLUMNS = ("pk", "number", "name", "kind", "country", "partner_types")
PERIOD_COLUMNS = (
    "enrollments__program__code",
    "enrollments__program__name",
    "enrollments__program__solution_area",
    "enrollments__program__activities",
    "enrollments__periods__valid_from",
    "enrollments__periods__valid_until",
    "enrollments__state",
    "enrollments__until",
    "enrollments__renews",
    "enrollments__program__renews",
)


def standing_of(user: User | AnonymousUser) -> Standing:
    """Where this person stands, once per request; nobody and a person who left stand nowhere.

    One query, and none for a person found by `person`.
    """
    if not user.is_authenticated or not user.is_active:
        return Standing(user_id=user.pk)
    kept: Standing | None = getattr(user, "_standing", None)
    if kept is None:
        kept = _standing(user.pk, _with_standing(User.objects.filter(pk=user.pk)))
        # The person of a request is read afresh by each request, so what is kept lasts no longer.
        user._standing = kept  # type: ignore[attr-defined]
    return kept


def person(*, seen: Mapping[str, F] = NOTHING, **which: Any) -> User | None:
    """The one active person that `which`, filters on User, finds, together with their standing, in one query.

    `seen` names what else of the rows that were found is to stand on the person.
    """
    rows = _with_standing(User.objects.filter(is_active=True, **which).annotate(**seen))
    if not rows:
        return None
    found = rows[0]
    found._standing = _standing(found.pk, rows)
    return found


def _with_standing(people: QuerySet[User]) -> list[Any]:
    """The person once for each combination of their role, MPN ID, role at the operator and conflict.

    The combinations are few: one has many MPN IDs at a company, or many conflicts at the operator, never both.
    """
    rows = people.annotate(
        membership=F("memberships__pk"),
        company=F("memberships__partner_id"),
        company_name=F("memberships__partner__name"),
        company_role=F("memberships__role"),
        chosen=F("memberships__mpn_ids"),
        operator_role=F("operator_roles__role"),
        conflict=F("conflicts__partner_id"),
    )
    return list(rows.order_by("membership"))


def _standing(user_id: int, rows: list[Any]) -> Standing:
    partner_id, partner_name = (rows[0].company, rows[0].company_name or "") if rows else (None, "")
    conflicts = {row.conflict for row in rows} | {partner_id}
    return Standing(
        user_id=user_id,
        partner_id=partner_id,
        partner_name=partner_name,
        grants=_grants({(row.company_role, row.chosen) for row in rows if row.company == partner_id}),
        operator_roles=frozenset(row.operator_role for row in rows if row.operator_role),
        conflicts=frozenset(key for key in conflicts if key is not None),
    )


def _grants(rows: set[tuple[str | None, int | None]]) -> tuple[Grant, ...]:
    chosen: dict[str, set[int]] = defaultdict(set)
    for role, mpn_id in rows:
        if role:
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
    waiting: dict[int, list[str]] = defaultdict(list)
    in_order = rows.order_by("enrollments__program__code", "enrollments__periods__valid_from")
    for pk, number, name, kind, country, types, *period in in_order.values_list(*MPN_COLUMNS, *PERIOD_COLUMNS):
        facts[pk] = MpnFacts(pk, number, name, kind, country, tuple(types), ())
        code, program, area, activities, valid_from, valid_until, state, until, wanted, program_renews = period
        if state in WAITING:
            waiting[pk].append(program)
        if valid_from is not None:
            goes_on = valid_until is not None and valid_until == until and bool(wanted and program_renews)
            period_facts = EnrollmentFacts(code, program, area, tuple(activities), valid_from, valid_until, goes_on)
            periods[pk].append(period_facts)
    found = [
        replace(fact, enrollments=tuple(periods[pk]), waiting=tuple(dict.fromkeys(waiting[pk])))
        for pk, fact in facts.items()
    ]
    return sorted(found, key=lambda fact: (fact.kind == MpnId.Kind.GLOBAL, not fact.enrolled(today), fact.number))
