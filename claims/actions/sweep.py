"""What time brings: reminders, word that a review is late, answers that did not come, leases that ran out.

`Claim.sweep_at` says when the sweep looks at a claim next; ids are picked without a lock, and each act locks and looks
again. So the sweep may run beside itself, and after a crash. Source: design, section 7.
"""

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Coalesce, Least

from claims.actions.clocks import SWEEP
from claims.actions.customer import sweep_consents
from claims.actions.finish import resume_review
from claims.actions.hearing import lapse_request, remind_of_request
from claims.actions.inquiry import lapse_answer
from claims.actions.notices import tell_of_overdue, tell_of_reminders
from claims.actions.review import release_lapsed, release_unfit, unfit_claims
from claims.models import Case, Claim, ClaimLine, Comment, InformationRequest
from claims.states import OPEN_CLAIMS, STANDING_CASES, WITH_OPERATOR, ClaimState, LineState
from events.log import Draft, record
from events.outbox import nudge

BATCH = 1000
SWEEP_SECONDS = 20
PAUSE = timedelta(minutes=5)  # for a claim on which something of ours failed
ARBITRATION_TAKES_LONGER = "arbitration_takes_longer"

logger = logging.getLogger(__name__)


def sweep(*, now: datetime) -> Counter[str]:
    """Does all whose time has come by `now`; returns how often it did what. Costs five queries where nothing is due.

    Stops after some seconds and asks for another sweep, so that a worker is never held for long.
    """
    began = time.monotonic()
    done = sweep_consents(now=now)
    for claim_id in _uncontested_again():
        done["resumed"] += _alone("resumed", claim_id, now)
    for claim_id in list(unfit_claims().values_list("pk", flat=True)[:BATCH]):
        done["unfit"] += _alone("unfit", claim_id, now)
    for request_id in _asked(now):
        done["heard"] += _hear(request_id, now)
    while waiting := _waiting(now):
        before = done.total()
        for act, ids in waiting.items():
            done[act] += _do(act, ids, now)
        if done.total() == before:  # others hold what is left
            break
        if time.monotonic() - began > SWEEP_SECONDS:
            nudge(SWEEP)
            break
    done.pop("nothing", None)
    return +done


def _waiting(now: datetime) -> dict[str, list[int]]:
    """The next claims whose time has come, by what is to be done first on each."""
    columns = ("pk", "state", "due_at", "lease_until", "overdue_at")
    rows = Claim.objects.filter(sweep_at__lte=now).order_by("sweep_at", "pk").values_list(*columns)
    waiting = defaultdict(list)
    for pk, state, due_at, lease_until, overdue_at in rows[:BATCH]:
        if state not in OPEN_CLAIMS:
            act = "nothing"
        elif state == ClaimState.ACTION_REQUIRED:
            act = "answer_lapsed" if due_at <= now else "reminded"
        elif not overdue_at and due_at <= now:
            act = "overdue"
        else:
            act = "released" if lease_until and lease_until <= now else "reminded"
        waiting[act].append(pk)
    return waiting


def _do(act: str, ids: Sequence[int], now: datetime) -> int:
    """Does one thing to these claims, as far as each still wants it; returns to how many.

    One that fails stays as it was until a later sweep, and holds up no other.
    """
    if act == "nothing":  # no verb leaves such a row, but many of them would stand before all others
        return Claim.objects.filter(pk__in=ids).exclude(state__in=OPEN_CLAIMS).update(sweep_at=None)
    if act in BATCHES:
        try:
            return BATCHES[act](ids, now)
        except Exception:
            logger.exception("The sweep could not act on a batch, and goes on one by one", extra={"act": act})
    return sum(_alone(act, claim_id, now) for claim_id in ids)


def _alone(act: str, claim_id: int, now: datetime) -> int:
    try:
        if act in BATCHES:
            return BATCHES[act]([claim_id], now)
        return int(ONE_BY_ONE[act](claim_id=claim_id, now=now))
    except Exception:
        logger.exception("The sweep could not act on a claim", extra={"claim": claim_id, "act": act})
        Claim.objects.filter(pk=claim_id, sweep_at__lte=now).update(sweep_at=now + PAUSE)
        return 0


