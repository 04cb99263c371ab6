"""The form: begin, save, check as fields are left, send."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from random import SystemRandom
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims.actions import create_draft, delete_draft, edit_claim, save_draft, submit_claim, untouched_draft
from claims.calendars import today_of
from claims.errors import ClaimRefused, LookupLimit, TransitionNotAllowed, VersionConflict
from claims.forms import ClaimForm, control_is_open, line_rows, unflatten
from claims.intake import Intake, read
from claims.models import Claim
from claims.permissions import allowed_verbs
from claims.preflight import check
from claims.presenters.checks import Panel
from claims.states import ClaimState
from directory import lookup
from partners.models import User
from partners.roles import mpn_choices, standing_of


@dataclass
class Desk:
    """One request on one claim's form: the claim, what was posted, and what to show.

    `wait` is how many seconds the hour's look-ups are used up for, 0 where they are not.
    """

    request: HttpRequest
    claim: Claim
    intake: Intake
    now: datetime
    wait: int = 0

    @property
    def user(self) -> User:
        """Who is typing."""
        return cast("User", self.request.user)

    @property
    def draft(self) -> bool:
        """Whether the claim has not been sent yet, so that what is typed is kept as it comes."""
        return self.claim.state == ClaimState.EDITING

    @property
    def version(self) -> int | None:
        """The version that the page was made from."""
        value = self.request.POST.get("version", "")
        return int(value) if value.isascii() and value.isdecimal() and len(value) < 10 else None

    def form(self, *, lines: int | None = None) -> ClaimForm:
        """The form as posted, else as stored."""
        posted = self.request.POST if self.request.method == "POST" and lines is None else None
        rows = lines if lines is not None else line_rows(self.request.POST) or len(self.intake.content.lines)
        return ClaimForm(
            posted,
            self.intake.content,
            mpn_ids=mpn_choices(standing_of(self.user), today_of(self.now)),
            products=lookup.products(),
            today=today_of(self.now),
            lines=rows,
        )

    def panel(self, form: ClaimForm, *, complete: bool) -> Panel | None:
        """Every rule run now, or None where the hour's look-ups are used up."""
        try:
            checked = check(
                self.intake, user=self.user, partner_id=self.claim.partner_id, now=self.now, leave_out=self.claim.pk
            )
        except LookupLimit as error:
            self.wait = error.retry_after
            return None
        return Panel(checked, form, complete)

    def page(self, *, status: int = 200, complete: bool = False, lines: int | None = None, **more: Any) -> HttpResponse:
        """The form's page."""
        form = self.form(lines=lines)
        panel = self.panel(form, complete=complete)
        context = {
            "claim": self.claim,
            "form": form,
            "panel": panel,
            "sent": not self.draft,
            "customer": panel.checked.facts.customer if panel else None,
            **more,
        }
        return self.answer("claims/edit.html", context, status=status)

    def answer(self, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
        """A page or a part of one; past the limit of look-ups it says so and for how long, and still shows it all."""
        if not self.wait:
            return render(self.request, template, context, status=status)
        response = render(self.request, template, context, status=429)
        response["Retry-After"] = str(self.wait)
        return response


def desk_of(request: HttpRequest, reference: str, *verbs: str) -> Desk | HttpResponse:
    """What the request is about; the claim's own page where none of the verbs is, or still is, possible on it.

    Raises:
        Http404: where the person may not see the claim.
    """
    user = cast("User", request.user)
    claim = Claim.objects.visible_to(user).prefetch_related("lines__unit").filter(reference=reference).first()
    if claim is None:
        raise Http404
    if not set(verbs) & set(allowed_verbs(user, claim)):
        if request.method == "POST" and claim.state != ClaimState.EDITING:
            messages.info(request, _("This claim has been sent. Nothing was changed now."))
        return redirect(claim.path)
    data = unflatten(request.POST) if request.method == "POST" else {}
    return Desk(request, claim, read(data, onto=claim.content), timezone.now())


def keep(desk: Desk) -> None:
    """Saves what was typed as far as it can be stored.

    Raises:
        VersionConflict, TransitionNotAllowed: nothing is changed then.
    """
    save_draft(claim=desk.claim, content=desk.intake.content, actor=desk.user, now=desk.now, version=desk.version)


def changed_elsewhere(desk: Desk, error: VersionConflict | TransitionNotAllowed) -> HttpResponse:
    """What was typed is shown again, beside word of what happened; saving again then keeps it."""
    if isinstance(error, TransitionNotAllowed):
        messages.info(desk.request, _("This claim has been sent. Nothing was changed now."))
        return redirect(desk.claim.path)
    desk.claim.refresh_from_db(fields=["version", "state"])
    return desk.page(status=409, conflict=True)


def form_shown_here(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For addresses that answer a post with the form: whoever comes back to one is led to the form."""

    @wraps(view)
    @require_http_methods(["GET", "HEAD", "POST"])
    def post_or_form(request: HttpRequest, reference: str, **rest: Any) -> HttpResponse:
        return view(request, reference, **rest) if request.method == "POST" else redirect("claims:edit", reference)

    return post_or_form


@login_required
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Begins a draft, with the person as the company's contact; one they began and never touched is opened again."""
    user = cast("User", request.user)
    content = read({"partner_contact": {"name": user.name, "email": user.email}}).content
    claim = untouched_draft(content=content, actor=user) or create_draft(
        content=content, actor=user, now=timezone.now(), random=SystemRandom()
    )
    return redirect("claims:edit", claim.reference)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, reference: str) -> HttpResponse:
    """Shows the form; a post saves it and shows every check."""
    desk = desk_of(request, reference, "save_draft", "edit")
    if isinstance(desk, HttpResponse):
        return desk
    if request.method != "POST":
        return desk.page(complete=not desk.draft)
    if not desk.draft:
        return _edit_sent(desk)
    try:
        keep(desk)
    except (VersionConflict, TransitionNotAllowed) as error:
        return changed_elsewhere(desk, error)
    return desk.page(complete=True, saved=True)


def _edit_sent(desk: Desk) -> HttpResponse:
    """Changes MPN ID, products and contacts of a claim that was sent."""
    if desk.intake.malformed:
        return desk.page(status=422, complete=True, refused=True)
    try:
        edit_claim(claim=desk.claim, content=desk.intake.content, actor=desk.user, now=desk.now, version=desk.version)
    except ClaimRefused:
        return desk.page(status=422, complete=True, refused=True)
    except LookupLimit:
        return desk.page(complete=True)
    except (VersionConflict, TransitionNotAllowed) as error:
        return changed_elsewhere(desk, error)
    messages.success(desk.request, _("Your changes are saved. The due date stays as it was."))
    return redirect(desk.claim.path)


@require_POST
def check_fields(request: HttpRequest, reference: str) -> HttpResponse:
    """For htmx, when a field is left: saves a draft, runs the rules, and answers with messages and panel only.

    Somebody who is not signed in any more is told so by a 401, not by a page that htmx would swap nowhere.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    desk = desk_of(request, reference, "save_draft", "edit")
    if not isinstance(desk, Desk):
        return HttpResponse(status=204, headers={"HX-Redirect": f"/claims/{reference}/"})
    conflict, draft = False, desk.draft
    if draft:
        try:
            keep(desk)
        except TransitionNotAllowed:
            return HttpResponse(status=204, headers={"HX-Redirect": f"/claims/{reference}/"})
        except VersionConflict:
            conflict = True
            # The page stays as old as it is, so that the next field left does not overwrite the other window either.
            desk.claim.version = desk.version or 0
    form = desk.form()
    context = {
        "claim": desk.claim,
        "fields": [field for field in form if draft or control_is_open(field.name)],
        "panel": desk.panel(form, complete=False),
        "saved": draft and not conflict,
        "conflict": conflict,
    }
    return desk.answer("claims/checked.html", context)


@login_required
@form_shown_here
def add_line(request: HttpRequest, reference: str) -> HttpResponse:
    """Saves, and shows one more empty row."""
    return _with_lines(request, reference, None)


@login_required
@form_shown_here
def remove_line(request: HttpRequest, reference: str, index: int) -> HttpResponse:
    """Saves without one row."""
    return _with_lines(request, reference, index)


def _with_lines(request: HttpRequest, reference: str, remove: int | None) -> HttpResponse:
    desk = desk_of(request, reference, "save_draft", "edit")
    if isinstance(desk, HttpResponse):
        return desk
    draft, lines = desk.draft, list(desk.intake.content.lines)
    if remove is not None and remove < len(lines):
        del lines[remove]
    desk.intake = Intake(replace(desk.intake.content, lines=tuple(lines)), desk.intake.malformed)
    if draft:
        try:
            keep(desk)
        except (VersionConflict, TransitionNotAllowed) as error:
            return changed_elsewhere(desk, error)
    return desk.page(lines=len(lines) + (remove is None), saved=draft)


@login_required
@form_shown_here
def submit(request: HttpRequest, reference: str) -> HttpResponse:
    """Saves and sends. Sent twice, the second finds it sent."""
    desk = desk_of(request, reference, "submit")
    if isinstance(desk, HttpResponse):
        return desk
    try:
        keep(desk)
        if desk.intake.malformed:
            return desk.page(status=422, complete=True, refused=True)
        submit_claim(claim=desk.claim, actor=desk.user, now=desk.now, version=desk.claim.version)
    except ClaimRefused:
        return desk.page(status=422, complete=True, refused=True)
    except LookupLimit:
        return desk.page(complete=True)
    except (VersionConflict, TransitionNotAllowed) as error:
        return changed_elsewhere(desk, error)
    named = format_html('<span class="id nowrap">{}</span>', reference)
    messages.success(request, format_html(_("Your claim is sent. Its reference is {reference}."), reference=named))
    return redirect(desk.claim.path)


@login_required
@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, reference: str) -> HttpResponse:
    """Asks, then deletes a draft."""
    desk = desk_of(request, reference, "delete")
    if isinstance(desk, HttpResponse):
        return desk
    if request.method == "GET":
        return render(request, "claims/delete.html", {"claim": desk.claim})
    try:
        delete_draft(claim=desk.claim, actor=desk.user, now=desk.now)
    except TransitionNotAllowed as error:
        return changed_elsewhere(desk, error)
    messages.success(request, _("The draft is deleted."))
    return redirect("claims:list")
