"""The operator's calendar as its rows say, the days of the operator's clocks, and the policy of a day.

Clocks are counted by a calendar that is read for them, zone included. What pages say of days goes by the zone that this
process read some seconds ago.
"""

import time
from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Value

from claims.business_days import Calendar, first_instant
from claims.models import Holiday, Policy, WorkCalendar
from claims.timetable import DayKind, OwnDay, Timetable

ZONE_SECONDS = 10.0
HALF_A_DAY = timedelta(hours=12)
ONE_DAY = timedelta(days=1)
NO_DAY = Value(date(2000, 1, 1))

_seen: tuple[float, ZoneInfo] | None = None  # when the zone was read, and which


def operator_zone() -> ZoneInfo:
    """The time zone that the operator's days are shown in: after a change, that of before for ten seconds more.

    A query where it was not read for as long.
    """
    if _seen is None or time.monotonic() - _seen[0] > ZONE_SECONDS:
        return see_zone(ZoneInfo(WorkCalendar.objects.values_list("zone", flat=True).get()))
    return _seen[1]


def see_zone(zone: ZoneInfo) -> ZoneInfo:
    """Notes for this process which zone is the operator's."""
    global _seen  # noqa: PLW0603 - one for all threads
    _seen = (time.monotonic(), zone)
    return zone


def today_of(now: datetime) -> date:
    """The operator's date at `now`."""
    return now.astimezone(operator_zone()).date()


def last_date(ends_at: datetime) -> date:
    """The last day of a clock that ends as the day after it begins.

    One that was counted in another time zone ends within a day; then it is the day whose end is nearest.
    """
    return today_of(ends_at - HALF_A_DAY)


def last_day(ends_at: datetime) -> str:
    """As `last_date`, in ISO format."""
    return last_date(ends_at).isoformat()


def after_days(moment: datetime, days: int, zone: ZoneInfo | None = None) -> datetime:
    """The first instant after the last of so many days of any kind; the day of `moment` is day 0."""
    zone = zone or operator_zone()
    return first_instant(moment.astimezone(zone).date() + timedelta(days=days + 1), zone)


def years_around(now: datetime) -> range:
    """The years that a calendar holds: those of every clock that runs, and of the longest that begins."""
    return range(now.year - 2, now.year + 3)


def months_before(moment: datetime, months: int) -> datetime:
    """The same time so many months earlier in the operator's time zone; on a shorter month's last day."""
    local = moment.astimezone(operator_zone())
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    day = min(local.day, monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)


def operator_calendar(now: datetime) -> Calendar:
    """The calendar around `now`. One query."""
    calendar = timetable(now).calendar(years_around(now))
    see_zone(calendar.zone)
    return calendar


def policy_and_calendar(now: datetime) -> tuple[Policy, Calendar]:
    """The newest policy that starts on or before the operator's date, and the calendar around `now`, in one query.

    Raises:
        Policy.DoesNotExist: before the first one; a fresh database holds one from the year 2000.
    """
    soon = now.date() + ONE_DAY  # somewhere it is tomorrow already
    policies = Policy.objects.filter(valid_from__lte=soon).values_list("valid_from", *[Value("")] * 3, "id", *LENGTHS)
    rows = list(policies.union(*_rows(now, *[Value(0)] * (1 + len(LENGTHS))), all=True))
    calendar = _timetable(row for row in rows if not row[4]).calendar(years_around(now))
    see_zone(calendar.zone)
    today = calendar.day_of(now)
    newest = max((row for row in rows if row[4] and row[0] <= today), key=lambda row: row[0], default=None)
    if newest is None:
        raise Policy.DoesNotExist
    return Policy(valid_from=newest[0], id=newest[4], **dict(zip(LENGTHS, newest[5:], strict=True))), calendar


LENGTHS = [field.attname for field in Policy._meta.concrete_fields if field.attname not in {"id", "valid_from"}]


def timetable(now: datetime) -> Timetable:
    """What the calendar is made of, with the own days of the years around `now`. One query."""
    days, hours = _rows(now)
    return _timetable(days.union(hours, all=True))


def _rows(now: datetime, *more: Value) -> tuple[QuerySet[Any, Any], QuerySet[Any, Any]]:
    """The own days of the years around `now`, and the one row of hours, in columns that can be joined."""
    years = years_around(now)
    days = Holiday.objects.filter(date__year__gte=years.start, date__year__lt=years.stop)
    return (
        days.values_list("date", "kind", "name", "country", *more),
        WorkCalendar.objects.values_list(NO_DAY, "zone", "weekdays", "regions", *more),
    )


def _timetable(rows: Iterable[Sequence[Any]]) -> Timetable:
    zone, weekdays, regions = "", "", ""
    days = {}
    for row in rows:
        if row[1] in DayKind.values:
            days[row[0]] = OwnDay(DayKind(row[1]), row[2], row[3])
        else:
            _day, zone, weekdays, regions, *_more = row
    return Timetable(
        zone=zone,
        weekdays=frozenset(map(int, weekdays.split(","))),
        regions=tuple(filter(None, regions.split(","))),
        days=days,
    )
