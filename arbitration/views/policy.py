"""The policy desk: the numbers that hold from a day on, seen by admins and auditors, added to by admins."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from arbitration.forms import PolicyForm
from arbitration.presenters import policy as present
from claims import dates
from claims.actions.policy import add_policy, before, named, policies, remove_policy, running
from claims.calendars import today_of
from claims.errors import ChangedMeanwhile
from partners.facts import ADMIN, AUDITOR
from partners.models import User
from partners.permissions import require_operator
from partners.roles import standing_of
from partners.views.access import for_admins
from partners.views.recent import confirmed_recently, confirmed_to_post


@login_required
@require_GET
def policy_page(request: HttpRequest) -> HttpResponse:
    """The policy that holds, those to come, and those that held."""
    require_operator(request.user, ADMIN, AUDITOR)
    keeps = ADMIN in standing_of(cast("User", request.user)).operator_roles
    context = {**present.rows(policies(), today_of(timezone.now())), "keeps": keeps}
    return render(request, "operator/policy.html", context)


@login_required
@require_GET
def new_policy(request: HttpRequest) -> HttpResponse:
    """The form of a new one, which begins as the latest; or as what somebody comes back from, without complaint."""
    require_operator(request.user, ADMIN)
    form = PolicyForm(policies(), today_of(timezone.now()))
    form.initial.update({name: request.GET[name] for name in form.fields if name in request.GET})
    return _form_page(request, form)


@login_required
@require_GET
def preview_policy(request: HttpRequest) -> HttpResponse:
    """What a new policy would govern. Nothing is written."""
    require_operator(request.user, ADMIN)
    form = PolicyForm(policies(), today_of(timezone.now()), request.GET)
    return _preview(request, form) if form.is_valid() else _refused(request, form)


@login_required
@require_POST
@for_admins
@confirmed_recently
def confirm_policy(request: HttpRequest) -> HttpResponse:
    """Adds the policy as the admin saw it; where others stand by now, shows again what it would bring."""
    now = timezone.now()
    form = PolicyForm(policies(), today_of(now), request.POST)
    if not form.is_valid():
        return _refused(request, form)
    day = form.cleaned_data["valid_from"]
    seen = request.POST.get("seen", "")
    try:
        add_policy(valid_from=day, numbers=form.numbers, seen=seen, actor=cast("User", request.user), now=now)
    except ChangedMeanwhile:
        return _preview(request, PolicyForm(policies(), today_of(now), request.POST), status=409)
    messages.success(request, _("The policy holds from %(day)s on.") % {"day": dates.day_of_year(day)})
    return redirect("operator:policy")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
@confirmed_to_post
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks, then takes back a policy that does not hold yet.

    Raises:
        Http404: where there is none that could be.
    """
    now, rows = timezone.now(), policies()
    policy = next((row for row in rows if row.pk == pk and row.valid_from > today_of(now)), None)
    if policy is None:
        raise Http404
    status = 200
    if request.method == "POST":
        try:
            remove_policy(policy_id=pk, seen=request.POST.get("seen", ""), actor=cast("User", request.user), now=now)
        except (ChangedMeanwhile, ValidationError):
            status = 409
        else:
            messages.success(request, _("The policy is removed."))
            return redirect("operator:policy")
    context = {
        "day": dates.day_of_year(policy.valid_from),
        "changed": present.changed(before(rows, policy.valid_from).numbers, policy.numbers),
        "policy": policy,
        "seen": named(rows),
        "conflict": status == 409,
    }
    return render(request, "operator/policy_remove.html", context, status=status)


def _refused(request: HttpRequest, form: PolicyForm) -> HttpResponse:
    return _form_page(request, form, status=422)


def _form_page(request: HttpRequest, form: PolicyForm, *, status: int = 200) -> HttpResponse:
    latest = form.rows[0].valid_from
    context = {"form": form, "latest": dates.day_of_year(latest) if latest > form.today else ""}
    return render(request, "operator/policy_new.html", context, status=status)


def _preview(request: HttpRequest, form: PolicyForm, *, status: int = 200) -> HttpResponse:
    if not form.is_valid():
        return _refused(request, form)
    day, rows = form.cleaned_data["valid_from"], form.rows
    then = next((row for row in reversed(rows) if row.valid_from > day), None)
    context = {
        "day": dates.day_of_year(day),
        "until": dates.day_of_year(then.valid_from) if then else "",
        "again": present.changed(form.numbers, then.numbers) if then else [],
        "changed": present.changed(before(rows, day).numbers, form.numbers),
        **running(),
        "given": form.given,
        "seen": named(rows),
        "back": urlencode(form.given),
        "conflict": status == 409,
    }
    return render(request, "operator/policy_change.html", context, status=status)
