"""Which events an auditor asks for: people and subjects as they are typed, resolved to what the log knows them by.

An auditor reads every event of every company, declared conflicts or not: a log with holes for one reader could not be
told from one that was cut. What an event is about stays behind the doors it always had.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from claims.business_days import first_instant
from claims.calendars import operator_zone
from claims.models import Claim, ClaimLine, Evidence
from claims.search import MISREAD, REFERENCE
from events.models import Chain, Event
from partners.models import User

MOST_PEOPLE = 50
BATCH = 1000
# What a subject of the log begins with → what people call it.
SUBJECTS: dict[str, str | Promise] = {
    "claim": pgettext_lazy("subject of the log", "claim"),
    "review": pgettext_lazy("subject of the log", "review"),
    "case": pgettext_lazy("subject of the log", "case"),
    "evidence": pgettext_lazy("subject of the log", "document"),
    "person": pgettext_lazy("subject of the log", "person"),
    "audit": pgettext_lazy("subject of the log", "audit"),
    "support": pgettext_lazy("subject of the log", "request to support"),
    "enrollment": pgettext_lazy("subject of the log", "enrolment"),
    "company": pgettext_lazy("subject of the log", "company"),
    "mpn_id": pgettext_lazy("subject of the log", "MPN ID"),
    "program": pgettext_lazy("subject of the log", "programme"),
    "operator": pgettext_lazy("subject of the log", "operator"),
    "calendar": pgettext_lazy("subject of the log", "calendar"),
    "policy": pgettext_lazy("subject of the log", "policy"),
    "invitation": pgettext_lazy("subject of the log", "invitation"),
    "conflict": pgettext_lazy("subject of the log", "conflict of interest"),
    "team": pgettext_lazy("subject of the log", "team"),
    "clock": pgettext_lazy("subject of the log", "clock"),
    "sign_in": pgettext_lazy("subject of the log", "sign-in"),
}
SYSTEM = pgettext_lazy("actor of the log", "system")
LETTER = re.compile(r"[A-Z]{1,2}", re.ASCII | re.IGNORECASE)
NUMBERED = re.compile(r"(?P<word>[^\W\d_]+)[\s:#]*(?P<number>[0-9]{1,18})")
NUMBER = re.compile(r"(?:\D*\s)?#?(?P<number>[0-9]{1,18})")


@dataclass(frozen=True)
class Query:
    """What is asked of the log. None narrows nothing; days are the operator's, both ends included.

    `actors` holds ids of people, None among them for the system itself.
    """

    since: date | None = None
    until: date | None = None
    actors: tuple[int | None, ...] | None = None
    kind: str = ""
    subjects: tuple[str, ...] | None = None

    @property
    def told(self) -> dict[str, Any]:
        """The query as the log may hold it: ids, codes and days alone."""
        return {
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat() if self.until else None,
            "actors": None if self.actors is None else list(self.actors),
            "kind": self.kind,
            "subjects": None if self.subjects is None else list(self.subjects),
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the query, as 64 hexadecimal digits."""
        return hashlib.sha256(json.dumps(self.told, sort_keys=True).encode()).hexdigest()


def asked_for(query: Query) -> QuerySet[Event]:
    """The events that pass the query, newest first, each with who did it."""
    found = Q()
    if query.since:
        found &= Q(at__gte=first_instant(query.since, operator_zone()))
    if query.until:
        found &= Q(at__lt=first_instant(query.until + timedelta(days=1), operator_zone()))
    if query.kind:
        found &= Q(kind=query.kind)
    if query.actors is not None:
        ids = [pk for pk in query.actors if pk is not None]
        found &= Q(actor__in=ids) | Q(actor=None) if None in query.actors else Q(actor__in=ids)
    if query.subjects is not None:
        found &= Q(subject__in=query.subjects)
    return Event.objects.filter(found).select_related("actor").order_by("-at", "-pk")


def event_of(pk: int) -> Event | None:
    """One event, with who did it."""
    return Event.objects.select_related("actor").filter(pk=pk).first()


def claims_of(ids: Collection[int]) -> dict[int, Claim]:
    """The claims that events name, by key; of drafts too, and whoever reads."""
    return Claim.objects.select_related("partner").in_bulk(ids)


