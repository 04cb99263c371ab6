"""What matters is done by who has shown within the last ten minutes who they are; others show it first, and go on."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase

from partners.models import User

View = Callable[..., HttpResponseBase]

# Of a session: when its person's own provider last saw who they are, and for whom a second step was taken in it.
SEEN_BY_PROVIDER = "seen_by_provider"
SECOND_STEP = "second_step"


def confirmed_recently(view: View) -> View:
    """A view for who signed in, or showed again who they are, within `CONFIRMED_FOR`; others are asked, and come back.

    What they posted is kept meanwhile, and done once they have.
    """

    @wraps(view)
    def view_or_question(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        ask_who_it_is(request)
        return view(request, *args, **kwargs)

    return view_or_question


def confirmed_to_post(view: View) -> View:
    """As `confirmed_recently`, of a view that only shows something unless it is posted to."""
    strict = confirmed_recently(view)

    @wraps(view)
    def view_or_question(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return (strict if request.method == "POST" else view)(request, *args, **kwargs)

    return view_or_question


def ask_who_it_is(request: HttpRequest) -> None:
    """Does nothing where the signed-in person has shown recently who they are. For views of which a part matters.

    Raises:
        ReauthenticationRequired: which django-allauth's middleware answers: it keeps the request, asks, and comes back.
        ImmediateHttpResponse: the sign-in, for who has no way to show it.
    """
    if is_confirmed(request):
        return
    if not get_adapter(request).get_reauthentication_methods(request.user):  # but to sign in again there is no way
        logout(request)
        raise ImmediateHttpResponse(redirect_to_login(request.get_full_path()))
    if request.method == "POST":
        _ = request.GET, request.POST  # kept apart from the address, without which a request is not found again
        plain = {name: value for name, value in request.META.items() if not name.startswith("HTTP_HX_")}
        request.META = {**plain, "QUERY_STRING": ""}
    raise ReauthenticationRequired


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the signed-in person has shown recently who they are."""
    return time.time() - confirmed_at(request) < settings.CONFIRMED_FOR.total_seconds()


def confirmed_at(request: HttpRequest) -> float:
    """When the person of this session last showed who they are, in seconds since 1970; 0 for never.

    A provider's word counts from when it saw the person: it may send them on without having asked.
    """
    records = get_authentication_records(request, cast("User", request.user))
    times = [float(record["at"]) for record in records if record["method"] != "socialaccount"]
    return max([*times, float(request.session.get(SEEN_BY_PROVIDER, 0))])
