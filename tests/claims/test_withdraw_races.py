"""Withdrawing at the same instant as somebody else does something."""

from typing import Any

import pytest

from claims.models import Case
from cpor import demo
from events.log import faults
from tests.at_once import at_once
from tests.claims.given import (
    SALES,
    SERVICE,
    draft,
    events_of,
    notices_on,
    of_brightwater,
    parties,
    sent,
    stored,
)
from tests.claims.test_races import PAIRS, at_races, clean, submit, typed
from tests.claims.test_withdraw import REVIEWERS, lines_of, told_of_withdrawal, withdraw
from tests.world import World


@pytest.mark.django_db(transaction=True)
def test_twenty_withdrawals_at_once_are_one(world: World) -> None:
    reference = sent(world, "jonas.weber")
    answers = clean(at_once([lambda: withdraw(world, "jonas.weber", reference)] * 20))
    assert sorted(answer.status_code for answer in answers) == [200, *[409] * 19]
    claim = stored(reference)
    assert (claim.state, claim.version) == ("withdrawn", 3)
    assert [kind for kind, _ in events_of(claim.subject)].count("claim.withdrawn") == 1
    assert told_of_withdrawal() == REVIEWERS
    assert list(faults()) == []


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_withdrawn_and_changed_at_once_is_withdrawn_whole_or_not_at_all(world: World) -> None:
    for number in range(PAIRS):
        service = {**SERVICE, "subscription_id": demo.commerce_id(f"service-{number}")}
        sales = {**SALES, "subscription_id": typed(number)}
        reference = sent(world, "jonas.weber", **at_races(lines=[sales]))

        def edit(reference: str = reference, kept: Any = service) -> Any:
            return world.api("ruth.adeyemi").send("PATCH", f"claims/{reference}/", {"lines": [kept]})

        world.api("ruth.adeyemi")
        calls = [edit, lambda reference=reference: withdraw(world, "jonas.weber", reference)]
        edited, withdrawn = clean(at_once(calls))
        states = dict(lines_of(reference))
        if withdrawn.status_code == 200 and edited.status_code == 200:
            assert (stored(reference).state, set(states.values())) == ("withdrawn", {"withdrawn"})
        elif withdrawn.status_code == 200:
            assert edited.status_code in {400, 409}
            assert (stored(reference).state, states) == ("withdrawn", {"sales": "withdrawn"})
        else:
            assert (edited.status_code, withdrawn.status_code) == (200, 409)
            assert states == {"sales": "withdrawn", "customer-service": "open"}
            assert stored(reference).state == "submitted"
    assert list(faults()) == []


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_who_withdraws_while_a_rival_files_is_in_no_case_alone(world: World) -> None:
    for number in range(PAIRS):
        lines = [{**SALES, "subscription_id": typed(number)}]
        ours = sent(world, "jonas.weber", **at_races(lines=lines))
        theirs = draft(world, "miguel.sa", **of_brightwater(**at_races(lines=lines)))
        calls = [lambda ours=ours: withdraw(world, "jonas.weber", ours), submit(world, "miguel.sa", theirs)]
        answers = clean(at_once(calls[:: 1 if number % 2 else -1]))
        assert [answer.status_code for answer in answers] == [200, 200]
        case = Case.objects.filter(unit__lines__claim__reference=theirs).first()
        told = notices_on(theirs)
        assert (case is None, told) in [(True, []), (False, ["arbitration_ahead"])]
        assert case is None or case.state == "closed"
        assert (stored(ours).state, stored(theirs).state) == ("withdrawn", "submitted")
    assert not Case.objects.filter(state="open").exists()
    assert list(faults()) == []


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_both_parties_of_a_case_may_leave_at_once(world: World) -> None:
    for number in range(PAIRS):
        lines = [
            {**SALES, "subscription_id": typed(number)},
            {**SERVICE, "subscription_id": demo.commerce_id(f"service-{number}")},
        ]
        ours = sent(world, "jonas.weber", **at_races(lines=lines))
        theirs = sent(world, "miguel.sa", **of_brightwater(**at_races(lines=lines[::-1])))
        calls = [
            lambda ours=ours: withdraw(world, "jonas.weber", ours),
            lambda theirs=theirs: withdraw(world, "miguel.sa", theirs),
        ]
        answers = clean(at_once(calls))
        assert [answer.status_code for answer in answers] == [200, 200]
    assert {state for state, _names in parties()} == {"closed"}
    assert list(faults()) == []
