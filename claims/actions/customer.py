"""What a customer answers: by its word it declines, by silence it confirms, by a mail that came back neither.

Each is one transaction under the locks of units, cases, claim and consent, in this order. Source: design, section 7.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Prefetch, Q, prefetch_related_objects

from claims.actions.consent import Window, window_of
from claims.actions.contest import ENDING, lock_cases, lock_displaced
from claims.actions.customer_notices import (
    tell_of_confirmation,
    tell_of_decline,
    tell_of_missing_contact,
    tell_of_unreachable_customer,
)
from claims.actions.ending import end_approved
from claims.actions.restore import tell_restored
from claims.actions.state import lock_claim
from claims.business_days import deadline
from claims.calendars import operator_calendar
from claims.errors import ConsentOver
from claims.models import Case, Claim, ClaimLine, Consent, Policy, Unit
from claims.requirements import Reason
from claims.states import ConsentOutcome, LineState
from events.log import Draft, record
from events.outbox import came_back, has_news

BATCH = 500
PAUSE = timedelta(minutes=5)  # for a consent on which something of ours failed

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Locked:
    """A consent that waits, with its claim and what is approved of it, locked until the transaction ends."""

    consent: Consent
    claim: Claim
    cases: Mapping[int, Case]
    lines: list[ClaimLine]
    window: Window


def decline(*, key: str, words: str, now: datetime) -> Consent:
    """A customer declines, in `words` that no partner reads: what it was asked about ends, and the partner is told.

    `key` is the consent's, taken from its link. Said once more, it changes nothing.

    Raises:
        Consent.DoesNotExist: for a key that is none.
        ConsentOver: where the time is over, whether a sweep has come by or not, or nothing is left to decline.
    """
    with transaction.atomic():
        consent = Consent.objects.select_related("claim__partner", "claim__policy").get(key=key)
        locked = _lock(consent, "decline")
        if locked is None:
            if consent.outcome == ConsentOutcome.DECLINED:
                return consent
            raise ConsentOver("decline", consent.claim.state)
        if locked.window.is_over(now):
            raise ConsentOver("decline", locked.claim.state)
        claim, lines = locked.claim, locked.lines
        consent.words = words
        _close(locked, ConsentOutcome.DECLINED, now=now)
        drafts, restored = end_approved(claim, lines, Reason.CUSTOMER_DECLINED, "decline", locked.cases, now=now)
        told = {"consent": consent.pk, "lines": [line.pk for line in lines], "state": str(claim.state)}
        declined = Draft(claim.subject, "claim.customer_declined", told)
        event, *_ = record([declined, *drafts], actor_id=None, now=now)
        tell_of_decline(event, claim, lines)
        tell_restored(restored, now=now)
    return consent


def sweep_consents(*, now: datetime) -> Counter[str]:
    """Does what time or a mail server has brought on each consent that waits; returns how often it did what.

    One query where there is nothing to do. One that fails is put off, and holds up no other.
    """
    done: Counter[str] = Counter()
    for pk in _due(now):
        try:
            done[see_to(consent_id=pk, now=now)] += 1
        except Exception:
            logger.exception("The sweep could not act on a consent", extra={"consent": pk})
            Consent.objects.filter(pk=pk, sweep_at__isnull=False).update(sweep_at=now + PAUSE)
    done.pop("", None)
    return done


def _due(now: datetime) -> list[int]:
    """Consents whose time has come, whose mail has left or was given up since, or came back. One query."""
    waiting = Consent.objects.filter(sweep_at__isnull=False)
    timed = Q(sweep_at__lte=now) & (Q(sent_at__isnull=False) | Q(bounced_at__isnull=False))
    posted = Q(sweep_at__lte=now, sent_at=None, bounced_at=None) & has_news(OuterRef("mail"))
    back = Q(bounced_at=None) & came_back(OuterRef("mail"))
    rows = waiting.filter(timed | posted | back).order_by("sweep_at", "pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def see_to(*, consent_id: int, now: datetime) -> str:
    """What became of one consent, done: `asked`, `confirmed`, `unreachable`, `contact missing`; empty for nothing.

    Safe to repeat, and beside itself and any other verb.
    """
    with transaction.atomic():
        consent = Consent.objects.select_related("claim__partner", "claim__policy").get(pk=consent_id)
        locked = _lock(consent, "confirm")
        if locked is None:
            return ""
        if consent.bounced_at is not None:
            return _miss_contact(locked, now=now)
        if locked.window.bounced_at is not None:
            return _stop(locked, now=now)
        if locked.window.is_over(now):
            return _confirm(locked, now=now)
        if consent.sent_at is None and locked.window.sent_at is not None:
            consent.sent_at, consent.ends_at = locked.window.sent_at, locked.window.ends_at
            consent.sweep_at = consent.ends_at
            consent.save(update_fields=["sent_at", "ends_at", "sweep_at"])
            return "asked"
    return ""


def _lock(consent: Consent, verb: str) -> Locked | None:
    """Locks all that an answer touches; None where the consent waits no more, or nothing approved is left of it.

    The consent is read again into the caller's object.
    """
    units = Unit.objects.filter(pk__in=ClaimLine.objects.filter(consent=consent).values("unit"))
    locked = list(units.order_by("pk").select_for_update(no_key=True))
    cases = lock_cases(locked)
    # Whatever ends it holds these units: what it is now, it stays.
    consent.refresh_from_db(fields=["outcome"])
    lines = ClaimLine.objects.filter(consent=consent, state=LineState.APPROVED)
    if consent.outcome or not lines.exists():
        return None
    if verb in ENDING:
        lock_displaced([line.association_id for line in lines if line.association_id])
    claim = lock_claim(consent.claim, verb)
    prefetch_related_objects([claim], Prefetch("lines", ClaimLine.objects.select_related("unit")))
    consent.refresh_from_db(from_queryset=Consent.objects.select_for_update(no_key=True))
    consent.claim = claim
    ours = [line for line in claim.lines.all() if line.consent_id == consent.pk and line.state == LineState.APPROVED]
    return Locked(consent, claim, cases, ours, window_of(consent))


def _close(locked: Locked, outcome: ConsentOutcome, *, now: datetime) -> None:
    consent, window = locked.consent, locked.window
    consent.sent_at, consent.ends_at = window.sent_at, window.ends_at
    consent.outcome, consent.outcome_at, consent.sweep_at = outcome, now, None
    consent.save(update_fields=["sent_at", "ends_at", "outcome", "outcome_at", "sweep_at", "words"])


def _confirm(locked: Locked, *, now: datetime) -> str:
    """Nobody has declined in time."""
    claim, lines = locked.claim, locked.lines
    _close(locked, ConsentOutcome.CONFIRMED, now=now)
    told = {"consent": locked.consent.pk, "lines": [line.pk for line in lines]}
    event, *_ = record([Draft(claim.subject, "claim.confirmed", told)], actor_id=None, now=now)
    tell_of_confirmation(event, claim, lines)
    return "confirmed"


def _stop(locked: Locked, *, now: datetime) -> str:
    """The mail reached nobody: the clock stands still, and it is the partner's turn to name a contact."""
    consent, claim = locked.consent, locked.claim
    days = (claim.policy or Policy()).contact_business_days
    due = deadline(now, days, operator_calendar(now))
    consent.sent_at, consent.ends_at, consent.bounced_at = locked.window.sent_at, None, locked.window.bounced_at
    consent.contact_asked_at, consent.contact_due_at, consent.sweep_at = now, due.due_at, due.due_at
    times = ["sent_at", "ends_at", "bounced_at", "contact_asked_at", "contact_due_at", "sweep_at"]
    consent.save(update_fields=times)
    told = {"consent": consent.pk, "due_at": due.due_at.isoformat()}
    event, *_ = record([Draft(claim.subject, "claim.customer_unreachable", told)], actor_id=None, now=now)
    tell_of_unreachable_customer(event, claim, consent, due_day=due.days[-1].date)
    return "unreachable"


def _miss_contact(locked: Locked, *, now: datetime) -> str:
    """The time to name a contact is over: the leads are told, once."""
    consent, claim = locked.consent, locked.claim
    if consent.sweep_at is None or consent.contact_due_at is None or now < consent.contact_due_at:
        return ""
    consent.sweep_at = None
    consent.save(update_fields=["sweep_at"])
    event, *_ = record([Draft(claim.subject, "claim.contact_missing", {"consent": consent.pk})], actor_id=None, now=now)
    tell_of_missing_contact(event, claim)
    return "contact missing"
