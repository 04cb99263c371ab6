"""Clocks that run follow the calendar where an admin says so: each equals its count from where it began."""

import os
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from arbitration.actions.calendar import change_calendar, preview
from arbitration.actions.recount import clocks
from claims.actions.clocks import next_sweep
from claims.business_days import read_days
from claims.calendars import operator_calendar, timetable, years_around
from claims.models import Case, Claim, Consent, InformationRequest
from claims.timetable import DayKind, OwnDay, Timetable
from events.log import faults
from tests.arbitration.clocks import counted, ends, every_clock
from tests.claims.given import stored
from tests.scenes import remembered
from tests.world import NOW, World

pytestmark = pytest.mark.both_databases
ADMIN = "elena.ruiz"
EXAMPLES = 40 if os.environ.get("SOAK") else 8
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KINDS = ("review", "dispute_review", "answer", "lease", "case", "request", "second", "contact", "consent", "dispute")


class Undone(Exception):
    """Takes back all that an example has written."""


@pytest.fixture
@remembered
def running(world: World) -> dict[str, str]:
    return every_clock(world)


def put(world: World, wanted: Timetable, *, recount: bool, now: datetime = NOW) -> list[Any]:
    seen = preview(wanted, now=now).seen
    return change_calendar(wanted=wanted, seen=seen, recount=recount, actor=world.person(ADMIN), now=now)


days = st.dates(date(2026, 11, 10), date(2027, 1, 20))
own_days = st.dictionaries(
    days, st.builds(OwnDay, st.sampled_from(DayKind), st.just("Ours"), st.sampled_from(["", "US", "NL"])), max_size=12
)
timetables = st.builds(
    Timetable,
    zone=st.sampled_from(["America/Los_Angeles", "Europe/Amsterdam", "Pacific/Auckland", "America/Sao_Paulo"]),
    weekdays=st.frozensets(st.integers(0, 6), min_size=2),
    regions=st.sampled_from([(), ("US",), ("US-CA", "NL")]),
    days=own_days,
)


def test_every_kind_of_clock_is_found_running(running: dict[str, str]) -> None:
    found = Counter(one.clock for one in clocks(operator_calendar(NOW), now=NOW))
    assert set(found) == set(KINDS)
    assert len(ends()) == sum(found.values()) + 1  # what a reviewer asked is due with the claim


def test_by_the_calendar_that_stands_no_clock_moves(running: dict[str, str]) -> None:
    found = clocks(operator_calendar(NOW), now=NOW)
    assert [one.clock for one in found if one.moves] == []


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(before=timetables, after=timetables, waited=st.integers(0, 9 * 24))
def _clocks_follow(world: World, before: Timetable, after: Timetable, waited: int) -> None:
    then = NOW + waited * HOUR
    try:
        with transaction.atomic():
            put(world, before, recount=True)
            was = ends()
            put(world, after, recount=True, now=then)
            by_now = counted(after.calendar(years_around(then)))
            for key, end in ends().items():
                ran = was[key] is not None and was[key] > then
                assert end == (by_now[key] if ran and by_now[key] > then else was[key]), key
            _rows_agree(after, then)
            raise Undone
    except Undone:
        pass


def _rows_agree(wanted: Timetable, now: datetime) -> None:
    """Whatever says when something is due says the same."""
    calendar = wanted.calendar(years_around(now))
    for claim in Claim.objects.filter(state__in=["submitted", "under_review", "disputed", "action_required"]):
        assert claim.sweep_at == next_sweep(claim)
        if claim.calendar_version == calendar.version:
            last = read_days(claim.due_days)[-1]
            assert claim.due_at is not None
            assert calendar.day_of(claim.due_at) > last.date
            assert claim.remind_at is None or calendar.day_of(claim.remind_at) == last.date
    for request in InformationRequest.objects.waiting().select_related("claim"):
        if request.case_id is None:
            assert request.due_at == request.claim.due_at
        else:
            assert request.sweep_at == (request.remind_at or request.due_at)
            assert request.claim.asked_until == request.due_at
    for consent in Consent.objects.filter(outcome="", ends_at__gt=now):
        assert consent.sweep_at == consent.ends_at
    for case in Case.objects.filter(calendar_version=calendar.version):
        assert len([day for day in read_days(case.due_days) if day.number]) == 10


@pytest.mark.soak
def test_a_recomputed_clock_equals_its_count_from_where_it_began(world: World, running: dict[str, str]) -> None:
    _clocks_follow(world)
    assert list(faults()) == []


def test_with_new_clocks_only_what_runs_keeps_its_end_and_what_begins_is_counted_anew(
    world: World, running: dict[str, str]
) -> None:
    was = ends()
    closed = timetable(NOW).with_days({date(2026, 11, 23): OwnDay(DayKind.CLOSED, "Stocktaking")})
    put(world, closed, recount=False)
    assert ends() == was
    versions = set(Claim.objects.exclude(calendar_version="").values_list("calendar_version", flat=True))
    assert operator_calendar(NOW).version not in versions
    assert operator_calendar(NOW).reason_off(date(2026, 11, 23)) == "Stocktaking"


def test_a_clock_that_would_be_over_keeps_its_end(world: World, running: dict[str, str]) -> None:
    late = datetime(2026, 11, 27, 20, tzinfo=UTC)  # Friday noon; the review is due as the day ends
    was = stored(running["review"]).due_at
    thanksgiving = timetable(NOW).with_days({date(2026, 11, 26): OwnDay(DayKind.WORKED, "Thanksgiving Day")})
    found = put(world, thanksgiving, recount=True, now=late)
    kept = [one.clock for one in found if one.stays(late)]
    assert Counter(kept)["review"] == 3
    claim = stored(running["review"])
    assert (claim.due_at, claim.version) == (was, 2)
    assert claim.due_days[-1][:2] == ["2026-11-27", 5]


def test_who_was_reminded_of_a_day_that_is_not_the_last_any_more_is_reminded_again(
    world: World, running: dict[str, str]
) -> None:
    Claim.objects.filter(reference=running["review"]).update(remind_at=None)
    put(world, timetable(NOW).with_days({date(2026, 11, 27): OwnDay(DayKind.CLOSED, "Bridge")}), recount=True)
    claim = stored(running["review"])
    assert claim.due_at == datetime(2026, 12, 1, 8, tzinfo=UTC)
    assert claim.remind_at == claim.sweep_at == datetime(2026, 11, 30, 8, tzinfo=UTC)
