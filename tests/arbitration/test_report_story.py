"""What the events of a claim come to in the reports: exact facts, and both sides of every boundary."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from arbitration.models import FactKind, Side
from arbitration.reports.story import Happened, Told, facts_of
from arbitration.reports.words import number_of
from claims.business_days import Calendar, deadline

ZONE = ZoneInfo("America/Los_Angeles")
THANKSGIVING = date(2026, 11, 26)
CALENDAR = Calendar(ZONE, frozenset(range(5)), {THANKSGIVING: "Thanksgiving"})
MINUTE, NADIA, PIETER = timedelta(minutes=1), 7, 8
DUE, LOOK, DECISION, ASKED, OUTCOME, DISPUTE, ENDED = FactKind
KEPT = AS_BEFORE = STANDS = 0
LATE = OVERTURNED = 1


def at(day: int, hour: int = 12, minute: int = 0, month: int = 11) -> datetime:
    """A moment of the operator's clocks."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)


SENT = at(16)  # a Monday: due by the end of Monday 23 November
DUE_AT = at(24, 0)


def event(kind: str, moment: datetime, who: int | None = None, **data: Any) -> Happened:
    return Happened(kind, data, moment, who)


def sent(moment: datetime = SENT) -> Happened:
    due_at = deadline(moment, 5, CALENDAR).due_at
    return event("claim.submitted", moment, due_at=due_at.isoformat(), lines=1)


def taken(moment: datetime, who: int = NADIA) -> Happened:
    return event("claim.taken", moment, who, reviewer=who)


def approved(moment: datetime, who: int = NADIA, line: int = 1, state: str = "approved", **more: Any) -> Happened:
    return event("claim.line_approved", moment, who, line=line, state=state, **more)


def rejected(moment: datetime, who: int = NADIA, line: int = 1, state: str = "rejected", **more: Any) -> Happened:
    told = {"reason": "product_not_named", **more}
    return event("claim.line_rejected", moment, who, line=line, state=state, **told)


def asked(moment: datetime) -> Happened:
    return event("claim.information_requested", moment, NADIA, due_at=deadline(moment, 5, CALENDAR).due_at.isoformat())


def answered(moment: datetime, state: str = "under_review") -> Happened:
    return event("claim.responded", moment, 99, state=state, due_at=deadline(moment, 5, CALENDAR).due_at.isoformat())


def withdrawn(moment: datetime) -> Happened:
    return event("claim.withdrawn", moment, 99, withdrawn=1, state="withdrawn")


def facts(*events: Happened, kinds: tuple[FactKind, ...] = tuple(FactKind)) -> list[tuple[Any, ...]]:
    """(kind, day of November, value, side, who) of what the events come to, sorted, each as often as it is counted."""
    found: Counter[Told] = facts_of(events, CALENDAR)
    rows = [
        (one.kind, (one.day.month, one.day.day), one.value, one.side, one.reviewer_id)
        for one in found.elements()
        if one.kind in kinds
    ]
    return sorted(rows, key=lambda row: (*row[:4], row[4] or 0))


def due(*events: Happened) -> list[tuple[Any, ...]]:
    """(day, kept or late, who) of reviews that were due."""
    return [(day[1], value, who) for _kind, day, value, _side, who in facts(*events, kinds=(DUE,))]


def test_a_claim_that_was_taken_and_approved() -> None:
    assert facts(sent(), taken(at(17)), approved(at(19))) == [
        (DUE, (11, 23), KEPT, Side.ALONE, NADIA),
        (LOOK, (11, 17), 1, Side.ALONE, NADIA),
        (DECISION, (11, 19), 3, Side.ALONE, NADIA),
        (ASKED, (11, 19), 0, Side.ALONE, NADIA),
        (OUTCOME, (11, 19), STANDS, Side.ALONE, NADIA),
    ]


@pytest.mark.parametrize(
    ("decided", "value"),
    [(DUE_AT - timedelta(microseconds=1), KEPT), (DUE_AT, LATE), (DUE_AT + MINUTE, LATE)],
)
def test_it_is_kept_until_the_instant_it_is_due_and_late_from_then_on(decided: datetime, value: int) -> None:
    assert due(sent(), taken(at(17)), approved(decided)) == [(23, value, NADIA)]


def test_what_is_due_as_a_month_ends_is_of_that_month() -> None:
    first = at(20, month=11)  # Friday; Thanksgiving does not count: due by the end of Monday 30 November
    assert deadline(first, 5, CALENDAR).due_at == at(1, 0, month=12)
    assert facts(sent(first), kinds=(DUE,)) == [(DUE, (11, 30), LATE, Side.ALONE, None)]
    assert facts(sent(at(23)), kinds=(DUE,)) == [(DUE, (12, 1), LATE, Side.ALONE, None)]


def test_a_review_that_is_open_is_late_on_its_last_day_and_whose_it_is() -> None:
    assert due(sent()) == [(23, LATE, None)]
    assert due(sent(), taken(at(17))) == [(23, LATE, NADIA)]
    assert due(sent(), taken(at(17)), event("claim.released", at(18), NADIA, reviewer=NADIA)) == [(23, LATE, None)]


