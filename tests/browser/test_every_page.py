"""Every page at every width: nothing sticks out, axe finds nothing, the content security policy has nothing to forbid."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Page

from arbitration.models import Fact, FactKind, Side
from arbitration.reports.counting import count_reports, tally
from claims.models import Claim
from cpor import demo
from cpor.gallery.views import ERRORS
from events.models import Event
from partners.models import Enrollment, OperatorRole, Partner
from scripts.accessibility import faults
from tests.browser.claimant import PARTNER, REVIEWER, begin, fill_good, go_on, on_step, visit
from tests.claims.given import sent
from tests.world import World

pytestmark = pytest.mark.browser
WIDTHS = (320, 390, 768, 1024, 1440)
# What reaches past the right edge of the page and does not scroll in a box of its own.
STICKS_OUT = """() => {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  return [...document.querySelectorAll("body *")]
    .filter((node) => node.getBoundingClientRect().right > innerWidth + 0.5)
    .map((node) => node.tagName + "." + node.className);
}"""


def fits(page: Page) -> None:
    """Fails with the page, the width and whatever is wider than the page, or with what axe finds in either scheme."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert (page.url, width, page.evaluate(STICKS_OUT)) == (page.url, width, [])
    assert (page.url, faults(page)) == (page.url, [])


def a_month_of_work(world: World) -> None:
    """What reports count, of all kinds, so that all of them draw something."""
    claim, nadia = Claim.objects.get(submitted_at__isnull=False), world.person("nadia.okafor")
    count_reports(now=timezone.now())
    days = (claim.submitted_at.date(), claim.submitted_at.date() - timedelta(days=1))
    Fact.objects.bulk_create(
        Fact(claim=claim, partner=claim.partner, reviewer=nadia, work=1, kind=kind, value=value, side=side, day=day)
        for day in days
        for kind in FactKind
        for value in (1, 2, 3)
        for side in Side
    )
    for day in days:
        tally(day.replace(day=1), days[0])


def test_pages_before_signing_in(window: Callable[..., Page]) -> None:
    page = window()
    for path in ("/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"):
        page.goto(path)
        fits(page)
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill(PARTNER)
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    fits(page)


def test_pages_of_a_partner(signed_in: Callable[..., Page]) -> None:
    page = signed_in(PARTNER)
    own = [f"/accounts/{name}/" for name in ("security", "tokens", "2fa/app", "passkeys/add", "password/change")]
    for path in (
        "/claims/",
        "/messages/",
        "/help/",
        "/help/?q=subscription",
        "/help/?q=nothing-has-this",
        *own,
        "/claims/CP-0000-0000/",
        "/review/",
    ):
        page.goto(path)
        fits(page)
    begin(page)
    fits(page)
    for step in ("work", "products", "proof"):
        go_on(page, step)
        fits(page)
        if step == "products":
            page.get_by_label("Product", exact=True).select_option("Teams Phone")
            page.get_by_role("button", name="Add a product").click()
            page.get_by_role("group", name="Product 2").wait_for()
            fits(page)
    visit(page, "Review and send", "review")
    fits(page)
    page.get_by_role("button", name="Send claim").click()
    page.locator(".summary").wait_for()
    fits(page)
    page.get_by_role("link", name="Delete draft").click()
    page.get_by_role("link", name="Keep it").wait_for()
    fits(page)
    page.get_by_role("link", name="Keep it").click()
    on_step(page, "customer")
    fill_good(page, "A name as long as a name may be " + "unbreakable" * 7)
    fits(page)
    page.get_by_role("button", name="Send claim").click()
    page.get_by_text("Your claim is sent.").wait_for()
    fits(page)
    page.get_by_role("link", name="Change", exact=True).first.click()
    page.wait_for_url("**/edit/**")
    fits(page)
    page.goto("/claims/")
    fits(page)
    page.goto("/messages/")
    fits(page)


def test_pages_of_a_reviewer(signed_in: Callable[..., Page], live_world: World) -> None:
    page = signed_in(REVIEWER)
    page.goto("/review/")
    fits(page)
    reference = sent(live_world, "jonas.weber")
    page.goto("/review/")
    fits(page)
    page.goto(f"/claims/{reference}/")
    page.get_by_label("Write a comment").fill("x" * 300)
    page.get_by_role("button", name="Send comment").click()
    page.locator(".thread").wait_for()
    fits(page)


