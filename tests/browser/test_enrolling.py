"""An MPN ID is invited, accepted, found valid and claims; what renews and what an end touches; a leaver's work."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from claims.calendars import today_of
from cpor import demo
from partners.models import Enrollment, OperatorRole, Program, User
from tests.arbitration.given import filed, firms, held_by
from tests.browser.claimant import (
    PARTNER,
    REVIEWER,
    begin,
    fill_customer,
    fill_products,
    fill_work,
    go_on,
    reference_of,
    visit,
)
from tests.browser.test_every_page import fits
from tests.claims.given import SERVICE, proven, sent, stored
from tests.claims.test_take import NADIA, take
from tests.world import World

pytestmark = pytest.mark.browser
ADMIN, GLOBAL_ADMIN, LEAD = (
    "elena.ruiz@northgate.example",
    "tomas.reyes@haldencloud.example",
    "samuel.lind@northgate.example",
)


@pytest.fixture
def elena(signed_in: Callable[..., Page]) -> Page:
    """The window of the operator's admin, whom the demo's imports do not make."""
    user = User.objects.create_user(ADMIN, name="Elena Ruiz")
    OperatorRole.objects.create(user=user, role=OperatorRole.Role.ADMIN)
    return signed_in(ADMIN)


def fill_with_utrecht(page: Page) -> None:
    """A draft that every rule lets pass, but for its MPN ID, which is enrolled nowhere."""
    begin(page)
    fill_customer(page, "Field Service roll-out")
    go_on(page, "work")
    fill_work(page, "6281941 Utrecht")
    go_on(page, "products")
    fill_products(page)
    go_on(page, "proof")
    proven(reference_of(page))
    visit(page, "Review and send", "review")


def invite_utrecht(page: Page) -> None:
    """The admin looks at what becomes of a list, and invites as it was shown."""
    page.goto("/operator/enrolments/")
    page.get_by_role("link", name="Invite", exact=True).click()
    page.get_by_label("Programme").select_option("osu-ba")
    page.get_by_label("MPN IDs").fill(f"{demo.UTRECHT}\n{demo.ROTTERDAM}")
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("row", name=demo.UTRECHT)).to_contain_text("Will be invited")
    expect(page.get_by_role("row", name=demo.ROTTERDAM)).to_contain_text("It is enrolled already.")
    fits(page)
    page.get_by_role("button", name="Invite 1 MPN ID").click()
    expect(page.get_by_text("Business applications. 1 line was left out.")).to_be_visible()


def test_from_an_invitation_to_a_programme_to_the_claim_that_it_lets_pass(
    elena: Page, signed_in: Callable[..., Page]
) -> None:
    Program.objects.filter(code="osu-ba").update(by_invitation=True)
    jonas, tomas = signed_in(PARTNER), signed_in(GLOBAL_ADMIN)
    fill_with_utrecht(jonas)
    jonas.get_by_role("button", name="Send claim").click()
    expect(jonas.locator(".summary")).to_contain_text("this MPN ID is not enrolled")
    reference = reference_of(jonas)
    jonas.get_by_role("link", name="Enrolment").last.click()
    jonas.locator(f'a[href="/enrolment/{demo.UTRECHT}/osu-ba/"]').first.click()
    expect(jonas.locator("main")).to_contain_text("One enrols in this programme by invitation of the operator.")
    expect(jonas.locator("main")).to_contain_text("Tomas Reyes")
    fits(jonas)
    jonas.get_by_role("link", name="Ask for an invitation").click()
    expect(jonas.get_by_role("region", name="What is sent")).to_contain_text("mpn_not_enrolled")
    expect(jonas.get_by_role("region", name="What is sent")).to_contain_text(f"/enrolment/{demo.UTRECHT}/osu-ba/")
    jonas.get_by_role("button", name="Send to support").click()
    jonas.get_by_role("heading", name="Support has your question").wait_for()

    invite_utrecht(elena)

    tomas.goto("/enrolment/")
    fits(tomas)
    tomas.get_by_role("link", name="Open the invitation").click()
    tomas.get_by_role("button", name="Accept").click()
    tomas.get_by_text("You have accepted. The operator validates the enrolment next.").wait_for()
    fits(tomas)

    elena.goto("/operator/enrolments/")
    elena.get_by_role("link", name="6281941 Utrecht").click()
    elena.get_by_role("button", name="Begin the validation").click()
    elena.get_by_text("The validation of 6281941 has begun.").wait_for()
    fits(elena)
    elena.get_by_role("button", name="Approve the enrolment").click()
    elena.get_by_text("6281941 is enrolled, and its company is told.").wait_for()
    fits(elena)

    jonas.goto(f"/claims/{reference}/edit/review/")
    jonas.get_by_role("button", name="Send claim").click()
    expect(jonas.get_by_text("Your claim is sent.")).to_be_visible()


def last_day_of_the_year() -> None:
    """Rotterdam is enrolled to the end of the fiscal year, Lyon asked not to go on, Madrid is suspended."""
    now = timezone.now()
    program = Program.objects.get(code="osu-ba")
    rows = Enrollment.objects.filter(program=program)
    rows.filter(mpn_id__number__in=[demo.ROTTERDAM, demo.LYON]).update(until=program.year_end(today_of(now)))
    rows.filter(mpn_id__number=demo.LYON).update(renews=False)
    rows.filter(mpn_id__number=demo.MADRID).update(state="suspended", suspended_at=now)
    rows.filter(mpn_id__number=demo.LISBON).update(until=program.year_end(today_of(now)) + timedelta(days=1))


def test_who_is_renewed_and_what_an_end_touches_is_seen_before_it_is_done(elena: Page, live_world: World) -> None:
    halden, _brightwater = firms(live_world, 2)
    held, waits = held_by(live_world, halden), filed(live_world, halden, lines=[SERVICE])
    last_day_of_the_year()
    elena.goto("/operator/programmes/")
    fits(elena)
    row = elena.get_by_role("row", name="osu-ba")
    row.get_by_role("link", name="Renewal").click()
    expect(elena.get_by_role("region", name="To be renewed", exact=True)).to_contain_text("6281940 Rotterdam")
    others = elena.get_by_role("region", name="Nothing to renew")
    for number, why in (
        (demo.LYON, "The company asked not to be renewed."),
        (demo.MADRID, "It is suspended. Resume it first."),
        (demo.LISBON, "It goes on already, until"),
    ):
        expect(others.get_by_role("row", name=number)).to_contain_text(why)
    fits(elena)
    elena.get_by_role("button", name="Renew 1 enrolment").click()
    elena.get_by_text("1 enrolment is renewed.").wait_for()
    expect(elena.get_by_role("region", name="To be renewed", exact=True)).to_contain_text(
        "Nobody is left to be renewed."
    )

    elena.get_by_role("link", name="6281940 Rotterdam").click()
    elena.get_by_role("link", name="End…", exact=True).click()
    expect(elena.get_by_role("region", name="Open claims")).to_contain_text(waits)
    expect(elena.get_by_role("region", name="Open claims")).not_to_contain_text(held)
    expect(elena.get_by_role("region", name="Associations")).to_contain_text("Dynamics 365 Sales")
    expect(elena.get_by_role("region", name="Associations")).to_contain_text(held)
    fits(elena)
    elena.get_by_role("button", name="End the enrolment").click()
    elena.get_by_text("Say why: the company reads it.").wait_for()
    elena.get_by_label("Reason").fill("The payout profile names a closed account.")
    elena.get_by_role("button", name="End the enrolment").click()
    elena.get_by_text("The enrolment has ended, and its company is told why.").wait_for()
    assert stored(waits).state == "submitted"


def test_a_lead_gives_a_leavers_work_to_somebody_else(
    elena: Page, signed_in: Callable[..., Page], live_world: World
) -> None:
    nadia, pieter, samuel = signed_in(REVIEWER), signed_in("pieter.vos@northgate.example"), signed_in(LEAD)
    claims = {sent(live_world, "jonas.weber"), sent(live_world, "jonas.weber", lines=[SERVICE])}
    for reference in claims:
        assert take(live_world, NADIA, reference).status_code == 200

    elena.goto("/operator/people/")
    elena.get_by_role("link", name="Nadia Okafor").click()
    expect(elena.get_by_role("region", name="In hand")).to_contain_text("2 claims")
    elena.get_by_role("link", name="Dismiss…").click()
    fits(elena)
    elena.get_by_role("button", name="Dismiss them").click()
    expect(elena.get_by_text("They are dismissed, and signed out everywhere.")).to_be_visible()
    nadia.goto("/review/")
    nadia.get_by_text("This account is closed").wait_for()

    samuel.goto("/messages/")
    samuel.get_by_role("link", name=re.compile("Nadia Okafor")).first.click()
    samuel.get_by_role("heading", name="What Nadia Okafor gave back").wait_for()
    for reference in claims:
        expect(samuel.get_by_role("row", name=reference)).to_be_visible()
    fits(samuel)
    samuel.get_by_label("Where nobody is chosen, give to").select_option("Pieter Vos")
    samuel.get_by_role("button", name="Give them on").click()
    samuel.get_by_text("2 claims are given on, and who has them now is told.").wait_for()

    pieter.goto("/messages/")
    for reference in claims:
        expect(pieter.locator("main")).to_contain_text(reference)
        assert str(stored(reference).reviewer) == "Pieter Vos"
