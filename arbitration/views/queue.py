"""Claims that wait for the operator, most urgent first."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from arbitration.actions import take_next
from arbitration.queue import Entry, Filters, at_most, counts, most_urgent, queue, read_filters
from claims.business_days import Calendar
from claims.calendars import operator_calendar, today_of
from claims.forms.choices import works_offered
from claims.models import Claim
from claims.permissions import may_review
from claims.presenters import page as present
from claims.presenters.due import due_words
from claims.search import LONGEST_TERM
from claims.states import WITH_OPERATOR, ClaimState
from partners.models import User
from partners.presenters.saved_views import saved_views
from partners.roles import standing_of

PAGE = 50
# "Action required" is the partner's word: to the operator's people it would read as theirs.
ASKED = {"icon": "clock", "word": gettext_lazy("With the partner"), "tone": ""}
FIRST = "review"  # the group that an address shows which names none


class FilterForm(forms.Form):
    """The controls above the queue, drawn with what the address says."""

    q = forms.CharField(
        label=gettext_lazy("Search"),
        max_length=LONGEST_TERM,
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": gettext_lazy("Reference, partner, customer, start of an ID")}
        ),
    )
    work = forms.ChoiceField(label=gettext_lazy("Activity"))

    def __init__(self, filters: Filters) -> None:
        super().__init__(initial=vars(filters), auto_id="queue-%s", use_required_attribute=False)
        self.fields["work"].choices = [("", _("Every activity")), *works_offered()]  # type: ignore[attr-defined]


@login_required
@require_GET
def claims_to_review(request: HttpRequest) -> HttpResponse:
    """Open claims by due date, for the operator's people."""
    user, now = cast("User", request.user), timezone.now()
    if not standing_of(user).is_operator:
        raise PermissionDenied
    filters, cursor = _read(request.GET), request.GET.get("after", "")[:12]
    waiting = queue(user, replace(filters, show=_group(filters)), now, after=cursor)
    found = most_urgent(waiting, PAGE + 1, user)
    shown, calendar, today = found[:PAGE], operator_calendar(now), today_of(now)
    kept = filters.query()
    context = {
        "rows": [_row(entry, filters, user, calendar, today) for entry in shown],
        "next_url": "?" + filters.query(after=shown[-1].claim.reference) if len(found) > PAGE else "",
        "first_url": f"{request.path}{'?' if kept else ''}{kept}" if cursor else "",
        "groups": _groups(filters, request.path),
        "filters": filters,
        "form": FilterForm(filters),
        "empty": _empty(filters),
        "all_of_group": f"{request.path}?{Filters(show=filters.show).query()}" if filters.narrow else "",
        "partner": shown[0].claim.partner.name if filters.partner and shown else "",
        "reviews": may_review(user),
        "saved": saved_views(user, "queue", kept, lambda given: _read(given).query()),
    }
    return render(request, "arbitration/list.html", context)


@login_required
@require_GET
def counted(request: HttpRequest) -> HttpResponse:
    """For htmx: how many claims each group holds, for the words above the list."""
    user = cast("User", request.user)
    if not standing_of(user).is_operator:
        raise PermissionDenied
    found = counts(user, timezone.now())
    numbers = [{"show": show, "count": at_most(count)} for show, count in found.items()]
    return render(request, "arbitration/_counts.html", {"numbers": numbers})


def _read(given: Mapping[str, str]) -> Filters:
    filters = read_filters(given)
    return replace(filters, show="") if filters.show == FIRST else filters


def _group(filters: Filters) -> str:
    """The group that is shown: what is searched for is searched for in all that is open, unless a group is named."""
    return filters.show or ("all" if filters.q else FIRST)


def _groups(filters: Filters, path: str) -> list[dict[str, Any]]:
    words = {
        "review": _("To review"),
        "free": _("Free to take"),
        "mine": _("Mine"),
        "overdue": _("Overdue"),
        "partner": _("With the partner"),
        "contested": _("In a case"),
        "all": _("All open"),
    }
    queries = {show: filters.query(show="" if show == FIRST else show) for show in words}
    return [
        {
            "show": show,
            "href": f"?{queries[show]}" if queries[show] else path,
            "word": word,
            "on": show == _group(filters),
        }
        for show, word in words.items()
    ]


def _empty(filters: Filters) -> tuple[str, str]:
    """Title and words of a queue without a row."""
    if filters.narrow:
        return _("Nothing matches"), _("No claim of this group passes these filters. Clear them to see all of it.")
    return {
        "free": (_("Nothing is free"), _("Every open claim has a reviewer, or waits for its partner.")),
        "mine": (_("You have no claim"), _("Take next gives you the most urgent one.")),
        "all": (_("No claim is open"), _("New claims stand here as soon as partners send them.")),
        "overdue": (_("Nothing is overdue"), _("Every claim is inside its business days.")),
        "contested": (_("Nothing is in a case"), _("No two partners claim the same thing just now.")),
        "partner": (_("No partner is asked"), _("Claims stand here while their partner owes an answer.")),
    }.get(filters.show, (_("Nothing to review"), _("New claims stand here as soon as partners send them.")))


def _row(entry: Entry, filters: Filters, user: User, calendar: Calendar, today: date) -> dict[str, Any]:
    claim = entry.claim
    day = present.due_day(claim)
    return {
        "claim": claim,
        "chip": ASKED if claim.state == ClaimState.ACTION_REQUIRED else present.chip(claim),
        "due_day": day,
        "due": _due(claim, day, today, calendar) if day else None,
        "work": present.work(claim),
        "wrote_last": entry.partner_wrote_last and claim.state in WITH_OPERATOR and claim.reviewed_at is None,
        "contested": entry.contested,
        "case": entry.case,
        "of_partner": "" if filters.partner else "?" + filters.query(partner=str(claim.partner_id)),
        "reviewer": str(claim.reviewer) if claim.reviewer else "",
        "mine": claim.reviewer_id == user.pk,
        "lines": entry.products,
    }


def _due(claim: Claim, day: date, today: date, calendar: Calendar) -> dict[str, Any]:
    """How near its day is; a claim that was reviewed waits for its case, which has a clock of its own."""
    if claim.reviewed_at is not None:
        return {"tone": "", "word": _("with its case"), "fill": False}
    return due_words(day, today, calendar)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def next_claim(request: HttpRequest) -> HttpResponse:
    """Takes the most urgent claim that is free, and leads to it; coming back leads to the list."""
    if request.method != "POST":
        return redirect("arbitration:list")
    claim = take_next(actor=cast("User", request.user), now=timezone.now())
    if claim is None:
        nothing = _("No claim is free for you just now: others review what is open, or you have judged it before.")
        messages.info(request, nothing)
        return redirect("arbitration:list")
    return redirect("claims:review", claim.reference)
