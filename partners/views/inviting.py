"""Inviting one MPN ID or a list of them, after saying what becomes of each."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from partners.actions.enrollments import MOST_LINES, InvitationPlan, invite, plan_invitations
from partners.days import today_of
from partners.errors import TransitionNotAllowed
from partners.forms.enrollments import ProgramInviteForm
from partners.models import Program
from partners.programs import label
from partners.roles import standing_of
from partners.rules.renewal import INVITATION_DAYS
from partners.views.access import actor_of, for_admins
from partners.views.recent import ask_who_it_is

LARGEST = 512 * 1024  # bytes of a request; ten times what a thousand lines take


@csrf_exempt  # checked once it is known who asks: until then no file is read
@for_admins
@require_http_methods(["GET", "HEAD", "POST"])
def invite_list(request: HttpRequest) -> HttpResponse:
    """A list of numbers, pasted or as a file: what becomes of each line, then the invitations as they were shown."""
    if not _too_large(request):
        request.upload_handlers = [MemoryFileUploadHandler(request)]
    return _invite(request)


@csrf_protect
def _invite(request: HttpRequest) -> HttpResponse:
    today = today_of(timezone.now())
    programs = {program.code: program for program in Program.objects.order_by("code")}
    if request.method != "POST":
        asked = {name: request.GET.get(name, "")[:20] for name in ("program", "numbers")}
        form = ProgramInviteForm(programs.values(), initial={**asked, "until": today + timedelta(days=INVITATION_DAYS)})
        return _page(request, form)
    numbers, fault = _read(request)
    form = ProgramInviteForm(programs.values(), {**request.POST.dict(), "numbers": numbers})
    if fault:
        form.fields["numbers"].required = False  # a file was chosen
        form.add_error("file", fault)
    if not form.is_valid():
        return _page(request, form, status=422)
    said, program = form.cleaned_data, programs[form.cleaned_data["program"]]
    plan = plan_invitations(said["numbers"], program, standing_of(request.user), today)
    if request.POST.get("do") != "invite":
        return _page(request, form, plan)
    if request.POST.get("seen") != plan.digest or not plan.invited:
        return _page(request, form, plan, changed=True, status=409)
    return _carry_out(request, form, plan, program)


def _carry_out(request: HttpRequest, form: ProgramInviteForm, plan: InvitationPlan, program: Program) -> HttpResponse:
    ask_who_it_is(request)
    who, now = actor_of(request), timezone.now()
    try:
        made = form.carry_out(
            lambda said: invite(mpn_ids=plan.invited, program=program, until=said["until"], actor=who, now=now)
        )
    except TransitionNotAllowed:  # somebody was first, since the plan was made
        plan = plan_invitations(form.cleaned_data["numbers"], program, standing_of(who), today_of(now))
        return _page(request, form, plan, changed=True, status=409)
    if made is None:
        return _page(request, form, status=422)
    told = ngettext(
        "%(number)d MPN ID is invited to %(program)s.", "%(number)d MPN IDs are invited to %(program)s.", len(made)
    ) % {"number": len(made), "program": label(program.name)}
    if plan.left_out:
        left = ngettext("%(number)d line was left out.", "%(number)d lines were left out.", len(plan.left_out))
        told += " " + left % {"number": len(plan.left_out)}
    messages.success(request, told)
    return redirect(f"{reverse('enrolling:list')}?show=invited&program={program.code}")


def _read(request: HttpRequest) -> tuple[str, str]:
    """The list as it was pasted and as the file holds it, and what is wrong with the file."""
    typed = request.POST.get("numbers", "")
    if _too_large(request):
        return typed, _("The file is too large for a list. Send at most a thousand lines.")
    file = request.FILES.get("file")
    if file is None:
        return typed, ""
    try:
        return f"{typed}\n{file.read().decode('utf-8-sig')}".strip(), ""
    except UnicodeDecodeError:
        return typed, _("The file is no text in UTF-8. Save it as CSV in UTF-8, or paste its lines.")


def _too_large(request: HttpRequest) -> bool:
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    return not length.isdecimal() or int(length) > LARGEST


def _page(
    request: HttpRequest,
    form: ProgramInviteForm,
    plan: InvitationPlan | None = None,
    *,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "plan": plan, "changed": changed, "most": MOST_LINES}
    return render(request, "enrolling/invite.html", context, status=status)
