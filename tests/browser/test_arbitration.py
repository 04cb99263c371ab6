"""Three partners and one subscription, from the first claim to the customer's word: six sign-ins and a customer."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from claims import dates
from claims.actions.sweep import sweep
from claims.calendars import last_day
from claims.models import Association, Case, Consent, InformationRequest
from events.log import faults
from tests.arbitration.given import case_of, filed, firms, held_by, look_at, state_of
from tests.browser.claimant import PARTNER, REVIEWER
from tests.browser.test_every_page import fits
from tests.browser.test_review import follow, post, read_mail
from tests.claims.given import stored
from tests.events.post_office import PostOffice
from tests.world import World

__all__ = ["post"]

pytestmark = pytest.mark.browser
RIVAL, SILENT = "miguel.sa@brightwater.example", "person.calder@calder.example"
SENIOR, SECOND, LEAD = (
    "ruth.adeyemi@haldencloud.example",
    "pieter.vos@northgate.example",
    "samuel.lind@northgate.example",
)
CUSTOMER = "maud.fenn@alderfreight.example"
ASKED = "Which of your pages is the newest?"
ANSWERED = "Page 1 is from this autumn."
RATIONALE = "Customer acknowledged: signed later, by the head of IT (BP-A p. 1)."
DISPUTED = "The newer signature confirms the work of ours that page 2 describes."
SALES = "Dynamics 365 Sales"


class Story:
    """The windows of all who take part, and their claims."""

    def __init__(self, world: World, window: Callable[..., Page], signed_in: Callable[..., Page]) -> None:
        self.world, self.firms = world, firms(world, 3)
        self.a, self.b, self.c = signed_in(PARTNER), signed_in(RIVAL), signed_in(SILENT)
        self.nadia, self.pieter, self.samuel = signed_in(REVIEWER), signed_in(SECOND), signed_in(LEAD)
        self.customer = window()
        self.claims: list[str] = []

    @property
    def case(self) -> Case:
        """The latest case."""
        return case_of(self.claims[0])

    def desk(self, page: Page) -> Page:
        """The reviewer's window at the case's desk."""
        page.goto(f"/review/cases/{self.case.pk}/")
        fits(page)
        return page

    def reads(self, number: int, *texts: str) -> None:
        """The partner of this number finds these texts on its claim's page, and no name of another's."""
        page = (self.a, self.b, self.c)[number]
        page.goto(stored(self.claims[number]).path)
        for text in texts:
            expect(page.locator("main")).to_contain_text(text)
        said = page.content()
        for other in (firm for place, firm in enumerate(self.firms) if place != number):
            assert other.name not in said


def date_of(ends_at: datetime) -> str:
    """The last day of a clock, as a mail says it."""
    return dates.day_long(date.fromisoformat(last_day(ends_at)))


def own(text: str, *others: str) -> str:
    """A mail that names none of these."""
    assert [name for name in others if name in text] == []
    return text


@pytest.fixture
def story(window: Callable[..., Page], signed_in: Callable[..., Page], live_world: World) -> Story:
    return Story(live_world, window, signed_in)


def a_is_approved_and_confirmed(story: Story, post: PostOffice) -> None:
    story.claims.append(held_by(story.world, story.firms[0]))
    letter = read_mail(post, CUSTOMER, f"{story.firms[0].name} says it helped you with {SALES}: is that right?")
    assert "/customer/" in letter
    assert sweep(now=timezone.now())["asked"] == 1
    over = {"ends_at": timezone.now(), "sweep_at": timezone.now()}  # as a week later
    Consent.objects.filter(claim__reference=story.claims[0]).update(**over)
    assert sweep(now=timezone.now())["confirmed"] == 1
    read_mail(post, PARTNER, f"{story.claims[0]}: {SALES} is confirmed")
    story.reads(0, "Approved", "confirmed")


def b_and_c_claim_the_same(story: Story) -> None:
    for firm in story.firms[1:]:
        story.claims.append(filed(story.world, firm))
    look_at(story.world, "pieter.vos", *story.claims[1:])
    for number in (1, 2):
        story.reads(number, "Another partner has a claim to what you claim here")
    story.reads(0, "Approved")
    assert "arbitration" not in story.a.content()


def all_are_asked(story: Story, post: PostOffice) -> None:
    page = story.desk(story.nadia)
    expect(page.get_by_role("columnheader", name=story.firms[2].name)).to_be_visible()
    page.get_by_role("link", name="Ask a party").click()
    page.locator("#ask textarea").fill(f"What do you say to {story.firms[1].name}?")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator("main")).to_contain_text("this names another partner", ignore_case=True)
    page.locator("#ask textarea").fill(ASKED)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("The parties are asked, each with its own time to answer.")).to_be_visible()
    story.reads(1, ASKED, "The partner that holds what you claim here is being heard")


def answer(page: Page, text: str, words: str) -> None:
    follow(page, text)
    expect(page.locator(".thread")).to_contain_text(ASKED)
    page.get_by_label("Your answer, or a comment").fill(words)
    page.get_by_role("button", name="Answer what was asked until").click()
    expect(page.locator(".thread")).to_contain_text(words)


def two_answer_and_c_stays_silent(story: Story, post: PostOffice) -> None:
    last = date_of(InformationRequest.objects.earliest("pk").due_at)
    for page, number, reader in ((story.a, 0, PARTNER), (story.b, 1, RIVAL)):
        text = read_mail(post, reader, f"{story.claims[number]} needs your answer by {last}: Sales roll-out")
        answer(page, own(text, *(firm.name for place, firm in enumerate(story.firms) if place != number)), ANSWERED)
    over = {"due_at": timezone.now(), "sweep_at": timezone.now()}  # as a week later
    InformationRequest.objects.filter(claim__reference=story.claims[2]).update(**over)
    assert sweep(now=timezone.now())["heard"] == 1
    assert "Silent" in story.desk(story.pieter).locator("main").inner_text()


def b_is_proposed_and_seconded(story: Story, post: PostOffice) -> None:
    page = story.desk(story.pieter)
    page.get_by_label(f"Uphold {story.firms[1].name}").check()
    page.get_by_label("Rationale").fill(RATIONALE)
    expect(page.locator("#saved")).to_contain_text("kept", ignore_case=True)
    page.get_by_role("button", name=f"Propose to uphold {story.firms[1].name}").click()
    expect(page.get_by_text("The decision is proposed.")).to_be_visible()
    text = read_mail(post, REVIEWER, f"Case {story.case.pk} waits for a second reviewer: {SALES}")
    follow(story.nadia, text)
    expect(story.nadia.locator("main")).to_contain_text(RATIONALE)
    story.nadia.get_by_role("button", name="Agree, and put it into effect").click()
    expect(story.nadia.locator("#sure")).to_be_focused()
    expect(story.nadia.locator("#sure")).to_contain_text(f"{story.firms[0].name} loses it")
    story.nadia.get_by_role("button", name="Put it into effect", exact=True).click()
    expect(story.nadia.get_by_text("The decision is in effect.")).to_be_visible()
    assert state_of(*story.claims) == [
        ("ended", "ended", "another_partner_upheld"),
        ("approved", "approved", ""),
        ("rejected", "rejected", "another_partner_upheld"),
    ]
    story.reads(0, "Ended", "Another partner was upheld")
    story.reads(1, "Approved")
    story.reads(2, "Refused", "Another partner was upheld")


def a_disputes(story: Story, post: PostOffice, signed_in: Callable[..., Page]) -> None:
    text = read_mail(post, PARTNER, f"{story.claims[0]}: {SALES} goes to another partner")
    assert "You may dispute this for 30 days" in own(text, *(firm.name for firm in story.firms[1:]))
    story.a.goto(stored(story.claims[0]).path)
    expect(story.a.get_by_role("link", name="Dispute")).to_have_count(0)  # who only claims does not decide on it
    page = signed_in(SENIOR)
    page.goto(stored(story.claims[0]).path)
    page.get_by_role("link", name="Dispute").click()
    fits(page)
    page.get_by_label("Why is it wrong?").fill(DISPUTED)
    page.get_by_role("button", name="Dispute").click()
    expect(page.get_by_text("The decision is disputed.")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Disputed")
    page.goto(f"/claims/{story.claims[0]}/dispute/")
    expect(page.get_by_role("heading", name="Nothing can be disputed here")).to_be_visible()


def another_reviewer_decides(story: Story) -> None:
    for page in (story.nadia, story.pieter):
        expect(story.desk(page).locator("main")).to_contain_text("a dispute is for another")
    look_at(story.world, "samuel.lind", story.claims[0])
    page = story.desk(story.samuel)
    page.get_by_label(f"Uphold {story.firms[1].name}").check()
    page.get_by_label("Rationale").fill(RATIONALE)
    expect(page.locator("#saved")).to_contain_text("kept", ignore_case=True)
    page.get_by_role("button", name=f"Uphold {story.firms[1].name}").click()
    expect(page.locator("#sure")).to_contain_text("it is final for all")
    page.get_by_role("button", name="Put it into effect").click()
    expect(page.get_by_text("The case is decided, and every party is told by its letter.")).to_be_visible()
    assert state_of(*story.claims[:2]) == [
        ("rejected", "rejected", "another_partner_upheld"),
        ("approved", "approved", ""),
    ]
    story.reads(0, "Refused")


def the_customer_declines(story: Story, post: PostOffice) -> None:
    text = read_mail(post, CUSTOMER, f"{story.firms[1].name} says it helped you with {SALES}: is that right?")
    follow(story.customer, own(text, story.firms[0].name, story.firms[2].name))
    fits(story.customer)
    story.customer.get_by_role("button", name="Decline this request").click()
    expect(story.customer.get_by_role("heading", name="You have declined")).to_be_visible()
    assert state_of(*story.claims[:2]) == [("approved", "approved", ""), ("rejected", "ended", "customer_declined")]
    own(read_mail(post, RIVAL, f"{story.claims[1]}: the customer declines {SALES}"), story.firms[0].name)
    own(read_mail(post, PARTNER, f"{story.claims[0]}: {SALES} is yours again"), story.firms[1].name)
    story.reads(0, "Approved")
    story.reads(1, "The customer declined")
    assert [row.partner.name for row in Association.objects.filter(until=None)] == [story.firms[0].name]


def test_three_partners_claim_one_subscription_until_the_customer_has_its_word(
    story: Story, post: PostOffice, signed_in: Callable[..., Page]
) -> None:
    a_is_approved_and_confirmed(story, post)
    b_and_c_claim_the_same(story)
    all_are_asked(story, post)
    two_answer_and_c_stays_silent(story, post)
    b_is_proposed_and_seconded(story, post)
    a_disputes(story, post, signed_in)
    another_reviewer_decides(story)
    the_customer_declines(story, post)
    assert list(faults()) == []
