"""What matters asks once more who it is, and loses nothing that was typed."""

from datetime import timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import time_machine
from django.test import Client

from partners.models import User
from tests.claims.given import everything, sent
from tests.claims.test_decide import lines
from tests.claims.test_desk_page import DATES, all_met, desk, document, line_id, sure_of, version_in
from tests.claims.test_take import NADIA, take
from tests.partners.signing_in import PASSWORD, code, whose, with_app, with_password
from tests.world import NOW, World

LATER = NOW + timedelta(minutes=10)
WORDS = "The letter names no date.\r\nPlease send a dated one."


@pytest.fixture
def nadia(world: World) -> User:
    """A reviewer with a password."""
    user = world.person(NADIA)
    return with_password(user)


@pytest.fixture
def reference(world: World, nadia: User) -> str:
    """A claim in Nadia's hands."""
    reference = sent(world, "jonas.weber")
    assert take(world, NADIA, reference).status_code == 200
    return reference


def refusal(world: World, reference: str) -> dict[str, Any]:
    """What the desk posts to refuse the claim's one line."""
    version = version_in(desk(world, NADIA, reference, f"?line={line_id(reference)}"))
    said = {"do": "reject", "words": WORDS, "reason": DATES}
    place = {"version": version, "line": line_id(reference), "document": document(reference)}
    return {**place, **said, "sure": sure_of({**place, **said}), **all_met(reference, unmet=("dates",))}


def asked(browser: Client, reference: str, posted: dict[str, Any], **headers: str) -> Any:
    """Ten minutes after signing in."""
    with time_machine.travel(LATER, tick=False):
        return browser.post(f"/claims/{reference}/review/line/", posted, headers=headers)


def test_within_ten_minutes_nobody_is_asked_again(world: World, reference: str) -> None:
    browser, posted = world.web(NADIA), refusal(world, reference)
    with time_machine.travel(LATER - timedelta(seconds=1), tick=False):
        browser.post(f"/claims/{reference}/review/line/", posted)
    assert lines(reference) == [("rejected", "dates_missing_or_old")]


def test_after_ten_minutes_a_decision_waits_for_the_password_and_is_made_with_what_was_typed(
    world: World, reference: str
) -> None:
    browser, posted = world.web(NADIA), refusal(world, reference)
    before = everything()
    answer = asked(browser, reference, posted)
    way = answer["Location"]
    assert (answer.status_code, unquote(way)) == (
        302,
        f"/accounts/reauthenticate/?next=/claims/{reference}/review/line/",
    )
    assert everything() == before
    with time_machine.travel(LATER + timedelta(minutes=1), tick=False):
        page = browser.get(way)
        assert "What you typed is kept" in page.content.decode()
        wrong = browser.post(way, {"password": "not it"})
        assert wrong.status_code == 200
        assert lines(reference) == [("open", "")]
        done = browser.post(way, {"password": PASSWORD})
    assert (done.status_code, done["Location"].partition("?")[0]) == (302, f"/claims/{reference}/review/")
    assert lines(reference) == [("rejected", "dates_missing_or_old")]
    thread = world.web("jonas.weber").get(f"/claims/{reference}/").content.decode()
    assert "Please send a dated one." in thread


def test_what_is_refused_after_the_password_comes_back_filled(world: World, reference: str) -> None:
    browser, posted = world.web(NADIA), {**refusal(world, reference), "reason": "poe_missing"}
    way = asked(browser, reference, posted)["Location"]
    with time_machine.travel(LATER, tick=False):
        page = browser.post(way, {"password": PASSWORD})
    assert page.status_code == 422
    assert "Please send a dated one." in page.content.decode()
    assert lines(reference) == [("open", "")]


def test_what_is_kept_while_checking_asks_nobody(world: World, reference: str) -> None:
    browser, posted = world.web(NADIA), {**refusal(world, reference), "do": "keep"}
    answer = asked(browser, reference, posted)
    assert answer["Location"].startswith(f"/claims/{reference}/review/")


def test_a_code_or_a_passkey_does_in_place_of_the_password(world: World, reference: str, nadia: User) -> None:
    secret, browser, posted = with_app(nadia), world.web(NADIA), refusal(world, reference)
    page = browser.get(asked(browser, reference, posted)["Location"]).content.decode()
    way = f"/accounts/2fa/again/?next=/claims/{reference}/review/line/"
    assert f'href="{way}"' in unquote(page)
    with time_machine.travel(LATER, tick=False):
        browser.post(way, {"code": code(secret)})
    assert lines(reference) == [("rejected", "dates_missing_or_old")]


def test_a_password_of_somebody_else_confirms_nobody(world: World, reference: str) -> None:
    other = world.person("pieter.vos")
    other.set_password("another one, of Pieter")
    other.save()
    browser, posted = world.web(NADIA), refusal(world, reference)
    way = asked(browser, reference, posted)["Location"]
    with time_machine.travel(LATER, tick=False):
        assert browser.post(way, {"password": "another one, of Pieter"}).status_code == 200
    assert lines(reference) == [("open", "")]


def test_a_script_is_led_to_the_whole_page(world: World, reference: str) -> None:
    browser, posted = world.web(NADIA), refusal(world, reference)
    answer = asked(browser, reference, posted, HX_Request="true")
    assert unquote(answer["HX-Redirect"]) == f"/accounts/reauthenticate/?next=/claims/{reference}/review/line/"
    with time_machine.travel(LATER, tick=False):
        done = browser.post(answer["HX-Redirect"], {"password": PASSWORD})
    assert done["Location"].startswith(f"/claims/{reference}/review/")
    assert lines(reference) == [("rejected", "dates_missing_or_old")]


def test_a_page_that_is_only_read_first_leads_back_to_itself(world: World, nadia: User) -> None:
    browser = world.web(NADIA)
    with time_machine.travel(LATER, tick=False):
        way = browser.get("/accounts/2fa/app/?from=mail")["Location"]
        assert unquote(way) == "/accounts/reauthenticate/?next=/accounts/2fa/app/?from=mail"
        assert browser.post(way, {"password": PASSWORD})["Location"] == "/accounts/2fa/app/?from=mail"


def test_who_has_no_way_to_show_it_signs_in_again(world: World) -> None:
    browser = world.web("pieter.vos")  # who never set a password
    with time_machine.travel(LATER, tick=False):
        assert browser.get("/accounts/2fa/app/")["Location"] == "/accounts/login/?next=/accounts/2fa/app/"
        assert browser.get("/accounts/login/").status_code == 200
    assert whose(browser) is None


def test_a_stranger_is_asked_to_sign_in(world: World) -> None:
    answer = Client().get("/accounts/2fa/app/")
    assert answer["Location"] == "/accounts/login/?next=/accounts/2fa/app/"


def test_a_token_is_asked_for_nothing(world: World, reference: str) -> None:
    api = world.api(NADIA)
    with time_machine.travel(LATER, tick=False):
        assert api.send("POST", f"claims/{reference}/approve/", {"line": 0}).status_code == 400  # for want of checks
