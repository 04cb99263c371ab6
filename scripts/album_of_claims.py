"""Pictures of a claim from its first field to its review, in an empty demo."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from scripts.album import fill, press

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from scripts.album import Album

STEPS = ("customer", "work", "products", "proof", "review")
CONTINUE = "Save and continue"
PEOPLE = {"customer": ("Maud Fenn", "Head of IT"), "technical": ("Owen Tarr", "Dynamics administrator")}
PARTNER, RIVAL, REVIEWER = (
    "jonas.weber@haldencloud.example",
    "ines.moreau@haldencloud.example",
    "nadia.okafor@northgate.example",
)
SIGNED = {"began": "3 August 2026", "ended": "12 October 2026", "signature": "Maud Fenn, Head of IT, 30 October 2026"}
SAID = (
    (PARTNER, "The statement of work is signed; you find the customer's signature on its last page."),
    (REVIEWER, "Thank you. Which of the two field teams went live in October? The plan names both."),
    (PARTNER, "The northern one, on 12 October. The southern team follows in January."),
)


def begin_to_end(album: Album, _data: Path) -> None:
    """Every page of a claim and its review, in an empty demo."""
    doors(album)
    draft(album)
    claims(album)
    refusals(album)


def doors(album: Album) -> None:
    """What somebody sees who is not signed in, and a partner who has done nothing yet."""
    page = album.stranger()
    page.goto("/accounts/login/")
    album.take(page, "sign-in")
    album.take(page, "sign-in-refused", post=sign_in_wrongly)
    page.goto("/accounts/password/reset/")
    album.take(page, "password-reset")
    page = album.person(PARTNER)
    page.goto("/claims/")
    album.take(page, "list-empty")
    page.goto("/messages/")
    album.take(page, "messages-empty")
    for name in ("security", "tokens"):
        page.goto(f"/accounts/{name}/")
        album.take(page, name)
    page = album.person(REVIEWER)
    page.goto("/review/")
    album.take(page, "review-empty")


def sign_in_wrongly(page: Page) -> None:
    """With a password that is not theirs."""
    page.locator("[name=login]").fill(PARTNER)
    page.locator("[name=password]").fill("not the password")
    with page.expect_navigation():
        page.locator("[name=password]").press("Enter")


def send(page: Page) -> None:
    """The draft, though it is empty."""
    page.locator(".wiz-foot .primary").click()
    page.wait_for_selector(".summary")


def refuse(page: Page) -> None:
    """A product, up to the question what follows."""
    page.locator("[name=do][value=reject]").click()
    page.wait_for_selector("#sure")


def draft(album: Album) -> None:
    """A claim from its first field to its last step: empty, faulty, refused, with warnings, ready."""
    from cpor import demo as world

    page = album.person(PARTNER)
    begin(page)
    for step in STEPS:
        visit(page, step)
        album.take(page, f"draft-empty-{step}")
    album.take(page, "draft-refused", post=send)
    visit(page, "customer")
    fill(page, {"#f-tenant_id": world.ALDER, "#f-domain": "corvane.example"})
    page.wait_for_selector("#msg-f-domain .msg")
    album.take(page, "draft-faulty-customer")
    fill(page, {"#f-domain": "alderfreight.example", "#f-name": "Field Service, northern depots"})
    press(page, CONTINUE)
    choose(page, "business_applications/usage", world.MADRID)
    press(page, CONTINUE)
    page.locator("#f-lines-0-product").select_option(label="Dynamics 365 Field Service")
    fill(page, {"#f-lines-0-subscription_id": sku_of("DYN365_ENTERPRISE_FIELD_SERVICE")})
    press(page, "Add a product")
    page.locator("#f-lines-1-product").select_option(label="Dynamics 365 Finance")
    press(page, "Products")
    album.take(page, "draft-faulty-products")
    press(page, "Remove product 2")
    fill(page, {"#f-lines-0-subscription_id": world.subscription_id("alder-field-1")})
    press(page, "Customer")
    fill(page, contact("customer", "alderfreight.example"))
    press(page, CONTINUE)
    fill(page, contact("technical", "alderfreight.example"))
    press(page, CONTINUE)
    for step in STEPS:
        visit(page, step)
        album.take(page, f"draft-good-{step}")
    prove(page, world.ALDER, "Dynamics 365 Field Service")
    album.take(page, "draft-proven-proof")
    page.get_by_role("link", name="Look at its pages, and mark them").click()
    page.wait_for_url("**/pages/**")
    album.take(page, "draft-proven-pages")
    page.get_by_role("link", name="Back to the proof").click()
    page.wait_for_url("**/edit/proof/**")
    visit(page, "review")
    album.take(page, "draft-proven-review")


def claims(album: Album) -> None:
    """Claims that were sent, on both sides of the desk."""
    from cpor import demo as world

    partner, reviewer = album.person(PARTNER), album.person(REVIEWER)
    press(partner, "Send claim")
    partner.wait_for_selector(".turn")
    sent = partner.url
    album.take(partner, "claim-sent")
    for email, text in SAID:
        page = album.person(email)
        page.goto(sent)
        page.get_by_label("Write a comment").fill(text)
        page.get_by_role("button", name="Send comment").click()
        page.wait_for_url("**#comments")
    partner.goto(sent)
    album.take(partner, "claim-discussed")
    partner.get_by_role("link", name="Change", exact=True).first.click()
    album.take(partner, "claim-change")
    contested(album, world.TAMARIND)
    begin(partner)
    fill(partner, {"#f-name": "Teams at Corvane"})
    album.take(page_of_delete(partner), "draft-delete")
    partner.goto("/claims/")
    album.take(partner, "list")
    partner.wait_for_timeout(1500)
    partner.goto("/messages/")
    album.take(partner, "messages")
    reviewer.goto("/review/")
    album.take(reviewer, "review")
    press(reviewer, "Take next")
    asked = desk(album, reviewer)
    reviewer.goto("/review/?show=mine")
    album.take(reviewer, "review-mine")
    partner.goto(asked)
    album.take(partner, "claim-asked")


def desk(album: Album, reviewer: Page) -> str:
    """The reviewer's desk: untouched, half checked, with notes; at the end the partner is asked. Returns the claim."""
    reviewer.wait_for_selector(".review img")
    reviewer.wait_for_function("document.querySelector('.review img').complete")
    album.take(reviewer, "desk")
    claim = reviewer.url.partition("review/")[0]
    for check in ("acknowledged", "product", "belongs"):
        reviewer.locator(f"#check-{check}").get_by_role("button", name="Cite the page in view").click()
        reviewer.wait_for_load_state("networkidle")
    for check in ("dates", "work"):
        reviewer.locator(f"#check-{check} .no").click()
    reviewer.wait_for_load_state("networkidle")  # each verdict draws the draft anew
    reviewer.reload()
    album.take(reviewer, "desk-checked")
    album.take(reviewer, "desk-refusing", post=refuse)
    reviewer.get_by_role("link", name="Internal").click()
    reviewer.get_by_label("Write a note").fill("Alder's contact has left; ask for another.")
    press(reviewer, "Add note")
    album.take(reviewer, "desk-notes")
    reviewer.goto(claim)
    album.take(reviewer, "review-claim")
    reviewer.get_by_role("link", name="Review", exact=True).click()
    press(reviewer, "Ask, and wait for the answer")
    album.take(reviewer, "desk-asked")
    return claim


