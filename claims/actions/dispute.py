"""A partner disputes a refusal or a displacement: another judges it, and for good. Source: design, section 7."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404

from claims.actions.case_notices import tell_of_dispute
from claims.actions.clocks import CLOCK, due_of, start_clock
from claims.actions.comments import attach
from claims.actions.contest import contest, lock_with_cases, rivals_on
from claims.actions.state import change_lines, change_state
from claims.calendars import policy_and_calendar
from claims.errors import VerbRefused
from claims.models import Claim, ClaimLine, Comment, LineReview, Policy
from claims.rules.findings import Finding
from claims.states import LIVE_LINES
from claims.storage import Kept
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User


def disputable_until(line: ClaimLine) -> datetime | None:
    """When the time to dispute what was decided of a line is over; None where it cannot be disputed at all."""
    return line.dispute_until if line.disputable else None


def dispute_claim(
    *,
    claim: Claim,
    line_ids: Collection[int],
    body: str,
    actor: "User",
    now: datetime,
    files: Sequence[Kept] = (),
    version: int | None = None,
) -> Claim:
    """Opens refused or displaced lines again, for a justification in `body` or for newer proof; another judges them.

    The review is due in the policy's days. A line on a contested unit opens a case or joins its open one, like a
    submission. `version` is the one the actor has seen.

    Raises:
        Http404: where the claim has no such line.
        VerbRefused: naming each line that cannot be disputed, or can no more; `justification_required` where there is
            neither a word nor a file.
        FileRefused: where the claim has no room for what is attached.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    with transaction.atomic():
        lines = [line for line in claim.lines.all() if line.pk in line_ids]
        if not lines or len(lines) < len(set(line_ids)):
            raise Http404
        cases = lock_with_cases(claim, lines, "dispute", actor=actor, version=version)
        policy, calendar = policy_and_calendar(now)
        if faults := _faults(lines, claim.policy or policy, body, files, now=now):
            raise VerbRefused(faults)
        for line in lines:
            line.former_state, line.former_reason = line.state, line.reason
            line.disputed_at, line.reason = now, ""
        change_lines(lines, "dispute")
        ClaimLine.objects.bulk_update(lines, ["state", "reason", "former_state", "former_reason", "disputed_at"])
        LineReview.objects.filter(line__in=lines).delete()  # it is judged anew, not by what was found before
        claim.reviewer = claim.lease_until = None
        start_clock(claim, (claim.policy or policy).dispute_business_days, calendar, now=now)
        claim.save(update_fields=["reviewer", "lease_until", *CLOCK, *change_state(claim, "dispute", now=now)])
        comment = Comment.objects.create(claim=claim, author=actor, body=body, at=now)
        rivals = rivals_on([line.unit for line in lines if line.unit], claim.partner_id)
        drafts = contest(claim, rivals, cases, policy=policy, calendar=calendar, now=now)
        told = {"lines": [line.pk for line in lines], "comment": comment.pk, **due_of(claim)}
        event, *_ = record([Draft(claim.subject, "claim.disputed", told), *drafts], actor_id=actor.pk, now=now)
        attach(claim, files, comment, actor=actor, now=now)
        tell_of_dispute(event, claim, lines, comment, actor=actor)
    return claim


def _faults(
    lines: Sequence[ClaimLine], policy: Policy, body: str, files: Sequence[Kept], *, now: datetime
) -> list[Finding]:
    faults = [] if body.strip() or files else [Finding("justification_required", "body")]
    for line in lines:
        field = f"lines.{line.position}"
        until = disputable_until(line)
        if line.disputed_at is not None or line.final:
            faults.append(Finding("disputed_before", field, {"product": line.product_name}))
        elif until is None:
            faults.append(Finding("not_disputable", field, {"product": line.product_name}))
        elif now >= until:
            values = {"product": line.product_name, "days": str(policy.dispute_days)}
            faults.append(Finding("dispute_too_late", field, values))
        elif _claimed_anew(line):
            faults.append(Finding("already_claimed", field, {"reference": _claimed_anew(line)}))
    return faults


def _claimed_anew(line: ClaimLine) -> str:
    """The reference of the claim by which the company has claimed the very thing since; empty where it has not."""
    same = ClaimLine.objects.filter(
        partner=line.partner_id, unit=line.unit_id, product=line.product, activity=line.activity, state__in=LIVE_LINES
    )
    return same.exclude(pk=line.pk).values_list("claim__reference", flat=True).first() or ""
