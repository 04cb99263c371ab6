"""A case hears its parties: each is asked in its own claim, with a clock of its own. Source: design, section 8."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from claims.actions.case_notices import tell_of_case_answer, tell_of_case_request, tell_of_due_request, tell_of_hearing
from claims.actions.clocks import reminder
from claims.actions.comments import attach
from claims.actions.contest import fall_back, lock_cases, move, settle_asked_until
from claims.actions.naming import refuse_names
from claims.actions.state import change_state, lock_claim, lock_for
from claims.business_days import Calendar, deadline
from claims.errors import AnswerLapsed, TransitionNotAllowed
from claims.models import Association, Case, Claim, Comment, Evidence, InformationRequest, Unit
from claims.models.comment import new_key
from claims.permissions import require
from claims.states import LIVE_LINES, CaseState, ClaimState, LineState, Scan
from claims.storage import Kept
from events.inbox import mark_done
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User

PRESENT_PARTNER_HEARD = "present_partner_heard"


def claims_of_party(case: Case, partner_id: int) -> list[Claim]:
    """A party's claims with something live on the case's unit, with their lines; the one that is spoken on first."""
    live = Claim.objects.filter(partner=partner_id, lines__unit=case.unit_id, lines__state__in=LIVE_LINES).distinct()
    claims = list(live.with_lines().select_related("partner", "policy", "reviewer").order_by("-pk"))
    waits = {
        claim.pk
        for claim in claims
        for line in claim.lines.all()
        if line.unit_id == case.unit_id and line.state == LineState.OPEN
    }
    return sorted(claims, key=lambda claim: claim.pk not in waits)


def ask_for_case(
    case: Case, claims: Sequence[Claim], body: str, calendar: Calendar, *, actor: "User", now: datetime
) -> list[InformationRequest]:
    """Asks the partners of these claims, in a comment on each, for what a locked case needs; no claim's state changes.

    Who filed against the present partner reads that it is being heard, where it is among the asked. The claims are in
    the order of their ids.

    Raises:
        VerbRefused: `names_other_party`, where the text tells one of them who another is.
        TransitionNotAllowed: where nothing of a claim is live any more.
    """
    due = deadline(now, case.policy.answer_business_days, calendar)
    remind_at = reminder(due, calendar)
    asked = []
    for claim in claims:
        lock_claim(claim, "ask_for_case")
        refuse_names(claim, body)
        comment = Comment.objects.create(claim=claim, author=actor, by_operator=True, body=body, at=now)
        request = InformationRequest.objects.create(
            key=new_key(),
            case=case,
            claim=claim,
            comment=comment,
            due_at=due.due_at,
            remind_at=remind_at,
            sweep_at=remind_at,
        )
        claim.asked_until = min(claim.asked_until or due.due_at, due.due_at)
        claim.save(update_fields=["asked_until", *change_state(claim, "ask_for_case", now=now)])
        told = {"comment": comment.pk, "due_at": due.due_at.isoformat()}
        event, *_ = record([Draft(claim.subject, "claim.proof_asked", told)], actor_id=actor.pk, now=now)
        tell_of_case_request(event, claim, request, actor=actor)
        asked.append(request)
    move(case)
    return asked


def say_that_holder_is_heard(case: Case, asked: Collection[int], *, now: datetime) -> None:
    """Tells who filed against the present partner that it is being heard, once each; `asked` are partners' keys.

    The claims of all parties are locked.
    """
    holder = Association.objects.filter(unit=case.unit_id, until=None).values_list("partner_id", flat=True).first()
    if holder is None or holder not in asked:
        return
    parties = case.parties.exclude(partner=holder).order_by("partner_id").values_list("partner_id", flat=True)
    for partner_id in parties:
        claim = next(iter(claims_of_party(case, partner_id)), None)
        if claim is None or claim.comments.filter(notice=PRESENT_PARTNER_HEARD).exists():
            continue
        days = case.policy.answer_business_days
        Comment.objects.create(claim=claim, notice=PRESENT_PARTNER_HEARD, days=days, at=now, by_operator=True)
        event, *_ = record([Draft(claim.subject, "claim.others_heard")], actor_id=None, now=now)
        tell_of_hearing(event, claim, days)


def answer_request(
    *,
    claim: Claim,
    key: str,
    body: str,
    actor: "User",
    now: datetime,
    files: Sequence[Kept] = (),
    version: int | None = None,
) -> Comment:
    """Answers in time what a case asked of the claim, in a comment; what is attached becomes proof.

    Proof that came since it was asked, and was not refused, reopens a decision that was only proposed. Where the
    case is over meanwhile, the answer is kept and nothing follows from it. `version` is the one the actor has seen.

    Raises:
        Http404: where the claim was asked nothing under this key.
        AnswerLapsed: where the time to answer is over, whether the sweep has come by or not.
        TransitionNotAllowed: where it was answered already.
        FileRefused, PermissionDenied, VersionConflict: nothing is changed then either.
    """
    asked = InformationRequest.objects.select_related("case__unit").filter(claim=claim, case__isnull=False)
    request = _one(asked, key)
    with transaction.atomic():
        require(actor, "answer_request", claim)
        case = _lock_case(request)
        lock_for(actor, claim, "answer_request", version=version)
        request = InformationRequest.objects.get(pk=request.pk)
        if request.lapsed_at is not None or (request.answered_at is None and now >= request.due_at):
            raise AnswerLapsed("answer_request", claim.state)
        if request.answered_at is not None or request.closed_at is not None:
            raise TransitionNotAllowed("answer_request", claim.state)
        comment = Comment.objects.create(claim=claim, author=actor, body=body, at=now)
        request.answered_at, request.answer, request.sweep_at, request.remind_at = now, comment, None, None
        request.save(update_fields=["answered_at", "answer", "sweep_at", "remind_at"])
        claim.save(update_fields=change_state(claim, "answer_request", now=now))
        claim.asked_until = settle_asked_until(claim.pk)
        newer = Evidence.objects.filter(claim=claim, added_at__gte=request.comment.at).exclude(scan=Scan.REFUSED)
        proof = bool(files) or newer.exists()
        drafts = _heard(case, "case.answered", claim.pk, proof=proof, now=now)
        if claim.asked_until is None:
            reminders = () if claim.state == ClaimState.ACTION_REQUIRED else ("answer_due",)
            mark_done(claim.subject, "proof_asked", *reminders, now=now)
        told = {"comment": comment.pk}
        event, *_ = record([Draft(claim.subject, "claim.proof_answered", told), *drafts], actor_id=actor.pk, now=now)
        attach(claim, files, comment, actor=actor, now=now)
        tell_of_case_answer(event, claim, request, comment, actor=actor)
    return comment


def lapse_request(*, request_id: int, now: datetime) -> bool:
    """Ends a case's wait for an answer that did not come: it is decided on the file. False where there is time yet."""
    request = InformationRequest.objects.select_related("case__unit", "claim").get(pk=request_id)
    with transaction.atomic():
        case = _lock_case(request)
        Claim.objects.select_for_update(no_key=True).only("pk").get(pk=request.claim_id)
        lapsed = InformationRequest.objects.waiting().filter(pk=request_id, due_at__lte=now)
        if not lapsed.update(lapsed_at=now, sweep_at=None, remind_at=None):
            return False
        settle_asked_until(request.claim_id)
        drafts = _heard(case, "case.answer_lapsed", request.claim_id, proof=False, now=now)
        told = [Draft(request.claim.subject, "claim.proof_answer_lapsed"), *drafts]
        record(told, actor_id=None, now=now)
    return True


