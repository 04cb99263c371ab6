"""A review that is finished without a decision, for a case decides; and taken up again. Source: design, section 7."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.checks import still_open, verdicts_of
from claims.actions.clocks import next_sweep
from claims.actions.consent import ask_customer
from claims.actions.contest import lock_cases, lock_with_cases
from claims.actions.notices import tell_of_review_again
from claims.actions.review import LEASE, begin_lease
from claims.actions.state import lock_claim
from claims.errors import TransitionNotAllowed, VerbRefused, VersionConflict
from claims.models import Case, Claim, Unit
from claims.requirements import Requirement
from claims.rules.findings import Finding
from claims.states import LineState
from events.log import Draft, record
from partners.people import people_of

if TYPE_CHECKING:
    from partners.models import User


def record_review(*, claim: Claim, actor: "User", now: datetime, version: int | None = None) -> Claim:
    """Says that the proof is checked: what is open of the claim is contested, and waits for its case.

    The review clock has been met, and no lease runs any more. No partner can tell, by version or history: that some
    claims wait for a case is for `arbitration_takes_longer` to say, on the due date and to all alike. `version` is the
    one the actor has seen.

    Raises:
        VerbRefused: naming each requirement of a line that nobody has decided yet, and each line that is not
            contested: such a line is to be decided, not to wait.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    with transaction.atomic():
        cases = lock_with_cases(claim, claim.lines.all(), "record_review", actor=actor, version=version)
        if gaps := _unchecked(claim, cases):
            raise VerbRefused(gaps)
        claim.reviewed_at, claim.lease_until = now, None
        claim.sweep_at = next_sweep(claim)
        claim.save(update_fields=["reviewed_at", "lease_until", "sweep_at"])
        record([Draft(claim.review_subject, "review.finished")], actor_id=actor.pk, now=now)
        ask_customer(claim, now=now)
    return claim


def resume_review(*, claim_id: int, now: datetime) -> bool:
    """Takes a finished review up again, where no case decides some open line any more; False where one does.

    The claim is its reviewer's, or waits for another where they may not judge it any more. It was reviewed in time, so
    nobody is told that it is late. No partner can tell.
    """
    claim = Claim.objects.with_lines().select_related("partner", "policy", "reviewer").get(pk=claim_id)
    with transaction.atomic():
        units = Unit.objects.filter(lines__claim=claim_id, lines__state=LineState.OPEN).order_by("pk")
        locked = list(units.select_for_update(no_key=True, of=("self",)))
        cases = lock_cases(locked)
        try:
            lock_claim(claim, "resume_review", version=claim.version)
        except (TransitionNotAllowed, VersionConflict):
            return False
        if claim.reviewed_at is None or all(unit.pk in cases for unit in locked):
            return False
        claim.reviewed_at = None
        claim.overdue_at = claim.overdue_at or (now if claim.due_at and claim.due_at <= now else None)
        stays = claim.reviewer_id in people_of(claim.partner_id).reviewers
        claim.reviewer = claim.reviewer if stays else None
        claim.lease_until = None
        if stays:
            begin_lease(claim, now)
        claim.sweep_at = next_sweep(claim)
        claim.save(update_fields=["reviewed_at", "overdue_at", "reviewer", *LEASE, "sweep_at"])
        event, *_ = record([Draft(claim.review_subject, "review.resumed")], actor_id=None, now=now)
        tell_of_review_again(event, claim)
    return True


def _unchecked(claim: Claim, cases: Mapping[int, Case]) -> list[Finding]:
    """What stands in the way of a review that is to be recorded, line by line."""
    gaps = []
    for index, line in enumerate(claim.lines.all()):
        if line.state != LineState.OPEN:
            continue
        if line.unit_id not in cases:
            gaps.append(Finding("line_to_decide", f"lines.{index}", {"product": line.product_name}))
            continue
        verdicts = verdicts_of(line)
        gaps += [
            still_open(f"lines.{index}.checks.{requirement}", requirement, verdicts.get(requirement))
            for requirement in Requirement
            if verdicts.get(requirement, (True, False)) == (True, False)
        ]
    return gaps
