"""The whole way of a claim by keyboard alone: begun in one browser, proved and sent in another."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from claims.actions.inspections import inspect_due
from claims.models import Claim
from cpor import demo
from tests.browser.claimant import CUSTOMER, FIELD_SERVICE, PARTNER, on_step, reference_of

pytestmark = pytest.mark.browser

# What has the focus: its name, or for a button or link its words; entries of the stepper are left out.
WHERE = r"""() => {
  const { name, id, innerText } = document.activeElement;
  return name && name !== "go" ? name : (innerText || "").replace(/\s+/g, " ").trim() || id;
}"""


class Keyboard:
    """Somebody without a mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def tab_to(self, name: str) -> None:
        """Presses Tab until the focus is on the control or button of this name."""
        passed = []
        for _step in range(90):
            self.page.keyboard.press("Tab")
            passed.append(self.page.evaluate(WHERE))
            if passed[-1] == name:
                return
        raise AssertionError(f"Tab never reached {name}, but {passed}")

    def type_into(self, name: str, text: str) -> None:
        self.tab_to(name)
        self.page.keyboard.type(text)

    def press(self, name: str, step: str = "") -> None:
        """Enter on a button or link, which leads to a step."""
        self.tab_to(name)
        self.page.keyboard.press("Enter")
        if step:
            on_step(self.page, step)


def test_a_claim_is_begun_in_one_browser_and_proved_and_sent_in_another(
    signed_in: Callable[..., Page], five: list[Path]
) -> None:
    office = Keyboard(signed_in(PARTNER))
    office.page.goto("/claims/")
    office.press("New claim", "customer")
    reference = reference_of(office.page)
    office.type_into("name", "By keyboard")
    office.type_into("tenant_id", demo.ALDER)
    office.type_into("domain", "alderfreight.example")
    for contact, values in zip(("customer_contact", "technical_contact"), CUSTOMER.values(), strict=True):
        for part, value in zip(("name", "title", "email"), values, strict=True):
            office.type_into(f"{contact}-{part}", value)
    office.press("Save and continue", "work")
    office.page.context.close()

    home = Keyboard(signed_in(PARTNER))
    home.page.goto("/claims/")
    home.press("By keyboard", "work")
    home.tab_to("work")
    home.page.keyboard.press("ArrowDown")
    expect(home.page.get_by_label("Business applications: Usage")).to_be_checked()
    home.tab_to("mpn_id")
    home.page.keyboard.press("Space")
    expect(home.page.get_by_label("6281940 Rotterdam")).to_be_checked()
    home.press("Save and continue", "products")
    home.type_into("lines-0-product", "Dynamics 365 Field")
    home.type_into("lines-0-subscription_id", FIELD_SERVICE)
    home.press("Save and continue", "proof")
    add_and_clear(home, five)
    mark(home)
    home.press("Continue", "review")
    home.tab_to("Send claim")
    assert Claim.objects.get().state == "editing"  # a button that has the focus is not yet pressed
    home.page.keyboard.press("Space")

    expect(home.page.get_by_text("Your claim is sent.")).to_be_visible()
    assert Claim.objects.get(reference=reference).evidence.filter(scan="clean").count() == 3


def add_and_clear(home: Keyboard, five: list[Path]) -> None:
    """Five files, of which two are refused and taken off."""
    with home.page.expect_file_chooser() as chosen:  # from before the way there: the browser takes a while to listen
        home.tab_to("file")
        home.page.keyboard.press("Space")
    chosen.value.set_files(five)
    expect(home.page.locator("#documents li")).to_have_count(4)
    assert inspect_due(now=timezone.now()) == 4
    expect(home.page.locator("#documents li").filter(has_text="Invoice.pdf")).to_contain_text("It holds scripts.")
    home.press("Dismiss")
    expect(home.page.locator("#uploads li")).to_have_count(0)
    home.press("Remove Invoice.pdf")
    expect(home.page.locator("#documents li")).to_have_count(3)


def mark(home: Keyboard) -> None:
    """The first document shows all that the one product needs, which is ticked already."""
    home.tab_to("document")
    home.page.keyboard.press("ArrowDown")
    home.type_into("pages", "1")
    for _requirement in range(4):
        home.tab_to("requirement")
        home.page.keyboard.press("Space")
    home.press("Mark")
    expect(home.page.locator(".coverage tfoot td")).to_have_text("4 of 4")
