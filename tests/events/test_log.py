"""Writing the log, and finding every way in which it was changed afterwards."""

import threading
import time
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import F

from events.log import Draft, digest, record
from events.models import Chain, Event
from tests.events.conftest import NOW

pytestmark = pytest.mark.both_databases


def write(*subjects, actor_id=None):
    """An event on each subject, in order, as one act."""
    with transaction.atomic():
        return record([Draft(s, "tested", {"n": n}) for n, s in enumerate(subjects)], actor_id=actor_id, now=NOW)


def verify():
    """What `verify_events` prints: fault lines, then the error that ends it, or the line of a sound log."""
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_events", stdout=out, stderr=err)
    except CommandError as error:
        return [*err.getvalue().splitlines(), str(error)]
    assert not err.getvalue()
    return out.getvalue().splitlines()


def one(fault):
    return [fault, "1 fault found: the log was changed after it was written."]


def rehash(event):
    """Signs an event again, as one who knows how it is done would."""
    event.hash = digest(event.prev, event)
    event.save()


@pytest.fixture
def four(db):
    """Four events of claim:1 and two of claim:2."""
    write(*["claim:1"] * 4, *["claim:2"] * 2)


@pytest.mark.django_db
def test_a_sound_log_verifies(four):
    assert verify() == ["6 events verified, every chain holds."]


@pytest.mark.django_db
def test_an_empty_log_verifies():
    assert verify() == ["0 events verified, every chain holds."]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"kind": "untested"},
        {"data": {"n": 7}},
        {"at": NOW.replace(microsecond=1)},
        {"actor_id": 4711},
        {"hash": "f" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_an_edited_last_event_is_found(four, lifted, change):
    Event.objects.filter(subject="claim:1", seq=4).update(**change)
    assert verify()[0] == "claim:1, event 4: was changed after it was written"


@pytest.mark.django_db
def test_an_edited_middle_event_is_found(four, lifted):
    Event.objects.filter(subject="claim:1", seq=2).update(data={"n": 7})
    assert verify() == one("claim:1, event 2: was changed after it was written")


@pytest.mark.django_db
def test_an_event_edited_and_signed_again_no_longer_fits_the_next(four, lifted):
    event = Event.objects.get(subject="claim:1", seq=2)
    event.data = {"n": 7}
    rehash(event)
    assert verify() == one("claim:1, event 3: does not follow the event before it")


@pytest.mark.django_db
def test_a_last_event_edited_and_signed_again_is_not_the_one_written(four, lifted):
    event = Event.objects.get(subject="claim:1", seq=4)
    event.data = {"n": 7}
    rehash(event)
    assert verify() == one("claim:1, event 4: is not the event that was written last")


@pytest.mark.django_db
def test_a_deleted_middle_event_is_found(four, lifted):
    Event.objects.filter(subject="claim:1", seq=2).delete()
    assert verify() == one("claim:1, event 2: event missing: 3 stands where 2 belongs")


@pytest.mark.django_db
def test_a_deleted_first_event_is_found(four, lifted):
    Event.objects.filter(subject="claim:1", seq=1).delete()
    assert verify() == one("claim:1, event 1: event missing: 2 stands where 1 belongs")


@pytest.mark.django_db
def test_a_deleted_tail_is_found(four, lifted):
    Event.objects.filter(subject="claim:1", seq__gt=2).delete()
    assert verify() == one("claim:1, event 3: the chain ends at 2, but 4 events were written")


@pytest.mark.django_db
def test_a_deleted_chain_is_found(four, lifted):
    Event.objects.filter(subject="claim:1").delete()
    assert verify() == one("claim:1, event 1: all 4 events are gone")


@pytest.mark.django_db
def test_an_event_added_behind_the_last_is_found(four, lifted):
    last = Event.objects.get(subject="claim:1", seq=4)
    rehash(Event(subject="claim:1", seq=5, kind="forged", at=NOW, prev=last.hash))
    assert verify() == one("claim:1, event 5: the chain ends at 5, but 4 events were written")


@pytest.mark.django_db
def test_an_event_pushed_in_between_is_found(four, lifted):
    for seq in (4, 3):
        Event.objects.filter(subject="claim:1", seq=seq).update(seq=F("seq") + 1)
    before = Event.objects.get(subject="claim:1", seq=2)
    rehash(Event(subject="claim:1", seq=3, kind="forged", at=NOW, prev=before.hash))
    assert verify() == [
        "claim:1, event 4: does not follow the event before it",
        "claim:1, event 4: was changed after it was written",
        "claim:1, event 5: was changed after it was written",
        "claim:1, event 5: the chain ends at 5, but 4 events were written",
        "4 faults found: the log was changed after it was written.",
    ]


@pytest.mark.django_db
def test_events_of_a_chain_that_was_never_written_are_found(four, lifted):
    rehash(Event(subject="claim:9", seq=1, kind="forged", at=NOW, prev="0" * 64))
    assert verify() == one("claim:9, event 1: has events that no chain knows")


@pytest.mark.django_db
def test_two_events_changed_about_are_found(four, lifted):
    for old, new in ((2, 99), (3, 2), (99, 3)):
        Event.objects.filter(subject="claim:1", seq=old).update(seq=new)
    assert verify() == [
        "claim:1, event 2: does not follow the event before it",
        "claim:1, event 2: was changed after it was written",
        "claim:1, event 3: does not follow the event before it",
        "claim:1, event 3: was changed after it was written",
        "claim:1, event 4: does not follow the event before it",
        "5 faults found: the log was changed after it was written.",
    ]


@pytest.mark.django_db
def test_an_event_moved_to_another_chain_is_found_on_both(four, lifted):
    Event.objects.filter(subject="claim:1", seq=4).update(subject="claim:2", seq=3)
    assert verify() == [
        "claim:1, event 4: the chain ends at 3, but 4 events were written",
        "claim:2, event 3: does not follow the event before it",
        "claim:2, event 3: was changed after it was written",
        "claim:2, event 3: the chain ends at 3, but 2 events were written",
        "4 faults found: the log was changed after it was written.",
    ]


@pytest.mark.django_db
def test_an_edited_head_is_found(four):
    Chain.objects.filter(subject="claim:1").update(head="f" * 64)
    assert verify() == one("claim:1, event 4: is not the event that was written last")


@pytest.mark.django_db
def test_an_act_writes_its_events_in_order_on_the_chain_of_each_subject():
    write("claim:2", "claim:1")
    written = write("claim:2", "claim:1", "claim:2")
    assert [(event.subject, event.seq, event.data) for event in written] == [
        ("claim:2", 2, {"n": 0}),
        ("claim:1", 2, {"n": 1}),
        ("claim:2", 3, {"n": 2}),
    ]
    assert list(Chain.objects.order_by("subject").values_list("subject", "length", "head")) == [
        ("claim:1", 2, written[1].hash),
        ("claim:2", 3, written[2].hash),
    ]


@pytest.mark.django_db
def test_an_act_costs_three_queries_however_many_events_it_has(django_assert_num_queries):
    write("claim:1")
    with transaction.atomic():
        drafts = [Draft(f"claim:{n % 3}", "tested", {"n": n}) for n in range(20)]
        with django_assert_num_queries(3):
            record(drafts, actor_id=None, now=NOW)


@pytest.mark.django_db
def test_what_is_stored_comes_back_as_it_was_signed():
    data = {"10": 1, "9": [True, None, "é ‐ 漢字 \n\"'"], "big": 10**30, "nested": {"": -1, "a": [[]]}}
    with transaction.atomic():
        record([Draft("claim:1", "tested", data)], actor_id=7, now=NOW.replace(microsecond=999_999))
    assert Event.objects.get().data == data
    assert verify() == ["1 events verified, every chain holds."]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "data",
    [
        {"a": 0.5},
        {"a": [{"b": 1e22}]},
        {"a": "x\x00"},
        {"\x00": 1},
        {"a": (1,)},
        {"a": NOW},
        {"a": b"x"},
        {9: 1, 10: 1},
    ],
    ids=repr,
)
def test_what_a_database_would_hand_back_changed_is_refused_and_nothing_written(data):
    with pytest.raises(TypeError, match="an event cannot hold"), transaction.atomic():
        record([Draft("claim:1", "tested"), Draft("claim:1", "tested", data)], actor_id=None, now=NOW)
    assert not Event.objects.exists()
    assert not Chain.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_the_transaction_of_its_act_is_refused():
    with pytest.raises(RuntimeError, match="inside the transaction of their act"):
        record([Draft("claim:1", "tested")], actor_id=None, now=NOW)
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_that_is_undone_leaves_no_event():
    write("claim:1")
    with transaction.atomic():
        write("claim:1", "claim:2")
        transaction.set_rollback(True)
    assert verify() == ["1 events verified, every chain holds."]


