"""Verbs on people's access."""

from datetime import datetime

from partners.models import ApiToken, User


class NoSuchPerson(Exception):
    """Nobody active signs in with this address."""


def issue_token(*, email: str, token: str, now: datetime) -> ApiToken:
    """Keeps the digest of `token`, freshly drawn by the caller, for the person who signs in with `email`.

    Raises:
        NoSuchPerson: for an address that is unknown or of a person who left.
    """
    try:
        user = User.objects.get_by_natural_key(email)
    except User.DoesNotExist:
        raise NoSuchPerson(email) from None
    if not user.is_active:
        raise NoSuchPerson(email)
    return ApiToken.objects.keep(user=user, token=token, now=now)


def choose_language(*, user: User, language: str) -> None:
    """Speaks `language`, one of the settings', with this person from now on."""
    user.language = language
    user.save(update_fields=["language"])
