"""Endpoints of cases, for the operator's people alone."""

from collections.abc import Callable
from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from arbitration.actions import ask_parties, decide, second, send_back
from arbitration.api import schema
from arbitration.api.representation import case_json
from arbitration.drafting import read_content
from arbitration.permissions import cases_visible_to
from claims.api.requests import IDEMPOTENCY_KEY, answer_once, is_whole, json_object, said, user_of
from claims.api.schema import PROBLEMS
from claims.errors import VerbRefused
from claims.models import Case
from claims.rules.findings import Finding
from partners.idempotency import Answer

ANSWERS: dict[Any, Any] = {200: schema.Case, **PROBLEMS}


def visible_case(request: Request, pk: int) -> Case:
    """The case, where the caller may see it; the same 404 for others' and for nothing."""
    case = cases_visible_to(user_of(request)).filter(pk=pk).first() if pk < 2**63 else None
    if case is None:
        raise Http404
    return case


class CaseDetail(APIView):
    """One case."""

    @extend_schema(operation_id="read_case", responses=ANSWERS)
    def get(self, request: Request, pk: int) -> Response:
        """The parties with their lines, what was asked of them, and what is proposed or decided."""
        case = visible_case(request, pk)
        return Response(case_json(case, user_of(request)))


class CaseRequestInformation(APIView):
    """Asking parties."""

    @extend_schema(
        operation_id="ask_parties", parameters=[IDEMPOTENCY_KEY], request=schema.CaseQuestion, responses=ANSWERS
    )
    def post(self, request: Request, pk: int) -> Response:
        """Asks the parties named, each in its own claim; they have five business days."""
        parties = _parties(json_object(request))
        return act_on_case(request, pk, ask_parties, partner_ids=parties, body=said(request))


class CaseDecide(APIView):
    """Deciding."""

    @extend_schema(
        operation_id="decide_case", parameters=[IDEMPOTENCY_KEY], request=schema.NewDecision, responses=ANSWERS
    )
    def post(self, request: Request, pk: int) -> Response:
        """Upholds one party and refuses the others; what displaces a partner is proposed to a second reviewer."""
        return act_on_case(request, pk, decide, content=read_content(json_object(request)))


class CaseSecond(APIView):
    """Agreeing."""

    @extend_schema(
        operation_id="second_case", parameters=[IDEMPOTENCY_KEY], request=schema.CaseVersion, responses=ANSWERS
    )
    def post(self, request: Request, pk: int) -> Response:
        """Agrees to what another reviewer has proposed, and puts it into effect."""
        return act_on_case(request, pk, second)


class CaseReturn(APIView):
    """Returning."""

    @extend_schema(
        operation_id="return_case", parameters=[IDEMPOTENCY_KEY], request=schema.CaseReturn, responses=ANSWERS
    )
    def post(self, request: Request, pk: int) -> Response:
        """Returns what is proposed, for the reason in `body`; the case is open again."""
        return act_on_case(request, pk, send_back, words=said(request))


def act_on_case(request: Request, pk: int, verb: Callable[..., object], **given: Any) -> Response:
    """The case after `verb`, which is called once for each Idempotency-Key.

    `version` in the body, where it is given, is the one the caller has seen, and must stand.

    Raises:
        VerbRefused: where it is no number: whoever says what they have seen is not to be left without that.
    """
    case, user, now = visible_case(request, pk), user_of(request), timezone.now()
    sent = json_object(request)
    if "version" in sent and not is_whole(sent["version"]):
        raise VerbRefused([Finding("invalid", "version")])
    seen = sent.get("version")

    def act() -> Answer:
        verb(case=case, actor=user, now=now, version=seen, **given)
        return Answer(200, case_json(visible_case(request, pk), user))

    return answer_once(request, act)


def _parties(sent: dict[str, Any]) -> set[int]:
    """The keys of partners that were sent; none where nothing was.

    Raises:
        VerbRefused: where `parties` is no list, or holds what is no key.
    """
    parties = sent.get("parties", [])
    if not isinstance(parties, list) or not all(map(is_whole, parties)):
        raise VerbRefused([Finding("invalid", "parties")])
    return set(parties)
