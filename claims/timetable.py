"""What the operator's calendar is made of: hours, countries, own days; and the calendar that comes of it.

Pure: nothing is read. An own day is closed, or worked although it would be off; a country's own day counts as long as
the country does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from claims.business_days import Calendar
from claims.public_holidays import country_of, is_region, public_holidays

LONGEST_CLOCK = 60  # business days: no clock that runs began before the years that a calendar holds


class DayKind(TextChoices):
    """What a day of the operator's own is."""

    CLOSED = "closed", pgettext_lazy("of a day", "Closed")
    WORKED = "worked", pgettext_lazy("of a day", "Worked")


@dataclass(frozen=True)
class OwnDay:
    """A day of the operator's own. `country` is empty where it is meant for all."""

    kind: DayKind
    name: str
    country: str = ""

    @property
    def closes(self) -> bool:
        """Whether it does not count."""
        return self.kind == DayKind.CLOSED


@dataclass(frozen=True)
class Timetable:
    """All that decides which days count. `regions` are countries or parts of them: `US`, `US-CA`."""

    zone: str
    weekdays: frozenset[int]
    regions: tuple[str, ...]
    days: Mapping[date, OwnDay] = field(default_factory=dict)

    def with_days(self, days: Mapping[date, OwnDay]) -> "Timetable":
        """With these own days besides."""
        return replace(self, days={**self.days, **days})

    def without_days(self, days: Iterable[date]) -> "Timetable":
        """Without the own days on these dates."""
        gone = set(days)
        return replace(self, days={day: own for day, own in self.days.items() if day not in gone})

    def calendar(self, years: range) -> Calendar:
        """The calendar of these years; their holidays and the operator's own days in them."""
        own = {day: told for day, told in self.days.items() if day.year in years and self._counts(told)}
        return Calendar(
            zone=ZoneInfo(self.zone),
            working_weekdays=self.weekdays,
            holidays={**self._holidays(years, own), **{day: told.name for day, told in own.items() if told.closes}},
            worked_days=frozenset(day for day, told in own.items() if not told.closes and not told.country),
        )

    def _counts(self, own: OwnDay) -> bool:
        return not own.country or own.country in map(country_of, self.regions)

    def _holidays(self, years: range, own: Mapping[date, OwnDay]) -> dict[date, str]:
        """Public holidays by name; where several regions count, with those that keep it."""
        kept: dict[date, dict[str, list[str]]] = {}
        for region in self.regions:
            for day, name in public_holidays(region, years).items():
                if day in own and own[day].country == country_of(region) and not own[day].closes:
                    continue
                kept.setdefault(day, {}).setdefault(name, []).append(region)
        several = len(self.regions) > 1
        return {
            day: "; ".join(f"{name} ({', '.join(regions)})" if several else name for name, regions in names.items())
            for day, names in kept.items()
        }

    def check(self, today: date) -> None:
        """Passes where clocks can be counted by it.

        Raises:
            ValidationError: for a zone or a region that is not known, and for fewer working days in a year than the
                longest clock may have.
        """
        if self.zone not in available_timezones():
            raise ValidationError(_("This is no time zone. Choose one of the list."), code="zone_unknown")
        if unknown := [region for region in self.regions if not is_region(region)]:
            told = _("No public holidays are known for %(region)s.") % {"region": unknown[0]}
            raise ValidationError(told, code="region_unknown")
        calendar = self.calendar(range(today.year, today.year + 2))
        working = sum(not calendar.reason_off(today + timedelta(days=number)) for number in range(1, 366))
        if working < LONGEST_CLOCK:
            told = _("Only %(days)s business days would be left in a year; a clock may need %(longest)s.")
            values = {"days": working, "longest": LONGEST_CLOCK}
            raise ValidationError(told % values, code="too_few_days")
