"""The only writer of a claim's and a line's state, and the locks before it."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.http import Http404

from claims.actions.clocks import next_sweep
from claims.errors import LineTransitionNotAllowed, TransitionNotAllowed, VersionConflict
from claims.models import Claim, ClaimLine
from claims.permissions import require
from claims.states import CLAIM_VERBS, LINE_VERBS, OVER_ONCE_REVIEWED, ClaimState

if TYPE_CHECKING:
    from partners.models import User

# What verbs stand on, as it is under the lock.
STANDING = (
    "state",
    "version",
    "reviewer_id",
    "lease_until",
    "returns_to",
    "due_at",
    "remind_at",
    "overdue_at",
    "reviewed_at",
    "asked_until",
)


def lock_claim(claim: Claim, verb: str, *, version: int | None = None) -> Claim:
    """The claim as it stands now, locked until the transaction ends, after the verb was found legal.

    `version` is the one the caller has seen.

    Raises:
        Http404: where it was a draft that is deleted by now.
        TransitionNotAllowed: where the state does not allow the verb, or the proof is checked and a case decides.
        VersionConflict: where the claim has changed since `version`.
    """
    # The values move into the caller's object, so that what it prefetched stays with it.
    current = Claim.objects.select_for_update(no_key=True).only(*STANDING).filter(pk=claim.pk).first()
    if current is None:
        raise Http404
    over = current.reviewed_at is not None and verb in OVER_ONCE_REVIEWED
    if over or ClaimState(current.state) not in CLAIM_VERBS[verb][0]:
        raise TransitionNotAllowed(verb, current.state)
    if version is not None and current.version != version:
        raise VersionConflict(current.state)
    claim.__dict__.pop("judged_before", None)  # as it was read: somebody may have disputed since
    for name in STANDING:
        if getattr(claim, name) != getattr(current, name):  # a person that was read with the claim stays with it
            setattr(claim, name, getattr(current, name))
    return claim


def lock_for(actor: "User", claim: Claim, verb: str, *, version: int | None = None) -> None:
    """Locks the claim for a verb that only some may do: their role is asked first, so that it learns of no state.

    It is asked again under the lock, where it stands who has taken the claim.

    Raises:
        PermissionDenied: where the actor may not.
        Http404, TransitionNotAllowed, VersionConflict: as `lock_claim` does.
    """
    require(actor, verb, claim)
    lock_claim(claim, verb, version=version)
    require(actor, verb, claim)


def change_state(claim: Claim, verb: str, *, now: datetime, to: ClaimState | None = None) -> list[str]:
    """Moves the claim by the table, or `to` what its lines say, and returns the fields to save.

    Every change bumps `version`. Clocks, reviewer and lease have been set by then: they say when the sweep comes.
    """
    target = to or CLAIM_VERBS[verb][1]
    if target is not None:
        claim.state = target
    claim.version += 1
    claim.changed_at = now
    claim.sweep_at = next_sweep(claim)
    return ["state", "version", "changed_at", "sweep_at"]


def change_lines(lines: Iterable[ClaimLine], verb: str) -> None:
    """Moves lines by the table; the caller saves them.

    Raises:
        LineTransitionNotAllowed: where a line's state does not allow the verb.
    """
    sources, target = LINE_VERBS[verb]
    for line in lines:
        if line.state not in sources:
            raise LineTransitionNotAllowed(verb, line.state)
        line.state = target


def take_back_dispute(lines: Iterable[ClaimLine]) -> None:
    """Gives disputed lines the state and the reason that they had before; the caller saves them."""
    for line in lines:
        line.state, line.reason = line.former_state, line.former_reason
