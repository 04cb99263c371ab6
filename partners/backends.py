"""How a person shows who they are, and how a signed-in one is found again by each request."""

import threading
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest
from django.shortcuts import render

from partners.models import User
from partners.roles import person

HASHING = threading.BoundedSemaphore(1)  # a hash takes 100 MB: a process makes one at a time
PATIENCE = 3  # seconds


class SignIn(AuthenticationBackend):
    """Signs in by e-mail address, and reads the person of a session together with their standing, in one query."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> User | None:
        """Who has this address and password, or None.

        Raises:
            ImmediateHttpResponse: a page that asks for patience, where too many wait to be hashed already.
        """
        if not HASHING.acquire(timeout=PATIENCE):
            raise ImmediateHttpResponse(render(request, "errors/429.html", status=429))
        try:
            found: User | None = super().authenticate(request, **credentials)
        finally:
            HASHING.release()
        return found

    def get_user(self, user_id: Any) -> User | None:
        """The active person with this id, or None."""
        return person(pk=user_id)