def documents_of(ids: Collection[int]) -> dict[int, Evidence]:
    """The documents that events name, with their claims, by key."""
    return Evidence.objects.select_related("claim").in_bulk(ids)


def products_of(ids: Collection[int]) -> list[str]:
    """What the lines are about that an event names."""
    return list(ClaimLine.objects.filter(pk__in=ids).values_list("product_name", flat=True))


def older(events: QuerySet[Event], at: datetime, pk: int) -> QuerySet[Event]:
    """Those that come after the event of this instant and key in the order of the list."""
    return events.filter(Q(at__lte=at) & (Q(at__lt=at) | Q(pk__lt=pk)))


def in_batches(events: QuerySet[Event], newest: int) -> Iterator[list[Event]]:
    """All of `events`, but those written after the one with the key `newest`; never more than a batch in memory."""
    events = events.filter(pk__lte=newest)
    batch = list(events[:BATCH])
    while batch:
        yield batch
        batch = list(older(events, batch[-1].at, batch[-1].pk)[:BATCH]) if len(batch) == BATCH else []


def people_called(text: str) -> tuple[int | None, ...]:
    """Ids of the people with this address or name, or of whom a part of the name is typed; None stands for the system.

    A person who was erased has their number alone, which is found in any words. Empty where nobody is called so.
    """
    text = text.strip()
    if text.casefold() == str(SYSTEM).casefold():
        return (None,)
    if number := NUMBER.fullmatch(text):
        return tuple(User.objects.filter(pk=int(number["number"])).values_list("pk", flat=True))
    named = Q(email__iexact=text) if "@" in text else Q(name__icontains=text) | Q(email__istartswith=text)
    return tuple(User.objects.filter(named).order_by("pk").values_list("pk", flat=True)[:MOST_PEOPLE])


def subjects_called(text: str) -> tuple[str, ...]:
    """The chains of what somebody names; empty where nothing in the log is called so.

    A claim by its reference, with its review and its documents; one document of it by reference and letter, or by the
    SHA-256 of its content; anything else by its word and number, such as `case 12`, or by its name in the log.
    """
    text = " ".join(text.split())
    whole, _space, letter = text.rpartition(" ")
    if REFERENCE.fullmatch(text):
        return _of_claim(_claim_by(text))
    if REFERENCE.fullmatch(whole) and LETTER.fullmatch(letter):
        return _of_document(_claim_by(whole), letter.upper())
    if re.fullmatch(r"[0-9a-fA-F]{64}", text):
        rows = Evidence.objects.filter(sha256=text.lower()).order_by("pk")
        return tuple(row.subject for row in rows[:MOST_PEOPLE])
    if numbered := NUMBERED.fullmatch(text):
        return _numbered(numbered["word"].casefold(), int(numbered["number"]))
    return tuple(Chain.objects.filter(pk=text).values_list("pk", flat=True)) if text.isprintable() else ()


def _claim_by(reference: str) -> int | None:
    found = REFERENCE.fullmatch(reference)
    spelt = "CP-" + "-".join(found.groups()).upper().translate(MISREAD) if found else ""
    return Claim.objects.filter(reference=spelt).values_list("pk", flat=True).first()


def _of_claim(claim_id: int | None) -> tuple[str, ...]:
    """The chains of a claim, those of documents among them that were taken off its draft."""
    if claim_id is None:
        return ()
    own = f"claim:{claim_id}"
    added = Event.objects.filter(subject=own, kind="evidence.added").values_list("data__evidence", flat=True)
    rows = Evidence.objects.filter(claim=claim_id).values_list("pk", flat=True)
    return (own, f"review:{claim_id}", *(f"evidence:{pk}" for pk in sorted({*added, *rows})))


def _of_document(claim_id: int | None, letter: str) -> tuple[str, ...]:
    rows = Evidence.objects.filter(claim=claim_id) if claim_id else Evidence.objects.none()
    return tuple(row.subject for row in rows if row.letter == letter)


def _numbered(word: str, number: int) -> tuple[str, ...]:
    prefix = next((key for key, name in SUBJECTS.items() if word in {key, str(name).casefold()}), word)
    if prefix == "claim":
        return tuple(Chain.objects.filter(pk__in=_of_claim(number)).order_by("pk").values_list("pk", flat=True))
    return tuple(Chain.objects.filter(pk=f"{prefix}:{number}").values_list("pk", flat=True))