def start(threads, work):
    """Runs `work(number)` in that many threads; returns a function that waits for their end and gives their errors."""
    errors = []

    def run(number):
        try:
            work(number)
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            errors.append(error)
        finally:
            connection.close()

    started = [threading.Thread(target=run, args=(number,)) for number in range(threads)]
    for thread in started:
        thread.start()

    def finish():
        for thread in started:
            thread.join(60)
        assert not any(thread.is_alive() for thread in started)
        return errors

    return finish


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_keep_one_chain():
    def fifty(number):
        for _ in range(50):
            write("claim:1", actor_id=number + 1)

    assert start(8, fifty)() == []
    assert verify() == ["400 events verified, every chain holds."]
    assert list(Event.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 401))
    assert {Event.objects.filter(actor_id=number).count() for number in range(1, 9)} == {50}


@pytest.mark.django_db(transaction=True)
def test_acts_that_name_their_subjects_in_opposite_order_do_not_deadlock():
    for turn in range(4):
        pair = [f"claim:{turn}", f"partner:{turn}"]
        with transaction.atomic():
            # Nobody gets past the second subject until this act is undone; then all of them run for it.
            write(pair[1])
            finish = start(4, lambda number, pair=pair: write(*(pair if number % 2 else reversed(pair))))
            time.sleep(0.3)
            transaction.set_rollback(True)
        assert finish() == []
    assert verify() == ["32 events verified, every chain holds."]
