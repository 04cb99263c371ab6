"""How a person fills in a claim, step by step."""

import re
from collections.abc import Mapping

from playwright.sync_api import Page, expect

from cpor import demo
from directory.catalogue import files
from tests.claims.given import proven

PARTNER = "jonas.weber@haldencloud.example"
COLLEAGUE = "ines.moreau@haldencloud.example"
REVIEWER = "nadia.okafor@northgate.example"
FIELD_SERVICE = demo.subscription_id("alder-field-1")
CUSTOMER_CONTACT = ("Maud Fenn", "Head of IT", "maud.fenn@alderfreight.example")
TECHNICAL_CONTACT = ("Owen Tarr", "Dynamics administrator", "owen.tarr@alderfreight.example")
REFERENCE = re.compile(r"CP-[0-9A-Z]{4}-[0-9A-Z]{4}")
HEADINGS: Mapping[str, str] = {
    "customer": "Who did you work for?",
    "work": "What did you do for them?",
    "products": "Which products did you work on?",
    "proof": "What proves the work?",
    "review": "Is everything right?",
}


def sku_of(part_number: str) -> str:
    """The GUID of a SKU, which people take for a subscription's."""
    return next(str(sku) for sku, (name, _family) in files.read().skus.items() if name == part_number)


def begin(page: Page) -> str:
    """A new draft, from the list; its reference."""
    page.goto("/claims/")
    page.get_by_role("button", name="New claim").first.click()
    on_step(page, "customer")
    return reference_of(page)


def reference_of(page: Page) -> str:
    """The reference in the page's address."""
    found = REFERENCE.search(page.url)
    assert found, page.url
    return found[0]


def on_step(page: Page, step: str) -> None:
    """Waits until the step is shown and its scripts have run."""
    page.get_by_role("heading", name=HEADINGS[step]).wait_for()
    page.wait_for_load_state()


def go_on(page: Page, step: str) -> None:
    """Saves, and goes on to the step that comes next."""
    page.get_by_role("button", name="Save and continue").click()
    on_step(page, step)


def visit(page: Page, name: str, step: str) -> None:
    """Goes to another step by its entry in the stepper, which is a link where there is nothing to save."""
    entries = page.get_by_role("navigation", name="Steps")
    entries.get_by_role("button", name=name).or_(entries.get_by_role("link", name=name)).click()
    on_step(page, step)


def leave(page: Page, label: str, value: str) -> None:
    """Types into a field and leaves it by Tab."""
    page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Tab")


def settled(page: Page) -> None:
    """Waits until what was typed last is saved."""
    expect(page.locator("#saved")).to_contain_text("Saved just now.")
    expect(page.locator("#claim .htmx-request")).to_have_count(0)


def fill_person(page: Page, section: str, values: tuple[str, str, str]) -> None:
    """Name, title and address of a person; one's own name stands there already."""
    region = page.get_by_role("region", name=section)
    for label, value in zip(("Name", "Job title", "E-mail address"), values, strict=True):
        region.get_by_label(label, exact=True).fill(value)


def fill_customer(page: Page, name: str) -> None:
    """The first step, so that every rule lets it pass."""
    page.get_by_label("Claim name").fill(name)
    page.get_by_label("Tenant ID").fill(demo.ALDER)
    page.get_by_label("Domain or subdomain").fill("alderfreight.example")
    fill_person(page, "Customer contact", CUSTOMER_CONTACT)


def fill_work(page: Page, mpn_id: str = "6281940 Rotterdam") -> None:
    """The second."""
    page.get_by_label("Business applications: Usage").check()
    fill_person(page, "Technical contact", TECHNICAL_CONTACT)
    page.get_by_label(mpn_id).check()


def fill_products(page: Page) -> None:
    """The third."""
    page.get_by_label("Product", exact=True).select_option("Dynamics 365 Field Service")
    page.get_by_label("Subscription ID").fill(FIELD_SERVICE)


def fill_good(page: Page, name: str = "Field Service roll-out") -> None:
    """From the first step of a draft to the last, with a claim that every rule lets pass."""
    fill_customer(page, name)
    go_on(page, "work")
    fill_work(page)
    go_on(page, "products")
    fill_products(page)
    go_on(page, "proof")
    proven(reference_of(page))
    visit(page, "Review and send", "review")
