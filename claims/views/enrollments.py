"""Ending and suspending an enrolment: what hangs on it is shown before."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.enrolled import associations_of, open_claims_of
from claims.presenters import page as present
from claims.presenters.associations import rows, with_claims
from partners.actions.enrollments import end, suspend
from partners.days import today_of
from partners.enrolling import cell_of
from partners.errors import TransitionNotAllowed
from partners.forms.enrollments import WordsForm
from partners.models import Enrollment
from partners.permissions import require_decider
from partners.presenters.enrollments import chip, stands_now
from partners.states import allowed
from partners.views.access import actor_of, for_admins
from partners.views.enrollments import enrollment_or_404
from partners.views.recent import confirmed_to_post

MOST = 100  # of each kind that are listed; the rest is counted


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_to_post
def end_enrollment(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks before an enrolment is ended, and ends it by a post."""
    return _stop(request, pk, "end", end, _("The enrolment has ended, and its company is told why."))


@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
@confirmed_to_post
def suspend_enrollment(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks before an enrolment is suspended, and suspends it by a post."""
    return _stop(request, pk, "suspend", suspend, _("The enrolment is suspended, and its company is told why."))


def _stop(request: HttpRequest, pk: int, verb: str, act: Callable[..., Enrollment], done: str) -> HttpResponse:
    enrollment, who = enrollment_or_404(request, pk), actor_of(request)
    require_decider(who, enrollment.mpn_id.partner_id)
    form, refused, now = WordsForm(request.POST if request.method == "POST" else None), "", timezone.now()
    try:
        if form.carry_out(lambda said: act(enrollment=enrollment, **said, actor=who, now=now)):
            messages.success(request, done)
            return redirect("enrolling:enrollment", pk)
    except TransitionNotAllowed as error:
        enrollment, refused = enrollment_or_404(request, pk), stands_now(error)
    claims = open_claims_of(enrollment, who).order_by("due_at", "pk")
    held = with_claims(associations_of(enrollment, who).order_by("-since", "-pk"), who)
    cell = cell_of(enrollment.mpn_id, enrollment.program, enrollment, today_of(now))
    context: dict[str, Any] = {
        "enrollment": enrollment,
        "chip": chip(cell),
        "verb": verb,
        "still": cell.state is not None and allowed(verb, cell.state),
        "claims": [{"claim": claim, "chip": present.chip(claim)} for claim in claims[:MOST]],
        "claim_count": claims.count(),
        "associations": rows(list(held[:MOST])),
        "association_count": associations_of(enrollment, who).count(),
        "form": form,
        "refused": refused or form.refusal,
    }
    status = 409 if refused else 422 if form.errors else 200
    return render(request, "enrolling/stop.html", context, status=status)
