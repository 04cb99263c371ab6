"""The list of claims, the claim's page, and its comments."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from claims.actions import add_comment
from claims.errors import TransitionNotAllowed
from claims.forms import CommentForm
from claims.intake import read_comment
from claims.models import Claim
from claims.models.claim import ClaimQuerySet
from claims.permissions import allowed_verbs
from claims.presenters import page as present
from claims.states import LineState
from directory import lookup
from events.inbox import mark_subject_read
from events.models import Event
from partners.models import User
from partners.roles import standing_of

PAGE = 25
LAST_INSTANT = datetime.max.replace(tzinfo=UTC)


def after(claims: ClaimQuerySet, reference: str) -> ClaimQuerySet:
    """Claims that come after the one named, newest first; all of them where it is not among those to be seen.

    The two conditions let the database walk its index; either alone would not say where to begin.
    """
    if not reference or not reference.isprintable():  # PostgreSQL refuses to look for a NUL
        return claims
    last = claims.filter(reference=reference)
    at = Coalesce(Subquery(last.values("created_at")), Value(LAST_INSTANT))
    return claims.filter(Q(created_at__lte=at) & (Q(created_at__lt=at) | Q(pk__lt=Subquery(last.values("pk")))))


@login_required
@require_GET
def claim_list(request: HttpRequest) -> HttpResponse:
    """A company's claims, newest first; the operator's people have their own list."""
    user = cast("User", request.user)
    if standing_of(user).is_operator:
        return redirect("arbitration:list")
    visible = Claim.objects.visible_to(user)
    cursor = request.GET.get("after", "")[:12]
    claims = after(visible, cursor).order_by("-created_at", "-pk").prefetch_related("lines")
    found = list(claims[: PAGE + 1])
    shown = found[:PAGE]
    names = {product.code: product.name for product in lookup.products()}
    context = {
        "rows": [_row(claim, names) for claim in shown],
        "next_url": "?" + urlencode({"after": shown[-1].reference}) if len(found) > PAGE else "",
        "first_url": request.path if cursor else "",
        "may_claim": standing_of(user).may_claim,
    }
    return render(request, "claims/list.html", context)


def _row(claim: Claim, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "claim": claim,
        "chip": present.chip(claim),
        "due_day": present.due_day(claim),
        "work": present.work(claim),
        "lines": [
            line.product_name or names.get(line.product, line.product) for line in claim.lines.all() if line.product
        ],
    }


def visible_claim(request: HttpRequest, reference: str) -> Claim:
    """The claim, where the person may see it.

    Raises:
        Http404: for another's as for nothing.
    """
    rows = Claim.objects.visible_to(cast("User", request.user)).select_related("partner")
    claim = rows.prefetch_related("lines__unit").filter(reference=reference).first()
    if claim is None:
        raise Http404
    return claim


@login_required
@require_GET
def claim_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the claim stands: whose turn, until when and why then, its lines, comments and history."""
    claim = visible_claim(request, reference)
    mark_subject_read(int(request.user.pk or 0), claim.subject, now=timezone.now())
    return render_claim(request, claim)


def render_claim(
    request: HttpRequest, claim: Claim, *, status: int = 200, form: CommentForm | None = None
) -> HttpResponse:
    """The claim's page, with what a refused comment held."""
    user, now = cast("User", request.user), timezone.now()
    operator_side = standing_of(user).is_operator
    events = Event.objects.filter(subject=claim.subject).select_related("actor").order_by("-seq")
    comments = list(claim.comments.select_related("author").order_by("pk"))
    asked = bool(comments) and comments[-1].by_operator and comments[-1].author_id is not None
    context = {
        "claim": claim,
        "verbs": allowed_verbs(user, claim),
        "operator_side": operator_side,
        "work": present.work(claim),
        "turn": present.turn(claim, operator_side=operator_side, asked=asked, now=now),
        "clock": present.clock(claim, now),
        "clock_note": present.clock_note(claim),
        "clock_summary": present.clock_summary(claim, now),
        "lines": [_line(line) for line in claim.lines.all()],
        "comments": present.thread(comments, viewer_id=user.pk),
        "history": present.history(claim, events[:100]),
        "comment_form": form or CommentForm(),
    }
    return render(request, "claims/page.html", context, status=status)


def _line(line: Any) -> dict[str, Any]:
    resolved = line.unit.subscription if line.unit and line.state == LineState.APPROVED else ""
    return {
        "name": line.product_name or line.product,
        "subscription_id": line.subscription_id or resolved,
        "whole_tenant": bool(line.unit and line.unit.workload),
        "chip": present.line_chip(line),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def comment(request: HttpRequest, reference: str) -> HttpResponse:
    """Adds a comment; what cannot be kept is shown again with its reason. Coming back leads to the claim."""
    claim = visible_claim(request, reference)
    if request.method != "POST":
        return redirect(claim.path)
    body, faults = read_comment(request.POST.get("body", ""))
    if faults:
        form = CommentForm(request.POST.get("body", ""), faults)
        return render_claim(request, claim, status=422, form=form)
    try:
        add_comment(claim=claim, body=body, actor=cast("User", request.user), now=timezone.now())
    except TransitionNotAllowed:
        messages.error(request, _("A draft takes no comments: nobody but your company sees it yet."))
    else:
        messages.success(request, _("Your comment is sent."))
    return redirect(claim.path + "#comments")
