"""Endpoints of reviewers on one claim."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.actions import release_claim, request_information, respond, take_claim
from claims.api import schema
from claims.api.requests import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    answer_once,
    check_precondition,
    claim_answer,
    said,
    user_of,
    version_to_hold,
    visible_claim,
)
from partners.idempotency import Answer


class ClaimTake(APIView):
    """Taking a claim for review."""

    @extend_schema(
        operation_id="take_claim",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=None,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Takes the claim for two business days; who has it already begins them anew."""
        claim, user, now = visible_claim(request, reference), user_of(request), timezone.now()

        def act() -> Answer:
            check_precondition(request, claim)
            version = version_to_hold(request, claim)
            return claim_answer(take_claim(claim=claim, actor=user, now=now, version=version), user)

        return answer_once(request, act)


class ClaimRelease(APIView):
    """Giving a claim back."""

    @extend_schema(
        operation_id="release_claim",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=None,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Gives the claim back to the queue; a lead may do so for another reviewer."""
        claim, user, now = visible_claim(request, reference), user_of(request), timezone.now()

        def act() -> Answer:
            check_precondition(request, claim)
            version = version_to_hold(request, claim)
            return claim_answer(release_claim(claim=claim, actor=user, now=now, version=version), user)

        return answer_once(request, act)


class ClaimRequestInformation(APIView):
    """Asking the partner."""

    @extend_schema(
        operation_id="request_information",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=schema.NewComment,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Asks the partner, in a comment, for what the review needs; they have five business days."""
        claim, user, now = visible_claim(request, reference), user_of(request), timezone.now()
        body = said(request)

        def act() -> Answer:
            check_precondition(request, claim)
            version = version_to_hold(request, claim)
            request_information(claim=claim, body=body, actor=user, now=now, version=version)
            return claim_answer(claim, user)

        return answer_once(request, act)


class ClaimRespond(APIView):
    """Answering."""

    @extend_schema(
        operation_id="respond",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=schema.NewComment,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Answers, in a comment, what the reviewer asked for; the review clock begins anew."""
        claim, user, now = visible_claim(request, reference), user_of(request), timezone.now()
        body = said(request)

        def act() -> Answer:
            check_precondition(request, claim)
            respond(claim=claim, body=body, actor=user, now=now, version=version_to_hold(request, claim))
            return claim_answer(claim, user)

        return answer_once(request, act)
