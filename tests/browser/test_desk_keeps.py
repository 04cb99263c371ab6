"""What a reviewer has done at the desk is not lost by how they move on."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from claims.models import Claim
from tests.browser import test_review
from tests.browser.test_review import FIELD, check, cite, judge, own_cites, states, turn_to, verdicts

at_desk = test_review.at_desk
pytestmark = pytest.mark.browser
Desk = Callable[..., tuple[Page, Claim]]
WORDS = "What the partner will read"


def test_after_a_refused_approval_the_next_page_is_the_next_page(at_desk: Desk) -> None:
    page, _claim = at_desk()
    page.locator(".tabs").get_by_role("link", name=FIELD).click()
    page.get_by_role("button", name="Approve this product").click()
    expect(page.locator(".alert")).to_contain_text("Not approved yet.")
    expect(page.locator(".alert li")).to_have_count(5)
    judge(page, "dates", "Met")
    expect(page.locator(".alert li.done")).to_contain_text("Dates")
    check(page, "dates").get_by_role("button", name="Do not cite").click()
    expect(page.locator(".alert li.done")).to_have_count(0)
    cite(page, "dates", 1)
    for done, requirement in enumerate(("acknowledged", "work", "product", "belongs"), 1):
        expect(page.locator(".alert li.done")).to_have_count(done)
        expect(page.locator(".alert.bad")).to_have_count(1)
        judge(page, requirement, "Met")
    expect(page.locator(".alert li.done")).to_have_count(5)
    expect(page.locator(".alert.bad")).to_have_count(0)
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".alert")).to_have_count(0)
    expect(page.locator(".turning")).to_contain_text("Page 2 of 3")
    expect(page.get_by_role("heading", name=f"Draft for {FIELD}")).to_be_visible()


def test_words_stand_where_the_page_is_turned_at_once(at_desk: Desk) -> None:
    page, _claim = at_desk()
    page.get_by_label(WORDS).press_sequentially("Who signed?")
    turn_to(page, 2)
    expect(page.get_by_label(WORDS)).to_have_value("Who signed?")


def test_words_that_are_pasted_are_kept(at_desk: Desk) -> None:
    page, _claim = at_desk()
    page.get_by_label(WORDS).fill("Pasted by the mouse")
    expect(page.locator("#saved")).to_contain_text("not sent")


def test_going_back_takes_away_no_citation(at_desk: Desk) -> None:
    page, claim = at_desk()
    turn_to(page, 2)
    cite(page, "work", 2)
    page.go_back()
    expect(own_cites(page, "work")).to_have_count(1)
    with page.expect_response("**/review/line/"):
        judge(page, "product", "Met")
    expect(page.locator("#checked")).to_have_text("2 of 5 checked")
    assert set(verdicts(claim, "dynamics-365-sales")) == {"work", "product"}


def test_what_another_window_cited_is_not_taken_away(at_desk: Desk) -> None:
    page, claim = at_desk()
    other = page.context.new_page()
    other.goto(page.url)
    cite(page, "work", 1)
    judge(other, "product", "Met")
    expect(other.get_by_text("another window has kept something else")).to_be_visible()
    assert set(verdicts(claim, "dynamics-365-sales")) == {"work"}
    other.reload()
    with other.expect_response("**/review/line/"):
        judge(other, "product", "Met")
    assert set(verdicts(claim, "dynamics-365-sales")) == {"work", "product"}


@pytest.mark.parametrize("typed", [False, True])
def test_a_claim_that_left_ones_hands_is_told_so_and_what_was_typed_stays(at_desk: Desk, typed: bool) -> None:
    page, _claim = at_desk()
    Claim.objects.update(state="action_required")
    page.get_by_label(WORDS).press_sequentially("Who signed?")
    if not typed:
        judge(page, "product", "Met")
    expect(page.locator("#saved")).to_contain_text("Nothing was kept")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_label(WORDS)).to_have_value("Who signed?")


def test_who_is_signed_out_is_told_that_nothing_is_kept(at_desk: Desk, troubles: list[str]) -> None:
    page, _claim = at_desk()
    page.context.clear_cookies()
    with page.expect_response("**/review/line/"):
        judge(page, "product", "Met")
    expect(page.locator("main")).to_contain_text("signed out")
    troubles.clear()


def test_citing_keeps_the_page_where_it_is_and_the_focus_on_what_was_pressed(at_desk: Desk) -> None:
    page, claim = at_desk()
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    page.mouse.wheel(0, 150)
    page.wait_for_function("() => scrollY > 0")
    before = page.evaluate("() => scrollY")
    view = check(page, "work").get_by_role("button", name="Cite the page in view")
    view.press("Enter")
    expect(own_cites(page, "work")).to_have_count(1)
    expect(view).to_be_focused()
    expect(check(page, "work").get_by_label("Met", exact=True)).to_be_checked()
    expect(page.locator("#checked")).to_have_text("1 of 5 checked")
    check(page, "work").get_by_role("button", name="Do not cite").press("Enter")
    expect(own_cites(page, "work")).to_have_count(0)
    expect(page.locator("#checked")).to_have_text("0 of 5 checked")
    expect(check(page, "work").get_by_text("Cite a page that shows it.")).to_be_visible()
    check(page, "work").get_by_role("button", name="Cite A p. 1 for").press("Enter")
    expect(check(page, "work").get_by_role("button", name="Do not cite A p. 1")).to_be_focused()
    assert (loads, page.evaluate("() => scrollY")) == ([], before)
    assert verdicts(claim, "dynamics-365-sales") == {"work": (True, ["1"])}


def test_citing_in_several_rows_at_once_loses_none(at_desk: Desk) -> None:
    page, claim = at_desk()
    for requirement in ("acknowledged", "dates", "work", "product", "belongs"):
        check(page, requirement).get_by_role("button", name="Cite the page in view").click(no_wait_after=True)
    expect(page.locator("#checked")).to_have_text("5 of 5 checked")
    assert len(verdicts(claim, "dynamics-365-sales")) == 5


def test_met_brings_its_page_and_a_taken_away_page_leaves_the_focus_in_its_row(at_desk: Desk) -> None:
    page, _claim = at_desk()
    turn_to(page, 2)
    judge(page, "belongs", "Met")
    expect(own_cites(page, "belongs")).to_have_count(1)
    expect(page.locator("#checked")).to_have_text("1 of 5 checked")
    check(page, "belongs").get_by_role("button", name="Do not cite").press("Enter")
    expect(own_cites(page, "belongs")).to_have_count(0)
    expect(check(page, "belongs").get_by_role("button", name="Cite the page in view")).to_be_focused()


def test_words_that_were_made_taller_by_hand_are_drafted_anew_without_a_style_in_the_page(at_desk: Desk) -> None:
    page, _claim = at_desk()
    page.get_by_label(WORDS).evaluate("(it) => { it.style.height = '300px'; }")  # as a browser does by its handle
    judge(page, "product", "Not met")
    expect(page.get_by_role("combobox", name="Reason")).to_be_visible()  # and the policy forbade nothing: `troubles`


def test_what_nobody_has_taken_looks_as_if_it_could_not_be_pressed(at_desk: Desk) -> None:
    page, claim = at_desk()
    style = "(it) => [getComputedStyle(it).backgroundColor, getComputedStyle(it).cursor]"
    met = check(page, "dates").locator("label.yes")
    free = met.evaluate(style)
    page.get_by_role("button", name="Give back").click()
    page.goto(f"{claim.path}review/")
    expect(page.get_by_text("Take the claim to check it.")).to_be_in_viewport()
    assert met.evaluate(style)[1] == "not-allowed"
    assert met.evaluate(style)[0] != free[0]


def test_a_long_name_and_a_decision_leave_every_tab_whole(at_desk: Desk) -> None:
    page, claim = at_desk(viewport={"width": 1440, "height": 900})
    claim.lines.filter(product="dynamics-365-field-service").update(state="rejected", reason="product_not_named")
    page.reload()
    tabs = page.get_by_role("navigation", name="Parts of the review").get_by_role("link")
    expect(tabs).to_have_count(4)
    expect(tabs.nth(1)).to_have_accessible_name(f"{FIELD} · Refused")
    side = page.locator(".desk-side").bounding_box()
    for tab in tabs.all():
        box = tab.bounding_box()
        assert box["x"] + box["width"] <= side["x"] + side["width"]
        assert tab.evaluate("(it) => it.scrollWidth <= it.clientWidth")


def test_five_times_met_in_a_hurry_are_approved_and_the_next_claim_is_offered(at_desk: Desk) -> None:
    page, claim = at_desk()
    claim.lines.filter(product="dynamics-365-field-service").update(state="rejected", reason="product_not_named")
    page.reload()
    for requirement in ("acknowledged", "dates", "work", "product", "belongs"):
        judge(page, requirement, "Met")
    page.get_by_role("button", name="Approve this product").click()
    page.get_by_role("button", name="Approve, and tell the partner").click()
    expect(page.get_by_text("is approved, and the partner is told.")).to_be_visible()
    expect(page.get_by_role("button", name="Take next")).to_be_visible()
    expect(page.get_by_role("status").get_by_role("link", name="Claims")).to_be_visible()


def test_a_requirement_judged_anew_takes_the_question_away(at_desk: Desk) -> None:
    page, claim = at_desk()
    for requirement in ("acknowledged", "dates", "work", "product", "belongs"):
        judge(page, requirement, "Met")
    page.get_by_role("button", name="Approve this product").click()
    expect(page.locator("#sure")).to_be_focused()
    judge(page, "dates", "Not met")
    expect(page.locator("#sure")).to_have_count(0)
    expect(page.get_by_label("Reason")).to_have_value("dates_missing_or_old")
    assert states(claim) == ["open", "open"]


def test_another_reason_is_asked_about_anew(at_desk: Desk) -> None:
    page, claim = at_desk()
    judge(page, "dates", "Not met")
    judge(page, "product", "Not met")
    page.get_by_role("button", name="Refuse this product").click()
    expect(page.locator("#sure")).to_contain_text("Dates are missing or too old")
    page.get_by_label("Reason").select_option("product_not_named")
    expect(page.locator("#sure")).to_have_count(0)
    page.get_by_role("button", name="Refuse this product").click()
    expect(page.locator("#sure")).to_contain_text("The product is not named")
    page.get_by_role("button", name="Refuse, and tell the partner").click()
    expect(page.get_by_text("is refused, and the partner is told why.")).to_be_visible()
    assert claim.lines.order_by("position")[0].reason == "product_not_named"
