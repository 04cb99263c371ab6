"""Claims over the API: shapes, entity tags, pages, keys that make a retry safe, and everything it refuses."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from claims.models import Claim, Comment
from cpor import demo
from tests.claims.given import SALES, draft, everything, sent, stored
from tests.world import NOW, Api, World, claim_of

both_databases = pytest.mark.both_databases

PROBLEM = "application/problem+json"


def is_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """The body of an RFC 9457 problem, whose shape is checked."""
    assert response.status_code == status, response.content[:300]
    assert response["Content-Type"] == PROBLEM
    body: dict[str, Any] = response.json()
    assert {"type", "title", "status", "detail", "code"} <= set(body)
    assert (body["status"], body["code"], body["type"]) == (status, code, "about:blank")
    assert body["title"]
    assert body["detail"]
    return body


def test_a_claims_json_is_the_designs(world: World) -> None:
    reference = sent(world, "jonas.weber", lines=[{**SALES, "subscription_id": demo.commerce_id("alder-sales")}])
    answer = world.api("jonas.weber").send("GET", f"claims/{reference}/")
    assert answer["Content-Type"] == "application/json"
    person = {"name": "Maud Fenn", "title": "Head of IT", "email": "maud.fenn@alderfreight.example"}
    assert answer.json() == {
        "reference": reference,
        "state": "submitted",
        "due_at": "2026-11-28T08:00:00Z",
        "submitted_at": "2026-11-19T22:05:00Z",
        "asked_until": None,
        "actions": ["edit", "withdraw", "copy", "comment", "add_evidence", "mark"],
        "name": "Sales roll-out",
        "mpn_id": demo.ROTTERDAM,
        "tenant_id": demo.ALDER,
        "domain": "alderfreight.example",
        "customer_name": "Alder Freight Lines",
        "solution_area": "business_applications",
        "activity": "usage",
        "lines": [
            {
                "product": "dynamics-365-sales",
                "subscription_id": demo.commerce_id("alder-sales"),
                "state": "open",
                "reason": "",
            }
        ],
        "customer_contact": {**person, "language": "en"},
        "technical_contact": person,
        "partner_contact": {"name": "Jonas Weber", "email": "jonas.weber@haldencloud.example"},
        "solution_seller": "",
        "isv_solution": "",
        "consent": None,
    }


def test_a_new_draft_names_its_address_and_its_tag(world: World) -> None:
    api = world.api("jonas.weber")
    made = api.send("POST", "claims/", claim_of())
    reference = made.json()["reference"]
    read = api.send("GET", f"claims/{reference}/")
    assert made["Location"] == f"/api/v1/claims/{reference}/"
    assert (made["ETag"], made.json()) == (read["ETag"], read.json())


def test_what_is_read_can_be_sent_back_as_it_is(world: World) -> None:
    api, reference = world.api("jonas.weber"), draft(world, "jonas.weber")
    before = api.send("GET", f"claims/{reference}/").json()
    assert api.send("PATCH", f"claims/{reference}/", {**before, "reference": "X", "state": "approved"}).json() == before
    assert stored(reference).version == 1


# --- Entity tags


def test_a_tag_stays_while_nothing_seen_changes_and_changes_with_it(world: World) -> None:
    api, path = world.api("jonas.weber"), f"claims/{draft(world, 'jonas.weber')}/"
    first = api.send("GET", path)["ETag"]
    assert api.send("GET", path)["ETag"] == first
    assert api.send("PATCH", path, {"name": "Other"})["ETag"] != first
    assert api.send("PATCH", path, {"name": "Sales roll-out"})["ETag"] == first


@pytest.mark.parametrize("header", ["{}", '"other", {}', "W/{}", "*"])
def test_what_the_caller_has_is_not_sent_again(world: World, header: str) -> None:
    api, path = world.api("jonas.weber"), f"claims/{draft(world, 'jonas.weber')}/"
    tag = api.send("GET", path)["ETag"]
    answer = api.send("GET", path, If_None_Match=header.format(tag))
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tag)
    assert api.send("GET", path, If_None_Match='"other"').status_code == 200


@both_databases
def test_a_stale_tag_stops_every_write(world: World) -> None:
    api, reference = world.api("jonas.weber"), draft(world, "jonas.weber")
    stale = api.send("GET", f"claims/{reference}/")["ETag"]
    api.send("PATCH", f"claims/{reference}/", {"name": "Changed"})
    before = everything()
    for method, path, body in [("PATCH", "", {"name": "Late"}), ("POST", "submit/", None)]:
        answer = api.send(method, f"claims/{reference}/{path}", body, If_Match=stale)
        is_problem(answer, 412, "precondition_failed")
    assert everything() == before
    fresh = api.send("GET", f"claims/{reference}/")["ETag"]
    assert api.send("PATCH", f"claims/{reference}/", {"name": "In time"}, If_Match=f'"x", {fresh}').status_code == 200
    assert api.send("PATCH", f"claims/{reference}/", {"name": "Any"}, If_Match="*").status_code == 200
    sent_tag = api.send("POST", f"claims/{reference}/submit/")["ETag"]
    say = {"body": "Hello"}
    is_problem(api.send("POST", f"claims/{reference}/comments/", say, If_Match=fresh), 412, "precondition_failed")
    assert api.send("POST", f"claims/{reference}/comments/", say, If_Match=sent_tag).status_code == 201


@both_databases
def test_an_absent_key_stays_and_null_clears(world: World) -> None:
    api, reference = world.api("jonas.weber"), draft(world, "jonas.weber")
    before = api.send("GET", f"claims/{reference}/").json()
    after = api.send("PATCH", f"claims/{reference}/", {"activity": "presales", "mpn_id": None, "lines": None}).json()
    assert after == {**before, "activity": "presales", "mpn_id": "", "lines": []}


# --- Pages


def drafted(world: World, second: int) -> str:
    """A draft begun so many seconds after NOW."""
    with time_machine.travel(NOW + timedelta(seconds=second), tick=False):
        return draft(world, "jonas.weber")


@both_databases
def test_every_claim_is_on_exactly_one_page_newest_first(world: World) -> None:
    made = [drafted(world, number // 3) for number in range(60)]  # three at a time share an instant
    draft(world, "miguel.sa")
    for first, sizes in [
        ("claims/", [25, 25, 10]),
        ("claims/?page_size=7", [7] * 8 + [4]),
        ("claims/?page_size=100", [60]),
        ("claims/?page_size=1000", [60]),
    ]:
        path, seen = first, []
        while path:
            page = world.api("jonas.weber").send("GET", path).json()
            seen.append([claim["reference"] for claim in page["results"]])
            path = (page["next"] or "").removeprefix("http://testserver/api/v1/")
        assert [reference for page in seen for reference in page] == made[::-1]
        assert [len(page) for page in seen] == sizes


def test_a_claim_begun_while_paging_moves_no_other_from_its_page(world: World) -> None:
    made = [drafted(world, second) for second in range(30)]
    api = world.api("jonas.weber")
    first = api.send("GET", "claims/").json()
    drafted(world, 31)
    second = api.send("GET", first["next"].removeprefix("http://testserver/api/v1/")).json()
    assert [claim["reference"] for claim in first["results"] + second["results"]] == made[::-1]
    assert second["next"] is None


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


CURSORS = [
    "garbage",
    "ñ",
    encoded("p=abc"),
    encoded("p=2026"),
    encoded("p=2026-11-19"),
    encoded("p=2026-11-19 22:05:00"),
    encoded("p=2026-99-99 22:05:00+00:00"),
    encoded("p=0001-01-01 00:00:00+23:59"),
    encoded("p='; drop table claims_claim; --"),
    encoded("p=%00"),
    encoded("p="),
    encoded("o=-1"),
    encoded("o=x"),
    encoded("r=x"),
    encoded("r=" + "9" * 5000),
]


def test_a_cursor_that_no_page_named_is_nowhere(world: World) -> None:
    draft(world, "jonas.weber")
    for cursor in CURSORS:
        is_problem(world.api("jonas.weber").send("GET", f"claims/?cursor={cursor}"), 404, "not_found")


def test_a_page_size_that_is_none_is_the_usual_one(world: World) -> None:
    reference = draft(world, "jonas.weber")
    for size in ["0", "-1", "x", "1e3", "9" * 5000, "%00"]:
        page = world.api("jonas.weber").send("GET", f"claims/?page_size={size}")
        assert [claim["reference"] for claim in page.json()["results"]] == [reference]


# --- Keys


@both_databases
def test_the_same_key_creates_one_draft_and_gives_one_answer(world: World) -> None:
    api = world.api("jonas.weber")
    first = api.send("POST", "claims/", claim_of(), Idempotency_Key="k1")
    again = api.send("POST", "claims/", claim_of(), Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert (first["Location"], first["ETag"]) == (again["Location"], again["ETag"])
    assert ("Idempotent-Replayed" in first, again["Idempotent-Replayed"]) == (False, "true")
    assert Claim.objects.count() == 1


@both_databases
def test_a_retry_of_sending_gets_the_first_answer_even_with_the_tag_it_began_with(world: World) -> None:
    api, reference = world.api("jonas.weber"), draft(world, "jonas.weber")
    tag = api.send("GET", f"claims/{reference}/")["ETag"]
    headers = {"Idempotency_Key": "k", "If_Match": tag}
    first = api.send("POST", f"claims/{reference}/submit/", **headers)
    before = everything()
    again = api.send("POST", f"claims/{reference}/submit/", **headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.content == again.content
    assert everything() == before


def test_the_same_key_adds_one_comment(world: World) -> None:
    api, path = world.api("jonas.weber"), f"claims/{sent(world, 'jonas.weber')}/comments/"
    answers = [api.send("POST", path, {"body": "Hello"}, Idempotency_Key="k") for _ in range(3)]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert Comment.objects.count() == 1


@both_databases
def test_a_key_used_for_something_else_is_refused_and_does_nothing(world: World) -> None:
    api, reference = world.api("jonas.weber"), sent(world, "jonas.weber")
    api.send("POST", "claims/", claim_of(), Idempotency_Key="k")
    before = everything()
    for path, body in [
        ("claims/", claim_of(name="Other")),
        (f"claims/{reference}/submit/", None),
        (f"claims/{reference}/comments/", {"body": "Hello"}),
    ]:
        is_problem(api.send("POST", path, body, Idempotency_Key="k"), 422, "idempotency_key_reused")
    assert everything() == before


@pytest.mark.parametrize("key", ["", "x" * 201, "ñ", "a\tb"])
def test_a_key_that_is_none_is_refused_and_does_nothing(world: World, key: str) -> None:
    api, begun, gone = world.api("jonas.weber"), draft(world, "jonas.weber"), sent(world, "ruth.adeyemi")
    before = everything()
    for path, body in [
        ("claims/", claim_of()),
        (f"claims/{begun}/submit/", None),
        (f"claims/{gone}/comments/", {"body": "Hello"}),
    ]:
        is_problem(api.send("POST", path, body, Idempotency_Key=key), 400, "idempotency_key_invalid")
    assert everything() == before


def test_what_was_refused_may_be_sent_again_with_its_key(world: World) -> None:
    api, reference = world.api("jonas.weber"), draft(world, "jonas.weber", mpn_id="")
    path = f"claims/{reference}/submit/"
    is_problem(api.send("POST", path, Idempotency_Key="k"), 400, "claim_refused")
    api.send("PATCH", f"claims/{reference}/", {"mpn_id": demo.ROTTERDAM})
    assert api.send("POST", path, Idempotency_Key="k").status_code == 200


# --- Who asks


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer ", "Bearer wrong", "Bearer a b", "Basic eDp5", "Bearer \xff", "Bearer a\x00"]
)
def test_without_a_living_token_nothing_is_answered(world: World, header: str | None) -> None:
    reference = draft(world, "jonas.weber")
    before = everything()
    program = Api(headers={"Authorization": header} if header is not None else {})
    for method, path in [("GET", "claims/"), ("POST", "claims/"), ("GET", f"claims/{reference}/"), ("GET", "mpn-ids/")]:
        answer = program.send(method, path, {} if method == "POST" else None)
        assert answer["WWW-Authenticate"] == 'Bearer realm="CPOR"'
        code = "authentication_failed" if (header or "").startswith("Bearer") else "not_authenticated"
        is_problem(answer, 401, code)
    assert everything() == before


def test_a_signed_in_browser_is_no_program(world: World) -> None:
    browser: Client = world.web("jonas.weber")
    is_problem(browser.get("/api/v1/claims/"), 401, "not_authenticated")
    is_problem(
        browser.post("/api/v1/claims/", json.dumps({}), content_type="application/json"), 401, "not_authenticated"
    )
    assert not Claim.objects.exists()
