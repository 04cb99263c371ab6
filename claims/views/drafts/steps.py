"""The steps of a draft: shown, saved as a whole, and field by field as each is left."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.forms import BoundField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from claims.errors import TransitionNotAllowed, VersionConflict
from claims.forms import FIELDS, Step, field_of, line_rows
from claims.intake import MAX_LINES, fingerprint
from claims.presenters.places import THEN, Place
from claims.presenters.steps import headline, step_to_go_on_with, stepper
from claims.views.drafts.desk import Desk, desk_of, posted_step
from claims.views.drafts.held import held_for, hold

READING = ("GET", "HEAD")


def posted_here(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For addresses that only take a post: whoever comes back to one is led to the draft."""

    @wraps(view)
    @require_http_methods([*READING, "POST"])
    def post_or_draft(request: HttpRequest, reference: str, **rest: Any) -> HttpResponse:
        return view(request, reference, **rest) if request.method == "POST" else redirect("claims:edit", reference)

    return post_or_draft


def signed_in_or_held(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Like `login_required`; what somebody posts after their session ended waits for them behind the sign-in."""

    @wraps(view)
    def view_or_sign_in(request: HttpRequest, reference: str, **rest: Any) -> HttpResponse:
        if request.user.is_authenticated or request.method != "POST":
            return login_required(view)(request, reference, **rest)
        return hold(request, reference, posted_step(request))

    return view_or_sign_in


def go_on(desk: Desk) -> HttpResponse:
    """Leads to the first step on which something fails or is still empty, else to the last one."""
    place = Place(desk.claim.reference, None)
    panel = desk.panel(desk.form(), place, complete=False)
    step = step_to_go_on_with(stepper(desk.intake.content, panel, place))
    return redirect(place.address(step))


@signed_in_or_held
@require_http_methods([*READING, "POST"])
def step(request: HttpRequest, reference: str, step: str) -> HttpResponse:
    """Shows a step; a post saves it and leads on to the step whose button was pressed."""
    if step not in Step.values:
        raise Http404
    here = Step(step)
    desk = desk_of(request, reference, "save_draft")
    if isinstance(desk, HttpResponse):
        return desk
    if request.method != "POST":
        return _show(desk, here)
    try:
        desk.keep()
    except (VersionConflict, TransitionNotAllowed) as error:
        return desk.changed_elsewhere(here, error)
    if desk.intake.malformed:
        return desk.step_page(posted_step(request) or here, status=422)
    going = request.POST.get("go", "")
    there = Step(going) if going in Step.values else here
    back = f"?{THEN}={Step.REVIEW}" if there == here and request.POST.get(THEN) == Step.REVIEW else ""
    at = "#f-technical_contact-name" if "same" in request.POST else ""
    return redirect(f"{reverse('claims:step', args=[reference, there.value])}{back}{at}")


def _show(desk: Desk, here: Step) -> HttpResponse:
    """The step as it is stored; what was typed into it while nobody was signed in stands there instead."""
    desk.typed = held_for(desk.request, desk.claim.reference, here)
    more = {"held": True, "seen": desk.typed.get("seen", "")} if desk.typed else {}
    return desk.step_page(here, lines=rows_asked_for(desk.request), **more)


def rows_asked_for(request: HttpRequest) -> int:
    """How many rows of products the address asks for."""
    value = request.GET.get("rows", "")
    return min(int(value), MAX_LINES) if value.isascii() and value.isdecimal() and len(value) < 4 else 0


@require_POST
def check_fields(request: HttpRequest, reference: str) -> HttpResponse:
    """For htmx, when a field is left: saves a draft, runs the rules, and answers with what they say.

    Somebody who is not signed in any more is told so by a 401, not by a page that htmx would swap nowhere.
    """
    if not request.user.is_authenticated:
        return HttpResponse(status=401)
    desk = desk_of(request, reference, "save_draft", "edit")
    elsewhere = HttpResponse(status=204, headers={"HX-Redirect": f"/claims/{reference}/"})
    if isinstance(desk, HttpResponse):
        return elsewhere
    conflict, draft = False, desk.draft
    if draft:
        try:
            desk.keep()
        except TransitionNotAllowed:
            return elsewhere
        except VersionConflict:
            conflict = True
    return _checked(desk, saved=draft and not conflict and not desk.intake.malformed, conflict=conflict)


def stands_on_page(field: BoundField, desk: Desk) -> bool:
    """Whether the page that was posted shows this field: radio buttons of which none is chosen post nothing."""
    return field.name in desk.request.POST or bool(field.use_fieldset)


def _checked(desk: Desk, *, saved: bool, conflict: bool) -> HttpResponse:
    """Messages of the posted fields, panel, stepper and saved state, each to be swapped for the one on the page."""
    here = posted_step(desk.request)
    place, form = Place(desk.claim.reference, here), desk.form()
    panel = desk.panel(form, place, complete=desk.from_review)
    context = {
        "claim": desk.claim,
        "step": here,
        # In a conflict the page stays as old as it is, so that the next field left overwrites nothing either.
        "seen": desk.seen if conflict else fingerprint(desk.claim.content, FIELDS[here]) if here else "",
        "fields": [field for field in form if field_of(field.name) in desk.names and stands_on_page(field, desk)],
        "headline": headline(desk.claim, panel),
        "panel": panel,
        "steps": stepper(desk.intake.content, panel, place) if here else (),
        "saved": saved,
        "conflict": conflict,
    }
    return desk.answer("claims/checked.html", context)


@signed_in_or_held
@posted_here
def add_line(request: HttpRequest, reference: str) -> HttpResponse:
    """Saves, and shows one more empty row."""
    return _with_lines(request, reference, None)


@signed_in_or_held
@posted_here
def remove_line(request: HttpRequest, reference: str, index: int) -> HttpResponse:
    """Saves without one row."""
    return _with_lines(request, reference, index)


def _with_lines(request: HttpRequest, reference: str, remove: int | None) -> HttpResponse:
    desk = desk_of(request, reference, "save_draft", "edit")
    if isinstance(desk, HttpResponse):
        return desk
    lines = list(desk.intake.content.lines)
    if remove is not None and remove < len(lines):
        del lines[remove]
    desk.intake = replace(desk.intake, content=replace(desk.intake.content, lines=tuple(lines)))
    rows = max(line_rows(request.POST), 1) + (1 if remove is None else -1)
    if not desk.draft:
        return desk.single_page(complete=False, lines=rows)
    try:
        desk.keep()
    except (VersionConflict, TransitionNotAllowed) as error:
        return desk.changed_elsewhere(Step.PRODUCTS, error)
    if desk.intake.malformed:
        return desk.step_page(Step.PRODUCTS, status=422, lines=rows)
    # The fragment gives the focus to the new row, or to the one before that which is gone.
    row = rows - 1 if remove is None else max(remove - 1, 0)
    return redirect(f"{Place(reference, None).address(Step.PRODUCTS)}?rows={rows}#f-lines-{row}-product")
