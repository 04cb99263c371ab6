"""What is typed is kept: through closed tabs, two tabs, slow saves and double clicks."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from claims.models import Claim, Policy
from cpor import demo
from events.models import Event
from tests.browser.claimant import COLLEAGUE, PARTNER, begin, fill_good, leave, settled

pytestmark = pytest.mark.browser


def test_a_closed_tab_loses_no_field_that_was_left(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    leave(page, "Claim name", "Kept")
    settled(page)
    address = page.url
    page.close()
    again = signed_in(PARTNER)
    again.goto(address)
    expect(again.get_by_label("Claim name")).to_have_value("Kept")


def test_going_elsewhere_loses_nothing_that_is_half_typed(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    address = page.url
    page.get_by_label("Claim name").press_sequentially("Half ty")
    page.get_by_role("link", name="Messages").click()
    page.get_by_role("heading", name="Messages", exact=True).wait_for()
    expect(page).not_to_have_url(address)
    page.wait_for_timeout(300)  # the browser sends what it was left with in its own time
    page.goto(address)
    expect(page.get_by_label("Claim name")).to_have_value("Half ty")


def test_the_second_of_two_tabs_is_told_and_keeps_its_text(signed_in: Callable[..., Page]) -> None:
    first, second = signed_in(PARTNER), signed_in(COLLEAGUE)
    begin(first)
    second.goto(first.url)
    leave(first, "Claim name", "Of the first")
    settled(first)
    leave(second, "Claim name", "Of the second")
    expect(second.locator("#saved")).to_contain_text("Not saved: this draft was changed in another window.")
    second.get_by_role("button", name="Save and check all").click()
    expect(second.get_by_role("alert")).to_contain_text("Changed in another window")
    expect(second.get_by_label("Claim name")).to_have_value("Of the second")
    assert Claim.objects.get().name == "Of the first"
    second.get_by_role("button", name="Save and check all").click()
    expect(second.locator("#saved")).to_contain_text("Saved at")
    assert Claim.objects.get().name == "Of the second"


def test_a_double_click_sends_once(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    fill_good(page)
    page.get_by_role("button", name="Send claim").dblclick()
    expect(page.get_by_text("Your claim is sent.")).to_be_visible()
    assert Event.objects.filter(kind="claim.submitted").count() == 1


def test_sending_waits_for_a_field_still_being_saved(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    fill_good(page)
    settled(page)

    def slowly(route: Route) -> None:
        page.wait_for_timeout(600)
        route.continue_()

    page.route(re.compile("/check/$"), slowly)
    leave(page, "Claim name", "Typed last")
    expect(page.locator("#claim .htmx-request")).to_have_count(1)
    page.get_by_role("button", name="Send claim").click()
    expect(page.get_by_role("heading", name="Typed last")).to_be_visible()
    expect(page.get_by_text("Your claim is sent.")).to_be_visible()


def test_a_save_that_fails_says_so_and_the_next_one_keeps_everything(
    signed_in: Callable[..., Page], troubles: list[str]
) -> None:
    page = signed_in(PARTNER)
    begin(page)
    page.route(re.compile("/check/$"), lambda route: route.abort())
    leave(page, "Claim name", "Offline")
    expect(page.locator("#saved")).to_contain_text("Not saved: the site did not answer.")
    troubles.clear()  # Chromium and htmx rightly log the failed request
    page.unroute(re.compile("/check/$"))
    leave(page, "Tenant ID", demo.ALDER)
    settled(page)
    claim = Claim.objects.get()
    assert (claim.name, claim.tenant_id) == ("Offline", demo.ALDER)


def test_a_check_steals_neither_focus_nor_what_is_being_typed(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    leave(page, "Claim name", "Focus")
    page.keyboard.type("3f1b6a52-half")
    settled(page)
    expect(page.get_by_label("Tenant ID")).to_be_focused()
    expect(page.get_by_label("Tenant ID")).to_have_value("3f1b6a52-half")


def test_a_refused_claim_leads_to_its_error_summary_and_on_to_the_field(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    page.get_by_role("button", name="Send claim").click()
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    summary.get_by_role("link", name="Tenant ID").click()
    expect(page.get_by_label("Tenant ID")).to_be_focused()


def test_a_section_opened_in_the_check_panel_stays_open(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    page.locator("#checks-open summary").click()
    leave(page, "Claim name", "Unfolded")
    settled(page)
    expect(page.locator("#checks-open")).to_have_attribute("open", "")


def test_past_the_limit_of_look_ups_checks_pause_and_what_is_typed_is_still_saved(
    signed_in: Callable[..., Page],
) -> None:
    assert Policy.objects.update(new_customers_per_hour=0) == 1
    page = signed_in(PARTNER)
    begin(page)
    leave(page, "Tenant ID", demo.ALDER)
    leave(page, "Domain or subdomain", "alderfreight.example")
    expect(page.get_by_role("heading", name="Checks are paused")).to_be_visible()
    settled(page)
    assert Claim.objects.get().domain == "alderfreight.example"
