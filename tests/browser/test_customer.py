"""A customer opens the link of its mail: nothing signs it in, nothing runs, and one button declines."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from claims.actions.consent import link_of
from tests.browser.claimant import PARTNER
from tests.browser.test_every_page import fits
from tests.claims.given import SALES, stored
from tests.claims.test_associations import approved
from tests.claims.test_consent import consent
from tests.world import World

pytestmark = pytest.mark.browser


def test_a_customer_reads_the_letter_and_declines(window: Callable[..., Page], live_world: World) -> None:
    reference = approved(live_world, SALES)
    page = window(java_script_enabled=True)
    page.goto("/customer/nothing/")
    fits(page)
    page.goto(link_of(consent(reference)))
    fits(page)
    page.get_by_role("link", name="Español").click()
    expect(page.get_by_role("button", name="Rechazar esta solicitud")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="English").click()
    page.get_by_label("Why?").fill("We do not know them.")
    page.get_by_role("button", name="Decline this request").click()
    expect(page.get_by_role("heading", name="You have declined")).to_be_visible()
    fits(page)
    page.reload()
    expect(page.get_by_role("heading", name="You have declined")).to_be_visible()
    assert page.context.cookies() == []
    assert (stored(reference).state, consent(reference).words) == ("rejected", "We do not know them.")


def test_a_partner_corrects_the_contact(signed_in: Callable[..., Page], live_world: World) -> None:
    reference = approved(live_world, SALES)
    page = signed_in(PARTNER)
    page.goto(f"/claims/{reference}/")
    fits(page)
    page.get_by_role("link", name="Correct the contact").click()
    fits(page)
    page.get_by_label("Name").fill("Tomas Lind")
    page.get_by_label("E-mail address").fill("tomas@lind-consulting.example")
    page.get_by_label("Language").select_option("Español")
    page.get_by_role("button", name="Ask this contact").click()
    page.get_by_role("button", name="Ask this contact all the same").wait_for()
    fits(page)
    page.get_by_role("button", name="Ask this contact all the same").click()
    page.get_by_text("Tomas Lind is asked now.").wait_for()
    assert consent(reference).language == "es"
