"""What a stranger, a rival or a hostile file tries at doors that no rule of a claim guards."""

import json
import re
import time
import tracemalloc
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from claims.models import Claim, ClaimLine
from cpor.environment import mail as mail_settings
from cpor.wsgi import application
from directory.imports import ImportRefused, import_customers
from events.models import Notification
from events.outbox import deliver_due
from partners.models import User
from tests.claims.given import everything, of_brightwater, sent
from tests.world import NOW, World

CLOSED = ["email/", "confirm-email/", "confirm-email/abc/", "social/", "login/code/", "signup/passkey/"]


def through_the_wire(path: str, body: bytes = b"", **environ: str) -> tuple[str, dict[str, str], bytes]:
    """Status line, headers and body of one request, as the web server hands it over."""
    told: list[Any] = []
    server = {"REQUEST_METHOD": "POST" if body else "GET", "SERVER_NAME": "testserver", "SERVER_PORT": "80"}
    wsgi = {"wsgi.input": BytesIO(body), "wsgi.url_scheme": "http", "PATH_INFO": path, "QUERY_STRING": "after=%41"}
    answer = b"".join(application({**server, **wsgi, **environ}, lambda *given: told.append(given)))
    return told[0][0], dict(told[0][1]), answer


# --- who one is


@pytest.mark.parametrize("page", CLOSED)
def test_no_page_lets_a_person_take_another_address(world: World, page: str) -> None:
    for browser in (Client(), world.web("jonas.weber")):
        assert browser.get(f"/accounts/{page}").status_code == 404
        assert browser.post(f"/accounts/{page}", {"email": "x@y.example", "action_add": ""}).status_code == 404


def test_a_partner_cannot_wait_under_the_address_of_a_coming_reviewer(world: World) -> None:
    coming = "coming.reviewer@northgate.example"
    browser = world.web("jonas.weber")
    for action in ("action_add", "action_send", "action_primary"):
        browser.post("/accounts/email/", {"email": coming, action: ""})
    assert not User.objects.filter(email=coming).exists()
    assert world.person("jonas.weber").email == "jonas.weber@haldencloud.example"


def test_the_sign_up_page_makes_nobody(world: World) -> None:
    before = User.objects.count()
    answer = Client().post("/accounts/signup/", {"email": "a@b.example", "password1": "x" * 20, "password2": "x" * 20})
    assert answer.status_code == 200
    assert User.objects.count() == before


# --- what others could keep


@pytest.mark.parametrize("path", ["/claims/", "/messages/", "/accounts/password/change/", "/nowhere/"])
def test_a_page_is_kept_by_no_proxy_and_asked_for_again(world: World, path: str) -> None:
    assert world.web("jonas.weber").get(path)["Cache-Control"] == "private, no-cache"


def test_an_answer_of_the_api_is_kept_by_no_proxy(world: World) -> None:
    assert world.api("jonas.weber").send("GET", "claims/")["Cache-Control"] == "private, no-cache"


def test_signing_out_makes_the_browser_forget_its_pages(world: World) -> None:
    browser = world.web("jonas.weber")
    for path in ("/claims/", "/api/v1/claims/"):
        assert "Clear-Site-Data" not in browser.get(path)
    assert browser.post("/accounts/logout/")["Clear-Site-Data"] == '"cache"'


# --- what numbers would tell


def test_no_mail_holds_a_number_that_counts_claims(world: World) -> None:
    reference = sent(world, "jonas.weber")
    world.api("nadia.okafor").send("POST", f"claims/{reference}/comments/", {"body": "Hello"})
    deliver_due(now=NOW)
    own = [letter for letter in mail.outbox if letter.to == ["jonas.weber@haldencloud.example"]]
    threads = {letter.extra_headers["References"] for letter in own}
    assert len(own) == 2
    assert len(threads) == 1
    assert "claim" not in threads.pop()


def test_the_page_of_messages_holds_no_number_that_counts_what_others_are_told(world: World) -> None:
    pages = []
    for _ in range(2):
        pages.append(world.web("jonas.weber").get("/messages/").content.decode())
        sent(world, "miguel.sa", **of_brightwater())
        Claim.objects.all().update(state="withdrawn")
        ClaimLine.objects.all().update(state="withdrawn")
    sent(world, "jonas.weber")
    jonas = world.person("jonas.weber")
    page = world.web("jonas.weber").get("/messages/").content.decode()
    assert pages[0].count("up_to") == pages[1].count("up_to") == 0
    assert re.findall(r'name="up_to"[^>]* value="(\w+)"', page) == [Notification.objects.get(recipient=jonas).key]


