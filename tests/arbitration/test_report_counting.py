"""Facts and tallies follow the log: what verbs did is counted once, found again by a sweep, and the same made anew."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from arbitration.models import Fact, FactKind, Reckoning, Side, Tally
from arbitration.reports import counting
from arbitration.reports.counting import count_all_anew, count_reports
from arbitration.reports.words import number_of
from claims.models import Claim
from tests.arbitration.given import decide, dispute, second
from tests.arbitration.test_case_life import contested, trio
from tests.arbitration.test_decisions import References, Trio, heard
from tests.claims.given import SALES, SERVICE, sent, stored
from tests.claims.test_decide import approve, check, found, reject
from tests.claims.test_take import LEAD, NADIA, PIETER, take
from tests.world import NOW, World

__all__ = ["contested", "heard", "trio"]  # fixtures

pytestmark = [pytest.mark.usefixtures("own_storage"), pytest.mark.both_databases]
JONAS = "jonas.weber"
TODAY = date(2026, 11, 19)
DUE, LOOK, DECISION, ASKED, OUTCOME, DISPUTE, ENDED = FactKind


def facts(reference: str) -> list[tuple[Any, ...]]:
    """(kind, day, value, who, number) of a claim's facts."""
    rows = Fact.objects.filter(claim=stored(reference).pk).order_by("kind", "day", "value")
    return [
        (row.kind, row.day, row.value, row.reviewer.email.partition("@")[0] if row.reviewer else "", row.number)
        for row in rows.select_related("reviewer")
    ]


def decided(world: World) -> str:
    """A claim to two products: taken and approved the day after, refused the Monday after that."""
    reference = sent(world, JONAS, lines=[SALES, SERVICE])
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        take(world, NADIA, reference)
        check(world, NADIA, reference, found(reference))
        assert approve(world, NADIA, reference).status_code == 200
    with time_machine.travel(NOW + timedelta(days=4), tick=False):
        check(world, NADIA, reference, found(reference, unmet=("dates",)), line=1)
        assert reject(world, NADIA, reference, line=1).status_code == 200
    return reference


DECIDED = [
    (DUE, date(2026, 11, 27), 0, NADIA, 1),
    (LOOK, date(2026, 11, 20), 1, NADIA, 1),
    (DECISION, date(2026, 11, 23), 2, NADIA, 1),
    (ASKED, date(2026, 11, 23), 0, NADIA, 1),
    (OUTCOME, date(2026, 11, 20), 0, NADIA, 1),
    (OUTCOME, date(2026, 11, 23), number_of("dates_missing_or_old"), NADIA, 1),
]


def test_what_the_verbs_did_is_counted_once(world: World) -> None:
    reference = decided(world)
    now = NOW + timedelta(days=5)
    assert count_reports(now=now) == 1
    assert facts(reference) == DECIDED
    assert [count_reports(now=now + timedelta(minutes=minute)) for minute in (0, 5, 3000)] == [0, 0, 0]
    assert facts(reference) == DECIDED


def test_what_happens_later_is_found_by_the_next_sweep(world: World) -> None:
    reference = sent(world, JONAS)
    assert count_reports(now=NOW) == 1
    assert facts(reference) == [(DUE, date(2026, 11, 27), 1, "", 1)]
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        take(world, NADIA, reference)
    assert count_reports(now=NOW + timedelta(hours=3)) == 1
    assert facts(reference) == [(DUE, date(2026, 11, 27), 1, NADIA, 1), (LOOK, TODAY, 0, NADIA, 1)]


def test_an_act_that_is_entered_late_is_found_within_the_hour(world: World) -> None:
    reference = sent(world, JONAS)
    count_reports(now=NOW + timedelta(minutes=59))
    take(world, NADIA, reference)  # at NOW
    assert count_reports(now=NOW + timedelta(minutes=60)) == 1


def test_counting_all_anew_changes_nothing_that_is_right_and_mends_what_is_not(world: World) -> None:
    reference = decided(world)
    now = NOW + timedelta(days=20)
    count_reports(now=now)
    before = tallies()
    assert count_all_anew(now=now) == 0
    Fact.objects.filter(kind=OUTCOME).update(value=3)
    Tally.objects.all().delete()
    assert count_all_anew(now=now) == 1
    assert facts(reference) == DECIDED
    assert tallies() == before


