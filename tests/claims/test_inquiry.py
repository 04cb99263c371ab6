"""A reviewer asks the partner for more, and the partner answers: whose turn it is, until when, and who hears of it."""

from typing import Any

import pytest
import time_machine

from claims.models import Claim, InformationRequest
from events.log import faults
from events.models import Notification
from partners.models import Conflict, Partner
from tests.claims.evidence.doors import clean_row
from tests.claims.given import events_of, everything, mails, read, sent, stored, told
from tests.claims.test_take import LEAD, NADIA, PIETER, release, take, whose
from tests.scenes import remembered
from tests.world import NOW, World

both_databases = pytest.mark.both_databases
WHO = "jonas.weber"


@pytest.fixture
@remembered
def reference(world: World) -> str:
    """A claim that Nadia reviews, whose own notices are out of the way."""
    reference = sent(world, WHO)
    assert take(world, NADIA, reference).status_code == 200
    Notification.objects.all().delete()
    return reference


def ask(world: World, who: str, reference: str, body: Any = "Which page shows the dates?", **headers: str) -> Any:
    return world.api(who).send("POST", f"claims/{reference}/request-information/", {"body": body}, **headers)


def answer(world: World, who: str, reference: str, body: Any = "Page 4.", **headers: str) -> Any:
    return world.api(who).send("POST", f"claims/{reference}/respond/", {"body": body}, **headers)


def last_day(reference: str) -> str:
    """The last day of the clock that runs on the claim."""
    return str(stored(reference).due_days[-1][0])


@both_databases
def test_asking_gives_the_partner_the_turn_for_five_business_days(world: World, reference: str) -> None:
    with time_machine.travel(NOW.replace(day=24), tick=False):
        asked = ask(world, NADIA, reference)
    assert (asked.status_code, asked.json()["state"]) == (200, "action_required")
    claim = stored(reference)
    # Tuesday 24 November is day 0; Thursday is Thanksgiving.
    assert last_day(reference) == "2026-12-02"
    assert claim.due_at is not None
    assert claim.due_at.isoformat() == "2026-12-03T08:00:00+00:00"
    assert (claim.returns_to, claim.lease_until, whose(reference)) == ("under_review", None, ("action_required", NADIA))
    row = InformationRequest.objects.get()
    assert (row.comment.body, row.due_at, row.answered_at) == ("Which page shows the dates?", claim.due_at, None)
    assert events_of(claim.subject)[-1] == (
        "claim.information_requested",
        {"comment": row.comment_id, "due_at": "2026-12-03T08:00:00+00:00"},
    )
    assert list(faults()) == []


def test_the_partner_is_told_what_is_asked_and_until_when(world: World, reference: str) -> None:
    ask(world, NADIA, reference)
    assert told() == [(WHO, "information_requested")]
    assert mails() == [("jonas.weber@haldencloud.example", f"{reference} needs your answer: Sales roll-out")]
    page = read(world.web(WHO), f"/claims/{reference}/")
    assert "Action required" in page
    assert "Answer by the end of" in page
    assert "Friday 27 November" in page
    assert "Which page shows the dates?" in page
    assert reference in read(world.web(WHO), "/claims/?show=you")


@both_databases
def test_an_answer_gives_the_turn_back_to_the_same_reviewer_with_a_fresh_clock(world: World, reference: str) -> None:
    ask(world, NADIA, reference)
    Notification.objects.all().delete()
    with time_machine.travel(NOW.replace(day=23), tick=False):
        answered = answer(world, WHO, reference)
    assert (answered.status_code, answered.json()["state"]) == (200, "under_review")
    claim = stored(reference)
    assert (whose(reference), claim.returns_to) == (("under_review", NADIA), "")
    # Monday 23 November is day 0; Thursday is Thanksgiving.
    assert last_day(reference) == "2026-12-01"
    assert claim.lease_until is not None
    assert claim.lease_until.isoformat() == "2026-11-26T08:00:00+00:00"
    assert InformationRequest.objects.get().answered_at == NOW.replace(day=23)
    assert told() == [(NADIA, "claim_answered")]
    comment = claim.comments.order_by("pk").last()
    assert comment is not None
    assert claim.due_at is not None
    answered = {"comment": comment.pk, "state": "under_review", "due_at": claim.due_at.isoformat()}
    assert events_of(claim.subject)[-1] == ("claim.responded", answered)


