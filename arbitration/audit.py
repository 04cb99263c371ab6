"""Which events an auditor asks for, and the live rows that they speak of; `subjects.py` says which chains are meant.

An auditor reads every event of every company, declared conflicts or not: a log with holes for one reader could not be
told from one that was cut. What an event is about stays behind the doors it always had.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils.translation import pgettext_lazy

from claims.business_days import first_instant
from claims.calendars import operator_zone
from claims.models import Claim, ClaimLine, Evidence, SupportRequest
from events.models import Event
from partners.models import Enrollment, Invitation, MpnId, Partner, Program, User

Found = TypeVar("Found")

MOST = 50  # people, or subjects, that one name may mean
BATCH = 1000
SYSTEM = pgettext_lazy("actor of the log", "system")
NUMBER = re.compile(r"(?:\D*\s)?#?(?P<number>[0-9]{1,18})")


class TooMany(Exception):
    """More than `MOST` are called what somebody typed: to look for some of them alone would be to hide the others."""


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


def people_of(ids: Collection[int]) -> dict[int, User]:
    """The people that events name, by key."""
    return User.objects.in_bulk(ids)


def companies_of(ids: Collection[int]) -> dict[int, Partner]:
    """The companies that events name, by key."""
    return Partner.objects.in_bulk(ids)


def mpn_ids_of(ids: Collection[int]) -> dict[int, MpnId]:
    """The MPN IDs that events name, with their companies, by key."""
    return MpnId.objects.select_related("partner").in_bulk(ids)


def programs_of(ids: Collection[int]) -> dict[int, Program]:
    """The programmes that events name, by key."""
    return Program.objects.in_bulk(ids)


def enrollments_of(ids: Collection[int]) -> dict[int, Enrollment]:
    """The enrolments that events name, each with its MPN ID, company and programme, by key."""
    return Enrollment.objects.select_related("mpn_id__partner", "program").in_bulk(ids)


def requests_of(ids: Collection[int]) -> dict[int, SupportRequest]:
    """The requests to support that events name, with who asked, by key."""
    return SupportRequest.objects.select_related("asker").in_bulk(ids)


def invitations_of(ids: Collection[int]) -> dict[int, Invitation]:
    """The invitations that events name, by key; none of somebody who was erased."""
    return Invitation.objects.in_bulk(ids)


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

    Raises:
        TooMany: where they are more than 50.
    """
    text = text.strip()
    if text.casefold() == str(SYSTEM).casefold():
        return (None,)
    if number := NUMBER.fullmatch(text):
        return tuple(User.objects.filter(pk=int(number["number"])).values_list("pk", flat=True))
    named = Q(email__iexact=text) if "@" in text else Q(name__icontains=text) | Q(email__istartswith=text)
    return tuple(at_most(User.objects.filter(named).order_by("pk").values_list("pk", flat=True)))


def at_most(rows: Iterable[Found]) -> list[Found]:
    """All of these, no more of them read than are needed to say that they are too many.

    Raises:
        TooMany: where they are more than 50.
    """
    found = list(islice(rows, MOST + 1)) if not isinstance(rows, QuerySet) else list(rows[: MOST + 1])
    if len(found) > MOST:
        raise TooMany
    return found
