"""Changing a claim that was sent: MPN ID, lines and contacts; customer and activity stay."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.consent import limit_letters, renew_consents, waiting_consents
from claims.actions.contest import contest, leave
from claims.actions.drafts import contact_values, forget_lines
from claims.actions.state import change_lines, change_state, take_back_dispute
from claims.actions.submit import Judged, judge_locked
from claims.errors import ClaimRefused, VersionConflict
from claims.intake import ClaimContent, Intake, LineContent
from claims.models import Claim, ClaimLine, Coverage, Unit
from claims.permissions import require
from claims.preflight import Answer, ask_directory, places
from claims.states import ClaimState, LineState
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User

FROZEN = ("name", "tenant_id", "domain", "solution_area", "activity", "solution_seller", "isv_solution")


def frozen_changes(claim: Claim, content: ClaimContent) -> list[str]:
    """Names of the fields that `content` would change although they stay as they were sent."""
    before = claim.content
    return [name for name in FROZEN if getattr(before, name) != getattr(content, name)]


def edit_claim(
    *,
    claim: Claim,
    content: ClaimContent,
    actor: "User",
    now: datetime,
    answer: Answer | None = None,
    version: int | None = None,
) -> Claim:
    """Changes MPN ID, lines and contacts of a sent claim. All rules run again; the due date stays.

    A line that is no longer named is withdrawn and leaves its case; a new one is opened, and opens or joins a case
    like a submission.

    Raises:
        ClaimRefused: with every finding, where a rule fails.
        LookupLimit, PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    before = claim.content
    seen = claim.version if version is None else version
    content = replace(content, **{name: getattr(before, name) for name in FROZEN})
    require(actor, "edit", claim)
    answer = answer or ask_directory(content, partner_id=claim.partner_id, now=now)
    standing = [line.unit.key for line in claim.lines.all() if line.unit]
    with transaction.atomic():
        require(actor, "edit", claim)
        judged = judge_locked(
            claim, Intake(content, ()), answer, actor=actor, now=now, verb="edit", version=seen, also=standing
        )
        if not answer.fits(content):
            raise VersionConflict(claim.state)
        if not judged.verdict.sheet.ready:
            raise ClaimRefused(judged.verdict.sheet.findings)
        fresh, dropped, withdrawn = _change_lines(claim, content, judged, answer)
        _save(claim, content, judged, now=now)
        rivals = {unit: ids for unit, ids in judged.rivals().items() if unit in fresh}
        drafts = contest(claim, rivals, judged.cases, policy=answer.policy, calendar=answer.calendar, now=now)
        drafts += leave(claim.partner_id, dropped, judged.cases, now=now)
        told = {"opened": len(fresh), "withdrawn": withdrawn}
        record([Draft(claim.subject, "claim.edited", told), *drafts], actor_id=actor.pk, now=now)
        if content.customer_contact != before.customer_contact and waiting_consents(claim, now=now):
            limit_letters(claim, now=now)
            renew_consents(claim, now=now)
    return claim


def _save(claim: Claim, content: ClaimContent, judged: Judged, *, now: datetime) -> None:
    values = {**contact_values(content), "mpn_id": content.mpn_id}
    values["mpn_name"] = judged.facts.mpn_ids[content.mpn_id].name
    if claim.returns_to == ClaimState.DISPUTED and not any(line.disputed for line in claim.lines.all()):
        values["returns_to"] = ClaimState.UNDER_REVIEW  # what was disputed is claimed no more
    for name, value in values.items():
        setattr(claim, name, value)
    claim.save(update_fields=[*values, *change_state(claim, "edit", now=now)])


def _change_lines(
    claim: Claim, content: ClaimContent, judged: Judged, answer: Answer
) -> tuple[set[Unit], set[Unit], int]:
    """Keeps lines that are still named, withdraws the others, opens what is new.

    Returns the units of new lines, those of withdrawn ones, and how many were withdrawn.
    """
    standing = {(line.unit_id, line.product): line for line in claim.lines.all() if line.state == LineState.OPEN}
    before = {place: line_id for line_id, place in places(claim.content_lines, content).items()}
    successors: dict[int, ClaimLine] = {}
    last = max((line.position for line in claim.lines.all()), default=-1)
    fresh: list[ClaimLine] = []
    for index, named in enumerate(content.lines):
        unit = judged.units[judged.verdict.units[index]]
        kept = standing.pop((unit.pk, named.product), None)
        if kept is None:
            fresh.append(_line(claim, named, unit, last + 1 + len(fresh), answer))
            if index in before:
                successors[before[index]] = fresh[-1]
        elif named.subscription_id and kept.subscription_id != named.subscription_id:
            kept.subscription_id = named.subscription_id
            kept.save(update_fields=["subscription_id"])
    dropped = list(standing.values())
    change_lines([line for line in dropped if not line.disputed], "withdraw")
    take_back_dispute([line for line in dropped if line.disputed])
    ClaimLine.objects.bulk_update(dropped, ["state", "reason"])
    change_lines(fresh, "submit")
    ClaimLine.objects.bulk_create(fresh)
    _hand_on_marks({line.pk: successors[line.pk] for line in dropped if line.pk in successors})
    forget_lines(claim)
    return {line.unit for line in fresh if line.unit}, {line.unit for line in dropped if line.unit}, len(dropped)


def _hand_on_marks(successors: Mapping[int, ClaimLine]) -> None:
    """A line that was corrected is proved by what proved it before; the withdrawn one keeps its marks as history."""
    marks = Coverage.objects.filter(line__in=successors)
    copies = [
        Coverage(
            line=successors[mark.line_id],
            evidence_id=mark.evidence_id,
            requirement=mark.requirement,
            pages=mark.pages,
        )
        for mark in marks
    ]
    Coverage.objects.bulk_create(copies)


def _line(claim: Claim, named: LineContent, unit: Unit, position: int, answer: Answer) -> ClaimLine:
    return ClaimLine(
        claim=claim,
        position=position,
        partner_id=claim.partner_id,
        product=named.product,
        product_name=answer.products[named.product].name,
        subscription_id=named.subscription_id,
        activity=claim.activity,
        unit=unit,
    )
