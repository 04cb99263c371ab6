"""The worklist of enrolments, and the page on which the operator decides on one."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from events.inbox import mark_subject_read
from events.models import Event
from partners.actions import enrollments as verbs
from partners.days import today_of
from partners.enrolling import Cell, cell_of, with_periods
from partners.errors import TransitionNotAllowed
from partners.facts import ADMIN
from partners.forms.enrollments import ActivateForm, EnrollmentSearch, RenewalForm, UntilForm, WordsForm
from partners.forms.plain import CheckedForm
from partners.models import Enrollment, Program
from partners.people import enrollers_for
from partners.permissions import may_decide
from partners.presenters.enrollments import answer, chip, history, stands_now
from partners.roles import standing_of
from partners.rules.renewal import ALERT_DAYS, not_renewed
from partners.states import ENROLLMENT_VERBS, OVER, WAITING, EnrollmentState
from partners.views.access import actor_of, for_admins, for_readers, key_in
from partners.views.recent import confirmed_recently

PAGE = 50
# "Accepted" is what its company did; to who validates it would read as done.
TO_VALIDATE = {"icon": "clock", "word": gettext_lazy("To validate"), "tone": "accent"}
# With which steps the history of an enrolment can begin.
BEGINNINGS = {"enrollment.invited", "enrollment.applied", "enrollment.imported"}


class Group(NamedTuple):
    """A part of the worklist: what it is called, and by which date it is ordered, the latest first or last."""

    word: str | Promise
    field: str
    latest_first: bool
    states: tuple[EnrollmentState, ...] = ()


GROUPS = {
    "": Group(gettext_lazy("Waits for validation"), "changed_at", False, WAITING),
    "invited": Group(pgettext_lazy("of enrolments", "Invited"), "changed_at", True, (EnrollmentState.INVITED,)),
    "ending": Group(gettext_lazy("Ends soon"), "until", False, (EnrollmentState.ACTIVE,)),
    "active": Group(pgettext_lazy("of enrolments", "Enrolled"), "changed_at", True, (EnrollmentState.ACTIVE,)),
    "suspended": Group(pgettext_lazy("of enrolments", "Suspended"), "changed_at", True, (EnrollmentState.SUSPENDED,)),
    "over": Group(pgettext_lazy("of enrolments", "Over"), "changed_at", True, OVER),
    "all": Group(pgettext_lazy("of enrolments", "All"), "changed_at", True),
}


@for_readers
@require_GET
def enrollment_list(request: HttpRequest) -> HttpResponse:
    """Enrolments by state, what waits for validation first, narrowed to a programme, a company or an MPN ID."""
    today = today_of(timezone.now())
    form = EnrollmentSearch(Program.objects.order_by("code"), request.GET)
    show, term, code = request.GET.get("show", ""), form.said("q"), form.said("program")
    show = show if show in GROUPS else ""
    rows = _narrowed(Enrollment.objects.visible_to(standing_of(request.user)), show, term, code, today)
    cursor = rows.filter(pk=key_in(request.GET.get("after", ""))).first()
    found = with_periods(_beyond(rows, GROUPS[show], cursor)).select_related("mpn_id__partner", "program")[: PAGE + 1]
    shown = list(found)
    cells = [cell_of(row.mpn_id, row.program, row, today) for row in shown[:PAGE]]
    kept = {"show": show, "q": term, "program": code}
    context = {
        "rows": [{"cell": cell, "chip": _chip(cell)} for cell in cells],
        "groups": [
            {"word": one.word, "on": key == show, "url": _address(request, {**kept, "show": key})}
            for key, one in GROUPS.items()
        ],
        "form": form,
        "show": show,
        "clear_url": _address(request, {"show": show}) if term or code else "",
        "waiting": show == "",
        "writes": ADMIN in standing_of(request.user).operator_roles,
        "next_url": _address(request, {**kept, "after": str(shown[PAGE - 1].pk)}) if len(shown) > PAGE else "",
        "first_url": _address(request, kept) if cursor else "",
    }
    return render(request, "enrolling/list.html", context)


def _chip(cell: Cell) -> dict[str, Any]:
    return TO_VALIDATE if cell.state == EnrollmentState.ACCEPTED else chip(cell)


def _narrowed(rows: QuerySet[Enrollment], show: str, term: str, code: str, today: date) -> QuerySet[Enrollment]:
    if GROUPS[show].states:
        rows = rows.filter(state__in=GROUPS[show].states)
    if show == "ending":
        soon = today + timedelta(days=max(ALERT_DAYS))
        rows = rows.filter(until__range=(today, soon)).exclude(renews=True, program__renews=True)
    if code:
        rows = rows.filter(program__code=code)
    if term:
        rows = rows.filter(Q(mpn_id__number__startswith=term) | Q(mpn_id__partner__name__icontains=term))
    return rows


def _address(request: HttpRequest, query: dict[str, str]) -> str:
    return f"{request.path}?{urlencode({name: value for name, value in query.items() if value})}".rstrip("?")


def _beyond(rows: QuerySet[Enrollment], group: Group, cursor: Enrollment | None) -> QuerySet[Enrollment]:
    """The rows in the order of the group, after the one at which the last page ended."""
    if cursor is not None:
        value, beyond = getattr(cursor, group.field), "lt" if group.latest_first else "gt"
        later = Q(**{f"{group.field}__{beyond}": value})
        rows = rows.filter(later | Q(**{group.field: value, f"pk__{beyond}": cursor.pk}))
    order = [F(group.field), F("pk")]
    return rows.order_by(*(one.desc() if group.latest_first else one.asc() for one in order))


def enrollment_or_404(request: HttpRequest, pk: int) -> Enrollment:
    """The enrolment with its days, where the reader may see it.

    Raises:
        Http404: where there is none.
    """
    rows = with_periods(Enrollment.objects.visible_to(standing_of(request.user)))
    rows = rows.select_related("mpn_id__partner", "program")
    return get_object_or_404(rows, pk=pk)


@for_readers
@require_GET
def enrollment_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One enrolment: where it stands since when, on which days it counts, what can be done, what happened."""
    enrollment = enrollment_or_404(request, pk)
    mark_subject_read(actor_of(request).pk, enrollment.subject, now=timezone.now())
    return _page(request, enrollment)


