"""A partner proves the work: files are dropped, inspected, marked for what they show, and the claim is sent."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from claims.actions.inspections import inspect_due
from claims.models import Claim, Coverage, Evidence
from claims.requirements import MARKED
from tests.browser.claimant import (
    PARTNER,
    begin,
    fill_customer,
    fill_products,
    fill_work,
    go_on,
    on_step,
    reference_of,
    visit,
)
from tests.browser.test_every_page import fits
from tests.claims.given import draft, sent
from tests.world import World

pytestmark = pytest.mark.browser


def drop(page: Page, files: list[Path]) -> None:
    """Drops files onto the page, as from a folder."""
    contents = [[file.name, list(file.read_bytes())] for file in files]
    carried = page.evaluate_handle(
        """(files) => {
          const carried = new DataTransfer();
          for (const [name, bytes] of files) carried.items.add(new File([new Uint8Array(bytes)], name));
          return carried;
        }""",
        contents,
    )
    page.dispatch_event("form.drop", "drop", {"dataTransfer": carried})


def to_proof(page: Page) -> str:
    """A draft whose other steps are done, at its fourth step; its reference. Those steps are walked by `gone_on_elsewhere`."""
    reference = draft(World(), "jonas.weber", proof=False)
    page.goto(f"/claims/{reference}/edit/proof/")
    on_step(page, "proof")
    return reference


def gone_on_elsewhere(signed_in: Callable[..., Page], **options: object) -> tuple[Page, str]:
    """A draft begun in a browser that was closed, gone on with in another one up to its fourth step; its reference."""
    office = signed_in(PARTNER, **options)
    reference = begin(office)
    fill_customer(office, "Field Service roll-out")
    go_on(office, "work")
    office.context.close()
    home = signed_in(PARTNER, **options)
    home.goto("/claims/")
    home.get_by_role("link", name="Field Service roll-out").click()
    on_step(home, "work")
    fill_work(home)
    go_on(home, "products")
    fill_products(home)
    go_on(home, "proof")
    return home, reference


def inspect(page: Page, reference: str, count: int) -> None:
    """What the worker does, once so many documents have come."""
    expect(page.locator("#documents li")).to_have_count(count)
    assert inspect_due(now=timezone.now()) == count


def row(page: Page, name: str) -> Locator:
    """One file in a list of files."""
    return page.locator(".files li").filter(has_text=name)


def mark_all(page: Page, document: str, pages: str) -> None:
    """Marks pages of a document for every requirement; the only product is ticked already."""
    form = page.get_by_role("form", name="Mark pages")
    form.get_by_label("Document").select_option(label=document)
    form.get_by_role("textbox", name="Pages").fill(pages)
    for requirement in MARKED:
        form.get_by_label(str(requirement.label)).check()
    form.get_by_role("button", name="Mark").click()
    expect(page.locator(".coverage tfoot td")).to_have_text("4 of 4")


def send(page: Page) -> Claim:
    """Sends the claim from its last step."""
    page.get_by_role("button", name="Send claim").click()
    expect(page.get_by_text("Your claim is sent.")).to_be_visible()
    return Claim.objects.get(reference=reference_of(page))


def test_a_claim_begun_in_one_browser_is_proved_and_sent_in_another(
    signed_in: Callable[..., Page], five: list[Path]
) -> None:
    home, reference = gone_on_elsewhere(signed_in)
    drop(home, five)
    inspect(home, reference, 4)

    expect(row(home, "Acceptance, signed.pdf")).to_contain_text("Inspected")
    expect(row(home, "Go-live.png")).to_contain_text("Inspected")
    expect(row(home, "Depot costs.xlsm")).to_contain_text("Not taken")
    expect(row(home, "Depot costs.xlsm")).to_contain_text("file_type_not_allowed")
    expect(row(home, "Invoice.pdf")).to_contain_text("It holds scripts.")
    row(home, "Depot costs.xlsm").get_by_role("button", name="Dismiss").click()
    expect(row(home, "Depot costs.xlsm")).to_have_count(0)
    row(home, "Invoice.pdf").get_by_role("button", name="Remove").click()
    expect(home.locator("#documents li")).to_have_count(3)
    letter = Evidence.objects.get(name="Statement of work.pdf").letter
    mark_all(home, f"{letter} · Statement of work.pdf", "2-3")
    expect(home.locator("#cover-0-dates")).to_contain_text("p. 2-3")
    visit(home, "Review and send", "review")
    claim = send(home)

    assert claim.reference == reference
    assert sorted(claim.evidence.values_list("name", "scan")) == [
        ("Acceptance, signed.pdf", "clean"),
        ("Go-live.png", "clean"),
        ("Statement of work.pdf", "clean"),
    ]
    assert list(Coverage.objects.values_list("pages", flat=True)) == ["2-3"] * 4
    expect(home.get_by_role("link", name="Statement of work.pdf", exact=True)).to_be_visible()


def test_without_javascript_a_claim_is_begun_in_one_browser_and_proved_and_sent_in_another(
    signed_in: Callable[..., Page], five: list[Path]
) -> None:
    page, reference = gone_on_elsewhere(signed_in, java_script_enabled=False)
    page.locator("#f-proof").set_input_files(five)
    page.get_by_role("button", name="Add them").click()

    expect(row(page, "Depot costs.xlsm")).to_contain_text("Not taken")
    expect(row(page, "Depot costs.xlsm")).to_contain_text("The other files are safe.")
    inspect(page, reference, 4)
    page.get_by_role("link", name="Look again").click()
    expect(row(page, "Invoice.pdf")).to_contain_text("It holds scripts.")
    row(page, "Invoice.pdf").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("The document is removed.")).to_be_visible()
    page.locator("#cover-0-work").get_by_role("link", name="Mark a page").click()
    expect(page.get_by_label("Work described")).to_be_checked()
    mark_all(page, "A · Acceptance, signed.pdf", "7")
    page.get_by_role("link", name="Continue").click()
    on_step(page, "review")
    claim = send(page)

    assert claim.evidence.count() == 3


def test_pages_are_marked_while_they_are_looked_at(signed_in: Callable[..., Page], five: list[Path]) -> None:
    page = signed_in(PARTNER)
    reference = to_proof(page)
    page.locator("#f-proof").set_input_files(five[0])
    inspect(page, reference, 1)
    row(page, "Acceptance, signed.pdf").get_by_role("link", name="Look at its pages, and mark them").click()
    page.get_by_role("link", name="Next page", exact=True).last.click()
    shown = page.get_by_role("img", name="Page 2 of document A.")
    expect(shown).to_be_visible()
    assert shown.evaluate("picture => picture.decode().then(() => picture.naturalWidth)") > 100
    page.get_by_role("button", name="Mark page 2").click()
    expect(page.get_by_role("group", name="What does it show?")).to_contain_text("Nothing is chosen here.")
    fits(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    for requirement in MARKED:
        page.get_by_label(str(requirement.label)).check()
    page.get_by_role("button", name="Mark page 2").click()
    expect(page.get_by_text("Page 2 is marked.")).to_be_visible()
    page.get_by_role("link", name="Back to the proof").click()
    expect(page.locator(".coverage tfoot td")).to_have_text("4 of 4")
    assert list(Coverage.objects.values_list("pages", flat=True)) == ["2"] * 4


def test_a_file_that_breaks_off_is_sent_again_by_its_button(
    signed_in: Callable[..., Page], five: list[Path], troubles: list[str]
) -> None:
    page = signed_in(PARTNER)
    reference = to_proof(page)
    page.route("**/evidence/", lambda route: route.abort())
    page.locator("#f-proof").set_input_files(five[0])
    expect(row(page, "Acceptance, signed.pdf")).to_contain_text("The site did not answer")
    page.unroute("**/evidence/")
    row(page, "Acceptance, signed.pdf").get_by_role("button", name="Try again").click()
    inspect(page, reference, 1)

    expect(row(page, "Acceptance, signed.pdf")).to_contain_text("Inspected")
    assert Evidence.objects.count() == 1
    troubles.clear()  # Chromium says that the first one failed, as was meant


def test_a_file_chosen_before_the_script_has_come_is_sent_by_it(
    signed_in: Callable[..., Page], five: list[Path]
) -> None:
    page = signed_in(PARTNER)
    to_proof(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/upload*.js", hold)
    page.reload(wait_until="commit")
    page.locator("#f-proof").set_input_files(five[0])
    assert len(held) == 1
    held[0].continue_()

    expect(page.locator("#documents li")).to_contain_text("Acceptance, signed.pdf")
    expect(page.locator("#uploads li")).to_have_count(0)


def test_what_is_being_marked_is_not_swept_away_by_an_inspection(
    signed_in: Callable[..., Page], five: list[Path]
) -> None:
    page = signed_in(PARTNER)
    reference = to_proof(page)
    page.locator("#f-proof").set_input_files(five[0])
    expect(page.locator("#documents li")).to_have_count(1)
    pages = page.get_by_role("textbox", name="Pages")
    pages.fill("3")
    inspect(page, reference, 1)
    expect(row(page, "Acceptance, signed.pdf")).to_contain_text("Inspected")

    expect(pages).to_have_value("3")


def test_an_inspection_is_told_in_words_and_takes_the_focus_from_nobody(
    signed_in: Callable[..., Page], five: list[Path]
) -> None:
    page = signed_in(PARTNER)
    reference = to_proof(page)
    page.locator("#f-proof").set_input_files([five[0], five[4]])
    expect(page.locator("#documents li")).to_have_count(2)
    told = page.locator("#inspected")
    told.evaluate("region => { region.first = true; }")
    button = row(page, "Acceptance, signed.pdf").get_by_role("button", name="Remove")
    button.focus()
    inspect(page, reference, 2)

    expect(told).to_contain_text("Acceptance, signed.pdf: inspected.")
    # Where the page asked between the two, it asks again only after six seconds.
    expect(told).to_contain_text("Invoice.pdf: refused.", timeout=10_000)
    assert told.evaluate("region => region.first")  # the region itself was never swapped
    expect(row(page, "Invoice.pdf")).to_contain_text("It holds scripts.")
    expect(button).to_be_focused()


def test_while_nothing_changes_nothing_is_swapped_and_the_page_asks_more_seldom(
    signed_in: Callable[..., Page], five: list[Path]
) -> None:
    page = signed_in(PARTNER)
    to_proof(page)
    page.clock.install()
    page.locator("#f-proof").set_input_files(five[0])
    asker = page.locator("#inspecting")
    asker.evaluate("asker => { asker.first = true; }")
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status) if "seen=" in answer.url else None)
    for asked, milliseconds in enumerate((1500, 3000, 6000)):
        page.clock.fast_forward(milliseconds - 1000)
        expect(asker).to_be_attached()
        assert len(answers) == asked
        with page.expect_response(re.compile("seen=")):
            page.clock.fast_forward(1000)

    assert answers == [204, 204, 204]
    assert asker.evaluate("asker => asker.first")


def test_a_claim_that_takes_no_more_proof_is_told_once_every_file_was_tried(
    signed_in: Callable[..., Page], live_world: World, five: list[Path]
) -> None:
    page = signed_in(PARTNER)
    page.goto(f"/claims/{sent(live_world, 'jonas.weber')}/")
    before = Evidence.objects.count()
    answered: list[int] = []
    page.on("response", lambda answer: answered.append(answer.status) if answer.request.method == "POST" else None)
    assert Claim.objects.update(state="withdrawn") == 1
    page.locator("#f-proof").set_input_files(five[:3])
    expect(page.get_by_text("this claim takes no proof from you").first).to_be_visible()

    assert answered == [409, 409, 409]
    assert Evidence.objects.count() == before


def test_files_that_were_turned_away_without_javascript_have_the_focus(
    signed_in: Callable[..., Page], five: list[Path]
) -> None:
    page = signed_in(PARTNER, java_script_enabled=False)
    to_proof(page)
    page.locator("#f-proof").set_input_files(five[3])
    page.get_by_role("button", name="Add them").click()

    expect(page.locator("#away")).to_be_focused()


def test_a_comment_brings_a_document_along(signed_in: Callable[..., Page], five: list[Path]) -> None:
    page = signed_in(PARTNER)
    reference = to_proof(page)
    page.locator("#f-proof").set_input_files(five[0])
    inspect(page, reference, 1)
    visit(page, "Review and send", "review")
    send(page)
    page.get_by_label("Write a comment").fill("The acceptance of the second depot.")
    page.get_by_label("Attach documents").set_input_files(five[1])
    page.get_by_role("button", name="Send comment").click()
    expect(page.get_by_text("Your comment is sent.")).to_be_visible()
    assert inspect_due(now=timezone.now()) == 1
    page.reload()

    expect(page.locator(".thread")).to_contain_text("Statement of work.pdf")
    with page.expect_download() as saved:
        page.locator(".thread").get_by_role("link", name="Statement of work.pdf").click()
    assert Path(saved.value.path()).read_bytes() == five[1].read_bytes()
