"""Deciding a case: one party is upheld in one act; displacing a partner takes a second reviewer. Design, section 8."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from arbitration.actions.faults import faults_of, faults_of_names, refusals
from arbitration.actions.lock import lock_case
from arbitration.actions.notices import tell_of_proposal, tell_of_return
from arbitration.drafting import Content, tidy
from arbitration.findings import as_json, findings_of
from arbitration.models import CaseDraft, Decision, Letter, Ruling
from arbitration.permissions import may_judge
from claims.actions.award import Award, live_lines, take_effect
from claims.actions.contest import fall_back
from claims.business_days import deadline
from claims.calendars import operator_calendar
from claims.errors import CaseChanged, VerbRefused
from claims.intake import read_comment
from claims.models import Association, Case, ClaimLine
from claims.rules.findings import Finding
from claims.states import CaseState
from events.inbox import mark_done
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User


def decide(*, case: Case, content: Content, actor: "User", now: datetime, version: int | None = None) -> Decision:
    """Upholds one party and refuses the others. At once, unless a partner is displaced: that is proposed to a second.

    `version` is the one the judge has seen.

    Raises:
        VerbRefused: naming all that is missing or wrong, with fields such as `rationale` and `letters.<partner>`.
        PermissionDenied, TransitionNotAllowed, CaseChanged: nothing is changed then either.
    """
    with transaction.atomic():
        case = lock_case(case, "decide", [CaseState.OPEN], actor=actor, version=version)
        lines = live_lines(case)
        content, unstorable = tidy(content, case.parties.values_list("partner_id", flat=True))
        found = findings_of(lines)
        refused = refusals(lines, content, found)
        if faults := unstorable or faults_of(case, lines, content, found, refused):
            raise VerbRefused(faults)
        held = Association.objects.filter(unit=case.unit_id, until=None).exclude(partner=content.upheld)
        decision = _write(case, content, displaces=held.exists(), actor=actor, now=now)
        Ruling.objects.bulk_create(
            Ruling(
                decision=decision,
                line=line,
                stands=line.pk not in refused,
                reason=refused.get(line.pk, ""),
                found=as_json(found[line.pk]),
            )
            for line in lines
        )
        if decision.displaces and case.policy.reviewers_to_displace > 1:
            _propose(case, decision, content, actor=actor, now=now)
        else:
            _put_into_effect(case, decision, lines, actor=actor, now=now)
    return decision


def second(*, case: Case, actor: "User", now: datetime, version: int | None = None) -> Decision:
    """Agrees to what another reviewer has proposed, and puts it into effect.

    Raises:
        VerbRefused: `second_reviewer_needed` for who has proposed it; `names_other_party` where a letter names who
            has filed since.
        CaseChanged: where it has changed since the judge saw it, or is not what was proposed any more.
        PermissionDenied, TransitionNotAllowed: nothing is changed then either.
    """
    with transaction.atomic():
        case = lock_case(case, "second", [CaseState.PROPOSED], actor=actor, version=version)
        decision = proposal_of(case)
        if decision.proposed_by_id == actor.pk:
            raise VerbRefused([Finding("second_reviewer_needed", "")])
        if not may_still_judge(decision, case):
            raise CaseChanged(case.state)  # the sweep lets it fall back
        ruled = set(decision.rulings.values_list("line_id", flat=True))
        lines = [line for line in live_lines(case) if line.pk in ruled]
        if {line.pk for line in lines} != ruled:
            raise CaseChanged(case.state)
        if faults := faults_of_names(case, dict(decision.letters.values_list("partner_id", "words"))):
            raise VerbRefused(faults)
        decision.seconded_by = actor
        mark_done(case.subject, "case_proposed", "second_overdue", now=now)
        _put_into_effect(case, decision, lines, actor=actor, now=now)
    return decision


def send_back(*, case: Case, words: str, actor: "User", now: datetime, version: int | None = None) -> Decision:
    """Returns a proposal with the reason, and opens the case again in a new round; its proposer may take it back so.

    Raises:
        VerbRefused: `required` without a reason, `invalid` for one that no comment could be.
        PermissionDenied, TransitionNotAllowed, CaseChanged: nothing is changed then either.
    """
    with transaction.atomic():
        case = lock_case(case, "send_back", [CaseState.PROPOSED], actor=actor, version=version)
        words, faults = read_comment(words, "words")
        if faults:
            raise VerbRefused(faults)
        decision = proposal_of(case)
        decision.returned_by, decision.return_words, decision.over_at = actor, words, now
        decision.save(update_fields=["returned_by", "return_words", "over_at"])
        mark_done(case.subject, "case_proposed", "second_overdue", now=now)
        returned = Draft(case.subject, "case.returned", {"decision": decision.pk})
        event, *_ = record([returned, *fall_back(case, now=now)], actor_id=actor.pk, now=now)
        tell_of_return(event, case, decision, actor=actor)
    return decision


def proposal_of(case: Case) -> Decision:
    """What is proposed in the case's present round."""
    return Decision.objects.select_related("proposed_by").get(case=case, round=case.round)


def may_still_judge(decision: Decision, case: Case) -> bool:
    """Whether who has proposed the decision may still judge the case: else it falls back."""
    return decision.proposed_by.is_active and may_judge(decision.proposed_by, case)


def _write(case: Case, content: Content, *, displaces: bool, actor: "User", now: datetime) -> Decision:
    decision = Decision.objects.create(
        case=case,
        round=case.round,
        upheld_id=content.upheld,
        displaces=displaces,
        scores={party: dict(scores) for party, scores in content.scores.items()},
        rationale=content.rationale,
        proposed_by=actor,
        proposed_at=now,
    )
    parties = case.parties.values_list("partner_id", flat=True)
    Letter.objects.bulk_create(
        Letter(decision=decision, partner_id=partner_id, words=content.letters[str(partner_id)])
        for partner_id in parties
    )
    return decision


def _propose(case: Case, decision: Decision, content: Content, *, actor: "User", now: datetime) -> None:
    """What is proposed stays as the draft: where it falls back, the next round begins with it."""
    CaseDraft.objects.update_or_create(case=case, defaults={"content": content.as_json(), "by": actor, "at": now})
    decision.due_at = deadline(now, case.policy.second_business_days, operator_calendar(now)).due_at
    decision.save(update_fields=["due_at"])
    case.state = CaseState.PROPOSED
    case.version += 1
    case.save(update_fields=["state", "version"])
    proposed = Draft(case.subject, "case.proposed", {"decision": decision.pk, "upheld": decision.upheld_id})
    event, *_ = record([proposed], actor_id=actor.pk, now=now)
    tell_of_proposal(event, case, decision, actor=actor)


def _put_into_effect(
    case: Case, decision: Decision, lines: Sequence[ClaimLine], *, actor: "User", now: datetime
) -> None:
    rulings = decision.rulings.filter(stands=False)
    award = Award(
        upheld=decision.upheld_id,
        refused=dict(rulings.values_list("line_id", "reason")),
        letters=dict(decision.letters.values_list("partner_id", "words")),
        author=decision.proposed_by,
        judges={decision.proposed_by_id, actor.pk},
    )
    decision.effective_at = now
    decision.save(update_fields=["effective_at", "seconded_by"])
    CaseDraft.objects.filter(case=case).delete()
    record(take_effect(case, award, lines, now=now), actor_id=actor.pk, now=now)
