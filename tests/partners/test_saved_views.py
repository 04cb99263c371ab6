"""Lists as somebody has narrowed and named them: kept for this person alone, and shown above the list."""

from html import unescape
from typing import Any

import pytest
from django.test import Client

from partners.actions.access import LONGEST_NAME, MOST_VIEWS, end_access
from partners.actions.erase import forget_person
from tests.world import NOW, World

MINE = {"page": "claims", "name": "Mine, in usage", "query": "work=business_applications%2Fusage&mine=1"}
QUEUE = {"page": "queue", "name": "Late", "query": "show=overdue"}


def keep(browser: Client, view: dict[str, str], **changes: str) -> Any:
    return browser.post("/views/", {**view, "do": "save", **changes}, follow=True)


def links(browser: Client, path: str) -> list[tuple[str, str]]:
    """Each saved view above the list: its name and where it leads."""
    return [(view["name"], view["href"]) for view in browser.get(path).context["saved"]["views"]]


@pytest.mark.parametrize(
    ("who", "path", "view"), [("jonas.weber", "/claims/", MINE), ("nadia.okafor", "/review/", QUEUE)]
)
def test_a_list_is_kept_as_it_was_narrowed_and_stands_above_it(
    world: World, who: str, path: str, view: dict[str, str]
) -> None:
    browser = world.web(who)
    answer = keep(browser, view)
    assert answer.redirect_chain == [(f"{path}?{view['query']}", 302)]
    assert "The view is saved. It stands above the list from now on." in answer.text
    assert links(browser, path) == [(view["name"], f"{path}?{view['query']}")]
    assert unescape(answer.text).count(f'<a class="apart" href="{path}?{view["query"]}" aria-current="page">') == 1


def test_the_list_offers_to_keep_what_is_narrowed_and_to_forget_what_is_kept(world: World) -> None:
    browser = world.web("jonas.weber")
    shown = [browser.get(f"/claims/{query}").text for query in ("?mine=1", "?show=drafts")]
    assert ["Save this view" in page for page in shown] == [True, True]
    keep(browser, MINE, query="mine=1")
    page = browser.get("/claims/?mine=1").text
    assert ("Save this view" in page, "Forget this view" in page) == (False, True)


def test_a_forgotten_view_is_gone_and_to_forget_it_again_changes_nothing(world: World) -> None:
    browser = world.web("jonas.weber")
    keep(browser, MINE)
    for _time in range(2):
        browser.post("/views/", {**MINE, "do": "forget"})
        assert links(browser, "/claims/?mine=1") == []


def test_the_same_name_means_the_newest(world: World) -> None:
    browser = world.web("jonas.weber")
    keep(browser, MINE)
    keep(browser, MINE, query="show=drafts")
    assert links(browser, "/claims/?mine=1") == [(MINE["name"], "/claims/?show=drafts")]


def test_a_view_is_its_owners_alone_and_of_one_list(world: World) -> None:
    keep(world.web("jonas.weber"), MINE)
    assert links(world.web("ruth.adeyemi"), "/claims/?mine=1") == []
    reviewer = world.web("nadia.okafor")
    keep(reviewer, QUEUE)
    assert world.person("nadia.okafor").saved_views == [QUEUE]
    assert links(world.web("pieter.vos"), "/review/") == []


@pytest.mark.parametrize(
    "query", ["show=no-such-group&work=none", "a=%00", "x" * 3000, "next=https://elsewhere.example/", "after=CP-1"]
)
def test_of_what_is_no_filter_of_the_list_nothing_is_shown(world: World, query: str) -> None:
    browser = world.web("jonas.weber")
    answer = keep(browser, MINE, query=query)
    assert answer.status_code == 200
    assert links(browser, "/claims/?mine=1") == [(MINE["name"], "/claims/")]


def test_a_view_needs_a_name_and_long_ones_are_cut(world: World) -> None:
    browser = world.web("jonas.weber")
    assert "Give the view a name" in keep(browser, MINE, name="  ").text
    keep(browser, MINE, name="<b>" + "n" * 90)
    assert links(browser, "/claims/?mine=1")[0][0] == "<b>" + "n" * (LONGEST_NAME - 3)
    assert "<b>nnn" not in browser.get("/claims/?mine=1").text


@pytest.mark.parametrize(
    ("typed", "kept"), [("Late\0 ones", "Late ones"), ("\x1b[1mLate", "[1mLate"), ("Late\n", "Late")]
)
def test_signs_that_no_name_has_are_left_out(world: World, typed: str, kept: str) -> None:
    browser = world.web("jonas.weber")
    assert keep(browser, MINE, name=typed).status_code == 200
    assert links(browser, "/claims/?mine=1")[0][0] == kept


def test_who_leaves_the_company_leaves_what_they_looked_for(world: World) -> None:
    keep(world.web("jonas.weber"), MINE)
    person = world.person("jonas.weber")
    end_access(user=person, now=NOW)
    person.refresh_from_db()
    assert person.saved_views == []


def test_there_are_no_more_than_so_many(world: World) -> None:
    browser = world.web("jonas.weber")
    for number in range(MOST_VIEWS):
        keep(browser, MINE, name=f"View {number}")
    assert f"You have saved {MOST_VIEWS} views of this list." in keep(browser, MINE, name="One more").text
    assert len(links(browser, "/claims/?mine=1")) == MOST_VIEWS


def test_another_list_than_there_is_is_not_found(world: World) -> None:
    assert keep(world.web("jonas.weber"), MINE, page="people").status_code == 404


def test_with_a_person_their_views_are_erased(world: World) -> None:
    keep(world.web("jonas.weber"), MINE)
    person = world.person("jonas.weber")
    forget_person(person, now=NOW)
    person.refresh_from_db()
    assert person.saved_views == []
