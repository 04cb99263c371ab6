"""A reviewer asks the partner for more, and the partner answers; each has a clock. Source: design, section 7."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet

from claims.actions.clocks import CLOCK, dispute_end, due_of, start_clock
from claims.actions.comments import attach
from claims.actions.consent import ask_customer
from claims.actions.contest import lock_cases
from claims.actions.naming import refuse_names
from claims.actions.notices import tell_of_answer, tell_of_lapsed_answer, tell_of_request
from claims.actions.review import LEASE, begin_lease
from claims.actions.state import change_lines, change_state, lock_claim, lock_for
from claims.calendars import operator_calendar
from claims.errors import AnswerLapsed, TransitionNotAllowed, VersionConflict
from claims.models import Claim, ClaimLine, Comment, InformationRequest, LineReview, Policy, Unit
from claims.permissions import require
from claims.requirements import Reason
from claims.states import ClaimState, LineState, outcome
from claims.storage import Kept
from events.inbox import mark_done
from events.log import Draft, record
from partners.people import People, people_of

if TYPE_CHECKING:
    from partners.models import User


def request_information(
    *, claim: Claim, body: str, actor: "User", now: datetime, version: int | None = None
) -> InformationRequest:
    """Asks the partner, in a comment, for what the review needs. It is their turn then, for five business days.

    The claim stays its reviewer's; the review begins anew with the answer. `version` is the one the actor has seen.

    Raises:
        VerbRefused: `names_other_party`, where the words tell the partner who another is.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    with transaction.atomic():
        lock_for(actor, claim, "request_information", version=version)
        refuse_names(claim, body)
        comment = Comment.objects.create(claim=claim, author=actor, by_operator=True, body=body, at=now)
        claim.returns_to, claim.lease_until = claim.state, None
        days = (claim.policy or Policy()).answer_business_days
        due = start_clock(claim, days, operator_calendar(now), now=now)
        fields = change_state(claim, "request_information", now=now)
        claim.save(update_fields=["returns_to", "lease_until", *CLOCK, *fields])
        LineReview.objects.filter(line__claim=claim).update(words="")  # they are said now
        asked = InformationRequest.objects.create(claim=claim, comment=comment, due_at=due.due_at)
        told = {"comment": comment.pk, "due_at": asked.due_at.isoformat()}
        event, *_ = record([Draft(claim.subject, "claim.information_requested", told)], actor_id=actor.pk, now=now)
        tell_of_request(event, claim, comment, actor=actor)
    return asked


