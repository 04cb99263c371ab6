"""The whole way of a claim by keyboard alone: begun in one browser, proved and sent in another."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from claims.actions.inspections import inspect_due
from claims.models import Claim
from cpor import demo
from tests.browser.claimant import (
    CUSTOMER_CONTACT,
    FIELD_SERVICE,
    PARTNER,
    TECHNICAL_CONTACT,
    begin,
    on_step,
    reference_of,
)
from tests.browser.keyboard import Keyboard

pytestmark = pytest.mark.browser


def button(keys: Keyboard, name: str) -> Locator:
    return keys.page.get_by_role("button", name=name, exact=True)


def field(keys: Keyboard, label: str) -> Locator:
    return keys.page.get_by_role("textbox", name=label)


def test_a_claim_is_begun_in_one_browser_and_proved_and_sent_in_another(
    signed_in: Callable[..., Page], five: list[Path]
) -> None:
    office = Keyboard(signed_in(PARTNER))
    office.page.goto("/claims/")
    office.leave_by(button(office, "New claim"))
    on_step(office.page, "customer")
    reference = reference_of(office.page)
    fill_in(office)
    office.leave_by(button(office, "Save and continue"))
    on_step(office.page, "work")
    office.page.context.close()

    home = Keyboard(signed_in(PARTNER))
    home.page.goto("/claims/")
    home.leave_by(home.page.get_by_role("link", name="By keyboard", exact=True))
    on_step(home.page, "work")
    home.press(home.page.get_by_role("radio", name="Business applications: Presales"), "ArrowDown")
    expect(home.page.get_by_role("radio", name="Business applications: Usage")).to_be_checked()
    fill_in_person(home, "Technical contact", TECHNICAL_CONTACT)
    rotterdam = home.page.get_by_role("radio", name="6281940 Rotterdam")
    home.press(rotterdam, "Space")
    expect(rotterdam).to_be_checked()
    home.leave_by(button(home, "Save and continue"))
    on_step(home.page, "products")
    home.type_into(home.page.get_by_role("combobox", name="Product"), "Dynamics 365 Field")
    home.type_into(field(home, "Subscription ID"), FIELD_SERVICE)
    home.leave_by(button(home, "Save and continue"))
    on_step(home.page, "proof")
    add_and_clear(home, five)
    mark(home)
    home.leave_by(home.page.get_by_role("link", name="Continue", exact=True))
    on_step(home.page, "review")
    home.tab_to(button(home, "Send claim"))
    assert Claim.objects.get().state == "editing"  # a button that has the focus is not yet pressed
    home.page.keyboard.press("Space")

    expect(home.page.get_by_text("Your claim is sent.")).to_be_visible()
    assert Claim.objects.get(reference=reference).evidence.filter(scan="clean").count() == 3


def fill_in(office: Keyboard) -> None:
    """The first step."""
    office.type_into(field(office, "Claim name"), "By keyboard")
    office.type_into(field(office, "Tenant ID"), demo.ALDER)
    office.type_into(field(office, "Domain or subdomain"), "alderfreight.example")
    fill_in_person(office, "Customer contact", CUSTOMER_CONTACT)


def fill_in_person(keys: Keyboard, section: str, values: tuple[str, str, str]) -> None:
    """Name, title and address of a person."""
    person = keys.page.get_by_role("region", name=section)
    for label, value in zip(("Name", "Job title", "E-mail address"), values, strict=True):
        keys.type_into(person.get_by_role("textbox", name=label, exact=True), value)


def add_and_clear(home: Keyboard, five: list[Path]) -> None:
    """Five files, of which two are refused and taken off."""
    with home.page.expect_file_chooser() as chosen:  # from before the way there: the browser takes a while to listen
        home.press(button(home, "Choose files"), "Space")
    chosen.value.set_files(five)
    expect(home.page.locator("#documents li")).to_have_count(4)
    assert inspect_due(now=timezone.now()) == 4
    expect(home.page.locator("#documents li").filter(has_text="Invoice.pdf")).to_contain_text("It holds scripts.")
    home.press(button(home, "Dismiss"))
    expect(home.page.locator("#uploads li")).to_have_count(0)
    home.leave_by(button(home, "Remove Invoice.pdf"))
    expect(home.page.locator("#documents li")).to_have_count(3)


def mark(home: Keyboard) -> None:
    """The first document shows all that the one product needs, which is ticked already."""
    home.press(home.page.get_by_role("combobox", name="Document"), "ArrowDown")
    home.type_into(field(home, "Pages"), "1")
    shows = home.page.get_by_role("group", name="What do they show?").get_by_role("checkbox")
    for requirement in range(4):
        home.press(shows.nth(requirement), "Space")
    home.leave_by(button(home, "Mark"))
    expect(home.page.locator(".coverage tfoot td")).to_have_text("4 of 4")


def test_on_a_telephone_no_bar_lies_on_what_has_the_focus(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER, viewport={"width": 390, "height": 700})
    keys = Keyboard(page)
    begin(page)
    stops = keys.walk()
    assert [stop for stop in stops if stop.startswith("input")][:2] == ["input Claim name", "input Tenant ID"]
    assert "a See checks" in stops


def test_the_focus_stays_where_it_is_in_the_panel_of_checks_as_its_figures_come(
    signed_in: Callable[..., Page],
) -> None:
    page = signed_in(PARTNER)
    keys = Keyboard(page)
    begin(page)
    panel = page.get_by_role("complementary", name="Checks so far")
    leave_slowly(keys, "Tenant ID", "no GUID", panel.get_by_text("1 passed"))
    link = panel.get_by_role("link", name="Tenant ID", exact=True)
    leave_slowly(keys, "Claim name", "Two", link)
    with keys.quicker_than("**/check/"):
        keys.type_into(field(keys, "Tenant ID"), demo.ALDER)
        keys.tab_to(link)
    expect(panel).to_be_focused()  # what it led to is mended, and the link is gone
    keys.sees_the_focus()


def leave_slowly(keys: Keyboard, label: str, text: str, goal: Locator) -> None:
    """Types into a field, and is in the panel before the site has answered; what was in focus there still is."""
    with keys.quicker_than("**/check/"):
        keys.type_into(field(keys, label), text)
        keys.tab_to(goal)
    expect(keys.page.locator("#saved")).to_contain_text("Saved just now.")
    expect(goal).to_be_focused()


def test_what_has_the_focus_stays_in_sight_as_words_appear_above_it(signed_in: Callable[..., Page]) -> None:
    keys = Keyboard(signed_in(PARTNER, viewport={"width": 1440, "height": 700}))
    begin(keys.page)
    person = keys.page.get_by_role("region", name="Customer contact")
    with keys.quicker_than("**/check/"):
        keys.type_into(person.get_by_role("textbox", name="E-mail address", exact=True), "no address")
        button(keys, "Save and continue").evaluate("(it) => it.scrollIntoView({ block: 'end' })")
        keys.tab_to(button(keys, "Save and continue"))
    expect(person.get_by_text("This is not an e-mail address.", exact=True)).to_be_visible()
    keys.sees_the_focus()


def test_what_was_pressed_stays_under_the_pointer_as_words_appear_above_it(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    page.goto(f"/claims/{begin(page)}/edit/work/")
    page.get_by_label("Business applications: Usage").check()
    expect(page.locator("#saved")).to_contain_text("Saved just now.")
    utrecht = page.get_by_label("6281941 Utrecht")
    utrecht.scroll_into_view_if_needed()
    place = "(it) => Math.round(it.getBoundingClientRect().top)"
    before = utrecht.evaluate(place)
    utrecht.click()
    expect(page.locator("#msg-f-mpn_id .bad")).to_be_visible()
    page.wait_for_timeout(200)  # the browser's own anchoring comes a frame later
    assert utrecht.evaluate(place) == before
