"""Endpoints of the queue."""

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from arbitration.actions import take_next
from arbitration.queue import SHOWN, queue, read_filters
from claims.api import schema
from claims.api.pagination import QueuePages
from claims.api.representation import claim_json
from claims.api.requests import CURSOR, IDEMPOTENCY_KEY, PAGE_SIZE, answer_once, claim_answer, user_of
from claims.search import LONGEST_TERM, WORKS
from partners.idempotency import Answer
from partners.roles import standing_of

SHOW = OpenApiParameter("show", str, enum=SHOWN, description="Which open claims; all where none is given.")
WORK = OpenApiParameter("work", str, enum=WORKS, description="A solution area, or one of its activities.")
PARTNER = OpenApiParameter("partner", int, description="A company's key, as the queue's page links it.")
WORDS = OpenApiParameter(
    "q", str, description=f"Reference, partner, customer, start of an ID; {LONGEST_TERM} characters are read."
)


class Queue(APIView):
    """The open claims."""

    @extend_schema(
        operation_id="list_queue",
        parameters=[SHOW, WORK, PARTNER, WORDS, CURSOR, PAGE_SIZE],
        responses={200: schema.ClaimPage, **schema.PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """Open claims that the operator's people may see, most urgent first. A filter with no such value is ignored.

        Raises:
            PermissionDenied: for a partner's people.
        """
        user, pages = user_of(request), QueuePages()
        if not standing_of(user).is_operator:
            raise PermissionDenied
        waiting = queue(user, read_filters(request.query_params), timezone.now())
        claims = waiting.select_related("partner").with_lines().with_consents()
        page = pages.paginate_queryset(claims, request, view=self) or []
        return pages.get_paginated_response([claim_json(claim, user) for claim in page])


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
