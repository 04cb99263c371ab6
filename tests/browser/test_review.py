"""A reviewer at the desk: takes a claim, reads its proof, asks its partner, approves one product and refuses another."""

import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from typing import cast

import pytest
from django.conf import LazySettings
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from claims.actions.inspections import inspect_due
from claims.models import Claim
from claims.requirements import MARKED, Requirement
from events.outbox import deliver_due
from tests.browser.claimant import FIELD_SERVICE, PARTNER, REVIEWER, on_step
from tests.browser.test_every_page import STICKS_OUT
from tests.claims.evidence.doors import upload
from tests.claims.evidence.files import pdf
from tests.claims.given import draft, stored
from tests.events.post_office import PostOffice
from tests.world import World

pytestmark = pytest.mark.browser
SALES, FIELD = "Dynamics 365 Sales", "Dynamics 365 Field Service"
LINES = [
    {"product": "dynamics-365-sales", "subscription_id": ""},
    {"product": "dynamics-365-field-service", "subscription_id": FIELD_SERVICE},
]
ASKED = "On page 2 nobody signs. Who at Alder Freight accepted the work?"
ANSWERED = "Maud Fenn signed for it on page 3."
REFUSED = "Field Service is named nowhere: only Sales is. Send the statement of work of its roll-out."
# What has the focus: a control's name and value, or what a link says.
FOCUSED = "() => { const it = document.activeElement; return it.name ? `${it.name}=${it.value}` : it.innerText; }"
SHOWN = "() => { const it = document.querySelector('#viewer img'); return it && it.complete && it.naturalWidth > 0; }"


@pytest.fixture
def post(settings: LazySettings, site: str) -> Iterator[PostOffice]:
    """The SMTP server that all mail of the site goes to; its links lead to the served site."""
    office = PostOffice().start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.SITE_URL = site
    yield office
    office.stop()


def read_mail(office: PostOffice, reader: str, subject: str) -> str:
    """What the one mail of this subject says to this reader, once all that is due has gone out."""
    deliver_due(now=timezone.now())
    own = [letter for letter in office.letters if letter["To"] == reader]
    found = [letter for letter in own if letter["Subject"].strip() == subject]  # a long one begins on a line of its own
    assert len(found) == 1, [letter["Subject"] for letter in own]
    text = found[0].get_body(("plain",))
    return str(cast("EmailMessage", text).get_content())


def follow(page: Page, text: str) -> None:
    """Opens the address that a mail names, as in a window of its own."""
    (link,) = re.findall(r"^http\S+", text, re.MULTILINE)
    page.goto("about:blank")
    page.goto(link)


def proved(world: World) -> str:
    """A draft of two products, with a document of three pages that was inspected; its reference."""
    reference, api = draft(world, "jonas.weber", proof=False, lines=LINES), world.api("jonas.weber")
    answer = upload(api, reference, pdf(3), "Acceptance, signed.pdf")
    assert answer.status_code == 201, answer.json()
    assert inspect_due(now=timezone.now()) == 1
    key = answer.json()["id"]
    marks = [
        {"line": line, "requirement": str(requirement), "evidence": key, "pages": "1"}
        for line in range(len(LINES))
        for requirement in MARKED
    ]
    answer = api.send("PUT", f"claims/{reference}/coverage/", {"marks": marks})
    assert answer.status_code == 200, answer.json()
    return reference


def send(page: Page, reference: str) -> Claim:
    """The partner sends the draft from its last step."""
    page.goto(f"/claims/{reference}/edit/review/")
    on_step(page, "review")
    page.get_by_role("button", name="Send claim").click()
    expect(page.get_by_text("Your claim is sent.")).to_be_visible()
    return stored(reference)


def take_next(page: Page, claim: Claim) -> None:
    """The reviewer takes what is most urgent, and is at its desk."""
    page.goto("/review/")
    page.get_by_role("button", name="Take next").click()
    expect(page).to_have_url(re.compile(f"{claim.reference}/review/"))
    expect(page.get_by_role("heading", level=1)).to_have_text(claim.name)


