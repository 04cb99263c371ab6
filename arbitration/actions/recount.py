"""Every clock that runs, those of judges among them, and how they follow the calendar. Source: design, section 7."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from arbitration.models import Decision
from claims.actions.recount import Moved, move, moves_of, tell_of_moves
from claims.business_days import Calendar
from claims.calendars import timetable, years_around
from claims.models import WorkCalendar
from claims.running import Counting, Running, running
from claims.states import CaseState
from events.log import Draft, record

# No act lasts longer that has read the calendar and not yet written the clock it begins.
AFTERMATH = timedelta(hours=1)


def clocks(calendar: Calendar, *, now: datetime, since: datetime | None = None, lock: bool = False) -> list[Running]:
    """As `claims.running.running`, and the time in which a second reviewer is to look at what is proposed."""
    found = running(calendar, now=now, since=since, lock=lock)
    counting = Counting(calendar)
    waiting = Decision.objects.filter(effective_at=None, over_at=None, due_at__gt=now, case__state=CaseState.PROPOSED)
    waiting = waiting.filter(proposed_at__gte=since) if since else waiting
    for decision in waiting.select_related("case__policy").order_by("pk"):
        if decision.due_at is not None:
            due = counting.business(decision.proposed_at, decision.case.policy.second_business_days)
            found.append(Running("second", decision, None, decision.case_id, decision.due_at, due))
    return found


def move_clocks(found: Sequence[Running], calendar: Calendar, *, now: datetime) -> list[Moved]:
    """As `claims.actions.recount.move`, of all of them."""
    own = [one for one in found if one.clock == "second"]
    moved = move([one for one in found if one.clock != "second"], calendar, now=now)
    for one in own:
        if one.moves and not one.stays(now):
            one.row.due_at = one.due.due_at
            one.row.save(update_fields=["due_at"])
            moved.append(Moved(Draft(one.row.case.subject, "clock.moved", moves_of(one))))
    return moved


def recount_begun_lately(*, now: datetime) -> int:
    """Counts anew what was begun under the calendar before as it changed, by an act that had read it already.

    For an hour after a change that running clocks follow; returns how many clocks moved. One query at other times.
    """
    held = WorkCalendar.objects.filter(recount_until__gt=now).first()
    if held is None or held.changed_at is None:
        return 0
    since = held.changed_at - AFTERMATH
    calendar = timetable(now).calendar(years_around(now))
    if not any(one.moves and not one.stays(now) for one in clocks(calendar, now=now, since=since)):
        return 0
    with transaction.atomic():
        moved = move_clocks(clocks(calendar, now=now, since=since, lock=True), calendar, now=now)
        tell_of_moves(zip(record([one.draft for one in moved], actor_id=None, now=now), moved, strict=True))
    return len(moved)