def test_an_answer_waits_for_another_where_the_reviewer_may_not_judge_it_any_more(world: World, reference: str) -> None:
    ask(world, NADIA, reference)
    Conflict.objects.create(user=world.person(NADIA), partner=Partner.objects.get(name="Halden Cloud Works"))
    Notification.objects.all().delete()
    assert answer(world, WHO, reference).json()["state"] == "submitted"
    assert whose(reference) == ("submitted", "")
    assert told() == [(PIETER, "claim_answered"), (LEAD, "claim_answered")]
    assert take(world, PIETER, reference).status_code == 200


def test_an_answer_waits_for_another_where_the_claim_was_given_back(world: World, reference: str) -> None:
    ask(world, NADIA, reference)
    assert release(world, NADIA, reference).json()["state"] == "action_required"
    assert answer(world, WHO, reference).json()["state"] == "submitted"


def test_a_disputed_claim_goes_back_to_its_dispute(world: World, reference: str) -> None:
    Claim.objects.filter(reference=reference).update(state="disputed")
    ask(world, NADIA, reference)
    assert answer(world, WHO, reference).json()["state"] == "disputed"


def test_what_was_answered_is_new_to_nobody_any_more(world: World, reference: str) -> None:
    assert ask(world, NADIA, reference).status_code == 200
    asked = Notification.objects.filter(subject=stored(reference).subject, kind="information_requested")
    assert asked.filter(read_at=None).exists()
    assert answer(world, WHO, reference).status_code == 200
    assert not asked.filter(read_at=None).exists()
    assert Notification.objects.filter(kind="claim_answered", read_at=None).exists()


@pytest.mark.parametrize("other", [False, True])
def test_a_reminder_stays_new_as_long_as_a_case_waits_for_another_answer(
    world: World, reference: str, other: bool
) -> None:
    assert ask(world, NADIA, reference).status_code == 200
    asked = Notification.objects.get(kind="information_requested", recipient=world.person(WHO))
    Notification.objects.create(**{**row(asked), "key": "reminder", "kind": "answer_due"})
    Claim.objects.filter(reference=reference).update(asked_until=NOW if other else None)
    assert answer(world, WHO, reference).status_code == 200
    assert Notification.objects.filter(kind="answer_due", read_at=None).exists() is other


def row(notice: Notification) -> dict[str, Any]:
    """A notice as it would be written again."""
    names = ("recipient_id", "subject", "kind", "values", "path", "at")
    return {name: getattr(notice, name) for name in names}


def test_one_may_ask_again_after_an_answer(world: World, reference: str) -> None:
    for _ in range(2):
        assert ask(world, NADIA, reference).status_code == 200
        assert answer(world, WHO, reference).status_code == 200
    assert InformationRequest.objects.exclude(answered_at=None).count() == 2


@pytest.mark.parametrize(
    ("who", "status"), [(PIETER, 403), (LEAD, 403), ("hugo.brandt", 403), (WHO, 403), ("miguel.sa", 404)]
)
def test_only_who_has_the_claim_asks(world: World, reference: str, who: str, status: int) -> None:
    world.api(who)
    before = everything()
    assert ask(world, who, reference).status_code == status
    assert everything() == before


@pytest.mark.parametrize(("who", "status"), [(NADIA, 403), ("hugo.brandt", 403), ("miguel.sa", 404)])
def test_only_the_company_answers(world: World, reference: str, who: str, status: int) -> None:
    ask(world, NADIA, reference)
    world.api(who)
    before = everything()
    assert answer(world, who, reference).status_code == status
    assert everything() == before


