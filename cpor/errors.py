"""One translation of errors: to RFC 9457 problems for programs, to pages for people."""

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response

from claims.errors import (
    AnswerLapsed,
    CaseChanged,
    ClaimRefused,
    FileRefused,
    LineContested,
    LookupLimit,
    NotStored,
    StorageUnavailable,
    TakenAlready,
    TransitionNotAllowed,
    VerbRefused,
    VersionConflict,
)
from claims.presenters.help import CODES
from partners.roles import standing_of

logger = logging.getLogger(__name__)

PROBLEM = "application/problem+json"


def problem_response(
    status: int, code: str, title: str, detail: str = "", *, headers: Mapping[str, str] | None = None, **more: Any
) -> Response:
    """An RFC 9457 problem: `type`, `title`, `status`, `detail`, plus our stable `code` and what `more` adds.

    `help` is where the page Help speaks of it, `support` is where a person asks about it.
    """
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail or title, "code": code, **more}
    body["help"] = _help([code])
    body["support"] = _support([code])
    return Response(body, status=status, headers=headers, content_type=PROBLEM)


def problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """What the API answers to an error; None lets an unforeseen one become a 500 and a log entry."""
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        _note_refusal(context["request"])
    response = _of_claim(error) or _of_conflict(error) or _of_storage(error) or _of_access(error)
    if isinstance(error, ClaimRefused) and response:
        response.data["help"] = _help([finding.code for finding in error.findings])
    if isinstance(error, ClaimRefused) and response and not standing_of(context["request"].user).is_operator:
        reference = context["kwargs"].get("reference", "")
        response.data["support"] = _support([finding.code for finding in error.findings], reference)
    return response


def _help(codes: Iterable[str]) -> str:
    """The page Help, at the first of the codes that has its entry there."""
    known = next((f"#{code}" for code in codes if code in CODES), "")
    return f"{settings.SITE_URL}{reverse('help')}{known}"


def _support(codes: Iterable[str], reference: str = "") -> str:
    """Where a person asks about this, of a claim where there is one."""
    path = reverse("claims:support", args=[reference]) if reference else reverse("support")
    return f"{settings.SITE_URL}{path}?{urlencode([('code', code) for code in dict.fromkeys(codes)])}"


def _note_refusal(request: Any) -> None:
    """Tells the log who tried what; the address goes by its pattern, for an address may hold a secret."""
    found = request.resolver_match
    at = {name: found.kwargs[name] for name in ("reference", "pk", "line_id") if name in found.kwargs}
    logger.warning("Not allowed: %s %s", request.method, found.route, extra={"person": request.user.pk, **at})


def _of_claim(error: Exception) -> Response | None:
    if isinstance(error, ClaimRefused):
        findings = [finding.as_json() for finding in error.findings]
        return problem_response(400, error.code, _refusal(error), findings=findings)
    if isinstance(error, LookupLimit):
        title = _("Too many look-ups.")
        detail = _("Your company has checked many customers in the last hour. Try again later.")
        wait = {"Retry-After": str(error.retry_after)}
        return problem_response(429, error.code, title, detail, headers=wait)
    return None


def _refusal(error: ClaimRefused) -> str:
    if isinstance(error, FileRefused):
        return _("This is not taken as proof.")
    if isinstance(error, VerbRefused):
        return _("This cannot be done as it was sent. The findings say why.")
    return _("The claim does not pass its checks.")


def _of_conflict(error: Exception) -> Response | None:
    found = next((told for kind, told in CONFLICTS.items() if isinstance(error, kind)), None)
    if found is None:
        return None
    code, title = found
    state = getattr(error, "state", "")
    return problem_response(409, code, str(title) % {"reviewer": getattr(error, "reviewer", "")}, state=state)


# The first that fits: the particular before the general.
CONFLICTS: dict[type[Exception], tuple[str, Promise]] = {
    TakenAlready: ("taken_already", gettext_lazy("%(reviewer)s has this claim. Take another one, or ask them.")),
    LineContested: (
        "line_contested",
        gettext_lazy("Another partner has a claim to this product too: their case decides it."),
    ),
    AnswerLapsed: (
        "answer_lapsed",
        gettext_lazy("The time to answer is over. To claim again, copy the claim to a new draft."),
    ),
    TransitionNotAllowed: ("transition_not_allowed", gettext_lazy("The claim's state does not allow this.")),
    CaseChanged: (
        CaseChanged.code,
        gettext_lazy("The case has changed since you read it. Read it again, then repeat."),
    ),
    VersionConflict: (
        "version_conflict",
        gettext_lazy("Somebody else changed this claim meanwhile. Read it again, then repeat."),
    ),
}


def _of_storage(error: Exception) -> Response | None:
    if isinstance(error, NotStored):
        code, title = "file_not_stored", _("The file could not be stored. Send it again in a moment.")
    elif isinstance(error, StorageUnavailable):
        code = "storage_unavailable"
        title = _("The document cannot be read just now. Try again in a moment; if it stays so, tell support.")
    else:
        return None
    return problem_response(503, code, title, headers={"Retry-After": "30"})


def _of_access(error: Exception) -> Response | None:
    if isinstance(error, Http404 | exceptions.NotFound):
        return problem_response(404, "not_found", _("There is nothing here that you may see."))
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return problem_response(403, "permission_denied", _("Your role does not allow this."))
    if isinstance(error, RequestDataTooBig):
        return problem_response(413, "body_too_large", _("The body is larger than is read here."))
    if isinstance(error, UnreadablePostError | MultiPartParserError):
        return problem_response(400, "body_cut", _("The body breaks off or cannot be read. Send it again."))
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    return None


def _of_framework(error: exceptions.APIException) -> Response:
    headers = {}
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    if way_in := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = way_in
    code = error.default_code if isinstance(error.default_code, str) else "error"
    title = str(error.detail) if not isinstance(error.detail, list | dict) else str(error.default_detail)
    return problem_response(error.status_code, code, title, headers=headers)


def page(request: HttpRequest, status: int) -> HttpResponse:
    """An error page; addresses of the API get a problem instead."""
    if request.path.startswith("/api/"):
        titles = {400: _("Bad request."), 404: _("There is nothing here that you may see."), 500: _("Something broke.")}
        return api_problem(status, {404: "not_found"}.get(status, "error"), titles.get(status, _("Error.")))
    return render(request, f"errors/{status}.html", status=status)


def api_problem(status: int, code: str, title: str) -> HttpResponse:
    """A problem from outside the API's views, which would write it out."""
    from rest_framework.renderers import JSONRenderer  # noqa: PLC0415 - reads settings

    response = problem_response(status, code, title)
    response.accepted_renderer = JSONRenderer()
    response.accepted_media_type = PROBLEM
    response.renderer_context = {}  # type: ignore[attr-defined]
    return response.render()


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: malformed beyond a form's help; 413 where it is only too much."""
    return page(request, 413 if isinstance(exception, RequestDataTooBig) else 400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, but the role does not allow it."""
    _note_refusal(request)
    return page(request, 403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same for what is not there and what is another's."""
    return page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: ours. Drawn without the database, which may be what broke."""
    if request.path.startswith("/api/"):
        return page(request, 500)
    values = {"operator": settings.OPERATOR_NAME, "support": settings.SUPPORT_EMAIL}
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        values["ask_url"] = f"/support/?{urlencode({'page': request.path})}"
    return HttpResponse(render_to_string("errors/500.html", values), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose page stood open too long; what was typed is still in the browser."""
    return render(request, "errors/csrf.html", status=403)
