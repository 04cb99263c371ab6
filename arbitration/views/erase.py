"""Erasing a person, for the operator's admins: found by address or number, and asked once more what follows."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from claims.actions.erase import Reach, erase_contact, erase_person, reach_of
from claims.search import plain
from partners.models import OperatorRole, User
from partners.views.access import actor_of, for_admins
from partners.views.recent import confirmed_to_post

LONGEST_ADDRESS = 254


class WhoForm(forms.Form):
    """Whom to erase."""

    who = forms.CharField(
        label=gettext_lazy("Address, or number of an account"),
        help_text=gettext_lazy("Also the address of somebody without an account whom claims name as a contact."),
        max_length=LONGEST_ADDRESS,
    )

    def __init__(self, given: Mapping[str, str] | None, actor: User) -> None:
        super().__init__(given, auto_id="erase-%s", use_required_attribute=False)
        self.actor = actor

    def clean_who(self) -> Reach:
        """What erasing them would come to."""
        reach = reach_of(plain(self.cleaned_data["who"]), actor=self.actor)
        if reach is None:
            raise ValidationError(_("No account and no contact on a claim is found by this. Check the spelling."))
        if reach.person is not None and reach.person.erased_at is not None:
            raise ValidationError(_("This person is erased already."))
        return reach


class AgainForm(forms.Form):
    """Typed once more, so that nobody is erased by a slip."""

    again = forms.CharField(label=gettext_lazy("Type the address once more"), max_length=LONGEST_ADDRESS)

    def __init__(self, given: Mapping[str, str] | None, address: str) -> None:
        super().__init__(given, auto_id="erase-%s", use_required_attribute=False)
        self.fields["again"].widget.attrs["autocomplete"] = "off"
        self.address = address

    def clean_again(self) -> str:
        """The same address."""
        if self.cleaned_data["again"].casefold() != self.address.casefold():
            raise ValidationError(_("This is another address. Nobody was erased."))
        return self.address


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@for_admins
@confirmed_to_post
def erase(request: HttpRequest) -> HttpResponse:
    """Finds whom a post names and says what follows; one that names the address once more erases them, for good.

    The address of a page stays in logs and histories of browsers, so that nobody is looked for by it.

    Raises:
        PermissionDenied: for who is no admin of the operator.
    """
    actor = actor_of(request)
    form = WhoForm(request.POST if "who" in request.POST else None, actor)
    if not form.is_valid():
        return render(request, "audit/erase.html", {"form": form}, status=422 if form.errors else 200)
    reach: Reach = form.cleaned_data["who"]
    again = AgainForm(request.POST if "again" in request.POST else None, reach.address)
    if reach.reasons or not again.is_valid():
        return _ask(request, form, reach, again)
    try:
        if reach.person is not None:
            erase_person(person=reach.person, actor=actor, now=timezone.now())
        else:
            erase_contact(address=reach.address, actor=actor, now=timezone.now())
    except ValidationError:  # somebody has given them something to do meanwhile
        return _ask(request, form, reach_of(reach.address, actor=actor) or reach, again)
    told = _("%(person)s: name and address are gone.") % {"person": reach.person or _("The contact")}
    messages.success(request, told)
    return redirect("audit:list")


def _ask(request: HttpRequest, form: WhoForm, reach: Reach, again: AgainForm) -> HttpResponse:
    typed = again.is_bound
    reasons = [message for reason in reach.reasons for message in reason.messages]
    context = {"form": form, "reach": reach, "again": again, "reasons": reasons, "roles": _roles(reach.person)}
    return render(request, "audit/erase.html", context, status=(409 if reasons else 422) if typed else 200)


def _roles(person: User | None) -> list[str]:
    """What the person is, in words."""
    if person is None:
        return []
    held: list[Any] = list(OperatorRole.objects.filter(user=person).order_by("role"))
    member = person.memberships.select_related("partner").order_by("role")
    own = [f"{row.get_role_display()}, {row.partner.name}" for row in member]
    return [row.get_role_display() for row in held] + own
