"""The operator's people, or all people, do nothing without a second step, where it is required."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse

from partners.roles import standing_of
from partners.views.recent import SECOND_STEP

# What is open to who is to take the step they have set up, and to who has none beside.
OPEN = {
    "account_logout",
    "confirm_by_provider",
    "confirm_there",
    "openid_connect_callback",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "set_language",
    "customer",  # whoever has its link
}
SETTING_UP = {"security", "account_reauthenticate", "account_set_password", "mfa_activate_totp", "mfa_add_webauthn"}


class SecondStep:
    """Leads who lacks the second step to it, from wherever they go."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Leaves all to `process_view`, which knows the page that is asked for."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, _kwargs: Any) -> HttpResponse | None:
        """The way to the second step, or None for who took it and for who needs none."""
        if not lacks_second_step(request) or request.path.startswith("/api/"):  # which asks for a token, not a session
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name in OPEN:
            return None
        has_one = list(Authenticator.objects.filter(user_id=request.user.pk).values_list("type", flat=True))
        if not has_one:
            return None if name in SETTING_UP else HttpResponseRedirect(resolve_url("security"))
        way = "mfa_reauthenticate" if Authenticator.Type.TOTP in has_one else "mfa_reauthenticate_webauthn"
        return redirect_to_login(request.get_full_path(), reverse(way))


def lacks_second_step(request: HttpRequest) -> bool:
    """Whether this session may do nothing yet."""
    user = request.user
    if not settings.REQUIRE_MFA or not user.is_authenticated or request.session.get(SECOND_STEP) == user.pk:
        return False
    return settings.REQUIRE_MFA_OF_ALL or standing_of(user).is_operator
