"""Which days a report is about. Pure.

A period is a month `2026-11`, a quarter of the calendar `2026-Q4`, a fiscal year by the year in which it ends `FY2027`,
or `custom` with two days; both ends are included, and days are the operator's.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from partners.rules.renewal import fiscal_year_end

FISCAL_MONTH = 7  # with which a fiscal year begins, as Microsoft's does
CUSTOM = "custom"
MONTHS, QUARTERS, YEARS = 13, 9, 4  # how many of each are offered
ONE_DAY = timedelta(days=1)
WEEKLY = 100  # days, up to which time goes by weeks; months beyond
NAMED = re.compile(r"(?P<year>20[0-9]{2})-(?:(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))|FY(?P<fiscal>20[0-9]{2})")


@dataclass(frozen=True)
class Period:
    """From the first day to the last, both included. `name` is as an address has it."""

    name: str
    since: date
    until: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.until - self.since).days + 1

    @property
    def by_week(self) -> bool:
        """Whether it is short enough to be drawn week by week."""
        return self.days <= WEEKLY

    def begin_of_step(self, day: date) -> date:
        """The first day of the week or month that `day` is drawn in; never before the period itself."""
        begin = day - timedelta(days=day.weekday()) if self.by_week else first_of_month(day)
        return max(begin, self.since)

    def steps(self) -> list[date]:
        """The first day of each of its weeks or months."""
        found, day = [], self.since
        while day <= self.until:
            found.append(day)
            day = next_week(day) if self.by_week else next_month(day)
        return found


def first_of_month(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def next_week(day: date) -> date:
    """The Monday after."""
    return day + timedelta(days=7 - day.weekday())


def period_called(name: str) -> Period | None:
    """The month, quarter or fiscal year of this name; None for what is none."""
    found = NAMED.fullmatch(name)
    if not found:
        return None
    if found["fiscal"]:
        until = fiscal_year_end(date(int(found["fiscal"]), 1, 1), FISCAL_MONTH)
        return Period(name, next_month(until.replace(year=until.year - 1)), until)
    year = int(found["year"])
    first, length = (int(found["month"]), 1) if found["month"] else (3 * int(found["quarter"]) - 2, 3)
    since = until = date(year, first, 1)
    for _month in range(length):
        until = next_month(until)
    return Period(name, since, until - ONE_DAY)


def month_of(day: date) -> str:
    """The name of its month."""
    return f"{day:%Y-%m}"


def quarter_of(day: date) -> str:
    """The name of its quarter."""
    return f"{day.year}-Q{(day.month + 2) // 3}"


def fiscal_year_of(day: date) -> str:
    """The name of its fiscal year."""
    return f"FY{fiscal_year_end(day, FISCAL_MONTH).year}"


def offered(today: date) -> tuple[list[str], list[str], list[str]]:
    """The names of the last months, quarters and fiscal years, each newest first, that of today among them."""
    return (
        list(_back(today, month_of, MONTHS)),
        list(_back(today, quarter_of, QUARTERS)),
        list(_back(today, fiscal_year_of, YEARS)),
    )


def _back(day: date, name_of: Callable[[date], str], count: int) -> Iterator[str]:
    for _number in range(count):
        name = name_of(day)
        yield name
        period = period_called(name)
        if period is None:
            return
        day = period.since - ONE_DAY
