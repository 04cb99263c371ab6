"""Whoever may not see a claim finds the same nothing at each of its addresses as at one that was never given."""

import re
from typing import Any

import pytest
from django.test import Client

from cpor import demo
from tests.claims.evidence.doors import files, inspected, multipart, stored_files
from tests.claims.given import draft, everything, sent
from tests.claims.test_visibility import limit
from tests.world import World

WHO = "jonas.weber"
NOWHERE, NO_KEY = "CP-0000-0000", "0" * 32
TOKEN = re.compile(r'(csrfmiddlewaretoken" value=")[^"]*')

PAGES = [
    ("GET", "evidence/"),
    ("POST", "evidence/"),
    ("GET", "evidence/{key}/"),
    ("GET", "evidence/{key}/remove/"),
    ("POST", "evidence/{key}/remove/"),
    ("GET", "coverage/"),
    ("POST", "coverage/"),
    ("GET", "proof/"),
    ("GET", "proof-template/"),
    ("GET", "edit/proof/"),
    ("POST", "edit/proof/"),
]
ENDPOINTS = [
    ("GET", "evidence/"),
    ("POST", "evidence/"),
    ("GET", "evidence/{key}/"),
    ("DELETE", "evidence/{key}/"),
    ("GET", "evidence/{key}/content/"),
    ("GET", "coverage/"),
    ("PUT", "coverage/"),
]


def ask(client: Client, method: str, path: str) -> tuple[int, str]:
    """Status and body of one request, with something to do for each method that does something."""
    if method == "POST" and path.endswith("/evidence/"):
        body, kind = multipart(files(("a.pdf", b"%PDF-1.7"))), "multipart/form-data; boundary=part-of-the-test"
    elif method == "POST":
        body, kind = b"unmark=1&step=proof&seen=x&go=review", "application/x-www-form-urlencoded"
    else:
        body, kind = b'{"marks": []}' if method == "PUT" else b"", "application/json"
    answer: Any = client.generic(method, path, body, content_type=kind)
    return answer.status_code, TOKEN.sub(r"\1", answer.content.decode())


def finds_nothing(client: Client, root: str, places: list[tuple[str, str]], reference: str, key: str) -> None:
    for method, place in places:
        real, path = f"{root}{reference}/{place.format(key=key)}", f"{root}{NOWHERE}/{place.format(key=NO_KEY)}"
        status, body = ask(client, method, real)
        assert status == 404, (method, real)
        assert body.replace(reference, NOWHERE).replace(key, NO_KEY) == ask(client, method, path)[1], (method, real)


@pytest.fixture
def drafted(world: World) -> tuple[str, str]:
    """A draft and the key of its clean document."""
    reference = draft(world, WHO, proof=False)
    return reference, str(inspected(world, WHO, reference)["id"])


def nothing_changes(before: dict[str, Any], kept: list[str]) -> None:
    assert everything(but=("partners_user",)) == before
    assert stored_files() == kept


@pytest.mark.parametrize("who", ["miguel.sa", "nadia.okafor", "ines.moreau"])
def test_another_company_the_operator_and_a_role_for_another_mpn_id_find_nothing_of_a_draft(
    world: World, drafted: tuple[str, str], who: str
) -> None:
    limit(world, "ines.moreau", demo.LYON)
    web, api = world.web(who), world.api(who)
    before, kept = everything(but=("partners_user",)), stored_files()
    finds_nothing(web, "/claims/", PAGES, *drafted)
    finds_nothing(api, "/api/v1/claims/", ENDPOINTS, *drafted)
    nothing_changes(before, kept)


def test_another_company_finds_nothing_of_a_claim_that_was_sent(world: World) -> None:
    reference = sent(world, WHO)
    key = str(inspected(world, WHO, reference)["id"])
    web, api = world.web("miguel.sa"), world.api("miguel.sa")
    before, kept = everything(but=("partners_user",)), stored_files()
    finds_nothing(web, "/claims/", PAGES, reference, key)
    finds_nothing(api, "/api/v1/claims/", ENDPOINTS, reference, key)
    nothing_changes(before, kept)


@pytest.mark.parametrize("ended", [False, True], ids=["never signed in", "session ended"])
def test_nobody_finds_nothing_but_the_way_to_sign_in(world: World, drafted: tuple[str, str], ended: bool) -> None:
    browser = world.web(WHO) if ended else Client()
    if ended:
        cookie = browser.cookies["sessionid"].value
        browser.logout()
        browser.cookies["sessionid"] = cookie
    before, kept = everything(but=("partners_user",)), stored_files()
    # What is typed into a step waits behind the sign-in, on whatever claim: see the tests of drafts.
    typed = ("POST", "edit/proof/")
    finds_nothing(browser, "/claims/", [place for place in PAGES if place != typed], *drafted)
    real, none = (ask(browser, "POST", f"/claims/{name}/edit/proof/") for name in (drafted[0], NOWHERE))
    assert real == none
    for method, place in ENDPOINTS:
        answers = {
            ask(Client(headers=headers), method, f"/api/v1/claims/{reference}/{place.format(key=key)}")
            for reference, key in (drafted, (NOWHERE, NO_KEY))
            for headers in ({}, {"Authorization": "Bearer of nobody"})
        }
        assert {status for status, _body in answers} == {401}
    nothing_changes(before, kept)


def test_a_guessed_key_and_the_key_of_another_claim_are_the_same_nothing(
    world: World, drafted: tuple[str, str]
) -> None:
    own = draft(world, WHO, proof=False)
    theirs = draft(world, "miguel.sa", proof=False, mpn_id=demo.LISBON)
    foreign = str(inspected(world, "miguel.sa", theirs)["id"])
    web, api = world.web(WHO), world.api(WHO)
    before, kept = everything(but=("partners_user",)), stored_files()
    for key in (drafted[1], foreign):
        for client, root, places in ((web, "/claims/", PAGES), (api, "/api/v1/claims/", ENDPOINTS)):
            for method, place in places:
                if "{key}" not in place or (place.endswith("remove/") and method == "GET"):
                    continue
                status, body = ask(client, method, f"{root}{own}/{place.format(key=key)}")
                none = ask(client, method, f"{root}{own}/{place.format(key=NO_KEY)}")
                assert (status, body.replace(key, NO_KEY)) == (404, none[1]), (method, place)
        mark = {"line": 0, "requirement": "dates", "evidence": key, "pages": ""}
        assert api.send("PUT", f"claims/{own}/coverage/", {"marks": [mark]}).status_code == 400
    nothing_changes(before, kept)
