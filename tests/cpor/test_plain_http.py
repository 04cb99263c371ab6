"""Who comes over plain HTTP, and what a proxy in front says of who came: believed as far as it is known to be there."""

from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from django.test import Client, RequestFactory

from tests.claims.given import everything
from tests.claims.test_api import is_problem
from tests.world import World, claim_of

SIGN_IN = ("partners_user", "claims_lookup")  # when somebody signed in last, and what they asked


@pytest.fixture
def on_https(settings: Any) -> None:
    """As in production behind one proxy, where TLS ends."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


@pytest.mark.parametrize("where", ["/", "/claims/", "/accounts/login/", "/customer/none/"])
def test_people_are_led_to_https(on_https: None, where: str) -> None:
    answer = Client().get(where)
    assert (answer.status_code, answer["Location"]) == (301, f"https://testserver{where}")


def test_a_program_is_refused_and_led_nowhere(world: World, on_https: None) -> None:
    api = world.api("jonas.weber")
    before = everything()
    for method, where in (("GET", "claims/"), ("POST", "claims/"), ("GET", "schema/"), ("GET", "nothing/")):
        answer = api.send(method, where, claim_of() if method == "POST" else None)
        is_problem(answer, 403, "https_required")
        assert "Location" not in answer
    assert everything() == before


def test_behind_the_proxy_it_is_answered(world: World, on_https: None) -> None:
    assert world.api("jonas.weber").send("GET", "claims/", X_Forwarded_Proto="https").status_code == 200


def test_without_a_proxy_nobody_is_believed_to_have_come_over_https(world: World, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert settings.SECURE_PROXY_SSL_HEADER is None
    is_problem(world.api("jonas.weber").send("GET", "claims/", X_Forwarded_Proto="https"), 403, "https_required")


def test_a_probe_needs_no_https(world: World, on_https: None) -> None:
    assert Client().get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "header",
    ["X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL", "X-HTTP-Method-Override"],
)
def test_no_header_of_a_stranger_changes_host_address_or_method(world: World, header: str) -> None:
    value = {"Forwarded": "host=elsewhere.example", "X-HTTP-Method-Override": "DELETE"}.get(header, "elsewhere.example")
    if header.endswith("URL"):
        value = "/messages/parked/"
    before = everything(but=SIGN_IN)
    plain, given = (world.web("nadia.okafor").get("/", headers=more) for more in ({}, {header: value}))
    assert (plain.status_code, plain["Location"]) == (given.status_code, given["Location"]) == (302, "/review/")
    answer = world.api("jonas.weber").send("POST", "claims/preflight/", claim_of(), **{header.replace("-", "_"): value})
    assert answer.status_code == 200
    page = Client().get("/accounts/password/reset/", headers={header: value})
    assert "elsewhere.example" not in page.content.decode()
    assert everything(but=SIGN_IN) == before


def test_a_method_in_the_form_is_no_method(world: World) -> None:
    reference = world.api("jonas.weber").send("POST", "claims/", claim_of()).json()["reference"]
    before = everything(but=SIGN_IN)
    answer = world.web("jonas.weber").post(f"/claims/{reference}/", {"_method": "DELETE"})
    assert answer.status_code == 405
    assert everything(but=SIGN_IN) == before


@pytest.mark.parametrize(
    "host", ["elsewhere.example", "testserver.elsewhere.example", "testserver:80@elsewhere.example"]
)
def test_no_other_host_is_answered_for(world: World, host: str, mailoutbox: list[Any]) -> None:
    for path in ("/claims/", "/accounts/password/reset/"):
        assert Client().get(path, headers={"host": host}).status_code == 400
    given = {"email": world.person("jonas.weber").email}
    assert Client().post("/accounts/password/reset/", given, headers={"host": host}).status_code == 400
    assert mailoutbox == []


@pytest.mark.parametrize(
    ("proxies", "believed"), [(0, "10.0.0.1"), (1, "10.3.3.3"), (2, "10.2.2.2")], ids=["none", "one", "two"]
)
def test_a_network_address_is_what_the_nearest_proxies_of_ours_say(settings: Any, proxies: int, believed: str) -> None:
    """By it sign-ins are counted. What stands before was written by whoever came."""
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = RequestFactory(REMOTE_ADDR="10.0.0.1").get(
        "/", headers={"x-forwarded-for": "10.1.1.1, 10.2.2.2, 10.3.3.3"}
    )
    assert get_adapter().get_client_ip(request) == believed
