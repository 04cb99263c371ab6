"""Two leads take back what turned out wrong: one proposes, the other agrees. Source: design, sections 7 and 8."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404

from claims.actions.case_notices import tell_of_proposed_revocation, tell_of_revocation
from claims.actions.contest import lock_with_cases
from claims.actions.ending import end_approved
from claims.actions.naming import refuse_names
from claims.actions.restore import tell_restored
from claims.errors import LineTransitionNotAllowed, VerbRefused, VersionConflict
from claims.models import Case, Claim, ClaimLine, Comment, Revocation
from claims.permissions import may
from claims.requirements import Reason
from claims.rules.findings import Finding
from claims.states import LineState
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User


def revoke_line(
    *,
    claim: Claim,
    line_id: int,
    body: str,
    actor: "User",
    now: datetime,
    agree: int | None = None,
    version: int | None = None,
) -> Revocation:
    """Proposes to take an approved line back, for the reason in `body`; or agrees to what another lead proposed.

    `agree` names what is agreed to, by its key. With the second lead the line has ended, and its association with the
    last; the partner reads the first one's words. Until then no partner can tell. `version` is the one the actor has
    seen.

    Raises:
        VerbRefused: `second_lead_needed`, where the actor has proposed it; `revocation_waiting`, where another has and
            it is not named; `required` without a reason; `names_other_party`.
        Http404: where the claim has no such line.
        VersionConflict: where what is named waits no more, too.
        PermissionDenied, TransitionNotAllowed: nothing is changed then either.
    """
    with transaction.atomic():
        line = next((line for line in claim.lines.all() if line.pk == line_id), None)
        if line is None:
            raise Http404
        cases = lock_with_cases(claim, [line], "revoke", actor=actor, version=version)
        if line.state != LineState.APPROVED:
            raise LineTransitionNotAllowed("revoke", line.state)
        pending = pending_on(claim, line)
        if agree is None:
            return _propose(claim, line, body, pending, actor=actor, now=now)
        if pending is None or pending.pk != agree:
            raise VersionConflict(claim.state)
        return _agree(claim, line, pending, cases, actor=actor, now=now)


def pending_on(claim: Claim, line: ClaimLine) -> Revocation | None:
    """What a second lead has still to agree to; what was proposed by who may do so no more counts no more."""
    pending = Revocation.objects.waiting().select_related("proposed_by").filter(line=line).first()
    stands = pending is not None and pending.proposed_by.is_active and may(pending.proposed_by, "revoke", claim)
    return pending if stands else None


def drop_revocation(*, claim: Claim, line_id: int, revocation: int, actor: "User", now: datetime) -> None:
    """Takes a proposed revocation back, one's own or another's; `revocation` is the key of the one that was read.

    Raises:
        PermissionDenied: for who is no lead, or may not judge the partner.
        TransitionNotAllowed: where nothing of the claim is live any more.
        VersionConflict: where it waits no more.
    """
    with transaction.atomic():
        lines = [line for line in claim.lines.all() if line.pk == line_id]
        lock_with_cases(claim, lines, "revoke", actor=actor, version=None)
        waiting = Revocation.objects.waiting().filter(pk=revocation, line=line_id, line__claim=claim)
        if not waiting.update(dropped_at=now):
            raise VersionConflict(claim.state)
        told = Draft(claim.review_subject, "review.revocation_dropped", {"line": line_id})
        record([told], actor_id=actor.pk, now=now)


def _propose(
    claim: Claim, line: ClaimLine, body: str, pending: Revocation | None, *, actor: "User", now: datetime
) -> Revocation:
    if pending is not None:
        _refuse_to_second_own(pending, actor)
        values = {"by": str(pending.proposed_by), "words": pending.words, "agree": str(pending.pk)}
        raise VerbRefused([Finding("revocation_waiting", "agree", values)])
    if not body.strip():
        raise VerbRefused([Finding("required", "body")])
    refuse_names(claim, body)
    over = Revocation.objects.drop([line.pk], now=now)  # that of somebody who may propose no more
    made = Revocation.objects.create(line=line, words=body, proposed_by=actor, proposed_at=now)
    told = Draft(claim.review_subject, "review.revocation_proposed", {"line": line.pk, "revocation": made.pk})
    dropped = [Draft(claim.review_subject, "review.revocation_dropped", {"line": line.pk})] if over else []
    *_, event = record([*dropped, told], actor_id=actor.pk, now=now)
    tell_of_proposed_revocation(event, claim, line, actor=actor)
    return made


def _agree(
    claim: Claim, line: ClaimLine, pending: Revocation, cases: Mapping[int, Case], *, actor: "User", now: datetime
) -> Revocation:
    _refuse_to_second_own(pending, actor)
    refuse_names(claim, pending.words)  # others may have filed since
    pending.agreed_by, pending.agreed_at = actor, now
    pending.save(update_fields=["agreed_by", "agreed_at"])
    comment = Comment.objects.create(
        claim=claim, author_id=pending.proposed_by_id, by_operator=True, body=pending.words, at=now
    )
    drafts, restored = end_approved(claim, [line], Reason.REVOKED, "revoke", cases, now=now)
    told = {"line": line.pk, "comment": comment.pk, "revocation": pending.pk}
    event, *_ = record([Draft(claim.subject, "claim.line_revoked", told), *drafts], actor_id=actor.pk, now=now)
    tell_of_revocation(event, claim, line, comment)
    tell_restored(restored, now=now)
    return pending


def _refuse_to_second_own(pending: Revocation, actor: "User") -> None:
    if pending.proposed_by_id == actor.pk:
        raise VerbRefused([Finding("second_lead_needed", "")])
