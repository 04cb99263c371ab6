"""Reads where people stand and which MPN IDs they may choose, into frozen facts, in a constant number of queries."""

from collections import defaultdict
from datetime import date

from django.contrib.auth.models import AnonymousUser

from partners.facts import Contact, EnrollmentFacts, Grant, MpnFacts, Standing
from partners.models import Conflict, EnrollmentPeriod, Membership, MpnId, OperatorRole, User


def standing_of(user: User | AnonymousUser) -> Standing:
    """Where this person stands, in three queries; nobody and a person who left stand nowhere, in none."""
    if not user.is_authenticated or not user.is_active:
        return Standing(user_id=user.pk)
    memberships = list(
        Membership.objects.filter(user_id=user.pk)
        .order_by("pk")
        .values_list("pk", "partner_id", "partner__name", "role", "mpn_ids")
    )
    partner_id, partner_name = memberships[0][1:3] if memberships else (None, "")
    conflicts = set(Conflict.objects.filter(user_id=user.pk).values_list("partner_id", flat=True))
    if partner_id is not None:
        conflicts.add(partner_id)
    return Standing(
        user_id=user.pk,
        partner_id=partner_id,
        partner_name=partner_name,
        grants=_grants([row for row in memberships if row[1] == partner_id]),
        operator_roles=frozenset(OperatorRole.objects.filter(user_id=user.pk).values_list("role", flat=True)),
        conflicts=frozenset(conflicts),
    )


def _grants(rows: list[tuple]) -> tuple[Grant, ...]:
    chosen: dict[str, set[int]] = defaultdict(set)
    for _pk, _partner_id, _name, role, mpn_id in rows:
        chosen[role] |= set() if mpn_id is None else {mpn_id}
    return tuple(Grant(role=role, mpn_ids=frozenset(ids) or None) for role, ids in sorted(chosen.items()))


def mpn_choices(standing: Standing, today: date) -> list[MpnFacts]:
    """The MPN IDs this person may claim with, for a picker: locations enrolled on `today` first, the global ID last.

    Two queries, however many IDs and enrolments; none for a person without a company.
    """
    if standing.partner_id is None or not standing.may_claim:
        return []
    rows = MpnId.objects.filter(partner_id=standing.partner_id)
    if standing.mpn_ids is not None:
        rows = rows.filter(pk__in=standing.mpn_ids)
    ids = list(rows)
    periods = _periods([row.pk for row in ids])
    facts = [
        MpnFacts(
            id=row.pk,
            number=row.number,
            name=row.name,
            kind=row.kind,
            country=row.country,
            partner_types=tuple(row.partner_types),
            enrollments=tuple(periods[row.pk]),
        )
        for row in ids
    ]
    return sorted(facts, key=lambda fact: (fact.kind == MpnId.Kind.GLOBAL, not fact.enrolled(today), fact.number))


def _periods(mpn_ids: list[int]) -> dict[int, list[EnrollmentFacts]]:
    found: dict[int, list[EnrollmentFacts]] = defaultdict(list)
    rows = EnrollmentPeriod.objects.filter(enrollment__mpn_id__in=mpn_ids).select_related("enrollment__program")
    for row in rows.order_by("enrollment__program__code", "valid_from"):
        program = row.enrollment.program
        found[row.enrollment.mpn_id_id].append(
            EnrollmentFacts(
                program_code=program.code,
                program_name=program.name,
                solution_area=program.solution_area,
                activities=tuple(program.activities),
                valid_from=row.valid_from,
                valid_until=row.valid_until,
            )
        )
    return found


def global_admins(partner_id: int) -> list[Contact]:
    """Whom a company's people ask for enrolments and roles: its active global admins, by name. One query."""
    people = User.objects.filter(
        is_active=True,
        memberships__partner_id=partner_id,
        memberships__role=Membership.Role.GLOBAL_ADMIN,
    )
    return sorted(Contact(name=str(person), email=person.email) for person in people)
