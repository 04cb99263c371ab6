"""Endpoints of what follows a decision, and of what a case asks."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.actions import answer_request, dispute_claim, revoke_line
from claims.api import schema
from claims.api.checks import line_of
from claims.api.representation import request_json
from claims.api.requests import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    act_on_claim,
    is_whole,
    json_object,
    line_id_of,
    said,
    visible_claim,
)
from claims.errors import VerbRefused
from claims.rules.findings import Finding

TAKES = [IDEMPOTENCY_KEY, IF_MATCH]


class ClaimDispute(APIView):
    """Disputing a decision."""

    @extend_schema(
        operation_id="dispute",
        parameters=TAKES,
        request=schema.NewDispute,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Has lines that were refused, or lost to another partner, judged anew by somebody else; `body` says why."""
        places = json_object(request).get("lines")
        if not isinstance(places, list) or not places:
            raise VerbRefused([Finding("required", "lines")])
        claim = visible_claim(request, reference)
        line_ids = {line_id_of(claim, place) for place in places}
        return act_on_claim(request, reference, dispute_claim, line_ids=line_ids, body=said(request))


class ClaimRevoke(APIView):
    """Taking back an approval."""

    @extend_schema(
        operation_id="revoke",
        parameters=TAKES,
        request=schema.Revocation,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """A lead proposes to take an approved line back, for what `body` says; another agrees, by `agree`.

        Whoever proposes while something waits is told its number and its words.
        """
        sent = json_object(request)
        line_id, agree = line_of(visible_claim(request, reference), sent), sent.get("agree")
        if agree is not None and not is_whole(agree):
            raise VerbRefused([Finding("invalid", "agree")])
        body = said(request) if agree is None else ""
        return act_on_claim(request, reference, revoke_line, line_id=line_id, body=body, agree=agree)


class ClaimRequests(APIView):
    """What the operator has asked."""

    @extend_schema(
        operation_id="list_requests", responses={200: schema.InformationRequest(many=True), **schema.PROBLEMS}
    )
    def get(self, request: Request, reference: str) -> Response:
        """What the operator has asked on the claim, oldest first. One that has an `id` is answered by that."""
        rows = visible_claim(request, reference).requests.select_related("comment").order_by("pk")
        return Response([request_json(row) for row in rows])


class ClaimAnswer(APIView):
    """Answering what a case asks."""

    @extend_schema(
        operation_id="answer_request",
        parameters=TAKES,
        request=schema.NewComment,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str, key: str) -> Response:
        """Answers in a comment. Proof is added to the claim first, by its own endpoint."""
        return act_on_claim(request, reference, answer_request, key=key, body=said(request))
