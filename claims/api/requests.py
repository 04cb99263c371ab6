"""What the endpoints of claims share: reading a request, its preconditions, answering it once."""

from collections.abc import Callable
from typing import Any, cast

from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from claims.api.representation import claim_json, etag
from claims.errors import ClaimRefused
from claims.intake import read_comment
from claims.models import Claim
from partners.idempotency import Answer, KeyInvalid, KeyReused, once
from partners.models import User

IDEMPOTENCY_KEY = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="Makes a retry safe.")
CURSOR = OpenApiParameter("cursor", str, description="Where the page begins; taken from `next` or `previous`.")
PAGE_SIZE = OpenApiParameter("page_size", int, description="1 to 100, 25 where none is given.")
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The ETag you have seen.")


class PreconditionFailed(APIException):
    """The claim is not as the caller has seen it."""

    status_code = 412
    default_detail = gettext_lazy("The claim has changed since you read it. Read it again, then repeat.")
    default_code = "precondition_failed"


class IdempotencyKeyReused(APIException):
    """The key belongs to another request."""

    status_code = 422
    default_detail = gettext_lazy("This Idempotency-Key was used for another request. Use a new one.")
    default_code = "idempotency_key_reused"


class IdempotencyKeyInvalid(APIException):
    """The key cannot be kept."""

    status_code = 400
    default_detail = gettext_lazy("An Idempotency-Key is 1 to 200 printable ASCII characters.")
    default_code = "idempotency_key_invalid"


def user_of(request: Request) -> User:
    """The person behind the token."""
    return cast("User", request.user)


def json_object(request: Request) -> dict[str, Any]:
    """The body, which must be a JSON object.

    Raises:
        ParseError: for anything else.
    """
    if not isinstance(request.data, dict):
        raise ParseError(_("The body must be a JSON object."))
    return request.data


def visible_claim(request: Request, reference: str) -> Claim:
    """The claim, where the caller may see it; the same 404 for another's and for nothing."""
    rows = Claim.objects.visible_to(user_of(request)).select_related("partner", "created_by")
    claim = rows.with_lines().filter(reference=reference).first()
    if claim is None:
        raise Http404
    return claim


def named_tags(header: str | None) -> list[str]:
    """The entity tags that If-Match or If-None-Match names."""
    return [tag.strip() for tag in (header or "").split(",") if tag.strip()]


def check_precondition(request: Request, claim: Claim) -> None:
    """Honours If-Match, inside the act: a repetition of what is done already is answered as the first time.

    Raises:
        PreconditionFailed: where the claim is not as the caller has seen it.
    """
    wanted = named_tags(request.headers.get("If-Match"))
    if wanted and "*" not in wanted and etag(claim_json(claim, user_of(request)), claim) not in wanted:
        raise PreconditionFailed


def version_to_hold(request: Request, claim: Claim) -> int | None:
    """What the precondition was checked against, which must stand under the lock too; None where nothing was asked."""
    named = named_tags(request.headers.get("If-Match"))
    return claim.version if named and "*" not in named else None


def answer_once(request: Request, act: Callable[[], Answer], *, body: bytes | None = None) -> Response:
    """Answers with `act`, once for each Idempotency-Key where one is given.

    `body` stands for what was sent where that is too large to be compared.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        answer = act()
    else:
        try:
            answer = once(
                user_id=user_of(request).pk,
                key=key,
                method=str(request.method),
                path=request.path,
                body=request.body if body is None else body,
                now=timezone.now(),
                act=act,
            )
        except KeyReused as error:
            raise IdempotencyKeyReused from error
        except KeyInvalid as error:
            raise IdempotencyKeyInvalid from error
    headers = dict(answer.headers)
    if answer.replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(answer.body, status=answer.status, headers=headers)


def claim_answer(claim: Claim, user: User, status: int = 200) -> Answer:
    """The claim with its ETag, and its address where it is new."""
    body = claim_json(claim, user)
    headers = {"ETag": etag(body, claim)}
    if status == 201:
        headers["Location"] = f"/api/v1/claims/{claim.reference}/"
    return Answer(status, body, headers)


def said(request: Request) -> str:
    """The text of a comment that was sent.

    Raises:
        ClaimRefused: for none, or one that cannot be kept.
    """
    body, faults = read_comment(json_object(request).get("body"))
    if faults:
        raise ClaimRefused(faults)
    return body


def is_whole(value: Any) -> bool:
    """Whether JSON holds a whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def line_id_of(claim: Claim, place: Any) -> int:
    """The id of the line at this place of the claim, counted from 0; 0, which no line has, where there is none."""
    lines = list(claim.lines.all())
    counts = is_whole(place) and 0 <= place < len(lines)
    return lines[place].pk if counts else 0


def act_on_claim(request: Request, reference: str, verb: Callable[..., object], **given: Any) -> Response:
    """The claim after `verb`, which is called once for each Idempotency-Key, with `given` and what all verbs take."""
    claim, user, now = visible_claim(request, reference), user_of(request), timezone.now()

    def act() -> Answer:
        check_precondition(request, claim)
        verb(claim=claim, actor=user, now=now, version=version_to_hold(request, claim), **given)
        return claim_answer(claim, user)

    return answer_once(request, act)
