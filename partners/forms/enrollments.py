"""The forms of the enrolment desk: shapes only, what is true is for the verbs to say."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from directory.activities import OFFERED, Activity, SolutionArea
from partners.actions.enrollments.moving import LONGEST_WORDS
from partners.forms.plain import CheckedForm
from partners.models import MpnId, Program
from partners.programs import label

WORKS = [
    (f"{area}/{activity}", format_lazy("{}: {}", area.label, activity.label))
    for area in SolutionArea
    for activity in OFFERED[area]
]


def day_field(**kwargs: Any) -> forms.DateField:
    """A day, with the browser's own calendar."""
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(widget=widget, input_formats=["%Y-%m-%d"], **kwargs)


class CompanyForm(CheckedForm):
    """What a company is called."""

    name = forms.CharField(label=_("Name"), max_length=200, strip=True)


class PlaceForm(CheckedForm):
    """Where an MPN ID is, and what types of partner it carries."""

    name = forms.CharField(
        label=_("Name of the place"), max_length=200, required=False, help_text=_("For example the city.")
    )
    country = forms.CharField(
        label=_("Country"),
        max_length=2,
        required=False,
        help_text=_("The two letters of ISO 3166, as NL."),
        widget=forms.TextInput(attrs={"size": 4, "autocapitalize": "characters", "class": "id"}),
    )
    partner_types = forms.CharField(
        label=_("Partner types"),
        required=False,
        help_text=_(
            "One a line, for example FastTrack Ready Partner or ISV. Partners are asked whether they mean this ID."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_partner_types(self) -> list[str]:
        """The types as a list."""
        return [line for line in self.cleaned_data["partner_types"].splitlines() if line.strip()]

    @classmethod
    def of(cls, mpn_id: MpnId) -> dict[str, str]:
        """What stands, as the form shows it."""
        return {"name": mpn_id.name, "country": mpn_id.country, "partner_types": "\n".join(mpn_id.partner_types)}


class MpnIdForm(PlaceForm):
    """A new MPN ID."""

    number = forms.CharField(
        label=_("MPN ID"),
        max_length=16,
        help_text=_("Its 4 to 10 digits. They cannot be changed later."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "id"}),
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[
            (MpnId.Kind.LOCATION, _("Location: enrols and claims. It cannot be removed once it is added.")),
            (MpnId.Kind.GLOBAL, _("Global: stands for the company as a whole, never claims.")),
        ],
        initial=MpnId.Kind.LOCATION,
        widget=forms.RadioSelect,
    )
    field_order = ("number", "kind", "name", "country", "partner_types")


class ProgramForm(CheckedForm):
    """What a programme pays for, and how one comes and stays in it."""

    name = forms.CharField(label=_("Name"), max_length=120)
    works = forms.MultipleChoiceField(
        label=_("What it pays for"),
        choices=WORKS,
        help_text=_("Activities of one solution area. A claim for one of them needs an enrolment in this programme."),
        widget=forms.CheckboxSelectMultiple,
    )
    by_invitation = forms.BooleanField(
        label=_("By invitation"), required=False, help_text=_("Otherwise companies enrol by themselves.")
    )
    renews = forms.BooleanField(
        label=_("Renews automatically"),
        required=False,
        help_text=_(
            "Enrolments go on for another fiscal year as their last day comes, unless the company asked not to."
        ),
    )
    first_month = forms.TypedChoiceField(
        label=_("Fiscal year begins in"), choices=list(MONTHS.items()), coerce=int, initial=7
    )

    def clean_works(self) -> list[str]:
        """Activities of one area.

        Raises:
            ValidationError: for several areas.
        """
        works: list[str] = self.cleaned_data["works"]
        if len({work.partition("/")[0] for work in works}) > 1:
            raise ValidationError(_("Choose activities of one solution area."), code="several_areas")
        return works

    @property
    def values(self) -> dict[str, Any]:
        """What was said, as the verbs take it."""
        said = dict(self.cleaned_data)
        works = said.pop("works")
        area = works[0].partition("/")[0]
        order = [activity.value for activity in Activity]
        activities = sorted((work.partition("/")[2] for work in works), key=order.index)
        return {**said, "solution_area": area, "activities": activities}

    @classmethod
    def of(cls, program: Program) -> dict[str, Any]:
        """What stands, as the form shows it."""
        return {
            "name": program.name,
            "works": [f"{program.solution_area}/{activity}" for activity in program.activities],
            "by_invitation": program.by_invitation,
            "renews": program.renews,
            "first_month": program.first_month,
        }


class NewProgramForm(ProgramForm):
    """A new programme."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Files and programs know it by this, for example osu-ba. It cannot be changed later."),
        widget=forms.TextInput(attrs={"class": "id"}),
    )
    field_order = ("code", "name", "works", "by_invitation", "renews", "first_month")


class ProgramInviteForm(CheckedForm):
    """Whom to invite: numbers as a list, or as a file whose lines begin with one."""

    program = forms.ChoiceField(label=_("Programme"))
    numbers = forms.CharField(
        label=_("MPN IDs"),
        error_messages={"required": _("Write one MPN ID a line, or choose a file.")},
        help_text=_("One MPN ID a line. Of a CSV file only the first column is read."),
        widget=forms.Textarea(attrs={"rows": 8, "class": "id"}),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("CSV or plain text, at most a thousand lines."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
    )
    until = day_field(label=_("Last day to accept"), help_text=_("After it the invitation is over."))

    def __init__(self, programs: Iterable[Program], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.code, label(one.name)) for one in programs]
        self.fields["program"].choices = [("", _("Choose one")), *offered]  # type: ignore[attr-defined]


class ActivateForm(CheckedForm):
    """From when to when a validated enrolment counts."""

    valid_from = day_field(label=_("Counts from"))
    valid_until = day_field(label=_("Last day"), help_text=_("Proposed is the fiscal year's end."))

    def __init__(self, *args: Any, today: date | None = None, year_end: date | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"valid_from": today, "valid_until": year_end}, **kwargs)


class RenewalForm(CheckedForm):
    """Whether an enrolment is to go on after its last day."""

    renews = forms.TypedChoiceField(choices=[("yes", ""), ("no", "")], coerce=lambda said: said == "yes")


class UntilForm(CheckedForm):
    """Until when an enrolment is renewed, as the page said."""

    until = forms.DateField(widget=forms.HiddenInput, input_formats=("%Y-%m-%d",))


class WordsForm(CheckedForm):
    """Why something is refused, suspended or ended."""

    words = forms.CharField(
        label=_("Reason"),
        required=False,
        help_text=_("The company reads it."),
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_WORDS}),
    )


class Search(CheckedForm):
    """What narrows a list. A word that says nothing narrows nothing."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Company, or the start of an MPN ID")}),
    )

    def said(self, name: str) -> str:
        """What a field says; empty for nothing and for what is no choice."""
        self.is_valid()  # reads it
        return str(self.cleaned_data.get(name, ""))


class EnrollmentSearch(Search):
    """Which enrolments to list."""

    program = forms.ChoiceField(label=_("Programme"), required=False)

    def __init__(self, programs: Iterable[Program], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.code, label(one.name)) for one in programs]
        self.fields["program"].choices = [("", _("Every programme")), *offered]  # type: ignore[attr-defined]
