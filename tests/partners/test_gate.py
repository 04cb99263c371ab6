"""Who tries too often is turned away before anything is hashed, over all processes; who works here is not."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partners import backends
from partners.middleware import gate
from partners.models import User
from tests.at_once import at_once
from tests.partners.signing_in import PASSWORD, sign_in, stranger, told_of, whose, with_password
from tests.world import NOW

pytestmark = [pytest.mark.django_db]


class CountingHasher(Argon2PasswordHasher):
    """Argon2, which counts how often it is made to work, and how many are made at a time."""

    time_cost, memory_cost, parallelism = 1, 1024, 1
    work = most = under_way = 0
    guard = threading.Lock()

    def _counted(self, make: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        kind = type(self)
        with kind.guard:
            kind.work += 1
            kind.under_way += 1
            kind.most = max(kind.most, kind.under_way)
        try:
            return make(*args, **kwargs)
        finally:
            with kind.guard:
                kind.under_way -= 1

    def encode(self, *args: Any, **kwargs: Any) -> Any:
        return self._counted(super().encode, *args, **kwargs)

    def verify(self, *args: Any, **kwargs: Any) -> Any:
        return self._counted(super().verify, *args, **kwargs)


@pytest.fixture(autouse=True)
def counting(settings: Any) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    CountingHasher.work = CountingHasher.most = 0


@pytest.fixture
def ana(person: Callable[..., User]) -> User:
    return person(f"ana-{uuid.uuid4().hex}@contoso.example", password=PASSWORD)


def guess(browser: Client, number: int = 0) -> int:
    """The status of a wrong sign-in; each number is another account."""
    answer = browser.post("/accounts/login/", {"login": f"somebody{number}@contoso.example", "password": "wrong"})
    return int(answer.status_code)


def test_one_address_is_turned_away_after_twenty_tries_a_minute_and_costs_no_query_any_more() -> None:
    browser = stranger()
    with time_machine.travel(NOW, tick=False):
        statuses = [guess(browser, number) for number in range(20)]
        assert statuses == [200] * 20
        worked = CountingHasher.work
        with CaptureQueriesContext(connection) as asked:
            answer = browser.post("/accounts/login/", {"login": "a@b.example", "password": PASSWORD})
    assert (answer.status_code, answer["Retry-After"], len(asked)) == (429, "60", 0)
    assert "Please wait a little" in answer.content.decode()
    form = browser.get("/accounts/login/")
    for name in ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy"):
        assert answer[name] == form[name]
    assert CountingHasher.work == worked
    with time_machine.travel(NOW.replace(minute=NOW.minute + 1), tick=False):
        assert guess(browser) == 200


def test_strangers_from_everywhere_share_what_there_is_and_are_told_to_the_log_once(settings: Any) -> None:
    settings.STRANGERS_PER_MINUTE = 30
    with time_machine.travel(NOW, tick=False):
        statuses = [guess(stranger(), number) for number in range(40)]
    assert statuses == [200] * 5 + [429] * 35
    assert CountingHasher.work == 5
    assert [kind for kind, _data in told_of(None)].count("sign_in.crowded") == 1
    with time_machine.travel(NOW.replace(second=10), tick=False):
        assert guess(stranger()) == 200


def test_who_signed_in_here_before_gets_in_through_a_crowd(settings: Any, ana: User) -> None:
    browser = stranger()
    sign_in(browser, ana)
    browser.post("/accounts/logout/")
    settings.STRANGERS_PER_MINUTE = 30
    with time_machine.travel(NOW, tick=False):
        for number in range(10):
            guess(stranger(), number)
        sign_in(browser, ana)
        assert whose(browser) == ana.pk
        other = stranger()
        assert sign_in(other, ana).status_code == 429


def test_a_known_browser_is_no_way_to_guess_on(ana: User) -> None:
    browser = stranger()
    sign_in(browser, ana)
    browser.post("/accounts/logout/")
    with time_machine.travel(NOW, tick=False):
        assert [guess(browser, number) for number in range(12)] == [200] * 10 + [429] * 2


def test_the_cookie_of_a_known_browser_cannot_be_made_up(settings: Any, ana: User) -> None:
    browser = stranger()
    sign_in(browser, ana)
    cookie = browser.cookies[gate.KNOWN]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    settings.STRANGERS_PER_MINUTE = 6
    with time_machine.travel(NOW, tick=False):
        guess(stranger())
        forger = stranger()
        forger.cookies[gate.KNOWN] = cookie.value[:-1] + ("A" if cookie.value[-1] != "A" else "B")
        assert guess(forger) == 429


def test_where_nothing_can_be_counted_nobody_is_let_near_a_hash(settings: Any, ana: User) -> None:
    gone = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:9/0"}
    settings.CACHES = {"default": gone}
    before, browser = CountingHasher.work, stranger()
    answer = sign_in(browser, ana)
    assert (answer.status_code, whose(browser), CountingHasher.work) == (503, None, before)
    assert browser.get("/accounts/login/").status_code == 200


def test_the_gate_stands_before_the_door() -> None:
    assert reverse("account_login") == gate.DOOR


def test_reading_the_form_is_never_refused() -> None:
    browser = stranger()
    with time_machine.travel(NOW, tick=False):
        for number in range(25):
            guess(browser, number)
        assert browser.get("/accounts/login/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_process_makes_one_hash_at_a_time(ana: User) -> None:
    browsers = [stranger() for _ in range(6)]
    before = CountingHasher.work
    at_once([lambda browser=browser: sign_in(browser, ana, "wrong") for browser in browsers])
    assert CountingHasher.work - before == 5  # the sixth is one too many for the account
    assert CountingHasher.most == 1


def test_who_waits_too_long_is_asked_for_patience_and_nothing_is_hashed(
    ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backends, "PATIENCE", 0.01)
    before = CountingHasher.work
    with backends.HASHING:
        browser = stranger()
        answer = sign_in(browser, ana)
    assert (answer.status_code, whose(browser), CountingHasher.work) == (429, None, before)
    sign_in(browser, with_password(ana))
    assert whose(browser) == ana.pk


def test_wrong_and_refused_sign_ins_are_events_of_the_person_and_name_no_address(ana: User) -> None:
    with time_machine.travel(NOW, tick=False):
        for _ in range(8):
            sign_in(stranger(), ana, "wrong")
    failed, limited = ("person.sign_in_failed", {}), ("person.sign_in_limited", {})
    assert told_of(ana) == [failed] * 5 + [limited]
    assert told_of(None) == []


def test_an_address_that_nobody_has_leaves_one_event_for_its_network_and_no_address() -> None:
    browser = stranger()
    with time_machine.travel(NOW, tick=False):
        for number in range(6):
            guess(browser, number)
        guess(stranger())
    told = told_of(None)
    assert [kind for kind, _data in told] == ["person.sign_in_failed"] * 2
    assert all(list(data) == ["network"] and "@" not in str(data) and "10." not in str(data) for _kind, data in told)


def test_who_left_and_knows_their_password_is_told_so_and_it_is_one_event(ana: User) -> None:
    User.objects.filter(pk=ana.pk).update(is_active=False)
    browser = stranger()
    for _ in range(3):
        answer = sign_in(browser, ana)
    assert answer["Location"] == "/accounts/inactive/"
    assert whose(browser) is None
    assert told_of(ana) == [("person.refused", {"door": "sign_in", "why": "deactivated"})]