@both_databases
@pytest.mark.parametrize(
    "state", ["submitted", "under_review", "action_required", "approved", "rejected", "disputed", "withdrawn", "ended"]
)
def test_asking_and_answering_have_their_states_and_change_nothing_in_others(
    world: World, reference: str, state: str
) -> None:
    Claim.objects.filter(reference=reference).update(state=state, returns_to="under_review")
    before = everything()
    if state not in {"under_review", "disputed"}:
        assert (ask(world, NADIA, reference).status_code, everything() == before) == (409, True)
    if state != "action_required":
        world.api(WHO)
        before = everything()
        assert (answer(world, WHO, reference).status_code, everything() == before) == (409, True)


@pytest.mark.parametrize("body", ["", "   ", None, 7, "x" * 4001, "a\x07b"])
def test_a_question_or_answer_without_words_is_refused(world: World, reference: str, body: Any) -> None:
    before = everything()
    assert ask(world, NADIA, reference, body).status_code == 400
    assert everything() == before
    ask(world, NADIA, reference)
    world.api(WHO)
    before = everything()
    assert answer(world, WHO, reference, body).status_code == 400
    assert everything() == before


def test_buttons_of_the_page_ask_and_answer(world: World, reference: str) -> None:
    browser, partner = world.web(NADIA), world.web(WHO)
    path = f"/claims/{reference}/"
    assert 'value="request_information"' in read(browser, path)
    assert 'value="request_information"' not in read(world.web(PIETER), path)
    assert 'value="respond"' not in read(partner, path)

    post = {"body": "Which page?", "do": "request_information", "version": stored(reference).version}
    page = browser.post(f"{path}comments/", post, follow=True).content.decode()
    assert "The partner is asked, and it is their turn now." in page
    assert "The partner is asked to answer by the end of" in page
    assert 'value="respond"' in read(partner, path)
    post = {"body": "Page 4.", "do": "respond", "version": stored(reference).version}
    page = partner.post(f"{path}comments/", post, follow=True).content.decode()
    assert "Your answer is sent, and the review goes on." in page
    assert whose(reference) == ("under_review", NADIA)


def test_a_page_that_is_older_than_the_claim_asks_nothing_and_keeps_the_words(world: World, reference: str) -> None:
    seen = stored(reference).version
    clean_row(reference)
    world.api(WHO).send("POST", f"claims/{reference}/comments/", {"body": "Wait, here is more."})
    post = {"body": "Which page is it?", "do": "request_information", "version": seen}
    page = world.web(NADIA).post(f"/claims/{reference}/comments/", post)
    assert page.status_code == 409
    text = page.content.decode()
    assert "somebody else acted on this claim meanwhile" in text
    assert "Which page is it?" in text
    assert "Wait, here is more." in text
    assert stored(reference).state == "under_review"


def test_an_answer_may_bring_a_plain_comment_first(world: World, reference: str) -> None:
    ask(world, NADIA, reference)
    world.api(WHO).send("POST", f"claims/{reference}/comments/", {"body": "We are looking."})
    assert stored(reference).state == "action_required"
    assert InformationRequest.objects.get().answered_at is None


@both_databases
def test_the_history_keeps_the_due_date_that_was_told_when_the_claim_was_sent(world: World, reference: str) -> None:
    def submitted() -> str:
        page = read(world.web(WHO), f"/claims/{reference}/")
        return page.partition("by Jonas Weber; due ")[2][:10]

    assert submitted() == "Fri 27 Nov"
    with time_machine.travel(NOW.replace(day=24), tick=False):
        ask(world, NADIA, reference)
    with time_machine.travel(NOW.replace(day=25), tick=False):
        answer(world, WHO, reference)
        assert submitted() == "Fri 27 Nov"
