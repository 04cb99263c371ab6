"""Claims that wait for the operator, most urgent first."""

from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from claims.business_days import business_days_between
from claims.calendars import operator_calendar, today_of
from claims.models import Claim, ClaimLine
from claims.models.claim import ClaimQuerySet
from claims.presenters import page as present
from claims.states import LIVE_LINES, OPEN_CLAIMS, STANDING_CASES
from partners.models import User
from partners.roles import standing_of

PAGE = 50
FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)


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
    waiting = Claim.objects.visible_to(user).filter(state__in=OPEN_CLAIMS)
    cursor = request.GET.get("after", "")[:12]
    live = ClaimLine.objects.filter(claim=OuterRef("pk"), state__in=LIVE_LINES)
    waiting = waiting.annotate(contested=Exists(live.filter(unit__cases__state__in=STANDING_CASES)))
    claims = after(waiting, cursor).order_by("due_at", "pk").select_related("partner").prefetch_related("lines")
    found = list(claims[: PAGE + 1])
    shown = found[:PAGE]
    calendar, today = operator_calendar(now), today_of(now)

    def row(claim: Claim) -> dict[str, Any]:
        day = present.due_day(claim)
        return {
            "claim": claim,
            "chip": present.chip(claim),
            "due_day": day,
            "left": business_days_between(today, day, calendar) if day and day >= today else None,
            "overdue": business_days_between(day, today, calendar) if day and day < today else None,
            "work": present.work(claim),
            "contested": claim.contested,  # type: ignore[attr-defined]
            "lines": [line.product_name for line in claim.lines.all()],
        }

    context = {
        "rows": [row(claim) for claim in shown],
        "next_url": "?" + urlencode({"after": shown[-1].reference}) if len(found) > PAGE else "",
        "first_url": request.path if cursor else "",
    }
    return render(request, "arbitration/list.html", context)
