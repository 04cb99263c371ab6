"""The steps of a draft: where it opens, how each stands, what each offers."""

import html
import re
from typing import Any

import pytest
from django.test import Client

from claims.forms import Step
from claims.models import ClaimLine
from cpor import demo
from directory.activities import SolutionArea
from directory.lookup import products
from partners.models import Enrollment
from tests.claims.given import (
    SALES,
    SERVICE,
    draft,
    everything,
    proven,
    read,
    seen_on,
    sent,
    step_of,
    stored,
)
from tests.world import World, claim_of


@pytest.mark.parametrize(
    ("changes", "leads_to"),
    [
        ({}, "review"),
        ({"domain": "corvane.example"}, "customer"),
        ({"customer_contact": {"name": "", "title": "", "email": ""}}, "customer"),
        ({"mpn_id": demo.UTRECHT}, "work"),
        ({"lines": []}, "products"),
        ({"lines": [{"product": "dynamics-365-finance", "subscription_id": ""}]}, "products"),
    ],
    ids=str,
)
def test_a_draft_opens_at_the_first_step_with_something_to_do(
    world: World, changes: dict[str, Any], leads_to: str
) -> None:
    reference = draft(world, "jonas.weber", **changes)
    response = world.web("jonas.weber").get(f"/claims/{reference}/edit/")
    assert (response.status_code, response["Location"]) == (302, f"/claims/{reference}/edit/{leads_to}/")


def test_a_draft_without_a_document_opens_at_its_proof(world: World) -> None:
    reference = draft(world, "jonas.weber", proof=False)
    response = world.web("jonas.weber").get(f"/claims/{reference}/edit/")
    assert response["Location"] == f"/claims/{reference}/edit/proof/"


def steps_on(browser: Client, path: str) -> list[tuple[str, str]]:
    """Each step of the stepper with its second line."""
    found = re.findall(r'id="step-(\w+)".*?<small>(.*?)</small>', read(browser, path), re.DOTALL)
    return [(step, html.unescape(said)) for step, said in found]


def test_every_step_says_how_it_stands(world: World) -> None:
    browser = world.web("jonas.weber")
    path = browser.post("/claims/new/").headers["Location"]
    assert steps_on(browser, path) == [
        ("customer", "still empty"),
        ("work", "still empty"),
        ("products", "still empty"),
        ("proof", "still empty"),
        ("review", "not yet"),
    ]
    faulty = {"mpn_id": demo.UTRECHT, "lines": [{"product": "dynamics-365-finance", "subscription_id": ""}, SALES]}
    reference = draft(world, "jonas.weber", proof=False, name="", **faulty)
    assert steps_on(browser, f"/claims/{reference}/edit/proof/") == [
        ("customer", "1 still empty"),
        ("work", "1 to fix"),
        ("products", "1 to fix"),
        ("proof", "still empty"),
        ("review", "not yet"),
    ]
    Enrollment.objects.filter(mpn_id__number=demo.MADRID).update(renews=False)
    reference = draft(world, "jonas.weber", mpn_id=demo.MADRID)
    ClaimLine.objects.get(claim__reference=reference).coverage.filter(requirement="dates").delete()
    assert steps_on(browser, f"/claims/{reference}/edit/review/") == [
        ("customer", "alderfreight.example"),
        ("work", "Usage, 6281943, 1 warning"),
        ("products", "1 product, passes"),
        ("proof", "1 gap"),
        ("review", "can be sent, with warnings"),
    ]


@pytest.mark.parametrize("step", list(Step))
def test_the_checks_of_every_step_cover_the_whole_claim_and_leads_to_each_field(world: World, step: Step) -> None:
    lines = [SALES, {"product": "dynamics-365-finance", "subscription_id": "no GUID"}]
    reference = draft(world, "jonas.weber", domain="?", mpn_id=demo.UTRECHT, lines=lines, proof=False)
    path = f"/claims/{reference}/edit/"
    shown, end = ('id="s-rules"', "</section>") if step == Step.REVIEW else ('id="checks"', "</aside>")
    panel = read(world.web("jonas.weber"), f"{path}{step}/").partition(shown)[2].partition(end)[0]
    wanted = {"customer": "f-domain", "work": "f-mpn_id"} | ({"proof": "documents"} if step == Step.REVIEW else {})
    back = "?then=review" if step == Step.REVIEW else ""
    ways = {there: f"{path}{there}/{back if there != Step.PROOF else ''}" for there in wanted}
    links = {f"{'' if there == step else ways[there]}#{anchor}" for there, anchor in wanted.items()}
    links |= {"/enrolment/"} | ({f"/claims/{reference}/support/"} if step != Step.REVIEW else set())
    assert set(re.findall(r'<a href="([^"m][^"]*)"', panel)) == links


