"""What reviewers do beside deciding: finishing a review that a case decides, giving claims over, writing notes."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from claims.actions.sweep import sweep
from claims.models import Note
from events.log import faults
from events.models import Notification
from partners.models import Conflict, Partner
from tests.claims.given import (
    SALES,
    SERVICE,
    events_of,
    everything,
    mails,
    notices_on,
    of_brightwater,
    read,
    sent,
    stored,
    told,
)
from tests.claims.test_decide import ALL, approve, check, found
from tests.claims.test_inquiry import answer, ask
from tests.claims.test_sweep import DUE
from tests.claims.test_take import LEAD, NADIA, PIETER, release, take, whose
from tests.scenes import remembered
from tests.world import NOW, World

WHO, RIVAL = "jonas.weber", "miguel.sa"


@pytest.fixture
@remembered
def contested(world: World) -> str:
    """A claim to one product that Nadia reviews and Brightwater claims too; what was told is out of the way."""
    reference = sent(world, WHO)
    sent(world, RIVAL, **of_brightwater())
    assert take(world, NADIA, reference).status_code == 200
    Notification.objects.all().delete()
    return reference


def finish(world: World, who: str, reference: str, **headers: str) -> Any:
    return world.api(who).send("POST", f"claims/{reference}/record-review/", **headers)


def give(world: World, who: str, reference: str, to: Any) -> Any:
    return world.api(who).send("POST", f"claims/{reference}/reassign/", {"reviewer": to})


def note(world: World, who: str, reference: str, body: Any = "Same contact as last year.") -> Any:
    return world.api(who).send("POST", f"claims/{reference}/notes/", {"body": body})


def address(world: World, who: str) -> str:
    return str(world.person(who).email)


# Finishing a review


def test_a_contested_claim_whose_proof_is_checked_waits_for_its_case(world: World, contested: str) -> None:
    check(world, NADIA, contested, found(contested, unmet=("dates",)))
    done = finish(world, NADIA, contested)
    assert (done.status_code, done.json()["state"]) == (200, "under_review"), done.json()
    claim = stored(contested)
    assert (claim.reviewed_at, claim.lease_until, claim.sweep_at) == (NOW, None, claim.remind_at)
    assert whose(contested) == ("under_review", NADIA)
    assert events_of(claim.review_subject)[-1] == ("review.finished", {})
    assert list(faults()) == []


def test_what_is_reviewed_leaves_the_queue_of_what_is_free(world: World, contested: str) -> None:
    check(world, NADIA, contested, found(contested))
    finish(world, NADIA, contested)
    free = world.api(PIETER).send("GET", "queue/?show=free").json()["results"]
    assert contested not in {claim["reference"] for claim in free}
    assert take(world, PIETER, contested).status_code == 409
    assert "take" not in world.api(PIETER).send("GET", f"claims/{contested}/").json()["actions"]


@pytest.mark.parametrize("requirement", ALL)
def test_a_review_is_not_finished_while_a_requirement_is_undecided(
    world: World, contested: str, requirement: str
) -> None:
    check(world, NADIA, contested, [one for one in found(contested) if one["requirement"] != requirement])
    before = everything()
    refused = finish(world, NADIA, contested)
    assert refused.status_code == 400
    assert [finding["field"] for finding in refused.json()["findings"]] == [f"lines.0.checks.{requirement}"]
    assert everything() == before


def test_what_nobody_contests_is_decided_before_the_review_is_finished(world: World) -> None:
    reference = sent(world, WHO, lines=[SALES, SERVICE])
    sent(world, RIVAL, lines=[SALES], **of_brightwater())
    take(world, NADIA, reference)
    for line in (0, 1):
        check(world, NADIA, reference, found(reference), line=line)
    refused = finish(world, NADIA, reference)
    assert [(one["code"], one["field"]) for one in refused.json()["findings"]] == [("line_to_decide", "lines.1")]
    approve(world, NADIA, reference, 1)
    assert finish(world, NADIA, reference).status_code == 200


def test_a_review_is_finished_once(world: World, contested: str) -> None:
    check(world, NADIA, contested, found(contested))
    finish(world, NADIA, contested)
    before = everything()
    assert finish(world, NADIA, contested).status_code == 409
    assert everything() == before


@pytest.mark.parametrize("who", [PIETER, LEAD, "elena.ruiz", "hugo.brandt", WHO])
def test_only_who_has_taken_the_claim_finishes_its_review(world: World, contested: str, who: str) -> None:
    check(world, NADIA, contested, found(contested))
    before = everything()
    assert finish(world, who, contested).status_code == 403
    assert everything() == before


def test_asking_the_partner_again_takes_the_review_up_again(world: World, contested: str) -> None:
    check(world, NADIA, contested, found(contested))
    finish(world, NADIA, contested)
    assert ask(world, NADIA, contested).status_code == 200
    assert stored(contested).reviewed_at is None
    assert answer(world, WHO, contested).status_code == 200
    assert stored(contested).lease_until is not None


def test_no_partner_can_tell_that_a_review_is_finished(world: World, contested: str) -> None:
    def seen() -> tuple[Any, ...]:
        shown = re.sub(r'value="\w{64}"', "", read(world.web(WHO), f"/claims/{contested}/"))
        api = world.api(WHO)
        events = api.send("GET", f"claims/{contested}/events/").json()
        claim = api.send("GET", f"claims/{contested}/")
        return shown, events, claim.json(), claim["ETag"], told()

    read(world.web(WHO), f"/claims/{contested}/")
    check(world, NADIA, contested, found(contested))
    before = seen()
    finish(world, NADIA, contested)
    assert seen() == before


def test_on_its_due_date_the_partner_reads_why_it_takes_longer_and_no_lead_hears_of_it(
    world: World, contested: str
) -> None:
    check(world, NADIA, contested, found(contested))
    finish(world, NADIA, contested)
    assert sweep(now=DUE) == {"overdue": 2}
    assert notices_on(contested)[-1:] == ["arbitration_takes_longer"]
    assert (WHO, "still_in_review") in told()
    leads = Notification.objects.filter(kind="review_overdue").values_list("path", flat=True)
    assert f"/claims/{contested}/" not in leads
    assert "claim.review_overdue" not in {kind for kind, _ in events_of(stored(contested).subject)}
    assert contested not in {
        claim["reference"] for claim in world.api(LEAD).send("GET", "queue/?show=overdue").json()["results"]
    }


def test_a_claim_whose_proof_is_checked_stays_under_review_when_it_is_given_back(world: World, contested: str) -> None:
    check(world, NADIA, contested, found(contested))
    finish(world, NADIA, contested)
    assert release(world, NADIA, contested).json()["state"] == "under_review"
    assert whose(contested) == ("under_review", "")
    withdraw_rival(world)
    sweep(now=NOW)
    assert stored(contested).reviewed_at is None
    assert take(world, PIETER, contested).status_code == 200


def withdraw_rival(world: World) -> None:
    """Brightwater takes its claim back."""
    rival = world.api(RIVAL).send("GET", "claims/").json()["results"][0]["reference"]
    assert world.api(RIVAL).send("POST", f"claims/{rival}/withdraw/").status_code == 200


def test_where_the_other_partner_withdraws_the_claim_is_its_reviewers_again(world: World, contested: str) -> None:
    check(world, NADIA, contested, found(contested))
    finish(world, NADIA, contested)
    version = stored(contested).version
    withdraw_rival(world)
    assert sweep(now=NOW) == {"resumed": 1}
    claim = stored(contested)
    assert (claim.reviewed_at, claim.version, whose(contested)) == (None, version, ("under_review", NADIA))
    assert claim.lease_until is not None
    assert (NADIA, "review_again") in told()
    assert not sweep(now=NOW)
    assert approve(world, NADIA, contested).json()["state"] == "approved"


def test_a_review_that_was_finished_in_time_is_not_late_when_its_case_closes_afterwards(
    world: World, contested: str
) -> None:
    check(world, NADIA, contested, found(contested))
    finish(world, NADIA, contested)
    with time_machine.travel(DUE + timedelta(hours=1), tick=False):
        withdraw_rival(world)
        sweep(now=DUE + timedelta(hours=1))
        assert not sweep(now=DUE + timedelta(hours=1))
    assert "claim.review_overdue" not in {kind for kind, _ in events_of(stored(contested).subject)}


def test_a_reviewer_in_conflict_by_then_neither_gets_the_claim_back_nor_hears_of_it(
    world: World, contested: str
) -> None:
    check(world, NADIA, contested, found(contested))
    finish(world, NADIA, contested)
    Conflict.objects.create(user=world.person(NADIA), partner=Partner.objects.get(name="Halden Cloud Works"))
    withdraw_rival(world)
    sweep(now=NOW)
    assert whose(contested) == ("under_review", "")
    assert NADIA not in {who for who, kind in told() if kind == "review_again"}


# Giving a claim over


def test_a_lead_gives_a_claim_to_a_reviewer_whoever_has_it(world: World, contested: str) -> None:
    answered = give(world, LEAD, contested, address(world, PIETER))
    assert answered.status_code == 200, answered.json()
    assert whose(contested) == ("under_review", PIETER)
    assert told() == [(NADIA, "claim_given_away"), (PIETER, "claim_given")]
    assert {subject for _, subject in mails()} == {
        f"Samuel Lind gave you {contested}: Sales roll-out",
        f"{contested} went to Pieter Vos: Sales roll-out",
    }
    people = {"reviewer": world.person(PIETER).pk, "former": world.person(NADIA).pk}
    assert events_of(stored(contested).subject)[-1] == ("claim.reassigned", people)


def test_a_claim_that_nobody_has_is_given_too(world: World) -> None:
    reference = sent(world, WHO)
    assert give(world, LEAD, reference, address(world, NADIA)).json()["state"] == "under_review"
    assert whose(reference) == ("under_review", NADIA)


def test_a_claim_that_waits_for_its_partner_is_given_without_a_lease_and_goes_on_waiting(world: World) -> None:
    reference = sent(world, WHO)
    take(world, NADIA, reference)
    body = {"body": "Which page shows the dates?"}
    assert world.api(NADIA).send("POST", f"claims/{reference}/request-information/", body).status_code == 200
    due_at = stored(reference).due_at
    page = read(world.web(LEAD), f"/claims/{reference}/review/")
    assert "Nadia Okafor has this claim, and waits for its partner." in page
    assert "Give back for Nadia Okafor" in page
    assert give(world, LEAD, reference, address(world, PIETER)).status_code == 200
    given = Notification.objects.get(kind="claim_given")
    assert (given.recipient.email, given.values["waits"]) == (address(world, PIETER), True)
    claim = stored(reference)
    assert (claim.state, claim.lease_until, claim.due_at) == ("action_required", None, due_at)
    assert whose(reference) == ("action_required", PIETER)
    assert world.api(WHO).send("POST", f"claims/{reference}/respond/", {"body": "Page 4."}).status_code == 200
    assert whose(reference) == ("under_review", PIETER)


def test_who_gives_a_waiting_claim_back_for_somebody_reads_that_it_still_waits(world: World) -> None:
    reference = sent(world, WHO)
    take(world, NADIA, reference)
    body = {"body": "Which page shows the dates?"}
    assert world.api(NADIA).send("POST", f"claims/{reference}/request-information/", body).status_code == 200
    form = {"version": stored(reference).version}
    page = world.web(LEAD).post(f"/claims/{reference}/release/", form, follow=True).content.decode()
    assert "Nobody has the claim now; it still waits for its partner." in page
    assert "back in the queue" not in page


@pytest.mark.parametrize(
    "to", ["", "nobody@example.com", WHO, "elena.ruiz", None, 7, "in conflict", "\0", "\ud800", "x" * 100_000]
)
def test_a_claim_is_given_to_nobody_who_may_not_judge_it(world: World, contested: str, to: Any) -> None:
    if to == "in conflict":
        to = PIETER
        partner = Partner.objects.get(name="Halden Cloud Works")
        Conflict.objects.create(user=world.person(PIETER), partner=partner)
    if to in {WHO, "elena.ruiz", PIETER}:
        to = address(world, to)
    before = everything()
    refused = give(world, LEAD, contested, to)
    assert (refused.status_code, refused.json()["findings"][0]["code"]) == (400, "reviewer_unfit")
    assert everything() == before


@pytest.mark.parametrize("who", [NADIA, PIETER, "elena.ruiz", "hugo.brandt", WHO])
def test_only_a_lead_gives_claims_over(world: World, contested: str, who: str) -> None:
    before = everything()
    assert give(world, who, contested, address(world, PIETER)).status_code == 403
    assert everything() == before


# Notes


def test_the_operators_people_read_each_others_notes(world: World, contested: str) -> None:
    answered = note(world, PIETER, contested)
    assert (answered.status_code, answered.json()) == (
        201,
        {"author": "Pieter Vos", "body": "Same contact as last year.", "at": "2026-11-19T22:05:00Z"},
    )
    for who in (NADIA, LEAD, "hugo.brandt"):
        assert world.api(who).send("GET", f"claims/{contested}/notes/").json() == [answered.json()]


def test_no_partner_can_tell_that_there_is_a_note(world: World, contested: str) -> None:
    def seen() -> tuple[Any, ...]:
        api = world.api(WHO).send("GET", f"claims/{contested}/")
        return api.json(), api["ETag"], world.api(WHO).send("GET", f"claims/{contested}/comments/").json(), told()

    before = seen()
    note(world, NADIA, contested, "SECRET")
    assert seen() == before
    for path in (f"/claims/{contested}/", "/claims/", "/claims/?q=SECRET"):
        assert "SECRET" not in read(world.web(WHO), path).replace("q=SECRET", "").replace('value="SECRET"', "")
    assert world.api(WHO).send("GET", f"claims/{contested}/notes/").status_code == 403
    assert note(world, WHO, contested).status_code == 403
    assert list(Note.objects.values_list("body", flat=True)) == ["SECRET"]


@pytest.mark.parametrize("body", ["", None, 7, "x" * 4001])
def test_a_note_says_something_and_not_too_much(world: World, contested: str, body: Any) -> None:
    assert note(world, NADIA, contested, body).status_code == 400
    assert not Note.objects.exists()


def test_a_reviewer_with_a_conflict_neither_reads_nor_writes_notes(world: World, contested: str) -> None:
    partner = Partner.objects.get(name="Halden Cloud Works")
    Conflict.objects.create(user=world.person(PIETER), partner=partner)
    assert note(world, PIETER, contested).status_code == 404
    assert world.api(PIETER).send("GET", f"claims/{contested}/notes/").status_code == 404
