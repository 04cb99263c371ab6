"""The operator's day, by which enrolments begin and end: that of the time zone in which requests and tasks run."""

from datetime import date, datetime, time

from django.utils import timezone


def today_of(now: datetime) -> date:
    """The operator's date at `now`."""
    return now.astimezone(timezone.get_current_timezone()).date()


def operator_midnight(day: date) -> datetime:
    """The first instant of the operator's `day`."""
    return datetime.combine(day, time.min, timezone.get_current_timezone())
