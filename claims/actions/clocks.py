"""The clock that runs on a claim: how long it is, and every day of it, as it was counted when it began."""

from datetime import datetime

from claims.business_days import Calendar, Deadline, deadline, first_instant, stored_days
from claims.calendars import after_days
from claims.models import Claim, Policy
from claims.states import OPEN_CLAIMS, WITH_OPERATOR, ClaimState

SWEEP = "claims.sweep"  # the task's name: tasks are a leaf, which nobody imports
CLOCK = ("clock_began_at", "due_at", "calendar_version", "due_days", "remind_at", "overdue_at", "reviewed_at")


def start_clock(claim: Claim, business_days: int, calendar: Calendar, *, now: datetime) -> Deadline:
    """Begins a clock of so many business days, which takes the place of the one before; the caller saves CLOCK.

    Who has to act is reminded as its last counted day begins.
    """
    due = deadline(now, business_days, calendar)
    claim.clock_began_at = now
    claim.due_at, claim.due_days, claim.calendar_version = due.due_at, stored_days(due.days), due.version
    claim.remind_at = reminder(due, calendar)
    claim.overdue_at = claim.reviewed_at = None
    return due


def reminder(due: Deadline, calendar: Calendar) -> datetime:
    """When who has to act is reminded: as the last counted day begins."""
    return first_instant(due.days[-1].date, calendar.zone)


def due_of(claim: Claim) -> dict[str, str]:
    """What is recorded of the clock that runs on the claim; nothing where it is nobody's turn."""
    running = claim.due_at is not None and claim.state in OPEN_CLAIMS
    return {"due_at": claim.due_at.isoformat()} if running and claim.due_at else {}


def dispute_end(policy: Policy | None, now: datetime) -> datetime:
    """When what is decided of a line now can be disputed no more, by the policy of its claim."""
    return after_days(now, (policy or Policy()).dispute_days)


def next_sweep(claim: Claim) -> datetime | None:
    """When the sweep has something to do on the claim, as it stands: a reminder, a lapse, or word that it is late."""
    if claim.state == ClaimState.ACTION_REQUIRED:
        moments = [claim.remind_at, claim.due_at]
    elif claim.state in WITH_OPERATOR:
        moments = [claim.lease_until, *([] if claim.overdue_at else [claim.remind_at, claim.due_at])]
    else:
        moments = []
    return min((moment for moment in moments if moment is not None), default=None)
