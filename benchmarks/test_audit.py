"""What the log costs at a hundred thousand events: its first page, a page deep inside, an export, a verification."""

import tracemalloc
from datetime import timedelta
from time import perf_counter

import pytest
from django.db import transaction
from django.test import Client

from benchmarks.ledger import Ledger
from events.log import Draft, Walk, faults, record
from events.models import Event
from tests.world import NOW, World

pytestmark = pytest.mark.django_db(transaction=True)

EVENTS, CHAINS, BATCH = 100_000, 10_000, 5_000


@pytest.fixture
def log(world: World) -> Client:
    """An auditor before a log of that many events."""
    people = [world.person(name).pk for name in ("jonas.weber", "nadia.okafor", "miguel.sa")]
    for begin in range(0, EVENTS, BATCH):
        with transaction.atomic():
            drafts = [Draft(f"claim:{number % CHAINS}", "claim.reminded") for number in range(begin, begin + BATCH)]
            record(drafts, actor_id=people[begin % 3], now=NOW + timedelta(seconds=begin))
    return world.web("hugo.brandt")


def test_a_hundred_thousand_events(log: Client, ledger: Ledger) -> None:
    deep = Event.objects.order_by("at", "pk")[500].pk
    for name, query in (("first page", ""), ("deep page", f"?before={deep}"), ("one actor", "?actor=nadia")):
        log.get("/operator/audit/" + query)
        began = perf_counter()
        assert log.get("/operator/audit/" + query).status_code == 200
        ledger.hold(f"audit of {EVENTS:,} events, {name}", perf_counter() - began, 1.0, "s")

    began = perf_counter()
    answer = log.post("/operator/audit/export/", {})
    lines = sum(piece.count(b"\n") for piece in answer.streaming_content)  # type: ignore[attr-defined]
    ledger.hold(f"export of {EVENTS:,} events", perf_counter() - began, None, "s")
    assert lines == EVENTS + 1

    answer = log.post("/operator/audit/export/", {})
    tracemalloc.start()
    for _piece in answer.streaming_content:  # type: ignore[attr-defined]
        pass
    ledger.hold(f"export of {EVENTS:,} events", tracemalloc.get_traced_memory()[1] / 1024**2, 20.0, "MB at most")
    tracemalloc.stop()

    began, walk = perf_counter(), Walk()
    assert list(faults(walk=walk)) == []
    assert walk.events == EVENTS + 2
    ledger.hold(f"verification of {EVENTS:,} events", perf_counter() - began, None, "s")
