"""Clocks that run are moved to where another calendar has them end. Source: design, section 7."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Min, Model

from claims.actions.clocks import next_sweep, reminder
from claims.business_days import Calendar, stored_days
from claims.models import Case, Claim, ClaimLine, Consent, InformationRequest
from claims.running import Running
from events.log import Draft
from events.models import Event
from events.outbox import Notice, tell_all
from partners.people import people_around

BATCH = 5000
MOVED = "claim.clock_moved"
# Whose end a partner was told by mail: what it owes itself, then what the operator does.
OWED, PROMISED = ("answer", "request", "contact"), ("review", "dispute_review")
READ = frozenset({*OWED, *PROMISED, "consent", "dispute"})


@dataclass(frozen=True)
class Moved:
    """What is to be recorded of one subject's clocks; of a claim's, which its partner is told of, and the day."""

    draft: Draft
    claim: Claim | None = None
    told: tuple[str, date] | None = None


def move(found: Sequence[Running], calendar: Calendar, *, now: datetime) -> list[Moved]:
    """Gives these clocks, locked, the end that they have by the calendar they were counted with, but those that stay.

    A count with other days in it is written where its end is the same, too. A claim has its version bumped, once, where
    something moved that its partner reads of. Returns what is to be recorded, subject by subject.
    """
    changed = [one for one in found if not one.stays(now) and (one.moves or _differs(one))]
    moved = [one for one in changed if one.moves]
    for one in changed:
        WRITE[one.clock](one, calendar, now)
    _write([one.row for one in changed if not isinstance(one.row, Claim)])
    _settle_requests(moved)
    read: dict[Claim, list[Running]] = {}
    for one in moved:
        if one.claim and one.clock in READ:
            read.setdefault(one.claim, []).append(one)
    touched = {one.claim for one in changed if one.claim}
    for claim in touched:
        claim.sweep_at = next_sweep(claim)
    _write(touched)
    for batch in batched([claim.pk for claim in read]):
        Claim.objects.filter(pk__in=batch).update(version=F("version") + 1, changed_at=now)
    unread = [one for one in moved if one.clock in SUBJECTS]
    return [
        *(Moved(Draft(claim.subject, MOVED, moves_of(*own)), claim, _told(own)) for claim, own in read.items()),
        *(Moved(Draft(SUBJECTS[one.clock](one), "clock.moved", moves_of(one))) for one in unread),
    ]


def tell_of_moves(told: Iterable[tuple[Event, Moved]]) -> None:
    """The company's people who sent or began a claim whose date moved: once for each claim, of what they owe first."""
    mine = [(event, one.claim, one.told) for event, one in told if one.claim and one.told]
    around = people_around({claim.partner_id for _event, claim, _told in mine})
    notices = []
    for event, claim, (clock, day) in mine:
        values = {
            "reference": claim.reference,
            "claim_name": claim.name,
            "owed": clock in OWED,
            "due_day": day.isoformat(),
        }
        hearers = {claim.created_by_id, claim.submitted_by_id} & around[claim.partner_id].members
        notices += [(event, Notice(user_id, "clock_moved", claim.path, values)) for user_id in hearers if user_id]
    tell_all(notices)


def _told(own: Sequence[Running]) -> tuple[str, date] | None:
    for clocks in (OWED, PROMISED):
        if told := [one for one in own if one.clock in clocks]:
            first = min(told, key=lambda one: one.due.due_at)
            return first.clock, first.due.days[-1].date
    return None


def moves_of(*moved: Running) -> dict[str, Any]:
    """What is recorded of clocks that moved."""
    ends = [{"clock": one.clock, "was": one.due_at.isoformat(), "due_at": one.due.due_at.isoformat()} for one in moved]
    return {"clocks": ends}


# Clocks that no partner reads of, and where they are recorded.
SUBJECTS: dict[str, Callable[[Running], str]] = {
    "lease": lambda one: one.row.review_subject,
    "case": lambda one: one.row.subject,
}


def _differs(one: Running) -> bool:
    """Whether other days were counted, to the same end."""
    return one.clock in {"review", "dispute_review", "answer", "case"} and one.row.calendar_version != one.due.version


# --- What is written, clock by clock ---------------------------------------------------------------------------------


def _count(one: Running, calendar: Calendar, now: datetime) -> None:
    one.row.due_at, one.row.calendar_version = one.due.due_at, one.due.version
    one.row.due_days = stored_days(one.due.days)


def _count_for_claim(one: Running, calendar: Calendar, now: datetime) -> None:
    _count(one, calendar, now)
    _remind(one, calendar, now)


def _remind(one: Running, calendar: Calendar, now: datetime) -> None:
    """Who was reminded of a last day that is not the last any more is reminded again."""
    at = reminder(one.due, calendar)
    one.row.remind_at = at if one.row.remind_at is not None or at > now else None


def _request(one: Running, calendar: Calendar, now: datetime) -> None:
    one.row.due_at = one.due.due_at
    _remind(one, calendar, now)
    one.row.sweep_at = one.row.remind_at or one.row.due_at


def _only(*fields: str) -> Callable[[Running, Calendar, datetime], None]:
    def write(one: Running, calendar: Calendar, now: datetime) -> None:
        for field in fields:
            setattr(one.row, field, one.due.due_at)

    return write


WRITE: dict[str, Callable[[Running, Calendar, datetime], None]] = {
    **dict.fromkeys(("review", "dispute_review", "answer"), _count_for_claim),
    "case": _count,
    "request": _request,
    "lease": _only("lease_until"),
    "contact": _only("contact_due_at", "sweep_at"),
    "consent": _only("ends_at", "sweep_at"),
    "dispute": _only("dispute_until"),
}
FIELDS: dict[type[Model], tuple[str, ...]] = {
    Claim: ("due_at", "due_days", "calendar_version", "remind_at", "lease_until", "asked_until", "sweep_at"),
    Case: ("due_at", "due_days", "calendar_version"),
    InformationRequest: ("due_at", "remind_at", "sweep_at"),
    Consent: ("contact_due_at", "ends_at", "sweep_at"),
    ClaimLine: ("dispute_until",),
}


def _write(rows: Iterable[Model]) -> None:
    """One statement for all rows that end alike: clocks go by days, so they are few, however many rows."""
    alike: dict[tuple[type[Model], str], tuple[dict[str, Any], list[Any]]] = {}
    for row in rows:
        values = {name: getattr(row, name) for name in FIELDS[type(row)]}
        alike.setdefault((type(row), repr(values)), (values, []))[1].append(row.pk)
    for (model, _values), (values, keys) in alike.items():
        for batch in batched(keys):
            model._default_manager.filter(pk__in=batch).update(**values)


def batched(keys: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The keys, so many at a time as a statement may name."""
    for begin in range(0, len(keys), BATCH):
        yield keys[begin : begin + BATCH]


def _settle_requests(moved: Sequence[Running]) -> None:
    """What a reviewer asked is due with the claim; and a claim says until when a case asks first."""
    answers = {one.claim.pk: one.due.due_at for one in moved if one.claim and one.clock == "answer"}
    waiting = InformationRequest.objects.waiting()
    asked = list(waiting.filter(case=None, claim__in=answers))
    for request in asked:
        request.due_at = answers[request.claim_id]
    _write(asked)
    heard = {one.claim.pk: one.claim for one in moved if one.claim and one.clock == "request"}
    first = waiting.filter(case__isnull=False, claim__in=heard).order_by().values_list("claim").annotate(Min("due_at"))
    for claim_id, due_at in first:
        heard[claim_id].asked_until = due_at
