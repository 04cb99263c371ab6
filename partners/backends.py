"""How a signed-in person is found again by each request."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from partners.models import User
from partners.roles import person


class SignIn(AuthenticationBackend):
    """Signs in by e-mail address, and reads the person of a session together with their standing, in one query."""

    def get_user(self, user_id: Any) -> User | None:
        """The active person with this id, or None."""
        return person(pk=user_id)
