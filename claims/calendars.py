"""The operator's calendar: its public holidays by settings, and its own days off."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from claims.business_days import Calendar
from claims.models import Holiday
from claims.public_holidays import public_holidays


def operator_zone() -> ZoneInfo:
    """The time zone that the operator's days are counted in."""
    return ZoneInfo(settings.OPERATOR_TIME_ZONE)


def today_of(now: datetime) -> date:
    """The operator's date at `now`."""
    return now.astimezone(operator_zone()).date()


def operator_calendar(now: datetime) -> Calendar:
    """The calendar around `now`, reaching a year and more ahead. One query."""
    year = now.astimezone(operator_zone()).year
    days_off = public_holidays(settings.HOLIDAY_COUNTRY, settings.HOLIDAY_SUBDIVISION, range(year - 1, year + 3))
    closures = Holiday.objects.filter(date__year__gte=year - 1, date__year__lt=year + 3)
    return Calendar(
        zone=operator_zone(),
        working_weekdays=frozenset(settings.WORKING_DAYS),
        holidays={**days_off, **dict(closures.values_list("date", "name"))},
    )
