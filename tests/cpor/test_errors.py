"""Every error is a problem to a program and a page to a person; none shows how we are built."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from tests.claims.given import draft, everything, sent
from tests.claims.test_api import is_problem
from tests.world import World, claim_of, sign_in


def breaks(request: HttpRequest) -> HttpResponse:
    """A view as no other: it fails."""
    raise RuntimeError("the secret of how we are built")


urlpatterns = [path("api/v1/broken/", breaks), path("broken/", breaks), path("", include("cpor.urls"))]
handler500 = "cpor.errors.server_error"


@pytest.mark.parametrize("where", ["/api/", "/api/v1/", "/api/v1/nothing/", "/api/v2/claims/", "/api/v1/claims/a b/"])
def test_an_address_the_api_does_not_have_is_a_problem(world: World, where: str) -> None:
    is_problem(world.api("jonas.weber").get(where), 404, "not_found")
    is_problem(Client().get(where), 404, "not_found")


@pytest.mark.parametrize("where", ["/nothing/", "/claims/CP-0000-0000/", "/claims/a/b/c/", "/review/nothing/"])
def test_an_address_the_site_does_not_have_is_a_page(world: World, where: str) -> None:
    answer = world.web("jonas.weber").get(where)
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "There is nothing here that you may see" in answer.content.decode()
    assert "Error 404" in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "where"),
    [
        ("PUT", "claims/"),
        ("DELETE", "claims/"),
        ("PATCH", "claims/"),
        ("POST", "claims/{}/"),
        ("DELETE", "claims/{}/"),
        ("GET", "claims/{}/submit/"),
        ("GET", "claims/preflight/"),
        ("POST", "mpn-ids/"),
        ("POST", "products/"),
        ("PUT", "claims/{}/comments/"),
    ],
)
def test_a_method_that_is_not_there_is_405_and_names_those_that_are(world: World, method: str, where: str) -> None:
    reference = draft(world, "jonas.weber")
    before = everything()
    answer = world.api("jonas.weber").send(method, where.format(reference), {} if method != "GET" else None)
    is_problem(answer, 405, "method_not_allowed")
    assert method not in answer["Allow"].split(", ")
    assert everything() == before


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "image/png", "nonsense"])
def test_who_takes_no_json_gets_406(world: World, accept: str) -> None:
    is_problem(world.api("jonas.weber").send("GET", "claims/", Accept=accept), 406, "not_acceptable")


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
)
def test_a_body_of_another_kind_is_415(world: World, kind: str) -> None:
    api = world.api("jonas.weber")
    before = everything()
    for where in ("claims/", "claims/preflight/"):
        answer = api.generic("POST", f"/api/v1/{where}", b'{"name": "x"}', content_type=kind)
        is_problem(answer, 415, "unsupported_media_type")
    assert everything() == before


BODIES = [
    b"[]",
    b'"claim"',
    b"12",
    b"null",
    b"true",
    b'{"name": "x',
    b"{}{}",
    b'{"name": NaN}',
    b'{"lines": [{"product": -Infinity}]}',
    b'{"name": "\xff\xfe"}',
    b"{'name': 'x'}",
    b"[" * 100_000,
    b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    b'{"lines": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
]


def test_what_is_no_json_object_is_400_at_every_door(world: World) -> None:
    api, begun, gone = world.api("jonas.weber"), draft(world, "jonas.weber"), sent(world, "ruth.adeyemi")
    before = everything()
    for body in BODIES:
        for method, where in [
            ("POST", "claims/"),
            ("POST", "claims/preflight/"),
            ("PATCH", f"claims/{begun}/"),
            ("POST", f"claims/{gone}/comments/"),
        ]:
            is_problem(api.send(method, where, body), 400, "parse_error")
    assert everything() == before


def test_a_body_past_a_megabyte_is_413_at_every_door(world: World) -> None:
    api, begun, gone = world.api("jonas.weber"), draft(world, "jonas.weber"), sent(world, "ruth.adeyemi")
    before = everything()
    body = b'{"name": "' + b"a" * 2_000_000 + b'"}'
    for method, where in [
        ("POST", "claims/"),
        ("POST", "claims/preflight/"),
        ("PATCH", f"claims/{begun}/"),
        ("POST", f"claims/{gone}/comments/"),
    ]:
        is_problem(api.send(method, where, body), 413, "body_too_large")
        is_problem(api.send(method, where, body, Idempotency_Key="k"), 413, "body_too_large")
    is_problem(api.send("POST", f"claims/{begun}/submit/", body, Idempotency_Key="k"), 413, "body_too_large")
    assert everything() == before


def test_of_a_key_named_twice_the_last_counts(world: World) -> None:
    answer = world.api("jonas.weber").send("POST", "claims/", b'{"name": "first", "name": "last"}')
    assert (answer.status_code, answer.json()["name"]) == (201, "last")


@pytest.mark.parametrize("value", [1.5, True, [], {}, [[]], {"a": 1}, 1e300])
def test_a_value_of_the_wrong_type_is_a_finding_at_its_path(world: World, value: Any) -> None:
    api = world.api("jonas.weber")
    for field in claim_of():
        if isinstance(value, list) and field == "lines" and value != [[]]:
            continue
        if isinstance(value, dict) and field.endswith("_contact"):
            continue
        answer = api.send("POST", "claims/preflight/", claim_of(**{field: value}))
        assert answer.status_code == 200, field
        code = {"tenant_id": "tenant_id_invalid", "domain": "domain_invalid"}.get(field, "invalid")
        at = "lines.0" if field == "lines" and value == [[]] else field
        found = [(finding["code"], finding["field"]) for finding in answer.json()["findings"]]
        assert (code, at) in found
        assert found.count((code, at)) == 1
        refused = is_problem(api.send("POST", "claims/", claim_of(**{field: value})), 400, "claim_refused")
        assert [(finding["code"], finding["field"]) for finding in refused["findings"]] == [(code, at)]


def test_a_failure_of_ours_is_a_problem_without_a_word_of_why(world: World, settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    program, browser = Client(raise_request_exception=False), world.web("jonas.weber")
    browser.raise_request_exception = False
    answer = program.get("/api/v1/broken/")
    is_problem(answer, 500, "error")
    page = browser.get("/broken/")
    assert (page.status_code, page["Content-Type"]) == (500, "text/html; charset=utf-8")
    for response in (answer, page):
        assert "secret" not in response.content.decode()
        assert "Traceback" not in response.content.decode()


def test_a_form_without_its_token_is_refused_with_a_page_and_changes_nothing(world: World) -> None:
    reference = draft(world, "jonas.weber")
    browser = Client(enforce_csrf_checks=True)
    sign_in(browser, world.person("jonas.weber"))
    before = everything()
    answer = browser.post(f"/claims/{reference}/delete/")
    assert answer.status_code == 403
    assert "<html" in answer.content.decode()
    assert everything() == before
