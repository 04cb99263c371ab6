"""What the machine of `test_cases_model` found, each made small: no case, claim or association is left behind."""

from datetime import timedelta

import pytest
import time_machine

from arbitration.actions.sweep import sweep_cases
from claims.models import Association, Case, Consent, InformationRequest, Revocation
from partners.models import OperatorRole, User
from tests.arbitration.given import (
    Firm,
    answer_party,
    ask_parties,
    case_of,
    decide,
    dispute,
    filed,
    firms,
    held_by,
    look_at,
    revoke,
    second,
    state_of,
)
from tests.arbitration.test_disputes import confirmed, displaced, duo, refused
from tests.claims.given import SALES, SERVICE, events_of, notices_on, parties, stored
from tests.claims.test_associations import give_up
from tests.claims.test_decide import approve, check, found, reject
from tests.claims.test_inquiry import answer, ask
from tests.claims.test_take import LEAD, NADIA, PIETER, release, take
from tests.world import NOW, World

__all__ = ["displaced", "duo", "refused"]  # fixtures

pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)
FAY = "fay.innes"


def another_reviewer(world: World) -> str:
    """Somebody who has judged nothing yet."""
    OperatorRole.objects.create(
        user=User.objects.create_user(f"{FAY}@northgate.example", name="Fay Innes"), role=OperatorRole.Role.REVIEWER
    )
    return FAY


@pytest.mark.parametrize("how", ["given up", "displaced"])
def test_nothing_is_left_to_revoke_of_what_ended_otherwise(world: World, duo: tuple[Firm, Firm], how: str) -> None:
    a, b = duo
    reference = held_by(world, a)
    revoke(world, LEAD, reference)
    if how == "given up":
        give_up(world, a.senior, reference)
    else:
        rival = filed(world, b)
        look_at(world, PIETER, rival)
        ask_parties(world, NADIA, case_of(rival).pk, a)
        answer_party(world, a, reference)
        decide(world, PIETER, case_of(rival).pk, b)
        second(world, NADIA, case_of(rival).pk)
    assert Revocation.objects.get().dropped_at == NOW


def test_who_judged_before_takes_no_dispute_that_waits_for_a_reviewer_after_an_answer(
    world: World, duo: tuple[Firm, Firm], refused: str
) -> None:
    dispute(world, duo[0], refused)
    take(world, PIETER, refused)
    ask(world, PIETER, refused)
    release(world, PIETER, refused)
    assert answer(world, duo[0].who, refused).status_code == 200
    assert stored(refused).state == "submitted"
    assert take(world, NADIA, refused).status_code == 403
    assert take(world, PIETER, refused).status_code == 200


