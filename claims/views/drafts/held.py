"""What somebody posted after their session had ended: it waits in the browser's new session, behind the sign-in."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.forms import Step, is_control
from claims.models import Claim
from claims.states import ClaimState
from partners.models import User

HELD = "held_text"
LONGEST = 300  # longer than any field keeps
MOST = 5  # steps, of one draft or several
ROOM = 32 * 1024  # characters; the longest claim that can be typed has less
SALT = "claims.held"


def typist(user: User) -> str:
    """Says in a page, so that nobody can forge it, whose page it is."""
    return signing.dumps(user.pk, salt=SALT)


def hold(request: HttpRequest, reference: str, step: Step | None) -> HttpResponse:
    """Keeps what was posted for a step of a draft until somebody has signed in; says so before the sign-in.

    Whether there is such a draft makes no difference: a stranger learns nothing.
    """
    way_back = reverse("claims:edit", args=[reference])
    if step is not None:
        way_back = reverse("claims:step", args=[reference, step.value])
        _keep(request, reference, step)
        messages.warning(request, _("You have been signed out. Sign in: what you typed is kept and waits for you."))
    return redirect_to_login(way_back)


def _keep(request: HttpRequest, reference: str, step: Step) -> None:
    """Only what somebody typed into a page of theirs, about a draft that is there: a session is no store for others."""
    whose = _whose(request)
    values = {name: request.POST[name][:LONGEST] for name in request.POST if name == "seen" or is_control(name)}
    fits = sum(len(name) + len(value) for name, value in values.items()) <= ROOM
    if (
        whose
        and fits
        and Claim.objects.visible_to(whose).filter(reference=reference, state=ClaimState.EDITING).exists()
    ):
        held = _held(request)
        held.pop(_key(reference, step), None)
        newest = dict(list(held.items())[1 - MOST :])
        request.session[HELD] = {**newest, _key(reference, step): {"values": values, "whose": whose.pk}}


def _whose(request: HttpRequest) -> User | None:
    """Whose page was posted; None where it does not say so rightly."""
    try:
        number = signing.loads(request.POST.get("typist", ""), salt=SALT)
    except signing.BadSignature:
        return None
    return User.objects.filter(pk=number, is_active=True).first()


def held_for(request: HttpRequest, reference: str, step: Step) -> QueryDict | None:
    """What is held for this step, as it was posted; it stays until the next post."""
    held = _held(request).get(_key(reference, step))
    if held is None:
        return None
    if held["whose"] != request.user.pk:  # somebody else has signed in on this computer
        del request.session[HELD]
        return None
    typed = QueryDict(mutable=True)
    typed.update(held["values"])
    return typed


def let_go(request: HttpRequest, reference: str, step: Step | None) -> None:
    """Forgets what was held for this step: what is posted now has been typed later."""
    held = _held(request)
    if step is not None and held.pop(_key(reference, step), {}):
        request.session[HELD] = held


def _held(request: HttpRequest) -> dict[str, dict[str, Any]]:
    return dict(request.session.get(HELD, {}))


def _key(reference: str, step: Step) -> str:
    return f"{reference}/{step.value}"