def _page(
    request: HttpRequest,
    enrollment: Enrollment,
    forms: dict[str, CheckedForm] | None = None,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page, with what a refused decision held."""
    today, standing = today_of(timezone.now()), standing_of(request.user)
    cell = cell_of(enrollment.mpn_id, enrollment.program, enrollment, today)
    state = enrollment.stands(today)
    events = list(Event.objects.of(enrollment.subject).order_by("-seq")[:100])
    decides = may_decide(standing, enrollment.mpn_id.partner_id)
    year_end = enrollment.program.year_end(today)
    unrenewable = not_renewed(state, enrollment.until, year_end, wanted=True, program_renews=True)
    context: dict[str, Any] = {
        "enrollment": enrollment,
        "cell": cell,
        "chip": _chip(cell),
        "state": state,
        "periods": list(enrollment.periods.all()),
        "may": {verb for verb, (sources, _to) in ENROLLMENT_VERBS.items() if decides and state in sources},
        "barred": not decides and ADMIN in standing.operator_roles,
        "activate_form": ActivateForm(today=today, year_end=year_end),
        "refuse_form": WordsForm(),
        "renew_until": enrollment.program.end_after(enrollment.until)
        if decides and enrollment.until and not unrenewable
        else None,
        "enrollers": enrollers_for([enrollment.mpn_id])[enrollment.mpn_id_id],
        "history": history(events),
        "begun": bool(events) and events[-1].kind in BEGINNINGS,
        "refused": refused,
        "vendor_url": settings.VENDOR_URL,
        **(forms or {}),
    }
    return render(request, "enrolling/enrollment.html", context, status=status)


# What a button of the page does, and what its click is answered by.
Act = Callable[..., Enrollment]
ACTS: dict[str, tuple[Act, str | Promise]] = {
    "withdraw": (verbs.withdraw, gettext_lazy("The invitation of %(number)s is withdrawn.")),
    "validate": (verbs.start_validation, gettext_lazy("The validation of %(number)s has begun.")),
    "activate": (verbs.activate, gettext_lazy("%(number)s is enrolled, and its company is told.")),
    "refuse": (verbs.refuse, gettext_lazy("%(number)s is not enrolled, and its company is told why.")),
    "resume": (verbs.resume, gettext_lazy("%(number)s counts again, and its company is told.")),
    "renew": (verbs.renew, gettext_lazy("%(number)s is renewed until %(day)s, and its company is told.")),
    "choose_renewal": (verbs.choose_renewal, ""),
}

FORMS: dict[str, type[CheckedForm]] = {
    "activate": ActivateForm,
    "refuse": WordsForm,
    "renew": UntilForm,
    "choose_renewal": RenewalForm,
}


@for_admins
@require_POST
@confirmed_recently
def decide(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Does what a button of the page says; where it cannot be done, the page says what the enrolment is by now.

    Raises:
        Http404: for no enrolment, or no button.
    """
    enrollment = enrollment_or_404(request, pk)
    if verb not in ACTS:
        raise Http404
    act, done = ACTS[verb]
    form, who, now = FORMS.get(verb, CheckedForm)(request.POST), actor_of(request), timezone.now()
    try:
        made = form.carry_out(lambda said: act(enrollment=enrollment, **said, actor=who, now=now))
    except TransitionNotAllowed as error:
        return _page(request, enrollment_or_404(request, pk), refused=stands_now(error), status=409)
    if made is None:
        return _page(request, enrollment_or_404(request, pk), {f"{verb}_form": form}, refused=form.refusal, status=422)
    messages.success(request, answer(done, made))
    return redirect("enrolling:enrollment", pk)
