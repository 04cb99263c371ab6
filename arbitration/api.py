"""Endpoints of the queue."""

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from arbitration.actions import take_next
from claims.api import schema
from claims.api.requests import IDEMPOTENCY_KEY, answer_once, claim_answer, user_of
from partners.idempotency import Answer


class QueueNext(APIView):
    """The most urgent claim."""

    @extend_schema(
        operation_id="take_next_claim",
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses={200: schema.Claim, 204: None, **schema.PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Takes the most urgent claim that is free and that you may judge; 204 where none waits."""
        user = user_of(request)

        def act() -> Answer:
            claim = take_next(actor=user, now=timezone.now())
            return claim_answer(claim, user) if claim else Answer(204, None)

        return answer_once(request, act)
