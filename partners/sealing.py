"""Text that only this installation reads: what the database keeps of second steps."""

import base64
import hashlib
from functools import cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def seal(text: str) -> str:
    """The text, encrypted and signed under the present key."""
    return _cipher().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What `seal` was given, under the present key or a former one.

    Raises:
        cryptography.fernet.InvalidToken: for what none of them has sealed, or what was changed since.
    """
    return _cipher().decrypt(sealed.encode()).decode()


def seal_anew(sealed: str) -> str:
    """The same under the present key.

    Raises:
        cryptography.fernet.InvalidToken: as `unseal`.
    """
    return _cipher().rotate(sealed.encode()).decode()


def _cipher() -> MultiFernet:
    return MultiFernet([_of(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


@cache
def _of(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"partners.second_steps:{secret}".encode()).digest()))
