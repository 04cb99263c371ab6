"""A partner files a claim from sign-in to reference, and both sides talk about it."""

import re
from collections.abc import Callable

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import Page, expect

from claims.models import Claim
from claims.presenters.page import due_day
from cpor import demo
from events.outbox import deliver_due
from tests.browser.claimant import (
    FIELD_SERVICE,
    PARTNER,
    REVIEWER,
    begin,
    fill_contacts,
    fill_good,
    leave,
    settled,
    sku_of,
)

pytestmark = pytest.mark.browser
REFERENCE = re.compile(r"CP-[0-9A-Z]{4}-[0-9A-Z]{4}")


def message(page: Page, control: str) -> str:
    """What stands beside a control, once it says anything."""
    slot = page.locator(f"#msg-{control}")
    slot.locator(".msg").first.wait_for()
    return slot.inner_text()


def expect_sent(page: Page) -> Claim:
    """The page of a claim just sent: reference, state and due day stand on it."""
    expect(page.get_by_text("Your claim is sent.")).to_be_visible()
    claim = Claim.objects.get(reference=REFERENCE.search(page.url)[0])  # type: ignore[index]
    expect(page.locator("main")).to_contain_text(f"Its reference is {claim.reference}.")
    day = due_day(claim)
    assert day is not None
    expect(page.locator(".turn")).to_contain_text(
        f"Submitted. It will be reviewed by the end of {date_format(day, 'l j F')}. You need do nothing."
    )
    return claim


