"""What the demo's admin keeps: a day closed in the weeks to come, and a policy that begins with a month to come."""

from datetime import date, datetime, timedelta

from arbitration.actions.calendar import change_calendar, preview
from claims.actions.policy import add_policy, named, policies
from claims.calendars import timetable, today_of, years_around
from claims.models import WorkCalendar
from claims.timetable import DayKind, OwnDay
from cpor.demo_filing import person

ONE_DAY = timedelta(days=1)
ADMIN = "elena.ruiz"


def fill(*, now: datetime) -> None:
    """Changes calendar and policy once: where either was changed, nothing is done."""
    if WorkCalendar.objects.get().number == 1:
        _close(now)
    if len(policies()) == 1:
        _announce(now)


def _close(now: datetime) -> None:
    """The second business day in two weeks from now."""
    stands = timetable(now)
    calendar, day = stands.calendar(years_around(now)), today_of(now) + 13 * ONE_DAY
    for _ in range(2):
        day += ONE_DAY
        while calendar.reason_off(day):
            day += ONE_DAY
    wanted = stands.with_days({day: OwnDay(DayKind.CLOSED, "Stocktaking")})
    seen = preview(wanted, now=now).seen
    change_calendar(wanted=wanted, seen=seen, recount=False, actor=person(ADMIN), now=now)


def _announce(now: datetime) -> None:
    rows, today = policies(), today_of(now)
    begins = (date(today.year, today.month, 1) + 62 * ONE_DAY).replace(day=1)
    numbers = {**rows[0].numbers, "review_business_days": 4, "consent_days": 10}
    add_policy(valid_from=begins, numbers=numbers, seen=named(rows), actor=person(ADMIN), now=now)
