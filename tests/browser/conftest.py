"""A real Chromium, the demo's people in it, and a site served from the tests' own database."""

import json
import os
import re
import threading
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache as django_cache
from django.core.signals import request_finished, request_started
from django.db import connections
from django.test import Client
from django.test.testcases import QuietWSGIRequestHandler
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from claims.calendars import today_of
from cpor import demo
from directory.imports.customers import import_customers
from partners.imports.writing import import_partners
from partners.models import User
from scripts import browser
from tests.claims.evidence.corpus import MANIFEST
from tests.claims.evidence.files import pdf, png
from tests.events.post_office import wait_until
from tests.scenes import remembered
from tests.world import World, sign_in

# Playwright's sync API runs an event loop in this thread, in which Django would refuse to touch its database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
# An answer goes out in two parts; without this the second waits for Chromium to acknowledge the first, 40 ms each time.
QuietWSGIRequestHandler.disable_nagle_algorithm = True
QUIET = "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update".split()
# Not started: the browser's own furniture, which no test sees - toolbar, pop-ups of the address bar, a process kept for
# the next page. It took more than half of what a window costs. The last list given counts, so Playwright's is repeated.
UNUSED = """SpareRendererForSitePerProcess InitialWebUI WebUIOmniboxPopup WebUIOmniboxAimPopup WebUIOmniboxFullPopup
    AvoidUnnecessaryBeforeUnloadCheckSync DestroyProfileOnBrowserClose HttpsUpgrades HttpsFirstBalancedModeAutoEnable
    LensOverlay MediaRouter PaintHolding ThirdPartyStoragePartitioning AvoidCorsURLLoaderRestartOnRedirect
    OptimizationHints NetworkTimeServiceQuerying AimEnabled PreconnectToSearch""".split()
# Every page reports here what its content security policy forbade.
WATCH = """addEventListener("securitypolicyviolation", (event) => console.error("CSP forbade " + event.violatedDirective
  + " " + event.blockedURI + " " + event.sourceFile + ":" + event.lineNumber))"""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser, for all tests of this process."""
    with sync_playwright() as playwright:
        args = [*browser.FLAGS, *QUIET, "--disable-sync", f"--disable-features={','.join(UNUSED)}"]
        started = playwright.chromium.launch(executable_path=browser.find(), args=args)
        yield started
        started.close()
        # Inside Playwright's loop this thread has a connection of its own, which outside nobody could close.
        connections.close_all()


@cache
def hashed_password() -> str:
    """Once is enough: a hash takes its time."""
    return make_password(demo.PASSWORD)


@pytest.fixture
def live_world(transactional_db: None) -> World:
    """The demo world on a database that the served site sees too, today; its people have the demo's password."""
    django_cache.clear()
    return world_of(today_of(timezone.now()))()


@cache
def world_of(today: date) -> Callable[[], World]:
    """What puts the world of this day into an empty database: imported once, then as the rows that came of it."""

    @remembered
    def build() -> World:
        import_customers(json.dumps(demo.directory(today)).encode())
        import_partners(json.dumps(demo.partners(today)).encode(), now=timezone.now())
        for user in User.objects.all():
            user.name, user.password = demo.NAMES[user.email.partition("@")[0]], hashed_password()
            user.save(update_fields=["name", "password"])
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return World()

    return build


@pytest.fixture
def site(live_server, live_world: World, own_storage: None) -> Iterator[str]:
    """The address of the served site, with the demo world behind it.

    Ends once every request is answered: one that a closed window has left behind would meet the emptying of tables.
    """
    under_way: set[object] = set()

    def begin(**_signal: object) -> None:
        under_way.add(threading.get_ident())

    def end(**_signal: object) -> None:
        under_way.discard(threading.get_ident())

    request_started.connect(begin)
    request_finished.connect(end)
    yield live_server.url
    wait_until(lambda: not under_way, seconds=15, what="all requests are answered")
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture
def troubles() -> Iterator[list[str]]:
    """What any page of the test complained of on its console; nothing may be left here at the end."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def window(chromium: Browser, site: str, troubles: list[str]) -> Iterator[Callable[..., Page]]:
    """Opens a window of nobody: `window(java_script_enabled=False)`, `window(locale="es-ES")`. Its console is watched."""
    contexts: list[BrowserContext] = []

    def open_window(**options: object) -> Page:
        context = chromium.new_context(**{"base_url": site, "locale": "en-GB", **options})  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        context.add_init_script(WATCH)
        context.on("console", lambda said: hear(said.type, said.text, said.page, troubles))
        context.on("weberror", lambda error: troubles.append(str(error.error)))
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()


def hear(kind: str, text: str, page: Page | None, troubles: list[str]) -> None:
    """Keeps errors and warnings. That a refused post answers 4xx, which Chromium logs as an error, is as it should be."""
    if kind in {"error", "warning"} and "the server responded with a status of 4" not in text:
        troubles.append(f"{page.url if page else '?'}: {text}")


@pytest.fixture
def signed_in(window: Callable[..., Page], site: str) -> Callable[..., Page]:
    """Opens a window of a person of the demo, by their address: they have signed in before."""

    def open_signed_in(email: str, **options: object) -> Page:
        page, client = window(**options), Client()
        sign_in(client, User.objects.get(email=email))
        session = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": session.key, "value": session.value, "url": site}])
        page.goto("/")
        page.get_by_role("button", name=SIGN_OUT).wait_for()
        return page

    return open_signed_in


# In either language.
SIGN_OUT = re.compile("Sign out|Cerrar sesión")
HOSTILE = next(entry for entry in MANIFEST if entry.expected.why == "scripts" and entry.upload_name.endswith(".pdf"))


@pytest.fixture
def five(tmp_path: Path) -> list[Path]:
    """Five files as they lie on a partner's desk: two of them will not be taken."""
    contents = {
        "Acceptance, signed.pdf": pdf(7),
        "Statement of work.pdf": pdf(12),
        "Go-live.png": png(),
        "Depot costs.xlsm": b"PK\x03\x04 macros",
        "Invoice.pdf": HOSTILE.build(),
    }
    files = []
    for name, content in contents.items():
        files.append(tmp_path / name)
        files[-1].write_bytes(content)
    return files