def _asked(now: datetime) -> list[int]:
    """Requests of cases whose reminder or lapse has come."""
    rows = InformationRequest.objects.filter(sweep_at__lte=now).order_by("sweep_at", "pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _hear(request_id: int, now: datetime) -> int:
    """Reminds of what a case asked, or ends the wait for it; one that fails is put off and holds up no other."""
    try:
        return int(lapse_request(request_id=request_id, now=now) or remind_of_request(request_id=request_id, now=now))
    except Exception:
        logger.exception("The sweep could not act on a case's request", extra={"request": request_id})
        InformationRequest.objects.filter(pk=request_id, sweep_at__lte=now).update(sweep_at=now + PAUSE)
        return 0


def _mark_overdue(ids: Collection[int], now: datetime) -> int:
    """Marks reviews that are late, once each, and tells the leads; partners of contested ones read why it takes longer.

    The claims stay in their state and keep their version: a reviewer's decision of this minute still counts. Where the
    proof was checked in time the review is not late, and only the partner hears, as those of all contested claims do.
    """
    late = Claim.objects.filter(pk__in=ids, state__in=WITH_OPERATOR, overdue_at=None, due_at__lte=now)
    with transaction.atomic():
        claims = list(late.select_for_update(skip_locked=True, no_key=True).order_by("pk"))
        found = [claim.pk for claim in claims]
        Claim.objects.filter(pk__in=found).update(overdue_at=now, remind_at=None, sweep_at=F("lease_until"))
        contested = _contested(found)
        Comment.objects.bulk_create(
            Comment(claim_id=pk, notice=ARBITRATION_TAKES_LONGER, at=now, by_operator=True) for pk in sorted(contested)
        )
        drafts = [
            Draft(claim.review_subject, "review.case_awaited")
            if claim.reviewed_at
            else Draft(claim.subject, "claim.review_overdue")
            for claim in claims
        ]
        tell_of_overdue(list(zip(record(drafts, actor_id=None, now=now), claims, strict=True)), contested)
    return len(claims)


def _remind(ids: Collection[int], now: datetime) -> int:
    """Reminds whose turn it is, once for each clock, as its last business day begins.

    Where the proof was checked for a case nobody has to be told; the history says the same, for its partner reads it.
    """
    close = Claim.objects.filter(pk__in=ids, state__in=OPEN_CLAIMS, remind_at__lte=now, due_at__gt=now)
    with transaction.atomic():
        claims = list(close.select_for_update(skip_locked=True, no_key=True).order_by("pk"))
        until = Least("due_at", Coalesce("lease_until", "due_at"))
        Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(remind_at=None, sweep_at=until)
        drafts = [Draft(claim.subject, "claim.reminded") for claim in claims]
        tell_of_reminders(list(zip(record(drafts, actor_id=None, now=now), claims, strict=True)))
    return len(claims)


def _contested(ids: Collection[int]) -> set[int]:
    """Those of the claims of which a case is to decide an open line."""
    lines = ClaimLine.objects.filter(claim_id__in=ids, state=LineState.OPEN)
    standing = lines.filter(unit__cases__state__in=STANDING_CASES)
    return set(standing.order_by().values_list("claim_id", flat=True))


def _uncontested_again() -> list[int]:
    """Claims whose review was finished for a case, of which an open line is in no case any more."""
    standing = Case.objects.filter(unit=OuterRef("unit"), state__in=STANDING_CASES)
    free = ClaimLine.objects.filter(claim=OuterRef("pk"), state=LineState.OPEN).exclude(Exists(standing))
    reviewed = Claim.objects.filter(reviewed_at__isnull=False, state__in=WITH_OPERATOR)
    return list(reviewed.filter(Exists(free)).order_by("pk").values_list("pk", flat=True)[:BATCH])


BATCHES: dict[str, Callable[[Sequence[int], datetime], int]] = {"overdue": _mark_overdue, "reminded": _remind}
ONE_BY_ONE: dict[str, Callable[..., bool]] = {
    "answer_lapsed": lapse_answer,
    "released": release_lapsed,
    "resumed": resume_review,
    "unfit": release_unfit,
}
