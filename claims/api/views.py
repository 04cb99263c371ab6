"""Endpoints of claims. Each loads through `visible_to`, checks shape only, and calls one verb."""

from random import SystemRandom

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.actions import (
    add_comment,
    copy_claim,
    create_draft,
    edit_claim,
    save_draft,
    submit_claim,
    withdraw_claim,
)
from claims.actions.edit import frozen_changes
from claims.api import schema
from claims.api.pagination import ClaimPages
from claims.api.representation import claim_json, comment_json, event_json
from claims.api.requests import (
    CURSOR,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    PAGE_SIZE,
    act_on_claim,
    answer_once,
    check_precondition,
    claim_answer,
    json_object,
    named_tags,
    said,
    user_of,
    version_to_hold,
    visible_claim,
)
from claims.errors import ClaimRefused, TransitionNotAllowed
from claims.intake import ClaimContent, fingerprint, given, read
from claims.models import Claim
from claims.permissions import company_to_claim_for, require
from claims.preflight import ask_directory, check
from claims.rules.findings import Finding
from claims.states import CLAIM_VERBS, ClaimState
from events.models import Event
from partners.idempotency import Answer


def read_draft(request: Request, onto: ClaimContent | None = None) -> ClaimContent:
    """The content that was sent.

    Raises:
        ClaimRefused: with each value that cannot be stored.
    """
    intake = read(json_object(request), onto=onto)
    if intake.malformed:
        raise ClaimRefused(intake.malformed)
    return intake.content


class Preflight(APIView):
    """Checks a claim without storing it."""

    @extend_schema(
        operation_id="preflight",
        parameters=[IDEMPOTENCY_KEY],
        request=schema.ClaimContent,
        responses={200: schema.Preflight, **schema.PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Every finding at once; any JSON object is answered 200."""
        partner_id = company_to_claim_for(user_of(request))
        intake = read(json_object(request))
        sheet = check(intake, user=user_of(request), partner_id=partner_id, now=timezone.now()).verdict.sheet
        found = {"ready": sheet.ready, "findings": [finding.as_json() for finding in sheet.findings]}
        return answer_once(request, lambda: Answer(200, found))


class ClaimList(APIView):
    """The caller's claims."""

    @extend_schema(
        operation_id="list_claims", parameters=[CURSOR, PAGE_SIZE], responses={200: schema.ClaimPage, **schema.PROBLEMS}
    )
    def get(self, request: Request) -> Response:
        """Claims the caller may see, newest first."""
        user = user_of(request)
        pages = ClaimPages()
        rows = Claim.objects.visible_to(user).select_related("partner").with_lines().with_consents()
        page = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([claim_json(claim, user) for claim in page])

    @extend_schema(
        operation_id="create_claim",
        parameters=[IDEMPOTENCY_KEY],
        request=schema.ClaimContent,
        responses={201: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Begins a draft."""
        content, user = read_draft(request), user_of(request)

        def act() -> Answer:
            claim = create_draft(content=content, actor=user, now=timezone.now(), random=SystemRandom())
            return claim_answer(claim, user, 201)

        return answer_once(request, act)


class ClaimDetail(APIView):
    """One claim."""

    @extend_schema(operation_id="read_claim", responses={200: schema.Claim, **schema.PROBLEMS})
    def get(self, request: Request, reference: str) -> Response:
        """The claim, with an ETag."""
        answer = claim_answer(visible_claim(request, reference), user_of(request))
        known = [tag.removeprefix("W/") for tag in named_tags(request.headers.get("If-None-Match"))]
        if answer.headers["ETag"] in known or "*" in known:
            return Response(status=304, headers=answer.headers)
        return Response(answer.body, headers=answer.headers)

    @extend_schema(
        operation_id="edit_claim",
        parameters=[IF_MATCH],
        request=schema.ClaimContent,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def patch(self, request: Request, reference: str) -> Response:
        """Changes a draft, or MPN ID, lines and contacts of a claim that was sent. Absent keys stay as they are."""
        claim, user, now = visible_claim(request, reference), user_of(request), timezone.now()
        check_precondition(request, claim)
        content = read_draft(request, onto=claim.content)
        if claim.state == ClaimState.EDITING:
            names = given(json_object(request))
            seen = fingerprint(claim.content, names)
            claim = save_draft(claim=claim, content=content, actor=user, now=now, names=names, seen=seen)
        elif changed := frozen_changes(claim, content):
            raise ClaimRefused([Finding("fixed_after_sending", name) for name in changed])
        else:
            claim = edit_claim(claim=claim, content=content, actor=user, now=now)
        answer = claim_answer(claim, user)
        return Response(answer.body, headers=answer.headers)


class ClaimSubmit(APIView):
    """Sending."""

    @extend_schema(
        operation_id="submit_claim",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=None,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Sends a draft; a refusal names every finding."""
        user, now = user_of(request), timezone.now()
        claim = visible_claim(request, reference)
        known = None
        if claim.state in CLAIM_VERBS["submit"][0]:
            known = ask_directory(claim.content, partner_id=claim.partner_id, now=now)

        def act() -> Answer:
            check_precondition(request, claim)
            if known is None:
                require(user, "submit", claim)
                raise TransitionNotAllowed("submit", claim.state)
            return claim_answer(submit_claim(claim=claim, actor=user, now=now, answer=known), user)

        return answer_once(request, act)


class ClaimWithdraw(APIView):
    """Withdrawing."""

    @extend_schema(
        operation_id="withdraw_claim",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=None,
        responses={200: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Takes back what is open of a claim that was sent; what was decided stays, and this cannot be undone."""
        return act_on_claim(request, reference, withdraw_claim)


class ClaimCopy(APIView):
    """Beginning again."""

    @extend_schema(
        operation_id="copy_claim",
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses={201: schema.Claim, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Begins a draft with the content of a claim of one's company, whatever state that is in."""
        claim, user = visible_claim(request, reference), user_of(request)

        def act() -> Answer:
            draft = copy_claim(claim=claim, actor=user, now=timezone.now(), random=SystemRandom())
            return claim_answer(draft, user, 201)

        return answer_once(request, act)


class ClaimEvents(APIView):
    """What happened on a claim."""

    @extend_schema(operation_id="list_events", responses={200: schema.Event(many=True), **schema.PROBLEMS})
    def get(self, request: Request, reference: str) -> Response:
        """The claim's history, oldest first. What no partner may know of stands elsewhere."""
        claim = visible_claim(request, reference)
        events = Event.objects.of(claim.subject).order_by("seq")
        return Response([event_json(event) for event in events])


class ClaimComments(APIView):
    """The thread between partner and operator."""

    @extend_schema(operation_id="list_comments", responses={200: schema.Comment(many=True), **schema.PROBLEMS})
    def get(self, request: Request, reference: str) -> Response:
        """Comments of the claim, oldest first."""
        claim = visible_claim(request, reference)
        comments = claim.comments.select_related("author").order_by("id")
        return Response([comment_json(comment) for comment in comments])

    @extend_schema(
        operation_id="add_comment",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=schema.NewComment,
        responses={201: schema.Comment, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Adds a comment, which the other side is told of."""
        claim, user = visible_claim(request, reference), user_of(request)
        body = said(request)

        def act() -> Answer:
            check_precondition(request, claim)
            version = version_to_hold(request, claim)
            comment = add_comment(claim=claim, body=body, actor=user, now=timezone.now(), version=version)
            return Answer(201, comment_json(comment))

        return answer_once(request, act)
