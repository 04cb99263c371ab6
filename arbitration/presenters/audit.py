"""Events as an auditor reads them: when, who, what, and about what, in words that stand in live rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from arbitration.audit import SUBJECTS, claims_of, documents_of, products_of
from arbitration.permissions import cases_visible_to
from arbitration.presenters.kinds import words_of
from claims.models import Claim, Evidence
from claims.states import Way
from events.models import Event
from partners.models import User

# Events that nobody with an account has caused, and yet not the system.
BY_CUSTOMER = frozenset({"claim.customer_declined"})


@dataclass(frozen=True)
class About:
    """What an event is about: its name, what to know beside it, and its page where the reader may open that."""

    words: str
    note: str = ""
    href: str = ""


@dataclass(frozen=True)
class Around:
    """The live rows that a page of events speaks of, by id, and which of them its reader may open."""

    claims: dict[int, Claim]
    documents: dict[int, Evidence]
    people: dict[int, User]
    openable: frozenset[int]
    cases: frozenset[int]


def rows(events: Sequence[Event], reader: User) -> list[dict[str, Any]]:
    """Events in words. A number of queries that does not grow with them."""
    around = _around({event.subject for event in events}, reader)
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


def about(subject: str, around: Around) -> About:
    """What the subject of an event is called."""
    prefix, _colon, key = subject.partition(":")
    number = int(key) if key.isdecimal() else 0
    if prefix in {"claim", "review"}:
        return _about_claim(prefix, number, around)
    if prefix == "evidence":
        return _about_document(number, around)
    if prefix == "case":
        href = reverse("arbitration:case", args=[number]) if number in around.cases else ""
        return About(_("Case %(number)s") % {"number": number}, href=href)
    if prefix == "person" and number in around.people:
        return About(str(around.people[number]))
    if subject == "audit:log":
        return About(_("The log itself"))
    return About(f"{SUBJECTS[prefix]} {key}" if prefix in SUBJECTS else subject)


def _about_claim(prefix: str, number: int, around: Around) -> About:
    claim = around.claims.get(number)
    if claim is None:
        return About(_("Claim %(number)s") % {"number": number}, _("deleted before it was sent"))
    name = "claims:page" if prefix == "claim" else "claims:review"
    href = reverse(name, args=[claim.reference]) if number in around.openable else ""
    note = claim.partner.name if prefix == "claim" else _("%(partner)s, its review") % {"partner": claim.partner.name}
    return About(claim.reference, note, href)


def _about_document(number: int, around: Around) -> About:
    document = around.documents.get(number)
    if document is None:
        return About(_("Document %(number)s") % {"number": number}, _("taken off a draft"))
    claim = document.claim
    href = f"{claim.path}#documents" if claim.pk in around.openable else ""
    return About(f"{claim.reference} {document.letter}", document.name, href)


def _around(subjects: Collection[str], reader: User) -> Around:
    ids: dict[str, set[int]] = {}
    for subject in subjects:
        prefix, _colon, key = subject.partition(":")
        if key.isdecimal() and len(key) < 19:
            ids.setdefault(prefix, set()).add(int(key))
    documents = documents_of(ids.get("evidence", ()))
    claim_ids = ids.get("claim", set()) | ids.get("review", set())
    claims = claims_of(claim_ids)
    seen = claim_ids | {document.claim_id for document in documents.values()}
    openable = Claim.objects.visible_to(reader).filter(pk__in=seen).values_list("pk", flat=True)
    cases: Any = cases_visible_to(reader).filter(pk__in=ids.get("case", ())).values_list("pk", flat=True)
    people = {person.pk: person for person in User.objects.filter(pk__in=ids.get("person", ()))}
    return Around(claims, documents, people, frozenset(openable), frozenset(cases))


def details(event: Event, reader: User) -> dict[str, Any]:
    """One event with its place on its chain, and what it holds, in words where an id names a live row."""
    (row,) = rows([event], reader)
    held = [(key, _value(value), _named(key, value)) for key, value in event.data.items()]
    return {**row, "data": [{"key": key, "value": value, "words": words} for key, value, words in held]}


def _value(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_value(item) for item in value) or "–"
    return "–" if value is None or value == "" else str(value)


def _named(key: str, value: Any) -> str:
    """What an id inside an event names today; empty for what is no id, or names nothing any more."""
    numbers = [number for number in (value if isinstance(value, list) else [value]) if isinstance(number, int)]
    if key in {"reviewer", "former"}:
        names = [str(person) for person in User.objects.filter(pk__in=numbers)]
    elif key == "claim":
        names = [claim.reference for claim in claims_of(numbers).values()]
    elif key in {"evidence", "copied"}:
        names = [f"{row.letter}, {row.name}" for row in documents_of(numbers).values()]
    elif key in {"line", "lines"}:
        names = products_of(numbers)
    else:
        return ""
    return ", ".join(names)
