"""The calendar of a year, and what a change of it would bring, as finished values."""

import calendar as months_of
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS, WEEKDAYS, WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from arbitration.forms.calendar import name_of
from claims import dates
from claims.business_days import WEEKEND, Calendar
from claims.calendars import HALF_A_DAY, today_of
from claims.public_holidays import name_of_day_off
from claims.running import Running
from claims.timetable import Timetable
from events.models import Event

PAGE = 50
MOST_DAYS = 40
ONE_DAY = timedelta(days=1)

CLOCKS: dict[str, str | Promise] = {
    "review": pgettext_lazy("clock", "Review"),
    "dispute_review": gettext_lazy("Review of a dispute"),
    "answer": gettext_lazy("Partner's answer"),
    "request": gettext_lazy("Answer to a case"),
    "contact": gettext_lazy("Naming a customer contact"),
    "case": pgettext_lazy("clock", "Case"),
    "second": gettext_lazy("Second look at a decision"),
    "lease": gettext_lazy("Reviewer's lease"),
    "consent": gettext_lazy("Customer's time to decline"),
    "dispute": gettext_lazy("Time to dispute"),
}


# --- A year -----------------------------------------------------------------------------------------------------------


def year(stands: Timetable, shown: int, today: date) -> dict[str, Any]:
    """The twelve months, week by week, and every day off that has a name or an entry, in order."""
    calendar = stands.calendar(range(shown, shown + 1))
    days = [date(shown, 1, 1) + ONE_DAY * number for number in range(366 if months_of.isleap(shown) else 365)]
    return {
        "number": shown,
        "weekdays": [str(WEEKDAYS_ABBR[number]) for number in range(7)],
        "months": [
            {"name": str(MONTHS[month]).capitalize(), "weeks": _weeks(calendar, stands, shown, month, today)}
            for month in range(1, 13)
        ],
        "days": [_day(day, calendar, stands) for day in days if _named(day, calendar, stands)],
        "business_days": sum(not calendar.reason_off(day) for day in days),
    }


def _weeks(
    calendar: Calendar, stands: Timetable, shown: int, month: int, today: date
) -> list[list[dict[str, Any] | None]]:
    return [
        [
            {"n": day.day, "kind": _kind(day, calendar, stands), "today": day == today} if day.month == month else None
            for day in week
        ]
        for week in months_of.Calendar().monthdatescalendar(shown, month)
    ]


def _kind(day: date, calendar: Calendar, stands: Timetable) -> str:
    reason = calendar.reason_off(day)
    if reason == WEEKEND:
        return "off"
    if not reason:
        return "worked" if day in calendar.worked_days else ""
    return "closed" if day in stands.days else "holiday"


def _named(day: date, calendar: Calendar, stands: Timetable) -> bool:
    return day in stands.days or calendar.reason_off(day) not in {"", WEEKEND}


def _day(day: date, calendar: Calendar, stands: Timetable) -> dict[str, Any]:
    own, off = stands.days.get(day), calendar.reason_off(day)
    kind = _("Public holiday")
    if own is not None:
        kind = str(own.kind.label)
        if own.country:
            kind = _("%(kind)s, for %(country)s") % {"kind": kind, "country": name_of(own.country)}
        if own.closes != bool(off):
            kind = _("%(kind)s: does not count now") % {"kind": kind}
    return {
        "iso": day.isoformat(),
        "day": dates.day(day),
        "name": name_of_day_off(own.name if own else off),
        "kind": kind,
        "own": own is not None,
        "icon": "none" if own is None else "lock" if own.closes else "check",
    }


def hours(stands: Timetable) -> dict[str, Any]:
    """The working weekdays, the zone and the countries, in words."""
    return {
        "weekdays": weekdays(stands.weekdays),
        "zone": stands.zone.replace("_", " "),
        "regions": [{"code": region, "name": name_of(region)} for region in stands.regions],
    }


def weekdays(numbers: Iterable[int]) -> str:
    """Weekdays by name; days on end as the first and the last."""
    found = sorted(numbers)
    if len(found) > 2 and found == list(range(found[0], found[-1] + 1)):
        values = {"first": WEEKDAYS[found[0]], "last": WEEKDAYS[found[-1]]}
        return _("%(first)s to %(last)s") % values
    return ", ".join(str(WEEKDAYS[number]) for number in found)


# --- A change ---------------------------------------------------------------------------------------------------------


def changes(stands: Timetable, wanted: Timetable, today: date) -> list[str]:
    """What another calendar changes, a sentence each: hours, countries, then day by day to the end of next year."""
    told = []
    if stands.zone != wanted.zone:
        told.append(_zones(stands.zone, wanted.zone))
    if stands.weekdays != wanted.weekdays:
        values = {"before": weekdays(stands.weekdays), "after": weekdays(wanted.weekdays)}
        told.append(_("Working weekdays: %(before)s → %(after)s") % values)
    for region in wanted.regions:
        if region not in stands.regions:
            told.append(_("The public holidays of %(country)s count no more.") % {"country": name_of(region)})
    for region in stands.regions:
        if region not in wanted.regions:
            told.append(_("The public holidays of %(country)s are business days.") % {"country": name_of(region)})
    days = list(_changed_days(stands, wanted, today))
    if len(days) > MOST_DAYS:
        more = len(days) - MOST_DAYS
        rest = ngettext("and %(number)s more day", "and %(number)s more days", more) % {"number": more}
        return [*told, *days[:MOST_DAYS], rest]
    return [*told, *days]


def _zones(before: str, after: str) -> str:
    return _("Time zone: %(before)s → %(after)s") % {
        "before": before.replace("_", " "),
        "after": after.replace("_", " "),
    }


