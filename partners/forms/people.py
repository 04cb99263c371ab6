"""The forms of people: what is drawn, and what is read from a post. What is wrong with it, the verbs say."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from partners.forms.plain import HintedBoxes, UncheckedForm
from partners.models import Conflict, OperatorRole

Pair = tuple[str, str]


def pairs_in(posted: QueryDict) -> list[Pair]:
    """The roles of a posted matrix: each a role, and the number of an MPN ID, or "" for all of the company."""
    return [(role, number) for role, _colon, number in (text.partition(":") for text in posted.getlist("grant"))]


class PersonInviteForm(UncheckedForm):
    """Whom to ask, and in which language."""

    email = forms.CharField(
        label=_("E-mail address"),
        help_text=_("The invitation goes there. Nobody else can use it."),
        widget=forms.EmailInput(attrs={"autocomplete": "off", "maxlength": 254}),
    )
    language = forms.ChoiceField(label=_("Language of the mail"), choices=settings.LANGUAGES)


ALLOWS = {
    OperatorRole.Role.REVIEWER: _("checks proof, decides claims and cases"),
    OperatorRole.Role.LEAD: _("gives claims to others, takes approvals back with another lead, reads the reports"),
    OperatorRole.Role.ADMIN: _("keeps enrolments, programmes, calendar, policy and people"),
    OperatorRole.Role.AUDITOR: _("reads everything, and changes nothing"),
}


class RoleBoxes(HintedBoxes):
    """Roles at the operator, each with what it allows."""

    hints = ALLOWS


class OperatorRolesForm(UncheckedForm):
    """Roles at the operator."""

    roles = forms.MultipleChoiceField(label=_("Roles"), choices=OperatorRole.Role.choices, widget=RoleBoxes)


class InviteOperatorForm(PersonInviteForm, OperatorRolesForm):
    """Whom to ask to the operator, and for what."""

    field_order = ["email", "roles", "language"]


class ConflictForm(UncheckedForm):
    """With which company, and why."""

    company = forms.CharField(
        label=_("Company"),
        help_text=_("Its name, or one of its MPN IDs."),
        widget=forms.TextInput(attrs={"list": "companies", "maxlength": 200, "autocomplete": "off"}),
    )
    reason = forms.ChoiceField(label=_("Why"), choices=[("", _("Choose one")), *Conflict.Reason.choices])


class _Shown(forms.CharField):
    """What is read, by people and by their password managers, and not typed."""

    def bound_data(self, data: Any, initial: Any) -> Any:
        """What it was shown with, whatever is posted."""
        return initial


class AcceptForm(UncheckedForm):
    """Who comes in: a name, and a password of their own, beside the address that was asked."""

    email = _Shown(
        label=_("E-mail address"),
        help_text=_("You will sign in with it."),
        widget=forms.EmailInput(attrs={"autocomplete": "username", "readonly": True}),
    )
    name = forms.CharField(
        label=_("Your name"),
        help_text=_("As colleagues will read it."),
        widget=forms.TextInput(attrs={"autocomplete": "name", "maxlength": 120}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        help_text=_("At least 12 characters, and none that many people use."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label=_("The password again"), widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
