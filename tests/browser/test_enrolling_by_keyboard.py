"""The operator's admin without a mouse: invites a list, ends an enrolment, opens what is folded."""

import pytest
from playwright.sync_api import Locator, Page, expect

from cpor import demo
from partners.models import Conflict, Enrollment
from tests.browser import test_enrolling
from tests.browser.keyboard import Keyboard

elena = test_enrolling.elena
pytestmark = pytest.mark.browser
CLOSED = "The payout profile names a closed account."


@pytest.fixture
def keys(elena: Page) -> Keyboard:
    return Keyboard(elena)


def button(keys: Keyboard, name: str) -> Locator:
    return keys.page.get_by_role("button", name=name, exact=True)


def link(keys: Keyboard, name: str) -> Locator:
    return keys.page.get_by_role("link", name=name, exact=True)


def field(keys: Keyboard, label: str) -> Locator:
    return keys.page.get_by_role("textbox", name=label)


def state_of(number: str) -> str:
    return Enrollment.objects.get(mpn_id__number=number, program__code="osu-ba").state


def test_a_list_is_invited_as_it_was_shown(keys: Keyboard) -> None:
    keys.page.goto("/operator/enrolments/")
    keys.leave_by(link(keys, "Invite"))
    keys.type_into(keys.page.get_by_role("combobox", name="Programme"), "Usage in Business")
    keys.type_into(field(keys, "MPN IDs"), f"{demo.UTRECHT}\n{demo.ROTTERDAM}")
    keys.tab_to(keys.page.get_by_label("Last day to accept"))
    keys.leave_by(button(keys, "Preview"))
    expect(keys.page.get_by_role("row", name=demo.ROTTERDAM)).to_contain_text("It is enrolled already.")
    keys.leave_by(keys.page.get_by_role("button", name="Invite 1 MPN ID to Usage in Business applications"), "Space")
    expect(keys.page.get_by_role("status").get_by_text("1 MPN ID is invited to")).to_be_visible()
    assert state_of(demo.UTRECHT) == "invited"


def test_an_enrolment_is_ended_once_its_reason_is_given(keys: Keyboard) -> None:
    keys.page.goto("/operator/enrolments/?show=all")
    keys.reads_the_sheet_of_keys()
    keys.page.keyboard.press("j")
    expect(keys.page.locator("td .cover").first).to_be_focused()
    keys.leave_by(keys.page.get_by_role("row", name=demo.MADRID).filter(has_text="Business").get_by_role("link"))
    keys.leave_by(link(keys, "End…"))
    keys.leave_by(button(keys, "End the enrolment"))
    expect(keys.page.get_by_text("Say why: the company reads it.")).to_be_visible()
    expect(field(keys, "Reason")).to_be_focused()
    assert state_of(demo.MADRID) == "active"
    keys.page.keyboard.type(CLOSED)
    keys.leave_by(button(keys, "End the enrolment"))
    expect(keys.page.get_by_role("status").get_by_text("The enrolment has ended")).to_be_visible()
    assert state_of(demo.MADRID) == "ended"


def test_who_thinks_again_leaves_an_enrolment_as_it_is(keys: Keyboard) -> None:
    enrolled = Enrollment.objects.get(mpn_id__number=demo.MADRID, program__code="osu-ba")
    keys.page.goto(f"/operator/enrolments/{enrolled.pk}/end/")
    keys.leave_by(link(keys, "Leave it as it is"))
    assert state_of(demo.MADRID) == "active"


def test_what_is_folded_is_opened_filled_in_and_kept(keys: Keyboard) -> None:
    keys.page.goto("/operator/people/")
    keys.leave_by(link(keys, "Nadia Okafor"))
    fold, company = keys.page.locator("summary"), keys.page.get_by_role("combobox", name="Company")
    keys.press(fold)
    expect(company).to_be_visible()
    keys.page.keyboard.press("Enter")
    expect(company).to_be_hidden()
    keys.page.keyboard.press("Space")
    keys.type_into(company, demo.HALDEN)
    keys.tab_to(keys.page.get_by_role("combobox", name="Why"))
    keys.page.keyboard.press("ArrowDown")
    keys.leave_by(button(keys, "Record the conflict"))
    expect(keys.page.get_by_role("row", name=demo.HALDEN)).to_be_visible()
    assert Conflict.objects.get().partner.name == demo.HALDEN
