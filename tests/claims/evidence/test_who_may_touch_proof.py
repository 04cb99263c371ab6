"""Who may add, remove and mark proof: the claim's company in each of its roles, and nobody of the operator."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from claims.actions import add_evidence, mark, remove_evidence, replace_marks, unmark
from claims.actions.coverage import Mark
from claims.models import Claim, Coverage
from claims.storage import Kept
from cpor import demo
from partners.models import Conflict, Partner
from tests.claims.evidence.doors import MULTIPART, added, drop, files, multipart, spooled, stored_files, upload
from tests.claims.evidence.files import pdf
from tests.claims.given import draft, everything, sent, stored
from tests.world import NOW, Api, World

WHO = "jonas.weber"
PARTNERS = ["jonas.weber", "ruth.adeyemi", "ines.moreau", "tomas.reyes"]
OPERATORS = ["nadia.okafor", "samuel.lind", "hugo.brandt", "elena.ruiz"]
PROOF = files(("late.pdf", pdf()))


def marks_of(claim: Claim) -> list[dict[str, Any]]:
    """Every mark of the claim's one product, as JSON."""
    found = Coverage.objects.filter(line__claim=claim).order_by("pk")
    return [{"line": 0, "requirement": row.requirement, "evidence": row.evidence.key, "pages": "1"} for row in found]


def first_mark(claim: Claim) -> int:
    return Coverage.objects.filter(line__claim=claim).earliest("pk").pk


def form_with(claim: Claim, pages: str) -> dict[str, Any]:
    """The form for marks, filled in."""
    line, document = claim.lines.get().pk, claim.evidence.get().key
    return {"document": document, "requirement": ["dates"], "line": [line], "pages": pages}


# What each door is asked, of a claim with one document and four marks. Web: the second page is marked, or a mark is gone.
WEB: dict[str, Callable[[Client, Claim], Any]] = {
    "add": lambda web, claim: drop(web, claim.reference, PROOF),
    "add by script": lambda web, claim: drop(web, claim.reference, PROOF, Accept="application/json"),
    "remove": lambda web, claim: web.post(f"{claim.path}evidence/{claim.evidence.get().key}/remove/"),
    "mark": lambda web, claim: web.post(f"{claim.path}coverage/", form_with(claim, "2")),
    "unmark": lambda web, claim: web.post(f"{claim.path}coverage/", {"unmark": first_mark(claim)}),
    "comment with files": lambda web, claim: web.generic(
        "POST", f"{claim.path}comments/", multipart([("body", None, b"See there"), *PROOF]), content_type=MULTIPART
    ),
}
API: dict[str, Callable[[Api, Claim], Any]] = {
    "add": lambda api, claim: upload(api, claim.reference),
    "remove": lambda api, claim: api.send("DELETE", f"claims/{claim.reference}/evidence/{claim.evidence.get().key}/"),
    "mark": lambda api, claim: api.send(
        "PUT",
        f"claims/{claim.reference}/coverage/",
        {"marks": [*marks_of(claim), {**marks_of(claim)[0], "pages": "2"}]},
    ),
    "unmark": lambda api, claim: api.send("PUT", f"claims/{claim.reference}/coverage/", {"marks": marks_of(claim)[1:]}),
    "replace": lambda api, claim: api.send("PUT", f"claims/{claim.reference}/coverage/", {"marks": []}),
}


def answers(world: World, who: str, claim: Claim) -> tuple[dict[str, int], dict[str, int]]:
    """The status of each door, on the web and over the API."""
    web, api = world.web(who), world.api(who)
    before = everything()
    statuses = (
        {door: knock(web, claim).status_code for door, knock in WEB.items()},
        {door: knock(api, claim).status_code for door, knock in API.items()},
    )
    assert everything() == before
    assert (stored_files(), spooled()) == ([], [])
    return statuses


