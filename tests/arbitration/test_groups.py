"""The queue at work: narrowed to a partner, its groups counted, five questions to the database whatever waits."""

import re
from typing import Any

import pytest

from tests.arbitration.contest import checked, contest
from tests.arbitration.test_list import listed
from tests.claims.given import SALES, SERVICE, of_brightwater, read, sent
from tests.claims.test_inquiry import ask
from tests.claims.test_take import NADIA, take
from tests.world import World

both_databases = pytest.mark.both_databases


def test_the_queue_is_narrowed_to_one_partner_by_pressing_its_name(world: World) -> None:
    ours, theirs = sent(world, "jonas.weber"), sent(world, "miguel.sa", **of_brightwater())
    web = world.web(NADIA)
    page = read(web, "/review/")
    href = re.search(r'class="quiet" href="(\?partner=\d+)">Brightwater Partners', page)
    assert href
    narrowed = read(web, f"/review/{href[1]}")
    assert listed(narrowed) == [theirs]
    assert "Only claims of <b>Brightwater Partners</b>" in narrowed
    assert set(listed(page)) == {ours, theirs}
    answer = world.api(NADIA).send("GET", f"queue/{href[1]}").json()["results"]
    assert [claim["reference"] for claim in answer] == [theirs]


@pytest.mark.parametrize("partner", ["x", "-1", "99999999999999999999", "%00", "999"])
def test_a_partner_that_there_is_not_has_no_claims_or_is_ignored(world: World, partner: str) -> None:
    sent(world, "jonas.weber")
    assert world.web(NADIA).get(f"/review/?partner={partner}").status_code == 200


@both_databases
def test_what_is_reviewed_and_waits_for_its_case_stands_among_the_cases_and_no_more_to_review(world: World) -> None:
    _case, (done, rival) = contest(world)
    checked(world, done)
    assert world.api(NADIA).send("POST", f"claims/{done}/record-review/").status_code == 200
    web = world.web(NADIA)
    shown = {show: set(listed(read(web, f"/review/?show={show}"))) for show in ("", "mine", "contested", "all")}
    assert shown == {"": {rival}, "mine": {done}, "contested": {done, rival}, "all": {done, rival}}


def test_what_is_searched_for_is_found_in_all_that_is_open_unless_a_group_is_named(world: World) -> None:
    asked = sent(world, "jonas.weber")
    take(world, NADIA, asked)
    ask(world, NADIA, asked)
    web = world.web(NADIA)
    shown = {query: listed(read(web, f"/review/?{query}")) for query in ("", f"q={asked}", f"q={asked}&show=free")}
    assert shown == {"": [], f"q={asked}": [asked], f"q={asked}&show=free": []}
    assert "No claim of this group passes these filters." in read(web, f"/review/?q={asked}&show=free")


@both_databases
def test_each_group_says_how_many_it_holds(world: World) -> None:
    for activity in ("usage", "presales"):
        reference = sent(world, "jonas.weber", activity=activity)
    take(world, NADIA, reference)
    text = re.sub(r"<[^>]*id=\"(count-\w+)\"[^>]*>", r"\1=", world.web(NADIA).get("/review/counts/").content.decode())
    found = dict(re.findall(r"(count-\w+)=(\d+)", text))
    assert found == {
        "count-review": "2",
        "count-free": "1",
        "count-mine": "1",
        "count-overdue": "0",
        "count-partner": "0",
        "count-contested": "0",
        "count-all": "2",
    }
    assert world.web("jonas.weber").get("/review/counts/").status_code == 403


@both_databases
def test_the_queue_asks_the_database_six_times_however_many_claims_wait(
    world: World, django_assert_num_queries: Any
) -> None:
    sent(world, "jonas.weber")
    web = world.web(NADIA)
    read(web, "/review/")
    with django_assert_num_queries(6):
        read(web, "/review/")
    sent(world, "miguel.sa", lines=[SALES, SERVICE], activity="presales", **of_brightwater())
    with django_assert_num_queries(6):
        read(web, "/review/?show=free")
