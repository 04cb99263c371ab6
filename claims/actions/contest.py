"""Contested units: the case that a line opens or joins, and leaves when it is dropped. Source: design, section 8."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.clocks import SWEEP
from claims.actions.state import lock_for
from claims.business_days import Calendar, deadline
from claims.models import Association, Case, Claim, ClaimLine, Comment, Party, Policy, Unit
from claims.permissions import require
from claims.states import LIVE_LINES, STANDING_CASES, CaseState
from events.log import Draft
from events.outbox import nudge

if TYPE_CHECKING:
    from partners.models import User

ARBITRATION_AHEAD = "arbitration_ahead"


def lock_cases(units: Collection[Unit]) -> dict[int, Case]:
    """The standing cases of units that are locked already, by the unit's id; locked too, before any claim is."""
    if not units:
        return {}
    cases = Case.objects.select_for_update(no_key=True).filter(unit__in=units, state__in=STANDING_CASES)
    return {case.unit_id: case for case in cases.order_by("pk")}


def lock_with_cases(
    claim: Claim, lines: Collection[ClaimLine], verb: str, *, actor: "User", version: int | None
) -> dict[int, Case]:
    """Locks the units of these lines, their standing cases and then the claim, for a verb of this person.

    `version` is the one they have seen, else what was read: a line that was added, dropped or decided since has moved
    it, and stops the verb. Returns the cases, by the unit's id.

    Raises:
        PermissionDenied, TransitionNotAllowed, VersionConflict: as `lock_for` does.
    """
    seen = claim.version if version is None else version
    require(actor, verb, claim)
    units = Unit.objects.lock([line.unit.key for line in lines if line.unit])
    cases = lock_cases(list(units.values()))
    lock_for(actor, claim, verb, version=seen)
    return cases


def contest(
    claim: Claim,
    rivals: Mapping[Unit, frozenset[int]],
    standing: Mapping[int, Case],
    *,
    policy: Policy,
    calendar: Calendar,
    now: datetime,
) -> list[Draft]:
    """Opens a case for each contested unit or joins its open one, and tells the filer, and only the filer.

    `rivals` names, for each contested unit, the other partners with something live on it; `standing` comes from
    `lock_cases`. Returns the events to record: those of a case stand on the case's own chain, where no partner reads.
    """
    if not rivals:
        return []
    due_at = deadline(now, policy.case_business_days, calendar).due_at
    fresh = [
        Case(unit=unit, policy=policy, opened_at=now, due_at=due_at)
        for unit in sorted(rivals, key=lambda unit: unit.pk)
        if unit.pk not in standing
    ]
    Case.objects.bulk_create(fresh)
    # A filer after a proposal waits: it joins when the proposal falls back, else it opens the next case.
    present = [standing[unit.pk] for unit in rivals if unit.pk in standing]
    open_cases = [case for case in (*present, *fresh) if case.state == CaseState.OPEN]
    partners = {unit.pk: ids | {claim.partner_id} for unit, ids in rivals.items()}
    Party.objects.bulk_create(
        [
            Party(case=case, partner_id=partner_id, joined_at=now)
            for case in open_cases
            for partner_id in sorted(partners[case.unit_id])
        ],
        ignore_conflicts=True,
    )
    if not claim.comments.filter(notice=ARBITRATION_AHEAD).exists():
        Comment.objects.create(claim=claim, notice=ARBITRATION_AHEAD, at=now, by_operator=True)
    opened = [Draft(f"case:{case.pk}", "case.opened", {"unit": case.unit_id}) for case in fresh]
    joined = [Draft(f"case:{case.pk}", "case.joined", {"claim": claim.pk}) for case in open_cases]
    return [*opened, *joined]


def leave(claim: Claim, units: Collection[Unit], standing: Mapping[int, Case], *, now: datetime) -> list[Draft]:
    """Takes the claim's partner out of the cases of units it has nothing live on any more.

    A proposal falls back, and who has filed since joins. A case with fewer than two parties is closed: the others go
    on as ordinary claims. Nobody is told. The lines are saved; `standing` comes from `lock_cases`. Returns the events
    to record, all on the cases' own chains.
    """
    if not units:
        return []
    live = ClaimLine.objects.filter(unit__in=units, partner_id=claim.partner_id, state__in=LIVE_LINES)
    held = Association.objects.filter(unit__in=units, partner_id=claim.partner_id, until=None)
    staying = {*live.order_by().values_list("unit_id", flat=True), *held.values_list("unit_id", flat=True)}
    drafts: list[Draft] = []
    for unit_id in sorted({unit.pk for unit in units} - staying):
        case = standing.get(unit_id)
        if case is None or case.state not in STANDING_CASES:  # closed by who has left it a moment ago
            continue
        left, _ = Party.objects.filter(case=case, partner_id=claim.partner_id).delete()
        if not left:
            continue
        drafts.append(Draft(f"case:{case.pk}", "case.left", {"claim": claim.pk, "partner": claim.partner_id}))
        if case.state == CaseState.PROPOSED:
            drafts += _fall_back(case, now=now)
        if case.parties.count() < 2:
            case.state = CaseState.CLOSED
            case.save(update_fields=["state"])
            drafts.append(Draft(f"case:{case.pk}", "case.closed"))
            # Claims whose review was finished for this case are somebody's to decide again: the sweep finds them.
            transaction.on_commit(partial(nudge, SWEEP), robust=True)
    return drafts


def _fall_back(case: Case, *, now: datetime) -> list[Draft]:
    """Opens a case again whose proposal counts no more; partners who filed after the proposal join now."""
    case.state = CaseState.OPEN
    case.save(update_fields=["state"])
    live = ClaimLine.objects.filter(unit_id=case.unit_id, state__in=LIVE_LINES)
    waiting = live.exclude(partner_id__in=case.parties.values("partner_id")).order_by("claim_id")
    claims = dict(waiting.values_list("claim_id", "partner_id"))
    Party.objects.bulk_create(
        [Party(case=case, partner_id=partner_id, joined_at=now) for partner_id in sorted(set(claims.values()))]
    )
    joined = [Draft(f"case:{case.pk}", "case.joined", {"claim": claim_id}) for claim_id in claims]
    return [Draft(f"case:{case.pk}", "case.fell_back"), *joined]
