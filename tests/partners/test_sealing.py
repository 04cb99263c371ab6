"""The secrets of second steps outlive the key they are sealed with, as long as it is named, and need it no more after."""

from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from cryptography.fernet import InvalidToken
from django.core.management import CommandError, call_command
from django.test import Client

from partners.models import User
from partners.sealing import seal, unseal
from tests.partners.signing_in import code, sign_in, stranger, whose, with_app, with_password
from tests.world import World

pytestmark = pytest.mark.both_databases
NEW = "another-key-of-this-installation-with-fifty-and-more-signs"


@pytest.fixture
def nadia(world: World) -> User:
    """A reviewer with a password."""
    return with_password(world.person("nadia.okafor"))


def enters(user: User, secret: str) -> Client:
    """A browser in which somebody has tried to sign in with a code of their app."""
    browser = stranger()
    sign_in(browser, user)
    browser.post("/accounts/2fa/", {"code": code(secret)})
    return browser


def said() -> str:
    out = StringIO()
    call_command("reseal", stdout=out)
    return out.getvalue()


def test_a_key_that_was_replaced_opens_what_it_sealed_until_that_is_sealed_anew(nadia: User, settings: Any) -> None:
    secret = with_app(nadia)
    RecoveryCodes.activate(nadia)
    codes = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).generate_codes()
    former = settings.SECRET_KEY
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, [former]
    assert said() == "Sealed under the present key: 2.\n"
    settings.SECRET_KEY_FALLBACKS = []
    assert whose(enters(nadia, secret)) == nadia.pk
    assert RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).generate_codes() == codes
    assert said() == "Sealed under the present key: 2.\n"


def test_it_is_enough_that_the_former_key_is_named(nadia: User, settings: Any) -> None:
    secret = with_app(nadia)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, ["k" * 50, settings.SECRET_KEY]
    assert whose(enters(nadia, secret)) == nadia.pk


def test_without_the_key_nothing_is_opened_and_nothing_changed(nadia: User, settings: Any) -> None:
    with_app(nadia)
    before = Authenticator.objects.get().data
    settings.SECRET_KEY = NEW
    with pytest.raises(CommandError, match="Name it in CPOR_FORMER_SECRET_KEYS"):
        said()
    assert Authenticator.objects.get().data == before


def test_what_was_changed_since_is_not_opened() -> None:
    sealed = seal("a secret")
    assert unseal(sealed) == "a secret"
    assert seal("a secret") != sealed
    for at in (0, 20, len(sealed) // 2, len(sealed) - 6):
        other = "A" if sealed[at] != "A" else "B"
        with pytest.raises(InvalidToken):
            unseal(sealed[:at] + other + sealed[at + 1 :])
