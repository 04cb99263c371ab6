"""How many may try to sign in, before a session, a form or a hash is made of it.

A password's hash costs a quarter of a second of a processor and 100 MB, on purpose. Guesses are bounded three times
over: by network address here, by account in django-allauth, and all strangers together here, so that not even guesses
at many accounts from many addresses take more than a small part of the machine. Who signed in with this browser before
is no stranger: their browser keeps a signed cookie, with a small budget of its own, so that a crowd at the door does
not lock out those who work here. In each process one hash is made at a time (`backends.SignIn`).
"""

import time
from collections.abc import Callable
from functools import cache as once
from typing import Any

from allauth.account.adapter import get_adapter
from csp.utils import build_policy
from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from redis.exceptions import RedisError

from partners.actions.sign_ins import note_once
from partners.counting import counted

DOOR = "/accounts/login/"  # where `account_login` is routed
KNOWN = f"{settings.COOKIE_PREFIX}known"  # the cookie of a browser in which somebody has signed in
KNOWN_FOR = 365 * 24 * 3600
SALT = "partners.known_browser"
WINDOW = 10  # seconds
OF_NETWORK = 20  # tries in a minute from one network address
OF_BROWSER = 10  # tries in a minute of one person's browsers


class SignInGate:
    """Answers a try too many with a page that is made once. It comes before all else, so that this costs least."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.shut_until = 0.0  # for strangers; this process asks nobody until then

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or a 429; a 503 where nothing can be counted: uncounted, nobody is let near a hash."""
        if request.method != "POST" or request.path != DOOR:
            return self.get_response(request)
        try:
            return self.get_response(request) if self._passes(request) else _wait(request, 429)
        except RedisError:
            return _wait(request, 503)

    def _passes(self, request: HttpRequest) -> bool:
        now = time.time()
        if person := _known(request):
            return counted(f"browser:{person}", now, 60) <= OF_BROWSER
        if now < self.shut_until:
            return False
        network = get_adapter(request).get_client_ip(request)
        if counted(f"network:{network}", now, 60) > OF_NETWORK:
            return False
        if counted("strangers", now, WINDOW) * 60 <= settings.STRANGERS_PER_MINUTE * WINDOW:
            return True
        self.shut_until = (now // WINDOW + 1) * WINDOW
        note_once("sign_in.crowded", person_id=None, now=timezone.now())
        return False


def remember(response: HttpResponse, person_id: int) -> None:
    """Lets this browser be known from now on."""
    value = signing.dumps(person_id, salt=SALT)
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(KNOWN, value, max_age=KNOWN_FOR, httponly=True, secure=secure, samesite="Lax")


def _known(request: HttpRequest) -> int | None:
    try:
        person: int = signing.loads(request.COOKIES.get(KNOWN, ""), salt=SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return None
    return person


def _wait(request: HttpRequest, status: int) -> HttpResponse:
    language = translation.get_language_from_request(request)
    return HttpResponse(_page(language), status=status, headers=_headers())


@once
def _headers() -> dict[str, str]:
    """Those of every page: this one comes before the middleware that adds them."""
    return {
        "Retry-After": "60",
        "Cache-Control": "no-store",
        "Content-Security-Policy": build_policy(),
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    }


@once
def _page(language: str) -> Any:
    values = {"operator": settings.OPERATOR_NAME, "support": settings.SUPPORT_EMAIL}
    with translation.override(language):
        return render_to_string("errors/429.html", values)
