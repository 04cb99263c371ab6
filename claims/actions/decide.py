"""A reviewer decides one line: approved, or refused for what its proof lacks. Source: design, section 7."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from claims.actions.checks import open_line
from claims.actions.clocks import next_sweep
from claims.actions.contest import lock_cases
from claims.actions.notices import tell_of_decision, tell_of_review_again
from claims.actions.review import lease, touch
from claims.actions.state import change_lines, change_state, lock_claim, lock_for
from claims.errors import ClaimRefused, LineContested, TransitionNotAllowed, VersionConflict
from claims.models import Association, Case, Claim, ClaimLine, Comment, LineReview, Unit
from claims.permissions import require
from claims.requirements import REASON_OF, Requirement
from claims.rules.findings import Finding
from claims.states import LineState, outcome
from events.log import Draft, record
from partners.people import people_of

if TYPE_CHECKING:
    from partners.models import User


def approve_line(
    *, claim: Claim, line_id: int, actor: "User", now: datetime, version: int | None = None
) -> Association:
    """Approves an uncontested line whose requirements are all met, each with a page that is cited.

    The partner holds the unit from then on, or goes on holding it. With its last open line the claim is decided.
    `version` is the one the actor has seen.

    Raises:
        ClaimRefused: naming each requirement that is not met; nothing is changed then, nor in what follows.
        Http404: where the claim has no such line.
        LineContested: where a case decides it.
        PermissionDenied, TransitionNotAllowed, VersionConflict.
    """
    with transaction.atomic():
        line = _lock(claim, line_id, "approve", actor=actor, version=version)
        verdicts = _verdicts(line)
        gaps = [
            Finding("check_open", f"checks.{requirement}", {"requirement": str(requirement.label)})
            for requirement in Requirement
            if verdicts.get(requirement, (False, False)) != (True, True)
        ]
        if gaps:
            raise ClaimRefused(gaps)
        association, _ = Association.objects.get_or_create(
            unit=line.unit, until=None, defaults={"partner_id": claim.partner_id, "since": now}
        )
        line.association = association
        _decide(claim, line, "approve", {"association": association.pk}, actor=actor, now=now)
    return association


def reject_line(
    *,
    claim: Claim,
    line_id: int,
    body: str,
    actor: "User",
    now: datetime,
    reason: str = "",
    version: int | None = None,
) -> Comment:
    """Refuses an uncontested line for a requirement that it does not meet, and tells the partner in a comment.

    `reason` is that of one of the unmet requirements, the first where none is given. `version` is the one the actor
    has seen.

    Raises:
        ClaimRefused: where no requirement is said to be unmet, or the reason is that of another.
        Http404: where the claim has no such line.
        LineContested: where a case decides it.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    with transaction.atomic():
        line = _lock(claim, line_id, "reject", actor=actor, version=version)
        verdicts = _verdicts(line)
        unmet = [one for one in Requirement if not verdicts.get(one, (True, True))[0]]
        if not unmet:
            raise ClaimRefused([Finding("nothing_unmet", "checks")])
        reasons = [str(REASON_OF[requirement]) for requirement in unmet]
        line.reason = reason or reasons[0]
        if line.reason not in reasons:
            raise ClaimRefused([Finding("invalid", "reason")])
        comment = Comment.objects.create(claim=claim, author=actor, by_operator=True, body=body, at=now)
        told = {"reason": line.reason, "unmet": [str(one) for one in unmet], "comment": comment.pk}
        _decide(claim, line, "reject", told, actor=actor, now=now, comment=comment)
    return comment


