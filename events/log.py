"""Writing the log, and checking it: every event carries the hash of the one before it on its subject's chain."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from events.models import Chain, Event

GENESIS = "0" * 64
BATCH = 2000

# What can be wrong with a chain: code → words, filled in by the fault's numbers.
FAULTS = {
    "missing": _("event missing: %(stands)s stands where %(belongs)s belongs"),
    "unlinked": _("does not follow the event before it"),
    "changed": _("was changed after it was written"),
    "unknown": _("has events that no chain knows"),
    "length": _("the chain ends at %(ends)s, but %(written)s events were written"),
    "not_last": _("is not the event that was written last"),
    "gone": _("all %(written)s events are gone"),
}


@dataclass(frozen=True)
class Draft:
    """An event that is about to be written. `data` holds str, int, bool, None, lists and dicts of these."""

    subject: str
    kind: str
    data: dict[str, Any] = field(default_factory=dict)


def digest(prev: str, event: Event) -> str:
    """The hash of an event that follows `prev`: SHA-256 of its canonical JSON, as 64 hexadecimal digits."""
    at = event.at.astimezone(UTC).isoformat()
    parts = [prev, event.subject, event.seq, event.kind, event.data, at, event.actor_id]
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def check_storable(value: Any) -> None:
    """Refuses what a database would hand back changed, and so break the chain.

    Raises:
        TypeError: for a float, NUL character, foreign type, or key that is no text, anywhere inside.
    """
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                raise TypeError(f"an event cannot hold the key {key!r}")
            check_storable(key)
            check_storable(inner)
    elif isinstance(value, list):
        for inner in value:
            check_storable(inner)
    elif not (value is None or isinstance(value, str | int)) or (isinstance(value, str) and "\x00" in value):
        raise TypeError(f"an event cannot hold {value!r}")


def record(drafts: Iterable[Draft], *, actor_id: int | None, now: datetime) -> list[Event]:
    """Writes all events of one act, inside the transaction of that act.

    Subjects are locked in sorted order, after every other lock of the act. Takes three queries, however many events.

    Raises:
        RuntimeError: outside a transaction, where the act and its history could part.
    """
    drafts = list(drafts)
    if not connection.in_atomic_block:
        raise RuntimeError("events are recorded inside the transaction of their act")
    for draft in drafts:
        check_storable(draft.data)
    heads = _lock(sorted({draft.subject for draft in drafts}))
    events = []
    for draft in drafts:
        chain = heads[draft.subject]
        event = Event(
            subject=draft.subject,
            seq=chain.length + 1,
            kind=draft.kind,
            data=draft.data,
            at=now,
            actor_id=actor_id,
            prev=chain.head,
        )
        event.hash = digest(chain.head, event)
        chain.length, chain.head = event.seq, event.hash
        events.append(event)
    Event.objects.bulk_create(events)
    _advance(heads.values())
    return events


def _advance(chains: Iterable[Chain]) -> None:
    """Writes where each chain, which exists and is locked, ends now; in one statement."""
    rows = [(chain.subject, chain.length, chain.head) for chain in chains]
    if not rows:
        return
    table = connection.ops.quote_name(Chain._meta.db_table)
    statement = (
        f"INSERT INTO {table} (subject, length, head) VALUES {', '.join(['(%s, %s, %s)'] * len(rows))}"  # noqa: S608
        " ON CONFLICT (subject) DO UPDATE SET length = excluded.length, head = excluded.head"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])


def _lock(subjects: list[str]) -> dict[str, Chain]:
    """Begins the chains that are missing, locks all in the order given, and returns them; in one statement.

    A select before or after an insert would see, or lock, some of them out of order.
    """
    if not subjects:
        return {}
    table = connection.ops.quote_name(Chain._meta.db_table)
    statement = (
        f"INSERT INTO {table} (subject, length, head) VALUES {', '.join(['(%s, 0, %s)'] * len(subjects))}"  # noqa: S608
        f" ON CONFLICT (subject) DO UPDATE SET length = {table}.length RETURNING subject, length, head"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for subject in subjects for value in (subject, GENESIS)])
        return {subject: Chain(subject, length, head) for subject, length, head in cursor.fetchall()}


@dataclass(frozen=True)
class Fault:
    """A place where the log is not what was written: the subject, the number of the event, and what is wrong there.

    `code` is of FAULTS, `numbers` fill its words.
    """

    subject: str
    seq: int
    code: str
    numbers: dict[str, int] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """What is wrong, in the language that is active."""
        return str(FAULTS[self.code]) % self.numbers


@dataclass
class Walk:
    """How far a walk along the chains has come."""

    chains: int = 0
    events: int = 0


def faults(
    subject: str | None = None, *, walk: Walk | None = None, halt: Callable[[], None] = lambda: None
) -> Iterator[Fault]:
    """Walks every chain, or that of one subject, and yields what was edited, deleted, inserted or reordered.

    Acts go on meanwhile: each event is read in one statement with the head of its chain, so that a chain which grows is
    not taken for one that was cut. `walk` is kept up to date; `halt` is called between two batches, and may raise.
    """
    walk = walk or Walk()
    for name, events in groupby(_read(subject, halt), key=lambda event: str(event.subject)):
        walk.chains += 1
        yield from _faults_of_chain(name, events, walk)
    chains = Chain.objects.filter(length__gt=0) if subject is None else Chain.objects.filter(pk=subject, length__gt=0)
    emptied = chains.exclude(Exists(Event.objects.filter(subject=OuterRef("pk"))))
    for name, length in emptied.order_by("pk").values_list("subject", "length"):
        yield Fault(name, 1, "gone", {"written": length})


def chain_length(subject: str) -> int:
    """How many events were written about a subject, by its chain; how many stand there, where no chain knows of it."""
    written = Chain.objects.filter(pk=subject).values_list("length", flat=True).first()
    return Event.objects.filter(subject=subject).count() if written is None else written


def faults_beside(subject: str, seq: int) -> list[Fault]:
    """What is wrong with one event of a chain, with those before and after it and with the links between them.

    One statement, however long the chain is. What lies further away is for `faults` to find.
    """
    first = max(seq - 1, 1)
    window = list(_in_chains().filter(subject=subject, seq__range=(first, seq + 1)))
    if not window:
        return [Fault(subject, seq, "gone", {"written": seq})]
    before = (first - 1, GENESIS if first == 1 else window[0].prev)
    return list(_faults_of_chain(subject, window, Walk(), before=before, to_end=window[-1].seq <= seq))


def _in_chains() -> QuerySet[Event]:
    """The events in order of their chains, each with length and head of its own as they are in that instant."""
    chain = Chain.objects.filter(subject=OuterRef("subject"))
    return Event.objects.annotate(
        chain_length=Subquery(chain.values("length")), chain_head=Subquery(chain.values("head"))
    ).order_by("subject", "seq", "id")


def _read(subject: str | None, halt: Callable[[], None]) -> Iterator[Any]:
    """All of them, or those of one chain, in batches."""
    rows = _in_chains()
    batch = list((rows if subject is None else rows.filter(subject=subject))[:BATCH])
    while batch:
        yield from batch
        halt()
        last = batch[-1]
        later = Q(subject__gt=last.subject) | Q(seq__gt=last.seq) | Q(seq=last.seq, id__gt=last.id)
        more = rows.filter(later, subject__gte=last.subject)
        batch = list((more if subject is None else more.filter(subject=subject))[:BATCH])


def _faults_of_chain(
    subject: str,
    events: Iterable[Any],
    walk: Walk,
    *,
    before: tuple[int, str] = (0, GENESIS),
    to_end: bool = True,
) -> Iterator[Fault]:
    """Of events that follow the number and the hash `before`; the last of them ends the chain, if `to_end`."""
    expected, prev = before
    for event in events:
        walk.events += 1
        expected += 1
        if event.seq != expected:
            yield Fault(subject, expected, "missing", {"stands": event.seq, "belongs": expected})
            expected = event.seq
        elif event.prev != prev:
            yield Fault(subject, event.seq, "unlinked")
        if digest(event.prev, event) != event.hash:
            yield Fault(subject, event.seq, "changed")
        prev, length, head = event.hash, event.chain_length, event.chain_head
    if not to_end:
        return
    if length is None:
        yield Fault(subject, 1, "unknown")
    elif length != expected:
        yield Fault(subject, min(expected, length) + 1, "length", {"ends": expected, "written": length})
    elif head != prev:
        yield Fault(subject, expected, "not_last")
