"""The start page: what needs the reader and by when, what the operator has, what is about to lapse, what changed."""

from datetime import date, datetime, timedelta
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from claims.calendars import policy_and_calendar, today_of
from claims.models import Association, Claim, ClaimLine
from claims.presenters import home as present
from claims.presenters.associations import with_claims
from claims.states import WITH_OPERATOR, ClaimState, LineState
from directory.lookup import DirectoryUnavailable, subscriptions_ending
from events.inbox import line_of
from events.models import Notification
from partners.enrolling import Cell, cells
from partners.facts import ADMIN, Standing
from partners.models import MpnId, Program, User
from partners.permissions import may_enroll
from partners.presenters.enrollments import ends_soon
from partners.roles import standing_of
from partners.states import EnrollmentState

MOST = 20  # of what needs the reader
FEW = 5
WITHIN = 60  # days, in which what lapses is shown
MOST_HELD = 500  # associations, the newest, whose subscriptions are asked for


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """One page for a partner's people, in as many queries however much there is. The operator's go to their work."""
    user, now = cast("User", request.user), timezone.now()
    standing = standing_of(user)
    if standing.is_operator:
        only_admin = standing.operator_roles == {ADMIN}
        return redirect("enrolling:list" if only_admin else "arbitration:list")
    enrolled = _cells(standing, today_of(now))
    needs, more = _needs(user, standing, enrolled, now)
    context = {
        "title": present.title(len(needs), more=more, may_claim=standing.may_claim),
        "today": today_of(now).isoformat(),
        "first": needs[0] if needs and needs[0]["day"] else None,
        "needs": needs,
        "waiting": _waiting(user, now),
        "lapses": _lapses(user, enrolled, now),
        "within": WITHIN,
        "changes": [
            {"text": line_of(notice), "at": notice.at, "path": notice.path, "unread": notice.read_at is None}
            for notice in Notification.objects.visible_to(user.pk).order_by("-pk")[:FEW]
        ],
        "may_claim": standing.may_claim,
    }
    return render(request, "claims/home.html", context)


def _cells(standing: Standing, today: date) -> list[Cell]:
    """Where the MPN IDs stand for which the reader's roles hold."""
    places = list(MpnId.objects.visible_to(standing).filter(kind=MpnId.Kind.LOCATION).order_by("number"))
    programs = list(Program.objects.order_by("code")) if places else []
    found = cells(places, programs, today)
    return [cell for place in places for cell in found[place.pk]]


def _needs(user: User, standing: Standing, enrolled: list[Cell], now: datetime) -> tuple[list[dict[str, Any]], bool]:
    """What needs the reader, most urgent first, and whether there is more."""
    policy, calendar = policy_and_calendar(now)
    claims = Claim.objects.visible_to(user)
    asked = claims.filter(Q(state=ClaimState.ACTION_REQUIRED) | Q(asked_until__gt=now))
    returned = claims.filter(consents__outcome="", consents__bounced_at__isnull=False).distinct()
    begun = claims.exclude(name="", domain="", tenant_id="")  # who only looked has nothing to finish
    drafts = begun.filter(state=ClaimState.EDITING, created_by=user)
    invited = [cell for cell in enrolled if cell.state == EnrollmentState.INVITED and may_enroll(standing, cell.mpn_id)]
    rows = [
        *present.to_answer(asked.prefetch_related("requests__comment").order_by("due_at", "pk")[:MOST], calendar, now),
        *present.to_correct(returned.prefetch_related("consents").order_by("pk")[:MOST], calendar, now),
        *present.to_accept(invited, calendar, now),
        *present.to_finish(drafts.order_by("-changed_at")[:FEW], policy, calendar, now),
    ]
    return present.most_urgent_first(rows)[:MOST], len(rows) > MOST


def _waiting(user: User, now: datetime) -> list[dict[str, Any]]:
    """What the operator has, that due first before the rest; one more than are shown says that there are more."""
    claims = Claim.objects.visible_to(user).filter(state__in=WITH_OPERATOR)
    return present.waiting(claims.order_by("due_at", "pk")[: FEW + 1], now)


def _lapses(user: User, enrolled: list[Cell], now: datetime) -> list[dict[str, Any]]:
    """What ends within two months if nobody does anything, the first first."""
    end = today_of(now) + timedelta(days=WITHIN)
    held = Association.objects.visible_to(user).filter(until=None).exclude(unit__subscription="")
    newest = held.order_by("-since", "-pk").values_list("unit__subscription", flat=True)[:MOST_HELD]
    try:
        ending = subscriptions_ending(list(newest), by=end)
    except DirectoryUnavailable:
        ending = {}
    soonest = sorted(ending, key=lambda subscription: ending[subscription])[:MOST]
    claims = Claim.objects.visible_to(user).values("pk")
    decided = ClaimLine.objects.of(claims).filter(
        state__in=[LineState.REJECTED, LineState.ENDED], dispute_until__gt=now, disputed_at=None, final=False
    )
    rows = [
        *present.subscriptions(with_claims(held.filter(unit__subscription__in=soonest), user), ending),
        *present.enrolments((cell for cell in enrolled if ends_soon(cell)), standing_of(user)),
        *present.disputes(decided.select_related("claim").order_by("dispute_until", "pk")[:MOST], now),
    ]
    return present.most_urgent_first(rows)[:MOST]
