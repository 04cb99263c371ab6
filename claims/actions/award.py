"""What a case's decision does to the claims, the lines and the unit: one act. Source: design, section 8."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from claims.actions.case_notices import tell_of_award
from claims.actions.clocks import dispute_end
from claims.actions.consent import ask_customer, void_consents
from claims.actions.contest import close_requests, end_case, open_case
from claims.actions.inquiry import settle
from claims.actions.state import change_lines, lock_claim
from claims.calendars import policy_and_calendar
from claims.errors import CaseChanged
from claims.models import Association, Case, Claim, ClaimLine, Comment, Judge, Revocation
from claims.requirements import Reason
from claims.states import LIVE_LINES, CaseState, LineState
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User


@dataclass(frozen=True)
class Award:
    """What is decided: who holds the unit, why each of the other lines does not, and what each partner reads.

    `refused`: line → reason; every other line of the case stands. `letters`: partner → words, by `author`. `judges`
    are who decided and who seconded.
    """

    upheld: int
    refused: Mapping[int, str]
    letters: Mapping[int, str]
    author: "User"
    judges: Collection[int]


def live_lines(case: Case) -> list[ClaimLine]:
    """The live lines of a case's parties on its unit, in the order of their claims."""
    parties = case.parties.values("partner")
    lines = ClaimLine.objects.filter(unit=case.unit_id, partner__in=parties, state__in=LIVE_LINES)
    return list(lines.select_related("claim__partner", "claim__policy").order_by("claim_id", "position"))


def take_effect(case: Case, award: Award, lines: Sequence[ClaimLine], *, now: datetime) -> list[Draft]:
    """Puts a decision into effect; the unit and the case are locked. Returns the events to record on cases.

    Lines of the party that is upheld are approved, each on its own, the others refused; a partner that held the unit is
    displaced, and its association ends where the new one begins. In a dispute all of it is final. Who has filed since
    the proposal meets the winner in a case of its own.

    Raises:
        CaseChanged: where nothing of the party that is upheld would stand.
        TransitionNotAllowed: where nothing of one of the claims is live any more.
    """
    if not any(_stands(line, award) for line in lines):
        raise CaseChanged(case.state)
    claims = {line.claim_id: line.claim for line in lines}
    for pk in sorted(claims):
        lock_claim(claims[pk], "award")
    final = any(line.disputed for line in lines)
    association, holder = _hold(case, award.upheld, now=now)
    before = {line.pk: line.state for line in lines}
    for line in lines:
        _decide(line, award, association, final=final, now=now)
    Judge.objects.bulk_create(
        [Judge(line=line, user_id=user_id) for line in lines for user_id in sorted(award.judges)], ignore_conflicts=True
    )
    Revocation.objects.drop([line.pk for line in lines if line.state == LineState.ENDED], now=now)
    end_case(case, CaseState.DECIDED, now=now)
    close_requests(case, now=now)
    _settle(claims, lines, before, award, case, holder, now=now)
    decided = Draft(case.subject, "case.decided", {"upheld": award.upheld, "final": final})
    return [decided, *_next_case(case, award.upheld, now=now)]


def _hold(case: Case, upheld: int, *, now: datetime) -> tuple[Association, int | None]:
    """The association of the partner that is upheld: the one it has, else one that begins where another's ends.

    And who held the unit before.
    """
    held = Association.objects.filter(unit=case.unit_id, until=None).first()
    if held is not None and held.partner_id == upheld:
        return held, upheld
    if held is not None:
        held.until = now
        held.save(update_fields=["until"])
    begun = Association.objects.create(unit_id=case.unit_id, partner_id=upheld, since=now, displaces=held)
    return begun, held.partner_id if held else None


def _decide(line: ClaimLine, award: Award, association: Association, *, final: bool, now: datetime) -> None:
    stands = _stands(line, award)
    if line.state == LineState.APPROVED:
        if not stands:
            change_lines([line], "displace")
            line.reason = Reason.ANOTHER_PARTNER_UPHELD
    elif stands:
        change_lines([line], "approve")
        line.association, line.reason, line.consent = association, "", None  # the customer is asked about it anew
    else:
        change_lines([line], "reject")
        line.reason = award.refused.get(line.pk, Reason.ANOTHER_PARTNER_UPHELD)
    line.decided_at, line.dispute_until, line.final = now, dispute_end(line.claim.policy, now), final
    fields = ["state", "reason", "association", "consent", "decided_at", "dispute_until", "final"]
    line.save(update_fields=fields)


def _stands(line: ClaimLine, award: Award) -> bool:
    return line.partner_id == award.upheld and line.pk not in award.refused


def _settle(
    claims: Mapping[int, Claim],
    lines: Sequence[ClaimLine],
    before: Mapping[int, str],
    award: Award,
    case: Case,
    holder: int | None,
    *,
    now: datetime,
) -> None:
    """Moves each claim to what its lines say, and tells its partner what became of each, with the letter."""
    comments = {
        pk: Comment(
            claim=claims[pk], author=award.author, by_operator=True, body=award.letters[claims[pk].partner_id], at=now
        )
        for pk in sorted(claims)
    }
    Comment.objects.bulk_create(comments.values())
    for pk in sorted(claims):
        claims[pk].save(update_fields=settle(claims[pk], "award", now=now))
    drafts = [
        Draft(
            claims[line.claim_id].subject,
            KINDS[LineState(before[line.pk]), LineState(line.state)],
            {
                "line": line.pk,
                "reason": line.reason,
                "comment": comments[line.claim_id].pk,
                "state": str(claims[line.claim_id].state),
                "case": case.pk,
                "held": line.partner_id == holder,
            },
        )
        for line in lines
    ]
    events = record(drafts, actor_id=award.author.pk, now=now)  # whose letter its partner reads
    tell_of_award([(event, line, comments[line.claim_id]) for event, line in zip(events, lines, strict=True)])
    void_consents([line for line in lines if line.state == LineState.ENDED], now=now)
    # A claim that lost here may have waited for this alone, with another of its lines approved: all are looked at.
    approved = ClaimLine.objects.filter(claim__in=claims, state=LineState.APPROVED)
    for pk in sorted(set(approved.values_list("claim_id", flat=True))):
        ask_customer(claims[pk], now=now)


KINDS = {
    (LineState.OPEN, LineState.APPROVED): "claim.line_approved",
    (LineState.OPEN, LineState.REJECTED): "claim.line_rejected",
    (LineState.APPROVED, LineState.APPROVED): "claim.line_kept",
    (LineState.APPROVED, LineState.ENDED): "claim.line_displaced",
}


def _next_case(case: Case, upheld: int, *, now: datetime) -> list[Draft]:
    """Opens the case of those who have filed since the decision was proposed: the unit is the winner's now."""
    waiting = ClaimLine.objects.filter(~Q(partner=upheld), unit=case.unit_id, state=LineState.OPEN)
    claims = dict(waiting.values_list("claim_id", "partner_id"))
    if not claims:
        return []
    policy, calendar = policy_and_calendar(now)
    partners = {*claims.values(), upheld}
    return open_case(case.unit, partners, claims, policy=policy, calendar=calendar, now=now)
