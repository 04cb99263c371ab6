"""What a provider says of itself: believed of the one that is set, and of no other that it leads to."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from partners.views.provider import is_of
from tests.partners.signing_in import stranger
from tests.world import World

MICROSOFT = "https://login.microsoftonline.com"


class Provider(ThreadingHTTPServer):
    """Answers with the description `told`, or leads to `elsewhere`; counts who came."""

    told: dict[str, str]
    elsewhere = ""
    asked = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Answer(BaseHTTPRequestHandler):
    """One answer of the provider."""

    server: Provider

    def do_GET(self) -> None:
        self.server.asked += 1
        self.send_response(302 if self.server.elsewhere else 200)
        if self.server.elsewhere:
            self.send_header("Location", self.server.elsewhere)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(self.server.told).encode())

    def log_message(self, *_said: Any) -> None:
        """Nothing."""


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider that describes itself rightly until it is told otherwise."""
    with Provider(("127.0.0.1", 0), Answer) as server:
        server.told = {
            "issuer": server.url,
            "authorization_endpoint": f"{server.url}/authorize",
            "token_endpoint": f"{server.url}/token",
            "jwks_uri": f"{server.url}/keys",
        }
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def known(provider: Provider, settings: Any, world: World) -> None:
    """Our settings name it."""
    settings.OIDC = {
        "name": "Halden",
        "server": provider.url,
        "client_id": "cpor",
        "secret": "x",
        "tenants": (),
        "groups_claim": "groups",
        "roles": {},
    }


def test_who_describes_themselves_is_led_to_once_in_a_while(provider: Provider, known: None) -> None:
    for _ in range(3):
        answer = stranger().get("/accounts/provider/")
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, f"{provider.url}/authorize")
    assert provider.asked == 1


def test_who_describes_somebody_else_is_led_to_by_nobody_and_noted(
    provider: Provider, known: None, caplog: pytest.LogCaptureFixture
) -> None:
    provider.told["issuer"] = "https://elsewhere.example"
    for _ in range(2):
        answer = stranger().get("/accounts/provider/")
        assert answer.status_code == 503
        assert "provider_silent" in answer.content.decode()
    assert provider.asked == 2
    assert "describes itself as another: https://elsewhere.example" in caplog.text


def test_nobody_is_asked_whom_the_provider_leads_to(provider: Provider, known: None) -> None:
    with Provider(("127.0.0.1", 0), Answer) as other:
        other.told = provider.told
        thread = Thread(target=other.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        provider.elsewhere = f"{other.url}/.well-known/openid-configuration"
        answer = stranger().get("/accounts/provider/")
        other.shutdown()
        thread.join()
    assert (answer.status_code, provider.asked, other.asked) == (503, 1, 0)


@pytest.mark.parametrize(
    ("issuer", "server", "same"),
    [
        ("https://id.halden.example", "https://id.halden.example", True),
        ("https://id.halden.example/", "https://id.halden.example", True),
        ("https://id.halden.example/other", "https://id.halden.example", False),
        ("http://id.halden.example", "https://id.halden.example", False),
        ("https://id.halden.example.elsewhere.example", "https://id.halden.example", False),
        (f"{MICROSOFT}/{{tenantid}}/v2.0", f"{MICROSOFT}/common/v2.0", True),
        (f"{MICROSOFT}/{{tenantid}}/v2.0", f"{MICROSOFT}/organizations/v2.0", True),
        (f"{MICROSOFT}/3f1b6a52/v2.0", f"{MICROSOFT}/3f1b6a52/v2.0", True),
        (f"{MICROSOFT}/{{tenantid}}/v2.0", f"{MICROSOFT}/3f1b6a52/v2.0", False),
        (f"{MICROSOFT}/3f1b6a52/v2.0", f"{MICROSOFT}/4c2c7b63/v2.0", False),
    ],
)
def test_an_issuer_is_that_of_the_server_that_is_set(issuer: str, server: str, same: bool) -> None:
    assert is_of(issuer, server) is same
