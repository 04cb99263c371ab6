"""Public holidays of countries and of their parts, from the `holidays` package. A region is `US`, or `US-CA`."""

from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

import holidays
from holidays.registry import COUNTRIES


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


@cache
def countries() -> dict[str, str]:
    """The countries whose holidays are known: code → name, by name. The package has names in English alone."""
    named = {
        codes[1]: module.replace("_", " ").title().replace(" And ", " and ") for module, codes in COUNTRIES.items()
    }
    return dict(sorted(((code, named[code]) for code in _parts() if code in named), key=lambda pair: pair[1]))


def is_region(text: str) -> bool:
    """Whether this is a country whose holidays are known, or a part of it that keeps holidays of its own."""
    country, dash, part = text.partition("-")
    return country in countries() and (not dash or part in parts_of(country))


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
