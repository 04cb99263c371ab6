"""What every answer brings along, whatever kind it is, and what no answer ever has."""

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import include, path

from tests.claims.evidence.doors import inspected
from tests.claims.evidence.files import pdf
from tests.claims.given import draft, everything
from tests.test_attacks import through_the_wire
from tests.world import World

WHO = "jonas.weber"
YEAR = 365 * 24 * 3600

Answers = dict[str, dict[str, str]]
_found: Answers = {}


def breaks(request: HttpRequest) -> HttpResponse:
    """A view that fails."""
    raise RuntimeError


urlpatterns = [path("broken/", breaks), path("", include("cpor.urls"))]
handler400, handler403 = "cpor.errors.bad_request", "cpor.errors.permission_denied"
handler404, handler500 = "cpor.errors.not_found", "cpor.errors.server_error"


@pytest.fixture
def answers(world: World, settings: Any) -> Answers:
    """The headers of one answer of each kind, as production gives them over HTTPS; asked for once."""
    return _found or _ask(world, settings)


def _ask(world: World, settings: Any) -> Answers:
    reference = draft(world, WHO)
    document = inspected(world, WHO, reference, pdf(3), "sow.pdf")["id"]
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = YEAR, True
    settings.SECURE_SSL_REDIRECT, settings.ROOT_URLCONF = True, __name__
    stranger, person, program = Client(raise_request_exception=False), world.web(WHO), world.api(WHO)
    strict = Client(enforce_csrf_checks=True)
    asked = {
        "sign-in": (stranger, "/accounts/login/"),
        "redirect": (stranger, "/claims/"),
        "language": (person, "POST /language/"),
        "page": (person, "/claims/"),
        "form": (person, f"/claims/{reference}/edit/customer/"),
        "403": (person, "/messages/parked/"),
        "404": (person, "/nothing/"),
        "405": (person, f"POST /claims/{reference}/evidence/{document}/"),
        "csrf": (strict, "POST /language/"),
        "500": (stranger, "/broken/"),
        "customer": (stranger, "/customer/none/"),
        "document": (person, f"/claims/{reference}/evidence/{document}/"),
        "template": (person, f"/claims/{reference}/template/"),
        "API": (program, "/api/v1/claims/"),
        "API 401": (stranger, "/api/v1/claims/"),
        "API 404": (program, "/api/v1/nothing/"),
        "API 405": (program, "POST /api/v1/products/"),
        "schema": (stranger, "/api/v1/schema/"),
        "style": (stranger, "/static/css/site.css"),
        "script": (stranger, "/static/js/form.js"),
        "picture": (stranger, "/static/mark.svg"),
        "no such file": (stranger, "/static/js/none.js"),
        "probe": (stranger, "/healthz"),
    }
    for name, (client, where) in asked.items():
        method, _, address = where.rpartition(" ")
        answer = client.generic(method or "GET", address, secure=True)
        _found[name] = dict(answer.headers)
        answer.getvalue()  # to its end, which closes its file
    _found["host"] = dict(stranger.get("/claims/", secure=True, headers={"host": "elsewhere.example"}).headers)
    _found["charset"] = through_the_wire("/claims/", b"x", CONTENT_TYPE="text/plain; charset=hex", CONTENT_LENGTH="1")[
        1
    ]
    _found["length"] = through_the_wire("/claims/", HTTP_TRANSFER_ENCODING="chunked")[1]
    _found["method"] = through_the_wire("/claims/", REQUEST_METHOD="TRACE")[1]
    return _found


def test_every_answer_keeps_browsers_on_https_here_and_below(answers: Answers) -> None:
    found = {name: headers.get("Strict-Transport-Security") for name, headers in answers.items()}
    assert set(found.values()) == {f"max-age={YEAR}; includeSubDomains"}, found


def test_every_answer_is_of_the_type_it_says(answers: Answers) -> None:
    found = {name: headers.get("X-Content-Type-Options") for name, headers in answers.items()}
    assert set(found.values()) == {"nosniff"}, found


