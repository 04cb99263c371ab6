"""Writing the log, and checking it: every event carries the hash of the one before it on its subject's chain."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from django.db import connection

from events.models import Chain, Event

GENESIS = "0" * 64


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
    """A place where the log is not what was written: the subject, the sequence number, and what is wrong."""

    subject: str
    seq: int
    what: str


def faults() -> Iterator[Fault]:
    """Walks every chain and yields what was edited, deleted, inserted or reordered since it was written."""
    heads = {chain.subject: chain for chain in Chain.objects.iterator()}
    events = Event.objects.order_by("subject", "seq", "id").iterator(chunk_size=2000)
    seen = set()
    for subject, group in groupby(events, key=lambda event: event.subject):
        seen.add(subject)
        yield from _faults_of_chain(subject, group, heads.get(subject))
    for subject in sorted(set(heads) - seen):
        if heads[subject].length:
            yield Fault(subject, 1, f"all {heads[subject].length} events are gone")


def _faults_of_chain(subject: str, events: Iterable[Event], head: Chain | None) -> Iterator[Fault]:
    expected, prev = 0, GENESIS
    for event in events:
        expected += 1
        if event.seq != expected:
            yield Fault(subject, expected, f"event missing: {event.seq} stands where {expected} belongs")
            expected = event.seq
        elif event.prev != prev:
            yield Fault(subject, event.seq, "does not follow the event before it")
        if digest(event.prev, event) != event.hash:
            yield Fault(subject, event.seq, "was changed after it was written")
        prev = event.hash
    if head is None:
        yield Fault(subject, 1, "has events that no chain knows")
    elif head.length != expected:
        where = min(expected, head.length) + 1
        yield Fault(subject, where, f"the chain ends at {expected}, but {head.length} events were written")
    elif head.head != prev:
        yield Fault(subject, expected, "is not the event that was written last")
