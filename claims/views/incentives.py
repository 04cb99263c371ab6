"""The incentives overview of a company: its MPN IDs in the programmes, and what each activity earns."""

from datetime import date, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from claims.enrolled import held_by_work
from claims.presenters.incentives import earned
from partners.days import today_of
from partners.enrolling import cell_of, cells, with_periods
from partners.facts import ADMIN, AUDITOR, Power, Standing
from partners.models import Enrollment, MpnId, Program
from partners.people import enrollers_of, reach_of_enrollers
from partners.permissions import may_enroll
from partners.presenters.enrollments import can_do, chip, ends_soon, enroller_words, way_on, work_of
from partners.roles import standing_of
from partners.rules.renewal import ALERT_DAYS
from partners.states import EnrollmentState
from partners.views.access import actor_of
from partners.views.places import page_of_places

MOST_NOTICES = 20  # above the table; each stands in it too


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
    seen, programs = MpnId.objects.visible_to(standing), list(Program.objects.order_by("code"))
    listed = page_of_places(request, seen)
    found = cells(listed["places"], programs, today_of(now))
    rows = [
        {
            "mpn_id": mpn_id,
            "cells": [
                {"cell": cell, "chip": chip(cell), "does": may_enroll(standing, mpn_id) and can_do(cell)}
                for cell in found[mpn_id.pk]
            ],
        }
        for mpn_id in listed["places"]
    ]
    partner_id = standing.partner_id
    enrollers = enrollers_of([partner_id])[partner_id] if partner_id else []
    named = seen.filter(pk__in=reach_of_enrollers(enrollers))
    names = {mpn_id.pk: mpn_id.name or mpn_id.number for mpn_id in named}
    held = held_by_work(user) if partner_id else {}
    context = {
        **listed,
        **_waiting(Enrollment.objects.visible_to(standing).filter(mpn_id__in=seen), standing, today_of(now)),
        "programs": [{"program": program, "pays": work_of(program)} for program in programs],
        "rows": rows,
        "earned": earned(programs, held),
        "held": held.get(("", ""), 0),
        "enrollers": [enroller_words(one, names) for one in enrollers],
        "enrolls": standing.has(Power.ENROLL),
    }
    return render(request, "enrolling/overview.html", context)


def _waiting(rows: QuerySet[Enrollment], standing: Standing, today: date) -> dict[str, list[dict[str, Any]]]:
    """What the company should look at, whichever page is shown: invitations, and what ends, the soonest first.

    Each is a `cell` with what the link to it is called for who reads it, its `way`.
    """
    invited = Q(state=EnrollmentState.INVITED, until__gte=today)
    ending = Q(state=EnrollmentState.ACTIVE, until__range=(today, today + timedelta(days=max(ALERT_DAYS))))
    ending &= ~Q(renews=True, program__renews=True)
    found = with_periods(rows.filter(invited | ending).select_related("mpn_id", "program"))
    shown = [cell_of(row.mpn_id, row.program, row, today) for row in found.order_by("until", "pk")[:MOST_NOTICES]]
    may = {cell.mpn_id.pk: may_enroll(standing, cell.mpn_id) for cell in shown}
    opens = {True: _("Open the invitation"), False: _("Read the invitation")}
    return {
        "ending": [{"cell": cell, "way": way_on(cell, may=may[cell.mpn_id.pk])} for cell in shown if ends_soon(cell)],
        "invited": [
            {"cell": cell, "way": opens[may[cell.mpn_id.pk]]} for cell in shown if cell.state == EnrollmentState.INVITED
        ],
    }
