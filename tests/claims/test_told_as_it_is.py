"""Pages and mails say what is so: of a draft, of a rest that was withdrawn, of what is not there for a stranger."""

from typing import Any

from django.test import Client

from claims.models import Claim, ClaimLine, Coverage, Policy
from tests.claims.given import SALES, SERVICE, draft, mails, read, sent, stored
from tests.world import World


def test_a_drafts_page_names_its_products_and_promises_nothing_of_them(world: World) -> None:
    reference = draft(world, "jonas.weber", lines=[SALES])
    ClaimLine.objects.update(subscription_id="")
    page = read(world.web("jonas.weber"), f"/claims/{reference}/")
    assert "<b>Dynamics 365 Sales</b>" in page
    assert "none typed" in page
    assert "so far" in page
    assert "shown once approved" not in page
    assert "as sent" not in page


def test_past_the_limit_of_look_ups_the_last_step_still_names_the_documents(world: World) -> None:
    reference = draft(world, "jonas.weber")
    assert Policy.objects.update(new_customers_per_hour=1) == 1
    browser, page = world.web("jonas.weber"), f"/claims/{reference}/edit/review/"
    assert browser.get(page).status_code == 200
    Claim.objects.update(domain="tamarind-health.example")
    answer = browser.get(page)
    assert answer.status_code == 429
    assert "<span>Signed statement of work.pdf</span>" in answer.content.decode()


def test_documents_that_stand_as_they_were_seen_are_answered_with_nothing(world: World) -> None:
    reference, browser = draft(world, "jonas.weber"), world.web("jonas.weber")
    address = f"/claims/{reference}/proof/"
    seen = browser.get(f"/claims/{reference}/edit/proof/").context["proof"]["seen"]
    unchanged = browser.get(address, {"seen": seen})
    assert (unchanged.status_code, unchanged.content) == (204, b"")
    stored(reference).evidence.update(scan="pending")
    changed = browser.get(address, {"seen": seen})
    assert changed.status_code == 200
    assert "Being inspected" in changed.content.decode()
    assert browser.get(address).status_code == 200


def test_gaps_in_coverage_are_told_to_each_side_in_its_own_words(world: World) -> None:
    reference = sent(world, "jonas.weber")
    Coverage.objects.all().delete()
    own, reviewers = (read(world.web(who), f"/claims/{reference}/") for who in ("jonas.weber", "nadia.okafor"))
    for words in ("<small>what you did</small>", "Would be refused: your service is not described."):
        assert words in own
        assert words not in reviewers
    for words in ("<small>what the partner did</small>", "The partner marked no page."):
        assert words in reviewers
        assert words not in own


def test_a_row_that_is_added_or_removed_hands_the_focus_to_the_one_to_go_on_with(world: World) -> None:
    reference, browser = draft(world, "jonas.weber", lines=[SALES, SERVICE]), world.web("jonas.weber")
    rows = {f"lines-{index}-product": line["product"] for index, line in enumerate((SALES, SERVICE))}
    page = f"/claims/{reference}/edit/products/"
    added = browser.post(f"/claims/{reference}/lines/", rows)
    assert added["Location"] == f"{page}?rows=3#f-lines-2-product"
    removed = browser.post(f"/claims/{reference}/lines/1/remove/", rows)
    assert removed["Location"] == f"{page}?rows=1#f-lines-0-product"


def test_who_withdraws_the_rest_is_not_said_to_have_withdrawn_the_claim(world: World, mailoutbox: list[Any]) -> None:
    reference = sent(world, "jonas.weber", lines=[SALES, SERVICE])
    ClaimLine.objects.filter(product=SERVICE["product"]).update(state="rejected")
    assert world.api("ruth.adeyemi").send("POST", f"claims/{reference}/withdraw/").status_code == 200
    mails()
    letters = {letter.to[0].partition("@")[0]: letter for letter in mailoutbox if "withdrawn" in letter.subject}
    assert {letter.subject for letter in letters.values()} == {f"The rest of {reference} is withdrawn: Sales roll-out"}
    for name in ("jonas.weber", "nadia.okafor"):
        assert "has withdrawn what was still open of" in letters[name].body
        assert "what was decided stays" in letters[name].body


def test_the_question_says_that_the_operator_is_told_only_where_it_is(world: World) -> None:
    reference, browser = sent(world, "jonas.weber"), world.web("jonas.weber")
    address = f"/claims/{reference}/withdraw/"
    assert "and the operator is told" in read(browser, address)
    Claim.objects.update(state="action_required")
    page = read(browser, address)
    assert "The review stops." in page
    assert "operator is told" not in page


def test_to_who_is_not_signed_in_every_address_asks_for_that_first_whether_it_exists_or_not(world: World) -> None:
    reference = draft(world, "jonas.weber")
    pages = [Client().get(address) for address in (f"/claims/{reference}/", "/claims/CP-0000-0000/")]
    assert [page.status_code for page in pages] == [404, 404]
    one, other = (page.content.decode().replace(reference, "CP-0000-0000") for page in pages)
    assert one == other
    assert "<h1>Sign in to see this page</h1>" in one
    assert "There is nothing here that you may see" not in one