# --- what no request can be made of


@pytest.mark.parametrize("charset", ["hex", "zlib", "bz2", "undefined", "idna", "punycode", "rot13", "latin-1", "\x00"])
def test_a_charset_that_is_none_is_refused_before_it_can_crash(world: World, charset: str) -> None:
    before = everything()
    for path in ("/claims/", "/accounts/login/", "/api/v1/claims/"):
        for kind in ("text/plain", "multipart/form-data; boundary=x"):
            environ = {"CONTENT_TYPE": f'{kind}; charset="{charset}"', "CONTENT_LENGTH": "7"}
            status, headers, body = through_the_wire(path, b"--x--\r\n", **environ)
            assert status == "415 Unsupported Media Type"
            assert headers["Content-Type"] == "application/problem+json"
            assert json.loads(body)["code"] == "unsupported_charset"
    assert everything() == before


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain; charset=utf-8; charset=hex",
        "text/plain; charset=hex; charset=utf-8",
        "text/plain; charset=utf-8; charset*=utf-8''hex",
        'text/plain; charset="utf-8\\""; charset=hex',
        "application/x-www-form-urlencoded; charset=nonsense",
    ],
)
def test_no_second_charset_stands_behind_one_that_can_be_read(world: World, kind: str) -> None:
    for path in ("/customer/none/", "/claims/CP-0000-0000/dispute/", "/api/v1/claims/"):
        status, _headers, _body = through_the_wire(path, b"words=x", CONTENT_TYPE=kind, CONTENT_LENGTH="7")
        assert status == "415 Unsupported Media Type", path


@pytest.mark.parametrize(
    "kind", ["", "text/plain; charset=UTF-8", "application/json; charset=utf8", ";;;=", "x" * 9000]
)
def test_any_other_type_passes_the_gate(world: World, kind: str) -> None:
    assert through_the_wire("/claims/", CONTENT_TYPE=kind)[0] == "302 Found"


def test_a_body_of_unknown_length_is_refused_and_not_taken_for_an_empty_one(world: World) -> None:
    environ = {"CONTENT_TYPE": "application/json", "HTTP_TRANSFER_ENCODING": "chunked"}
    status, _headers, body = through_the_wire("/api/v1/claims/preflight/", b'{"name": "x"}', **environ)
    assert (status, json.loads(body)["code"]) == ("411 Length Required", "length_required")


@pytest.mark.parametrize("charset", ["utf-16", "hex", "zlib", "nonsense\\"])
def test_json_in_another_charset_is_none(world: World, charset: str) -> None:
    kind = f"application/json; charset={charset}"
    answer = world.api("jonas.weber").generic("POST", "/api/v1/claims/preflight/", b"{}!", content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


@pytest.mark.parametrize("digits", [4000, 5000, 500_000])
def test_a_number_of_any_length_is_a_finding_at_its_field(world: World, digits: int) -> None:
    body = b'{"mpn_id": -' + b"9" * digits + b', "other": ' + b"9" * digits + b"}"
    answer = world.api("jonas.weber").send("POST", "claims/preflight/", body)
    assert answer.status_code == 200
    assert ("invalid", "mpn_id") in [(f["code"], f["field"]) for f in answer.json()["findings"]]
    refused = world.api("jonas.weber").send("POST", "claims/", body)
    assert [f["field"] for f in refused.json()["findings"]] == ["mpn_id"]


# --- files and settings


def test_a_file_of_many_keys_of_which_one_stands_twice_is_refused_in_time(world: World) -> None:
    keys = [*(f'"k{n}": 0' for n in range(100_000)), '"k99999": 1']
    began = time.perf_counter()
    with pytest.raises(ImportRefused, match='the key "k99999" stands twice'):
        import_customers(b'{"tenants": {' + ", ".join(keys).encode() + b"}}")
    assert time.perf_counter() - began < 5


def test_a_long_key_over_a_long_list_takes_no_more_memory_than_both(world: World) -> None:
    raw = b'{"tenants": [], "' + b"k" * 1_000_000 + b'": [' + b"0," * 500 + b"0]}"
    tracemalloc.start()
    try:
        import_customers(raw)
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("scheme", ["consolemail", "dummymail", "memorymail"])
def test_production_takes_no_mail_server_that_sends_nothing(world: World, scheme: str, tmp_path: Any) -> None:
    with pytest.raises(SystemExit, match="CPOR_EMAIL_URL cannot be read"):
        mail_settings({"CPOR_EMAIL_URL": f"{scheme}://"}, "production", tmp_path)
