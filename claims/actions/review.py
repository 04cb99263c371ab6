"""A reviewer and a claim: taken for as long as a lease runs, and given back. Source: design, section 7."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.clocks import next_sweep
from claims.actions.notices import tell_of_lapsed_lease
from claims.actions.state import change_state, lock_claim
from claims.business_days import deadline
from claims.calendars import operator_calendar
from claims.errors import TakenAlready, TransitionNotAllowed
from claims.models import Claim, Policy
from claims.permissions import require
from claims.states import RELEASED, TAKEN, ClaimState
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User


def take_claim(*, claim: Claim, actor: "User", now: datetime, version: int | None = None) -> Claim:
    """Gives the claim to the actor until the lease ends; who has it already begins the lease anew.

    A reviewer whose lease has lapsed loses the claim to who takes it next. `version` is the one the actor has seen.

    Raises:
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then.
        TakenAlready: where the lease of another reviewer runs.
    """
    with transaction.atomic():
        _lock(claim, "take", actor=actor, version=version)
        if claim.held_by_another(actor.pk, now):
            raise TakenAlready(claim.state, str(claim.reviewer))
        claim.reviewer, claim.lease_until = actor, lease(claim, now)
        to = TAKEN.get(ClaimState(claim.state))
        claim.save(update_fields=["reviewer", "lease_until", *change_state(claim, "take", now=now, to=to)])
        record([Draft(claim.subject, "claim.taken", {"reviewer": actor.pk})], actor_id=actor.pk, now=now)
    return claim


def release_claim(*, claim: Claim, actor: "User", now: datetime, version: int | None = None) -> Claim:
    """Gives the claim back to the queue, with the due date it had. A lead may do it for another reviewer.

    Raises:
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then.
    """
    with transaction.atomic():
        _lock(claim, "release", actor=actor, version=version)
        former = claim.reviewer_id
        if former is None:
            raise TransitionNotAllowed("release", claim.state)
        claim.reviewer = claim.lease_until = None
        to = RELEASED.get(ClaimState(claim.state))
        claim.save(update_fields=["reviewer", "lease_until", *change_state(claim, "release", now=now, to=to)])
        record([Draft(claim.subject, "claim.released", {"reviewer": former})], actor_id=actor.pk, now=now)
    return claim


def release_lapsed(*, claim_id: int, now: datetime) -> bool:
    """Gives a claim back whose reviewer has not touched it for as long as a lease runs; False where one runs again."""
    claim = Claim.objects.select_related("partner", "reviewer").get(pk=claim_id)
    with transaction.atomic():
        try:
            lock_claim(claim, "release")
        except TransitionNotAllowed:
            return False
        former = claim.reviewer_id
        if former is None or claim.lease_until is None or claim.lease_until > now:
            return False
        claim.reviewer = claim.lease_until = None
        to = RELEASED.get(ClaimState(claim.state))
        claim.save(update_fields=["reviewer", "lease_until", *change_state(claim, "release", now=now, to=to)])
        drafts = [Draft(claim.subject, "claim.released", {"reviewer": former})]
        event, *_ = record(drafts, actor_id=None, now=now)
        tell_of_lapsed_lease(event, claim, former)
    return True


def lease(claim: Claim, now: datetime) -> datetime:
    """When a lease that begins now ends, by the claim's policy."""
    policy = claim.policy or Policy()
    return deadline(now, policy.lease_business_days, operator_calendar(now)).due_at


def touch(claim: Claim, actor: "User", now: datetime) -> list[str]:
    """Begins the lease anew where the actor holds it, and returns the fields to save; the claim is locked."""
    if claim.reviewer_id != actor.pk or claim.lease_until is None:
        return []
    claim.lease_until = lease(claim, now)
    claim.sweep_at = next_sweep(claim)
    return ["lease_until", "sweep_at"]


def _lock(claim: Claim, verb: str, *, actor: "User", version: int | None) -> None:
    """Whose the claim is stands only once it is locked, and decides who may do what."""
    require(actor, verb, claim)
    lock_claim(claim, verb, version=version)
    require(actor, verb, claim)
