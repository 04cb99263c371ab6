"""Withdrawing in the browser: the page asks first, and takes back what it showed."""

import re

import pytest

from claims.models import Claim
from tests.claims.given import (
    SALES,
    SERVICE,
    draft,
    everything,
    read,
    sent,
    stored,
    version_on,
)
from tests.claims.test_withdraw import both_databases, decide, withdraw
from tests.world import World


def test_the_page_asks_first_and_says_what_follows(world: World) -> None:
    reference, browser = sent(world, "jonas.weber", lines=[SALES, SERVICE]), world.web("jonas.weber")
    decide(reference, "customer-service", "approved")
    before = everything()
    page = read(browser, f"/claims/{reference}/withdraw/")
    for sentence in ("The review stops", "stay readable", "file a new claim", "It cannot be undone."):
        assert sentence in page
    withdrawn, _heading, stays = page.partition("Stays as decided")
    assert "Dynamics 365 Sales" in withdrawn
    assert "Dynamics 365 Customer Service" in stays
    assert "danger" not in page
    assert everything() == before


def test_confirmed_it_is_withdrawn_and_the_claims_page_says_so(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    version = version_on(browser.get(f"/claims/{reference}/withdraw/"))
    response = browser.post(f"/claims/{reference}/withdraw/", {"version": version})
    assert (response.status_code, response["Location"]) == (302, f"/claims/{reference}/")
    page = read(browser, f"/claims/{reference}/")
    assert "The claim is withdrawn." in page
    assert "Nothing more happens with this claim. To claim again, copy it to a new draft." in page
    assert "by Jonas Weber; 1 product withdrawn" in page
    assert re.search(r"<span>Withdrawn\b", page)
    assert 'class="clock"' not in page
    assert "To claim again" not in read(world.web("nadia.okafor"), f"/claims/{reference}/")
    assert reference not in read(world.web("nadia.okafor"), "/review/")


@pytest.mark.parametrize("version", ["1", "0", "", "x", "-2", "²", "9" * 40, "2\x00"])
def test_an_older_question_withdraws_nothing_and_shows_what_stands_now(world: World, version: str) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    before = everything()
    response = browser.post(f"/claims/{reference}/withdraw/", {"version": version})
    assert response.status_code == 409
    assert "Nothing was withdrawn. Below is how it stands now" in response.content.decode()
    assert everything() == before
    again = browser.post(f"/claims/{reference}/withdraw/", {"version": version_on(response)})
    assert again.status_code == 302
    assert stored(reference).state == "withdrawn"


@both_databases
def test_a_decision_made_meanwhile_is_not_overrun(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    version = version_on(browser.get(f"/claims/{reference}/withdraw/"))
    decide(reference, "sales", "approved")
    Claim.objects.update(state="approved", version=7)
    before = everything()
    response = browser.post(f"/claims/{reference}/withdraw/", {"version": version})
    assert response.status_code == 409
    page = response.content.decode()
    assert "By now it reads: Approved. Nothing was changed." in page
    assert '<button class="btn primary"' not in page
    assert everything() == before


@both_databases
def test_pressed_twice_it_is_withdrawn_once_and_says_so(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    version = version_on(browser.get(f"/claims/{reference}/withdraw/"))
    for _ in range(2):
        response = browser.post(f"/claims/{reference}/withdraw/", {"version": version})
        assert (response.status_code, response["Location"]) == (302, f"/claims/{reference}/")
    page = read(browser, f"/claims/{reference}/")
    assert "The claim is withdrawn." in page
    assert "This claim has been withdrawn already." in page
    assert stored(reference).version == 3


def test_where_something_was_decided_only_the_rest_is_said_to_be_withdrawn(world: World) -> None:
    reference, browser = sent(world, "jonas.weber", lines=[SALES, SERVICE]), world.web("jonas.weber")
    decide(reference, "customer-service", "approved")
    browser.post(f"/claims/{reference}/withdraw/", {"version": "2"})
    page = read(browser, f"/claims/{reference}/")
    assert "What was open of the claim is withdrawn." in page
    assert "The claim is withdrawn." not in page


def test_a_page_for_what_cannot_be_withdrawn_leads_to_the_claim(world: World) -> None:
    begun, gone = draft(world, "jonas.weber"), sent(world, "jonas.weber")
    partner, reviewer = world.web("jonas.weber"), world.web("nadia.okafor")
    withdraw(world, "jonas.weber", gone)
    before = everything()
    for browser, reference in ((partner, begun), (partner, gone), (reviewer, gone)):
        response = browser.get(f"/claims/{reference}/withdraw/")
        assert (response.status_code, response["Location"]) == (302, f"/claims/{reference}/")
    assert reviewer.post(f"/claims/{gone}/withdraw/", {"version": "3"}).status_code == 302
    assert everything() == before
