"""The ledger of a claim's page equals a count by hand: every day, counted or not, over clock changes and year ends."""

import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from tests.claims.given import read, sent, stored
from tests.claims.test_inquiry import ask
from tests.claims.test_take import NADIA, take
from tests.world import World

ZONE = ZoneInfo("America/Los_Angeles")
DAYS_OFF = {
    date(2026, 10, 12),  # Columbus Day
    date(2026, 11, 11),  # Veterans Day
    date(2026, 11, 26),  # Thanksgiving
    date(2026, 12, 25),  # Christmas
    date(2027, 1, 1),  # New Year
    date(2027, 1, 18),  # Martin Luther King
    date(2027, 2, 15),  # Washington
}
STARTS = {
    "as clocks go back": datetime(2026, 10, 30, 22, tzinfo=UTC),
    "in the hour that comes twice": datetime(2026, 11, 1, 8, 30, tzinfo=UTC),
    "before Thanksgiving": datetime(2026, 11, 25, 18, tzinfo=UTC),
    "a minute before the operator's midnight": datetime(2026, 12, 1, 7, 59, tzinfo=UTC),
    "over Christmas": datetime(2026, 12, 23, 18, tzinfo=UTC),
    "on New Year's Eve": datetime(2027, 1, 1, 3, tzinfo=UTC),
    "as clocks go forward": datetime(2027, 3, 12, 23, tzinfo=UTC),
}


def by_hand(start: datetime, wanted: int) -> tuple[list[tuple[int, str]], datetime]:
    """Each day as (day of the month, number or nothing), and the first minute after the last; minute by minute."""
    days, counted, now = [(start.astimezone(ZONE).date(), "0")], 0, start.replace(second=0, microsecond=0)
    while True:
        now += timedelta(minutes=1)
        day = now.astimezone(ZONE).date()
        if day == days[-1][0]:
            continue
        if counted == wanted:
            return [(each.day, number) for each, number in days], now
        off = day.weekday() >= 5 or day in DAYS_OFF
        counted += not off
        days.append((day, "" if off else str(counted)))


def on_the_page(page: str) -> list[tuple[int, str]]:
    """The days that the ledger shows, as `by_hand` gives them."""
    cells = re.findall(r'<span class="n">(.*?)</span><span class="d">(.*?)</span>', page)
    shown = [(re.search(r"\d+", label), number) for number, label in cells]
    return [(int(day[0]), number if number.isdigit() else "") for day, number in shown if day]


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
def test_a_partner_counts_the_same_days_as_the_ledger(world: World, start: datetime) -> None:
    with time_machine.travel(start, tick=False):
        reference = sent(world, "jonas.weber")
        page = read(world.web("jonas.weber"), f"/claims/{reference}/")
    days, end = by_hand(start, 5)
    assert on_the_page(page) == days
    assert stored(reference).due_at == end


@pytest.mark.parametrize("start", STARTS.values(), ids=STARTS.keys())
def test_the_days_to_answer_are_counted_the_same(world: World, start: datetime) -> None:
    with time_machine.travel(start - timedelta(days=1), tick=False):
        reference = sent(world, "jonas.weber")
    with time_machine.travel(start, tick=False):
        take(world, NADIA, reference)
        assert ask(world, NADIA, reference).status_code == 200
        page = read(world.web("jonas.weber"), f"/claims/{reference}/")
    days, end = by_hand(start, 5)
    assert on_the_page(page) == days
    assert stored(reference).due_at == end
