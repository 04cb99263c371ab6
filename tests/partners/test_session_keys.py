"""The key of a session: drawn by us, new with each sign-in, worth nothing once its session is over."""

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from partners.models import User
from tests.world import World

PASSWORD = "walk the ledger"


@pytest.fixture(autouse=True)
def unhurried(settings: Any) -> None:
    """How often somebody may try is not asked here."""
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def jonas(world: World) -> User:
    """A partner's person with a password."""
    person = world.person("jonas.weber")
    person.set_password(PASSWORD)
    person.save()
    return person


def sign_in(browser: Client, person: User) -> str:
    """Signs in and returns the session's key."""
    assert browser.post("/accounts/login/", {"login": person.email, "password": PASSWORD}).status_code == 302
    return browser.cookies["sessionid"].value


def signed_in(key: str) -> bool:
    """Whether whoever has this key is let in."""
    browser = Client()
    browser.cookies["sessionid"] = key
    return browser.get("/claims/").status_code == 200


def test_each_sign_in_has_a_key_of_its_own_that_nobody_guesses(jonas: User) -> None:
    keys = [sign_in(Client(), jonas) for _ in range(5)]
    assert len(set(keys)) == 5
    for key in keys:
        assert len(key) == 32  # of 36 letters and digits: 165 bits
        assert signed_in(key)
        assert not signed_in(key[:-1])


def test_no_key_that_somebody_brings_along_becomes_theirs(jonas: User) -> None:
    planted = "a" * 32
    browser = Client()
    browser.cookies["sessionid"] = planted
    assert sign_in(browser, jonas) != planted
    assert not signed_in(planted)


def test_a_key_from_before_the_sign_in_is_none_after(jonas: User) -> None:
    browser = Client()
    session = browser.session  # of somebody who is not signed in yet
    session["typed"] = "x"
    session.save()
    before = browser.cookies["sessionid"].value
    assert sign_in(browser, jonas) != before
    assert not Session.objects.filter(pk=before).exists()
    assert not signed_in(before)


def test_to_sign_in_again_ends_the_session_there_was(jonas: User, world: World) -> None:
    browser = Client()
    first = sign_in(browser, jonas)
    browser.post("/accounts/logout/")
    assert sign_in(browser, jonas) != first
    assert not signed_in(first)


def test_after_signing_out_the_key_is_worth_nothing(jonas: User) -> None:
    browser = Client()
    key = sign_in(browser, jonas)
    browser.post("/accounts/logout/")
    assert not signed_in(key)
    assert not Session.objects.filter(pk=key).exists()


def test_what_stands_in_a_session_is_read_by_the_server_alone(jonas: User) -> None:
    key = sign_in(Client(), jonas)
    row = Session.objects.get(pk=key)
    row.session_data = row.session_data[:-2] + "xx"
    row.save()
    assert not signed_in(key)


@pytest.mark.parametrize("who", ["jonas.weber", "nadia.okafor"])
def test_every_page_of_a_signed_in_person_has_the_way_out(world: World, who: str) -> None:
    browser = world.web(who)
    pages = ["/claims/", "/messages/", "/associations/", "/accounts/password/set/"]
    for path in [*pages, "/review/"] if who == "nadia.okafor" else pages:
        page = browser.get(path, follow=True).content.decode()
        assert 'action="/accounts/logout/"' in page or 'href="/accounts/logout/"' in page, path


def test_signing_out_is_done_by_a_post_alone(jonas: User) -> None:
    browser = Client()
    key = sign_in(browser, jonas)
    assert browser.get("/accounts/logout/").status_code == 200
    assert signed_in(key)
