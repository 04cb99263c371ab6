"""Twenty requests at one instant for one claim: takes, decisions, an answer and its lapse; with the locks and without."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import time_machine

from claims.actions.inquiry import lapse_answer
from claims.models import Association, Claim, ClaimLine, Consent, InformationRequest, LineReview
from events.log import faults
from events.models import Envelope, Event, Notification, Outbox
from partners.models import ApiToken, OperatorRole, User
from tests.arbitration.test_list import copies
from tests.at_once import CLIENTS, Round, at_once, breaks, broken, first_broken, quiet
from tests.claims.given import SALES, SERVICE, sent, stored
from tests.claims.test_decide import approve, check, found, reject
from tests.claims.test_inquiry import answer, ask
from tests.claims.test_races import clean
from tests.claims.test_sweep import DUE, INSTANT
from tests.claims.test_take import LEAD, NADIA, PIETER, take
from tests.world import NOW, Api, World

pytestmark = pytest.mark.django_db(transaction=True)

WHO = "jonas.weber"
REVIEWERS = (NADIA, PIETER, LEAD)
# What a line is after which verb, and how many associations there are then.
DECIDED = {"approve": ("approved", "", 1), "reject": ("rejected", "dates_missing_or_old", 0)}
DECISIONS = {"approve": "claim.line_approved", "reject": "claim.line_rejected"}
OUTCOMES = ("claim.responded", "claim.answer_lapsed")


def since(seq: int, claim: Claim) -> list[Event]:
    """What happened to the claim after this number."""
    return list(Event.objects.filter(subject=claim.subject, seq__gt=seq).order_by("seq"))


def last_seq(claim: Claim) -> int:
    return Event.objects.filter(subject=claim.subject).latest("seq").seq


# As many reviewers as requests


def reviewer(number: int) -> Api:
    """A program of one more reviewer."""
    person = User.objects.create(email=f"reviewer.{number}@northgate.example")
    OperatorRole.objects.create(user=person, role=OperatorRole.Role.REVIEWER)
    token = f"token of reviewer {number}"
    ApiToken.objects.keep(user=person, token=token, now=NOW)
    return Api(headers={"Authorization": f"Bearer {token}"})


def nexts_at_once(world: World, waiting: int) -> Round:
    """Twenty reviewers who press Take next while so many claims wait."""
    clients = [reviewer(number) for number in range(CLIENTS)]
    copies(sent(world, WHO), waiting - 1)

    def once() -> set[str]:
        Claim.objects.update(state="submitted", reviewer=None, lease_until=None)
        calls = [lambda client=client: client.send("POST", "queue/next/") for client in clients]
        answers = clean(at_once(calls))
        got = [one.json()["reference"] for one in answers if one.status_code == 200]
        holders = Claim.objects.filter(state="under_review").values("reviewer").distinct().count()
        return broken(
            {
                "no two get the same": len(set(got)) == len(got),
                "each that waits is had": len(got) == min(waiting, CLIENTS),
                "the others hear that there is none": [one.status_code for one in answers].count(204)
                == CLIENTS - len(got),
                "each has one": holders == len(got),
            }
        )

    return once


@pytest.mark.soak
@pytest.mark.parametrize("waiting", [CLIENTS, CLIENTS // 2])
def test_of_twenty_reviewers_at_once_no_two_get_the_same_claim(world: World, waiting: int) -> None:
    assert first_broken(nexts_at_once(world, waiting)) == set()
    assert list(faults()) == []


def test_without_the_lock_two_reviewers_get_the_same_claim(world: World, unlocked: None) -> None:
    assert breaks("no two get the same", nexts_at_once(world, CLIENTS))


# One claim, three reviewers


def taken_at_once(world: World, reference: str) -> Round:
    """Twenty takes by three reviewers of a claim that nobody has."""
    ids = {who: world.person(who).pk for who in REVIEWERS}
    clients = [(who, world.api(who)) for who in (REVIEWERS * CLIENTS)[:CLIENTS]]

    def once() -> set[str]:
        Claim.objects.update(state="submitted", reviewer=None, lease_until=None)
        before = stored(reference)
        seq = last_seq(before)
        calls = [lambda api=api: api.send("POST", f"claims/{reference}/take/") for _, api in clients]
        answers = clean(at_once(calls))
        got = {ids[who] for (who, _), one in zip(clients, answers, strict=True) if one.status_code == 200}
        refused = Counter(one.json()["code"] for one in answers if one.status_code != 200)
        claim, events = stored(reference), since(seq, before)
        times = CLIENTS - refused.total()
        return broken(
            {
                "one holder": len(got) == 1 and got == {claim.reviewer_id},
                "all others are refused": set(refused) == {"taken_already"},
                "the lease runs": (claim.state, claim.lease_until) == ("under_review", leased),
                "each take is one event": [one.kind for one in events] == ["claim.taken"] * times,
                "by who has it": {one.actor_id for one in events} == got,
                "each take is one version": claim.version == before.version + times,
            }
        )

    assert take(world, NADIA, reference).status_code == 200
    leased = stored(reference).lease_until
    return once


@pytest.mark.soak
def test_of_three_reviewers_who_take_one_claim_at_once_one_has_it(world: World) -> None:
    assert first_broken(taken_at_once(world, sent(world, WHO))) == set()
    assert list(faults()) == []


def test_without_the_lock_two_reviewers_take_one_claim(world: World, unlocked: None) -> None:
    experiment = taken_at_once(world, sent(world, WHO))
    assert breaks("one holder", experiment)


# One line, two decisions


def decided_at_once(world: World, reference: str) -> Round:
    """Its reviewer's ten programs find all met and approve the first line, ten find dates missing and refuse it."""
    assert take(world, NADIA, reference).status_code == 200
    world.api(NADIA)
    checks = {"approve": found(reference), "reject": found(reference, unmet=("dates",))}
    verbs: dict[str, Callable[..., Any]] = {"approve": approve, "reject": reject}
    state = Claim.objects.filter(reference=reference).values("state", "reviewer", "lease_until").get()

    def call(verb: str) -> Callable[[], Any]:
        def run() -> list[Any]:
            return [check(world, NADIA, reference, checks[verb]), verbs[verb](world, NADIA, reference)]

        return run

    def once() -> set[str]:
        undecided(reference, state)
        seq = last_seq(stored(reference))
        named = ["approve", "reject"] * (CLIENTS // 2)
        rounds = at_once([call(verb) for verb in named])
        kept = clean([one[0] if isinstance(one, list) else one for one in rounds])
        answers = clean([one[1] for one in rounds])
        done = [verb for verb, one in zip(named, answers, strict=True) if one.status_code == 200]
        statuses = {one.status_code for one in [*kept, *answers]}
        return broken(
            {"one decision": len(done) == 1, "all others are refused": statuses <= {200, 400, 409}}
            | {f"{verb}: {name}": holds for verb in done for name, holds in decision(reference, verb, seq).items()}
        )

    return once


def undecided(reference: str, state: Mapping[str, Any]) -> None:
    """The claim as its reviewer has just taken it, whatever was decided in the round before."""
    ClaimLine.objects.update(state="open", reason="", association=None, consent=None)
    Association.objects.all().delete()
    Consent.objects.all().delete()
    Envelope.objects.all().delete()
    LineReview.objects.all().delete()
    Claim.objects.filter(reference=reference).update(**state)
    quiet()


def decision(reference: str, verb: str, seq: int) -> dict[str, bool]:
    """What must hold once this verb has decided the first line."""
    claim = stored(reference)
    line, *rest = claim.lines.all()
    state, reason, associations = DECIDED[verb]
    kinds = [one.kind for one in since(seq, claim)]
    held = Association.objects.count()
    asked = int(claim.state == "approved")  # the customer, once nothing else is to be decided
    return {
        "the line says so": (line.state, line.reason, line.association_id is not None) == (state, reason, held == 1),
        "the association": held == associations,
        "no other line": [(one.state, one.reason) for one in rest] == [("open", "")] * len(rest),
        "the claim": claim.state == ("under_review" if rest else state),
        "one event": kinds == [DECISIONS[verb], *["claim.customer_asked"] * asked],
        "one question": Consent.objects.count() == Envelope.objects.count() == asked,
        "one notice": Notification.objects.count() == Outbox.objects.count() - asked == 1,
    }


@pytest.mark.soak
@pytest.mark.parametrize("lines", [[SALES], [SALES, SERVICE]])
def test_of_approvals_and_refusals_of_a_line_at_once_one_decides(world: World, lines: list[dict[str, str]]) -> None:
    assert first_broken(decided_at_once(world, sent(world, WHO, lines=lines))) == set()
    assert list(faults()) == []


def test_without_the_locks_a_line_is_decided_twice(world: World, unlocked: None) -> None:
    experiment = decided_at_once(world, sent(world, WHO, lines=[SALES, SERVICE]))
    assert breaks("one decision", experiment)


# An answer in the last instant, and the lapse


def answered_as_it_lapses(world: World, reference: str) -> Round:
    """Ten answers in the last instant, while ten sweeps find that instant to be over."""
    assert take(world, NADIA, reference).status_code == 200
    assert ask(world, NADIA, reference).status_code == 200
    world.api(WHO)
    claim_id = stored(reference).pk
    fields = ("state", "reviewer", "lease_until", "returns_to", "due_at", "due_days", "remind_at", "sweep_at")
    state = Claim.objects.filter(pk=claim_id).values(*fields).get()

    def respond() -> Any:
        return answer(world, WHO, reference)

    def lapse() -> bool:
        return lapse_answer(claim_id=claim_id, now=DUE)

    def once() -> set[str]:
        InformationRequest.objects.update(answered_at=None, lapsed_at=None)
        undecided(reference, state)
        seq = last_seq(stored(reference))
        with time_machine.travel(DUE - INSTANT, tick=False):
            results = at_once([respond, lapse] * (CLIENTS // 2))
        answers, lapses = clean(results[::2]), results[1::2]
        times = Counter(one.status_code for one in answers)
        return broken(
            {
                "one answer or one lapse": times[200] + lapses.count(True) == 1,
                "not both": not (times[200] and any(lapses)),
                "all others are refused": times[200] + times[409] == len(answers),
                "no sweep fails": {*map(type, lapses)} == {bool},
                **turn(reference, answered=times[200] > 0, seq=seq),
            }
        )

    return once


def turn(reference: str, *, answered: bool, seq: int) -> dict[str, bool]:
    """What must hold once an answer has come, or time has run out."""
    claim, request = stored(reference), InformationRequest.objects.get()
    lines = [("open", "")] if answered else [("rejected", "no_partner_response")]
    moments = (DUE - INSTANT, None) if answered else (None, DUE)
    kinds = [one.kind for one in since(seq, claim)]
    return {
        "the request": (request.answered_at, request.lapsed_at) == moments,
        "the claim": claim.state == ("under_review" if answered else "rejected"),
        "its line": [(one.state, one.reason) for one in claim.lines.all()] == lines,
        "one event": kinds == [OUTCOMES[0] if answered else OUTCOMES[1]],
        "one notice": list(Notification.objects.values_list("kind", flat=True))
        == ["claim_answered" if answered else "answer_lapsed"],
    }


@pytest.mark.soak
def test_an_answer_in_the_last_instant_and_its_lapse_are_one_or_the_other(world: World) -> None:
    assert first_broken(answered_as_it_lapses(world, sent(world, WHO))) == set()
    assert list(faults()) == []


def test_without_the_lock_a_claim_is_answered_and_lapses(world: World, unlocked: None) -> None:
    experiment = answered_as_it_lapses(world, sent(world, WHO))
    assert breaks("not both", experiment)
