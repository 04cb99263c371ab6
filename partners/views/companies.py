"""The companies, their MPN IDs, and where each stands in the programmes."""

import secrets
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from events.outbox import fates
from partners.actions.companies import add_company, add_mpn_id, change_mpn_id, rename_company
from partners.actions.invitations import invite_global_admin
from partners.days import today_of
from partners.enrolling import cells
from partners.facts import ADMIN
from partners.forms.enrollments import CompanyForm, MpnIdForm, PlaceForm, Search
from partners.forms.people import PersonInviteForm
from partners.forms.plain import CheckedForm
from partners.models import Invitation, MpnId, Partner, Program
from partners.people import enrollers_of, mpn_names, reach_of_enrollers
from partners.permissions import may_decide, require_decider
from partners.presenters.enrollments import chip, enroller_words, is_over
from partners.presenters.people import invitation_row
from partners.roles import standing_of
from partners.states import EnrollmentState
from partners.views.access import actor_of, for_admins, for_readers, key_in
from partners.views.places import page_of_places
from partners.views.recent import confirmed_to_post
from partners.views.team import invitations_of

PAGE = 50


@for_readers
@require_GET
def company_list(request: HttpRequest) -> HttpResponse:
    """All companies by name, found by name or the start of an MPN ID."""
    form = Search(request.GET)
    term = form.said("q")
    companies = Partner.objects.visible_to(standing_of(request.user))
    if term:
        numbered = MpnId.objects.of(OuterRef("pk")).filter(number__startswith=term)
        companies = companies.filter(Q(name__icontains=term) | Exists(numbered))
    last = companies.filter(pk=key_in(request.GET.get("after", ""))).first()
    if last is not None:
        companies = companies.filter(Q(name__gt=last.name) | Q(name=last.name, pk__gt=last.pk))
    enrolled = Q(mpn_ids__enrollments__state=EnrollmentState.ACTIVE)
    counted = companies.annotate(
        places=Count("mpn_ids", filter=Q(mpn_ids__kind=MpnId.Kind.LOCATION), distinct=True),
        enrolled=Count("mpn_ids", filter=enrolled, distinct=True),
    )
    found = list(counted.order_by("name", "pk")[: PAGE + 1])
    kept = {"q": term} if term else {}
    context = {
        "companies": found[:PAGE],
        "form": form,
        "term": term,
        "writes": ADMIN in standing_of(request.user).operator_roles,
        "next_url": f"?{urlencode({**kept, 'after': str(found[PAGE - 1].pk)})}" if len(found) > PAGE else "",
        "first_url": f"{request.path}?{urlencode(kept)}".rstrip("?") if last is not None else "",
    }
    return render(request, "enrolling/companies.html", context)


