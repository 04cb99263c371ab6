"""How urgent something is, in words, and how far its clock has come."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.business_days import Calendar, Day, business_days_between, counted_until


def due_words(day: date, today: date, calendar: Calendar) -> dict[str, Any]:
    """How urgent the last day of a clock is, in words, and the tone of it."""
    if day < today:
        late = business_days_between(day, today, calendar)
        words = ngettext("overdue by %(days)s business day", "overdue by %(days)s business days", late)
        return {"word": words % {"days": late} if late else _("overdue"), "tone": "bad", "fill": True}
    if (day - today).days < 2:
        return {"word": _("due today") if day == today else _("due tomorrow"), "tone": "warn", "fill": True}
    left = business_days_between(today, day, calendar)
    words = ngettext("in %(days)s business day", "in %(days)s business days", left)
    return {"word": words % {"days": left}, "tone": "", "fill": False}


def count_words(days: Sequence[Day], today: date, *, late: bool) -> dict[str, Any]:
    """How many of a clock's days are counted: a tick for each, and words, which say nothing once it is late."""
    counted, number = counted_until(days, today), max((day.number or 0 for day in days), default=0)
    words = _("day %(day)s of %(of)s") % {"day": counted, "of": number} if counted else _("starts today")
    return {
        "ticks": ["late" if late else _tick(one, counted) for one in range(1, number + 1)],
        "words": "" if late else words,
    }


def _tick(number: int, counted: int) -> str:
    return "done" if number < counted else "now" if number == counted else "todo"