def respond(
    *,
    claim: Claim,
    body: str,
    actor: "User",
    now: datetime,
    files: Sequence[Kept] = (),
    version: int | None = None,
) -> Comment:
    """Answers in time what the reviewer asked, in a comment, and gives the turn back: the review clock begins anew.

    The same reviewer goes on, or the claim waits for another where they may not judge it any more. What is attached
    becomes proof. `version` is the one the actor has seen.

    Raises:
        FileRefused: where the claim has no room for what is attached; its finding names the file.
        AnswerLapsed: where the time to answer is over, whether the sweep has come by or not.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    with transaction.atomic():
        require(actor, "respond", claim)
        _lock_for_answer(claim, version=version, now=now)
        comment = Comment.objects.create(claim=claim, author=actor, body=body, at=now)
        people = people_of(claim.partner_id)
        claim.save(update_fields=_back_to_review(claim, "respond", people, now=now))
        _open_request(claim).update(answered_at=now)
        told = {"comment": comment.pk, "state": str(claim.state), **due_of(claim)}
        event, *_ = record([Draft(claim.subject, "claim.responded", told)], actor_id=actor.pk, now=now)
        attach(claim, files, comment, actor=actor, now=now)
        _nothing_waits(claim, now=now)
        tell_of_answer(event, claim, comment, people, actor=actor)
    return comment


def lapse_answer(*, claim_id: int, now: datetime) -> bool:
    """Ends the wait for an answer that did not come; False where one came, or there is time yet.

    Open lines are refused, `no_partner_response`. Contested ones stay for their case: the review of such a claim goes
    on, with a clock of its own.
    """
    with transaction.atomic():
        claim = Claim.objects.with_lines().select_related("partner", "policy").get(pk=claim_id)
        waiting = [line for line in claim.lines.all() if line.state == LineState.OPEN]
        units = Unit.objects.filter(pk__in=[line.unit_id for line in waiting]).order_by("pk")
        contested = lock_cases(list(units.select_for_update(no_key=True)))
        try:
            lock_claim(claim, "lapse", version=claim.version)
        except (TransitionNotAllowed, VersionConflict):
            return False
        if claim.due_at is None or now < claim.due_at:
            return False
        refused = [line for line in waiting if line.unit_id not in contested]
        change_lines(refused, "lapse")
        ids = [line.pk for line in refused]
        lapsed = {"state": LineState.REJECTED, "reason": Reason.NO_PARTNER_RESPONSE, "decided_at": now}
        lapsed["dispute_until"] = dispute_end(claim.policy, now)
        ClaimLine.objects.filter(pk__in=ids).update(**lapsed)
        people = people_of(claim.partner_id)
        if len(refused) < len(waiting):
            fields = _back_to_review(claim, "lapse", people, now=now)
        else:
            to = outcome({line.state for line in claim.lines.all()})
            claim.returns_to = ""
            fields = ["returns_to", *change_state(claim, "lapse", now=now, to=to)]
        claim.save(update_fields=fields)
        _open_request(claim).update(lapsed_at=now)
        told = {"refused": len(refused), "lines": ids, "state": str(claim.state), **due_of(claim)}
        event, *_ = record([Draft(claim.subject, "claim.answer_lapsed", told)], actor_id=None, now=now)
        _nothing_waits(claim, now=now)
        tell_of_lapsed_answer(event, claim, people, refused=len(refused))
        ask_customer(claim, now=now)
    return True


def _nothing_waits(claim: Claim, *, now: datetime) -> None:
    """What the reviewer asked is new to nobody any more; a reminder is, unless a case waits for another answer."""
    reminders = () if claim.asked_until else ("answer_due",)
    mark_done(claim.subject, "information_requested", *reminders, now=now)


def settle(claim: Claim, verb: str, *, now: datetime) -> list[str]:
    """Moves a locked claim to what its saved lines say, and returns the fields to save.

    Once nothing of it is open, no lease runs and no request waits for an answer any more.
    """
    to = outcome(set(claim.lines.order_by().values_list("state", flat=True)))
    if verb == "decline" and to == ClaimState.ENDED:  # the customer's no is a refusal
        to = ClaimState.REJECTED
    more = []
    if to is not None:
        claim.lease_until = None
        more = ["lease_until", *(close_request(claim, now=now) if claim.returns_to else [])]
    return [*more, *change_state(claim, verb, now=now, to=to)]


def close_request(claim: Claim, *, now: datetime) -> list[str]:
    """Closes the request that waits for an answer, if one does, of a claim that is over; returns the fields to save."""
    _open_request(claim).update(closed_at=now)
    claim.returns_to = ""
    return ["returns_to"]


def _open_request(claim: Claim) -> QuerySet[InformationRequest]:
    return InformationRequest.objects.waiting().filter(claim=claim, case=None)


def _lock_for_answer(claim: Claim, *, version: int | None, now: datetime) -> None:
    """Locks the claim where there is time to answer.

    Raises:
        AnswerLapsed: where there is none any more.
    """
    try:
        lock_claim(claim, "respond", version=version)
    except TransitionNotAllowed as late:
        last = InformationRequest.objects.filter(claim=claim, case=None).order_by("-pk").first()
        if last is not None and last.lapsed_at is not None:
            raise AnswerLapsed("respond", late.state) from late
        raise
    if claim.due_at is not None and now >= claim.due_at:
        raise AnswerLapsed("respond", claim.state)


def _back_to_review(claim: Claim, verb: str, people: People, *, now: datetime) -> list[str]:
    """Gives the turn back, with a fresh review clock, to the claim's reviewer or, without one, to the queue.

    Returns the fields to save.
    """
    stays = claim.reviewer_id in people.reviewers
    to = ClaimState(claim.returns_to) if stays else ClaimState.SUBMITTED
    claim.returns_to = ""
    if stays:
        begin_lease(claim, now)
    else:
        claim.reviewer = claim.lease_until = None
    policy = claim.policy or Policy()
    disputed = any(line.disputed for line in claim.lines.all())
    days = policy.dispute_business_days if disputed else policy.review_business_days
    start_clock(claim, days, operator_calendar(now), now=now)
    return ["returns_to", "reviewer", *LEASE, *CLOCK, *change_state(claim, verb, now=now, to=to)]