def remind_of_request(*, request_id: int, now: datetime) -> bool:
    """Reminds who is asked for a case, once, as the last business day begins; False where it is not the time."""
    request = InformationRequest.objects.select_related("claim").get(pk=request_id)
    with transaction.atomic():
        waiting = InformationRequest.objects.waiting().filter(pk=request_id, remind_at__lte=now, due_at__gt=now)
        if not waiting.update(remind_at=None, sweep_at=request.due_at):
            return False
        event, *_ = record([Draft(request.claim.subject, "claim.proof_reminded")], actor_id=None, now=now)
        tell_of_due_request(event, request.claim, request)
    return True


def _one(asked: QuerySet[InformationRequest], key: str) -> InformationRequest:
    request = asked.filter(key=key).first() if key.isalnum() else None
    if request is None:
        raise Http404
    return request


def _lock_case(request: InformationRequest) -> Case | None:
    """The case that asked, where it still stands; its unit is locked, and it."""
    asked_for = request.case
    unit = Unit.objects.select_for_update(no_key=True).get(pk=asked_for.unit_id) if asked_for else None
    standing = lock_cases([unit]) if unit else {}
    return next((case for case in standing.values() if case.pk == request.case_id), None)


def _heard(case: Case | None, kind: str, claim_id: int, *, proof: bool, now: datetime) -> list[Draft]:
    """What an answer, or none, does to the case that asked, where it still stands."""
    if case is None:
        return []
    move(case)
    again = fall_back(case, now=now) if proof and case.state == CaseState.PROPOSED else []
    return [Draft(case.subject, kind, {"claim": claim_id}), *again]
