"""The clock that runs on a claim: how long it is, and every day of it, as it was counted when it began."""

from datetime import datetime

from claims.business_days import Calendar, Deadline, deadline, first_instant
from claims.models import Claim
from claims.states import WITH_OPERATOR, ClaimState

SWEEP = "claims.sweep"  # the task's name: tasks are a leaf, which nobody imports
CLOCK = ("due_at", "calendar_version", "due_days", "remind_at", "overdue_at", "reviewed_at")


def start_clock(claim: Claim, business_days: int, calendar: Calendar, *, now: datetime) -> Deadline:
    """Begins a clock of so many business days, which takes the place of the one before; the caller saves CLOCK.

    Who has to act is reminded as its last counted day begins.
    """
    due = deadline(now, business_days, calendar)
    claim.due_at, claim.calendar_version = due.due_at, due.version
    claim.due_days = [[day.date.isoformat(), day.number, day.reason] for day in due.days]
    claim.remind_at = first_instant(due.days[-1].date, calendar.zone)
    claim.overdue_at = claim.reviewed_at = None
    return due


def next_sweep(claim: Claim) -> datetime | None:
    """When the sweep has something to do on the claim, as it stands: a reminder, a lapse, or word that it is late."""
    if claim.state == ClaimState.ACTION_REQUIRED:
        moments = [claim.remind_at, claim.due_at]
    elif claim.state in WITH_OPERATOR:
        moments = [claim.lease_until, *([] if claim.overdue_at else [claim.remind_at, claim.due_at])]
    else:
        moments = []
    return min((moment for moment in moments if moment is not None), default=None)
