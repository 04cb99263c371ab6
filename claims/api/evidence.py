"""Endpoints of proof: documents and what they are marked for."""

from random import SystemRandom
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from claims.actions import add_evidence, read_evidence, remove_evidence, replace_marks
from claims.actions.coverage import Mark
from claims.actions.evidence import admitted
from claims.api import schema
from claims.api.representation import evidence_json, mark_json
from claims.api.requests import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    answer_once,
    check_precondition,
    json_object,
    line_id_of,
    user_of,
    version_to_hold,
    visible_claim,
)
from claims.downloads import as_download
from claims.errors import FileRefused, TransitionNotAllowed
from claims.models import Claim, Coverage, Evidence
from claims.permissions import require
from claims.rules.findings import Finding
from claims.states import CLAIM_VERBS, Way
from claims.storage import spool_folder
from claims.uploads import Upload, received
from partners.idempotency import Answer


def document_of(claim: Claim, key: str) -> Evidence:
    """The claim's document.

    Raises:
        Http404: where it has none by this id.
    """
    evidence = claim.evidence.select_related("added_by").filter(key=key).first()
    if evidence is None:
        raise Http404
    return evidence


def the_upload(request: HttpRequest, uploads: list[Upload]) -> Upload:
    """The one file of the request.

    Raises:
        FileRefused: for none, or several.
    """
    request.POST  # noqa: B018 - reads the body
    if len(uploads) != 1:
        raise FileRefused([Finding("invalid" if uploads else "required", "file")])
    return uploads[0]


class ClaimEvidence(APIView):
    """The documents of a claim."""

    @extend_schema(operation_id="list_evidence", responses={200: schema.Evidence(many=True), **schema.PROBLEMS})
    def get(self, request: Request, reference: str) -> Response:
        """Documents in the order in which they were added."""
        claim = visible_claim(request, reference)
        return Response([evidence_json(row) for row in claim.evidence.select_related("added_by").order_by("position")])

    @extend_schema(
        operation_id="add_evidence",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request={"multipart/form-data": schema.NewEvidence},
        responses={201: schema.Evidence, **schema.PROBLEMS},
    )
    def post(self, request: Request, reference: str) -> Response:
        """Adds one document, the part named `file`; it counts once its inspection finds it clean."""
        claim, user, now = visible_claim(request, reference), user_of(request), timezone.now()
        require(user, "add_evidence", claim)
        # A retry may find the claim in another state, and is answered as the first time.
        if claim.state not in CLAIM_VERBS["add_evidence"][0] and "Idempotency-Key" not in request.headers:
            raise TransitionNotAllowed("add_evidence", claim.state)
        bare = request._request
        if bare.content_type != "multipart/form-data":
            raise UnsupportedMediaType(str(request.content_type))
        with received(bare, spool_folder()) as spool:
            upload = the_upload(bare, spool.uploads)
            with admitted(upload, claim=claim, random=SystemRandom()) as file:

                def act() -> Answer:
                    check_precondition(request, claim)
                    version = version_to_hold(request, claim)
                    evidence = add_evidence(claim=claim, file=file, actor=user, now=now, version=version)
                    return Answer(201, evidence_json(evidence))

                return answer_once(request, act, body=f"{upload.name}\n{upload.sha256}".encode())


class EvidenceDetail(APIView):
    """One document."""

    @extend_schema(operation_id="read_evidence", responses={200: schema.Evidence, **schema.PROBLEMS})
    def get(self, request: Request, reference: str, key: str) -> Response:
        """What is known of the document, its inspection too."""
        return Response(evidence_json(document_of(visible_claim(request, reference), key)))

    @extend_schema(operation_id="remove_evidence", parameters=[IF_MATCH], responses={204: None, **schema.PROBLEMS})
    def delete(self, request: Request, reference: str, key: str) -> Response:
        """Takes a document off a draft."""
        claim = visible_claim(request, reference)
        document_of(claim, key)
        check_precondition(request, claim)
        version = version_to_hold(request, claim)
        remove_evidence(claim=claim, key=key, actor=user_of(request), now=timezone.now(), version=version)
        return Response(status=204)


class EvidenceContent(APIView):
    """The document itself. Only a reader who gets it has read it, so that HEAD is not answered."""

    http_method_names = ("get", "options")

    @extend_schema(
        operation_id="download_evidence",
        responses={(200, "application/octet-stream"): OpenApiResponse(description="The file."), **schema.PROBLEMS},
    )
    def get(self, request: Request, reference: str, key: str) -> FileResponse:
        """The bytes, once the inspection has found them clean; that you have read them is recorded."""
        evidence = document_of(visible_claim(request, reference), key)
        file = read_evidence(evidence=evidence, way=Way.PROGRAM, actor=user_of(request), now=timezone.now())
        return as_download(file, name=evidence.name, media_type=evidence.media_type)


class ClaimCoverage(APIView):
    """What the documents are marked for."""

    @extend_schema(operation_id="list_coverage", responses={200: schema.Mark(many=True), **schema.PROBLEMS})
    def get(self, request: Request, reference: str) -> Response:
        """Every mark; `line` counts the claim's lines from 0."""
        return Response(marks_json(visible_claim(request, reference)))

    @extend_schema(
        operation_id="replace_coverage",
        parameters=[IF_MATCH],
        request=schema.Marks,
        responses={200: schema.Mark(many=True), **schema.PROBLEMS},
    )
    def put(self, request: Request, reference: str) -> Response:
        """Makes these all the marks, in one act. After sending, none that stands may be missing."""
        claim, user = visible_claim(request, reference), user_of(request)
        marks = read_marks(claim, json_object(request).get("marks"))
        check_precondition(request, claim)
        replace_marks(claim=claim, marks=marks, actor=user, now=timezone.now(), version=version_to_hold(request, claim))
        return Response(marks_json(claim))


def marks_json(claim: Claim) -> list[dict[str, Any]]:
    """Every mark of the claim."""
    places = {line.pk: place for place, line in enumerate(claim.lines.all())}
    rows = Coverage.objects.of(claim).select_related("evidence").order_by("pk")
    return [mark_json(row, places[row.line_id]) for row in rows]


def read_marks(claim: Claim, value: Any) -> list[Mark]:
    """The marks as they were sent; what is no text or number at all names nothing, and is refused with the rest.

    Raises:
        FileRefused: where it is no list of objects.
    """
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise FileRefused([Finding("invalid", "marks")])
    return [
        Mark(
            line=line_id_of(claim, item.get("line")),
            requirement=str(item.get("requirement", "")),
            evidence=str(item.get("evidence", "")),
            pages="" if item.get("pages") is None else str(item["pages"]),
        )
        for item in value
    ]
