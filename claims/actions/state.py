"""The only writer of a claim's and a line's state, and the locks before it."""

from collections.abc import Iterable
from datetime import datetime

from django.http import Http404

from claims.errors import TransitionNotAllowed, VersionConflict
from claims.models import Claim, ClaimLine
from claims.states import CLAIM_VERBS, LINE_VERBS, ClaimState


def lock_claim(claim: Claim, verb: str, *, version: int | None = None) -> Claim:
    """The claim as it stands now, locked until the transaction ends, after the verb was found legal.

    `version` is the one the caller has seen.

    Raises:
        Http404: where it was a draft that is deleted by now.
        TransitionNotAllowed: where the state does not allow the verb.
        VersionConflict: where the claim has changed since `version`.
    """
    # The values move into the caller's object, so that what it prefetched stays with it.
    columns = ("state", "version", "reviewer", "lease_until")
    current = Claim.objects.select_for_update(no_key=True).only(*columns).filter(pk=claim.pk).first()
    if current is None:
        raise Http404
    if ClaimState(current.state) not in CLAIM_VERBS[verb][0]:
        raise TransitionNotAllowed(verb, current.state)
    if version is not None and current.version != version:
        raise VersionConflict(current.state)
    claim.state, claim.version = current.state, current.version
    if claim.reviewer_id != current.reviewer_id:
        claim.reviewer_id = current.reviewer_id
    claim.lease_until = current.lease_until
    return claim


def change_state(claim: Claim, verb: str, *, now: datetime, to: ClaimState | None = None) -> list[str]:
    """Moves the claim by the table, or `to` what its lines say, and returns the fields to save.

    Every change bumps `version`.
    """
    target = to or CLAIM_VERBS[verb][1]
    if target is not None:
        claim.state = target
    claim.version += 1
    claim.changed_at = now
    return ["state", "version", "changed_at"]


def change_lines(lines: Iterable[ClaimLine], verb: str) -> None:
    """Moves lines by the table; the caller saves them.

    Raises:
        TransitionNotAllowed: where a line's state does not allow the verb.
    """
    source, target = LINE_VERBS[verb]
    for line in lines:
        if line.state != source:
            raise TransitionNotAllowed(verb, line.state)
        line.state = target
