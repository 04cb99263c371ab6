"""A session ends when it was idle, when it is old, and when its person left; what was typed and kept is there after."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from claims.forms import Step
from partners.models import User
from tests.claims.given import draft, everything, hidden, read, seen_on, step_of
from tests.partners.signing_in import PASSWORD, sign_in, stranger, told_of, whose, with_password
from tests.world import NOW, World, claim_of

both_databases = pytest.mark.both_databases
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(autouse=True)
def limits(settings: Any) -> None:
    settings.SESSION_LIMITS = {"partner": (24 * HOUR, 336 * HOUR), "operator": (HOUR, 12 * HOUR)}


@pytest.fixture
def ines(world: World) -> User:
    """A person with a password."""
    user = world.person("ines.moreau")
    return with_password(user)


@pytest.mark.parametrize(
    ("who", "path", "idle", "length"),
    [("jonas.weber", "/messages/", 24 * HOUR, "24 hours"), ("nadia.okafor", "/review/", HOUR, "1 hour")],
)
def test_an_idle_session_ends_with_its_reason_and_leads_back(
    world: World, who: str, path: str, idle: timedelta, length: str
) -> None:
    browser = world.web(who)
    with time_machine.travel(NOW + idle - MINUTE, tick=False):
        assert browser.get(path).status_code == 200
    with time_machine.travel(NOW + 2 * idle - MINUTE, tick=False):
        answer = browser.get(f"{path}?after=2")
        page = browser.get(answer["Location"])
    assert answer["Location"] == f"/accounts/login/?next={path}%3Fafter%3D2"
    assert f"Your session ended after {length} without use." in page.content.decode()
    assert "What you had saved is there." in page.content.decode()
    assert whose(browser) is None
    assert told_of(world.person(who)) == [("person.session_lapsed", {"why": "idle"})]


def test_a_session_that_is_used_ends_for_its_age(world: World) -> None:
    browser = world.web("nadia.okafor")
    for half_hours in range(1, 24):
        with time_machine.travel(NOW + half_hours * HOUR / 2, tick=False):
            assert browser.get("/review/").status_code == 200, half_hours
    with time_machine.travel(NOW + 12 * HOUR, tick=False):
        answer = browser.get("/review/")
        assert "Your session ended after 12 hours." in browser.get(answer["Location"]).content.decode()
    assert told_of(world.person("nadia.okafor")) == [("person.session_lapsed", {"why": "age"})]


@both_databases
def test_being_seen_is_written_once_a_minute_and_loses_nothing_that_another_request_wrote(world: World) -> None:
    browser = world.web("jonas.weber")
    row = Session.objects.get(pk=browser.session.session_key)
    with time_machine.travel(NOW + 59 * timedelta(seconds=1), tick=False):
        browser.get("/messages/")
    assert Session.objects.get(pk=row.pk).session_data == row.session_data
    with time_machine.travel(NOW + 20 * HOUR, tick=False):
        browser.get("/messages/")
        assert browser.session["seen_at"] == (NOW + 20 * HOUR).timestamp()
    kept = browser.session
    kept["typed"] = "a letter"
    kept.save()
    with time_machine.travel(NOW + 21 * HOUR, tick=False):
        browser.get("/messages/")
    assert browser.session["typed"] == "a letter"


@both_databases
def test_a_stamp_that_a_slow_request_wrote_over_ends_no_session(ines: User) -> None:
    browser = stranger()
    sign_in(browser, ines)
    old = browser.session
    with time_machine.travel(NOW + 20 * HOUR, tick=False):
        browser.get("/messages/")
    old.save()  # as a request does that began before
    with time_machine.travel(NOW + 30 * HOUR, tick=False):
        assert browser.get("/messages/").status_code == 200


def test_a_session_that_does_not_say_when_it_began_is_none(world: World) -> None:
    browser = Client()
    browser.force_login(world.person("jonas.weber"))
    assert browser.get("/messages/")["Location"].startswith("/accounts/login/")


def test_what_was_typed_into_a_draft_as_the_session_lapsed_is_there_after_the_sign_in(ines: User, world: World) -> None:
    reference, browser = draft(world, "ines.moreau"), world.web("ines.moreau")
    path = f"/claims/{reference}/edit/customer/"
    page = browser.get(path)
    late = step_of(
        claim_of(name="Typed too late"), Step.CUSTOMER, seen=seen_on(page), typist=hidden("typist", page), go="work"
    )
    with time_machine.travel(NOW + 25 * HOUR, tick=False):
        answer = browser.post(path, late)
        assert answer["Location"] == f"/accounts/login/?next={path}"
        assert "what you typed is kept" in browser.get(answer["Location"]).content.decode()
        sign_in(browser, ines, next=path)
        assert 'value="Typed too late"' in read(browser, path)


def test_a_part_that_is_asked_for_too_late_leads_the_whole_page_to_the_sign_in(world: World) -> None:
    browser = world.web("nadia.okafor")
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        answer = browser.get("/review/counts/", headers={"HX-Request": "true"})
    assert answer["HX-Redirect"].startswith("/accounts/login/")


def test_who_is_switched_off_is_told_so_by_their_next_click_and_changes_nothing(world: World) -> None:
    reference = draft(world, "jonas.weber")
    browser, jonas = world.web("jonas.weber"), world.person("jonas.weber")
    User.objects.filter(pk=jonas.pk).update(is_active=False)
    before = everything(but=("django_session", "events_event", "events_chain"))
    answer = browser.post(f"/claims/{reference}/delete/")
    assert answer.status_code == 403
    assert "This account is closed" in answer.content.decode()
    assert everything(but=("django_session", "events_event", "events_chain")) == before
    assert told_of(jonas) == [("person.refused", {"door": "session", "why": "deactivated"})]
    again = browser.get("/claims/")
    assert again["Location"].startswith("/accounts/login/")
    assert len(told_of(jonas)) == 1


def test_a_token_of_who_is_switched_off_ends_too(world: World) -> None:
    api, jonas = world.api("jonas.weber"), world.person("jonas.weber")
    assert api.send("GET", "claims/").status_code == 200
    User.objects.filter(pk=jonas.pk).update(is_active=False)
    assert api.send("GET", "claims/").status_code == 401


def test_signing_in_lists_the_session(ines: User) -> None:
    browser = stranger()
    sign_in(browser, ines)
    assert [row.session_key for row in UserSession.objects.filter(user=ines)] == [browser.session.session_key]


# The list


def two_places(user: User) -> tuple[Client, Client]:
    here, there = stranger(), stranger()
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0"
    sign_in(here, user)
    there.defaults["HTTP_USER_AGENT"] = agent
    sign_in(there, user)
    return here, there


def test_another_session_is_shown_in_words_and_ended_at_once(ines: User, world: World) -> None:
    here, there = two_places(ines)
    page = here.get("/accounts/security/").content.decode()
    assert "Firefox, Windows" in page
    assert "in 2 places" in page
    row = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post("/accounts/sessions/end/", {"session": row.pk})["Location"] == "/accounts/security/"
    assert there.get("/claims/")["Location"].startswith("/accounts/login/")
    assert here.get("/claims/").status_code == 200
    assert told_of(ines)[-1] == ("person.sessions_ended", {"sessions": 1})


@both_databases
def test_all_others_are_ended_and_ones_own_goes_on(ines: User) -> None:
    here, there = two_places(ines)
    here.post("/accounts/sessions/end/", {"session": "others"})
    assert (whose(here), whose(there)) == (ines.pk, None)
    assert UserSession.objects.count() == 1


@pytest.mark.parametrize("named", ["here", "0", "x", "", "99999999999999999999999"])
def test_what_is_no_other_session_ends_nothing(ines: User, named: str) -> None:
    here, there = two_places(ines)
    own = UserSession.objects.get(session_key=here.session.session_key)
    here.post("/accounts/sessions/end/", {"session": own.pk if named == "here" else named})
    assert (whose(here), whose(there)) == (ines.pk, ines.pk)


def test_nobody_ends_the_session_of_another(ines: User, world: World) -> None:
    here, _there = two_places(ines)
    for row in UserSession.objects.all():
        world.web("jonas.weber").post("/accounts/sessions/end/", {"session": row.pk})
    world.web("jonas.weber").post("/accounts/sessions/end/", {"session": "others"})
    assert UserSession.objects.filter(user=ines).count() == 2
    assert whose(here) == ines.pk


def test_a_new_password_ends_every_other_session(ines: User) -> None:
    here, there = two_places(ines)
    new = "another staple, of another horse"
    here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert there.get("/claims/")["Location"].startswith("/accounts/login/")
    assert here.get("/claims/").status_code == 200
    assert "in 1 place" in here.get("/accounts/security/").content.decode()


def test_what_has_lapsed_is_listed_no_more(ines: User) -> None:
    here, _there = two_places(ines)
    with time_machine.travel(NOW + 23 * HOUR, tick=False):
        here.get("/claims/")
    with time_machine.travel(NOW + 25 * HOUR, tick=False):
        assert "in 1 place" in here.get("/accounts/security/").content.decode()
