"""A reviewer and a claim: taken for as long as a lease runs, and given back. Source: design, section 7."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from claims.actions.clocks import next_sweep
from claims.actions.notices import tell_of_lapsed_lease, tell_of_reassignment
from claims.actions.state import change_state, lock_claim, lock_for
from claims.business_days import deadline
from claims.calendars import operator_calendar
from claims.errors import TakenAlready, TransitionNotAllowed, VerbRefused
from claims.models import Claim, Judge, Policy
from claims.rules.findings import Finding
from claims.states import OPEN_CLAIMS, RELEASED, TAKEN, ClaimState
from events.log import Draft, record
from events.models import Event
from partners.models import User
from partners.people import judges_of, judging

LONGEST_ADDRESS = 254
LEASE = ("leased_at", "lease_until")


def take_claim(*, claim: Claim, actor: User, now: datetime, version: int | None = None) -> Claim:
    """Gives the claim to the actor until the lease ends; who has it already begins the lease anew.

    A reviewer whose lease has lapsed loses the claim to who takes it next. `version` is the one the actor has seen.

    Raises:
        PermissionDenied, VersionConflict: nothing is changed then.
        TransitionNotAllowed: also where the proof is checked, and a case decides.
        TakenAlready: where the lease of another reviewer runs.
    """
    with transaction.atomic():
        lock_for(actor, claim, "take", version=version)
        if claim.held_by_another(actor.pk, now):
            raise TakenAlready(claim.state, str(claim.reviewer))
        claim.reviewer = actor
        begin_lease(claim, now)
        to = TAKEN.get(ClaimState(claim.state))
        claim.save(update_fields=["reviewer", *LEASE, *change_state(claim, "take", now=now, to=to)])
        record([Draft(claim.subject, "claim.taken", {"reviewer": actor.pk})], actor_id=actor.pk, now=now)
    return claim


def release_claim(*, claim: Claim, actor: User, now: datetime, version: int | None = None) -> Claim:
    """Gives the claim back to the queue, with the due date it had. A lead may do it for another reviewer.

    One whose proof is checked stays where it is: its case decides.

    Raises:
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then.
    """
    with transaction.atomic():
        lock_for(actor, claim, "release", version=version)
        former = claim.reviewer_id
        if former is None:
            raise TransitionNotAllowed("release", claim.state)
        _give_back(claim, former, actor_id=actor.pk, now=now)
    return claim


def reassign_claim(*, claim: Claim, to: str, actor: User, now: datetime, version: int | None = None) -> Claim:
    """A lead gives the claim to a reviewer who may judge it, whoever has it; `to` is that person's address.

    Raises:
        VerbRefused: where there is no such reviewer, or they have a conflict with the partner.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    with transaction.atomic():
        lock_for(actor, claim, "reassign", version=version)
        named = to.isprintable() and len(to) <= LONGEST_ADDRESS  # databases refuse to look for some of the others
        reviewer = reviewers_for(claim).filter(email__iexact=to).first() if named else None
        if reviewer is None:
            raise VerbRefused([Finding("reviewer_unfit", "reviewer")])
        former, claim.reviewer = claim.reviewer_id, reviewer
        if claim.state != ClaimState.ACTION_REQUIRED:  # nobody has to touch it before its partner has answered
            begin_lease(claim, now)
        to_state = TAKEN.get(ClaimState(claim.state))
        fields = change_state(claim, "reassign", now=now, to=to_state)
        claim.save(update_fields=["reviewer", *LEASE, *fields])
        given = {"reviewer": reviewer.pk, "former": former}
        event, *_ = record([Draft(claim.subject, "claim.reassigned", given)], actor_id=actor.pk, now=now)
        tell_of_reassignment(event, claim, former, actor=actor)
    return claim


def reviewers_for(claim: Claim) -> QuerySet[User]:
    """The people to whom the claim may be given, by name."""
    before = Judge.objects.of_disputes().filter(line__claim=claim.pk)
    return judges_of(claim.partner_id).exclude(pk__in=before.values("user")).order_by("name", "email")


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
        event = _give_back(claim, former, actor_id=None, now=now)
        tell_of_lapsed_lease(event, claim, former)
    return True


def unfit_claims() -> QuerySet[Claim]:
    """Open claims whose reviewer may not judge them any more: they have left, review nothing, or have a conflict."""
    held = Claim.objects.filter(state__in=OPEN_CLAIMS, reviewer__isnull=False)
    return held.exclude(judging("reviewer", "partner")).order_by("pk")


def release_unfit(*, claim_id: int, now: datetime, actor_id: int | None = None) -> bool:
    """Gives a claim back whose reviewer may not judge it any more, with the due date it had; False where they may.

    What they found stays, for whoever goes on. The actor is who has let them go, or nobody.
    """
    claim = Claim.objects.select_related("partner").get(pk=claim_id)
    with transaction.atomic():
        try:
            lock_claim(claim, "release")
        except TransitionNotAllowed:
            return False
        former = claim.reviewer_id
        if former is None or not unfit_claims().filter(pk=claim_id).exists():
            return False
        _give_back(claim, former, actor_id=actor_id, now=now)
    return True


def _give_back(claim: Claim, former: int, *, actor_id: int | None, now: datetime) -> Event:
    """Leaves the locked claim without a reviewer. Where its proof is checked it stays, and no partner can tell."""
    claim.reviewer = claim.lease_until = None
    if claim.reviewed_at is None:
        subject = claim.subject
        fields = change_state(claim, "release", now=now, to=RELEASED.get(ClaimState(claim.state)))
    else:
        subject, fields = claim.review_subject, []
    claim.save(update_fields=["reviewer", "lease_until", *fields])
    (event,) = record([Draft(subject, "claim.released", {"reviewer": former})], actor_id=actor_id, now=now)
    return event


def begin_lease(claim: Claim, now: datetime) -> None:
    """Lets the claim be its reviewer's for as long as its policy says; the caller saves LEASE."""
    policy = claim.policy or Policy()
    claim.leased_at = now
    claim.lease_until = deadline(now, policy.lease_business_days, operator_calendar(now)).due_at


def touch(claim: Claim, actor: User, now: datetime) -> list[str]:
    """Begins the lease anew where the actor holds it, and returns the fields to save; the claim is locked."""
    if claim.reviewer_id != actor.pk or claim.lease_until is None:
        return []
    begin_lease(claim, now)
    claim.sweep_at = next_sweep(claim)
    return [*LEASE, "sweep_at"]
