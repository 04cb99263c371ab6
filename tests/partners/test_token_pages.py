"""A person's own tokens on the screen: made, shown once, used, revoked."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from partners.models import ApiToken
from tests.partners.signing_in import PASSWORD, told_of, with_password
from tests.world import NOW, World


def make(browser: Client, **typed: Any) -> Any:
    return browser.post("/accounts/tokens/new/", {"name": "Nightly export", "scope": "read", "days": "30", **typed})


def shown_in(page: Any) -> str:
    found = re.search(r"cpor_[A-Za-z0-9_-]{43}", page.content.decode())
    assert found, page.content.decode()
    return found[0]


def ask(token: str, method: str = "get") -> int:
    answer = getattr(Client(), method)("/api/v1/claims/", headers={"Authorization": f"Bearer {token}"})
    return int(answer.status_code)


def test_a_token_is_shown_once_does_what_it_says_and_is_listed(world: World) -> None:
    browser = world.web("jonas.weber")
    assert "You have none." in browser.get("/accounts/tokens/").content.decode()
    token = shown_in(make(browser))
    assert (ask(token), ask(token, "post")) == (200, 403)
    page = browser.get("/accounts/tokens/").content.decode()
    assert token not in page
    for words in ("Nightly export", "Read only", "Sat 19 Dec 2026"):
        assert words in page, words
    row = ApiToken.objects.get()
    data = {"token": row.pk, "scope": "read", "expires_at": (NOW + timedelta(days=30)).isoformat()}
    assert told_of(world.person("jonas.weber")) == [("person.token_made", data)]
    assert "Nightly" not in str(told_of(world.person("jonas.weber")))


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "x" * 81}, {"scope": "all"}, {"scope": ""}, {"days": "366"}, {"days": "0"}, {"days": "x"}],
)
def test_what_is_refused_comes_back_filled_and_makes_nothing(world: World, wrong: dict[str, str]) -> None:
    page = make(world.web("jonas.weber"), **wrong)
    assert page.status_code == 422
    assert "msg bad" in page.content.decode()
    assert ("name" in wrong) or 'value="Nightly export"' in page.content.decode()
    assert not ApiToken.objects.exists()


def test_nobody_has_more_than_twenty(world: World) -> None:
    browser = world.web("jonas.weber")
    for number in range(20):
        assert make(browser, name=f"Number {number}").status_code == 200
    page = make(browser)
    assert (page.status_code, ApiToken.objects.count()) == (422, 20)
    assert "You have 20 tokens already." in page.content.decode()


def test_a_revoked_token_is_gone_at_once(world: World) -> None:
    browser = world.web("jonas.weber")
    token = shown_in(make(browser))
    pk = ApiToken.objects.get().pk
    page = browser.post(f"/accounts/tokens/{pk}/revoke/", follow=True).content.decode()
    assert "The token is revoked." in page
    assert "You have none." in page
    assert ask(token) == 401


def test_a_token_of_another_is_not_there(world: World) -> None:
    token = shown_in(make(world.web("jonas.weber")))
    pk = ApiToken.objects.get().pk
    assert world.web("ines.moreau").post(f"/accounts/tokens/{pk}/revoke/").status_code == 404
    assert "Nightly" not in world.web("ines.moreau").get("/accounts/tokens/").content.decode()
    assert ask(token) == 200


def test_a_token_is_made_by_who_has_shown_recently_who_they_are(world: World) -> None:
    with_password(world.person("jonas.weber"))
    browser = world.web("jonas.weber")
    with time_machine.travel(NOW + timedelta(minutes=11), tick=False):
        way = make(browser)["Location"]
        assert not ApiToken.objects.exists()
        shown_in(browser.post(way, {"password": PASSWORD}))
    assert [row.name for row in ApiToken.objects.all()] == ["Nightly export"]
