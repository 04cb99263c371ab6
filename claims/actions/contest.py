"""Contested units: the case that a line opens or joins, and leaves when it is dropped. Source: design, section 8."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from claims.actions.clocks import SWEEP
from claims.actions.state import lock_for
from claims.business_days import Calendar, deadline, stored_days
from claims.models import Association, Case, Claim, ClaimLine, Comment, InformationRequest, Party, Policy, Unit
from claims.models.comment import InformationRequestQuerySet
from claims.permissions import require
from claims.states import LIVE_LINES, STANDING_CASES, CaseState
from events.log import Draft
from events.outbox import nudge

if TYPE_CHECKING:
    from partners.models import User

ARBITRATION_AHEAD = "arbitration_ahead"
ENDING = frozenset({"disassociate", "revoke", "decline"})  # after which a displaced partner may come back


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
    if verb in ENDING:
        lock_displaced([line.association_id for line in lines if line.association_id])
    lock_for(actor, claim, verb, version=seen)
    return cases


def lock_displaced(associations: Collection[int]) -> None:
    """Locks the claims that change where these associations end, and those that would come back, in one order for all.

    After the units and their cases, before any claim is locked by itself: only this and a case's decision lock the
    claims of several partners.
    """
    units = Association.objects.filter(pk__in=associations).values("unit")
    behind = Q(association__in=associations) | Q(association__displaced_by__in=associations)
    lines = ClaimLine.objects.filter(behind | Q(unit__in=units, state__in=LIVE_LINES))
    claims = Claim.objects.filter(pk__in=lines.order_by().values("claim")).order_by("pk")
    list(claims.select_for_update(no_key=True).values_list("pk", flat=True))


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
    drafts: list[Draft] = []
    for unit in sorted(rivals, key=lambda unit: unit.pk):
        case = standing.get(unit.pk)
        if case is None:
            partners = rivals[unit] | {claim.partner_id}
            drafts += open_case(unit, partners, {claim.pk}, policy=policy, calendar=calendar, now=now)
        elif case.state == CaseState.OPEN:
            drafts += _join(case, {claim.pk: claim.partner_id}, now=now)
        # A filer after a proposal waits: it joins when the proposal falls back, else it opens the next case.
    say_ahead(claim.pk, policy, now=now)
    return drafts


def say_ahead(claim_id: int, policy: Policy, *, now: datetime) -> None:
    """Tells who filed, once, that the claim goes through arbitration."""
    if not Comment.objects.filter(claim=claim_id, notice=ARBITRATION_AHEAD).exists():
        days = policy.review_business_days
        Comment.objects.create(claim_id=claim_id, notice=ARBITRATION_AHEAD, days=days, at=now, by_operator=True)


def open_case(
    unit: Unit,
    partners: Collection[int],
    claims: Iterable[int],
    *,
    policy: Policy,
    calendar: Calendar,
    now: datetime,
) -> list[Draft]:
    """Opens a case between these partners over a locked unit that has none; `claims` are those that bring it up."""
    due = deadline(now, policy.case_business_days, calendar)
    counted = {"due_at": due.due_at, "due_days": stored_days(due.days), "calendar_version": due.version}
    case = Case.objects.create(unit=unit, policy=policy, opened_at=now, **counted)
    Party.objects.bulk_create([Party(case=case, partner_id=pk, joined_at=now) for pk in sorted(partners)])
    opened = Draft(case.subject, "case.opened", {"unit": unit.pk})
    return [opened, *(Draft(case.subject, "case.joined", {"claim": pk}) for pk in sorted(claims))]


def rivals_on(units: Collection[Unit], partner_id: int) -> dict[Unit, frozenset[int]]:
    """Those of the locked units on which other partners have something live, and who they are."""
    lines = ClaimLine.objects.filter(unit__in=units, state__in=LIVE_LINES).order_by().values_list("unit_id", "partner")
    held = Association.objects.filter(unit__in=units, until=None).values_list("unit_id", "partner")
    found: dict[int, set[int]] = {}
    for unit_id, rival in lines.union(held):
        if rival != partner_id:
            found.setdefault(unit_id, set()).add(rival)
    return {unit: frozenset(found[unit.pk]) for unit in units if unit.pk in found}


def leave(partner_id: int, units: Collection[Unit], standing: Mapping[int, Case], *, now: datetime) -> list[Draft]:
    """Says that lines of a partner on these units are dropped: it leaves the cases of those it has nothing live on.

    A proposal falls back, for what was proposed is not what stands, and who has filed since joins. A case with fewer
    than two parties is closed: the others go on as ordinary claims. Nobody is told. The lines are saved; `standing`
    comes from `lock_cases`. Returns the events to record, all on the cases' own chains.
    """
    if not units:
        return []
    live = ClaimLine.objects.filter(unit__in=units, partner_id=partner_id, state__in=LIVE_LINES)
    held = Association.objects.filter(unit__in=units, partner_id=partner_id, until=None)
    staying = {*live.order_by().values_list("unit_id", flat=True), *held.values_list("unit_id", flat=True)}
    drafts: list[Draft] = []
    for unit_id in sorted({unit.pk for unit in units}):
        case = standing.get(unit_id)
        if case is None or case.state not in STANDING_CASES:  # closed by who has left it a moment ago
            continue
        party = Party.objects.filter(case=case, partner_id=partner_id)
        if unit_id in staying:
            left = 0
            dropped = party.exists()
        else:
            left, _ = party.delete()
            dropped = bool(left)
        if not dropped:
            continue
        close_moot_requests(case, now=now)
        if left:
            drafts.append(Draft(case.subject, "case.left", {"partner": partner_id}))
        move(case)
        if case.state == CaseState.PROPOSED:
            drafts += fall_back(case, now=now)
        drafts += close_if_alone(case, now=now)
    return drafts


def close_if_alone(case: Case, *, now: datetime) -> list[Draft]:
    """Closes a locked, standing case that has fewer than two parties."""
    if case.parties.count() > 1:
        return []
    end_case(case, CaseState.CLOSED, now=now)
    # Claims whose review was finished for this case are somebody's to decide again: the sweep finds them.
    transaction.on_commit(partial(nudge, SWEEP), robust=True)
    return [Draft(case.subject, "case.closed")]


def end_case(case: Case, state: CaseState, *, now: datetime) -> None:
    """Ends a locked case, decided or closed.

    What it has asked stays asked where it is closed, so that no partner sees that another has left.
    """
    case.state, case.over_at = state, now
    case.version += 1
    case.save(update_fields=["state", "over_at", "version"])


def move(case: Case) -> None:
    """Bumps the version of a locked case: who decides on it must see what has changed."""
    case.version += 1
    case.save(update_fields=["version"])


def fall_back(case: Case, *, now: datetime) -> list[Draft]:
    """Opens a locked case again, in a new round, whose proposal counts no more; who has filed since joins now."""
    case.state = CaseState.OPEN
    case.round += 1
    case.version += 1
    case.save(update_fields=["state", "round", "version"])
    live = ClaimLine.objects.filter(unit_id=case.unit_id, state__in=LIVE_LINES)
    waiting = live.exclude(partner_id__in=case.parties.values("partner_id")).order_by("claim_id")
    joined = _join(case, dict(waiting.values_list("claim_id", "partner_id")), now=now)
    return [Draft(case.subject, "case.fell_back", {"round": case.round}), *joined]


def _join(case: Case, claims: Mapping[int, int], *, now: datetime) -> list[Draft]:
    """Makes the partners of these claims, by the claim's id, parties of an open case."""
    if not claims:
        return []
    Party.objects.bulk_create(
        [Party(case=case, partner_id=partner_id, joined_at=now) for partner_id in sorted(set(claims.values()))],
        ignore_conflicts=True,
    )
    move(case)
    return [Draft(case.subject, "case.joined", {"claim": claim_id}) for claim_id in claims]


