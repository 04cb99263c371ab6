"""Take next: the most urgent claim that is free and that one may judge; two reviewers never get the same one."""

from datetime import timedelta
from typing import Any

import pytest

from claims.models import Claim
from partners.models import Conflict, Partner
from tests.arbitration.test_list import copies, listed
from tests.claims.given import everything, of_brightwater, read, sent
from tests.claims.test_take import LEAD, NADIA, PIETER, take, whose
from tests.world import NOW, World

both_databases = pytest.mark.both_databases


def take_next(world: World, who: str) -> Any:
    return world.api(who).send("POST", "queue/next/")


@both_databases
def test_the_most_urgent_claim_is_taken_first_and_then_the_next(world: World) -> None:
    later, urgent = sent(world, "jonas.weber"), sent(world, "miguel.sa", **of_brightwater())
    Claim.objects.filter(reference=urgent).update(due_at=NOW + timedelta(days=1))
    answers = [take_next(world, who) for who in (NADIA, PIETER, LEAD)]
    assert [answer.status_code for answer in answers] == [200, 200, 204]
    assert [answer.json()["reference"] for answer in answers[:2]] == [urgent, later]
    assert [whose(urgent), whose(later)] == [("under_review", NADIA), ("under_review", PIETER)]


@both_databases
def test_a_company_one_has_a_conflict_with_is_passed_over(world: World) -> None:
    hidden, seen = sent(world, "jonas.weber"), sent(world, "miguel.sa", **of_brightwater())
    Claim.objects.filter(reference=hidden).update(due_at=NOW)
    Conflict.objects.create(user=world.person(NADIA), partner=Partner.objects.get(name="Halden Cloud Works"))
    assert take_next(world, NADIA).json()["reference"] == seen
    assert take_next(world, NADIA).status_code == 204
    assert whose(hidden) == ("submitted", "")


@both_databases
def test_what_waits_for_its_partner_or_is_another_reviewers_is_passed_over(world: World) -> None:
    asked, taken = sent(world, "jonas.weber"), sent(world, "miguel.sa", **of_brightwater())
    Claim.objects.filter(reference=asked).update(state="action_required")
    take(world, PIETER, taken)
    assert take_next(world, NADIA).status_code == 204
    Claim.objects.filter(reference=taken).update(lease_until=NOW)
    assert take_next(world, NADIA).json()["reference"] == taken


@both_databases
@pytest.mark.parametrize("who", ["jonas.weber", "hugo.brandt", "elena.ruiz"])
def test_nobody_but_reviewers_takes_the_next(world: World, who: str) -> None:
    sent(world, "jonas.weber")
    world.api(who)
    before = everything()
    assert take_next(world, who).status_code == 403
    assert everything() == before
    assert world.web(who).post("/review/next/").status_code == 403


@both_databases
def test_the_button_leads_to_the_claim_and_says_when_none_is_free(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web(NADIA)
    assert 'action="/review/next/"' in read(browser, "/review/")
    assert browser.get("/review/next/")["Location"] == "/review/"
    assert browser.post("/review/next/")["Location"] == f"/claims/{reference}/review/"
    assert "No claim is free for you just now" in browser.post("/review/next/", follow=True).content.decode()
    assert "/review/next/" not in read(world.web("hugo.brandt"), "/review/")


@both_databases
def test_a_repeated_request_with_its_key_takes_one_claim(world: World) -> None:
    first = sent(world, "jonas.weber")
    sent(world, "miguel.sa", **of_brightwater())
    answers = [world.api(NADIA).send("POST", "queue/next/", Idempotency_Key="once") for _ in range(2)]
    assert [answer.json()["reference"] for answer in answers] == [first, first]
    assert Claim.objects.filter(reviewer=world.person(NADIA)).count() == 1


@both_databases
def test_the_list_shows_who_reviews_what_all_that_is_free_and_ones_own(world: World) -> None:
    mine, free = sent(world, "jonas.weber"), sent(world, "miguel.sa", **of_brightwater())
    take(world, NADIA, mine)
    browser = world.web(NADIA)
    pages = {show: read(browser, f"/review/?show={show}") for show in ("", "free", "mine", "unknown")}
    assert {show: listed(page) for show, page in pages.items()} == {
        "": [mine, free],
        "free": [free],
        "mine": [mine],
        "unknown": [mine, free],
    }
    assert "Nadia Okafor" in read(world.web(PIETER), "/review/")
    assert "You have no claim" in read(world.web(PIETER), "/review/?show=mine")


@both_databases
def test_pages_of_ones_own_claims_stay_ones_own(world: World) -> None:
    reference = sent(world, "jonas.weber")
    take(world, NADIA, reference)
    copies(reference, 60)
    Claim.objects.filter(reference__endswith="0003").update(reviewer=None, lease_until=None)
    page = read(world.web(NADIA), "/review/?show=mine")
    assert "?show=mine&amp;after=" in page
    assert "CP-COPY-0003" not in page