def test_gaps_of_proof_lead_to_their_cells_by_name(world: World) -> None:
    reference = draft(world, "jonas.weber", lines=[SALES, SERVICE])
    stored(reference).lines.get(product=SERVICE["product"]).coverage.filter(requirement="dates").delete()
    text = read(world.web("jonas.weber"), f"/claims/{reference}/edit/work/")
    assert f'<a href="/claims/{reference}/edit/proof/#cover-1-dates">Product 2, dates</a>' in text


def offered(text: str, index: int = 0) -> list[str]:
    """The products that a row offers, by their codes."""
    select = re.search(rf'<select name="lines-{index}-product".*?</select>', text, re.DOTALL)
    assert select
    return re.findall(r'value="([^"]+)"', select[0])


def test_no_gap_is_held_against_who_has_not_added_a_document_yet(world: World) -> None:
    reference = draft(world, "jonas.weber", lines=[SALES], proof=False)
    page = read(world.web("jonas.weber"), f"/claims/{reference}/edit/proof/")
    assert (page.count("not shown yet"), page.count("Would be refused")) == (4, 0)
    page = read(world.web("jonas.weber"), f"/claims/{proven(reference)}/edit/proof/")
    assert (page.count("not shown yet"), page.count("Would be refused")) == (0, 0)
    ClaimLine.objects.get(claim__reference=reference).coverage.all().delete()
    page = read(world.web("jonas.weber"), f"/claims/{reference}/edit/proof/")
    assert (page.count("not shown yet"), page.count("Would be refused")) == (0, 4)


def test_a_document_that_is_being_inspected_is_no_fault_while_the_draft_is_written(world: World) -> None:
    reference = draft(world, "jonas.weber", lines=[SALES])
    stored(reference).evidence.update(scan="pending")
    page = read(world.web("jonas.weber"), f"/claims/{reference}/edit/proof/")
    panel = page.partition('id="checks"')[2]
    assert re.search(r"Signed statement of work.pdf <small[^>]*>being inspected</small>", panel)
    assert '<dt>failed</dt><dd class="zero">0</dd>' in panel
    assert "1 thing keeps this claim from being sent" in read(
        world.web("jonas.weber"), f"/claims/{reference}/edit/review/"
    )


def test_a_step_offers_the_products_of_the_area_of_the_activity(world: World) -> None:
    of_area = {area: {one.code for one in products() if one.solution_area == area} for area in SolutionArea}
    for area in SolutionArea:
        reference = draft(world, "jonas.weber", solution_area=area, lines=[])
        text = read(world.web("jonas.weber"), f"/claims/{reference}/edit/products/")
        assert set(offered(text)) == of_area[area]
        assert f"<b>{area.label}</b>, the area of your activity" in text


def test_a_product_says_whether_it_needs_a_subscription_id(world: World) -> None:
    field = {"product": "dynamics-365-field-service", "subscription_id": demo.subscription_id("alder-field-1")}
    reference = draft(world, "jonas.weber", lines=[SALES, field])
    page = read(world.web("jonas.weber"), f"/claims/{reference}/edit/products/")
    said = [re.sub(r"<[^>]*>", "", page.partition(f'id="msg-f-lines-{n}-subscription_id"')[2])[:200] for n in (0, 1)]
    assert ["None is needed." in words for words in said] == [True, False]
    assert "Workloads need no subscription ID." not in page


def test_a_field_that_failed_is_told_nothing_good_besides(world: World) -> None:
    bought = [{"product": "dynamics-365-finance", "subscription_id": ""}, SALES]
    page = read(world.web("jonas.weber"), f"/claims/{draft(world, 'jonas.weber', lines=bought)}/edit/products/")
    first, second = (page.partition(f'id="msg-f-lines-{n}-subscription_id"')[2].partition("</div>")[0] for n in (0, 1))
    assert "Sold by a cloud solution provider." in first
    assert "None is needed." not in first
    assert "None is needed." in second


