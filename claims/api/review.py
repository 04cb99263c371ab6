"""Endpoints of reviewers on one claim, and of the partner who answers them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.actions import release_claim, request_information, respond, take_claim
from claims.api import schema
from claims.api.requests import IDEMPOTENCY_KEY, IF_MATCH, act_on_claim, said

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
