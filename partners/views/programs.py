"""The incentive programmes, and their renewal at the end of a fiscal year."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from partners.actions.companies import add_program, change_program
from partners.actions.enrollments import plan_renewal, renew_year
from partners.days import today_of
from partners.errors import PlanChanged
from partners.facts import ADMIN
from partners.forms.enrollments import NewProgramForm, ProgramForm
from partners.models import Program
from partners.presenters.enrollments import state_chip, work_of
from partners.programs import label
from partners.roles import standing_of
from partners.states import WAITING, EnrollmentState
from partners.views.access import actor_of, for_admins, for_readers
from partners.views.recent import confirmed_to_post

MOST = 500  # rows of each kind that are listed; the rest is counted


@for_readers
@require_GET
def program_list(request: HttpRequest) -> HttpResponse:
    """All programmes: what each pays for, how one comes and stays in it, how many are in it."""
    counted = Program.objects.annotate(
        enrolled=Count("enrollments", filter=Q(enrollments__state=EnrollmentState.ACTIVE)),
        waiting=Count("enrollments", filter=Q(enrollments__state__in=WAITING)),
    )
    today = today_of(timezone.now())
    context = {
        "rows": [
            {"program": program, "work": work_of(program), "year_end": program.year_end(today)}
            for program in counted.order_by("code")
        ],
        "writes": ADMIN in standing_of(request.user).operator_roles,
    }
    return render(request, "enrolling/programs.html", context)


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_to_post
def new_program(request: HttpRequest) -> HttpResponse:
    """Adds a programme."""
    form = NewProgramForm(request.POST or None)
    if form.carry_out(lambda _said: add_program(**form.values, actor=actor_of(request), now=timezone.now())):
        messages.success(request, _("The programme is added."))
        return redirect("enrolling:programs")
    context = {"form": form, "title": _("Add a programme"), "programs": True}
    return render(request, "enrolling/form.html", context, status=422 if form.errors else 200)


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_to_post
def change_program_page(request: HttpRequest, code: str) -> HttpResponse:
    """Changes a programme."""
    program = get_object_or_404(Program, code=code)
    form, now = ProgramForm(request.POST or None, initial=ProgramForm.of(program)), timezone.now()
    if form.carry_out(lambda _said: change_program(program=program, **form.values, actor=actor_of(request), now=now)):
        messages.success(request, _("The change is kept."))
        return redirect("enrolling:programs")
    context = {"form": form, "title": _("Change %(name)s") % {"name": label(program.name)}, "programs": True}
    return render(request, "enrolling/form.html", context, status=422 if form.errors else 200)


@for_readers
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_to_post
def renewal(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """Who goes on after the fiscal year that ends in `year`, who does not and why; a post renews as it was shown.

    Raises:
        Http404: for a year that is neither the present one nor the last.
    """
    program, now = get_object_or_404(Program, code=code), timezone.now()
    year_end = program.year_end(today_of(now))
    if year not in (year_end.year, year_end.year - 1):
        raise Http404
    year_end = program.year_end(date(year, year_end.month, 1))
    changed = False
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        try:
            renewed = renew_year(program=program, year_end=year_end, seen=seen, actor=actor_of(request), now=now)
        except PlanChanged:
            changed = True
        else:
            told = ngettext("%(number)d enrolment is renewed.", "%(number)d enrolments are renewed.", len(renewed))
            messages.success(request, told % {"number": len(renewed)})
            return redirect("enrolling:renewal", code, year)
    plan = plan_renewal(program, year_end, standing_of(request.user), now=now)
    today = today_of(now)
    context: dict[str, Any] = {
        "program": program,
        "year_end": year_end,
        "plan": plan,
        "renewed": plan.renewed[:MOST],
        "others": [
            {"prospect": one, "chip": state_chip(one.enrollment.stands(today)), "reason": one.reason}
            for one in plan.others[:MOST]
        ],
        "most": MOST,
        "changed": changed,
        "writes": ADMIN in standing_of(request.user).operator_roles,
    }
    return render(request, "enrolling/renewal.html", context, status=409 if changed else 200)