def test_before_an_activity_is_chosen_every_product_is_offered(world: World) -> None:
    reference = draft(world, "jonas.weber", solution_area="", activity="", lines=[])
    text = read(world.web("jonas.weber"), f"/claims/{reference}/edit/products/")
    assert set(offered(text)) == {one.code for one in products()}
    assert "the area of your activity" not in text


def test_a_product_of_another_area_stays_chosen_in_its_row_until_somebody_changes_it(world: World) -> None:
    reference = draft(
        world, "jonas.weber", solution_area="microsoft_365", lines=[SALES, {"product": "exchange-online"}]
    )
    text = read(world.web("jonas.weber"), f"/claims/{reference}/edit/products/")
    assert f'value="{SALES["product"]}" selected' in text
    assert SALES["product"] in offered(text, 0)
    assert SALES["product"] not in offered(text, 1)


@pytest.mark.parametrize("step", ["", "fly", "Customer", "customer%00"])
def test_a_step_that_is_none_is_nowhere(world: World, step: str) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    assert browser.get(f"/claims/{reference}/edit/{step}/").status_code == 404
    answer = browser.post(f"/claims/{reference}/edit/customer/", {"go": step})
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{reference}/edit/customer/")


@pytest.mark.parametrize("step", list(Step))
def test_the_steps_of_a_claim_that_was_sent_lead_to_its_page_and_change_nothing(world: World, step: Step) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    before = everything()
    for answer in (
        browser.get(f"/claims/{reference}/edit/{step}/"),
        browser.post(f"/claims/{reference}/edit/{step}/", step_of(claim_of(name="Later"), step)),
    ):
        assert (answer.status_code, answer["Location"]) == (302, f"/claims/{reference}/")
    assert everything() == before


def test_what_no_field_can_hold_keeps_its_step_open_and_is_named(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    form = step_of(claim_of(name="x" * 121), Step.CUSTOMER, go="work")
    answer = browser.post(f"/claims/{reference}/edit/customer/", form)
    assert answer.status_code == 422
    assert "This cannot be read." in answer.content.decode()
    assert stored(reference).name == "Sales roll-out"


def test_an_id_that_cannot_be_read_leaves_the_one_that_stood_there_and_is_not_called_saved(world: World) -> None:
    kept = {**SALES, "subscription_id": "keepme-1234"}
    reference, browser = draft(world, "jonas.weber", lines=[kept]), world.web("jonas.weber")
    form = step_of(claim_of(lines=[{**kept, "subscription_id": "pasted\x07twice"}]), Step.PRODUCTS)
    for address in ("check/", "lines/"):
        answer = browser.post(f"/claims/{reference}/{address}", form)
        assert "Saved just now" not in answer.content.decode(), address
        assert stored(reference).lines.get().subscription_id == "keepme-1234", address
    assert (answer.status_code, "This cannot be read." in answer.content.decode()) == (422, True)


def test_the_technical_contact_is_taken_from_the_customer_contact_and_what_was_typed_beside_it_is_saved(
    world: World,
) -> None:
    nobody = {"name": "", "title": "", "email": ""}
    reference, browser = draft(world, "jonas.weber", technical_contact=nobody), world.web("jonas.weber")
    path = f"/claims/{reference}/edit/work/"
    assert "Same as the customer contact" in read(browser, path)
    form = step_of(claim_of(technical_contact=nobody, activity="presales"), Step.WORK, seen=seen_on(browser.get(path)))
    answer = browser.post(path, {**form, "same": "yes"})
    assert answer["Location"] == f"{path}#f-technical_contact-name"
    content = stored(reference).content
    assert (content.technical_contact.email, content.activity) == (content.customer_contact.email, "presales")


def test_without_a_customer_contact_none_is_to_be_copied(world: World) -> None:
    reference = draft(world, "jonas.weber", customer_contact={"name": "", "title": "", "email": ""})
    assert "Same as the customer contact" not in read(world.web("jonas.weber"), f"/claims/{reference}/edit/work/")


def test_what_failed_on_the_last_step_goes_on_failing_for_who_comes_from_there(world: World) -> None:
    browser = world.web("jonas.weber")
    reference = draft(world, "jonas.weber", name="")
    step = f"/claims/{reference}/edit/customer/"
    said = "This is still empty."
    assert said not in read(browser, step)
    page = read(browser, f"{step}?then=review")
    assert said in page
    form = {**step_of(claim_of(name=""), Step.CUSTOMER), "then": "review"}
    assert said in browser.post(f"/claims/{reference}/check/", form).content.decode()