@pytest.fixture
def at_desk(signed_in: Callable[..., Page], live_world: World, site: str) -> Callable[..., tuple[Page, Claim]]:
    """Opens the desk of a claim just sent, which the reviewer has taken; `at_desk(java_script_enabled=False)`."""

    def sit_down(**options: object) -> tuple[Page, Claim]:
        claim = stored(proved(live_world))
        assert live_world.api("jonas.weber").send("POST", f"claims/{claim.reference}/submit/").status_code == 200
        assert live_world.api("nadia.okafor").send("POST", f"claims/{claim.reference}/take/").status_code == 200
        page = signed_in(REVIEWER, **options)
        page.goto(f"/claims/{claim.reference}/review/")
        expect(page.get_by_role("heading", level=1)).to_have_text(claim.name)
        return page, claim

    return sit_down


def check(page: Page, requirement: str) -> Locator:
    """One requirement on the desk."""
    return page.locator(f"#check-{requirement}")


def cite(page: Page, requirement: str, number: int) -> None:
    """Cites the page in view, and waits until the desk shows it."""
    check(page, requirement).get_by_role("button", name="Cite the page in view").click()
    expect(check(page, requirement)).to_contain_text("You cite")
    expect(own_cites(page, requirement)).to_have_text([re.compile(rf"A\s+p\. {number}")])


def own_cites(page: Page, requirement: str) -> Locator:
    """What the reviewer cites; what the partner marked has no hidden value."""
    return check(page, requirement).locator(".cite:has(input)")


def judge(page: Page, requirement: str, word: str) -> None:
    """Presses "Met" or "Not met"."""
    check(page, requirement).get_by_text(word, exact=True).click()


def verdicts(claim: Claim, product: str) -> dict[str, tuple[bool, list[str]]]:
    """What is kept of a line: each requirement that was judged, with the pages that are cited."""
    line = claim.lines.get(product=product)
    rows = line.review.verdicts.all() if hasattr(line, "review") else []
    return {row.requirement: (row.met, [cited.pages for cited in row.citations.all()]) for row in rows}


def states(claim: Claim) -> list[str]:
    """Where the lines stand, in their order."""
    return list(claim.lines.values_list("state", flat=True))


def turn_to(page: Page, number: int) -> None:
    """The next page of the document, drawn."""
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".turning")).to_contain_text(f"Page {number} of 3")
    expect(page.get_by_role("img", name=f"Page {number} of document A")).to_be_visible()
    page.wait_for_function(SHOWN)


def ask(page: Page, claim: Claim) -> None:
    """Looks at two pages, cites the second, and asks the partner in the reviewer's own words."""
    expect(page.locator(".turning")).to_contain_text("Page 1 of 3")
    page.wait_for_function(SHOWN)
    turn_to(page, 2)
    for requirement in ("work", "dates"):
        cite(page, requirement, 2)
        expect(page.locator(".turning")).to_contain_text("Page 2 of 3")
    page.get_by_label("What the partner will read").fill(ASKED)
    page.get_by_role("button", name="Ask, and wait for the answer").click()
    expect(page.get_by_text("The partner is asked, and it is their turn now.")).to_be_visible()
    assert stored(claim.reference).state == "action_required"


def answer(page: Page, text: str) -> None:
    """The partner comes by the mail, and answers on the claim's page."""
    assert ASKED in text
    follow(page, text)
    expect(page.locator(".thread")).to_contain_text(ASKED)
    page.get_by_label("Your answer, or a comment").fill(ANSWERED)
    page.get_by_role("button", name="Send the answer").click()
    expect(page.get_by_text("Your answer is sent, and the review goes on.")).to_be_in_viewport()
    expect(page.locator(".thread")).to_contain_text(ANSWERED)