@pytest.mark.parametrize(
    ("moment", "counted"),
    [(DUE_AT - MINUTE, []), (DUE_AT, [(23, LATE, NADIA)]), (DUE_AT + MINUTE, [(23, LATE, NADIA)])],
)
def test_what_is_withdrawn_before_it_is_due_is_not_counted(moment: datetime, counted: list[Any]) -> None:
    events = (sent(), taken(at(17)), withdrawn(moment))
    assert due(*events) == counted
    assert facts(*events, kinds=(DECISION, ASKED, OUTCOME)) == []


@pytest.mark.parametrize(("moment", "counted"), [(at(23), []), (at(24), [(23, LATE, None)])])
def test_what_dies_with_its_subscription_is_refused_by_nobody(moment: datetime, counted: list[Any]) -> None:
    events = (sent(), event("claim.subscription_ended", moment, lines=[1], state="rejected"))
    assert due(*events) == counted
    refused = (OUTCOME, (11, moment.day), number_of("subscription_ended"), Side.ALONE, None)
    assert facts(*events, kinds=(DECISION, ASKED, OUTCOME, ENDED)) == [refused]


def test_asking_the_partner_meets_the_clock_and_its_answer_begins_another() -> None:
    events = (sent(), taken(at(17)), asked(at(18)), answered(at(20)), approved(at(30)))
    assert facts(*events, kinds=(DUE,)) == [
        (DUE, (11, 23), KEPT, Side.ALONE, NADIA),
        (DUE, (11, 30), KEPT, Side.ALONE, NADIA),
    ]


def test_asking_too_late_does_not_meet_it() -> None:
    assert due(sent(), taken(at(17)), asked(DUE_AT - MINUTE)) == [(23, KEPT, NADIA)]
    assert due(sent(), taken(at(17)), asked(DUE_AT)) == [(23, LATE, NADIA)]


def test_the_days_on_which_it_was_the_partners_turn_are_no_part_of_the_time_to_decision() -> None:
    # Monday to Wednesday: 2. The partner's turn until Monday 23. Then Tuesday and Wednesday: 2. Thanksgiving is none.
    events = (sent(), taken(at(16)), asked(at(18)), answered(at(23)), approved(at(25)))
    assert facts(*events, kinds=(DECISION, ASKED, LOOK)) == [
        (LOOK, (11, 16), 0, Side.ALONE, NADIA),
        (DECISION, (11, 25), 4, Side.ALONE, NADIA),
        (ASKED, (11, 25), 1, Side.ALONE, NADIA),
    ]


def test_days_off_are_no_part_of_it_either() -> None:
    wednesday, friday = at(25), at(27)
    assert facts(sent(wednesday), taken(friday), kinds=(LOOK,)) == [(LOOK, (11, 27), 1, Side.ALONE, NADIA)]
    saturday = at(28)
    assert facts(sent(wednesday), taken(saturday), kinds=(LOOK,)) == [(LOOK, (11, 28), 1, Side.ALONE, NADIA)]


def test_only_the_first_look_counts_and_being_given_the_claim_is_one() -> None:
    given = event("claim.reassigned", at(18), PIETER, reviewer=NADIA, former=None)
    assert facts(sent(), given, taken(at(20), PIETER), kinds=(LOOK,)) == [(LOOK, (11, 18), 2, Side.ALONE, NADIA)]


def test_a_claim_is_decided_with_its_last_open_line() -> None:
    events = (sent(), taken(at(17)), approved(at(18), state="under_review"), rejected(at(19), line=2, state="approved"))
    assert facts(*events, kinds=(DUE, DECISION, OUTCOME)) == [
        (DUE, (11, 23), KEPT, Side.ALONE, NADIA),
        (DECISION, (11, 19), 3, Side.ALONE, NADIA),
        (OUTCOME, (11, 18), STANDS, Side.ALONE, NADIA),
        (OUTCOME, (11, 19), number_of("product_not_named"), Side.ALONE, NADIA),
    ]


def test_silence_is_an_outcome_of_nobodys() -> None:
    lapsed = event("claim.answer_lapsed", at(26), refused=2, lines=[1, 2], state="rejected")
    assert facts(sent(), taken(at(17)), asked(at(18)), lapsed, kinds=(DUE, DECISION, ASKED, OUTCOME)) == [
        (DUE, (11, 23), KEPT, Side.ALONE, NADIA),
        (DECISION, (11, 26), 2, Side.ALONE, None),
        (ASKED, (11, 26), 1, Side.ALONE, None),
        *[(OUTCOME, (11, 26), number_of("no_partner_response"), Side.ALONE, None)] * 2,
    ]


def test_silence_where_a_case_decides_begins_another_review() -> None:
    lapsed = event(
        "claim.answer_lapsed", at(18), refused=0, lines=[], state="under_review", due_at=at(26, 0).isoformat()
    )
    assert due(sent(), taken(at(16)), asked(at(17)), lapsed) == [(23, KEPT, NADIA), (25, LATE, NADIA)]


