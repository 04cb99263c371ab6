"""The operator's calendar: seen by admins and auditors, changed by admins, and only after they saw what it brings."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from arbitration.actions.calendar import change_calendar, preview
from arbitration.forms import CHANGES, ChangeForm, ClocksForm, bound_change
from arbitration.permissions import cases_visible_to
from arbitration.presenters import calendar as present
from claims.calendars import timetable, today_of
from claims.errors import ChangedMeanwhile
from claims.models.calendar import CALENDAR
from events.models import Event
from partners.facts import ADMIN, AUDITOR
from partners.models import User
from partners.permissions import require_operator
from partners.roles import standing_of
from partners.views.access import for_admins
from partners.views.recent import confirmed_recently

LATEST = 20
OFFERED = ("close", "work", "hours", "country")


@login_required
@require_GET
def calendar_page(request: HttpRequest) -> HttpResponse:
    """A year's days off, and the ways to change them."""
    require_operator(request.user, ADMIN, AUDITOR)
    return _calendar(request)


def _calendar(request: HttpRequest, *, refused: ChangeForm | None = None) -> HttpResponse:
    """The calendar; where a change was refused, with it as it was filled in."""
    now = timezone.now()
    stands, today = timetable(now), today_of(now)
    years = range(today.year - 1, today.year + 3)
    asked = request.GET.get("year", "")
    shown = int(asked) if asked in map(str, years) else today.year
    forms = {do: CHANGES[do](stands, today) for do in OFFERED}
    if refused is not None:
        forms[refused.do] = refused
    history = Event.objects.of(CALENDAR).order_by("-seq")
    context = {
        "year": present.year(stands, shown, today),
        "before": shown - 1 if shown - 1 in years else None,
        "after": shown + 1 if shown + 1 in years else None,
        "hours": present.hours(stands),
        "forms": forms,
        "refused": _errors(refused) if refused else [],
        "refused_form": refused.do if refused and refused.do in OFFERED else "",
        "keeps": ADMIN in standing_of(cast("User", request.user)).operator_roles,
        "history": present.history(history[:LATEST]),
    }
    return render(request, "operator/calendar.html", context, status=422 if refused else 200)


def _errors(form: ChangeForm) -> list[dict[str, str]]:
    """What is wrong with a change, each with the way to its field, where the page has one."""
    rows = []
    for name, errors in form.errors.items():
        shown = name in form.fields and form.do in OFFERED
        field = form[name] if shown else None
        before, href = (f"{field.label}: ", f"#{field.auto_id}") if field else ("", "")
        rows += [{"text": f"{before}{error}", "href": href} for error in errors]
    return rows


@login_required
@require_GET
def preview_change(request: HttpRequest) -> HttpResponse:
    """What a change would bring: the days, and where every clock that runs would end. Nothing is written."""
    require_operator(request.user, ADMIN)
    now = timezone.now()
    form = _form(request.GET, now)
    return _preview(request, form, now) if form.is_valid() else _calendar(request, refused=form)


@login_required
@require_POST
@for_admins
@confirmed_recently
def confirm_change(request: HttpRequest) -> HttpResponse:
    """Changes the calendar as the admin saw it; where another stands by now, shows again what it would bring."""
    now = timezone.now()
    form = _form(request.POST, now)
    if not form.is_valid():
        return _calendar(request, refused=form)
    recount = request.POST.get("clocks") == "all"
    try:
        found = change_calendar(
            wanted=form.wanted,
            seen=request.POST.get("seen", ""),
            recount=recount,
            actor=cast("User", request.user),
            now=now,
        )
    except ChangedMeanwhile:
        return _preview(request, form, now, status=409)
    except ValidationError as refusal:
        form.add_error(None, refusal)
        return _calendar(request, refused=form)
    moved = sum(one.moves and not one.stays(now) for one in found)
    told = ngettext("%(number)s running clock moved.", "%(number)s running clocks moved.", moved) % {"number": moved}
    own = Event.objects.of(CALENDAR).filter(at=now).order_by("-seq")[:1]
    what = "".join(f"{entry['what']}. " for entry in present.history(own) if form.do != "recount")
    messages.success(request, what + (told if recount else _("Clocks that run keep their end.")))
    return redirect("operator:calendar")


def _form(data: Mapping[str, Any], now: datetime) -> ChangeForm:
    """The change that was asked for.

    Raises:
        Http404: where none is named that there is.
    """
    form = bound_change(data, timetable(now), today_of(now))
    if form is None:
        raise Http404
    return form


def _preview(request: HttpRequest, form: ChangeForm, now: datetime, *, status: int = 200) -> HttpResponse:
    shown, today = preview(form.wanted, now=now), today_of(now)
    moving = present.moving(shown.clocks)
    page, pages = _page(request.GET.get("page", ""), len(moving))
    rows = moving[(page - 1) * present.PAGE : page * present.PAGE]
    user = cast("User", request.user)
    cases = {one.case_id for one in rows if one.case_id and one.claim is None}
    visible = set(cases_visible_to(user).filter(pk__in=cases).values_list("pk", flat=True))
    barred = {"partners": standing_of(user).conflicts, "cases": cases - visible}
    context = {
        "changes": present.changes(shown.now, form.wanted, today),
        "given": form.given,
        "seen": shown.seen,
        "summary": present.summary(shown.clocks, now),
        "all": present.count(shown.clocks, now),
        "groups": present.groups(rows, form.wanted, now, barred),
        "moving": len(moving),
        "choice": ClocksForm(),
        "page": page,
        "pages": pages,
        "next": _address(form, page + 1) if page < pages else "",
        "first": _address(form, 1) if page > 1 else "",
        "alone": form.do == "recount",
        "conflict": status == 409,
    }
    return render(request, "operator/calendar_change.html", context, status=status)


def _page(asked: str, rows: int) -> tuple[int, int]:
    pages = max(1, -(-rows // present.PAGE))
    return (min(max(int(asked), 1), pages) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1), pages


def _address(form: ChangeForm, page: int) -> str:
    return f"{reverse('operator:calendar_change')}?{urlencode([*form.given, ('page', str(page))])}"