def go_back_to_desk(page: Page, text: str) -> None:
    """The reviewer comes by the mail; what was found before the question still stands."""
    assert ANSWERED in text
    follow(page, text)
    expect(page.locator(".thread")).to_contain_text(ANSWERED)
    page.get_by_role("link", name="Review", exact=True).click()
    for requirement in ("work", "dates"):
        expect(own_cites(page, requirement)).to_have_text([re.compile(r"A\s+p\. 2")])
        expect(check(page, requirement).get_by_label("Met", exact=True)).to_be_checked()


def approve_first(page: Page) -> None:
    """Everything is met, each with a page; approves the product."""
    page.locator(".tabs").get_by_role("link", name=SALES).click()
    turn_to(page, 2)
    turn_to(page, 3)
    for requirement in ("acknowledged", "product", "belongs"):
        cite(page, requirement, 3)
    expect(page.locator("#checked")).to_have_text("5 of 5 checked")
    page.get_by_role("button", name="Approve this product").click()
    page.get_by_role("button", name="Approve, and tell the partner").click()
    expect(page.get_by_text("is approved, and the partner is told.")).to_be_visible()


def refuse_second(page: Page) -> None:
    """One requirement is not met: what is drafted of it comes by itself, and is changed before it goes."""
    page.locator(".tabs").get_by_role("link", name=FIELD).click()
    expect(page.get_by_role("heading", name=f"Draft for {FIELD}")).to_be_visible()
    loads: list[str] = []
    page.on("framenavigated", lambda frame: loads.append(frame.url))
    judge(page, "product", "Not met")
    words = page.get_by_label("What the partner will read")
    expect(words).to_have_value(re.compile(f"{FIELD}:.*Product named: the product is not named", re.DOTALL))
    expect(page.locator("#checked")).to_have_text("1 of 5 checked")
    expect(page.get_by_label("Reason")).to_have_value("product_not_named")
    assert loads == []
    words.fill(REFUSED)
    page.get_by_role("button", name="Refuse this product").click()
    page.get_by_role("button", name="Refuse, and tell the partner").click()
    expect(page.get_by_text("is refused, and the partner is told why.")).to_be_visible()


def expect_outcome(page: Page, claim: Claim) -> None:
    """The claim's page says what became of each product, and why."""
    page.goto(claim.path)
    row = page.get_by_role("region", name="Products").get_by_role("row")
    expect(row.filter(has_text=SALES)).to_contain_text("Approved")
    expect(row.filter(has_text=FIELD)).to_contain_text("Refused")
    expect(row.filter(has_text=FIELD)).to_contain_text("The product is not named")
    expect(page.locator(".thread")).to_contain_text(REFUSED)


def test_a_reviewer_asks_is_answered_approves_one_product_and_refuses_another(
    signed_in: Callable[..., Page], live_world: World, post: PostOffice
) -> None:
    partner, reviewer = signed_in(PARTNER), signed_in(REVIEWER)
    claim = send(partner, proved(live_world))
    number, name = claim.reference, claim.name
    take_next(reviewer, claim)
    ask(reviewer, claim)
    answer(partner, read_mail(post, PARTNER, f"{number} needs your answer: {name}"))
    go_back_to_desk(reviewer, read_mail(post, REVIEWER, f"Jonas Weber answered on {number}: {name}"))
    approve_first(reviewer)
    refuse_second(reviewer)

    assert (stored(number).state, states(claim)) == ("approved", ["approved", "rejected"])
    approved = read_mail(post, PARTNER, f"{number}: {SALES} is approved")
    refused = read_mail(post, PARTNER, f"{number}: {FIELD} is refused")
    assert "Other products of the claim are still being reviewed." in approved
    assert REFUSED in refused
    assert "The product is not named." in refused
    follow(partner, refused)
    expect_outcome(partner, claim)
    expect_outcome(reviewer, claim)


def tab_to(page: Page, wanted: str) -> None:
    """Presses Tab until the focus is there."""
    passed = []
    for _step in range(60):
        page.keyboard.press("Tab")
        passed.append(page.evaluate(FOCUSED))
        if passed[-1] == wanted:
            return
    raise AssertionError(f"Tab never reached {wanted}, but {passed}")


