"""Several claims of the partner's list at once: asked about, then withdrawn or deleted, each by itself."""

import re
from typing import Any

import pytest
from django.test import Client

from claims.models import Claim, ClaimLine
from events.log import faults
from tests.claims.given import draft, everything, of_brightwater, read, sent, stored
from tests.claims.test_list import TEAMS, many, set_state
from tests.world import World

both_databases = pytest.mark.both_databases


def said(browser: Client, response: Any) -> str:
    """What the list says above its rows once a post has led back to it."""
    assert response.status_code == 302
    text = browser.get(response["Location"]).content.decode()
    (notices,) = re.findall(r'<div class="notices" role="status">(.*?)</main>', text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", notices.partition('<div class="head"')[0]).split())


def ask(browser: Client, verb: str, *references: str, **more: str) -> Any:
    return browser.get("/claims/bulk/", {"do": verb, "claim": references, **more})


def act(browser: Client, page: Any, **more: str) -> Any:
    """Confirms what a page asks, with the references and versions that it carries."""
    chosen = re.findall(r'name="claim" value="([^"]*)"', page.content.decode())
    return browser.post("/claims/bulk/", {"do": page.context["verb"], "claim": chosen, **more})


def test_rows_offer_what_their_state_allows_and_all_of_a_page_are_chosen_by_an_address(world: World) -> None:
    begun, gone, over = draft(world, "jonas.weber"), sent(world, "jonas.weber"), sent(world, "jonas.weber", **TEAMS)
    set_state(over, "withdrawn")
    page = read(world.web("jonas.weber"), "/claims/?show=&chosen=all")
    assert set(re.findall(r'name="claim" value="([^"]*)" checked', page)) == {begun, gone}
    assert " checked" not in read(world.web("jonas.weber"), "/claims/")


def test_asking_says_what_would_happen_to_each_and_changes_nothing(world: World) -> None:
    begun, gone, decided = draft(world, "jonas.weber"), sent(world, "jonas.weber"), sent(world, "jonas.weber", **TEAMS)
    set_state(decided, "approved")
    browser = world.web("jonas.weber")
    before = everything()
    withdraw = ask(browser, "withdraw", begun, gone, decided)
    assert [row["claim"].reference for row in withdraw.context["able"]] == [gone]
    assert {row["claim"].reference: row["why"] for row in withdraw.context["unable"]} == {
        begun: "It has not been sent, so it can be deleted but not withdrawn.",
        decided: "It was decided already.",
    }
    delete = ask(browser, "delete", begun, gone)
    assert [row["claim"].reference for row in delete.context["able"]] == [begun]
    assert [row["why"] for row in delete.context["unable"]] == [
        "It has been sent, so it can be withdrawn but not deleted."
    ]
    assert everything() == before


@both_databases
def test_chosen_claims_are_withdrawn_and_drafts_deleted_each_by_itself(world: World) -> None:
    first, second, begun = sent(world, "jonas.weber"), sent(world, "jonas.weber", **TEAMS), draft(world, "jonas.weber")
    other, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    response = act(browser, ask(browser, "withdraw", first, second, begun, list="show=operator"), list="show=operator")
    assert response["Location"] == "/claims/?show=operator"
    assert said(browser, response) == "2 claims are withdrawn."
    assert [stored(ref).state for ref in (first, second, begun)] == ["withdrawn", "withdrawn", "editing"]
    response = act(browser, ask(browser, "delete", begun, first))
    assert said(browser, response) == "1 draft is deleted."
    assert set(Claim.objects.values_list("reference", flat=True)) == {first, second, other}
    assert list(faults()) == []


def test_what_happened_meanwhile_is_told_and_not_overrun(world: World) -> None:
    lines = ["exchange-online", "microsoft-teams", "sharepoint-online"]
    claims = [sent(world, "jonas.weber", **{**TEAMS, "lines": [{"product": product}]}) for product in lines]
    fine, spoken, decided = claims
    browser = world.web("jonas.weber")
    page = ask(browser, "withdraw", *claims)
    assert world.api("nadia.okafor").send("POST", f"claims/{spoken}/comments/", {"body": "Wait"}).status_code == 201
    set_state(decided, "approved")
    told = said(browser, act(browser, page))
    assert told == (
        f"1 claim is withdrawn. 1 was left as it is (decided meanwhile): {decided}."
        f" 1 was left as it is (changed meanwhile, look at it again first): {spoken}."
    )
    assert [stored(ref).state for ref in claims] == ["withdrawn", "submitted", "approved"]
    assert ClaimLine.objects.get(claim__reference=fine).state == "withdrawn"
    assert ClaimLine.objects.get(claim__reference=spoken).state == "open"


def test_a_draft_changed_or_sent_after_the_question_is_not_deleted(world: World) -> None:
    changed, gone = draft(world, "jonas.weber"), draft(world, "jonas.weber", **TEAMS)
    browser = world.web("jonas.weber")
    page = ask(browser, "delete", changed, gone)
    world.api("ruth.adeyemi").send("PATCH", f"claims/{changed}/", {"name": "More was typed"})
    assert world.api("ruth.adeyemi").send("POST", f"claims/{gone}/submit/").status_code == 200
    told = said(browser, act(browser, page))
    assert told == (
        f"1 was left as it is (sent or withdrawn meanwhile): {gone}."
        f" 1 was left as it is (changed meanwhile, look at it again first): {changed}."
    )
    assert [stored(changed).name, stored(gone).state] == ["More was typed", "submitted"]


@pytest.mark.parametrize("verb", ["withdraw", "delete"])
def test_anothers_claim_and_none_at_all_are_the_same_nothing(world: World, verb: str) -> None:
    theirs = (sent if verb == "withdraw" else draft)(world, "miguel.sa", **of_brightwater())
    browser = world.web("jonas.weber")
    before = everything()
    answers = []
    for chosen in ([theirs], ["CP-0000-0000"], [], ["\x00", "x" * 900, ":", f"{theirs}:1"]):
        for method in (browser.get, browser.post):
            response = method("/claims/bulk/", {"do": verb, "claim": chosen})
            answers.append((response.status_code, response["Location"], said(browser, response)))
    assert set(answers) == {(302, "/claims/", "No claim was chosen, so nothing was done.")}
    assert everything() == before


@pytest.mark.parametrize("verb", ["", "approve", "submit", "\x00"])
def test_no_other_verb_is_done_in_bulk(world: World, verb: str) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    before = everything()
    assert browser.post("/claims/bulk/", {"do": verb, "claim": [reference]})["Location"] == "/claims/"
    assert everything() == before


def test_fifty_are_the_most_at_a_time(world: World) -> None:
    drafts, browser = many(world, 52), world.web("jonas.weber")
    page = ask(browser, "delete", *drafts)
    assert len(page.context["able"]) == 50
    assert "More than 50 were chosen. These are the first 50" in page.content.decode()
    browser.post("/claims/bulk/", {"do": "delete", "claim": drafts})
    assert set(Claim.objects.values_list("reference", flat=True)) == set(drafts[50:])


def test_the_way_back_from_bulk_is_the_list_and_nowhere_else(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    for back in ("https://evil.example/", "//evil.example", "next=https://evil.example", "%00", "show=" + "x" * 3000):
        assert ask(browser, "delete", reference, list=back).context["back"] == "/claims/", back
    assert ask(browser, "delete", reference, list="mine=1&after=x").context["back"] == "/claims/?mine=1&after=x"


def test_the_operator_and_strangers_do_nothing_in_bulk(world: World) -> None:
    reference = sent(world, "jonas.weber")
    data = {"do": "withdraw", "claim": [reference]}
    operators = [world.web(name) for name in ("nadia.okafor", "elena.ruiz", "hugo.brandt")]
    before = everything()
    for browser in operators:
        assert browser.post("/claims/bulk/", data)["Location"] == "/review/"
    assert Client().post("/claims/bulk/", data)["Location"].startswith("/accounts/login/")
    assert Client(enforce_csrf_checks=True).post("/claims/bulk/", data).status_code in {302, 403}
    assert everything() == before
