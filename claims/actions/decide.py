"""A reviewer decides one line: approved, or refused for what its proof lacks. Source: design, section 7."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction

from claims.actions.checks import open_line, still_open, verdicts_of
from claims.actions.clocks import dispute_end
from claims.actions.consent import ask_customer
from claims.actions.contest import lock_with_cases
from claims.actions.naming import refuse_names
from claims.actions.notices import tell_of_decision
from claims.actions.review import touch
from claims.actions.state import change_lines, change_state
from claims.errors import LineContested, VerbRefused
from claims.models import Association, Claim, ClaimLine, Comment, Judge
from claims.requirements import REASON_OF, Requirement
from claims.rules.findings import Finding
from claims.states import outcome
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User


def approve_line(
    *, claim: Claim, line_id: int, actor: "User", now: datetime, version: int | None = None
) -> Association:
    """Approves an uncontested line whose requirements are all met, each with a page that is cited.

    The partner holds the unit from then on, or goes on holding it. With its last open line the claim is decided.
    `version` is the one the actor has seen.

    Raises:
        VerbRefused: naming each requirement that is not met; nothing is changed then, nor in what follows.
        Http404: where the claim has no such line.
        LineContested: where a case decides it.
        PermissionDenied, TransitionNotAllowed, VersionConflict.
    """
    with transaction.atomic():
        line = _lock(claim, line_id, "approve", actor=actor, version=version)
        verdicts = verdicts_of(line)
        gaps = [
            still_open(f"checks.{requirement}", requirement, verdicts.get(requirement))
            for requirement in Requirement
            if verdicts.get(requirement) != (True, True)
        ]
        if gaps:
            raise VerbRefused(gaps)
        association, _ = Association.objects.get_or_create(
            unit=line.unit, until=None, defaults={"partner_id": claim.partner_id, "since": now}
        )
        line.association, line.reason, line.consent = association, "", None  # the customer is asked about it anew
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
        VerbRefused: where no requirement is said to be unmet, the reason is that of another, or the words name another
            party.
        Http404: where the claim has no such line.
        LineContested: where a case decides it.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    with transaction.atomic():
        line = _lock(claim, line_id, "reject", actor=actor, version=version)
        verdicts = verdicts_of(line)
        unmet = [one for one in Requirement if not verdicts.get(one, (True, True))[0]]
        if not unmet:
            raise VerbRefused([Finding("nothing_unmet", "checks")])
        reasons = [str(REASON_OF[requirement]) for requirement in unmet]
        line.reason = reason or reasons[0]
        if line.reason not in reasons:
            raise VerbRefused([Finding("invalid", "reason")])
        refuse_names(claim, body)
        comment = Comment.objects.create(claim=claim, author=actor, by_operator=True, body=body, at=now)
        told = {"reason": line.reason, "unmet": [str(one) for one in unmet], "comment": comment.pk}
        _decide(claim, line, "reject", told, actor=actor, now=now, comment=comment)
    return comment


def _lock(claim: Claim, line_id: int, verb: str, *, actor: "User", version: int | None) -> ClaimLine:
    """The open line, under the locks of its unit, its case and its claim: what was read is what stands then.

    Raises:
        LineContested: where other partners have a claim to its unit.
    """
    own = [line for line in claim.lines.all() if line.pk == line_id]
    cases = lock_with_cases(claim, own, verb, actor=actor, version=version)
    line = open_line(claim.lines.all(), line_id, verb)
    holder = Association.objects.filter(unit=line.unit, until=None).exclude(partner_id=claim.partner_id)
    if cases or holder.exists():
        raise LineContested(verb, claim.state)
    return line


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
    line.decided_at, line.dispute_until = now, dispute_end(claim.policy, now)
    line.save(update_fields=["state", "reason", "association", "consent", "decided_at", "dispute_until"])
    Judge.objects.get_or_create(line=line, user=actor)
    to = outcome({each.state for each in claim.lines.all()})
    touched = touch(claim, actor, now)
    if to is not None:
        claim.lease_until = None
    claim.save(update_fields=[*touched, *change_state(claim, verb, now=now, to=to)])
    kind = {"approve": "claim.line_approved", "reject": "claim.line_rejected"}[verb]
    event, *_ = record(
        [Draft(claim.subject, kind, {"line": line.pk, "state": str(claim.state), **told})], actor_id=actor.pk, now=now
    )
    tell_of_decision(event, claim, line, comment, actor=actor)
    ask_customer(claim, now=now)
