"""Every clock that runs, and where a calendar has it end. Source: design, section 7.

A clock is counted from its stored beginning, with the length it has. What keeps the end it has is for the verbs to say.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain
from typing import Any

from django.db.models import Q, QuerySet

from claims.business_days import Calendar, Deadline, deadline
from claims.calendars import after_days
from claims.models import Case, Claim, ClaimLine, Consent, InformationRequest, Policy
from claims.requirements import Reason
from claims.states import OPEN_CLAIMS, STANDING_CASES, ClaimState, LineState


@dataclass(frozen=True)
class Running:
    """A clock that runs: on which row, of which claim or case, when it ends, and where the calendar has it end."""

    clock: str
    row: Any
    claim: Claim | None
    case_id: int | None
    due_at: datetime
    due: Deadline

    @property
    def moves(self) -> bool:
        """Whether the calendar has it end at another time."""
        return self.due.due_at != self.due_at

    def stays(self, now: datetime) -> bool:
        """Whether it keeps its end all the same: by the calendar it would be over, and nobody is made late."""
        return self.moves and self.due.due_at <= now


class Counting:
    """The ends of clocks under one calendar: each is counted once, however many clocks began on a day."""

    def __init__(self, calendar: Calendar) -> None:
        self.calendar = calendar
        self._known: dict[tuple[date, int], Deadline] = {}

    def business(self, began_at: datetime, days: int) -> Deadline:
        """The end of a clock of so many business days."""
        key = self.calendar.day_of(began_at), days
        if key not in self._known:
            self._known[key] = deadline(began_at, days, self.calendar)
        return self._known[key]

    def every_day(self, began_at: datetime, days: int) -> Deadline:
        """The end of one of so many days of any kind; they are not shown one by one."""
        return Deadline(after_days(began_at, days, self.calendar.zone), (), self.calendar.version)


def running(calendar: Calendar, *, now: datetime, since: datetime | None = None, lock: bool = False) -> list[Running]:
    """Every clock of claims and cases that runs at `now`, with its end by this calendar; those begun `since`, if given.

    With `lock`, standing cases and then claims are locked, in the order of their ids, until the transaction ends.
    """
    counting, sources = Counting(calendar), _sources(now, since)
    if lock:
        list(Case.objects.filter(state__in=STANDING_CASES).order_by("pk").select_for_update(no_key=True))
    claims = _claims(sources, lock=lock)
    found: Iterable[Running] = chain(
        _of_claims(claims.values(), counting, now=now, since=since),
        _of_cases(sources, claims, counting),
        _of_customers(sources, claims, counting),
    )
    return list(found)


def _sources(now: datetime, since: datetime | None) -> dict[str, QuerySet[Any]]:
    """The rows on which clocks run."""
    waiting = Consent.objects.filter(outcome="")
    refused = Q(state=LineState.REJECTED) & ~Q(reason=Reason.SUBSCRIPTION_ENDED)
    displaced = Q(state=LineState.ENDED, reason=Reason.ANOTHER_PARTNER_UPHELD)
    disputable = ClaimLine.objects.filter(refused | displaced, disputed_at=None, final=False)
    asked = InformationRequest.objects.waiting().filter(case__isnull=False)
    rows: dict[str, tuple[QuerySet[Any], str]] = {
        "claim": (Claim.objects.filter(state__in=OPEN_CLAIMS, due_at__gt=now), "clock_began_at"),
        "lease": (Claim.objects.filter(state__in=OPEN_CLAIMS, lease_until__gt=now), "leased_at"),
        "case": (Case.objects.filter(state__in=STANDING_CASES, due_at__gt=now), "opened_at"),
        "request": (asked.filter(due_at__gt=now), "comment__at"),
        "contact": (waiting.filter(contact_due_at__gt=now), "contact_asked_at"),
        "consent": (waiting.filter(ends_at__gt=now), "sent_at"),
        "dispute": (disputable.filter(dispute_until__gt=now), "decided_at"),
    }
    return {name: found.filter(**{f"{began}__gte": since}) if since else found for name, (found, began) in rows.items()}


def _claims(sources: Mapping[str, QuerySet[Any]], *, lock: bool) -> dict[int, Claim]:
    own = Q(pk__in=sources["claim"].values("pk")) | Q(pk__in=sources["lease"].values("pk"))
    for name in ("request", "contact", "consent", "dispute"):
        own |= Q(pk__in=sources[name].order_by().values("claim"))
    rows = Claim.objects.filter(own).select_related("policy").order_by("pk")
    rows = rows.select_for_update(no_key=True, of=("self",)) if lock else rows
    return {claim.pk: claim for claim in rows}


def _of_claims(
    claims: Iterable[Claim], counting: Counting, *, now: datetime, since: datetime | None
) -> Iterator[Running]:
    """Looks at the rows themselves, which may have changed while their lock was waited for."""

    def runs(began_at: datetime | None, due_at: datetime | None) -> bool:
        return bool(began_at and due_at and due_at > now and (since is None or began_at >= since))

    for claim in claims:
        if claim.state not in OPEN_CLAIMS:
            continue
        if runs(claim.clock_began_at, claim.due_at) and claim.clock_began_at and claim.due_at:
            due = counting.business(claim.clock_began_at, claim.due_days[-1][1])
            yield Running(_clock_of(claim), claim, claim, None, claim.due_at, due)
        if runs(claim.leased_at, claim.lease_until) and claim.leased_at and claim.lease_until:
            due = counting.business(claim.leased_at, _policy(claim).lease_business_days)
            yield Running("lease", claim, claim, None, claim.lease_until, due)


def _clock_of(claim: Claim) -> str:
    if claim.state == ClaimState.ACTION_REQUIRED:
        return "answer"
    return "dispute_review" if claim.state == ClaimState.DISPUTED else "review"


def _of_cases(
    sources: Mapping[str, QuerySet[Any]], claims: Mapping[int, Claim], counting: Counting
) -> Iterator[Running]:
    for case in sources["case"].select_related("policy").order_by("pk"):
        due = counting.business(case.opened_at, case.policy.case_business_days)
        yield Running("case", case, None, case.pk, case.due_at, due)
    for asked in sources["request"].select_related("case__policy", "comment").order_by("pk"):
        if asked.claim_id in claims:
            due = counting.business(asked.comment.at, asked.case.policy.answer_business_days)
            yield Running("request", asked, claims[asked.claim_id], asked.case_id, asked.due_at, due)


def _of_customers(
    sources: Mapping[str, QuerySet[Any]], claims: Mapping[int, Claim], counting: Counting
) -> Iterator[Running]:
    for consent in sources["contact"].filter(claim__in=claims).order_by("pk"):
        claim = claims[consent.claim_id]
        due = counting.business(consent.contact_asked_at, _policy(claim).contact_business_days)
        yield Running("contact", consent, claim, None, consent.contact_due_at, due)
    for consent in sources["consent"].filter(claim__in=claims).order_by("pk"):
        claim = claims[consent.claim_id]
        due = counting.every_day(consent.sent_at, _policy(claim).consent_days)
        yield Running("consent", consent, claim, None, consent.ends_at, due)
    for line in sources["dispute"].filter(claim__in=claims).order_by("pk"):
        claim = claims[line.claim_id]
        due = counting.every_day(line.decided_at, _policy(claim).dispute_days)
        yield Running("dispute", line, claim, None, line.dispute_until, due)


def _policy(claim: Claim) -> Policy:
    return claim.policy or Policy()
