"""Our cookies: over HTTPS alone, for our host alone, and readable by scripts only where one reads it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.claims.given import draft
from tests.test_settings import PRODUCTION, ROOT, read
from tests.world import World

NAMES = ("SESSION_COOKIE", "CSRF_COOKIE", "LANGUAGE_COOKIE")
# What a production process makes of each cookie that the site ever sets.
SCRIPT = """
import django; django.setup()
from django.http import HttpResponse
from django.test import RequestFactory
from django.views.i18n import set_language
from cpor.told import Told
from partners.middleware.gate import remember
request, answer = RequestFactory().get("/"), HttpResponse()
request.session = {}
told = Told(request)
told.add(20, "x")
told.update(answer)
remember(answer, 1)
language = set_language(RequestFactory().post("/language/", {"language": "es"}, headers={"host": "cpor.example"}))
for cookie in [*answer.cookies.values(), *language.cookies.values()]:
    print(cookie.OutputString())
"""


def test_in_production_each_cookie_is_of_https_and_of_our_host_alone(tmp_path: Path) -> None:
    settings = read(tmp_path, PRODUCTION)
    for name in NAMES:
        assert settings[f"{name}_NAME"].startswith("__Host-"), name
        assert settings[f"{name}_SECURE"] is True, name
        assert settings[f"{name}_SAMESITE"] == "Lax", name
        assert f"{name}_DOMAIN" not in settings, name
        assert settings.get(f"{name}_PATH", "/") == "/", name
    assert settings["SESSION_COOKIE_HTTPONLY"] is settings["LANGUAGE_COOKIE_HTTPONLY"] is True


def test_a_production_process_sets_them_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env={
            **PRODUCTION,
            "PATH": os.defpath,
            "DATA_DIR": str(tmp_path),
            "CPOR_STATIC_DIR": str(tmp_path / "static"),
            "DJANGO_SETTINGS_MODULE": "cpor.settings",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    cookies = {line.partition("=")[0]: line for line in done.stdout.splitlines()}
    assert cookies.keys() == {"__Host-messages", "__Host-known", "__Host-language"}
    for line in cookies.values():
        attributes = line.split("; ")[1:]
        assert {"HttpOnly", "Secure", "Path=/", "SameSite=Lax"} <= set(attributes), line
        assert not [attribute for attribute in attributes if attribute.startswith("Domain")], line


def test_signing_in_sets_no_cookie_that_is_not_named_here(world: World, settings: Any) -> None:
    person = world.person("jonas.weber")
    person.set_password("walk the ledger")
    person.save()
    browser = Client()
    browser.get("/accounts/login/")
    browser.post("/accounts/login/", {"login": person.email, "password": "walk the ledger"})
    reference = draft(world, "jonas.weber")
    browser.post(f"/claims/{reference}/copy/")
    browser.post("/language/", {"language": "es"})
    assert browser.cookies.keys() == {"sessionid", "csrftoken", "messages", "language", "known"}
    assert [name for name, cookie in browser.cookies.items() if not cookie["httponly"]] == ["csrftoken"]
    assert {cookie["samesite"] for cookie in browser.cookies.values()} == {"Lax"}
    for cookie in browser.cookies.values():
        assert len(cookie.key) + len(cookie.value) < 4096


@pytest.mark.parametrize("name", ["form.js", "upload.js"])
def test_scripts_find_the_token_by_both_names(name: str) -> None:
    assert "(?:__Host-)?csrftoken=" in (ROOT / "static" / "js" / name).read_text()


def test_no_number_of_a_session_is_written_into_a_page(world: World) -> None:
    browser = world.web("jonas.weber")
    for path in ("/claims/", "/messages/", "/accounts/password/change/"):
        assert browser.cookies["sessionid"].value not in browser.get(path).content.decode()
