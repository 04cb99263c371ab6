"""An event of a long chain is looked at with those beside it: its page costs the same, and says what it looked at."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from arbitration.presenters import chains
from events.log import Draft, Fault, faults_beside, record
from events.models import Chain, Event
from tests.arbitration.audit_page import AUDITOR
from tests.arbitration.test_audit import forge
from tests.claims.given import read
from tests.world import NOW, World

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
SUBJECT = "company:900"
LONG = 40


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chain is long from the eleventh event on."""
    monkeypatch.setattr(chains, "LONGEST", 10)


def grows(events: int, subject: str = SUBJECT) -> None:
    with transaction.atomic():
        record([Draft(subject, "company.changed", {"n": n}) for n in range(events)], actor_id=None, now=NOW)


def at(seq: int, subject: str = SUBJECT) -> Event:
    return Event.objects.get(subject=subject, seq=seq)


def page(world: World, event: Event) -> str:
    return read(world.web(AUDITOR), f"/operator/audit/events/{event.pk}/")


def found(seq: int) -> list[tuple[int, str]]:
    """Where the look at one event finds something wrong, and what."""
    assert all(isinstance(fault, Fault) for fault in faults_beside(SUBJECT, seq))
    return [(fault.seq, fault.code) for fault in faults_beside(SUBJECT, seq)]


@pytest.mark.parametrize("seq", [1, 2, 20, LONG - 1, LONG])
def test_a_sound_link_holds_at_either_end_and_in_the_middle(world: World, seq: int) -> None:
    grows(LONG)
    assert found(seq) == []
    shown = page(world, at(seq))
    assert "This link of the chain holds" in shown
    assert f"All {LONG} events of the chain are verified every day" in shown
    assert "The chain holds" not in shown


def test_the_only_event_of_a_chain_is_its_start_and_its_end() -> None:
    grows(1)
    assert found(1) == []


def test_a_short_chain_is_walked_whole(world: World) -> None:
    grows(10)
    assert "The chain holds: all its 10 events" in page(world, at(5))


def test_the_page_of_a_long_chain_costs_the_same_however_long_it_is(world: World) -> None:
    browser = world.web(AUDITOR)
    read_rows = []
    for subject, length in (("company:901", 12), ("company:902", 5000)):
        grows(length, subject)
        with CaptureQueriesContext(connection) as asked:
            read(browser, f"/operator/audit/events/{at(6, subject).pk}/")
        read_rows.append(len(asked))
    assert read_rows[0] == read_rows[1]


@pytest.mark.parametrize(
    ("statement", "values", "seq", "wrong"),
    [
        ("UPDATE events_event SET kind = 'company.added' WHERE subject = %s AND seq = 20", (SUBJECT,), 20, "changed"),
        ("UPDATE events_event SET kind = 'company.added' WHERE subject = %s AND seq = 19", (SUBJECT,), 19, "changed"),
        ("UPDATE events_event SET kind = 'company.added' WHERE subject = %s AND seq = 21", (SUBJECT,), 21, "changed"),
        ("DELETE FROM events_event WHERE subject = %s AND seq = 19", (SUBJECT,), 19, "missing"),
        ("DELETE FROM events_event WHERE subject = %s AND seq = 21", (SUBJECT,), 21, "length"),
        ("UPDATE events_event SET prev = hash WHERE subject = %s AND seq = 21", (SUBJECT,), 21, "unlinked"),
    ],
)
def test_what_was_forged_beside_an_event_shows_on_its_page(
    world: World, statement: str, values: tuple[str, ...], seq: int, wrong: str
) -> None:
    grows(LONG)
    forge(statement, *values)
    assert (seq, wrong) in found(20)
    shown = page(world, at(20))
    assert "This chain is not what was written." in shown
    assert "with the events beside it" in shown


def test_a_chain_that_was_cut_shows_on_the_last_event_that_is_left(world: World) -> None:
    grows(LONG)
    forge("DELETE FROM events_event WHERE subject = %s AND seq > 20", SUBJECT)
    assert found(20) == [(21, "length")]
    Chain.objects.filter(pk=SUBJECT).update(length=20)
    assert found(20) == [(20, "not_last")]
    Chain.objects.filter(pk=SUBJECT).delete()
    assert found(20) == [(1, "unknown")]
