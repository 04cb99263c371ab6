"""Claims that wait for the operator, most urgent first."""

from datetime import UTC, date, datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from arbitration.actions import take_next
from claims.business_days import Calendar, business_days_between
from claims.calendars import operator_calendar, today_of
from claims.models import Claim, ClaimLine
from claims.models.claim import ClaimQuerySet
from claims.permissions import may_review
from claims.presenters import page as present
from claims.states import LIVE_LINES, OPEN_CLAIMS, STANDING_CASES
from partners.models import User
from partners.roles import standing_of

PAGE = 50
FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)


def queue(user: User, show: str, now: datetime) -> ClaimQuerySet:
    """The open claims that the person may see: all, those `free` to be taken, or their own (`mine`)."""
    waiting = Claim.objects.visible_to(user).filter(state__in=OPEN_CLAIMS)
    if show == "free":
        waiting = waiting.free(now)
    elif show == "mine":
        waiting = waiting.filter(reviewer=user)
    live = ClaimLine.objects.filter(claim=OuterRef("pk"), state__in=LIVE_LINES)
    return waiting.annotate(contested=Exists(live.filter(unit__cases__state__in=STANDING_CASES)))


def after(claims: ClaimQuerySet, reference: str) -> ClaimQuerySet:
    """Open claims due after the one named; all of them where it is not among those to be seen."""
    if not reference or not reference.isprintable():  # PostgreSQL refuses to look for a NUL
        return claims
    last = claims.filter(reference=reference)
    due_at = Coalesce(Subquery(last.values("due_at")), Value(FIRST_INSTANT))
    return claims.filter(Q(due_at__gte=due_at) & (Q(due_at__gt=due_at) | Q(pk__gt=Subquery(last.values("pk")))))


@login_required
@require_GET
def claims_to_review(request: HttpRequest) -> HttpResponse:
    """Open claims by due date, for the operator's people."""
    user, now = cast("User", request.user), timezone.now()
    if not standing_of(user).is_operator:
        raise PermissionDenied
    asked, cursor = request.GET.get("show", ""), request.GET.get("after", "")[:12]
    show = asked if asked in {"free", "mine"} else ""
    claims = after(queue(user, show, now), cursor).order_by("due_at", "pk").select_related("partner", "reviewer")
    found = list(claims.prefetch_related("lines")[: PAGE + 1])
    shown, calendar, today = found[:PAGE], operator_calendar(now), today_of(now)
    kept = {"show": show} if show else {}
    context = {
        "rows": [_row(claim, user, calendar, today) for claim in shown],
        "next_url": "?" + urlencode({**kept, "after": shown[-1].reference}) if len(found) > PAGE else "",
        "first_url": f"{request.path}{'?' if kept else ''}{urlencode(kept)}" if cursor else "",
        "groups": [
            {"href": f"?show={key}" if key else request.path, "word": word, "on": key == show}
            for key, word in (("", _("All open")), ("free", _("Free to take")), ("mine", _("Mine")))
        ],
        "show": show,
        "reviews": may_review(user),
    }
    return render(request, "arbitration/list.html", context)


def _row(claim: Claim, user: User, calendar: Calendar, today: date) -> dict[str, Any]:
    day = present.due_day(claim)
    return {
        "claim": claim,
        "chip": present.chip(claim),
        "due_day": day,
        "left": business_days_between(today, day, calendar) if day and day >= today else None,
        "overdue": business_days_between(day, today, calendar) if day and day < today else None,
        "work": present.work(claim),
        "contested": claim.contested,  # type: ignore[attr-defined]
        "reviewer": str(claim.reviewer) if claim.reviewer else "",
        "mine": claim.reviewer_id == user.pk,
        "lines": [line.product_name for line in claim.lines.all()],
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def next_claim(request: HttpRequest) -> HttpResponse:
    """Takes the most urgent claim that is free, and leads to it; coming back leads to the list."""
    if request.method != "POST":
        return redirect("arbitration:list")
    claim = take_next(actor=cast("User", request.user), now=timezone.now())
    if claim is None:
        messages.info(request, _("No claim is free just now. What others review stands in the list."))
        return redirect("arbitration:list")
    return redirect(claim.path)
