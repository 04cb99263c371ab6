"""How people of the tests sign in: through the form, with the codes that their app would show."""

import time
import uuid
from functools import cache
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt, encrypt
from django.contrib.auth.hashers import make_password
from django.test import Client

from events.models import Event
from partners.models import User

PASSWORD = "correct horse battery staple"


def stranger() -> Client:
    """A browser at an address of its own: the limiter counts per network address, over all runs of the last minutes."""
    bits = uuid.uuid4().int
    return Client(REMOTE_ADDR=f"10.{bits % 256}.{bits // 256 % 256}.{bits // 65536 % 256}")


@cache
def hashed() -> str:
    """Once is enough: a hash takes its time."""
    return make_password(PASSWORD)


def with_password(user: User) -> User:
    """Gives somebody the password of the tests."""
    user.password = hashed()
    user.save(update_fields=["password"])
    return user


def with_app(user: User) -> str:
    """Gives somebody an authenticator app, and returns what it has read."""
    secret = generate_totp_secret()
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(secret)})
    return secret


def code_of(user: User, *, later: int = 0) -> str:
    """What the person's app shows now, or so many half minutes later."""
    return code(decrypt(Authenticator.objects.get(user=user, type="totp").data["secret"]), later=later)


def code(secret: str, *, later: int = 0) -> str:
    """What an app that has read `secret` shows now, or so many half minutes later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))


def sign_in(browser: Client, user: User, password: str = PASSWORD, **more: str) -> Any:
    """Posts the form."""
    return browser.post("/accounts/login/", {"login": user.email, "password": password, **more})


def whose(browser: Client) -> int | None:
    """Whom the browser's session is of."""
    found = browser.session.get("_auth_user_id")
    return int(found) if found else None


def told_of(user: User | None) -> list[tuple[str, dict[str, Any]]]:
    """The events of a person's signing in, oldest first; those of nobody for None."""
    subject = f"person:{user.pk}" if user else "sign-in"
    return list(Event.objects.filter(subject=subject).order_by("seq").values_list("kind", "data"))
