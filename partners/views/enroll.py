"""One MPN ID in one programme, for its company: what it is, and what can be done about it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from events.inbox import mark_subject_read
from partners.actions import enrollments as verbs
from partners.days import today_of
from partners.enrolling import cells
from partners.errors import TransitionNotAllowed
from partners.forms.enrollments import RenewalForm
from partners.forms.plain import CheckedForm
from partners.models import Enrollment, MpnId, Program
from partners.people import enrollers_for
from partners.permissions import may_enroll
from partners.presenters.enrollments import answer, chip, stands_now, steps, work_of
from partners.roles import standing_of
from partners.states import ENROLLMENT_VERBS, allowed
from partners.views.access import actor_of, denials_are_noted
from partners.views.recent import confirmed_to_post

# What a button does, and what its click is answered by.
ACTS: dict[str, tuple[Callable[..., Enrollment], str | Promise]] = {
    "accept": (verbs.accept, _("You have accepted. The operator validates the enrolment next.")),
    "decline": (verbs.decline, _("You have declined, and the operator is told.")),
    "choose_renewal": (verbs.choose_renewal, ""),
}
APPLIED = _("You have asked to be enrolled. The operator validates it next.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@denials_are_noted
@confirmed_to_post
def enroll(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """Where an MPN ID of one's company stands in a programme; a post enrols, accepts, declines or chooses its renewal.

    Raises:
        Http404: for another company's as for nothing.
        PermissionDenied: for a post by who may not enrol it.
    """
    standing = standing_of(request.user)
    mpn_id = get_object_or_404(MpnId.objects.visible_to(standing).select_related("partner"), number=number)
    program = get_object_or_404(Program, code=code)
    if request.method == "POST" and not may_enroll(standing, mpn_id):
        raise PermissionDenied
    form, refused = RenewalForm(request.POST) if request.POST.get("do") == "choose_renewal" else CheckedForm({}), ""
    if request.method == "POST":
        try:
            done = form.carry_out(lambda said: _act(request, mpn_id, program, said))
        except TransitionNotAllowed as error:
            refused = stands_now(error)
        else:
            if done:
                messages.success(request, str(done))
                return redirect("enrollment:enroll", number, code)
    return _page(request, mpn_id, program, form, refused)


def _act(request: HttpRequest, mpn_id: MpnId, program: Program, said: dict[str, Any]) -> str | Promise:
    """Does what the button says; returns what to answer."""
    verb, who, now = request.POST.get("do", ""), actor_of(request), timezone.now()
    if verb == "apply":
        verbs.apply(mpn_id=mpn_id, program=program, actor=who, now=now)
        return APPLIED
    enrollment = mpn_id.enrollments.select_related("mpn_id").filter(program=program).first()
    if verb not in ACTS or enrollment is None:
        raise TransitionNotAllowed(verb, "")
    act, told = ACTS[verb]
    return answer(told, act(enrollment=enrollment, **said, actor=who, now=now))


def _page(request: HttpRequest, mpn_id: MpnId, program: Program, form: CheckedForm, refused: str) -> HttpResponse:
    now, standing = timezone.now(), standing_of(request.user)
    [cell] = cells([mpn_id], [program], today_of(now))[mpn_id.pk]
    enrollment = cell.enrollment
    if enrollment is not None and request.method != "POST":
        mark_subject_read(actor_of(request).pk, enrollment.subject, now=now)
    context = {
        "mpn_id": mpn_id,
        "program": program,
        "cell": cell,
        "chip": chip(cell),
        "pays": work_of(program),
        "steps": steps(enrollment) if enrollment else [],
        "can": {verb for verb in ENROLLMENT_VERBS if allowed(verb, cell.state)} if may_enroll(standing, mpn_id) else (),
        "enrolls": may_enroll(standing, mpn_id),
        "enrollers": enrollers_for([mpn_id])[mpn_id.pk],
        "form": form,
        "refused": refused or form.refusal,
        "code": "enrollment_state" if refused else form.refusal_code,
    }
    return render(request, "enrolling/enroll.html", context, status=409 if refused else 422 if form.errors else 200)
