"""Endpoints of a claim's reviewer: what was found of each line, and the decision on it."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.actions import approve_line, check_line, reject_line
from claims.actions.checks import Checked
from claims.api import schema
from claims.api.representation import review_json
from claims.api.requests import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    act_on_claim,
    json_object,
    line_id_of,
    said,
    user_of,
    visible_claim,
)
from claims.errors import VerbRefused
from claims.intake import read_comment
from claims.models import Claim, LineReview
from claims.rules.findings import Finding
from partners.roles import standing_of

DECIDES = [IDEMPOTENCY_KEY, IF_MATCH]
FOUND: dict[Any, Any] = {200: schema.LineReview(many=True), **schema.PROBLEMS}


class ClaimChecks(APIView):
    """What the reviewer has found of each line. The operator's people alone read it."""

    @extend_schema(operation_id="list_checks", responses=FOUND)
    def get(self, request: Request, reference: str) -> Response:
        """What is kept of each line that was looked at."""
        claim = visible_claim(request, reference)
        if not standing_of(user_of(request)).is_operator:
            raise PermissionDenied
        return Response(reviews_json(claim))

    @extend_schema(operation_id="check_line", request=schema.Checks, responses=FOUND)
    def put(self, request: Request, reference: str) -> Response:
        """Keeps what was found of one line so far; nothing of it reaches the partner."""
        claim, sent = visible_claim(request, reference), json_object(request)
        words, faults = read_comment(sent["words"]) if sent.get("words") not in (None, "") else ("", ())
        if faults:
            raise VerbRefused([Finding(fault.code, "words", fault.values) for fault in faults])
        check_line(
            claim=claim,
            line_id=line_of(claim, sent),
            checks=read_checks(sent.get("checks")),
            reason=_reason(sent),
            words=words,
            actor=user_of(request),
            now=timezone.now(),
        )
        return Response(reviews_json(claim))


class ClaimApprove(APIView):
    """Approving one line."""

    @extend_schema(
        operation_id="approve_line",
        parameters=DECIDES,
        request=schema.Approval,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Approves a line of which each requirement was found to be met, with the page that shows it."""
        line_id = line_of(visible_claim(request, reference), json_object(request))
        return act_on_claim(request, reference, approve_line, line_id=line_id)


class ClaimReject(APIView):
    """Refusing one line."""

    @extend_schema(
        operation_id="reject_line",
        parameters=DECIDES,
        request=schema.Refusal,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Refuses a line of which a requirement was found not to be met; `body` is what the partner reads."""
        sent = json_object(request)
        line_id = line_of(visible_claim(request, reference), sent)
        return act_on_claim(request, reference, reject_line, line_id=line_id, body=said(request), reason=_reason(sent))


def reviews_json(claim: Claim) -> list[dict[str, Any]]:
    """What is kept of each line that was looked at."""
    places = {line.pk: place for place, line in enumerate(claim.lines.all())}
    rows = LineReview.objects.of(claim.lines.all()).select_related("by").order_by("line__position")
    found = rows.prefetch_related("verdicts__citations__evidence")
    return [review_json(row, places[row.line_id]) for row in found]


def line_of(claim: Claim, sent: dict[str, Any]) -> int:
    """The id of the line that is meant.

    Raises:
        VerbRefused: where the claim has none at that place.
    """
    line_id = line_id_of(claim, sent.get("line"))
    if not line_id:
        raise VerbRefused([Finding("invalid", "line")])
    return line_id


def read_checks(value: Any) -> list[Checked]:
    """The checks as they were sent; what is no text at all names nothing, and is refused with the rest.

    Raises:
        VerbRefused: where they are no list of objects, or one does not say whether it is met.
    """
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise VerbRefused([Finding("invalid", "checks")])
    faults = [
        Finding("invalid", f"checks.{index}.{name}")
        for index, item in enumerate(value)
        for name, sound in (("met", isinstance(item.get("met"), bool)), ("cites", _are_objects(item.get("cites", []))))
        if not sound
    ]
    if faults:
        raise VerbRefused(faults)
    return [
        Checked(
            requirement=str(item.get("requirement", "")),
            met=item["met"],
            cites=tuple((str(cite.get("evidence", "")), _text(cite.get("pages"))) for cite in item.get("cites", [])),
        )
        for item in value
    ]


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _reason(sent: dict[str, Any]) -> str:
    return _text(sent.get("reason"))
