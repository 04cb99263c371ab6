"""Public holidays of a country or of one of its parts, from the `holidays` package."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays


def public_holidays(country: str, subdivision: str, years: range) -> dict[date, str]:
    """Every public holiday in `years` with its name, in English where the package knows it.

    `country` is an ISO 3166 alpha-2 code; `subdivision` names one of its parts, or is empty. Each answer is
    worked out once per process.

    Raises:
        ValueError: for a country or a part of it that the package does not know.
    """
    return dict(_worked_out(country, subdivision, years))


@lru_cache(maxsize=64)
def _worked_out(country: str, subdivision: str, years: range) -> Mapping[date, str]:
    # A year more on either side: a holiday near New Year can be kept on a day of the other year.
    around = range(years.start - 1, years.stop + 1)
    try:
        found = holidays.country_holidays(country, subdiv=subdivision or None, years=around, language="en_US")
    except NotImplementedError as unknown:
        raise ValueError(f"no public holidays are known for {country} {subdivision}".rstrip()) from unknown
    return {day: name for day, name in sorted(found.items()) if day.year in years}