def record_review(*, claim: Claim, actor: "User", now: datetime, version: int | None = None) -> Claim:
    """Says that the proof is checked: what is open of the claim is contested, and waits for its case.

    The review clock has been met, and no lease runs any more. No partner can tell, by version or history: that some
    claims wait for a case is for `arbitration_takes_longer` to say, on the due date and to all alike. `version` is the
    one the actor has seen.

    Raises:
        ClaimRefused: naming each requirement of a line that nobody has decided yet, and each line that is not
            contested: such a line is to be decided, not to wait.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    seen = claim.version if version is None else version
    with transaction.atomic():
        require(actor, "record_review", claim)
        units = Unit.objects.lock([line.unit.key for line in claim.lines.all() if line.unit])
        cases = lock_cases(list(units.values()))
        lock_for(actor, claim, "record_review", version=seen)
        if claim.reviewed_at is not None:
            raise TransitionNotAllowed("record_review", claim.state)
        if gaps := _unchecked(claim, cases):
            raise ClaimRefused(gaps)
        claim.reviewed_at, claim.lease_until, claim.remind_at = now, None, None
        claim.sweep_at = next_sweep(claim)
        claim.save(update_fields=["reviewed_at", "lease_until", "remind_at", "sweep_at"])
        record([Draft(claim.review_subject, "review.finished")], actor_id=actor.pk, now=now)
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
            lock_claim(claim, "record_review", version=claim.version)
        except (TransitionNotAllowed, VersionConflict):
            return False
        if claim.reviewed_at is None or all(unit.pk in cases for unit in locked):
            return False
        claim.reviewed_at = None
        claim.overdue_at = claim.overdue_at or (now if claim.due_at and claim.due_at <= now else None)
        stays = claim.reviewer_id in people_of(claim.partner_id).reviewers
        claim.reviewer = claim.reviewer if stays else None
        claim.lease_until = lease(claim, now) if stays else None
        claim.sweep_at = next_sweep(claim)
        claim.save(update_fields=["reviewed_at", "overdue_at", "reviewer", "lease_until", "sweep_at"])
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
        verdicts = _verdicts(line)
        gaps += [
            Finding("check_open", f"lines.{index}.checks.{requirement}", {"requirement": str(requirement.label)})
            for requirement in Requirement
            if verdicts.get(requirement, (True, False)) == (True, False)
        ]
    return gaps


def _lock(claim: Claim, line_id: int, verb: str, *, actor: "User", version: int | None) -> ClaimLine:
    """The open line, under the locks of its unit, its case and its claim: what was read is what stands then.

    Raises:
        LineContested: where other partners have a claim to its unit.
    """
    seen = claim.version if version is None else version
    require(actor, verb, claim)
    units = Unit.objects.lock([line.unit.key for line in claim.lines.all() if line.unit and line.pk == line_id])
    cases = lock_cases(list(units.values()))
    lock_for(actor, claim, verb, version=seen)
    line = open_line(claim.lines.all(), line_id, verb)
    holder = Association.objects.filter(unit=line.unit, until=None).exclude(partner_id=claim.partner_id)
    if cases or holder.exists():
        raise LineContested(verb, claim.state)
    return line


def _verdicts(line: ClaimLine) -> dict[str, tuple[bool, bool]]:
    """For each requirement that is decided, whether it is met, and whether a page is cited for it."""
    review = LineReview.objects.filter(line=line).first()
    rows = review.verdicts.prefetch_related("citations") if review else []
    return {row.requirement: (row.met, bool(row.citations.all())) for row in rows}


def _decide(
    claim: Claim,
    line: ClaimLine,
    verb: str,
    told: dict[str, Any],
    *,
    actor: "User",
    now: datetime,
    comment: Comment | None = None,
) -> None:
    """Moves the line, and with its last open one the claim, and tells the partner."""
    change_lines([line], verb)
    line.save(update_fields=["state", "reason", "association"])
    states = {each.state for each in claim.lines.all()}
    to = None if LineState.OPEN in states else outcome(states)
    touched = touch(claim, actor, now)
    if to is not None:
        claim.lease_until = None
    claim.save(update_fields=[*touched, *change_state(claim, verb, now=now, to=to)])
    kind = {"approve": "claim.line_approved", "reject": "claim.line_rejected"}[verb]
    event, *_ = record([Draft(claim.subject, kind, {"line": line.pk, **told})], actor_id=actor.pk, now=now)
    tell_of_decision(event, claim, line, comment, actor=actor)