@for_readers
@require_GET
def company_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One company: its MPN IDs in all programmes, who may enrol for it, and who is asked in."""
    company = get_object_or_404(Partner.objects.visible_to(standing_of(request.user)), pk=pk)
    standing, today = standing_of(request.user), today_of(timezone.now())
    own = MpnId.objects.of(company.pk)
    listed, programs = page_of_places(request, own), list(Program.objects.order_by("code"))
    found, enrollers = cells(listed["places"], programs, today), enrollers_of([company.pk])[company.pk]
    numbers = dict(own.filter(pk__in=reach_of_enrollers(enrollers)).values_list("pk", "number"))
    decides = may_decide(standing, company.pk)
    context = {
        **listed,
        "company": company,
        "programs": programs,
        "rows": [
            {
                "mpn_id": mpn_id,
                "cells": [{"cell": cell, "chip": chip(cell), "over": is_over(cell)} for cell in found[mpn_id.pk]],
            }
            for mpn_id in listed["places"]
        ],
        "enrollers": [enroller_words(one, numbers) for one in enrollers],
        "writes": ADMIN in standing.operator_roles,
        "decides": decides,
        **_invited(request, company.pk, decides=decides),
    }
    return render(request, "enrolling/company.html", context)


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def new_company(request: HttpRequest) -> HttpResponse:
    """Adds a company."""
    form = CompanyForm(request.POST or None)
    made = form.carry_out(lambda said: add_company(**said, actor=actor_of(request), now=timezone.now()))
    if made is not None:
        messages.success(
            request, _("%(name)s is added. Add its MPN IDs next, and invite its global admin.") % {"name": made.name}
        )
        return redirect("enrolling:company", made.pk)
    return _form(request, form, _("Add a company"))


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def change_company(request: HttpRequest, pk: int) -> HttpResponse:
    """Renames a company."""
    company = get_object_or_404(Partner.objects.visible_to(standing_of(request.user)), pk=pk)
    form = CompanyForm(request.POST or None, initial={"name": company.name})
    now = timezone.now()
    if form.carry_out(lambda said: rename_company(company=company, **said, actor=actor_of(request), now=now)):
        messages.success(request, _("The change is kept."))
        return redirect("enrolling:company", pk)
    return _form(request, form, _("Rename the company"), company)


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_to_post
def invite_admin(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks whom to invite as a global admin of a company; a post sends the invitation.

    Raises:
        PermissionDenied: for who belongs to the company, or has a conflict with it.
    """
    company = get_object_or_404(Partner.objects.visible_to(standing_of(request.user)), pk=pk)
    who = actor_of(request)
    if request.method != "POST":
        require_decider(who, company.pk)
        return _ask_whom(request, company, PersonInviteForm(initial={"language": who.language}))
    form = PersonInviteForm(request.POST)
    try:
        sent = invite_global_admin(
            partner_id=company.pk,
            email=form.text("email"),
            language=form.text("language"),
            actor=who,
            now=timezone.now(),
            token=secrets.token_urlsafe(32),
        )
    except ValidationError as refused:
        form.refuse(refused)
        return _ask_whom(request, company, form, status=422)
    messages.success(request, _("An invitation is on its way to %(email)s.") % {"email": sent.email})
    return redirect("enrolling:company", pk)


def _ask_whom(request: HttpRequest, company: Partner, form: PersonInviteForm, *, status: int = 200) -> HttpResponse:
    return render(request, "enrolling/invite_admin.html", {"form": form, "company": company}, status=status)


def _invited(request: HttpRequest, partner_id: int, *, decides: bool) -> dict[str, Any]:
    """Who is asked into the company and has not come; what the operator has sent, its admins act on."""
    now, (invited, older_url) = timezone.now(), invitations_of(request, partner_id)
    names, mails = mpn_names(grant for one in invited for grant in one.grants), fates([one.mail for one in invited])
    ours = set(Invitation.objects.of(partner_id).open().sent_by_operator().values_list("pk", flat=True))
    rows = [
        {**invitation_row(one, names, mails.get(one.mail), now=now), "acts": decides and one.pk in ours}
        for one in invited
    ]
    return {"invitations": rows, "older_url": older_url}


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def new_mpn_id(request: HttpRequest, pk: int) -> HttpResponse:
    """Adds an MPN ID to a company."""
    company = get_object_or_404(Partner.objects.visible_to(standing_of(request.user)), pk=pk)
    form, now = MpnIdForm(request.POST or None), timezone.now()
    made = form.carry_out(lambda said: add_mpn_id(company=company, **said, actor=actor_of(request), now=now))
    if made is not None:
        messages.success(request, _("%(number)s is added.") % {"number": made.number})
        return redirect("enrolling:company", pk)
    return _form(request, form, _("Add an MPN ID"), company)


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def change_place(request: HttpRequest, number: str) -> HttpResponse:
    """Changes what an MPN ID is called, its country and its partner types."""
    companies = Partner.objects.visible_to(standing_of(request.user))
    mpn_id = get_object_or_404(MpnId.objects.of(companies).select_related("partner"), number=number)
    form, now = PlaceForm(request.POST or None, initial=PlaceForm.of(mpn_id)), timezone.now()
    if form.carry_out(lambda said: change_mpn_id(mpn_id=mpn_id, **said, actor=actor_of(request), now=now)):
        messages.success(request, _("The change is kept."))
        return redirect("enrolling:company", mpn_id.partner_id)
    return _form(request, form, _("Change %(number)s") % {"number": mpn_id.number}, mpn_id.partner)


def _form(request: HttpRequest, form: CheckedForm, title: str, company: Partner | None = None) -> HttpResponse:
    context = {"form": form, "title": title, "company": company}
    return render(request, "enrolling/form.html", context, status=422 if form.errors else 200)