def test_a_winner_that_gives_up_with_something_open_meets_who_holds_again(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    further = filed(world, b, activity="presales")
    assert notices_on(further) == []
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        give_up(world, b.senior, displaced[1])
    assert state_of(displaced[0], further) == [("approved", "approved", ""), ("submitted", "open", "")]
    assert parties()[-1] == ("open", sorted([a.name, b.name]))
    assert notices_on(further) == ["arbitration_ahead"]


def test_a_dispute_of_what_was_claimed_anew_is_over_where_the_first_comes_back(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    again = filed(world, a)
    assert decide(world, NADIA, case_of(again).pk, b).json()["state"] == "decided"
    dispute(world, a, again)
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        give_up(world, b.senior, displaced[1])
    assert state_of(displaced[0], again) == [
        ("approved", "approved", ""),
        ("rejected", "rejected", "another_partner_upheld"),
    ]


def test_a_party_is_asked_anew_where_the_claim_it_was_asked_in_is_gone(world: World, duo: tuple[Firm, Firm]) -> None:
    a, b = duo
    held, further, rival = held_by(world, a), filed(world, a, activity="presales"), filed(world, b)
    pk = case_of(rival).pk
    assert ask_parties(world, NADIA, pk, a).status_code == 200
    assert InformationRequest.objects.get().claim.reference == further
    world.api(a.who).send("POST", f"claims/{further}/withdraw/")
    assert (InformationRequest.objects.get().closed_at, stored(further).asked_until) == (NOW, None)
    assert ask_parties(world, NADIA, pk, a).status_code == 200
    assert answer_party(world, a, held).status_code == 200


def test_who_won_in_a_dispute_and_gave_up_needs_no_newer_proof(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    dispute(world, a, displaced[0])
    assert decide(world, LEAD, case_of(displaced[0]).pk, b).json()["state"] == "decided"
    confirmed(displaced[1])
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        give_up(world, b.senior, displaced[1])
        again, rival = filed(world, b), filed(world, a)
        look_at(world, NADIA, again, rival)
        pk = case_of(again).pk
        assert decide(world, NADIA, pk, b).json()["state"] == "decided"


def test_who_lost_in_a_dispute_takes_what_nobody_holds_without_newer_proof(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    dispute(world, a, displaced[0])
    decide(world, LEAD, case_of(displaced[0]).pk, b)
    confirmed(displaced[1])
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        give_up(world, b.senior, displaced[1])
        again, rival = filed(world, a), filed(world, b)
        look_at(world, NADIA, again, rival)
        assert decide(world, NADIA, case_of(again).pk, a).json()["state"] == "decided"


def test_a_dispute_that_waits_behind_a_proposal_does_not_make_it_fall(world: World) -> None:
    a, b, c = firms(world, 3)
    disputed = filed(world, c)
    take(world, PIETER, disputed)
    check(world, PIETER, disputed, found(disputed, unmet=("dates",)))
    reject(world, PIETER, disputed)
    held, rival = held_by(world, a), filed(world, b)
    look_at(world, PIETER, rival)
    pk = case_of(rival).pk
    ask_parties(world, NADIA, pk, a)
    answer_party(world, a, held)
    decide(world, PIETER, pk, b)
    assert dispute(world, c, disputed).status_code == 200
    assert not sweep_cases(now=NOW)
    assert second(world, NADIA, pk).json()["state"] == "decided"
    assert parties()[-1] == ("open", sorted([b.name, c.name]))


def test_what_was_won_back_and_given_up_does_not_come_back_without_a_product(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    fay, days = another_reviewer(world), iter(range(2, 9))

    def next_day() -> time_machine.travel:
        return time_machine.travel(NOW + next(days) * DAY, tick=False)

    with next_day():
        dispute(world, a, displaced[0])
        pk = case_of(displaced[0]).pk
        look_at(world, LEAD, displaced[0])
        ask_parties(world, LEAD, pk, b)
        answer_party(world, b, displaced[1])
        assert decide(world, LEAD, pk, a).json()["state"] == "proposed"
    with next_day():
        assert second(world, fay, pk).json()["state"] == "decided"
    with next_day():
        give_up(world, a.senior, displaced[0])
    assert state_of(*displaced) == [("ended", "ended", "partner_request"), ("approved", "approved", "")]
    with next_day():
        give_up(world, b.senior, displaced[1])
    assert not Association.objects.filter(until=None).exists()
    assert not Case.objects.filter(state__in=["open", "proposed"]).exists()


def test_a_customer_is_asked_of_what_was_won_once_the_rest_is_lost(world: World, duo: tuple[Firm, Firm]) -> None:
    a, b = duo
    won = filed(world, a, lines=[SALES, SERVICE])
    rivals = filed(world, b, lines=[SALES]), filed(world, b, lines=[SERVICE])
    look_at(world, NADIA, won, *rivals)
    assert decide(world, NADIA, case_of(rivals[0]).pk, a).json()["state"] == "decided"
    assert not Consent.objects.filter(claim__reference=won).exists()
    assert decide(world, NADIA, case_of(rivals[1]).pk, b).json()["state"] == "decided"
    assert [(line.state, line.consent is not None) for line in stored(won).lines.all()] == [
        ("approved", True),
        ("rejected", False),
    ]


def test_a_customer_is_asked_of_what_was_approved_beside_what_came_back(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    again = filed(world, a, lines=[SALES, SERVICE])
    take(world, NADIA, again)
    check(world, NADIA, again, found(again), line=1)
    assert approve(world, NADIA, again, line=1).status_code == 200
    assert not Consent.objects.filter(claim__reference=again).exists()
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        give_up(world, b.senior, displaced[1])
    assert [(line.state, line.consent is not None) for line in stored(again).lines.all()] == [
        ("withdrawn", False),
        ("approved", True),
    ]
    kinds = [kind for kind, _told in events_of(stored(again).subject)]
    assert kinds[-2:] == ["claim.withdrawn", "claim.customer_asked"]
