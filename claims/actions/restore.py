"""What a winner displaced comes back where the winner is gone before the customer's word. Source: design, section 8."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from claims.actions.case_notices import tell_of_restored
from claims.actions.consent import ask_customer, window_of
from claims.actions.contest import close_if_alone, move, open_case, say_ahead
from claims.actions.inquiry import settle
from claims.actions.state import change_lines, take_back_dispute
from claims.calendars import policy_and_calendar
from claims.models import Association, Case, Claim, ClaimLine, Comment, Consent, Party
from claims.requirements import Reason
from claims.states import LIVE_LINES, CaseState, ConsentOutcome, LineState
from events.log import Draft, record

HELD_AGAIN = "held_again"


@dataclass
class Restored:
    """What another partner has back: each claim with its lines; and of which claims how much made room for it."""

    claims: list[tuple[Claim, list[ClaimLine]]] = field(default_factory=list)
    moot: list[tuple[Claim, int]] = field(default_factory=list)


def restore(ended: Association, standing: Mapping[int, Case], *, now: datetime) -> tuple[list[Draft], Restored]:
    """Gives back what the partner of an association held that has just ended, where it was displaced by it.

    Nothing, where the customer has confirmed the winner. The displaced lines are approved again, under a new
    association that replaces theirs, and their disputes are over; not those that were refused for their own proof.
    `lock_displaced` has locked all claims. Returns the events to record on cases, and what came back.
    """
    former = ended.displaces
    if former is None or _confirmed(ended, now=now):
        return [], Restored()
    lines = list(former.lines.select_related("claim__partner").order_by("claim_id", "position"))
    back = [line for line in lines if _comes_back(line)]
    if not back and (lines or _held_since(former)):
        return [], Restored()
    again = Association.objects.create(
        unit_id=former.unit_id, partner_id=former.partner_id, since=now, displaces=former.displaces, replaces=former
    )
    restored = Restored(moot=_make_room(back, now=now))
    claims = {line.claim_id: line.claim for line in back}
    for pk in sorted(claims):
        own = [line for line in back if line.claim_id == pk]
        _restore_claim(claims[pk], own, again, now=now)
        restored.claims.append((claims[pk], own))
    return _hold_again(again, standing.get(former.unit_id), now=now), restored


def tell_restored(restored: Restored, *, now: datetime) -> None:
    """Records and tells what came back, and asks the customer where it has not confirmed that.

    The events are nobody's: who ended what the other partner held is not for this one to know.
    """
    withdrawn = [
        Draft(claim.subject, "claim.withdrawn", {"withdrawn": count, "state": str(claim.state)})
        for claim, count in restored.moot
    ]
    again = [
        Draft(claim.subject, "claim.restored", {"lines": [line.pk for line in lines], "state": str(claim.state)})
        for claim, lines in restored.claims
    ]
    events = record([*withdrawn, *again], actor_id=None, now=now)
    for claim, _count in restored.moot:  # it may have waited for that alone, with another of its lines approved
        ask_customer(claim, now=now)
    for event, (claim, lines) in zip(events[len(withdrawn) :], restored.claims, strict=True):
        tell_of_restored(event, claim, lines)
        ask_customer(claim, now=now)


def may_come_back(claim: Claim, *, now: datetime) -> bool:
    """Whether a line of the claim would be approved again, if who has displaced it were gone."""
    lost = [line.association_id for line in claim.lines.all() if line.association_id and _comes_back(line)]
    winners = Association.objects.filter(displaces__in=lost, until=None)
    return any(not _confirmed(winner, now=now) for winner in winners)


def _confirmed(association: Association, *, now: datetime) -> bool:
    """Whether a customer has let the window pass for something under the association, noticed by a sweep or not."""
    asked = Consent.objects.filter(lines__association=association).select_related("claim__policy").distinct()
    return any(
        consent.outcome == ConsentOutcome.CONFIRMED or (consent.waits and window_of(consent).is_over(now))
        for consent in asked
    )


def _held_since(former: Association) -> bool:
    """Whether its partner has held the unit again since: what it had lost came back then, and has ended otherwise."""
    again = Association.objects.filter(unit=former.unit_id, partner=former.partner_id, since__gt=former.since)
    return again.exists()


def _comes_back(line: ClaimLine) -> bool:
    if line.state in (LineState.ENDED, LineState.REJECTED):
        return line.reason == Reason.ANOTHER_PARTNER_UPHELD
    return line.disputed and line.former_state == LineState.ENDED


def _make_room(back: Sequence[ClaimLine], *, now: datetime) -> list[tuple[Claim, int]]:
    """Withdraws what a company has claimed anew, or disputes, of the very thing that it gets back; says why there."""
    moot: dict[int, Claim] = {}
    withdrawn: Counter[int] = Counter()
    for line in back:
        same = ClaimLine.objects.filter(
            partner=line.partner_id, unit=line.unit_id, product=line.product, activity=line.activity
        )
        for newer in same.filter(state__in=LIVE_LINES).exclude(pk=line.pk).select_related("claim__partner"):
            if newer.disputed:
                take_back_dispute([newer])
            else:
                change_lines([newer], "withdraw")
            newer.save(update_fields=["state", "reason"])
            moot.setdefault(newer.claim_id, newer.claim)
            withdrawn[newer.claim_id] += 1
    for pk in sorted(moot):
        moot[pk].save(update_fields=settle(moot[pk], "restore", now=now))
        Comment.objects.create(claim=moot[pk], notice=HELD_AGAIN, at=now, by_operator=True)
    return [(moot[pk], withdrawn[pk]) for pk in sorted(moot)]


def _restore_claim(claim: Claim, lines: list[ClaimLine], again: Association, *, now: datetime) -> None:
    change_lines(lines, "restore")
    for line in lines:
        line.reason, line.association, line.decided_at = "", again, now
        line.save(update_fields=["state", "reason", "association", "decided_at"])
    claim.save(update_fields=settle(claim, "restore", now=now))


def _hold_again(again: Association, case: Case | None, *, now: datetime) -> list[Draft]:
    """Makes who holds the unit again a party of its case, where one goes on: others have filed meanwhile.

    Without one the former winner may have something open there: it was no contest as long as it held the unit.
    """
    if case is None or case.state == CaseState.CLOSED:
        return _meet_winner(again, now=now)
    _party, joined = Party.objects.get_or_create(case=case, partner_id=again.partner_id, defaults={"joined_at": now})
    if joined:
        move(case)
    joins = [Draft(case.subject, "case.joined", {"association": again.pk})] if joined else []
    return [*joins, *close_if_alone(case, now=now)]


def _meet_winner(again: Association, *, now: datetime) -> list[Draft]:
    """Opens a case with those who have something open on the unit that is held again; they are told, as filers are."""
    lines = ClaimLine.objects.filter(unit=again.unit_id, state=LineState.OPEN).exclude(partner=again.partner_id)
    claims = dict(lines.order_by("claim_id").values_list("claim_id", "partner_id"))
    if not claims:
        return []
    policy, calendar = policy_and_calendar(now)
    for claim_id in claims:
        say_ahead(claim_id, policy, now=now)
    partners = {*claims.values(), again.partner_id}
    return open_case(again.unit, partners, claims, policy=policy, calendar=calendar, now=now)
