"""The second step: codes of an app, recovery codes; who must have one, and what of it stands in the log."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.test import Client

from partners.models import User
from tests.partners.signing_in import code, code_of, sign_in, stranger, told_of, whose, with_app, with_password
from tests.world import NOW, World

SetUp = Callable[[Client], Any]
HALF_A_MINUTE = timedelta(seconds=30)


@pytest.fixture
def nadia(world: World) -> User:
    """A reviewer with a password."""
    user = world.person("nadia.okafor")
    return with_password(user)


@pytest.fixture
def set_up(django_capture_on_commit_callbacks: Any) -> SetUp:
    """Sets up an app in a browser that is signed in, and follows to what is shown then."""

    def do(browser: Client) -> Any:
        browser.get("/accounts/2fa/app/")
        with django_capture_on_commit_callbacks(execute=True):
            shown = code(browser.session["mfa.totp.secret"])
            return browser.post("/accounts/2fa/app/", {"code": shown}, follow=True)

    return do


def signed_in_by_code(user: User, secret: str, **more: Any) -> Client:
    browser = stranger()
    assert sign_in(browser, user)["Location"] == "/accounts/2fa/"
    browser.post("/accounts/2fa/", {"code": code(secret, **more)})
    return browser


def test_an_app_is_set_up_with_its_picture_and_its_code_and_brings_recovery_codes(nadia: User, set_up: SetUp) -> None:
    browser = stranger()
    sign_in(browser, nadia)
    page = browser.get("/accounts/2fa/app/").content.decode()
    assert "<svg" in page
    assert "data:image" not in page
    secret = browser.session["mfa.totp.secret"]
    assert secret in page
    wrong = browser.post("/accounts/2fa/app/", {"code": "000000"})
    assert wrong.status_code == 200
    assert not Authenticator.objects.exists()
    done = set_up(browser)
    assert done.request["PATH_INFO"] == "/accounts/2fa/codes/"
    assert done.content.decode().count('<li class="id">') == 10
    kinds = [kind for kind, _data in told_of(nadia)]
    assert sorted(kinds) == ["person.second_step_added", "person.second_step_added", "person.signed_in"]


def test_what_is_kept_of_an_app_is_unreadable_in_the_database(nadia: User) -> None:
    secret = with_app(nadia)
    assert secret not in str(Authenticator.objects.get().data)


def test_the_password_alone_is_no_sign_in_any_more(nadia: User) -> None:
    secret = with_app(nadia)
    browser = stranger()
    sign_in(browser, nadia)
    assert whose(browser) is None
    assert browser.get("/review/")["Location"] == "/accounts/login/?next=/review/"
    browser.post("/accounts/2fa/", {"code": code(secret)})
    assert whose(browser) == nadia.pk
    assert told_of(nadia) == [("person.signed_in", {"by": ["password", "totp"]})]


@pytest.mark.parametrize("given", ["000000", "", "12345", "abcdef", "٠٠٠٠٠٠", "1" * 500, "\x00"])
def test_a_wrong_code_is_refused_with_words_and_an_event_and_lets_nobody_in(nadia: User, given: str) -> None:
    with_app(nadia)
    browser = stranger()
    sign_in(browser, nadia)
    page = browser.post("/accounts/2fa/", {"code": given})
    assert page.status_code == 200
    assert whose(browser) is None
    assert "msg bad" in page.content.decode()
    failed = [("person.second_step_failed", {})] if given.strip("\x00") else []
    assert told_of(nadia) == failed


def test_a_code_works_once_whoever_heard_it(nadia: User) -> None:
    secret = with_app(nadia)
    assert whose(signed_in_by_code(nadia, secret)) == nadia.pk
    assert whose(signed_in_by_code(nadia, secret)) is None
    assert told_of(nadia)[-1] == ("person.second_step_failed", {})
    with time_machine.travel(NOW + HALF_A_MINUTE, tick=False):
        assert whose(signed_in_by_code(nadia, secret)) == nadia.pk


@pytest.mark.parametrize("half_minutes", [-2, -1, 1, 2])
def test_a_code_of_another_half_minute_is_refused(nadia: User, half_minutes: int) -> None:
    secret = with_app(nadia)
    assert whose(signed_in_by_code(nadia, secret, later=half_minutes)) is None


def test_the_code_that_set_an_app_up_signs_nobody_in(nadia: User, set_up: SetUp) -> None:
    browser = stranger()
    sign_in(browser, nadia)
    set_up(browser)
    other = stranger()
    sign_in(other, nadia)
    other.post("/accounts/2fa/", {"code": code_of(nadia)})
    assert whose(other) is None


def test_codes_are_not_guessed_for_long(nadia: User) -> None:
    secret = with_app(nadia)
    browser = stranger()
    sign_in(browser, nadia)
    for _ in range(5):
        browser.post("/accounts/2fa/", {"code": "000000"})
    page = browser.post("/accounts/2fa/", {"code": code(secret)})
    assert whose(browser) is None
    assert "Too many failed" in page.content.decode()


def test_a_recovery_code_signs_in_once(nadia: User, set_up: SetUp) -> None:
    browser = stranger()
    sign_in(browser, nadia)
    set_up(browser)
    spare = Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()[3]
    for expected in (nadia.pk, None):
        other = stranger()
        sign_in(other, nadia)
        other.post("/accounts/2fa/", {"code": spare})
        assert whose(other) == expected
    assert len(Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()) == 9


# Who must


@pytest.fixture
def required(settings: Any) -> None:
    settings.REQUIRE_MFA = True


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("required")
def test_the_operators_people_do_nothing_before_they_set_one_up(nadia: User, set_up: SetUp) -> None:
    browser = stranger()
    sign_in(browser, nadia)
    for path in ("/review/", "/messages/", "/associations/", "/accounts/password/change/"):
        assert browser.get(path)["Location"] == "/accounts/security/", path
        assert browser.post(path)["Location"] == "/accounts/security/", path
    assert "One step is missing." in browser.get("/accounts/security/").content.decode()
    set_up(browser)
    assert browser.get("/review/").status_code == 200
    assert "One step is missing." not in browser.get("/accounts/security/").content.decode()


@pytest.mark.usefixtures("required")
def test_who_has_one_is_asked_for_it_and_then_let_in(nadia: User, world: World) -> None:
    secret = with_app(nadia)
    browser = world.web("nadia.okafor")  # as by a provider that did not ask for one
    way = browser.get("/review/?page=2")["Location"]
    assert way == "/accounts/2fa/again/?next=/review/%3Fpage%3D2"
    assert browser.post(way, {"code": code(secret)})["Location"] == "/review/?page=2"
    assert browser.get("/review/").status_code == 200


@pytest.mark.usefixtures("required")
@pytest.mark.parametrize("page", ["2fa/app/", "passkeys/add/", "2fa/codes/", "2fa/app/remove/", "security/", "tokens/"])
def test_a_session_without_the_step_that_is_set_up_can_neither_add_another_nor_read_the_codes(
    nadia: User, world: World, page: str
) -> None:
    browser = world.web("nadia.okafor")  # from before she set it up
    with_app(nadia)
    for answer in (browser.get(f"/accounts/{page}"), browser.post(f"/accounts/{page}", {"code": "000000"})):
        assert answer["Location"].startswith("/accounts/2fa/again/"), page
    assert Authenticator.objects.count() == 1


@pytest.mark.usefixtures("required")
def test_who_removes_the_last_one_is_led_back_at_once(nadia: User) -> None:
    browser = signed_in_by_code(nadia, with_app(nadia))
    assert browser.get("/review/").status_code == 200
    browser.post("/accounts/2fa/app/remove/")
    assert browser.get("/review/")["Location"] == "/accounts/security/"
    assert told_of(nadia)[-1] == ("person.second_step_removed", {"type": "totp"})


@pytest.mark.usefixtures("required")
def test_the_second_step_of_one_is_none_of_another_in_the_same_browser(nadia: User, world: World) -> None:
    browser = signed_in_by_code(nadia, with_app(nadia))
    pieter = with_password(world.person("pieter.vos"))
    browser.post("/accounts/logout/")
    sign_in(browser, pieter)
    assert browser.get("/review/")["Location"] == "/accounts/security/"


@pytest.mark.usefixtures("required")
def test_partners_and_programs_need_none(world: World) -> None:
    assert world.web("jonas.weber").get("/claims/").status_code == 200
    assert world.api("nadia.okafor").send("GET", "queue/").status_code == 200


@pytest.mark.usefixtures("required")
def test_where_it_is_required_of_all_partners_do_nothing_before_they_have_one(world: World, settings: Any) -> None:
    settings.REQUIRE_MFA_OF_ALL = True
    jonas = with_password(world.person("jonas.weber"))
    browser = stranger()
    sign_in(browser, jonas)
    for path in ("/claims/", "/messages/", "/associations/"):
        assert browser.get(path)["Location"] == "/accounts/security/", path
        assert browser.post(path)["Location"] == "/accounts/security/", path
    assert "One step is missing." in browser.get("/accounts/security/").content.decode()
    assert signed_in_by_code(jonas, with_app(jonas)).get("/claims/").status_code == 200
    assert world.api("jonas.weber").send("GET", "claims/").status_code == 200


def test_where_it_is_not_required_nobody_is_led_anywhere(nadia: User) -> None:
    browser = stranger()
    sign_in(browser, nadia)
    assert browser.get("/review/").status_code == 200


def test_who_lost_phone_and_codes_is_helped_by_whoever_runs_the_installation(nadia: User) -> None:
    browser = signed_in_by_code(nadia, with_app(nadia))
    out = StringIO()
    call_command("reset_sign_in", "Nadia.Okafor@northgate.example", stdout=out)
    assert out.getvalue().strip() == "Gone: 1 second steps, 0 links, 1 sessions."
    assert browser.get("/review/")["Location"].startswith("/accounts/login/")
    other = stranger()
    sign_in(other, nadia)
    assert whose(other) == nadia.pk
    gone = {"second_steps": 1, "links": 0, "sessions": 1}
    assert ("person.sign_in_reset", gone) in told_of(nadia)
    with pytest.raises(CommandError, match="Nobody signs in with"):
        call_command("reset_sign_in", "nobody@northgate.example")
