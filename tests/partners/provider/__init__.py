"""A real OpenID Connect provider for the tests: that of django-allauth, a site and a process of its own."""

import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings

from tests.partners.provider.site import CLIENT_ID, CLIENT_SECRET, PASSWORD

TENANT = "3f1b6a52-9f0e-4d0a-8a55-0b7b1c1d2eff"
OURS = "http://testserver/accounts/provider/callback/"


class RunningProvider:
    """The provider at `url`, and what its tokens are to say."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder = url, folder

    def says(self, email: str, /, **claims: Any) -> None:
        """From now on its tokens say this of somebody, beside what is usual; None leaves a claim out."""
        (self.folder / "claims.json").write_text(json.dumps({email: claims}))

    def signs_with_another_key(self, *, of_the_same_name: bool) -> None:
        """From now on its tokens are forged."""
        (self.folder / "other_key.pem").write_text(new_key())
        if of_the_same_name:
            (self.folder / "same_name").touch()

    def is_itself_again(self) -> None:
        """Forgets what a test has told it."""
        for name in ("claims.json", "other_key.pem", "same_name"):
            (self.folder / name).unlink(missing_ok=True)

    def settings(self, **changes: Any) -> dict[str, Any]:
        """What our settings say of it."""
        known = {"name": "Halden", "server": self.url, "client_id": CLIENT_ID, "secret": CLIENT_SECRET}
        return {**known, "tenants": (TENANT,), "groups_claim": "groups", "roles": {}, **changes}

    def walk(self, address: str, email: str, browser: requests.Session | None = None) -> str:
        """Signs somebody in there, as `address` asks; returns where it leads back to: path and query of our site."""
        browser = browser or requests.Session()
        for _step in range(8):
            answer = browser.get(address, allow_redirects=False, timeout=10)
            if answer.status_code == 200:
                form = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', answer.text)
                assert form, answer.text
                typed = {"csrfmiddlewaretoken": form[1], "login": email, "password": PASSWORD}
                answer = browser.post(address, typed, allow_redirects=False, timeout=10)
            assert answer.status_code == 302, (answer.status_code, answer.text)
            address = urljoin(address, answer.headers["Location"])
            if urlsplit(address).hostname == "testserver":
                return address.removeprefix("http://testserver")
        raise AssertionError(address)


@contextmanager
def running(folder: Path, people: list[str], redirects: list[str]) -> Iterator[RunningProvider]:
    """A provider that knows these people, gone at the end of the block."""
    (folder / "key.pem").write_text(new_key())
    (folder / "world.json").write_text(json.dumps({"people": people, "redirects": redirects}))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.partners.provider.site", str(port), str(folder)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while not serves(url):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, "the provider did not start"
            time.sleep(0.1)
        yield RunningProvider(url, folder)
    finally:
        process.terminate()
        process.wait(10)


def serves(url: str) -> bool:
    try:
        return requests.get(f"{url}/.well-known/openid-configuration", timeout=5).status_code == 200
    except requests.ConnectionError:
        return False


def new_key() -> str:
    """A private RSA key as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain).decode()
