"""The operator's calendar changes; clocks that run follow it only where an admin says so. Source: design, section 7."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from arbitration.actions.recount import AFTERMATH, clocks, move_clocks
from claims.actions.recount import tell_of_moves
from claims.calendars import see_zone, timetable, today_of, years_around
from claims.errors import ChangedMeanwhile
from claims.models import Holiday, WorkCalendar
from claims.models.calendar import CALENDAR
from claims.running import Running
from claims.timetable import Timetable
from events.log import Draft, record
from partners.actions.refusals import denials_are_recorded
from partners.facts import ADMIN
from partners.permissions import require_operator

if TYPE_CHECKING:
    from partners.models import User


@dataclass(frozen=True)
class Preview:
    """What a calendar would bring: the one that stands, with what names it, and every clock that runs."""

    now: Timetable
    seen: str
    clocks: tuple[Running, ...]


def preview(wanted: Timetable, *, now: datetime) -> Preview:
    """What would change, written nowhere."""
    held = WorkCalendar.objects.get()
    stands = timetable(now)
    return Preview(stands, _named(held, stands, now), tuple(clocks(wanted.calendar(years_around(now)), now=now)))


@denials_are_recorded
def change_calendar(*, wanted: Timetable, seen: str, recount: bool, actor: "User", now: datetime) -> list[Running]:
    """Makes the calendar what is wanted, its own days in the years around `now`. To want what stands changes nothing.

    With `recount`, every clock that runs follows, in the same transaction; else those that run keep their end, and only
    new ones are counted by it. `seen` names the calendar that the actor was shown. Returns the clocks that ran.

    Raises:
        ChangedMeanwhile: where another stands by now.
        ValidationError: where no clock could be counted by it.
        PermissionDenied: for everybody but admins.
    """
    require_operator(actor, ADMIN)
    with transaction.atomic():
        held = WorkCalendar.objects.select_for_update(no_key=True).get()
        stands = timetable(now)
        if seen != _named(held, stands, now):
            raise ChangedMeanwhile
        wanted.check(today_of(now))
        if wanted == stands and not recount:
            return []
        changed = _write(held, stands, wanted, now=now)
        held.recount_until = now + AFTERMATH if recount else None
        held.save(update_fields=["zone", "weekdays", "regions", "number", "changed_at", "recount_until"])
        calendar = wanted.calendar(years_around(now))
        found = clocks(calendar, now=now, lock=True) if recount else []
        moved = move_clocks(found, calendar, now=now)
        number = sum(one.moves and not one.stays(now) for one in found)
        told = {**changed, "number": held.number, "recount": recount, "clocks": number}
        drafts = [Draft(CALENDAR, "calendar.changed", told), *(one.draft for one in moved)]
        _own, *events = record(drafts, actor_id=actor.pk, now=now)
        tell_of_moves(zip(events, moved, strict=True))
        transaction.on_commit(lambda: see_zone(calendar.zone))
    return found


def _named(held: WorkCalendar, stands: Timetable, now: datetime) -> str:
    """The calendar as a page names it: how often it was changed, and its digest."""
    return f"{held.number}-{stands.calendar(years_around(now)).version}"


def _write(held: WorkCalendar, stands: Timetable, wanted: Timetable, *, now: datetime) -> dict[str, Any]:
    """Writes the own days, and the hours into the locked row, which the caller saves; returns what to record of it."""
    gone = sorted(day for day, own in stands.days.items() if wanted.days.get(day) != own)
    new = sorted(day for day, own in wanted.days.items() if stands.days.get(day) != own)
    Holiday.objects.filter(date__in=gone).delete()
    Holiday.objects.bulk_create(Holiday(date=day, **vars(wanted.days[day])) for day in new)
    held.zone, held.regions = wanted.zone, ",".join(wanted.regions)
    held.weekdays = ",".join(map(str, sorted(wanted.weekdays)))
    held.number += 1
    held.changed_at = now
    hours: dict[str, tuple[Any, Any]] = {
        "zone": (stands.zone, held.zone),
        "weekdays": (sorted(stands.weekdays), sorted(wanted.weekdays)),
        "regions": (list(stands.regions), list(wanted.regions)),
    }
    days = {
        "closed": [day.isoformat() for day in new if wanted.days[day].closes],
        "worked": [day.isoformat() for day in new if not wanted.days[day].closes],
        "forgotten": [day.isoformat() for day in gone],
    }
    changed = {name: [before, after] for name, (before, after) in hours.items() if before != after}
    return {**changed, **{name: told for name, told in days.items() if told}}