def close_requests(case: Case, *, now: datetime) -> None:
    """Closes all that the case still asks: nothing is left to answer for."""
    _close(InformationRequest.objects.filter(case=case), now=now)


def close_moot_requests(case: Case, *, now: datetime) -> None:
    """Closes what the case still asks in claims of which nothing is live on its unit any more: nobody could answer."""
    live = ClaimLine.objects.filter(claim=OuterRef("claim"), unit=case.unit_id, state__in=LIVE_LINES)
    _close(InformationRequest.objects.filter(~Exists(live), case=case), now=now)


def _close(asked: InformationRequestQuerySet, *, now: datetime) -> None:
    rows = dict(asked.waiting().values_list("pk", "claim_id"))
    InformationRequest.objects.filter(pk__in=rows).update(closed_at=now, sweep_at=None, remind_at=None)
    for claim_id in sorted(set(rows.values())):
        settle_asked_until(claim_id)


def settle_asked_until(claim_id: int) -> datetime | None:
    """Says on the claim until when an answer to a case is due, as its open requests have it; returns it."""
    asked = InformationRequest.objects.waiting().filter(claim_id=claim_id, case__isnull=False)
    first = asked.order_by("due_at").values_list("due_at", flat=True).first()
    Claim.objects.filter(pk=claim_id).update(asked_until=first)
    return first
