"""Walking the log in batches, while acts go on: what grows is no fault, and what was changed is found in any batch."""

import pytest
from django.db import transaction

from events import log
from events.log import Draft, Fault, Walk, faults, record
from events.models import Event
from tests.events.conftest import NOW

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def write(*subjects: str) -> None:
    with transaction.atomic():
        record([Draft(subject, "tested", {"n": n}) for n, subject in enumerate(subjects)], actor_id=None, now=NOW)


@pytest.fixture(params=[1, 2, 3, 7, 2000])
def batches(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many events are read at once."""
    monkeypatch.setattr(log, "BATCH", request.param)
    return int(request.param)


def test_every_event_is_walked_once_whatever_the_batch(batches: int) -> None:
    write(*["claim:1"] * 3, *["claim:10"] * 2, "claim:2", *["review:1"] * 4)
    walk = Walk()
    assert list(faults(walk=walk)) == []
    assert walk == Walk(chains=4, events=10)


def test_what_is_written_during_the_walk_is_no_fault(batches: int) -> None:
    write(*["claim:1"] * 3, *["claim:2"] * 2)
    walk = Walk()
    found = list(faults(walk=walk, halt=lambda: write("claim:1", "claim:2", "claim:0") if walk.events < 20 else None))
    assert found == []
    assert list(faults()) == []
    assert Event.objects.count() > 5


def test_faults_are_found_whatever_the_batch(batches: int, lifted: None) -> None:
    write(*["claim:1"] * 3, *["claim:2"] * 5, "claim:3")
    Event.objects.filter(subject="claim:1", seq=3).delete()
    Event.objects.filter(subject="claim:2", seq=4).update(kind="forged")
    Event.objects.filter(subject="claim:3").delete()
    assert list(faults()) == [
        Fault("claim:1", 3, "length", {"ends": 2, "written": 3}),
        Fault("claim:2", 4, "changed"),
        Fault("claim:3", 1, "gone", {"written": 1}),
    ]


def test_one_chain_is_walked_by_itself(lifted: None) -> None:
    write(*["claim:1"] * 3, *["claim:2"] * 5)
    Event.objects.filter(subject="claim:2", seq=4).update(kind="forged")
    walk = Walk()
    assert list(faults("claim:1", walk=walk)) == []
    assert walk == Walk(chains=1, events=3)
    assert [fault.what for fault in faults("claim:2")] == ["was changed after it was written"]
    Event.objects.filter(subject="claim:1").delete()
    assert [fault.what for fault in faults("claim:1")] == ["all 3 events are gone"]
    assert list(faults("claim:7")) == []
