"""How often one person begins drafts and writes comments in an hour, over all claims and through every door."""

from datetime import timedelta

import pytest
import time_machine

from claims.actions import pace
from tests.claims.given import draft, everything, read, sent
from tests.world import NOW, World, claim_of

WHO, HOUR = "jonas.weber", timedelta(hours=1)


@pytest.fixture(autouse=True)
def three(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three an hour instead of hundreds."""
    monkeypatch.setattr(pace, "MOST_AN_HOUR", 3)


def begin(world: World, who: str = WHO) -> tuple[int, list[str]]:
    answer = world.api(who).send("POST", "claims/", claim_of())
    return answer.status_code, [finding["code"] for finding in answer.json().get("findings", [])]


def test_the_fourth_draft_within_an_hour_is_refused_and_a_colleague_begins_theirs(world: World) -> None:
    assert [begin(world) for _ in range(3)] == [(201, [])] * 3
    before = everything()
    assert begin(world) == (400, ["draft_often"])
    assert everything() == before
    assert begin(world, "ruth.adeyemi") == (201, [])
    with time_machine.travel(NOW + HOUR, tick=False):
        assert begin(world) == (201, [])


def test_a_page_that_begins_one_or_copies_says_so_above_the_list(world: World) -> None:
    reference, *_others = (draft(world, WHO, name=f"Roll-out {number}") for number in range(3))
    browser = world.web(WHO)
    for path in ("/claims/new/", f"/claims/{reference}/copy/"):
        page = browser.post(path, follow=True)
        assert page.request["PATH_INFO"] == "/claims/"
        assert "Too many drafts were begun within an hour." in page.content.decode()
        assert "One person begins 3 drafts an hour at most. Go on in an hour." in page.content.decode()
    assert read(browser, "/claims/").count("Roll-out") >= 3


def test_the_fourth_comment_within_an_hour_is_refused_whatever_claim_it_is_on(world: World) -> None:
    first, second = (sent(world, "ines.moreau", **more) for more in ({}, {"activity": "presales"}))
    say = world.api(WHO).send
    for reference in (first, first, second):
        assert say("POST", f"claims/{reference}/comments/", {"body": "Hello"}).status_code == 201
    before = everything()
    answer = say("POST", f"claims/{second}/comments/", {"body": "Hello"})
    found = [(finding["code"], finding["field"]) for finding in answer.json()["findings"]]
    assert (answer.status_code, found) == (400, [("comment_often", "body")])
    assert everything() == before
    nadia = world.api("nadia.okafor").send("POST", f"claims/{second}/comments/", {"body": "Hello"})
    assert nadia.status_code == 201
    with time_machine.travel(NOW + HOUR, tick=False):
        assert say("POST", f"claims/{second}/comments/", {"body": "Hello"}).status_code == 201


def test_on_the_page_the_words_stay_beside_the_reason(world: World) -> None:
    reference, browser = sent(world, WHO), world.web(WHO)
    for _ in range(3):
        browser.post(f"/claims/{reference}/comments/", {"body": "Hello"})
    before = everything()
    page = browser.post(f"/claims/{reference}/comments/", {"body": "What I wanted to say"}).content.decode()
    assert "What I wanted to say" in page
    assert "Say it in one comment, or go on in an hour." in page
    assert everything() == before
