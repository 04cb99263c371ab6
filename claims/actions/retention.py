"""What is kept no longer than the policy says: drafts that nobody touches, and proof of claims that are long over.

The sweep picks ids without a lock, and each act locks and looks again: several at once do no harm, and what fails holds
up nothing else. A row says that its file is gone before the file is; what a crash leaves behind, `sweep_files` finds.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.http import Http404

from claims.actions.dispute import disputable_until
from claims.actions.notices import tell_of_draft_to_delete
from claims.actions.restore import may_come_back
from claims.actions.state import lock_claim
from claims.calendars import months_before, policy_and_calendar, today_of
from claims.errors import TransitionNotAllowed
from claims.models import Claim, Evidence, Policy
from claims.states import OVER, ClaimState, Scan
from claims.storage import discard_on_commit
from events.log import Draft, record
from events.outbox import nudge

RETAIN = "claims.sweep_retention"  # the task's name: tasks are a leaf, which nobody imports
NOTICE = timedelta(days=30)  # between word of a draft's deletion and the deletion
RETENTION = "retention"
BATCH = 500
SWEEP_SECONDS = 20

logger = logging.getLogger(__name__)


def sweep_retention(*, now: datetime) -> Counter[str]:
    """Does all whose time has come by `now`; returns how often it did what.

    Stops after some seconds and asks for another sweep, so that a worker is never held for long.
    """
    began, done = time.monotonic(), Counter[str]()
    policy, _calendar = policy_and_calendar(now)
    steps: list[tuple[str, QuerySet[Claim], Callable[[int], bool]]] = [
        ("announced", to_announce(policy, now), lambda pk: announce_deletion(claim_id=pk, policy=policy, now=now)),
        ("deleted", to_delete(policy, now), lambda pk: delete_expired(claim_id=pk, policy=policy, now=now)),
        ("removed", to_bare(policy, now), lambda pk: remove_proof(claim_id=pk, policy=policy, now=now)),
    ]
    for name, claims, act in steps:
        last = 0
        while ids := list(claims.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
            for last in ids:
                done[name] += _alone(act, last)
                if time.monotonic() - began > SWEEP_SECONDS:
                    nudge(RETAIN)
                    return +done
    return +done


def _alone(act: Callable[[int], bool], claim_id: int) -> int:
    try:
        return int(act(claim_id))
    except Exception:
        logger.exception("The retention of a claim could not be seen to", extra={"claim": claim_id})
        return 0


def to_announce(policy: Policy, now: datetime) -> QuerySet[Claim]:
    """Drafts whose end is near, and whose company does not know since they were touched last."""
    near = now - timedelta(days=policy.draft_days) + NOTICE
    untold = Q(deletion_told_at=None) | Q(deletion_told_at__lt=F("changed_at"))
    return Claim.objects.filter(untold, state=ClaimState.EDITING, changed_at__lte=near)


def to_delete(policy: Policy, now: datetime) -> QuerySet[Claim]:
    """Drafts whose time is over, of which their company has known for long enough."""
    return Claim.objects.filter(
        state=ClaimState.EDITING,
        changed_at__lte=now - timedelta(days=policy.draft_days),
        deletion_told_at__gte=F("changed_at"),
        deletion_told_at__lte=now - NOTICE,
    )


def to_bare(policy: Policy, now: datetime) -> QuerySet[Claim]:
    """Claims that are over for as long as proof is kept, and still have some.

    A claim keeps its policy, and a longer one of today holds for it too: what was promised is kept at least, and
    raising the months keeps everything.
    """
    over = Q(policy=None, changed_at__lte=months_before(now, policy.proof_months))
    for own in Policy.objects.all():
        months = max(own.proof_months, policy.proof_months)
        over |= Q(policy=own, changed_at__lte=months_before(now, months))
    proof = Evidence.objects.filter(claim=OuterRef("pk"), scan=Scan.CLEAN)
    return Claim.objects.filter(over, Exists(proof), state__in=OVER)


def deletion_of(draft: Claim, policy: Policy, *, told_at: datetime) -> datetime:
    """When a draft of whose deletion its company was told then will be deleted, if nobody touches it."""
    return max(draft.changed_at + timedelta(days=policy.draft_days), told_at + NOTICE)


def announce_deletion(*, claim_id: int, policy: Policy, now: datetime) -> bool:
    """Tells the company of a draft that it will be deleted, and when; False where it was told, or touched the draft."""
    with transaction.atomic():
        claim = _locked(to_announce(policy, now), claim_id, "delete")
        if claim is None:
            return False
        claim.deletion_told_at = now
        claim.save(update_fields=["deletion_told_at"])
        ends_at = deletion_of(claim, policy, told_at=now)
        told = {"ends_at": ends_at.isoformat()}
        event, *_ = record([Draft(claim.subject, "claim.deletion_announced", told)], actor_id=None, now=now)
        tell_of_draft_to_delete(event, claim, today_of(ends_at))
    return True


def delete_expired(*, claim_id: int, policy: Policy, now: datetime) -> bool:
    """Deletes a draft with its files; False where somebody has touched it. What remains is that there was one."""
    with transaction.atomic():
        claim = _locked(to_delete(policy, now), claim_id, "delete")
        if claim is None:
            return False
        record([Draft(claim.subject, "claim.deleted", {"reason": RETENTION})], actor_id=None, now=now)
        discard_on_commit(list(claim.evidence.values_list("stored", flat=True)))
        claim.delete()
    return True


def remove_proof(*, claim_id: int, policy: Policy, now: datetime) -> bool:
    """Removes the files of a claim that is long over; each row stays, with name, size and SHA-256, and says why.

    False as long as one of its decisions may be disputed, or what it lost may come back.
    """
    with transaction.atomic():
        claim = _locked(to_bare(policy, now), claim_id, "expire")
        if claim is None or _may_still_count(claim, now=now):
            return False
        rows = list(claim.evidence.select_for_update(no_key=True).filter(scan=Scan.CLEAN).order_by("pk"))
        claim.evidence.filter(pk__in=[row.pk for row in rows]).update(
            scan=Scan.REMOVED, why=RETENTION, stored="", removed_at=now
        )
        told = [{"evidence": row.pk, "sha256": row.sha256, "reason": RETENTION} for row in rows]
        record([Draft(claim.subject, "evidence.expired", data) for data in told], actor_id=None, now=now)
        discard_on_commit([row.stored for row in rows])
    return True


def _locked(claims: QuerySet[Claim], claim_id: int, verb: str) -> Claim | None:
    """The claim, locked, where it is still among these."""
    claim = Claim.objects.select_related("partner", "policy").filter(pk=claim_id).first()
    try:
        found = claim is not None and lock_claim(claim, verb)
    except (Http404, TransitionNotAllowed):
        return None
    # Asked again now that it is locked: it may have been touched, sent or seen to since it was picked.
    return claims.select_related("partner", "policy").filter(pk=claim_id).first() if found else None


def _may_still_count(claim: Claim, *, now: datetime) -> bool:
    ends = [until for line in claim.lines.all() if (until := disputable_until(line))]
    return any(now < until for until in ends) or may_come_back(claim, now=now)
