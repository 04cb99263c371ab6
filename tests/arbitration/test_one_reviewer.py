"""By a policy of one reviewer a displacement is decided as anything else: at once, by whoever judges the case."""

from datetime import timedelta

import pytest
import time_machine

from arbitration.models import Decision
from claims.models import Judge, Policy
from events.log import faults
from events.models import Notification
from tests.arbitration.given import (
    Firm,
    answer_party,
    ask_parties,
    case_of,
    decide,
    filed,
    held_by,
    holdings,
    look_at,
    state_of,
)
from tests.arbitration.test_case_life import trio
from tests.arbitration.test_decisions import refused
from tests.claims.given import everything, read, stored, told
from tests.claims.test_take import NADIA, PIETER
from tests.world import NOW, TODAY, World

__all__ = ["trio"]  # fixtures

LATER = NOW + timedelta(days=1)
Trio = tuple[Firm, Firm, Firm]


def only_one_decides() -> None:
    """From now on the policy asks for no second reviewer."""
    Policy.objects.update(reviewers_to_displace=1)


def test_where_the_policy_asks_for_one_reviewer_a_displacement_takes_effect_at_once(world: World, trio: Trio) -> None:
    only_one_decides()
    a, b, _ = trio
    references = held_by(world, a), filed(world, b)
    look_at(world, PIETER, references[1])
    pk = case_of(references[0]).pk
    ask_parties(world, NADIA, pk, a)
    answer_party(world, a, references[0])
    Notification.objects.all().delete()
    with time_machine.travel(LATER, tick=False):
        answer = decide(world, PIETER, pk, b)
    assert (answer.status_code, answer.json()["state"], answer.json()["round"]) == (200, "decided", 1), answer.json()
    assert state_of(*references) == [("ended", "ended", "another_partner_upheld"), ("approved", "approved", "")]
    assert holdings() == [(a.name, NOW, LATER), (b.name, LATER, None)]
    made = Decision.objects.get()
    assert (made.displaces, made.due_at, made.seconded_by, made.effective_at) == (True, None, None, LATER)
    assert set(Judge.objects.filter(line=stored(references[1]).lines.get()).values_list("user__name", flat=True)) == {
        "Pieter Vos"
    }
    assert {kind for _, kind in told()} == {"line_displaced", "line_approved"}
    assert list(faults()) == []


def test_even_one_reviewer_displaces_nobody_unheard(world: World, trio: Trio) -> None:
    only_one_decides()
    held_by(world, trio[0])
    rival = filed(world, trio[1])
    look_at(world, PIETER, rival)
    before = everything()
    assert refused(decide(world, PIETER, case_of(rival).pk, trio[1])) == [("incumbent_not_heard", "upheld")]
    assert everything() == before


@pytest.mark.parametrize(("at_opening", "since", "state"), [(1, 2, "decided"), (2, 1, "proposed")])
def test_a_case_keeps_the_policy_of_its_opening(
    world: World, trio: Trio, at_opening: int, since: int, state: str
) -> None:
    Policy.objects.update(reviewers_to_displace=at_opening)
    a, b, _ = trio
    holder, rival = held_by(world, a), filed(world, b)
    Policy.objects.create(valid_from=TODAY, reviewers_to_displace=since)
    look_at(world, PIETER, rival)
    pk = case_of(rival).pk
    ask_parties(world, NADIA, pk, a)
    answer_party(world, a, holder)
    assert decide(world, PIETER, pk, b).json()["state"] == state


@pytest.mark.parametrize(
    ("reviewers", "says"),
    [
        (1, "It takes effect at once: every party is told by its letter."),
        (2, "A displacement: it takes effect when a second reviewer agrees, within 2 business days."),
    ],
)
def test_the_desk_says_what_the_button_does_by_the_policy_of_the_case(
    world: World, trio: Trio, reviewers: int, says: str
) -> None:
    Policy.objects.update(reviewers_to_displace=reviewers)
    held_by(world, trio[0])
    pk = case_of(filed(world, trio[1])).pk
    browser = world.web(PIETER)
    browser.post(f"/review/cases/{pk}/draft/", {"upheld": trio[1].pk, "seen": ""})
    assert says in read(browser, f"/review/cases/{pk}/")
