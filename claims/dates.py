"""Days and moments in words, each in the order and case of the reader's language.

The patterns are those of Django's `date` filter and are translated themselves: Spanish writes "30 de noviembre".
"""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.core import get_global
from babel.dates import get_timezone_name
from django.utils.formats import date_format
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _


def zone_name(zone: ZoneInfo) -> str:
    """A time zone as its people call it, such as `Pacific Time`; its key where they have no word for it."""
    if zone.key not in get_global("meta_zones"):
        return zone.key.replace("_", " ")
    return str(get_timezone_name(zone.key, "long", locale=get_language() or "en", zone_variant="generic"))


def day(value: date) -> str:
    """A day in a list or on a clock, such as `Mon 30 Nov`."""
    return date_format(value, pgettext("date format", "D j M"))


def day_long(value: date) -> str:
    """A day inside a sentence, such as `Monday 30 November`."""
    return date_format(value, pgettext("date format", "l j F"))


def day_with_year(value: date) -> str:
    """A day inside a sentence, to somebody who reads it once and keeps it, such as `Monday 30 November 2026`."""
    return date_format(value, pgettext("date format", "l j F Y"))


def day_of_year(value: date) -> str:
    """A day that may lie in another year, such as `Mon 30 Nov 2026`."""
    return date_format(value, pgettext("date format", "D j M Y"))


def short_day_of_year(value: date) -> str:
    """A day that may lie in another year, where room is scarce, such as `30 Nov 2026`."""
    return date_format(value, pgettext("date format", "j M Y"))


def day_of_month(value: date) -> str:
    """A day without its weekday, such as `30 Nov`."""
    return date_format(value, pgettext("date format", "j M"))


def moment(value: datetime) -> str:
    """An instant in the time zone it is given in, such as `Mon 30 Nov, 17:05`."""
    return date_format(value, pgettext("date format", "D j M, H:i"))


def instant(value: datetime) -> str:
    """An instant to the second that may lie in another year, such as `Mon 30 Nov 2026, 17:05:09`."""
    return date_format(value, pgettext("date format", "D j M Y, H:i:s"))


def business_days(number: int) -> str:
    """So many business days inside a sentence."""
    if number == 5:
        return _("five business days")
    return ngettext("%(number)s business day", "%(number)s business days", number) % {"number": number}
