"""The list of claims, the claim's page, and its comments."""

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
from django.views.decorators.http import require_GET, require_POST

from claims.actions import add_comment
from claims.errors import TransitionNotAllowed
from claims.intake import read_comment
from claims.models import Claim
from claims.models.claim import ClaimQuerySet
from claims.permissions import allowed_verbs
from claims.presenters import page as present
from claims.states import LineState
from directory.activities import Activity, SolutionArea
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
    user, now = cast("User", request.user), timezone.now()
    if standing_of(user).is_operator:
        return redirect("arbitration:list")
    visible = Claim.objects.visible_to(user)
    cursor = request.GET.get("after", "")[:12]
    claims = after(visible, cursor).order_by("-created_at", "-pk").prefetch_related("lines")
    found = list(claims[: PAGE + 1])
    shown = found[:PAGE]
    context = {
        "rows": [_row(claim, now) for claim in shown],
        "next_url": "?" + urlencode({"after": shown[-1].reference}) if len(found) > PAGE else "",
        "first_url": request.path if cursor else "",
        "may_claim": standing_of(user).may_claim,
    }
    return render(request, "claims/list.html", context)


def _row(claim: Claim, now: datetime) -> dict[str, Any]:
    return {
        "claim": claim,
        "chip": present.chip(claim),
        "due_day": present.due_day(claim),
        "work": work_of(claim),
        "lines": [line.product_name or line.product for line in claim.lines.all() if line.product],
    }


def work_of(claim: Claim) -> str:
    """Solution area and activity in words, as far as they are chosen."""
    words = []
    if claim.solution_area in SolutionArea.values:
        words.append(str(SolutionArea(claim.solution_area).label))
    if claim.activity in Activity.values:
        words.append(str(Activity(claim.activity).label))
    return " · ".join(words)


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
    return render_claim(request, visible_claim(request, reference))


def render_claim(request: HttpRequest, claim: Claim, *, status: int = 200, **more: Any) -> HttpResponse:
    """The claim's page, with what a refused comment held."""
    user, now = cast("User", request.user), timezone.now()
    operator_side = standing_of(user).is_operator
    events = Event.objects.filter(subject=claim.subject).select_related("actor").order_by("-seq")
    comments = claim.comments.select_related("author").order_by("pk")
    context = {
        "claim": claim,
        "verbs": allowed_verbs(user, claim),
        "operator_side": operator_side,
        "work": work_of(claim),
        "turn": present.turn(claim, operator_side=operator_side, now=now),
        "clock": present.clock(claim, now),
        "clock_note": present.clock_note(claim),
        "clock_summary": present.clock_summary(claim, now),
        "lines": [_line(line) for line in claim.lines.all()],
        "comments": present.thread(comments, viewer_id=user.pk),
        "history": present.history(claim, events[:100]),
        **more,
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
@require_POST
def comment(request: HttpRequest, reference: str) -> HttpResponse:
    """Adds a comment; what cannot be kept is shown again with its reason."""
    claim = visible_claim(request, reference)
    body, faults = read_comment(request.POST.get("body", ""))
    if faults:
        typed = request.POST.get("body", "")
        return render_claim(request, claim, status=422, comment_faults=faults, typed=typed)
    try:
        add_comment(claim=claim, body=body, actor=cast("User", request.user), now=timezone.now())
    except TransitionNotAllowed:
        messages.error(request, _("A draft takes no comments: nobody but your company sees it yet."))
    return redirect(claim.path + "#comments")