def contested(album: Album, tenant: str) -> None:
    """A claim on what another partner holds: its warning before sending, its page after."""
    from cpor import demo as world

    page = album.person(RIVAL)
    begin(page)
    fill(page, {"#f-name": "Sales at Tamarind", "#f-tenant_id": tenant, "#f-domain": "tamarind-health.example"})
    fill(page, contact("customer", "tamarind-health.example"))
    press(page, CONTINUE)
    choose(page, "business_applications/usage", world.ROTTERDAM)
    fill(page, contact("technical", "tamarind-health.example"))
    press(page, CONTINUE)
    page.locator("#f-lines-0-product").select_option(label="Dynamics 365 Sales")
    fill(page, {"#f-lines-0-subscription_id": world.subscription_id("tamarind-sales")})
    press(page, CONTINUE)
    prove(page, tenant, "Dynamics 365 Sales")
    visit(page, "review")
    album.take(page, "draft-contested")
    press(page, "Send claim")
    page.wait_for_selector(".turn")
    album.take(page, "claim-contested")


def refusals(album: Album) -> None:
    """Pages for what is not there, and for what one may not see."""
    page = album.person(PARTNER)
    page.goto("/claims/CP-0000-0000/")
    album.take(page, "error-404")
    page.goto("/review/")
    album.take(page, "error-403")


def sku_of(part_number: str) -> str:
    """A SKU's GUID, which people take for a subscription's."""
    from directory.catalogue import files

    return next(str(sku) for sku, (name, _family) in files.read().skus.items() if name == part_number)


def begin(page: Page) -> None:
    """A new draft, open at its first step."""
    page.goto("/claims/")
    page.get_by_role("button", name="New claim").first.click()
    page.wait_for_url("**/edit/customer/")


def visit(page: Page, step: str) -> None:
    """Another step of the draft, as it is stored."""
    page.goto(page.url.partition("/edit/")[0].removesuffix("/submit/") + f"/edit/{step}/")


def choose(page: Page, work: str, mpn_id: str) -> None:
    """The activity and the MPN ID."""
    page.locator(f"[name=work][value='{work}']").check()
    page.locator(f"[name=mpn_id][value='{mpn_id}']").check()


def prove(page: Page, tenant_id: str, product: str) -> None:
    """Adds a statement of work and waits until it is inspected."""
    from cpor import demo as world
    from cpor.demo_filing import draw_statement

    customer = next(name for name, _domain, its_id, _hint in world.CUSTOMERS if its_id == tenant_id)
    words = {"customer": customer, "partner": world.HALDEN, "tenant": tenant_id, "product": product, **SIGNED}
    with TemporaryDirectory(prefix="cpor-album-") as folder:
        path = Path(folder) / "Statement of work, signed.pdf"
        draw_statement(path, words)
        visit(page, "proof")
        page.locator("#f-proof").set_input_files([path])
        page.get_by_text("Inspected", exact=True).wait_for()
    page.reload()


def page_of_delete(page: Page) -> Page:
    """The question before a draft is deleted."""
    press(page, CONTINUE)
    page.get_by_role("link", name="Delete draft").click()
    return page


def contact(which: str, domain: str) -> dict[str, str]:
    """One of two people at a customer."""
    name, title = PEOPLE[which]
    address = f"{name.lower().replace(' ', '.')}@{domain}"
    return {
        f"#f-{which}_contact-{part}": said for part, said in {"name": name, "title": title, "email": address}.items()
    }
