"""The operator's calendar: its public holidays by settings, and its own days off; and the policy of a day."""

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import QuerySet, Value

from claims.business_days import Calendar
from claims.models import Holiday, Policy
from claims.public_holidays import public_holidays


def operator_zone() -> ZoneInfo:
    """The time zone that the operator's days are counted in."""
    return ZoneInfo(settings.OPERATOR_TIME_ZONE)


def today_of(now: datetime) -> date:
    """The operator's date at `now`."""
    return now.astimezone(operator_zone()).date()


def operator_calendar(now: datetime) -> Calendar:
    """The calendar around `now`, reaching a year and more ahead. One query."""
    return _calendar(now, _closures(now).values_list("date", "name"))


def policy_and_calendar(now: datetime) -> tuple[Policy, Calendar]:
    """The newest policy that starts on or before the operator's date, and the calendar around `now`, in one query.

    Raises:
        Policy.DoesNotExist: before the first one; a fresh database holds one from the year 2000.
    """
    lengths = [field.attname for field in Policy._meta.concrete_fields if field.attname not in {"id", "valid_from"}]
    policies = Policy.objects.filter(valid_from__lte=today_of(now)).values_list(Value(""), "valid_from", "id", *lengths)
    closures = _closures(now).values_list("name", "date", Value(0), *[Value(0)] * len(lengths))
    rows = list(policies.union(closures, all=True))
    newest = max((row for row in rows if row[2]), key=lambda row: row[1], default=None)
    if newest is None:
        raise Policy.DoesNotExist
    policy = Policy(**dict(zip(["valid_from", "id", *lengths], newest[1:], strict=True)))
    return policy, _calendar(now, ((row[1], row[0]) for row in rows if not row[2]))


def _years(now: datetime) -> range:
    year = today_of(now).year
    return range(year - 1, year + 3)


def _closures(now: datetime) -> QuerySet[Holiday]:
    years = _years(now)
    return Holiday.objects.filter(date__year__gte=years.start, date__year__lt=years.stop)


def _calendar(now: datetime, closures: Iterable[tuple[date, str]]) -> Calendar:
    days_off = public_holidays(settings.HOLIDAY_COUNTRY, settings.HOLIDAY_SUBDIVISION, _years(now))
    return Calendar(
        zone=operator_zone(),
        working_weekdays=frozenset(settings.WORKING_DAYS),
        holidays={**days_off, **dict(closures)},
    )
