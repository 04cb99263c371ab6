"""The desk itself, and who else looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from claims.actions.review import reviewers_for
from claims.calendars import last_date, today_of
from claims.dates import day
from claims.enrolled import counts_until
from claims.forms import CommentForm
from claims.models import Case, Claim, ClaimLine
from claims.permissions import allowed_verbs, units_to_judge
from claims.presenters import desk as present
from claims.presenters import page, thread
from claims.presenters.incentives import enrolled_today
from claims.states import LIVE_LINES, OPEN_CLAIMS, WITH_OPERATOR, CaseState, LineState
from claims.views.pages import months_of, visible_claim
from events.inbox import mark_subject_read
from partners.models import User
from partners.roles import standing_of

SEEN = timedelta(seconds=45)  # two of the page's questions may be lost


@login_required
@require_GET
def review(request: HttpRequest, reference: str) -> HttpResponse:
    """The desk of one claim; who is not the operator's is led to the claim's page."""
    claim = visible_claim(request, reference)
    if not standing_of(cast("User", request.user)).is_operator:
        return redirect(claim.path)
    mark_subject_read(int(request.user.pk or 0), claim.subject, now=timezone.now())
    return render_desk(request, claim, present.read_place(claim, request.GET))


def render_desk(
    request: HttpRequest,
    claim: Claim,
    place: present.Place,
    *,
    status: int = 200,
    template: str = "claims/review/desk.html",
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """The desk, or a part of it, with what a refused decision or comment held."""
    user, now = cast("User", request.user), timezone.now()
    verbs, cases = allowed_verbs(user, claim), standing_cases(claim, now)
    contested = set(cases)
    judged = units_to_judge(user, {unit: case.parties for unit, case in cases.items() if case.open})
    months, holds = months_of(claim), "check" in verbs
    shown = present.desk(claim, place, months=months, viewer_id=user.pk, holds=holds, judged=judged)
    current = next((line for line in claim.lines.all() if line.pk == shown["place"].line), None)
    hold, finishes = page.hold(claim, viewer_id=user.pk, now=now), bool(contested) and "record_review" in verbs
    decides = bool(shown["line"] and shown["line"]["may_check"]) and "approve" in verbs
    context = {
        "claim": claim,
        "verbs": verbs,
        "case": _case_of(current, cases, user),
        "hold": hold,
        "chip": page.chip(claim),
        "work": page.work(claim),
        "due_day": page.due_day(claim) if claim.state in OPEN_CLAIMS else None,
        "late": claim.state in WITH_OPERATOR and claim.reviewed_at is None and page.is_late(claim, now),
        "clock_summary": page.clock_summary(claim, now),
        "standing": present.standing_words(claim, contested=contested),
        "enrolled": enrolled_today(counts_until(claim, today_of(now))) if claim.state in OPEN_CLAIMS else "",
        "contested": current is not None and current.unit_id in contested and current.state == LineState.OPEN,
        "finishes": finishes,
        "ways": "claims/review/_ways.html",
        "ways_tone": "" if decides or finishes or ("take" in verbs and hold["free"]) else "primary",
        **_written(claim, shown["line"]["words"] if shown["line"] else "", user),
        "reviewers": reviewers_for(claim).exclude(pk=claim.reviewer_id or 0) if "reassign" in verbs else [],
        **shown,
        **(more or {}),
    }
    return render(request, template, context, status=status)


def _written(claim: Claim, drafted: str, user: User) -> dict[str, Any]:
    """What was written, with the partner and among the operator's people; whether the drafted words were sent once."""
    comments = list(claim.comments.select_related("author").order_by("pk"))
    return {
        "comments": thread.thread(comments, {}, viewer_id=user.pk),
        "wrote_last": thread.wrote_last(comments) if claim.state in OPEN_CLAIMS else None,
        "sent_at": thread.sent_at(comments, drafted),
        "notes": thread.notes(claim.notes.select_related("author"), viewer_id=user.pk),
        "comment_form": CommentForm(),
        "note_form": CommentForm(),
    }


@dataclass
class Standing:
    """A standing case of one of the claim's units: whether it can be decided now, and by which day unless late.

    `parties` are the keys of its companies.
    """

    pk: int
    open: bool
    day: str
    parties: list[int]


def standing_cases(claim: Claim, now: datetime) -> dict[int, Standing]:
    """The cases that are to decide lines of the claim, by the unit's id; in one query."""
    cases = Case.objects.of(claim).order_by("pk")
    found: dict[int, Standing] = {}
    columns = ("unit_id", "pk", "state", "due_at", "parties__partner_id")
    for unit_id, pk, state, due_at, partner_id in cases.values_list(*columns):
        is_open = state == CaseState.OPEN
        case = Standing(pk, is_open, day(last_date(due_at)) if is_open and now < due_at else "", [])
        found.setdefault(unit_id, case).parties.append(partner_id)
    return found


def _case_of(line: ClaimLine | None, cases: Mapping[int, Standing], user: User) -> Standing | None:
    """The case of a line, for who has a conflict with none of its parties."""
    case = cases.get(line.unit_id or 0) if line is not None and line.state in LIVE_LINES else None
    return case if case and standing_of(user).may_judge(*case.parties) else None


@login_required
@require_GET
def looking(request: HttpRequest, reference: str) -> HttpResponse:
    """For htmx: who else has this desk open just now; that the asker has is noted."""
    claim, user, now = visible_claim(request, reference), cast("User", request.user), timezone.now()
    if not standing_of(user).is_operator:
        raise Http404
    claim.looks.update_or_create(user=user, defaults={"at": now})
    others = claim.looks.filter(at__gt=now - SEEN).exclude(user=user).select_related("user")
    return render(request, "claims/review/_looking.html", {"others": [str(look.user) for look in others]})
