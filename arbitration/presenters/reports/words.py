"""Words and numbers of the reports, in the reader's language."""

from datetime import date
from fractions import Fraction

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from arbitration.reports.periods import Period, period_called
from arbitration.reports.words import STANDS, reason_of
from claims import dates

NONE = "–"


def period_words(name: str, today: date) -> str:
    """A period as it is chosen; the one that runs says so."""
    period = period_called(name)
    if period is None:
        return name
    words = _named(name, period)
    runs = period.since <= today <= period.until
    return _("%(period)s, so far") % {"period": words} if runs else words


def _named(name: str, period: Period) -> str:
    if name.startswith("FY"):
        return _("Fiscal year %(year)s") % {"year": name[2:]}
    if "Q" in name:
        return _("Quarter %(number)s of %(year)s") % {"number": name[-1], "year": name[:4]}
    return month(period.since)


def month(day: date) -> str:
    """A month with its year, such as `November 2026`."""
    return date_format(day, pgettext("date format", "F Y")).capitalize()


def short_month(day: date) -> str:
    """A month where room is scarce, such as `Nov 26`."""
    return date_format(day, pgettext("date format", "M y"))


def span_words(period: Period) -> str:
    """From its first day to its last."""
    values = {"since": dates.day_of_year(period.since), "until": dates.day_of_year(period.until)}
    return _("%(since)s to %(until)s") % values


def whole(number: int) -> str:
    """A number with its thousands apart."""
    return number_format(number, decimal_pos=0, force_grouping=True)


def percent(part: int, of: int) -> str:
    """A share to one decimal: 100 % is all of it, and 0 % nothing."""
    if not of:
        return NONE
    tenths = round(Fraction(1000 * part, of))
    tenths = min(tenths, 999) if part < of else tenths
    tenths = max(tenths, 1) if part else tenths
    value = number_format(Fraction(tenths, 10).__float__(), decimal_pos=0 if part in (0, of) else 1)
    return pgettext("share", "%(number)s %%") % {"number": value}


def average(total: int, of: int) -> str:
    """So many for each, to two decimals."""
    return number_format(round(total / of, 2), decimal_pos=2) if of else NONE


def days(number: int | None) -> str:
    """So many business days."""
    if number is None:
        return NONE
    return ngettext("%(number)s day", "%(number)s days", number) % {"number": whole(number)}


def outcome(value: int) -> str:
    """What was decided of a line."""
    return pgettext("of a product", "Approved") if value == STANDS else str(reason_of(value).label)


def nine_of_ten(number: int | None) -> str:
    """Within how many business days nine of ten were done."""
    return "" if number is None else _("nine of ten within %(days)s") % {"days": days(number)}


def of(part: int, whole_of: int) -> str:
    """So many of so many."""
    return _("%(part)s of %(of)s") % {"part": whole(part), "of": whole(whole_of)}
