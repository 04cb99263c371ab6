"""The clock that runs on a claim: how long it is, and every day of it, as it was counted when it began."""

from datetime import datetime

from claims.business_days import Calendar, Deadline, deadline
from claims.models import Claim

CLOCK = ("due_at", "calendar_version", "due_days")


def start_clock(claim: Claim, business_days: int, calendar: Calendar, *, now: datetime) -> Deadline:
    """Begins a clock of so many business days, which takes the place of the one before; the caller saves CLOCK."""
    due = deadline(now, business_days, calendar)
    claim.due_at, claim.calendar_version = due.due_at, due.version
    claim.due_days = [[day.date.isoformat(), day.number, day.reason] for day in due.days]
    return due
