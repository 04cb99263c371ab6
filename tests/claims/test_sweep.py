"""What time brings without anybody: reminders, word that a review is late, lapsed answers and leases; each once."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from claims.actions.sweep import ONE_BY_ONE, sweep
from claims.models import Claim, InformationRequest
from claims.tasks import sweep_claims
from events.log import faults
from events.models import Event, Notification, Outbox
from partners.models import Conflict
from tests.claims.given import (
    SALES,
    SERVICE,
    events_of,
    everything,
    notices_on,
    of_brightwater,
    parties,
    read,
    sent,
    stored,
    told,
)
from tests.claims.test_decide import approve, check, found
from tests.claims.test_inquiry import answer, ask
from tests.claims.test_take import LEAD, NADIA, PIETER, release, take, whose
from tests.scenes import remembered
from tests.world import World

pytestmark = pytest.mark.both_databases
WHO = "jonas.weber"

# Sent or asked on Thursday 19 November 2026 in Los Angeles. The 26th is Thanksgiving, so the fifth business day is
# Friday the 27th: its beginning reminds, its end is when the clock runs out. A lease lasts until Monday's end.
REMINDER = datetime(2026, 11, 27, 8, tzinfo=UTC)
DUE = datetime(2026, 11, 28, 8, tzinfo=UTC)
LEASE_ENDS = datetime(2026, 11, 24, 8, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)


def tick(at: datetime) -> str:
    """What `manage.py tick` says at this instant."""
    out = StringIO()
    with time_machine.travel(at, tick=False):
        call_command("tick", stdout=out)
    return out.getvalue().strip()


def quiet() -> None:
    """What was told so far is out of the way."""
    Outbox.objects.all().delete()
    Notification.objects.all().delete()


@pytest.fixture
@remembered
def reference(world: World) -> str:
    """A claim that nobody has taken."""
    reference = sent(world, WHO)
    quiet()
    return reference


@pytest.fixture
@remembered
def asked(world: World) -> str:
    """A claim whose partner was asked, by Nadia."""
    reference = sent(world, WHO, lines=[SALES, SERVICE])
    take(world, NADIA, reference)
    assert ask(world, NADIA, reference).status_code == 200
    quiet()
    return reference


@pytest.fixture
@remembered
def asked_and_contested(world: World, asked: str) -> str:
    """As `asked`, while another partner claims one of the two products too."""
    sent(world, "miguel.sa", lines=[SALES], **of_brightwater())
    quiet()
    return asked


def states(reference: str) -> list[tuple[str, str]]:
    return [(line.state, line.reason) for line in stored(reference).lines.all()]


# Reviews


def test_before_its_time_nothing_happens_and_a_sweep_writes_nothing(reference: str) -> None:
    before = everything()
    assert tick(REMINDER - INSTANT) == "nothing was due."
    assert everything() == before


def test_as_the_last_business_day_begins_those_are_reminded_who_may_take_it(reference: str) -> None:
    assert tick(REMINDER) == "3 mailed, 1 reminded."
    assert told() == [(NADIA, "review_due"), (PIETER, "review_due"), (LEAD, "review_due")]
    assert events_of(stored(reference).subject)[-1] == ("claim.reminded", {})


def test_who_has_taken_the_claim_is_reminded_alone(world: World, reference: str) -> None:
    with time_machine.travel(REMINDER - timedelta(hours=9), tick=False):
        take(world, PIETER, reference)
    tick(REMINDER)
    assert told() == [(PIETER, "review_due")]


def test_a_review_that_is_late_is_marked_and_the_leads_are_told_once(reference: str) -> None:
    tick(REMINDER)
    quiet()
    before = stored(reference)
    assert tick(DUE - INSTANT) == "nothing was due."
    assert tick(DUE) == "1 mailed, 1 overdue."
    claim = stored(reference)
    assert (claim.overdue_at, claim.state, claim.version) == (DUE, "submitted", before.version)
    assert told() == [(LEAD, "review_overdue")]
    assert events_of(claim.subject)[-1] == ("claim.review_overdue", {})
    assert list(faults()) == []
    after = everything()
    for later in (timedelta(0), timedelta(days=7)):
        assert tick(DUE + later) == "nothing was due."
    assert everything() == after


def test_after_a_long_pause_a_late_review_is_marked_and_not_reminded_of(reference: str) -> None:
    assert tick(DUE + timedelta(days=3)) == "1 mailed, 1 overdue."
    assert [kind for kind, _ in events_of(stored(reference).subject)][-1:] == ["claim.review_overdue"]
    assert told() == [(LEAD, "review_overdue")]


def test_the_partner_of_a_contested_claim_reads_why_it_takes_longer(world: World, reference: str) -> None:
    sent(world, "miguel.sa", **of_brightwater())
    quiet()
    tick(DUE)
    assert notices_on(reference)[-1:] == ["arbitration_takes_longer"]
    assert (WHO, "still_in_review") in told()
    assert "The time for its review has passed" in read(world.web(WHO), f"/claims/{reference}/")


def test_the_partner_of_another_late_claim_hears_nothing(reference: str) -> None:
    tick(DUE)
    assert notices_on(reference) == []
    assert WHO not in {who for who, _ in told()}


def test_a_claim_that_was_withdrawn_is_neither_reminded_of_nor_late(world: World, reference: str) -> None:
    world.api(WHO).send("POST", f"claims/{reference}/withdraw/")
    quiet()
    assert tick(DUE) == "nothing was due."


# Leases


def test_a_claim_that_its_reviewer_does_not_touch_goes_back_to_the_queue(world: World, reference: str) -> None:
    take(world, NADIA, reference)
    assert tick(LEASE_ENDS - INSTANT) == "nothing was due."
    due = stored(reference).due_at
    assert tick(LEASE_ENDS) == "1 mailed, 1 released."
    claim = stored(reference)
    assert (whose(reference), claim.lease_until, claim.due_at) == (("submitted", ""), None, due)
    event = Event.objects.filter(subject=claim.subject).order_by("-seq")[0]
    assert (event.kind, event.actor, event.data) == ("claim.released", None, {"reviewer": world.person(NADIA).pk})
    assert told() == [(NADIA, "lease_lapsed")]
    assert tick(LEASE_ENDS) == "nothing was due."


def test_a_reviewer_who_writes_keeps_the_claim(world: World, reference: str) -> None:
    take(world, NADIA, reference)
    with time_machine.travel(LEASE_ENDS - timedelta(hours=1), tick=False):
        world.api(NADIA).send("POST", f"claims/{reference}/comments/", {"body": "I look into it."})
    assert "released" not in tick(LEASE_ENDS)
    assert whose(reference) == ("under_review", NADIA)


def test_a_claim_that_waits_for_its_partner_stays_its_reviewers(asked: str) -> None:
    assert tick(LEASE_ENDS + timedelta(days=1)) == "nothing was due."
    assert whose(asked) == ("action_required", NADIA)


def test_a_late_review_is_still_given_back_when_its_lease_ends(world: World, reference: str) -> None:
    with time_machine.travel(DUE - timedelta(hours=1), tick=False):
        take(world, NADIA, reference)
    tick(DUE)
    assert whose(reference) == ("under_review", NADIA)
    tick(DUE + timedelta(days=6))
    assert whose(reference) == ("submitted", "")


# Answers


def test_the_partner_is_reminded_as_the_last_day_to_answer_begins(asked: str) -> None:
    assert tick(REMINDER - INSTANT) == "nothing was due."
    assert tick(REMINDER) == "1 mailed, 1 reminded."
    assert told() == [(WHO, "answer_due")]
    assert tick(DUE - INSTANT) == "nothing was due."


def test_without_an_answer_the_open_products_are_refused(asked: str) -> None:
    assert tick(DUE) == "1 answer_lapsed, 1 mailed."
    claim = stored(asked)
    assert (claim.state, states(asked)) == ("rejected", [("rejected", "no_partner_response")] * 2)
    assert InformationRequest.objects.get().lapsed_at == DUE
    lines = [line.pk for line in claim.lines.all()]
    lapsed = {"refused": 2, "lines": lines, "state": "rejected"}
    assert events_of(claim.subject)[-1] == ("claim.answer_lapsed", lapsed)
    assert told() == [(WHO, "answer_lapsed")]
    assert list(faults()) == []
    assert tick(DUE) == "nothing was due."


def test_what_was_decided_before_stays_and_names_the_outcome(world: World, reference: str) -> None:
    both = sent(world, WHO, lines=[SALES, SERVICE], activity="presales")
    take(world, NADIA, both)
    check(world, NADIA, both, found(both))
    assert approve(world, NADIA, both).status_code == 200
    ask(world, NADIA, both)
    tick(DUE)
    assert states(both) == [("approved", ""), ("rejected", "no_partner_response")]
    assert stored(both).state == "approved"


def test_contested_products_stay_and_their_review_goes_on(world: World, asked_and_contested: str) -> None:
    tick(DUE)
    claim = stored(asked_and_contested)
    assert (claim.state, states(asked_and_contested)) == (
        "under_review",
        [("open", ""), ("rejected", "no_partner_response")],
    )
    assert parties() == [("open", ["Brightwater Partners", "Halden Cloud Works"])]
    assert (NADIA, "answer_missing") in told()
    assert (WHO, "answer_lapsed") in told()
    assert claim.due_at is not None
    assert claim.due_at > DUE
    assert claim.lease_until is not None


def test_who_was_asked_in_vain_can_be_asked_again(world: World, asked_and_contested: str) -> None:
    with time_machine.travel(DUE, tick=False):
        call_command("tick", stdout=StringIO())
        assert ask(world, NADIA, asked_and_contested).status_code == 200
    assert InformationRequest.objects.filter(lapsed_at=None, answered_at=None).count() == 1


def test_without_a_reviewer_who_may_still_judge_it_the_claim_waits_for_another(
    world: World, asked_and_contested: str
) -> None:
    nadia = world.person(NADIA)
    nadia.is_active = False
    nadia.save()
    tick(DUE)
    assert whose(asked_and_contested) == ("submitted", "")


@pytest.mark.parametrize("swept", [False, True])
def test_an_answer_after_its_time_is_refused_whether_the_sweep_came_by_or_not(
    world: World, asked: str, swept: bool
) -> None:
    if swept:
        tick(DUE)
    before = everything()
    with time_machine.travel(DUE, tick=False):
        late = answer(world, WHO, asked)
    assert (late.status_code, late.json()["code"]) == (409, "answer_lapsed")
    assert late.json()["state"] == ("rejected" if swept else "action_required")
    assert everything() == before


def test_an_answer_in_the_last_instant_counts(world: World, asked: str) -> None:
    with time_machine.travel(DUE - INSTANT, tick=False):
        assert answer(world, WHO, asked).status_code == 200
    quiet()
    tick(DUE)
    assert states(asked) == [("open", "")] * 2


# The sweep itself


def test_beat_asks_for_the_same(reference: str) -> None:
    with time_machine.travel(DUE, tick=False):
        sweep_claims()
    assert stored(reference).overdue_at == DUE


def test_one_claim_that_fails_holds_up_no_other_and_is_found_again(
    world: World, asked: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = sent(world, WHO, lines=[SALES], activity="presales")
    take(world, NADIA, other)
    ask(world, NADIA, other)
    first = stored(asked).pk
    real = ONE_BY_ONE["answer_lapsed"]

    def broken(*, claim_id: int, now: datetime) -> Any:
        if claim_id == first:
            raise RuntimeError("no luck")
        return real(claim_id=claim_id, now=now)

    monkeypatch.setitem(ONE_BY_ONE, "answer_lapsed", broken)
    assert "1 answer_lapsed" in tick(DUE)
    assert (stored(asked).state, stored(other).state) == ("action_required", "rejected")
    assert "could not act on a claim" in caplog.text
    monkeypatch.undo()
    assert "answer_lapsed" not in tick(DUE + timedelta(minutes=4))
    assert "1 answer_lapsed" in tick(DUE + timedelta(minutes=5))
    assert stored(asked).state == "rejected"


def test_an_idle_sweep_asks_the_database_five_times(reference: str, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):
        assert not sweep(now=REMINDER - INSTANT)


def test_many_late_reviews_cost_no_more_statements_than_one(world: World, django_assert_max_num_queries: Any) -> None:
    claims = [
        sent(world, WHO, lines=[line], activity=act) for line in (SALES, SERVICE) for act in ("usage", "presales")
    ]
    with django_assert_max_num_queries(19):
        assert sweep(now=DUE) == {"overdue": 4}
    assert Claim.objects.filter(reference__in=claims, overdue_at=DUE).count() == 4


def test_a_claim_given_back_by_hand_is_not_given_back_again(world: World, reference: str) -> None:
    take(world, NADIA, reference)
    release(world, NADIA, reference)
    quiet()
    assert tick(LEASE_ENDS) == "nothing was due."


def test_a_row_that_makes_no_sense_keeps_nobody_else_from_being_told(world: World, reference: str) -> None:
    other = sent(world, WHO, lines=[SALES], activity="presales")
    Claim.objects.filter(reference=other).update(due_days=[])
    assert "1 overdue" in tick(DUE)
    assert stored(reference).overdue_at == DUE
    assert stored(other).overdue_at is None


def test_nobody_is_reminded_of_what_was_decided_a_moment_before(world: World, reference: str) -> None:
    pk = stored(reference).pk
    world.api(WHO).send("POST", f"claims/{reference}/withdraw/")
    quiet()
    before = everything()
    assert sweep.__globals__["_remind"]([pk], REMINDER) == 0
    assert everything() == before


def test_who_has_a_conflict_by_then_does_not_hear_that_their_lease_ended(world: World, reference: str) -> None:
    take(world, NADIA, reference)
    Conflict.objects.create(user=world.person(NADIA), partner=stored(reference).partner)
    tick(LEASE_ENDS)
    assert whose(reference) == ("submitted", "")
    assert told() == []


def test_partners_of_a_batch_are_each_told_of_their_own(world: World, reference: str) -> None:
    theirs = sent(world, "miguel.sa", lines=[SERVICE], **of_brightwater())
    for each in (reference, theirs):
        take(world, NADIA, each)
        ask(world, NADIA, each)
    quiet()
    assert "2 reminded" in tick(REMINDER)
    assert told() == [(WHO, "answer_due"), ("miguel.sa", "answer_due")]
