"""Endpoints of reviewers on one claim."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.actions import release_claim, take_claim
from claims.api import schema
from claims.api.views import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    answer_once,
    check_precondition,
    claim_answer,
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
