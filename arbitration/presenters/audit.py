"""Events as an auditor reads them: when, who, what, and about what, in words that stand in live rows."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from arbitration.presenters.about import Around, about, around_of
from arbitration.presenters.held import in_words
from arbitration.presenters.kinds import words_of
from claims.states import Way
from events.models import Event
from partners.models import User

# Events that nobody with an account has caused, and yet not the system.
BY_CUSTOMER = frozenset({"claim.customer_declined"})


def rows(events: Sequence[Event], reader: User) -> list[dict[str, Any]]:
    """Events in words. A number of queries that does not grow with them."""
    around = around_of({event.subject for event in events}, reader)
    return [_row(event, around) for event in events]


def _row(event: Event, around: Around) -> dict[str, Any]:
    return {
        "pk": event.pk,
        "at": event.at,
        "who": who_of(event),
        "by": f"?actor=%23{event.actor_id}" if event.actor_id else "",
        "what": words_of(event.kind),
        "kind": event.kind,
        "about": about(event.subject, around),
        "reading": reading_of(event) if event.kind == "evidence.read" else "",
        "subject": event.subject,
        "seq": event.seq,
        "short": event.hash[:8],
        "event": event,
    }


def who_of(event: Event) -> str:
    """Who did it, by the name they have now."""
    if event.actor_id is not None:
        return str(event.actor) if event.actor else _("person %(number)s") % {"number": event.actor_id}
    return _("the customer's contact") if event.kind in BY_CUSTOMER else _("the system")


def reading_of(event: Event) -> str:
    """How a document was read."""
    if "page" in event.data:
        return _("Page %(page)s shown") % {"page": event.data["page"]}
    return str(Way(event.data["way"]).label) if event.data.get("way") in Way.values else ""


def details(event: Event, reader: User) -> dict[str, Any]:
    """One event with its place on its chain, and what it holds, in words where an id names a live row."""
    (row,) = rows([event], reader)
    held = [(key, _value(value), in_words(key, value)) for key, value in event.data.items()]
    return {**row, "data": [{"key": key, "value": value, "words": words} for key, value, words in held]}


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return " ".join(f"{key}: {_value(inner)}" for key, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_value(item) for item in value) or "–"
    return "–" if value is None or value == "" else str(value)
