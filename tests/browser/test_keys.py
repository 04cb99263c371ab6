"""Keys: what they do is a key away, pages and rows are, and they can be switched off."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from claims.models import Claim
from tests.browser.claimant import PARTNER, REVIEWER
from tests.claims.given import sent
from tests.world import World

pytestmark = pytest.mark.browser


def test_keys_lead_to_pages_and_rows_and_say_what_they_do(signed_in: Callable[..., Page], live_world: World) -> None:
    sent(live_world, "jonas.weber")
    page = signed_in(PARTNER)
    page.goto("/")
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_text("Associations", exact=True)).to_be_visible()
    expect(sheet.get_by_text("Take the most urgent claim that is free")).to_have_count(0)
    expect(sheet.get_by_role("button", name="Close")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/claims/")
    page.keyboard.press("j")
    expect(page.locator("td .cover").first).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Search", exact=True)).to_be_focused()
    page.keyboard.type("jkg?")
    expect(page.get_by_label("Search", exact=True)).to_have_value("jkg?")


def test_a_reviewer_takes_the_next_by_a_key_and_may_switch_keys_off(
    signed_in: Callable[..., Page], live_world: World
) -> None:
    sent(live_world, "jonas.weber")
    page = signed_in(REVIEWER)
    page.goto("/review/")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet.get_by_text("Take the most urgent claim that is free")).to_be_visible()
    sheet.get_by_label("Use these keys in this browser").uncheck()
    sheet.get_by_role("button", name="Close").click()
    page.keyboard.press("?")
    expect(sheet).to_be_hidden()
    page.reload()
    page.keyboard.press("t")
    page.get_by_role("button", name="Keyboard shortcuts").click()
    sheet.get_by_label("Use these keys in this browser").check()
    page.keyboard.press("Escape")
    Claim.objects.update(state="withdrawn")  # so that there is nothing to take, and the page says so
    page.keyboard.press("t")
    page.get_by_text("No claim is free for you just now").wait_for()
