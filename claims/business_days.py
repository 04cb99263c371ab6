"""Business days: when a clock runs out, and why then.

Pure: a calendar and an instant go in, dates and an instant come out. A day is a date as the operator's clocks show it.
The day a clock starts is day 0; after it each working day that is no holiday counts. The deadline is the first instant
of the day after the last counted one.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
LONGEST_PAUSE = timedelta(days=2 * 366)
WEEKEND = "weekend"
NAMELESS = "holiday"


@dataclass(frozen=True)
class Calendar:
    """The operator's calendar.

    `working_weekdays` holds numbers from 0 (Monday) to 6 (Sunday); `holidays` names each further day off. Days that it
    does not name are no holidays, so it must reach as far as the longest clock. `worked_days` count whatever else says.

    Raises:
        ValueError: for a weekday outside 0 to 6.
    """

    zone: ZoneInfo
    working_weekdays: frozenset[int]
    holidays: Mapping[date, str]
    worked_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        weekdays = frozenset(self.working_weekdays)
        if not weekdays <= frozenset(range(7)):
            raise ValueError(f"weekdays go from 0 (Monday) to 6 (Sunday), not {sorted(weekdays)}")
        object.__setattr__(self, "working_weekdays", weekdays)
        object.__setattr__(self, "holidays", MappingProxyType(dict(self.holidays)))

    @cached_property
    def version(self) -> str:
        """What `calendar_version` says of it: calendars with one version give the same answers, reasons included."""
        return calendar_version(self.zone, self.working_weekdays, self.holidays, self.worked_days)

    def day_of(self, instant: datetime) -> date:
        """The date that the operator's clocks show at `instant`.

        Raises:
            ValueError: for an instant without a time zone.
        """
        if instant.utcoffset() is None:
            raise ValueError("an instant needs a time zone")
        return instant.astimezone(self.zone).date()

    def reason_off(self, day: date) -> str:
        """Why `day` does not count: `"weekend"`, or the holiday's name (or `"holiday"`); empty for a business day."""
        if day in self.worked_days:
            return ""
        if day.weekday() not in self.working_weekdays:
            return WEEKEND
        return self.holidays[day] or NAMELESS if day in self.holidays else ""


@dataclass(frozen=True)
class Day:
    """One day of a clock.

    `number` is 0 for the start day, 1 and up for counted days, None for a day that is not counted. `reason`
    is `"weekend"` or the holiday's name where the day is not counted, otherwise empty.
    """

    date: date
    number: int | None
    reason: str


@dataclass(frozen=True)
class Deadline:
    """When a clock runs out (UTC), every day from its start to the last counted one, and the calendar's version."""

    due_at: datetime
    days: tuple[Day, ...]
    version: str


def calendar_version(
    zone: ZoneInfo,
    working_weekdays: Iterable[int],
    holidays: Mapping[date, str],
    worked_days: Iterable[date] = (),
) -> str:
    """A digest of a calendar, 16 hexadecimal digits, the same in every process and in whatever order days are given."""
    days_off = sorted((day.isoformat(), name) for day, name in holidays.items())
    worked = sorted(day.isoformat() for day in worked_days)
    text = json.dumps([zone.key, sorted(working_weekdays), days_off, *([worked] if worked else [])])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def deadline(start: datetime, business_days: int, calendar: Calendar) -> Deadline:
    """The deadline of a clock that starts at `start` and runs for `business_days`.

    Raises:
        ValueError: for a start without a time zone, no day to count, or a calendar with no working day in two years.
    """
    if business_days < 1:
        raise ValueError(f"a clock runs for at least one business day, not {business_days}")
    days = [Day(calendar.day_of(start), 0, "")]
    counted, last = 0, days[0].date
    for day in _days_after(days[0].date, calendar.zone):
        if day - last > LONGEST_PAUSE:
            raise ValueError(f"the calendar has no working day in the two years after {last}")
        reason = calendar.reason_off(day)
        if not reason:
            counted, last = counted + 1, day
        days.append(Day(day, None if reason else counted, reason))
        if counted == business_days:
            break
    return Deadline(first_instant(last + ONE_DAY, calendar.zone), tuple(days), calendar.version)


def stored_days(days: Iterable[Day]) -> list[list[Any]]:
    """A count as rows hold it: [ISO date, number or None, reason] for each day."""
    return [[day.date.isoformat(), day.number, day.reason] for day in days]


def read_days(stored: Iterable[Sequence[Any]]) -> list[Day]:
    """A count that rows hold."""
    return [Day(date.fromisoformat(day), number, reason) for day, number, reason in stored]


def counted_until(days: Iterable[Day], today: date) -> int:
    """How many of a clock's days have been counted up to and including `today`: the 3 of "day 3 of 5"."""
    return max((day.number for day in days if day.number is not None and day.date <= today), default=0)


def business_days_between(after: date, until: date, calendar: Calendar) -> int:
    """Business days after `after` up to and including `until`: the 2 of "overdue by 2 business days"; 0 when none."""
    count = 0
    for day in _days_after(after, calendar.zone):
        if day > until:
            break
        count += not calendar.reason_off(day)
    return count


def first_instant(day: date, zone: ZoneInfo) -> datetime:
    """The first instant (UTC) at which clocks in `zone` show `day` or, where they skipped it, a later date.

    Midnight is not always it: clocks put forward at midnight never show it, and those put back show it twice.
    """
    midnight = datetime.combine(day, time.min, tzinfo=zone)
    instant = midnight.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == midnight.replace(tzinfo=None):
        return instant
    # Midnight is inside a gap: read with the offset after it (fold=1) it lies before the change, with the other after.
    before, reached = midnight.replace(fold=1).astimezone(UTC), instant
    while reached - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(reached - before) // timedelta(seconds=2))
        if middle.astimezone(zone).date() >= day:
            reached = middle
        else:
            before = middle
    return reached


def _days_after(day: date, zone: ZoneInfo) -> Iterator[date]:
    """Every date after `day` that clocks in `zone` show: Samoa, for one, had no 30 December 2011."""
    while True:
        day += ONE_DAY
        if first_instant(day, zone).astimezone(zone).date() == day:
            yield day
