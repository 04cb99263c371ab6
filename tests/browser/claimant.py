"""How a person fills in the claim's form."""

from playwright.sync_api import Page, expect

from cpor import demo
from directory.catalogue import files

PARTNER = "jonas.weber@haldencloud.example"
COLLEAGUE = "ines.moreau@haldencloud.example"
REVIEWER = "nadia.okafor@northgate.example"
FIELD_SERVICE = demo.subscription_id("alder-field-1")
CUSTOMER = {
    "Customer contact": ("Maud Fenn", "Head of IT", "maud.fenn@alderfreight.example"),
    "Technical contact": ("Owen Tarr", "Dynamics administrator", "owen.tarr@alderfreight.example"),
}


def sku_of(part_number: str) -> str:
    """The GUID of a SKU, which people take for a subscription's."""
    return next(str(sku) for sku, (name, _family) in files.read().skus.items() if name == part_number)


def begin(page: Page) -> None:
    """A new draft, from the list."""
    page.goto("/claims/")
    page.get_by_role("button", name="New claim").click()
    page.get_by_role("heading", name="A new claim").wait_for()


def leave(page: Page, label: str, value: str) -> None:
    """Types into a field and leaves it by Tab."""
    page.get_by_label(label, exact=True).fill(value)
    page.keyboard.press("Tab")


def settled(page: Page) -> None:
    """Waits until what was typed last is saved."""
    expect(page.locator("#saved")).to_contain_text("Saved at")
    expect(page.locator("#claim .htmx-request")).to_have_count(0)


def fill_contacts(page: Page) -> None:
    """Both people at the customer; one's own name stands there already."""
    for section, values in CUSTOMER.items():
        region = page.get_by_role("region", name=section)
        for label, value in zip(("Name", "Title", "E-mail address"), values, strict=True):
            region.get_by_label(label, exact=True).fill(value)


def fill_good(page: Page, name: str = "Field Service roll-out") -> None:
    """A claim that every rule lets pass, typed into an open draft."""
    page.get_by_label("Claim name").fill(name)
    page.get_by_label("Tenant ID").fill(demo.ALDER)
    page.get_by_label("Domain or subdomain").fill("alderfreight.example")
    page.get_by_label("Business applications: Usage").check()
    page.get_by_label("6281940 Rotterdam").check()
    page.get_by_label("Product", exact=True).select_option("Dynamics 365 Field Service")
    page.get_by_label("Subscription ID").fill(FIELD_SERVICE)
    fill_contacts(page)
