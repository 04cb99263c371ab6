"""The incentives overview of a company: its MPN IDs in the programmes, and what each activity earns."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from claims.enrolled import held_by_work
from claims.presenters.incentives import earned
from partners.days import today_of
from partners.enrolling import cells
from partners.facts import ADMIN, AUDITOR, Power
from partners.models import MpnId, Program
from partners.people import enrollers_of
from partners.permissions import may_enroll
from partners.presenters.enrollments import can_do, chip, ends_soon, enroller_words, work_of
from partners.roles import standing_of
from partners.states import EnrollmentState
from partners.views.access import actor_of


@login_required
@require_GET
def incentives(request: HttpRequest) -> HttpResponse:
    """Each MPN ID that the person's roles hold for, where it stands, what can be done, and who can; constant queries.

    Raises:
        PermissionDenied: for the operator's people, but those who have the enrolment desk are led there.
    """
    user, now = actor_of(request), timezone.now()
    standing = standing_of(user)
    if standing.is_operator:
        if standing.operator_roles.isdisjoint((ADMIN, AUDITOR)):
            raise PermissionDenied
        return redirect("enrolling:list")
    ids = list(MpnId.objects.visible_to(standing).order_by("number"))
    programs = list(Program.objects.order_by("code"))
    places = [mpn_id for mpn_id in ids if mpn_id.kind == MpnId.Kind.LOCATION]
    found = cells(places, programs, today_of(now))
    rows = [
        {
            "mpn_id": mpn_id,
            "cells": [
                {"cell": cell, "chip": chip(cell), "does": may_enroll(standing, mpn_id) and can_do(cell)}
                for cell in found[mpn_id.pk]
            ],
        }
        for mpn_id in places
    ]
    every = [cell for mpn_id in places for cell in found[mpn_id.pk]]
    partner_id = standing.partner_id
    enrollers = enrollers_of([partner_id])[partner_id] if partner_id else []
    names = {mpn_id.pk: mpn_id.name or mpn_id.number for mpn_id in ids}
    held = held_by_work(user) if partner_id else {}
    context = {
        "programs": [{"program": program, "pays": work_of(program)} for program in programs],
        "rows": rows,
        "globals": [mpn_id for mpn_id in ids if mpn_id.kind == MpnId.Kind.GLOBAL],
        "ending": [cell for cell in every if ends_soon(cell)],
        "invited": [cell for cell in every if cell.state == EnrollmentState.INVITED],
        "earned": earned(programs, held),
        "held": held.get(("", ""), 0),
        "enrollers": [enroller_words(one, names) for one in enrollers],
        "enrolls": standing.has(Power.ENROLL),
    }
    return render(request, "enrolling/overview.html", context)
