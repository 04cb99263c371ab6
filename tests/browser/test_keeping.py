"""What is typed is kept: through closed tabs, two tabs, slow saves and double clicks."""

import re
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from claims.models import Claim, Policy
from cpor import demo
from events.models import Event
from tests.browser.claimant import COLLEAGUE, PARTNER, begin, go_on, leave, on_step, settled, visit
from tests.claims.given import draft
from tests.world import World

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
    expect(again.locator("#saved")).to_contain_text("Last saved")


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
    expect(second.locator("#saved")).to_contain_text("Not saved: this step was changed in another window.")
    second.get_by_role("button", name="Save and continue").click()
    expect(second.get_by_role("alert").first).to_contain_text("Changed in another window")
    expect(second.get_by_label("Claim name")).to_have_value("Of the second")
    assert Claim.objects.get().name == "Of the first"
    go_on(second, "work")
    assert Claim.objects.get().name == "Of the second"


def test_two_tabs_on_different_steps_never_meet(signed_in: Callable[..., Page]) -> None:
    first, second = signed_in(PARTNER), signed_in(COLLEAGUE)
    begin(first)
    second.goto(first.url.replace("customer", "work"))
    leave(first, "Claim name", "Of the first")
    settled(first)
    second.get_by_label("6281940 Rotterdam").check()
    settled(second)
    with first.expect_response(re.compile("/check/$")):  # the page says already that it is saved
        leave(first, "Tenant ID", demo.ALDER)
    go_on(second, "products")
    claim = Claim.objects.get()
    assert (claim.name, claim.tenant_id, claim.mpn_id) == ("Of the first", demo.ALDER, demo.ROTTERDAM)


def test_a_double_click_sends_once(signed_in: Callable[..., Page], live_world: World) -> None:
    page = signed_in(PARTNER)
    page.goto(f"/claims/{draft(live_world, 'jonas.weber')}/edit/review/")
    on_step(page, "review")
    page.get_by_role("button", name="Send claim").dblclick()
    expect(page.get_by_text("Your claim is sent.")).to_be_visible()
    assert Event.objects.filter(kind="claim.submitted").count() == 1


def test_going_on_waits_for_a_field_still_being_saved(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)

    def slowly(route: Route) -> None:
        page.wait_for_timeout(600)
        route.continue_()

    page.route(re.compile("/check/$"), slowly)
    leave(page, "Claim name", "Typed last")
    expect(page.locator("#claim .htmx-request")).to_have_count(1)
    visit(page, "Review and send", "review")
    assert Claim.objects.get().name == "Typed last"
    expect(page.locator(".sent-part").first).to_contain_text("Typed last")


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
    visit(page, "Review and send", "review")
    page.get_by_role("button", name="Send claim").click()
    summary = page.locator(".summary")
    expect(summary).to_be_focused()
    expect(summary).to_be_in_viewport()
    summary.get_by_role("link", name="Tenant ID").click()
    on_step(page, "customer")
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
    assert Policy.objects.update(new_customers_per_hour=1) == 1
    page = signed_in(PARTNER)
    begin(page)
    leave(page, "Tenant ID", demo.ALDER)
    leave(page, "Domain or subdomain", "alderfreight.example")
    settled(page)
    leave(page, "Domain or subdomain", "tamarind-health.example")
    expect(page.get_by_role("heading", name="Checks are paused")).to_be_visible()
    settled(page)
    assert Claim.objects.get().domain == "tamarind-health.example"


def test_a_session_that_ends_is_told_in_words_and_the_next_save_after_a_new_sign_in_works(
    signed_in: Callable[..., Page], troubles: list[str]
) -> None:
    page = signed_in(PARTNER)
    begin(page)
    Session.objects.all().delete()
    leave(page, "Claim name", "Typed too late")
    told = page.locator("#signed-out")
    expect(told).to_contain_text("You have been signed out.")
    expect(page.locator("#saved")).to_have_text("")
    with page.expect_popup() as opened:
        told.get_by_role("link", name="Sign in (opens a new window)").click()
    door = opened.value
    door.get_by_label("E-mail address").fill(PARTNER)
    door.get_by_label("Password").fill(demo.PASSWORD)
    door.get_by_role("button", name="Sign in").click()
    door.get_by_role("button", name="Sign out").wait_for()
    troubles.clear()  # htmx rightly logs the refused request
    leave(page, "Tenant ID", demo.ALDER)
    settled(page)
    expect(told).to_be_empty()
    claim = Claim.objects.get()
    assert (claim.name, claim.tenant_id) == ("Typed too late", demo.ALDER)
    go_on(page, "work")


@pytest.mark.parametrize("scripted", [True, False], ids=["with JavaScript", "without"])
def test_a_button_pressed_after_the_session_ended_loses_nothing(signed_in: Callable[..., Page], scripted: bool) -> None:
    page = signed_in(PARTNER, java_script_enabled=scripted)
    begin(page)
    page.get_by_label("Claim name").press_sequentially("Typed too late")
    Session.objects.all().delete()
    page.get_by_role("button", name="Save and continue").click()
    expect(page.get_by_text("what you typed is kept")).to_be_visible()
    assert Claim.objects.get().name == ""
    page.get_by_label("E-mail address").fill(PARTNER)
    page.get_by_label("Password").fill(demo.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    on_step(page, "customer")
    expect(page.get_by_label("Claim name")).to_have_value("Typed too late")
    expect(page.get_by_text("Not saved yet")).to_be_visible()
    go_on(page, "work")
    assert Claim.objects.get().name == "Typed too late"


def test_the_back_button_shows_what_is_stored_by_now(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    page.get_by_label("Claim name").fill("First")
    go_on(page, "work")
    visit(page, "Customer", "customer")
    page.get_by_label("Claim name").fill("Second")
    go_on(page, "work")
    for _step in range(3):
        page.go_back()
        page.wait_for_timeout(300)  # an old page asks for the new one by itself
    on_step(page, "customer")
    expect(page.get_by_label("Claim name")).to_have_value("Second")
    leave(page, "Claim name", "Third")
    settled(page)
    assert Claim.objects.get().name == "Third"


def test_what_was_saved_says_how_long_ago_and_once_to_who_listens(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    begin(page)
    leave(page, "Claim name", "Depots")
    settled(page)
    age = page.locator("#saved-age")
    expect(age).to_have_text(re.compile(r"Saved \d s ago\."))
    expect(age).to_have_attribute("aria-hidden", "true")
    expect(page.locator("#saved")).to_have_text("Saved just now. You may close this page.")
    leave(page, "Claim name", "Depots of the north")
    expect(age).to_have_text("")
    settled(page)