def test_pages_of_who_keeps_a_team(signed_in: Callable[..., Page]) -> None:
    page = signed_in("tomas.reyes@haldencloud.example")
    page.goto("/")
    page.get_by_role("heading", name="Nothing needs you").wait_for()
    fits(page)
    page.goto("/team/")
    fits(page)
    page.get_by_role("link", name="Jonas Weber").click()
    page.get_by_role("button", name="Save these roles").wait_for()
    fits(page)
    page.get_by_role("link", name="Remove from the team").click()
    page.get_by_role("link", name="Back", exact=True).wait_for()
    fits(page)
    page.goto("/team/invite/")
    page.get_by_label("E-mail address").fill("nobody@haldencloud.example")
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_text("Choose at least one role").wait_for()
    fits(page)


def test_pages_of_an_admin_of_the_operator(signed_in: Callable[..., Page], live_world: World) -> None:
    OperatorRole.objects.create(user=live_world.person("samuel.lind"), role=OperatorRole.Role.ADMIN)
    page = signed_in("samuel.lind@northgate.example")
    page.goto("/operator/people/")
    fits(page)
    page.get_by_role("link", name="Pieter Vos").click()
    page.locator("summary").click()
    fits(page)
    page.goto(f"{page.url}dismiss/")
    fits(page)
    page.goto("/operator/people/invite/")
    fits(page)


def test_pages_of_a_lead(signed_in: Callable[..., Page], live_world: World) -> None:
    page = signed_in("samuel.lind@northgate.example")
    page.goto("/operator/reports/")
    fits(page)
    assert not page.get_by_label("From", exact=True).is_visible()
    page.get_by_label("Period", exact=True).select_option("custom")
    assert page.get_by_label("From", exact=True).is_visible()
    page.goto("/operator/reports/")
    sent(live_world, "jonas.weber")
    a_month_of_work(live_world)
    for by in ("Reviewers", "Partners", "Solution areas", "Activities"):
        page.get_by_label("Compare", exact=True).select_option(by)
        page.get_by_role("button", name="Show").click()
        page.get_by_role("heading", name=f"{by} side by side").wait_for()
        fits(page)
    with page.expect_download() as taken:
        page.locator("#outcomes").get_by_role("link", name="CSV").click()
    assert taken.value.suggested_filename.startswith("outcomes-")
    page.get_by_label("Partner", exact=True).fill("Nobody at all")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("No company is called this").wait_for()
    fits(page)


def test_pages_of_the_enrolment_desk_the_log_the_calendar_and_the_policy(
    signed_in: Callable[..., Page], live_world: World
) -> None:
    OperatorRole.objects.create(user=live_world.person("samuel.lind"), role=OperatorRole.Role.ADMIN)
    page = signed_in("samuel.lind@northgate.example")
    company = Partner.objects.get(name=demo.HALDEN).pk
    live_world.web("samuel.lind").post(f"/operator/companies/{company}/change/", {"name": "Halden " * 20})
    enrolled = Enrollment.objects.get(mpn_id__number=demo.MADRID, program__code="osu-ba")
    desk = [
        "enrolments/",
        "enrolments/?show=all",
        "enrolments/invite/",
        f"enrolments/{enrolled.pk}/",
        f"enrolments/{enrolled.pk}/end/",
        f"enrolments/{enrolled.pk}/suspend/",
        "companies/",
        "companies/new/",
        f"companies/{company}/",
        f"companies/{company}/change/",
        f"companies/{company}/mpn-ids/new/",
        f"mpn-ids/{demo.ROTTERDAM}/",
        "programmes/",
        "programmes/new/",
        "programmes/osu-ba/",
        f"programmes/osu-ba/renewal/{enrolled.program.year_end(enrolled.changed_at.date()).year}/",
    ]
    log = ["audit/", "audit/readings/", f"audit/events/{Event.objects.latest('pk').pk}/"]
    for path in (*desk, *log, "calendar/", "policy/", "policy/new/"):
        answer = page.goto(f"/operator/{path}")
        assert answer, path
        assert (path, answer.status) == (path, 200)
        fits(page)


def test_the_page_of_components_and_those_of_errors(
    settings: LazySettings, window: Callable[..., Page], troubles: list[str]
) -> None:
    settings.ROOT_URLCONF = "cpor.gallery.urls"
    page = window()
    page.goto("/components/")
    fits(page)
    for status in ERRORS:
        page.goto(f"/components/errors/{status}/")
        fits(page)
    troubles[:] = [trouble for trouble in troubles if "the server responded with a status of 5" not in trouble]
