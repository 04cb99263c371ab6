"""A reviewer asks the partner for more, and the partner answers; each has a clock. Source: design, section 7."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.clocks import CLOCK, start_clock
from claims.actions.comments import attach
from claims.actions.notices import tell_of_answer, tell_of_request
from claims.actions.review import lease
from claims.actions.state import change_state, lock_claim
from claims.calendars import operator_calendar
from claims.models import Claim, Comment, InformationRequest, Policy
from claims.permissions import require
from claims.states import ClaimState
from claims.storage import Kept
from events.log import Draft, record
from partners.people import people_of

if TYPE_CHECKING:
    from partners.models import User


def request_information(
    *, claim: Claim, body: str, actor: "User", now: datetime, version: int | None = None
) -> InformationRequest:
    """Asks the partner, in a comment, for what the review needs. It is their turn then, for five business days.

    The claim stays its reviewer's; the review begins anew with the answer. `version` is the one the actor has seen.

    Raises:
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then.
    """
    with transaction.atomic():
        lock_claim(claim, "request_information", version=version)
        require(actor, "request_information", claim)
        comment = Comment.objects.create(claim=claim, author=actor, by_operator=True, body=body, at=now)
        claim.returns_to, claim.lease_until = claim.state, None
        days = (claim.policy or Policy()).answer_business_days
        due = start_clock(claim, days, operator_calendar(now), now=now)
        fields = change_state(claim, "request_information", now=now)
        claim.save(update_fields=["returns_to", "lease_until", *CLOCK, *fields])
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
    """Answers what the reviewer asked, in a comment, and gives the turn back: the review clock begins anew.

    The same reviewer goes on, or the claim waits for another where they may not judge it any more. What is attached
    becomes proof. `version` is the one the actor has seen.

    Raises:
        FileRefused: where the claim has no room for what is attached; its finding names the file.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    with transaction.atomic():
        require(actor, "respond", claim)
        lock_claim(claim, "respond", version=version)
        comment = Comment.objects.create(claim=claim, author=actor, body=body, at=now)
        people = people_of(claim.partner_id)
        stays = claim.reviewer_id in people.reviewers
        to = ClaimState(claim.returns_to) if stays else ClaimState.SUBMITTED
        claim.returns_to = ""
        if stays:
            claim.lease_until = lease(claim, now)
        else:
            claim.reviewer = claim.lease_until = None
        days = (claim.policy or Policy()).review_business_days
        start_clock(claim, days, operator_calendar(now), now=now)
        fields = change_state(claim, "respond", now=now, to=to)
        claim.save(update_fields=["returns_to", "reviewer", "lease_until", *CLOCK, *fields])
        InformationRequest.objects.filter(claim=claim, answered_at=None).update(answered_at=now)
        told = {"comment": comment.pk, "state": str(claim.state)}
        event, *_ = record([Draft(claim.subject, "claim.responded", told)], actor_id=actor.pk, now=now)
        attach(claim, files, comment, actor=actor, now=now)
        tell_of_answer(event, claim, comment, people, actor=actor)
    return comment