def press(page: Page, key: str) -> None:
    """A key that leads to another page, or to this one anew."""
    with page.expect_navigation():
        page.keyboard.press(key)


def test_by_keyboard_alone_a_product_is_checked_and_enter_in_a_field_decides_nothing(
    at_desk: Callable[..., tuple[Page, Claim]],
) -> None:
    page, claim = at_desk()
    key = claim.evidence.get().key
    for requirement in Requirement:
        tab_to(page, f"cite={requirement}:{key}:1")
        page.keyboard.press("Enter")
        expect(own_cites(page, requirement)).to_have_count(1)
    expect(page.locator("#checked")).to_have_text("5 of 5 checked")
    tab_to(page, "met-acknowledged=yes")
    press(page, "Enter")
    tab_to(page, "words=")
    page.keyboard.type("First")
    page.keyboard.press("Enter")
    page.keyboard.type("second")
    expect(page.get_by_label("What the partner will read")).to_have_value("First\nsecond")
    assert states(claim) == ["open", "open"]
    tab_to(page, "met-dates=yes")
    page.keyboard.press("ArrowRight")
    expect(check(page, "dates").get_by_label("Not met", exact=True)).to_be_checked()
    expect(page.get_by_label("Reason")).to_have_value("dates_missing_or_old")
    expect(check(page, "dates").get_by_label("Not met", exact=True)).to_be_focused()

    assert verdicts(claim, "dynamics-365-sales") == {r.value: (r != Requirement.DATES, ["1"]) for r in Requirement}
    assert stored(claim.reference).state == "under_review"
    expect(page.get_by_label("What the partner will read")).to_have_value("First\nsecond")


def test_without_javascript_a_product_is_judged_cited_kept_and_approved(
    at_desk: Callable[..., tuple[Page, Claim]],
) -> None:
    page, claim = at_desk(java_script_enabled=False)
    page.get_by_role("link", name="Next page").click()
    judge(page, "work", "Not met")
    page.get_by_role("button", name="Keep", exact=True).last.click()
    expect(page.get_by_label("What the partner will read")).to_have_value(re.compile("your service is not described"))
    expect(page.get_by_label("Reason")).to_have_value("partner_service_insufficient")
    judge(page, "work", "Met")
    page.get_by_role("button", name="Approve this product").click()
    expect(page.locator(".alert")).to_contain_text("Not approved yet.")
    assert verdicts(claim, "dynamics-365-sales") == {"work": (True, ["1"])}
    for requirement in set(Requirement) - {Requirement.WORK}:
        cite(page, requirement, 2)
    page.get_by_role("button", name="Approve this product").click()
    page.get_by_role("button", name="Approve, and tell the partner").click()
    expect(page.get_by_text("is approved, and the partner is told.")).to_be_visible()

    assert states(claim) == ["approved", "open"]


def test_words_that_are_typed_are_kept_by_themselves_and_sent_to_nobody(
    at_desk: Callable[..., tuple[Page, Claim]],
) -> None:
    page, claim = at_desk()
    page.get_by_label("What the partner will read").press_sequentially(ASKED)
    expect(page.locator("#saved")).to_contain_text("not sent")
    page.reload()

    expect(page.get_by_label("What the partner will read")).to_have_value(ASKED)
    assert (stored(claim.reference).state, claim.comments.count()) == ("under_review", 0)


def test_the_desk_fits_a_telephone_with_each_of_its_tabs(at_desk: Callable[..., tuple[Page, Claim]]) -> None:
    page, _claim = at_desk(viewport={"width": 390, "height": 844})
    for tab in (FIELD, "Thread", "Internal", SALES):
        page.get_by_role("navigation", name="Parts of the review").get_by_role("link", name=tab).click()
        expect(page.locator(".tabs [aria-current=true]").last).to_contain_text(tab)
        assert (tab, page.evaluate(STICKS_OUT)) == (tab, [])
    judge(page, "dates", "Not met")
    expect(page.get_by_label("Reason")).to_be_visible()
    assert page.evaluate(STICKS_OUT) == []