def test_a_partner_is_told_at_each_field_what_is_wrong_and_files_a_claim(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    leave(page, "Claim name", "Field Service roll-out")
    leave(page, "Tenant ID", demo.ALDER)
    leave(page, "Domain or subdomain", "corvane.example")
    assert message(page, "f-domain").startswith("Domain and tenant ID do not match.")
    expect(page.get_by_label("Domain or subdomain")).to_have_attribute("aria-invalid", "true")
    leave(page, "Domain or subdomain", "alderfreight.example")
    expect(page.locator("#msg-f-domain")).to_have_text("Alder Freight Lines")
    expect(page.get_by_label("Domain or subdomain")).not_to_have_attribute("aria-invalid", "true")
    page.get_by_label("Business applications: Usage").check()
    page.get_by_label("6281940 Rotterdam").check()
    page.get_by_label("Product", exact=True).select_option("Dynamics 365 Field Service")
    assert message(page, "f-lines-0-subscription_id").startswith("Several subscriptions fit.")
    leave(page, "Subscription ID", sku_of("DYN365_ENTERPRISE_FIELD_SERVICE"))
    expect(page.locator("#msg-f-lines-0-subscription_id")).to_contain_text("This is not a subscription ID.")
    leave(page, "Subscription ID", FIELD_SERVICE)
    expect(page.locator("#msg-f-lines-0-subscription_id .good")).to_contain_text("active, Volume Licensing")
    fill_contacts(page)
    assert loads == []
    page.get_by_role("button", name="Send claim").click()
    claim = expect_sent(page)
    assert [line.subscription_id for line in claim.lines.all()] == [FIELD_SERVICE]


def test_reviewer_and_partner_talk_about_a_claim(signed_in: Callable[..., Page]) -> None:
    partner, reviewer = signed_in(PARTNER), signed_in(REVIEWER)
    begin(partner)
    fill_good(partner)
    partner.get_by_role("button", name="Send claim").click()
    claim = expect_sent(partner)
    reviewer.goto("/")
    reviewer.get_by_role("row").filter(has_text=claim.reference).get_by_role("link").click()
    expect(reviewer.get_by_role("heading", name="Field Service roll-out")).to_be_visible()
    expect(reviewer.locator(".head")).to_contain_text("Halden Cloud Works · Alder Freight Lines")
    reviewer.get_by_label("Write a comment").fill("Which depot went live first?")
    reviewer.get_by_role("button", name="Send comment").click()
    expect(reviewer.locator(".thread")).to_contain_text("Nadia Okafor, you")
    deliver_due(now=timezone.now())
    partner.goto("/messages/")
    told = partner.get_by_role("row").filter(has_text="Nadia Okafor wrote on")
    expect(told).to_contain_text("New")
    told.get_by_role("link").click()
    expect(partner).to_have_url(re.compile(f"{claim.path}#comments"))
    expect(partner.locator(".thread")).to_contain_text("Which depot went live first?")
    expect(partner.locator(".thread")).to_contain_text("Nadia Okafor, reviewer")
    expect(partner.locator(".turn")).to_contain_text("The operator wrote to you: see the comments.")
    partner.goto("/messages/")
    expect(told).to_contain_text("Read")


def test_without_javascript_a_claim_is_filed_by_saving(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER, java_script_enabled=False)
    begin(page)
    expect(page.get_by_text("Nothing is kept until you save")).to_be_visible()
    page.get_by_label("Tenant ID").fill(demo.ALDER)
    page.get_by_label("Domain or subdomain").fill("corvane.example")
    page.get_by_role("button", name="Send claim").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("things keep this claim from being sent")
    expect(
        summary.get_by_role("link", name="Domain or subdomain: domain and tenant ID do not match")
    ).to_have_attribute("href", "#f-domain")
    fill_good(page)
    page.get_by_role("button", name="Add a product").click()
    page.get_by_role("group", name="Product 2").get_by_label("Product", exact=True).select_option("Dynamics 365 Sales")
    page.get_by_role("button", name="Add a product").click()
    page.get_by_role("group", name="Product 3").get_by_label("Product", exact=True).select_option(
        "Dynamics 365 Finance"
    )
    page.get_by_role("button", name="Save and check all").click()
    expect(page.get_by_role("group", name="Product 3")).to_contain_text("Sold by a cloud solution provider")
    page.get_by_role("button", name="Remove product 3").click()
    expect(page.get_by_role("group", name="Product 3")).to_have_count(0)
    page.get_by_role("button", name="Send claim").click()
    claim = expect_sent(page)
    assert [line.product for line in claim.lines.all()] == ["dynamics-365-field-service", "dynamics-365-sales"]


def test_the_keyboard_alone_files_a_claim(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    page.goto("/claims/")

    def tab_to(name: str) -> None:
        for _step in range(60):
            page.keyboard.press("Tab")
            if page.evaluate(WHERE) == name:
                return
        raise AssertionError(f"Tab never reached {name}")

    def type_into(name: str, text: str) -> None:
        tab_to(name)
        page.keyboard.type(text)

    tab_to("New claim")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="A new claim").wait_for()
    type_into("name", "By keyboard")
    type_into("tenant_id", demo.ALDER)
    type_into("domain", "alderfreight.example")
    tab_to("work")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Business applications: Usage")).to_be_checked()
    tab_to("mpn_id")
    page.keyboard.press("Space")
    expect(page.get_by_label("6281940 Rotterdam")).to_be_checked()
    type_into("lines-0-product", "Dynamics 365 Field")
    type_into("lines-0-subscription_id", FIELD_SERVICE)
    for contact, values in {
        "customer_contact": ("Maud Fenn", "Head of IT", "maud.fenn@alderfreight.example"),
        "technical_contact": ("Owen Tarr", "Administrator", "owen.tarr@alderfreight.example"),
    }.items():
        for part, value in zip(("name", "title", "email"), values, strict=True):
            type_into(f"{contact}-{part}", value)
    tab_to("Send claim")
    settled(page)
    assert page.evaluate(WHERE) == "Send claim"
    assert Claim.objects.get().state == "editing"  # a button that has the focus is not yet pressed
    page.keyboard.press("Space")
    expect_sent(page)


# What has the focus: its name, or for a button its words.
WHERE = "() => document.activeElement.name || document.activeElement.innerText.trim()"


def test_enter_in_a_field_saves_and_checks_and_never_sends(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    fill_good(page, "Entered")
    page.get_by_label("Claim name").press("Enter")
    page.get_by_role("heading", name="Entered").wait_for()
    claim = Claim.objects.get(name="Entered")
    assert (claim.state, claim.lines.count()) == ("editing", 1)
