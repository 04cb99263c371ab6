"""Choosing a password: long, any signs, none that is tried first, and only by who knows the old one."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from partners.models import User
from tests.world import NOW, World

OLD, NEW = "correct horse battery staple", "tangible otters sing loudly"
WHO = "jonas.weber"


def codes(password: str, user: User | None = None) -> list[str]:
    """Why a password is refused; empty where it is taken."""
    try:
        validate_password(password, user)
    except ValidationError as refused:
        return [str(error.code) for error in refused.error_list]
    return []


@pytest.fixture(autouse=True)
def unhurried(settings: Any) -> None:
    """How often somebody may try is not asked here."""
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.fixture
def browser(world: World) -> Client:
    """Jonas, who has just signed in with his password."""
    person = world.person(WHO)
    person.set_password(OLD)
    person.save()
    client = Client()
    assert client.post("/accounts/login/", {"login": person.email, "password": OLD}).status_code == 302
    return client


def change(browser: Client, old: str, new: str) -> Any:
    return browser.post("/accounts/password/change/", {"oldpassword": old, "password1": new, "password2": new})


def opens(world: World, password: str) -> bool:
    return world.person(WHO).check_password(password)


def test_who_knows_the_old_one_changes_it(world: World, browser: Client) -> None:
    assert change(browser, "not " + OLD, NEW).status_code == 200
    assert opens(world, OLD)
    assert change(browser, "", NEW).status_code == 200
    assert opens(world, OLD)
    assert change(browser, OLD, NEW).status_code == 302
    assert opens(world, NEW)


@pytest.mark.parametrize(
    "password",
    [
        "x" * 11 + "ü" * 60,
        "        otters sing  ",
        "日本語のパスワードは長いほどよい",
        "🦦 sings, loudly 🦦🦦🦦",
        "OTTERS sing OTTERS sing",
    ],
)
def test_any_signs_count_as_they_are_typed(world: World, browser: Client, password: str) -> None:
    assert change(browser, OLD, password).status_code == 302
    assert opens(world, password)
    for other in (password.strip(), password.upper(), password[:64]):
        assert opens(world, other) == (other == password)


def test_twelve_signs_are_enough_and_eleven_are_not() -> None:
    assert codes("k3J9-Qm2Zr7V") == []
    assert codes("k3J9-Qm2Zr7") == ["password_too_short"]


@pytest.mark.parametrize(
    "password", ["correct horse battery staple", "walk the ledger", "mossyrivetcandle", "0398475610284756"]
)
def test_no_kind_of_sign_is_asked_for(password: str) -> None:
    assert codes(password) == []


def test_every_common_password_of_that_length_is_refused() -> None:
    common = sorted(word for word in CommonPasswordValidator().passwords if len(word) >= 12)
    assert len(common) > 100
    assert [word for word in common if not codes(word)] == []


@pytest.mark.parametrize(
    "password",
    ["password2026", "Welcome12345!", "LiverpoolFC1", "summer2026!!", "123456789012", "iloveyou 1234", "qwertyuiop[]"],
)
def test_a_common_password_with_a_few_signs_around_it_is_refused(password: str) -> None:
    assert "password_of_known_words" in codes(password)


@pytest.mark.parametrize(
    "password",
    ["CPOR-partner-2026", "Northgate Programme", "microsoft2026!", "partnerpartner", "claimclaim99", "Jonas-Weber-77"],
)
def test_words_of_the_site_the_operator_and_the_person_are_no_password(world: World, password: str) -> None:
    assert "password_of_known_words" in codes(password, world.person(WHO))


def test_such_a_word_does_no_harm_among_others(world: World) -> None:
    assert codes("my partner juggles mossy rivets", world.person(WHO)) == []


def test_a_stolen_password_is_refused_wherever_it_stands_in_the_file(tmp_path: Path, settings: Any) -> None:
    stolen = [f"stolen secret no {number}" for number in range(200)]
    lines = sorted(f"{hashlib.sha1(word.encode()).hexdigest().upper()}:{len(word) * 999}" for word in stolen)
    for ending in ("\r\n", "\n"):
        settings.STOLEN_PASSWORDS = tmp_path / "pwned.txt"
        settings.STOLEN_PASSWORDS.write_bytes(ending.join(lines).encode())
        assert {tuple(codes(word)) for word in stolen} == {("password_stolen",)}
        assert [word for word in (f"honest secret no {number}" for number in range(200)) if codes(word)] == []
    settings.STOLEN_PASSWORDS.write_bytes(b"")
    assert codes(stolen[0]) == []


def test_a_refused_password_says_why_and_changes_nothing(world: World, browser: Client) -> None:
    page = change(browser, OLD, "password2026").content.decode()
    assert "everybody tries first" in page
    assert page.count("12 characters or more") == 1
    assert "password2026" not in page
    assert opens(world, OLD)


@pytest.mark.parametrize(
    ("page", "fields"),
    [
        ("/accounts/login/", {"password": "current-password"}),
        (
            "/accounts/password/change/",
            {"oldpassword": "current-password", "password1": "new-password", "password2": "new-password"},
        ),
    ],
)
def test_password_managers_find_masked_fields_with_their_purpose(
    world: World, browser: Client, page: str, fields: dict[str, str]
) -> None:
    html = (Client() if "login" in page else browser).get(page).content.decode()
    inputs = {re.search(r'name="(\w+)"', tag)[1]: tag for tag in re.findall(r'<input[^>]*type="password"[^>]*>', html)}  # type: ignore[index]
    assert inputs.keys() == fields.keys()
    for name, purpose in fields.items():
        assert f'autocomplete="{purpose}"' in inputs[name]
        assert not re.search(r"onpaste|readonly|maxlength", inputs[name])


def test_no_password_ever_runs_out(world: World, browser: Client) -> None:
    with time_machine.travel(NOW + timedelta(days=3650), tick=False):
        client = Client()
        assert client.post("/accounts/login/", {"login": world.person(WHO).email, "password": OLD}).status_code == 302


def test_the_link_that_sets_one_is_of_use_for_an_hour_and_once(world: World, mailoutbox: list[Any]) -> None:
    email = world.person(WHO).email
    Client().post("/accounts/password/reset/", {"email": email})
    link = urlsplit(re.search(r"https?://\S+/password/reset/key/\S+", mailoutbox[0].body)[0]).path  # type: ignore[index]
    with time_machine.travel(NOW + timedelta(minutes=61), tick=False):
        assert "password1" not in Client().get(link, follow=True).content.decode()
    with time_machine.travel(NOW + timedelta(minutes=59), tick=False):
        client = Client()
        form = client.get(link, follow=True).request["PATH_INFO"]
        assert link.rpartition("-")[2].strip("/") not in form
        client.post(form, {"password1": NEW, "password2": NEW})
        assert opens(world, NEW)
        assert "password1" not in Client().get(link, follow=True).content.decode()


def test_a_fresh_site_has_no_account(db: None) -> None:
    assert not User.objects.exists()
