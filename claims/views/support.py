"""Asking support: the page that ends every refusal already knows what it is about, and shows what it will send."""

from collections.abc import Sequence
from random import SystemRandom
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from claims.actions.support import MOST_AN_HOUR, Topic, ask_support
from claims.errors import LookupLimit, SupportLimit
from claims.forms.support import SupportForm
from claims.intake import Intake, read_words
from claims.models import Claim, SupportRequest
from claims.models.support import KEY_LENGTH
from claims.preflight import check
from claims.presenters import support as present
from claims.presenters.checks import MISSING
from claims.states import ClaimState
from claims.views.pages import visible_claim
from partners.models import User
from partners.roles import standing_of

SALT = "claims.support"
LONGEST_PAGE = 200
MOST_CODES = 20
A_DAY = 24 * 3600


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_claim(request: HttpRequest, reference: str) -> HttpResponse:
    """For the company's people: a request about a claim or a draft, with all that its rules or reviewers found.

    Raises:
        Http404: for another's claim as for none, and for the operator's people, whom partners ask.
    """
    claim = visible_claim(request, reference)
    if standing_of(cast("User", request.user)).is_operator:
        raise Http404
    return _answer(request, claim)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def anywhere(request: HttpRequest) -> HttpResponse:
    """A request about a page, and about what it said."""
    return _answer(request, None)


def _answer(request: HttpRequest, claim: Claim | None) -> HttpResponse:
    if request.method == "POST":
        return _send(request, claim)
    about, page = _about(request, claim), _page(request.GET.get("page", "") or _came_from(request))
    if settings.SUPPORT_URL:
        return redirect(_elsewhere(claim, about))
    return _form(request, claim, about, page)


def _send(request: HttpRequest, claim: Claim | None) -> HttpResponse:
    """Sends what the page showed, word for word: it was signed, so that nobody sends support anything else."""
    shown = _shown(request, claim)
    if shown is None:
        return _form(request, claim, _about(request, claim), "", status=409)
    about, page = [Topic(*topic) for topic in shown["about"]], str(shown["page"])
    words = read_words(request.POST.get("words", ""))
    if not about and not words:
        return _form(request, claim, about, page, status=400, key=str(shown["key"]))
    try:
        asked = ask_support(
            claim=claim,
            page=page,
            about=about,
            words=words,
            key=str(shown["key"]),
            actor=cast("User", request.user),
            now=timezone.now(),
            random=SystemRandom(),
        )
    except SupportLimit as limit:
        response = _form(request, claim, about, page, status=429, key=str(shown["key"]))
        response["Retry-After"] = str(limit.retry_after)
        return response
    return redirect("support_sent", asked.number)


@login_required
@require_GET
def sent(request: HttpRequest, number: str) -> HttpResponse:
    """What was sent, to whom sent it.

    Raises:
        Http404: for another's request as for none.
    """
    own = SupportRequest.objects.visible_to(request.user.pk).filter(number=number)
    asked = own.select_related("claim").first()
    if asked is None:
        raise Http404
    return render(request, "support/sent.html", {"asked": asked, "claim": asked.claim})


def _form(
    request: HttpRequest, claim: Claim | None, about: Sequence[Topic], page: str, *, status: int = 200, key: str = ""
) -> HttpResponse:
    user = cast("User", request.user)
    key = key or get_random_string(KEY_LENGTH)
    shown = {"claim": claim.pk if claim else None, "page": page, "key": key, "about": [_row(topic) for topic in about]}
    context = {
        "claim": claim,
        "draft": claim is not None and claim.state == ClaimState.EDITING,
        "about": about,
        "page": settings.SITE_URL + page if page else "",
        "person": str(user),
        "email": user.email,
        "company": standing_of(user).speaks_for,
        "shown": signing.dumps(shown, salt=SALT, compress=True),
        "form": SupportForm(request.POST.get("words", ""), needed=not about),
        "faults": [{"severity": "error", "message": _("Say what you need."), "remedy": ""}] if status == 400 else [],
        "most": MOST_AN_HOUR,
        "wait": status == 429,
        "stale": status == 409,
    }
    return render(request, "support/ask.html", context, status=status)


def _row(topic: Topic) -> list[str]:
    return [topic.code, topic.field, topic.message]


def _shown(request: HttpRequest, claim: Claim | None) -> dict[str, Any] | None:
    """What the page was made to say, of this claim; None where that was not today, or not by us."""
    try:
        shown: dict[str, Any] = signing.loads(request.POST.get("shown", ""), salt=SALT, max_age=A_DAY)
    except signing.BadSignature:
        return None
    return shown if shown["claim"] == (claim.pk if claim else None) else None


def _about(request: HttpRequest, claim: Claim | None) -> list[Topic]:
    """What it is about: the codes that a page named; of a claim all that was found, or those of them."""
    codes = request.GET.getlist("code")[:MOST_CODES]
    named = [topic for code in dict.fromkeys(codes) for topic in present.of_code(code, "")]
    if claim is None:
        return named
    found = _findings(request, claim) if claim.state == ClaimState.EDITING else present.of_lines(claim)
    if not named:
        return found
    known = {topic.code for topic in found}
    return [topic for topic in found if topic.code in codes] + [topic for topic in named if topic.code not in known]


def _findings(request: HttpRequest, claim: Claim) -> list[Topic]:
    """What the rules say of a draft now, and of what is merely empty only where that is all; or that none can run."""
    intake = Intake(claim.content, ())
    user = cast("User", request.user)
    try:
        checked = check(intake, user=user, partner_id=claim.partner_id, now=timezone.now(), claim=claim)
    except LookupLimit:
        return present.of_code("lookup_limit", "")
    found = checked.verdict.sheet.findings
    return present.of_findings([one for one in found if one.code not in MISSING] or found)


def _page(path: str) -> str:
    """A path of ours that somebody came from; empty for anything else."""
    ours = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if ours and len(path) <= LONGEST_PAGE and not set(path) & set("?#<> ") else ""


def _came_from(request: HttpRequest) -> str:
    """The path of another page of ours that led here, where the browser says so."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
    except ValueError:  # no address at all, such as http://[
        return ""
    return before.path if before.netloc == request.get_host() and before.path != request.path else ""


def _elsewhere(claim: Claim | None, about: Sequence[Topic]) -> str:
    """The operator's own page, told which claim and which codes."""
    parts = urlsplit(settings.SUPPORT_URL)
    query = parse_qsl(parts.query, keep_blank_values=True)
    query += [("reference", claim.reference)] if claim else []
    query += [("codes", ",".join(dict.fromkeys(topic.code for topic in about)))] if about else []
    return parts._replace(query=urlencode(query)).geturl()
