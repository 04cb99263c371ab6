"""Reports on the work as a whole, for the operator's leads, admins and auditors; each part as a file too."""

from typing import Any, cast
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from arbitration.forms.reports import ReportForm
from arbitration.presenters.reports import csv
from arbitration.presenters.reports.page import lede, sections, strip
from arbitration.reports.counting import standing
from arbitration.reports.figures import figures
from arbitration.reports.open_queue import ages
from claims.calendars import operator_calendar, today_of
from partners.facts import ADMIN, AUDITOR, LEAD
from partners.models import User
from partners.permissions import require_operator
from partners.roles import standing_of


def _form(request: HttpRequest) -> ReportForm:
    """What the address asks for.

    Raises:
        PermissionDenied: for who is neither lead, admin nor auditor.
    """
    require_operator(request.user, LEAD, ADMIN, AUDITOR)
    conflicts = standing_of(cast("User", request.user)).conflicts
    unnamed = {pk for pk in conflicts if pk is not None}
    return ReportForm(request.GET.dict(), today=today_of(timezone.now()), unnamed=unnamed)


@login_required
@require_GET
def report(request: HttpRequest) -> HttpResponse:
    """The whole report."""
    form = _form(request)
    if not form.is_valid():
        return render(request, "reports/page.html", {"form": form}, status=422)
    typed = form.typed()
    context: dict[str, Any] = {"form": form, "narrowed": bool(typed), "query": urlencode(typed), **_found(form)}
    return render(request, "reports/page.html", context)


@login_required
@require_GET
def report_file(request: HttpRequest, part: str) -> HttpResponseBase:
    """One part of it as a CSV file, by its key.

    Raises:
        Http404: where the report has no such part.
    """
    form = _form(request)
    if not form.is_valid():
        return redirect(f"{reverse('reports:page')}?{urlencode(form.typed())}")
    found = next((section for section in _found(form)["sections"] if section.key == part), None)
    if found is None:
        raise Http404
    period = form.report_period
    name = f"{part}-{period.since:%Y-%m-%d}-{period.until:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(csv.lines(found), content_type="text/csv; charset=utf-8", headers=headers)


def _found(form: ReportForm) -> dict[str, Any]:
    now, reckoning = timezone.now(), standing()
    numbers = figures(form.asked, reckoning)
    waiting = ages(form.asked, operator_calendar(now), now)
    return {
        "lede": lede(form),
        "counted_at": reckoning.counted_at,
        "counting": reckoning.next_claim is not None,
        "strip": strip(numbers.total, waiting),
        "sections": sections(form, numbers, waiting),
    }
