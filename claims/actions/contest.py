"""Contested units: the case that a submission opens or joins. Source: design, section 8."""

from collections.abc import Mapping
from datetime import datetime

from claims.business_days import Calendar, deadline
from claims.models import Case, Claim, Comment, Party, Policy, Unit
from claims.states import STANDING_CASES, CaseState
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
