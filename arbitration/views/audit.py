"""Every event there is, for the operator's admins and auditors: narrowed, read one by one, verified, exported.

It stands in this app because its words and links need claims and cases alike, and nothing below knows of cases.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from arbitration.actions.export import begin_export
from arbitration.audit import MOST, Query, TooMany, asked_for, event_of, in_batches, older, people_called
from arbitration.presenters import audit as present
from arbitration.presenters import audit_csv
from arbitration.presenters.chains import chain_state, holds
from arbitration.presenters.kinds import choices
from arbitration.subjects import subjects_called
from claims.search import LONGEST_TERM, plain
from events.models import Event
from events.verification import ask_for_verification
from partners.facts import ADMIN, AUDITOR
from partners.models import User
from partners.permissions import require_operator
from partners.views.access import key_in
from partners.views.recent import confirmed_recently

PAGE = 50
READ = "evidence.read"


def day_of_the_log(label: Any) -> forms.DateField:
    """A day that has a next one, and on which something can have happened."""
    told = _("Choose a day between 2000 and 2099.")
    limits = [MinValueValidator(date(2000, 1, 1), told), MaxValueValidator(date(2099, 12, 31), told)]
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=limits)


class AuditForm(forms.Form):
    """What narrows the log, as an address carries it. Who and what about are typed, and looked up as they are read."""

    about = forms.CharField(
        label=_("About"),
        required=False,
        max_length=LONGEST_TERM,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("CP-…, a name, MPN ID, case 12")}),
    )
    actor = forms.CharField(
        label=_("Who"),
        required=False,
        max_length=LONGEST_TERM,
        widget=forms.TextInput(attrs={"placeholder": _("Address, name, or system")}),
    )
    kind = forms.ChoiceField(label=_("What"), required=False)
    since = day_of_the_log(label=pgettext_lazy("of a period", "From"))
    until = day_of_the_log(label=pgettext_lazy("of a period", "To"))

    def __init__(self, given: Mapping[str, str], *, readings: bool) -> None:
        super().__init__(given, auto_id="audit-%s", use_required_attribute=False)
        if readings:
            del self.fields["kind"]
        else:
            self.fields["kind"].choices = [("", gettext("Everything")), *choices()]  # type: ignore[attr-defined]

    def clean_about(self) -> tuple[str, ...] | None:
        """The chains that are meant; None where nothing is typed."""
        text = plain(self.cleaned_data["about"])
        try:
            found = subjects_called(text) if text else None
        except TooMany:
            raise forms.ValidationError(
                gettext("More than %(most)s are called this. Type more of the name.") % {"most": MOST}
            ) from None
        if text and not found:
            raise forms.ValidationError(
                gettext(
                    "The log knows nothing by this name. A claim is found by its whole reference, with a letter for"
                    " one document; a company, programme or person by name; an MPN ID by its number; anything else by"
                    " word and number, such as case 12."
                )
            )
        return found

    def clean_actor(self) -> tuple[int | None, ...] | None:
        """Who is meant; None where nobody is typed."""
        text = plain(self.cleaned_data["actor"])
        try:
            found = people_called(text) if text else None
        except TooMany:
            raise forms.ValidationError(
                gettext("More than %(most)s people are called this. Type more of the name.") % {"most": MOST}
            ) from None
        if text and not found:
            raise forms.ValidationError(
                gettext(
                    "Nobody is called this. Type an address, a part of a name, the number of a person as in #12, or"
                    " system."
                )
            )
        return found

    def clean(self) -> dict[str, Any]:
        """Days in their order."""
        cleaned = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", gettext("This day is before the first one."))
        return cleaned

    @property
    def query(self) -> Query:
        """What is asked of the log, of a form that is valid."""
        found = self.cleaned_data
        kind = found["kind"] if "kind" in self.fields else READ
        return Query(found["since"], found["until"], found["actor"], kind, found["about"])

    def typed(self) -> dict[str, str]:
        """What the address holds of it."""
        return {name: value for name in self.fields if (value := str(self.data.get(name, ""))[:200])}


def _reader(request: HttpRequest) -> User:
    """The admin or auditor who asks.

    Raises:
        PermissionDenied: for everybody else.
    """
    require_operator(request.user, ADMIN, AUDITOR)
    return cast("User", request.user)


@login_required
@require_GET
def event_list(request: HttpRequest, *, readings: bool = False) -> HttpResponse:
    """Every event of every subject, newest first; `readings`: those alone that say who read which document."""
    user = _reader(request)
    form = AuditForm(request.GET, readings=readings)
    typed, found = form.typed(), list[Event]()
    if form.is_valid():
        found = list(_from_cursor(asked_for(form.query), request.GET.get("before", ""))[: PAGE + 1])
    shown = found[:PAGE]
    here = f"{request.path}?{urlencode(typed)}".rstrip("?")
    context = {
        "form": form,
        "typed": typed,
        "narrowed": bool(typed),
        "readings": readings,
        "rows": present.rows(shown, user),
        "next_url": "?" + urlencode({**typed, "before": str(shown[-1].pk)}) if len(found) > PAGE else "",
        "first_url": here if "before" in request.GET else "",
        "chain": chain_state(),
    }
    return render(request, "audit/list.html", context, status=200 if form.is_valid() else 422)


def _from_cursor(events: QuerySet[Event], cursor: str) -> QuerySet[Event]:
    """The events behind the one that the address names; all, where it names none."""
    last = event_of(key_in(cursor))
    return older(events, last.at, last.pk) if last else events


@login_required
@require_GET
def event_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with all that it holds, and whether its chain holds there, found out then and there."""
    user = _reader(request)
    event = event_of(pk) if pk < 10**18 else None
    if event is None:
        raise Http404
    chain = Event.objects.of(event.subject)
    beside = dict(chain.filter(seq__in=(event.seq - 1, event.seq + 1)).values_list("seq", "pk"))
    context = {
        "row": present.details(event, user),
        "chain": holds(event.subject, event.seq),
        "before": beside.get(event.seq - 1),
        "after": beside.get(event.seq + 1),
    }
    return render(request, "audit/event.html", context)


@login_required
@require_POST
@confirmed_recently
def export(request: HttpRequest) -> HttpResponseBase:
    """All events that pass the filters, as a CSV file; who took which is an event itself."""
    user, now = _reader(request), timezone.now()
    readings = request.POST.get("readings") == "1"
    form = AuditForm(request.POST, readings=readings)
    if not form.is_valid():
        page = reverse("audit:readings" if readings else "audit:list")
        return redirect(f"{page}?{urlencode(form.typed())}")
    newest = begin_export(query=form.query, actor=user, now=now)
    lines = audit_csv.lines(in_batches(asked_for(form.query), newest), user, str(translation.get_language()))
    name = f"{'readings' if readings else 'events'}-{timezone.localtime(now):%Y-%m-%d-%H%M}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@login_required
@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """Has the whole log verified in the background."""
    user = _reader(request)
    ask_for_verification(actor_id=user.pk, now=timezone.now())
    return redirect("audit:list")


@login_required
@require_GET
def chains(request: HttpRequest) -> HttpResponse:
    """For htmx: how far the verification has come, or what it found."""
    _reader(request)
    return render(request, "audit/_chains.html", {"chain": chain_state()})