@pytest.mark.parametrize("size", [1, 2, 7])
def test_a_long_log_is_read_in_steps(world: World, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(counting, "EVENTS", size)
    monkeypatch.setattr(counting, "CLAIMS", size)
    count_reports(now=NOW)
    reference = decided(world)
    others = [sent(world, JONAS, lines=[SALES], activity="presales")]
    count_reports(now=NOW + timedelta(days=5))
    assert facts(reference) == DECIDED
    assert all(facts(other) for other in others)
    assert count_all_anew(now=NOW + timedelta(days=5)) == 0


def test_a_claim_that_cannot_be_read_holds_up_no_other(world: World) -> None:
    first, second = sent(world, JONAS), sent(world, JONAS, lines=[SERVICE])
    claim = Claim.objects.filter(pk=stored(first).pk)
    claim.update(solution_area="gone")
    assert count_reports(now=NOW) == 1
    assert (facts(first), len(facts(second))) == ([], 1)


def test_drafts_are_no_facts(world: World) -> None:
    world.api(JONAS).send("POST", "claims/", {"name": "Draft"})
    assert count_reports(now=NOW) == 0
    assert not Fact.objects.exists()


def tallies() -> list[tuple[Any, ...]]:
    rows = Tally.objects.order_by("by_partner", "month", "kind", "value")
    return list(rows.values_list("by_partner", "month", "kind", "value", "reviewer", "partner", "work", "number"))


def test_a_month_is_summed_up_as_far_as_it_is_counted(world: World) -> None:
    """What is due on the 27th is not before the 28th, though it is decided on the 23rd; December begins with nothing."""
    reference = decided(world)
    nadia, partner = world.person(NADIA).pk, stored(reference).partner_id
    november, december = date(2026, 11, 1), date(2026, 12, 1)
    counted = [(kind, value) for kind, _day, value, _who, _number in DECIDED]
    for moment, due, until in (
        ("2026-11-27T23:59:59-08:00", False, december),
        ("2026-11-28T00:00:00-08:00", True, december),
        ("2026-12-01T00:00:00-08:00", True, date(2027, 1, 1)),
    ):
        count_reports(now=datetime.fromisoformat(moment))
        shown = [(kind, value) for kind, value in counted if due or kind != DUE]
        assert tallies() == [
            *((False, november, kind, value, nadia, None, 1, 1) for kind, value in shown),
            *((True, november, kind, value, None, partner, 1, 1) for kind, value in shown),
        ]
        assert Reckoning.objects.get().tallied_until == until


def test_what_is_due_on_the_last_day_of_a_month_is_in_its_sums_though_nobody_touches_it_any_more(world: World) -> None:
    friday = NOW + timedelta(days=1)  # due by the end of Monday 30 November
    with time_machine.travel(friday, tick=False):
        sent(world, JONAS)
    for moment in ("2026-11-30T12:00:00-08:00", "2026-12-03T12:00:00-08:00"):
        count_reports(now=datetime.fromisoformat(moment))
    assert [row[1:4] for row in tallies()] == [(date(2026, 11, 1), DUE, 1)] * 2


def test_a_fact_of_a_month_that_is_over_is_summed_up_anew(world: World) -> None:
    reference = sent(world, JONAS)
    december = datetime.fromisoformat("2026-12-02T12:00:00-08:00")
    count_reports(now=december)
    assert {(kind, value) for _by, _month, kind, value, *_rest in tallies()} == {(DUE, 1)}
    with time_machine.travel(december, tick=False):
        take(world, NADIA, reference)
    count_reports(now=december)
    nadia = world.person(NADIA).pk
    november = [row[4] for row in tallies() if row[:2] == (False, date(2026, 11, 1))]
    assert november == [nadia]  # whose the late review is by now


def test_counting_makes_as_many_statements_for_many_claims_as_for_few(
    world: World, django_assert_max_num_queries: Any
) -> None:
    count_reports(now=NOW)
    for activity in ("usage", "presales"):
        sent(world, JONAS, lines=[SALES, SERVICE], activity=activity)
    with django_assert_max_num_queries(20):
        count_reports(now=NOW)


def sides(*references: str) -> list[list[tuple[int, int, int]]]:
    """Of each claim (kind, value, side) of what was decided and disputed."""
    return [
        list(
            Fact.objects.filter(claim=stored(reference).pk, kind__in=[OUTCOME, DISPUTE])
            .order_by("kind", "side", "value")
            .values_list("kind", "value", "side")
        )
        for reference in references
    ]


def test_the_parties_of_a_case_are_told_apart(world: World, trio: Trio, contested: References, heard: int) -> None:
    """A, who held it, is displaced by B; A disputes that, and wins."""
    a, b, _c = trio
    assert decide(world, PIETER, heard, b).json()["state"] == "proposed"
    assert second(world, LEAD, heard).status_code == 200
    upheld = number_of("another_partner_upheld")
    count_reports(now=NOW)
    assert sides(*contested) == [
        [(OUTCOME, 0, Side.ALONE), (OUTCOME, upheld, Side.INCUMBENT)],
        [(OUTCOME, 0, Side.CHALLENGER)],
        [(OUTCOME, upheld, Side.CHALLENGER)],
    ]
    assert Fact.objects.filter(kind=ASKED, claim=stored(contested[0]).pk).get().value == 0  # asked once it was decided
    assert dispute(world, a, contested[0]).status_code == 200
    count_reports(now=NOW)
    assert sides(contested[0]) == [[(OUTCOME, 0, Side.ALONE), (OUTCOME, upheld, Side.INCUMBENT)]]
