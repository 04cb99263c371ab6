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
    CUSTOMER_CONTACT,
    FIELD_SERVICE,
    PARTNER,
    REVIEWER,
    begin,
    fill_customer,
    fill_good,
    fill_person,
    fill_products,
    fill_work,
    go_on,
    leave,
    on_step,
    reference_of,
    settled,
    sku_of,
    visit,
)
from tests.claims.given import proven

pytestmark = pytest.mark.browser


def message(page: Page, control: str) -> str:
    """What stands beside a control, once it says anything."""
    slot = page.locator(f"#msg-{control}")
    slot.locator(".msg").first.wait_for()
    return slot.inner_text()


def expect_sent(page: Page) -> Claim:
    """The page of a claim just sent: reference, state and due day stand on it."""
    expect(page.get_by_text("Your claim is sent.")).to_be_visible()
    claim = Claim.objects.get(reference=reference_of(page))
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
    expect(page.locator("#step-customer")).to_contain_text("1 to fix")
    leave(page, "Domain or subdomain", "alderfreight.example")
    expect(page.locator("#msg-f-domain")).to_have_text("Alder Freight Lines")
    expect(page.get_by_label("Domain or subdomain")).not_to_have_attribute("aria-invalid", "true")
    fill_person(page, "Customer contact", CUSTOMER_CONTACT)
    page.keyboard.press("Tab")
    expect(page.locator("#step-customer")).to_contain_text("alderfreight.example")
    assert loads == []
    go_on(page, "work")
    fill_work(page)
    go_on(page, "products")
    page.get_by_label("Product", exact=True).select_option("Dynamics 365 Field Service")
    assert message(page, "f-lines-0-subscription_id").startswith("Several subscriptions fit.")
    leave(page, "Subscription ID", sku_of("DYN365_ENTERPRISE_FIELD_SERVICE"))
    expect(page.locator("#msg-f-lines-0-subscription_id")).to_contain_text("This is not a subscription ID.")
    leave(page, "Subscription ID", FIELD_SERVICE)
    expect(page.locator("#msg-f-lines-0-subscription_id .good")).to_contain_text("active, Volume Licensing")
    go_on(page, "proof")
    proven(reference_of(page))
    visit(page, "Review and send", "review")
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
    expect(reviewer.get_by_role("row").filter(has_text=claim.reference)).to_be_visible()
    reviewer.goto(claim.path)  # the desk, which the row leads to, would look for a document that nobody has stored
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
    visit(page, "Review and send", "review")
    page.get_by_role("button", name="Send claim").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("things keep this claim from being sent")
    summary.get_by_role("link", name="Domain or subdomain: domain and tenant ID do not match", exact=True).click()
    on_step(page, "customer")
    expect(page.locator("#msg-f-domain")).to_contain_text("Domain and tenant ID do not match.")
    fill_customer(page, "Without scripts")
    visit(page, "Products", "products")
    fill_products(page)
    page.get_by_role("button", name="Add a product").click()
    page.get_by_role("group", name="Product 2").get_by_label("Product", exact=True).select_option("Dynamics 365 Sales")
    page.get_by_role("button", name="Add a product").click()
    page.get_by_role("group", name="Product 3").get_by_label("Product", exact=True).select_option(
        "Dynamics 365 Finance"
    )
    page.get_by_role("button", name="Back").click()
    on_step(page, "work")
    expect(page.get_by_text("For this activity only")).to_be_hidden()
    fill_work(page)
    go_on(page, "products")
    expect(page.get_by_role("group", name="Product 3")).to_contain_text("Sold by a cloud solution provider")
    page.get_by_role("button", name="Remove product 3").click()
    expect(page.get_by_role("group", name="Product 3")).to_have_count(0)
    go_on(page, "proof")
    proven(reference_of(page))
    page.get_by_role("link", name="Continue").click()
    on_step(page, "review")
    page.get_by_role("button", name="Send claim").click()
    claim = expect_sent(page)
    assert [line.product for line in claim.lines.all()] == ["dynamics-365-field-service", "dynamics-365-sales"]


def test_enter_in_a_field_saves_and_stays_and_never_sends(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    fill_good(page, "To be entered")
    visit(page, "Customer", "customer")
    address = page.url
    page.get_by_label("Claim name").fill("Entered")
    with page.expect_navigation():
        page.get_by_label("Claim name").press("Enter")
    expect(page.get_by_label("Claim name")).to_have_value("Entered")
    assert page.url == address
    claim = Claim.objects.get(name="Entered")
    assert (claim.state, claim.lines.count()) == ("editing", 1)


def test_a_link_of_the_panel_leads_to_a_field_of_another_step(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    leave(page, "Tenant ID", "no GUID")
    settled(page)
    visit(page, "Products", "products")
    page.locator("#checks").get_by_role("link", name="Tenant ID", exact=True).click()
    on_step(page, "customer")
    expect(page.get_by_label("Tenant ID")).to_be_focused()


def test_what_only_one_activity_asks_for_shows_with_it_alone(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    go_on(page, "work")
    page.get_by_label("Business applications: Usage").check()
    expect(page.get_by_label("Solution seller")).to_be_hidden()
    page.get_by_label("Business applications: Revenue association").check()
    expect(page.get_by_label("Solution seller")).to_be_visible()
    page.get_by_label("Microsoft 365: Usage").check()
    settled(page)
    visit(page, "Customer", "customer")
    expect(page.get_by_role("region", name="Technical contact")).to_have_count(0)


def test_a_message_leaves_the_controls_of_its_row_on_one_line(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    fill_customer(page, "Row")
    page.locator("#f-customer_contact-email").fill("maud@elsewhere.example")
    page.locator("#f-customer_contact-name").click()
    message(page, "f-customer_contact-email")
    at = {
        name: page.locator(f"#f-customer_contact-{name}").bounding_box() or {}
        for name in ("name", "title", "email", "language")
    }
    assert at["name"]["y"] == pytest.approx(at["title"]["y"], abs=1)
    assert at["email"]["y"] == pytest.approx(at["language"]["y"], abs=1)
    slot = page.locator("#msg-f-customer_contact-email").bounding_box() or {}
    assert slot["y"] >= at["email"]["y"] + at["email"]["height"]
    assert at["email"]["y"] > at["name"]["y"] + at["name"]["height"]
    rows = page.locator("#s-customer_contact").locator("xpath=ancestor::section").locator(".fields-row")
    gap = rows.evaluate(
        "row => row.querySelector('input').getBoundingClientRect().top"
        " - row.querySelector('label').getBoundingClientRect().bottom"
    )
    assert gap < 12


def test_a_contact_that_another_activity_does_not_need_stays_in_sight_while_it_says_something(
    signed_in: Callable[..., Page],
) -> None:
    page = signed_in(PARTNER)
    begin(page)
    go_on(page, "work")
    contact = page.get_by_role("region", name="Technical contact")
    expect(contact).to_be_hidden()
    page.get_by_label("Business applications: Usage").check()
    contact.get_by_label("Name", exact=True).fill("Owen Tarr")
    page.get_by_label("Microsoft 365: Usage").check()
    expect(contact).to_be_visible()
    contact.get_by_label("Name", exact=True).fill("")
    expect(contact).to_be_hidden()
