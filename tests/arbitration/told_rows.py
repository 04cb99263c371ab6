"""What the database holds of claims, cases and who holds what, in the words of the model; read after each step."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from claims.models import Association, Case, Claim, ClaimLine, InformationRequest, Party, Revocation
from tests.arbitration import model_things as told
from tests.arbitration.model import Model
from tests.world import NOW

LAST = NOW + timedelta(days=300)  # holidays are named until then


class Query:
    """Rows of values, by SQL that is made once: to make it takes Django four times as long as to run it."""

    def __init__(self, rows: "QuerySet[Any, Any]") -> None:
        self.compiler = rows.query.get_compiler(rows.db)
        self.sql, self.values = self.compiler.as_sql()

    def rows(self) -> list[tuple[Any, ...]]:
        """As they are now."""
        with connection.cursor() as cursor:
            cursor.execute(self.sql, self.values)
            found = cursor.fetchall()
        return list(self.compiler.results_iter(results=[found], tuple_expected=True))


class Rows:
    """Reads all that the model tells, one query for each table; `firms` and `people` are what it calls their keys."""

    def __init__(self, firms: Mapping[int, str], people: Mapping[int, str]) -> None:
        self.firms, self.people = firms, {**people, None: ""}
        sent = Claim.objects.exclude(state="editing")
        self.claims = Query(
            sent.values_list("pk", "state", "reviewer_id", "lease_until", "reviewed_at", "returns_to").order_by()
        )
        opened = ClaimLine.objects.exclude(state="draft").order_by()
        self.lines = Query(
            opened.values_list("pk", "state", "reason", "association__since", "consent__outcome", "final")
        )
        self.held = Query(
            Association.objects.values_list(
                "unit_id", "partner_id", "since", "until", "displaces__since", "replaces__since"
            )
        )
        self.parties = Query(Party.objects.values_list("case_id", "partner_id"))
        self.cases = Query(Case.objects.values_list("pk", "unit_id", "state", "round"))
        asked = InformationRequest.objects.filter(case__isnull=False)
        self.requests = Query(asked.values_list("pk", "answered_at", "lapsed_at", "closed_at"))
        waiting = Revocation.objects.filter(agreed_at=None, dropped_at=None)
        self.revocations = Query(waiting.values_list("line_id", "proposed_by_id"))

    def found(self) -> dict[str, Any]:
        """All of it, now."""
        parties: dict[int, set[str]] = {}
        for case_id, partner_id in self.parties.rows():
            parties.setdefault(case_id, set()).add(self.firms[partner_id])
        return {
            "claims": {
                pk: (state, *((self.people[by], lease, reviewed is not None, to) if state in told.OPEN_CLAIMS else ()))
                for pk, state, by, lease, reviewed, to in self.claims.rows()
            },
            "lines": {pk: tuple(rest) for pk, *rest in self.lines.rows()},
            "associations": in_order((unit, self.firms[pk], *rest) for unit, pk, *rest in self.held.rows()),
            "cases": {
                pk: (unit, state, number, parties.get(pk, set())) for pk, unit, state, number in self.cases.rows()
            },
            "requests": {
                pk: "answered" if answered else "lapsed" if lapsed else "closed" if closed else "open"
                for pk, answered, lapsed, closed in self.requests.rows()
            },
            "revocations": {pk: self.people[by] for pk, by in self.revocations.rows()},
        }


def in_order(held: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Associations as they began; those of one act by their unit."""
    return sorted(held, key=lambda row: (row[2], row[0]))


def expected(model: Model, units: Mapping[int, int]) -> dict[str, Any]:
    """The same, of the model; `units` are the keys of what it numbers."""
    return {
        "claims": {
            claim.pk: (
                claim.state,
                *(
                    (claim.reviewer, claim.lease_until, claim.reviewed, claim.returns_to)
                    if claim.state in told.OPEN_CLAIMS
                    else ()
                ),
            )
            for claim in model.claims
        },
        "lines": {
            line.pk: (
                line.state,
                line.reason,
                line.association.since if line.association else None,
                line.consent.outcome if line.consent else None,
                line.final,
            )
            for line in model.lines
        },
        "associations": in_order(
            (
                units[one.unit],
                one.firm,
                one.since,
                one.until,
                one.displaces.since if one.displaces else None,
                one.replaces.since if one.replaces else None,
            )
            for one in model.associations
        ),
        "cases": {case.pk: (units[case.unit], case.state, case.round, case.parties) for case in model.cases},
        "requests": {request.pk: request.state for request in model.requests},
        "revocations": {line.pk: line.revoker for line in model.lines if line.revoker},
    }


def never(model: Model, units: Collection[int]) -> None:
    """What must not be, however it came: said of the rows, which are what the model says."""
    for unit in units:
        spans = sorted((one for one in model.associations if one.unit == unit), key=lambda one: one.since)
        for one, after in pairwise(spans):
            assert (one.until or LAST) <= after.since, "two hold one thing"
        for one in spans:
            if one.displaces and not one.replaces:
                assert one.displaces.until == one.since, "a gap between who is displaced and the winner"
        standing = [case for case in model.cases if case.unit == unit and case.state in told.STANDING]
        involved = model.involved(unit)
        assert len(standing) <= 1, "two cases over one thing"
        for case in standing:
            assert len(case.parties) > 1, "a case of one"
            assert case.parties <= involved, "a party with nothing there"
            assert case.state == "proposed" or case.parties == involved, "a partner beside its case"
        if len(involved) > 1:
            assert standing, "two partners and no case"
    held = {one for one in model.associations if one.until is None}
    stands = {line.association for line in model.lines if line.state == "approved"}
    assert held == stands, "an association without a line, or a line without one"
    for line in model.lines:
        if line.state == "approved" and line.association:
            assert (line.association.firm, line.association.unit) == (line.claim.firm, line.unit)
