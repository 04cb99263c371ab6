"""What a case of five parties costs: the desk on which it is decided, and the decision."""

from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest
from django.db import transaction

from arbitration.actions import decide, second
from arbitration.drafting import read_content
from benchmarks.ledger import Ledger
from benchmarks.test_queries import statements
from claims.models import Case
from tests.arbitration.given import (
    answer_party,
    ask_parties,
    case_of,
    decision,
    filed,
    firms,
    held_by,
    look_at,
)
from tests.claims.given import proven
from tests.claims.test_take import NADIA, PIETER
from tests.world import NOW

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 20


@pytest.fixture
def five(world):
    """Five parties: one holds and has answered, four have filed; each has five documents, and all is checked."""
    parties = firms(world, 5)
    references = [held_by(world, parties[0]), *(filed(world, firm) for firm in parties[1:])]
    case = case_of(references[0])
    look_at(world, PIETER, *references[1:])
    for reference in references:
        for _ in range(4):
            proven(reference)
    assert ask_parties(world, NADIA, case.pk, *parties).status_code == 200
    assert answer_party(world, parties[0], references[0]).status_code == 200
    return case, parties


def test_the_desk_of_five_parties(world, five, ledger: Ledger):
    case, _parties = five
    browser, address = world.web(NADIA), f"/review/cases/{case.pk}/"
    browser.get(address)
    ledger.hold("desk of 5 parties", statements(lambda: browser.get(address)), 15, "queries")
    ledger.hold("desk of 5 parties, median", taken(lambda: browser.get(address)), 80, "ms")


def test_the_decision_of_five_parties(world, five, ledger: Ledger):
    case, parties = five
    nadia, pieter = world.person(NADIA), world.person(PIETER)
    content = read_content(decision(world, PIETER, case.pk, parties[1]))

    def propose() -> None:
        decide(case=case, content=content, actor=pieter, now=NOW)

    ledger.hold("proposing to displace, 5 parties", taken(undone(propose)), 60, "ms")
    propose()
    ledger.hold(
        "a decision in effect, 5 parties", taken(undone(lambda: second(case=case, actor=nadia, now=NOW))), 60, "ms"
    )
    second(case=Case.objects.get(pk=case.pk), actor=nadia, now=NOW)
    assert Case.objects.get(pk=case.pk).state == "decided"


def undone(act: Callable[[], object]) -> Callable[[], None]:
    """The act, taken back each time."""

    def once() -> None:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)

    return once


def taken(act: Callable[[], object]) -> float:
    """The median of its time, in milliseconds, once it is warm."""
    times = []
    for turn in range(ROUNDS + 3):
        began = perf_counter()
        act()
        if turn >= 3:
            times.append((perf_counter() - began) * 1000)
    return median(times)
