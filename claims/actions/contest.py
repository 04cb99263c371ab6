"""Contested units: the case that a line opens or joins, and leaves when it is dropped. Source: design, section 8."""

from collections.abc import Collection, Mapping
from datetime import datetime

from claims.business_days import Calendar, deadline
from claims.models import Association, Case, Claim, ClaimLine, Comment, Party, Policy, Unit
from claims.states import LIVE_LINES, STANDING_CASES, CaseState
from events.log import Draft

ARBITRATION_AHEAD = "arbitration_ahead"


def contest(
    claim: Claim, rivals: Mapping[Unit, frozenset[int]], *, policy: Policy, calendar: Calendar, now: datetime
) -> list[Draft]:
    """Opens a case for each contested unit or joins its open one, and tells the filer, and only the filer.

    `rivals` names, for each contested unit, the other partners with something live on it. The units are locked.
    Returns the events to record: those of a case stand on the case's own chain, where no partner reads.
    """
    if not rivals:
        return []
    standing = {
        case.unit_id: case
        for case in Case.objects.select_for_update(no_key=True)
        .filter(unit__in=rivals, state__in=STANDING_CASES)
        .order_by("pk")
    }
    due_at = deadline(now, policy.case_business_days, calendar).due_at
    fresh = [
        Case(unit=unit, policy=policy, opened_at=now, due_at=due_at)
        for unit in sorted(rivals, key=lambda unit: unit.pk)
        if unit.pk not in standing
    ]
    Case.objects.bulk_create(fresh)
    # A filer after a proposal waits: it joins when the proposal falls back, else it opens the next case.
    open_cases = [case for case in (*standing.values(), *fresh) if case.state == CaseState.OPEN]
    partners = {unit.pk: ids | {claim.partner_id} for unit, ids in rivals.items()}
    Party.objects.bulk_create(
        [
            Party(case=case, partner_id=partner_id, joined_at=now)
            for case in open_cases
            for partner_id in sorted(partners[case.unit_id])
        ],
        ignore_conflicts=True,
    )
    Comment.objects.create(claim=claim, notice=ARBITRATION_AHEAD, at=now, by_operator=True)
    opened = [Draft(f"case:{case.pk}", "case.opened", {"unit": case.unit_id}) for case in fresh]
    joined = [Draft(f"case:{case.pk}", "case.joined", {"claim": claim.pk}) for case in open_cases]
    return [*opened, *joined]


def leave(claim: Claim, units: Collection[Unit]) -> list[Draft]:
    """Takes the claim's partner out of the cases of units it has nothing live on any more.

    A case with fewer than two parties is closed: the others go on as ordinary claims, and nobody is told. The units
    are locked and the lines saved. Returns the events to record, all on the cases' own chains.
    """
    if not units:
        return []
    live = ClaimLine.objects.filter(unit__in=units, partner_id=claim.partner_id, state__in=LIVE_LINES)
    held = Association.objects.filter(unit__in=units, partner_id=claim.partner_id, until=None)
    staying = {*live.order_by().values_list("unit_id", flat=True), *held.values_list("unit_id", flat=True)}
    gone = [unit.pk for unit in units if unit.pk not in staying]
    cases = Case.objects.select_for_update(no_key=True).filter(unit__in=gone, state__in=STANDING_CASES).order_by("pk")
    drafts: list[Draft] = []
    for case in cases:
        left, _ = Party.objects.filter(case=case, partner_id=claim.partner_id).delete()
        if not left:
            continue
        drafts.append(Draft(f"case:{case.pk}", "case.left", {"claim": claim.pk, "partner": claim.partner_id}))
        if case.parties.count() < 2:
            case.state = CaseState.CLOSED
            case.save(update_fields=["state"])
            drafts.append(Draft(f"case:{case.pk}", "case.closed"))
    return drafts
