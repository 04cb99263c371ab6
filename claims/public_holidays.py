"""Public holidays of countries and of their parts, from the `holidays` package. A region is `US`, or `US-CA`."""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from typing import Any
from unicodedata import combining, normalize

import holidays
from babel import Locale
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

# The package has names of holidays in a country's own languages, and in English. These are of the calendar that is
# installed, so that its partners read them in theirs.
NAMES: Mapping[str, Any] = {
    "New Year's Day": _("New Year's Day"),
    "Martin Luther King Jr. Day": _("Martin Luther King Jr. Day"),
    "Washington's Birthday": _("Washington's Birthday"),
    "Memorial Day": _("Memorial Day"),
    "Juneteenth National Independence Day": _("Juneteenth National Independence Day"),
    "Independence Day": _("Independence Day"),
    "Labor Day": _("Labor Day"),
    "Columbus Day": _("Columbus Day"),
    "Veterans Day": _("Veterans Day"),
    "Thanksgiving Day": _("Thanksgiving Day"),
    "Christmas Day": _("Christmas Day"),
}
OBSERVED = " (observed)"


def public_holidays(region: str, years: range) -> dict[date, str]:
    """Every public holiday in `years` with its name, in English where the package knows it.

    Each answer is worked out once per process.

    Raises:
        ValueError: for a country or a part of it that the package does not know.
    """
    return dict(_worked_out(region, years))


def country_of(region: str) -> str:
    """The country that a region is, or is a part of: ISO 3166 alpha-2."""
    return region[:2]


def countries() -> dict[str, str]:
    """The countries whose holidays are known: code → name in the reader's language, in the order of its names."""
    return dict(_named(get_language() or "en"))


@cache
def _named(language: str) -> dict[str, str]:
    names = Locale.parse(language, sep="-").territories
    named = ((code, str(names[code])) for code in _parts() if code in names)
    return dict(sorted(named, key=lambda pair: _plain(pair[1])))


def _plain(name: str) -> str:
    """A name as it is looked up: without accents, whatever its case."""
    return "".join(char for char in normalize("NFKD", name) if not combining(char)).casefold()


def name_of_day_off(name: str) -> str:
    """What a day off is called, in the reader's language where we know it; else as it was entered, or as it came."""
    known = NAMES.get(name.removesuffix(OBSERVED))
    if known is None:
        return name
    return gettext("%(holiday)s (observed)") % {"holiday": known} if name.endswith(OBSERVED) else str(known)


def is_region(text: str) -> bool:
    """Whether this is a country whose holidays are known, or a part of it that keeps holidays of its own."""
    country, dash, part = text.partition("-")
    return country in _parts() and (not dash or part in parts_of(country))


def parts_of(country: str) -> tuple[str, ...]:
    """The parts of a country that keep holidays of their own, by their codes."""
    return _parts().get(country, ())


@cache
def _parts() -> dict[str, tuple[str, ...]]:
    return {code: tuple(parts) for code, parts in holidays.list_supported_countries(include_aliases=False).items()}


@lru_cache(maxsize=64)
def _worked_out(region: str, years: range) -> Mapping[date, str]:
    country, _dash, part = region.partition("-")
    # A year more on either side: a holiday near New Year can be kept on a day of the other year.
    around = range(years.start - 1, years.stop + 1)
    try:
        found = holidays.country_holidays(country, subdiv=part or None, years=around, language="en_US")
    except NotImplementedError as unknown:
        raise ValueError(f"no public holidays are known for {region}") from unknown
    return {day: name for day, name in sorted(found.items()) if day.year in years}
