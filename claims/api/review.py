"""Endpoints of reviewers on one claim, and of the partner who answers them."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.actions import (
    add_note,
    reassign_claim,
    record_review,
    release_claim,
    request_information,
    respond,
    take_claim,
)
from claims.api import schema
from claims.api.representation import note_json
from claims.api.requests import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    act_on_claim,
    answer_once,
    json_object,
    said,
    user_of,
    visible_claim,
)
from partners.idempotency import Answer
from partners.roles import standing_of

ANSWERS: dict[Any, Any] = {200: schema.Claim, **schema.PROBLEMS}
TAKES = [IDEMPOTENCY_KEY, IF_MATCH]


class ClaimTake(APIView):
    """Taking a claim for review."""

    @extend_schema(operation_id="take_claim", parameters=TAKES, request=None, responses=ANSWERS)
    def post(self, request: Request, reference: str) -> Response:
        """Takes the claim for two business days; who has it already begins them anew."""
        return act_on_claim(request, reference, take_claim)


class ClaimRelease(APIView):
    """Giving a claim back."""

    @extend_schema(operation_id="release_claim", parameters=TAKES, request=None, responses=ANSWERS)
    def post(self, request: Request, reference: str) -> Response:
        """Gives the claim back to the queue; a lead may do so for another reviewer."""
        return act_on_claim(request, reference, release_claim)


class ClaimReassign(APIView):
    """Giving a claim to another reviewer."""

    @extend_schema(operation_id="reassign_claim", parameters=TAKES, request=schema.NewReviewer, responses=ANSWERS)
    def post(self, request: Request, reference: str) -> Response:
        """A lead gives the claim to a reviewer, whoever has it."""
        to = json_object(request).get("reviewer")
        return act_on_claim(request, reference, reassign_claim, to=to if isinstance(to, str) else "")


class ClaimRecordReview(APIView):
    """Finishing a review that a case will decide."""

    @extend_schema(operation_id="record_review", parameters=TAKES, request=None, responses=ANSWERS)
    def post(self, request: Request, reference: str) -> Response:
        """Says that the proof of a contested claim is checked; it waits for its case then."""
        return act_on_claim(request, reference, record_review)


class ClaimNotes(APIView):
    """What the operator's people write for each other."""

    @extend_schema(operation_id="list_notes", responses={200: schema.Note(many=True), **schema.PROBLEMS})
    def get(self, request: Request, reference: str) -> Response:
        """Notes on the claim, oldest first; no partner reads them."""
        claim = visible_claim(request, reference)
        if not standing_of(user_of(request)).is_operator:
            raise PermissionDenied
        return Response([note_json(note) for note in claim.notes.select_related("author")])

    @extend_schema(
        operation_id="add_note",
        parameters=[IDEMPOTENCY_KEY],
        request=schema.NewComment,
        responses={201: schema.Note, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Adds a note."""
        claim, user, body = visible_claim(request, reference), user_of(request), said(request)

        def act() -> Answer:
            return Answer(201, note_json(add_note(claim=claim, body=body, actor=user, now=timezone.now())))

        return answer_once(request, act)


class ClaimRequestInformation(APIView):
    """Asking the partner."""

    @extend_schema(operation_id="request_information", parameters=TAKES, request=schema.NewComment, responses=ANSWERS)
    def post(self, request: Request, reference: str) -> Response:
        """Asks the partner, in a comment, for what the review needs; they have five business days."""
        return act_on_claim(request, reference, request_information, body=said(request))


class ClaimRespond(APIView):
    """Answering."""

    @extend_schema(operation_id="respond", parameters=TAKES, request=schema.NewComment, responses=ANSWERS)
    def post(self, request: Request, reference: str) -> Response:
        """Answers, in a comment, what the reviewer asked for; the review clock begins anew."""
        return act_on_claim(request, reference, respond, body=said(request))