def test_every_answer_says_what_may_run_in_it_and_that_nobody_frames_it(answers: Answers) -> None:
    for name, headers in answers.items():
        rules = dict(rule.strip().partition(" ")[::2] for rule in headers["Content-Security-Policy"].split(";"))
        assert rules["frame-ancestors"] == rules["default-src"] == "'none'", name
        assert "unsafe" not in headers["Content-Security-Policy"], name
        if headers.get("Content-Type", "").startswith("text/html"):
            assert rules["base-uri"] == rules["object-src"] == "'none'", name
            assert rules["script-src"] == rules["form-action"] == "'self'", name


def test_no_address_of_ours_is_told_to_another_site(answers: Answers) -> None:
    found = {name: headers.get("Referrer-Policy") for name, headers in answers.items()}
    assert found.pop("customer") == "no-referrer"
    assert set(found.values()) == {"same-origin"}, found


def test_no_page_of_another_site_may_read_an_answer(answers: Answers) -> None:
    for name, headers in answers.items():
        assert "Access-Control-Allow-Origin" not in headers or name in {"style", "script", "picture"}, name
        assert "Access-Control-Allow-Credentials" not in headers, name


def test_every_answer_names_its_type_and_every_text_its_charset(answers: Answers) -> None:
    for name, headers in answers.items():
        kind = headers.get("Content-Type", "")
        assert kind or name in {"redirect", "language"}, name
        if kind.startswith(("text/", "image/svg")):
            assert kind.replace('"', "").endswith("charset=utf-8") or name == "picture", (name, kind)
    kinds = {name: headers.get("Content-Type", "").partition(";")[0] for name, headers in answers.items()}
    assert kinds["page"] == kinds["404"] == kinds["500"] == "text/html"
    assert kinds["API"] == kinds["probe"] == "application/json"
    assert kinds["API 401"] == kinds["API 404"] == kinds["method"] == "application/problem+json"
    assert (kinds["style"], kinds["script"], kinds["document"]) == ("text/css", "text/javascript", "application/pdf")


def test_nothing_but_static_files_is_kept_by_a_cache_unasked(answers: Answers) -> None:
    for name, headers in answers.items():
        if name not in {"style", "script", "picture", "host"}:  # an unknown host's 400 is nobody's page
            assert set(headers["Cache-Control"].split(", ")) & {"no-cache", "no-store"}, name
    assert "no-store" in answers["document"]["Cache-Control"]
    assert "no-store" in answers["customer"]["Cache-Control"]


def test_no_answer_names_what_we_are_built_of(answers: Answers) -> None:
    for name, headers in answers.items():
        assert not headers.keys() & {"Server", "X-Powered-By", "Via"}, name


def test_a_probe_that_finds_no_database_is_answered_within_the_same_walls(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_args: Any, **_more: Any) -> None:
        raise DatabaseError

    with monkeypatch.context() as without:
        without.setattr(connection, "cursor", gone)
        answer = Client().get("/healthz")
    assert (answer.status_code, answer["Cache-Control"], answer["X-Content-Type-Options"]) == (
        503,
        "no-store",
        "nosniff",
    )


@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT", "PROPFIND", "get", "X"])
def test_a_method_that_no_address_has_is_refused_before_anything_else(world: World, method: str) -> None:
    before = everything()
    for where in ("/", "/claims/", "/api/v1/claims/", "/static/js/form.js", "/healthz"):
        status, headers, body = through_the_wire(where, REQUEST_METHOD=method, HTTP_COOKIE="secret=1")
        assert (status, b"secret" in body) == ("405 Method Not Allowed", False)
        assert headers["Allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    assert everything() == before


@pytest.mark.parametrize(
    "where",
    [
        "/static/",
        "/static/js/",
        "/static/../manage.py",
        "/static/%2e%2e/manage.py",
        "/static/..%2f..%2fetc/passwd",
        "/.git/config",
        "/.env",
        "/manage.py",
        "/evidence/",
        "/admin/",
        "/debug/",
        "/metrics",
        "/server-status",
    ],
)
def test_no_folder_is_listed_and_nothing_is_served_that_was_not_meant_to_be(world: World, where: str) -> None:
    for client in (Client(), world.web(WHO)):
        assert client.get(where).status_code == 404


def test_what_is_open_to_everybody_is_the_probe_and_the_description_of_the_api(world: World) -> None:
    assert Client().get("/healthz").json() == {"status": "ok"}
    assert "/api/v1/claims/" in Client().get("/api/v1/schema/", headers={"accept": "application/json"}).content.decode()
    assert Client().get("/api/v1/products/").status_code == 401
