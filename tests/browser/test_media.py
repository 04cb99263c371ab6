"""What a page shows on paper, and to whoever chooses the colours or wants no motion."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from claims.models import Claim
from tests.browser import test_review
from tests.browser.claimant import PARTNER
from tests.browser.test_review import check, judge

at_desk = test_review.at_desk
pytestmark = pytest.mark.browser
Desk = Callable[..., tuple[Page, Claim]]


def colours(page: Page) -> list[str]:
    """Of "Met" and "Not met", whether it keeps the colours of its own, which tell that it is chosen."""
    answers = check(page, "dates").locator("label").all()
    return [str(answer.evaluate("(it) => getComputedStyle(it).forcedColorAdjust")) for answer in answers]


def test_on_paper_a_claim_keeps_what_it_says_and_loses_its_controls(
    at_desk: Desk, signed_in: Callable[..., Page]
) -> None:
    _reviewer, claim = at_desk()
    page = signed_in(PARTNER)
    page.goto(claim.path)
    page.emulate_media(media="print")
    for text in (claim.tenant_id, claim.customer_contact_email, "Dynamics 365 Sales", claim.mpn_id):
        expect(page.locator("main").get_by_text(text).first).to_be_visible()
    expect(page.locator("main").get_by_role("button")).to_have_count(0)
    expect(page.locator(".bar")).to_be_hidden()


def test_who_chooses_the_colours_sees_which_answer_is_chosen(at_desk: Desk) -> None:
    page, _claim = at_desk()
    page.emulate_media(forced_colors="active")
    judge(page, "dates", "Met")
    assert colours(page) == ["none", "auto"]
    judge(page, "dates", "Not met")
    assert colours(page) == ["auto", "none"]
