"""A reviewer without a mouse: takes a claim, walks its desk, approves one product and refuses another."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from claims.requirements import Requirement
from scripts.accessibility import faults
from tests.browser.claimant import REVIEWER
from tests.browser.keyboard import Keyboard
from tests.browser.test_review import FIELD, REFUSED, SALES, check, own_cites, proved, states
from tests.claims.given import stored
from tests.world import World

pytestmark = pytest.mark.browser
WORDS = "What the partner will read"


@pytest.fixture
def keys(signed_in: Callable[..., Page], live_world: World) -> Keyboard:
    """The keyboard of a reviewer, whose queue has one claim of two products."""
    assert live_world.api("jonas.weber").send("POST", f"claims/{proved(live_world)}/submit/").status_code == 200
    page = signed_in(REVIEWER)
    page.goto("/review/")
    return Keyboard(page)


def button(keys: Keyboard, name: str) -> Locator:
    return keys.page.get_by_role("button", name=name, exact=True)


def link(keys: Keyboard, name: str) -> Locator:
    return keys.page.get_by_role("link", name=re.compile(f"^{re.escape(name)}"))


def sit_down(keys: Keyboard) -> str:
    """Takes the next claim; its reference."""
    keys.leave_by(button(keys, "Take next"))
    keys.page.wait_for_url("**/review/")
    found = re.search(r"CP-\w{4}-\w{4}", keys.page.url)
    assert found, keys.page.url
    return found[0]


def read_on(keys: Keyboard) -> None:
    """Turns to the second page: one is still at the document then, not at the head of the page."""
    keys.leave_by(link(keys, "Next page"))
    expect(keys.page.locator(".turning")).to_contain_text("Page 2 of 3")
    assert keys.tab().startswith("a A · Acceptance")
    keys.tab_to(link(keys, "Previous page"))


def cite(keys: Keyboard, requirement: str) -> None:
    """Cites the page in view, which counts as met; the focus stays in the row of the requirement."""
    asked = check(keys.page, requirement)
    keys.press(asked.get_by_role("button", name="Cite the page in view"))
    expect(asked.get_by_role("radio", name="Met", exact=True)).to_be_checked()
    expect(asked.locator(":focus")).to_have_count(1)


def test_a_reviewer_takes_a_claim_approves_one_product_and_refuses_another(keys: Keyboard) -> None:
    reference = sit_down(keys)
    read_on(keys)
    keys.tab_to(link(keys, f"{SALES} · 0 of 5 checked"))
    for requirement in Requirement:
        cite(keys, requirement)
    assert faults(keys.page) == []
    keys.leave_by(button(keys, "Approve this product"))
    expect(keys.page.locator("#sure")).to_be_focused()
    keys.page.keyboard.press("Enter")  # still held down from before
    expect(keys.page.locator("#sure")).to_be_focused()
    keys.leave_by(button(keys, "Approve, and tell the partner"))
    expect(keys.page.get_by_role("status").get_by_text("is approved, and the partner is told")).to_be_visible()
    keys.leave_by(link(keys, f"{FIELD} · 0 of 5 checked"))
    keys.press(check(keys.page, "product").get_by_role("radio", name="Met", exact=True), "ArrowRight")
    unmet = check(keys.page, "product").get_by_role("radio", name="Not met")
    expect(keys.page.locator("#checked")).to_have_text("1 of 5 checked")
    expect(unmet).to_be_focused()
    keys.tab_to(keys.page.get_by_role("combobox", name="Reason"))
    expect(keys.page.get_by_role("combobox", name="Reason")).to_have_value("product_not_named")
    keys.tab_to(keys.page.get_by_role("textbox", name=WORDS))
    keys.page.keyboard.press("Control+A")
    keys.page.keyboard.type(REFUSED)
    keys.leave_by(button(keys, "Refuse this product"), "Space")
    keys.leave_by(button(keys, "Refuse, and tell the partner"), "Space")
    expect(keys.page.get_by_role("status").get_by_text("is refused, and the partner is told why")).to_be_visible()

    claim = stored(reference)
    assert (claim.state, states(claim)) == ("approved", ["approved", "rejected"])
    assert REFUSED in claim.comments.latest("pk").body


def test_a_refused_approval_is_where_one_is_and_its_remedies_come_next(keys: Keyboard) -> None:
    sit_down(keys)
    keys.leave_by(button(keys, "Approve this product"))
    expect(keys.page.get_by_role("alert").filter(has_text="Not approved yet.")).to_be_focused()
    assert keys.tab().startswith("a Customer acknowledged: not checked yet")
    keys.tab_to(check(keys.page, Requirement.ACKNOWLEDGED).get_by_role("radio", name="Met", exact=True))


def test_a_button_that_has_the_focus_keeps_it_while_its_words_are_drafted_anew(keys: Keyboard) -> None:
    sit_down(keys)
    with keys.quicker_than("**/review/line/"):
        keys.press(check(keys.page, "belongs").get_by_role("radio", name="Met", exact=True), "ArrowRight")
        keys.tab_to(button(keys, "Refuse this product"))
    expect(keys.page.get_by_role("combobox", name="Reason")).to_be_visible()
    expect(button(keys, "Refuse this product")).to_be_focused()


def test_what_the_reviewer_cites_is_taken_off_from_where_it_stands(keys: Keyboard) -> None:
    sit_down(keys)
    cite(keys, "dates")
    keys.press(check(keys.page, "dates").get_by_role("button", name="Do not cite A p. 1 for Dates"))
    expect(own_cites(keys.page, "dates")).to_have_count(0)
    expect(check(keys.page, "dates").get_by_role("button", name="Cite A p. 1 for Dates")).to_be_focused()


def test_keys_are_told_at_the_desk_but_not_in_what_is_written(keys: Keyboard) -> None:
    sit_down(keys)
    keys.tab_to(button(keys, "Give back"))
    keys.reads_the_sheet_of_keys()
    keys.tab_to(keys.page.get_by_role("textbox", name=WORDS))
    keys.page.keyboard.type("Who signed?")
    expect(keys.page.get_by_role("dialog")).to_be_hidden()
    expect(keys.page.get_by_role("textbox", name=WORDS)).to_have_value("Who signed?")