def _changed_days(stands: Timetable, wanted: Timetable, today: date) -> Iterator[str]:
    years = range(today.year - 1, today.year + 3)
    before, after = stands.calendar(years), wanted.calendar(years)
    own = {day for day in {*stands.days, *wanted.days} if stands.days.get(day) != wanted.days.get(day)}
    ahead = {today + ONE_DAY * number for number in range((date(today.year + 1, 12, 31) - today).days + 1)}
    for day in sorted(own | ahead):
        was, will = before.reason_off(day), after.reason_off(day)
        if day not in own and (was == will or WEEKEND in {was, will}):
            continue
        values = {"day": dates.day_of_year(day), "before": _off(was), "after": _off(will)}
        yield _("%(day)s: %(before)s → %(after)s") % values


def _off(reason: str) -> str:
    return name_of_day_off(reason) if reason not in {"", WEEKEND} else _("weekend") if reason else _("business day")


def summary(clocks: Sequence[Running], now: datetime) -> list[dict[str, Any]]:
    """For each kind of clock that runs what `count` says."""
    by = {kind: [one for one in clocks if one.clock == kind] for kind in CLOCKS}
    return [{"word": str(CLOCKS[kind]), **count(own, now)} for kind, own in by.items() if own]


def count(clocks: Sequence[Running], now: datetime) -> dict[str, int]:
    """How many run, would end later, would end earlier, and keep their end."""
    moved = [one for one in clocks if one.moves and not one.stays(now)]
    return {
        "runs": len(clocks),
        "later": sum(one.due.due_at > one.due_at for one in moved),
        "earlier": sum(one.due.due_at < one.due_at for one in moved),
        "stays": sum(one.stays(now) for one in clocks),
    }


def moving(clocks: Iterable[Running]) -> list[Running]:
    """The clocks that another calendar would have end at another time: kind by kind, the first to end first."""
    order = list(CLOCKS)
    return sorted(
        (one for one in clocks if one.moves), key=lambda one: (order.index(one.clock), one.due_at, one.row.pk)
    )


def groups(
    rows: Iterable[Running], wanted: Timetable, now: datetime, barred: Mapping[str, Collection[int]]
) -> list[dict[str, Any]]:
    """Clocks in their order, kind by kind. `barred` holds `partners` and `cases` that the reader may not see."""
    return [
        {"clock": str(CLOCKS[kind]), "rows": [_row(one, wanted, now, barred) for one in own]}
        for kind, own in groupby(rows, key=lambda one: one.clock)
    ]


def _row(one: Running, wanted: Timetable, now: datetime, barred: Mapping[str, Collection[int]]) -> dict[str, Any]:
    """What it is of, when it ends, when it would."""
    zone = ZoneInfo(wanted.zone)
    last = one.due.days[-1].date if one.due.days else (one.due.due_at - HALF_A_DAY).astimezone(zone).date()
    before, after = dates.day(today_of(one.due_at - HALF_A_DAY)), dates.day(last)
    if before == after:
        before, after = (dates.moment(at.astimezone(zone)) for at in (one.due_at, one.due.due_at))
    later = one.due.due_at > one.due_at
    return {
        **_place(one, barred),
        "before": before,
        "after": after,
        "stays": one.stays(now),
        "word": _("later") if later else _("earlier"),
        "tone": "" if later else "warn",
        "icon": "right" if later else "left",
    }


def _place(one: Running, barred: Mapping[str, Collection[int]]) -> dict[str, Any]:
    if one.claim is not None:
        if one.claim.partner_id in barred["partners"]:
            return {"href": "", "id": "", "name": _("A claim that you may not see")}
        return {"href": one.claim.path, "id": one.claim.reference, "name": one.claim.name}
    if one.case_id in barred["cases"]:
        return {"href": "", "id": "", "name": _("A case that you may not see")}
    return {
        "href": f"/review/cases/{one.case_id}/",
        "id": "",
        "name": _("Case %(number)s") % {"number": one.case_id},
    }


# --- What was changed -------------------------------------------------------------------------------------------------


def history(events: Iterable[Event]) -> list[dict[str, Any]]:
    """Every change, newest first, in words."""
    return [{"at": event.at, "what": _what(event.data), "detail": _followed(event)} for event in events]


def _what(data: Mapping[str, Any]) -> str:
    told = []
    if "zone" in data:
        told.append(_zones(*data["zone"]))
    if "weekdays" in data:
        before, after = map(weekdays, data["weekdays"])
        told.append(_("Working weekdays: %(before)s → %(after)s") % {"before": before, "after": after})
    if "regions" in data:
        before, after = (", ".join(map(name_of, regions)) or _("none") for regions in data["regions"])
        told.append(_("Countries: %(before)s → %(after)s") % {"before": before, "after": after})
    words = {"closed": _("Closed: %(days)s"), "worked": _("Worked: %(days)s"), "forgotten": _("Removed: %(days)s")}
    told += [word % {"days": span(data[name])} for name, word in words.items() if name in data]
    return "; ".join(told) or _("Nothing but clocks")


def span(days: Sequence[str]) -> str:
    """Days in ISO format, in words: those on end as the first and the last."""
    first, last = date.fromisoformat(min(days)), date.fromisoformat(max(days))
    if first == last:
        return dates.day_of_year(first)
    return _("%(first)s to %(last)s") % {"first": dates.day(first), "last": dates.day_of_year(last)}


def _followed(event: Event) -> str:
    by = _("by %(name)s") % {"name": event.actor}
    if not event.data["recount"]:
        return _("%(by)s; new clocks only") % {"by": by}
    moved = event.data["clocks"]
    told = ngettext("%(by)s; %(number)s clock moved", "%(by)s; %(number)s clocks moved", moved)
    return told % {"by": by, "number": moved}