def test_a_finished_review_is_kept_and_the_decision_is_the_cases() -> None:
    events = (
        sent(),
        taken(at(17)),
        event("review.finished", at(18), NADIA),
        event("claim.proof_asked", at(19), PIETER),
        approved(at(30), PIETER, case=3, held=False, reason=""),
    )
    assert facts(*events) == [
        (DUE, (11, 23), KEPT, Side.ALONE, NADIA),
        (LOOK, (11, 17), 1, Side.ALONE, NADIA),
        (DECISION, (11, 30), 9, Side.CHALLENGER, PIETER),
        (ASKED, (11, 30), 1, Side.ALONE, PIETER),
        (OUTCOME, (11, 30), STANDS, Side.CHALLENGER, PIETER),
    ]


def test_who_held_the_product_is_the_incumbent() -> None:
    before = (sent(), taken(at(17)), approved(at(18)))
    kept = event("claim.line_kept", at(30), PIETER, line=1, reason="", state="approved", case=3, held=True)
    lost = event(
        "claim.line_displaced",
        at(30),
        PIETER,
        line=1,
        reason="another_partner_upheld",
        state="ended",
        case=3,
        held=True,
    )
    own = facts(*before, kinds=(OUTCOME, DECISION))
    assert facts(*before, kept, kinds=(OUTCOME, DECISION)) == [
        *own,
        (OUTCOME, (11, 30), STANDS, Side.INCUMBENT, PIETER),
    ]
    assert facts(*before, lost, kinds=(OUTCOME, DECISION)) == [
        *own,
        (OUTCOME, (11, 30), number_of("another_partner_upheld"), Side.INCUMBENT, PIETER),
    ]


@pytest.mark.parametrize(("decide", "value"), [(approved, OVERTURNED), (rejected, AS_BEFORE)])
def test_a_dispute_has_a_clock_of_its_own_and_is_overturned_where_the_line_is_approved(decide: Any, value: int) -> None:
    disputed = event("claim.disputed", at(20), 99, lines=[1], due_at=deadline(at(20), 5, CALENDAR).due_at.isoformat())
    events = (sent(), taken(at(17)), rejected(at(18)), disputed, taken(at(23), PIETER), decide(at(24), PIETER))
    assert facts(*events, kinds=(DUE, LOOK, DECISION, DISPUTE)) == [
        (DUE, (11, 23), KEPT, Side.ALONE, NADIA),
        (DUE, (11, 30), KEPT, Side.ALONE, PIETER),
        (LOOK, (11, 17), 1, Side.ALONE, NADIA),
        (DECISION, (11, 18), 2, Side.ALONE, NADIA),
        (DISPUTE, (11, 24), value, Side.ALONE, PIETER),
    ]


def test_a_dispute_that_is_taken_back_is_none() -> None:
    disputed = event("claim.disputed", at(19), 99, lines=[1], due_at=at(28, 0).isoformat())
    back = event("claim.withdrawn", at(20), 99, withdrawn=1, state="rejected")
    events = (sent(), taken(at(17)), rejected(at(18)), disputed, back)
    assert facts(*events, kinds=(DUE, DISPUTE)) == [(DUE, (11, 23), KEPT, Side.ALONE, NADIA)]


def test_a_clock_that_moves_is_due_where_it_ends_then() -> None:
    moved = event("claim.clock_moved", at(17), 1, clocks=[{"clock": "review", "due_at": at(25, 0).isoformat()}])
    assert due(sent(), moved, taken(at(18)), approved(at(24, 23, 59))) == [(24, KEPT, NADIA)]
    other = event("claim.clock_moved", at(17), 1, clocks=[{"clock": "request", "due_at": at(25, 0).isoformat()}])
    assert due(sent(), other) == [(23, LATE, None)]


@pytest.mark.parametrize(
    ("kind", "data", "reason", "who"),
    [
        ("claim.disassociated", {"line": 1}, "partner_request", None),
        ("claim.customer_declined", {"lines": [1], "state": "rejected"}, "customer_declined", None),
        ("claim.line_revoked", {"line": 1}, "revoked", PIETER),
        ("claim.subscription_ended", {"lines": [1], "state": "ended"}, "subscription_ended", None),
    ],
)
def test_an_approval_that_ends_is_no_decision(kind: str, data: dict[str, Any], reason: str, who: int | None) -> None:
    events = (sent(), taken(at(17)), approved(at(18)), event(kind, at(30), PIETER, **data))
    assert facts(*events, kinds=(OUTCOME, ENDED)) == [
        (OUTCOME, (11, 18), STANDS, Side.ALONE, NADIA),
        (ENDED, (11, 30), number_of(reason), Side.ALONE, who),
    ]


def test_the_operators_day_counts_not_that_of_utc() -> None:
    late_evening = at(17, 23, 30)  # the 18th in UTC
    assert facts(sent(), taken(late_evening), kinds=(LOOK,)) == [(LOOK, (11, 17), 1, Side.ALONE, NADIA)]
