"""From a refused draft to the words that help, and back to where one was."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.claimant import PARTNER, begin, leave, settled, visit
from tests.browser.test_every_page import fits

pytestmark = pytest.mark.browser
IN_VIEW = """(id) => {
  const place = document.getElementById(id).getBoundingClientRect();
  return place.top >= 0 && place.top < innerHeight / 2;
}"""


def test_a_refused_draft_leads_to_the_entry_of_its_fault_and_back(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    leave(page, "Tenant ID", "not a GUID")
    settled(page)
    visit(page, "Review and send", "review")
    page.get_by_role("button", name="Send claim").click()
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name=re.compile("Read more.*not a tenant ID")).press("Enter")

    page.wait_for_url("**/help/#tenant_id_invalid")
    entry = page.get_by_role("article", name="This is not a tenant ID.")
    expect(entry).to_be_focused()
    assert page.evaluate(IN_VIEW, "tenant_id_invalid")
    entry.get_by_role("link", name="Where do I find the tenant ID?").click()
    expect(page.get_by_role("article", name="Where do I find the tenant ID?")).to_be_focused()
    fits(page)
    page.go_back()
    expect(entry).to_be_focused()
    page.go_back()
    page.get_by_role("heading", name="Is everything right?").wait_for()


def test_a_field_answers_its_question_in_place_by_keyboard(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    question = page.locator("summary", has_text="Where do I find the tenant ID?")
    answer = page.get_by_text("under Overview. It is also called directory ID")
    expect(answer).to_be_hidden()
    question.press("Enter")
    expect(answer).to_be_visible()
    leave(page, "Tenant ID", "not a GUID")
    settled(page)
    expect(answer).to_be_visible()
    fits(page)


def test_help_is_searched_without_script(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER, java_script_enabled=False, viewport={"width": 390, "height": 800})
    page.get_by_role("link", name="Help", exact=True).click()
    page.get_by_label("Search help").fill("suscripcion CSP")
    page.get_by_role("button", name="Search").click()
    expect(page.get_by_role("status").filter(has_text="has “suscripcion CSP”")).to_be_visible()
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.locator("mark").first).to_have_text("csp")
    page.get_by_role("link", name="Show everything").click()
    page.get_by_label("Search help").fill("zeppelin")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Nothing here has “zeppelin”")).to_be_visible()
    page.get_by_role("link", name="Ask support").last.click()
    page.get_by_role("heading", name="Ask support").wait_for()