@pytest.mark.parametrize("who", OPERATORS)
def test_nobody_of_the_operator_adds_removes_or_marks_proof(world: World, who: str) -> None:
    web, api = answers(world, who, stored(sent(world, WHO)))
    assert api == dict.fromkeys(API, 403)
    assert web == {
        "add": 302,
        "add by script": 409,
        "remove": 403,
        "mark": 403,
        "unmark": 403,
        # Who may comment is told that no file is taken; who may not is led back to the claim.
        "comment with files": 422 if who in {"nadia.okafor", "samuel.lind"} else 302,
    }


def test_a_reviewer_with_a_conflict_finds_none_of_the_doors(world: World) -> None:
    Conflict.objects.create(user=world.person("nadia.okafor"), partner=Partner.objects.get(name=demo.HALDEN))
    web, api = answers(world, "nadia.okafor", stored(sent(world, WHO)))
    assert web == dict.fromkeys(WEB, 404)
    assert api == dict.fromkeys(API, 404)


@pytest.mark.parametrize("who", PARTNERS)
def test_each_role_of_the_company_adds_removes_and_marks_in_a_draft(world: World, who: str) -> None:
    # The comment and what it brings are for claims that were sent; each door opens on a draft of its own.
    expected = {"add": 302, "add by script": 200, "remove": 302, "mark": 302, "unmark": 302, "comment with files": 302}
    assert {
        door: knock(world.web(who), stored(draft(world, WHO))).status_code for door, knock in WEB.items()
    } == expected
    expected = {"add": 201, "remove": 204, "mark": 200, "unmark": 200, "replace": 200}
    assert {
        door: knock(world.api(who), stored(draft(world, WHO))).status_code for door, knock in API.items()
    } == expected
    assert len(stored_files()) == 3


@pytest.mark.parametrize("who", PARTNERS)
def test_each_role_of_the_company_adds_and_marks_but_takes_nothing_back_once_it_is_sent(world: World, who: str) -> None:
    claim = stored(sent(world, WHO))
    web, api = world.web(who), world.api(who)
    before = everything()
    assert [WEB[door](web, claim).status_code for door in ("remove", "unmark")] == [302, 302]
    assert [API[door](api, claim).status_code for door in ("remove", "unmark", "replace")] == [409, 409, 409]
    assert everything() == before
    assert [WEB["mark"](web, claim).status_code, API["mark"](api, claim).status_code] == [302, 409]
    assert [WEB["comment with files"](web, claim).status_code, API["add"](api, claim).status_code] == [302, 201]
    assert stored(claim.reference).evidence.count() == 3
    assert len(stored_files()) == 2


@pytest.mark.parametrize("state", [draft, sent])
@pytest.mark.parametrize("who", [*OPERATORS, "miguel.sa"])
def test_each_verb_asks_by_itself_whatever_the_door_before_it_has_asked(world: World, who: str, state: Any) -> None:
    claim, actor = stored(state(world, WHO)), world.person(who)
    document, line, key = claim.evidence.get().key, claim.lines.get().pk, "f" * 32
    file = Kept(key, f"{claim.partner_id}/{'0' * 64}/{key}", "late.pdf", 1000, "0" * 64)
    more = [Mark(line, "dates", document, "2")]
    before = everything()
    verbs: list[Callable[[], Any]] = [
        lambda: add_evidence(claim=claim, file=file, actor=actor, now=NOW),
        lambda: remove_evidence(claim=claim, key=document, actor=actor, now=NOW),
        lambda: mark(claim=claim, marks=more, actor=actor, now=NOW),
        lambda: unmark(claim=claim, mark_id=first_mark(claim), actor=actor, now=NOW),
        lambda: replace_marks(claim=claim, marks=more, actor=actor, now=NOW),
    ]
    for verb in verbs:
        with pytest.raises(PermissionDenied):
            verb()
    assert everything() == before
    assert file.entered is False


def test_over_the_api_a_comment_brings_no_files(world: World) -> None:
    reference, api = sent(world, WHO), world.api(WHO)
    before = everything()
    path = f"/api/v1/claims/{reference}/comments/"
    answer = api.generic("POST", path, multipart([("body", None, b"See there"), *PROOF]), content_type=MULTIPART)
    assert answer.status_code == 415
    assert everything() == before
    assert (stored_files(), spooled()) == ([], [])
    assert added(world, WHO, reference)["letter"] == "B"
