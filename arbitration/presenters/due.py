"""How urgent something is, in words."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.business_days import Calendar, business_days_between


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
