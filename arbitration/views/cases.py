"""The cases between partners: their list, and the desk on which each is decided."""

from collections.abc import Mapping
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from arbitration.drafting import Content
from arbitration.forms import AskForm
from arbitration.permissions import may_judge
from arbitration.presenters import desk as present
from arbitration.presenters import listing
from arbitration.presenters.rows import CaseRows, find_case, read_case
from arbitration.presenters.table import Heard, heard
from claims.calendars import operator_calendar, today_of
from claims.models import Case
from claims.permissions import may_review
from claims.states import CaseState
from claims.views.access import members_only
from events.inbox import mark_subject_read
from partners.models import User
from partners.roles import standing_of
from partners.views.access import key_in

PAGE = 50


@login_required
@require_GET
def case_list(request: HttpRequest) -> HttpResponse:
    """The cases that this person may see, most urgent first, for the operator's people."""
    user, now = cast("User", request.user), timezone.now()
    if not standing_of(user).is_operator:
        raise PermissionDenied
    show = request.GET.get("show", "")
    show = show if show in listing.SHOWN else ""
    cursor = key_in(request.GET.get("after", ""))
    found = listing.entries(listing.listed(user, show, cursor), PAGE + 1, user)
    shown, today, calendar = found[:PAGE], today_of(now), operator_calendar(now)
    kept = f"show={show}&" if show else ""
    context = {
        "rows": [listing.row(entry, user, today, calendar) for entry in shown],
        "groups": listing.groups(show, request.path, listing.group_counts(user)),
        "over": show == "over",
        "empty": listing.empty(show),
        "next_url": f"?{kept}after={shown[-1].case.pk}" if len(found) > PAGE else "",
        "first_url": f"{request.path}?{kept}".rstrip("?&") if cursor else "",
    }
    return render(request, "arbitration/cases.html", context)


@members_only
@login_required
@require_GET
def case_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The desk of one case; it is not there for anybody but the operator's people."""
    user = cast("User", request.user)
    case = find_case(user, pk)
    mark_subject_read(user.pk, case.subject, now=timezone.now())
    return render_case(request, case)


def render_case(
    request: HttpRequest,
    case: Case,
    *,
    content: Content | None = None,
    status: int = 200,
    template: str = "arbitration/case.html",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The desk, or a part of it, with what a refused post held: `content` in place of what was kept."""
    user, now = cast("User", request.user), timezone.now()
    rows = read_case(case)
    judges = case.over_at is None and may_judge(user, case)
    shown = content if content is not None and rows.decision is None else present.content_of(rows)
    found = (more or {}).get("findings", {})
    context = {
        **present.desk(rows, shown, user, found, judges=judges, calendar=operator_calendar(now), now=now),
        "bystander": _bystander(user, case, judges=judges),
        "ask_form": ask_form(rows),
        "ways": "arbitration/case/_ways.html",
        **(more or {}),
    }
    return render(request, template, context, status=status)


def ask_form(rows: CaseRows, **refused: Any) -> AskForm:
    """The question to the parties; those that cannot be asked just now say why."""
    barred = {}
    for party in rows.parties:
        if not party.lines:
            barred[str(party.partner.pk)] = _("It has no claim here on which to ask.")
        elif heard(party) == Heard.ASKED:
            barred[str(party.partner.pk)] = _("It was asked already, and still has time to answer.")
    return AskForm([(party.partner.pk, party.partner.name) for party in rows.parties], barred, **refused)


def _bystander(user: User, case: Case, *, judges: bool) -> str:
    """Why somebody who reads the page cannot decide; empty for who can, and once there is nothing to decide."""
    if judges or case.state not in {CaseState.OPEN, CaseState.PROPOSED}:
        return ""
    if not may_review(user):
        return _("You read along: reviewers decide.")
    return _("You decided on this before: a dispute is for another.")
