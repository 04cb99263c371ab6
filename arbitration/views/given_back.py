"""What one of the operator's people left to the others; a lead gives it on, several claims at once."""

from collections.abc import Sequence
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from arbitration.actions.leaving import GAVE_BACK
from arbitration.permissions import cases_visible_to
from claims.actions import reassign_claim
from claims.calendars import operator_calendar, today_of
from claims.errors import ClaimRefused, TransitionNotAllowed, VersionConflict
from claims.models import Claim, Judge
from claims.presenters import page as present
from claims.presenters.due import due_words
from claims.states import CLAIM_VERBS, OPEN_CLAIMS, STANDING_CASES
from events.models import Event
from partners.facts import LEAD
from partners.models import User
from partners.people import people_around
from partners.roles import standing_of

MOST = 200


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def given_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The claims that this person gave back and that are open yet, most urgent first; a lead's post gives them on.

    Raises:
        Http404: for who never gave anything back.
        PermissionDenied: for who does not work for the operator; to give, for who is no lead.
    """
    user = cast("User", request.user)
    standing = standing_of(user)
    if not standing.is_operator:
        raise PermissionDenied
    said = list(Event.objects.of(f"person:{pk}").filter(kind=GAVE_BACK).order_by("-seq"))
    if not said:
        raise Http404
    ids = {claim_id for event in said for claim_id in event.data["claims"]}
    rows = Claim.objects.visible_to(user).filter(pk__in=ids, state__in=OPEN_CLAIMS)
    total = rows.count()
    claims = list(rows.select_related("partner", "policy", "reviewer").with_lines().order_by("due_at", "pk")[:MOST])
    if request.method == "POST":
        if LEAD not in standing.operator_roles:
            raise PermissionDenied
        _give(request, claims)
        return redirect("arbitration:given_back", pk)
    cases = {case_id for event in said for case_id in event.data["cases"]}
    standing_cases = cases_visible_to(user).filter(pk__in=cases, state__in=STANDING_CASES)
    shown = _rows(claims, leads=LEAD in standing.operator_roles)
    context = {
        "person": User.objects.get(pk=pk),
        "rows": shown,
        "total": total,
        "gives": any(row["fit"] for row in shown),
        "reviewers": sorted({one for row in shown for one in row["fit"]}, key=str),
        "cases": list(standing_cases.order_by("pk").values_list("pk", flat=True)),
    }
    return render(request, "arbitration/given_back.html", context)


def _give(request: HttpRequest, claims: Sequence[Claim]) -> None:
    """Gives each claim to whom was chosen for it, or for all; what does not fit any more stays in the queue."""
    user, now, given, left = cast("User", request.user), timezone.now(), 0, []
    for claim in claims:
        to = request.POST.get(f"to-{claim.reference}", "") or request.POST.get("to-all", "")
        if not to or f"v-{claim.reference}" not in request.POST:
            continue
        version = request.POST[f"v-{claim.reference}"]
        try:
            seen = int(version) if version.isascii() and version.isdecimal() and len(version) < 10 else -1
            reassign_claim(claim=claim, to=to, actor=user, now=now, version=seen)
            given += 1
        except (ClaimRefused, TransitionNotAllowed, VersionConflict):
            left.append(claim.reference)
    if given:
        words = ngettext(
            "%(number)d claim is given on, and who has it now is told.",
            "%(number)d claims are given on, and who has them now is told.",
            given,
        )
        messages.success(request, words % {"number": given})
    if left:
        words = _("Not given: %(references)s. Somebody has acted on them, or who was chosen may not judge them.")
        messages.warning(request, words % {"references": ", ".join(left)})
    if not given and not left:
        messages.info(request, _("Nobody was chosen, so nothing was given on."))


def _rows(claims: Sequence[Claim], *, leads: bool) -> list[dict[str, Any]]:
    """Each claim with its clock, who has it, and for a lead the people it may be given to; in five queries."""
    now = timezone.now()
    today, calendar = today_of(now), operator_calendar(now)
    around = people_around({claim.partner_id for claim in claims}) if leads and claims else {}
    people = User.objects.in_bulk({pk for one in around.values() for pk in one.reviewers})
    before = set(Judge.objects.of(claims).of_disputes().values_list("line__claim", "user")) if around else set()
    rows = []
    for claim in claims:
        day = present.due_day(claim)
        giveable = claim.state in CLAIM_VERBS["reassign"][0] and claim.reviewed_at is None and claim.reviewer_id is None
        able = around[claim.partner_id].reviewers if around and giveable else frozenset()
        rows.append(
            {
                "claim": claim,
                "chip": present.chip(claim),
                "due_day": day,
                "due": due_words(day, today, calendar) if day else None,
                "fit": sorted((people[pk] for pk in able if (claim.pk, pk) not in before), key=str),
            }
        )
    return rows
