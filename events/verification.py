"""Verifying the whole log in the background: asked for by somebody or by the day, made by one worker, kept in a row."""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from events.log import Draft, Walk, faults, record
from events.models import Verification
from events.outbox import nudge

VERIFY = "events.verify"  # the task's name: tasks are a leaf, which nobody imports
LOG = "audit:log"  # the log's own subject in the log
EVERY = timedelta(days=1)
LEASE = timedelta(minutes=5)  # renewed with each batch
MAX_ATTEMPTS = 3
MOST_SHOWN = 100

logger = logging.getLogger(__name__)


class _Overtaken(Exception):
    """Another worker has begun the walk anew, as this one was silent for longer than its lease."""


def ask_for_verification(*, actor_id: int | None, now: datetime) -> None:
    """Has the log verified, unless that waits or is under way already. `actor_id` is None for the system itself.

    Who asks stands in the log; that a day has come does not.
    """
    with transaction.atomic():
        try:
            with transaction.atomic():
                asked = Verification.objects.create(asked_by_id=actor_id, asked_at=now)
        except IntegrityError:  # there is one at a time
            asked = None
        if asked is not None and actor_id is not None:
            record([Draft(LOG, "audit.verification_asked", {"verification": asked.pk})], actor_id=actor_id, now=now)
        transaction.on_commit(partial(nudge, VERIFY), robust=True)


def ask_daily(*, now: datetime) -> None:
    """Has the log verified where that was last asked for a day ago, by whomever."""
    if not Verification.objects.filter(asked_at__gt=now - EVERY).exists():
        ask_for_verification(actor_id=None, now=now)


def verify_due(*, now: datetime) -> bool:
    """Makes the verification that waits; True where one came to its end.

    Safe beside itself and after a crash: a walk is one worker's as long as it renews its lease, and else begins anew
    with the next one. After three beginnings it is given up, and says so.
    """
    taken = _take(now)
    if taken is None:
        return False
    if taken.attempts > MAX_ATTEMPTS:
        return _end(taken, Verification.Outcome.FAILED, now, error="interrupted")
    began = time.monotonic()

    def instant() -> datetime:
        return now + timedelta(seconds=time.monotonic() - began)

    try:
        _walk(taken, instant)
    except _Overtaken:
        return False
    except Exception as trouble:
        logger.exception("The log could not be verified")
        return _end(taken, Verification.Outcome.FAILED, instant(), error=type(trouble).__name__)
    if taken.faults:
        logger.error("The log is not what was written: %s faults", taken.faults)
    outcome = Verification.Outcome.FAULTY if taken.faults else Verification.Outcome.SOUND
    return _end(taken, outcome, instant())


def _take(now: datetime) -> Verification | None:
    """Leases what waits to this worker, as of its beginning."""
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    with transaction.atomic():
        found = Verification.objects.select_for_update(skip_locked=True).filter(free, outcome="").first()
        if found is not None:
            found.attempts += 1
            found.began_at, found.lease_until = now, now + LEASE
            found.chains = found.events = found.faults = 0
            found.shown = []
            found.save()
    return found


def _walk(taken: Verification, instant: Callable[[], datetime]) -> None:
    """Walks all chains, and says in the row how far it has come.

    Raises:
        _Overtaken: where the walk is another's by now.
    """
    walk = Walk()

    def keep() -> None:
        taken.chains, taken.events, taken.lease_until = walk.chains, walk.events, instant() + LEASE
        if not _update(taken, lease_until=taken.lease_until):
            raise _Overtaken

    for fault in faults(walk=walk, halt=keep):
        taken.faults += 1
        if len(taken.shown) < MOST_SHOWN:
            taken.shown.append([fault.subject, fault.seq, fault.code, fault.numbers])
    taken.chains, taken.events = walk.chains, walk.events


def _end(taken: Verification, outcome: Verification.Outcome, at: datetime, *, error: str = "") -> bool:
    return bool(_update(taken, outcome=outcome, ended_at=at, error=error))


def _update(taken: Verification, **more: Any) -> int:
    """Saves counts and `more` as long as the walk is this worker's."""
    counts = {name: getattr(taken, name) for name in ("chains", "events", "faults", "shown")}
    return Verification.objects.filter(pk=taken.pk, attempts=taken.attempts, outcome="").update(**counts, **more)
