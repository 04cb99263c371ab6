"""Signing in with a second step, with a passkey, and by a company's own provider, in a real browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from cpor import demo
from partners.models import User
from tests.partners.provider import PASSWORD, TENANT, running
from tests.partners.signing_in import code
from tests.world import World

pytestmark = pytest.mark.browser
INES = "ines.moreau@haldencloud.example"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def type_password(page: Page) -> None:
    page.get_by_label("E-mail address").fill(INES)
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_an_app_and_a_passkey_are_set_up_and_sign_in(window: Callable[..., Page], site: str) -> None:
    page = window()
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto("/accounts/login/?next=/accounts/security/")
    type_password(page)
    page.get_by_role("link", name="Set up an app").click()
    picture = page.get_by_role("img", name="QR code for your authenticator app").locator("svg").bounding_box()
    assert picture is not None
    assert picture["width"] > 100
    page.get_by_label("Code from the app").fill(code(page.locator(".id.wrap").inner_text()))
    page.get_by_role("button", name="Set up").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Work laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("rowheader", name="Work laptop")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    page.goto("/accounts/login/")
    type_password(page)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Nothing needs you", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out").click()

    page.goto("/accounts/login/?next=/messages/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Messages", exact=True)).to_be_visible()
    page.goto("/accounts/passkeys/again/?next=/claims/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Claims", exact=True)).to_be_visible()


def test_a_companys_own_provider_signs_in_and_confirms_what_matters(
    window: Callable[..., Page], site: str, live_world: World, settings: Any, tmp_path: Path
) -> None:
    with running(tmp_path, [INES], [f"{site}/accounts/provider/callback/"]) as provider:
        settings.OIDC = provider.settings()
        provider.says(INES, tid=TENANT, auth_time=1)
        User.objects.filter(email=INES).update(password="!")
        page = window()
        page.goto("/accounts/login/?next=/accounts/tokens/")
        page.get_by_role("link", name="Sign in with Halden").click()
        page.locator("[name=login]").fill(INES)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[type=submit]").first.click()
        expect(page.get_by_role("heading", name="Tokens", exact=True)).to_be_visible()

        provider.says(INES, tid=TENANT)
        page.get_by_label("Name").fill("Nightly export")
        page.get_by_role("button", name="Make a token").click()
        expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
        page.get_by_role("link", name="Go to Halden").click()
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[type=submit]").first.click()
        expect(page.get_by_text("The token is made.")).to_be_visible()
        expect(page.get_by_role("rowheader", name="Nightly export")).to_be_visible()
