"""Verifying the whole log in the background: one at a time, told as it goes, honest where it fails."""

from datetime import timedelta

import pytest
from django.db import OperationalError, transaction

from events import log, tasks, verification
from events.log import Draft, record
from events.models import Event, Verification
from events.verification import LEASE, ask_daily, ask_for_verification, verify_due
from partners.models import User
from tests.events.conftest import NOW

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def write(*subjects: str) -> None:
    with transaction.atomic():
        record([Draft(subject, "tested") for subject in subjects], actor_id=None, now=NOW)


def only() -> Verification:
    return Verification.objects.get()


def test_a_sound_log_is_said_to_be_with_its_size_and_who_asked(writer: User) -> None:
    write("claim:1", "claim:1", "claim:2")
    ask_for_verification(actor_id=writer.pk, now=NOW)
    assert verify_due(now=NOW)
    row = only()
    assert (row.outcome, row.chains, row.events, row.faults, row.shown) == (
        "sound",
        3,
        4,
        0,
        [],
    )  # with the asking itself
    assert (row.asked_by, row.asked_at, row.began_at) == (writer, NOW, NOW)
    assert row.ended_at is not None
    assert not verify_due(now=NOW), "nothing waits any more"


def test_what_was_changed_is_named(lifted: None, caplog: pytest.LogCaptureFixture) -> None:
    write("claim:1", "claim:1", "claim:2")
    Event.objects.filter(subject="claim:1", seq=2).update(kind="forged")
    ask_for_verification(actor_id=None, now=NOW)
    verify_due(now=NOW)
    row = only()
    assert (row.outcome, row.faults, row.shown) == ("faulty", 1, [["claim:1", 2, "changed", {}]])
    assert "The log is not what was written: 1 faults" in caplog.text


def test_of_many_faults_all_are_counted_and_the_first_are_named(lifted: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "MOST_SHOWN", 2)
    write(*["claim:1"] * 5)
    Event.objects.update(kind="forged")
    ask_for_verification(actor_id=None, now=NOW)
    verify_due(now=NOW)
    assert (only().faults, [fault[1] for fault in only().shown]) == (5, [1, 2])


def test_asking_again_while_one_waits_or_runs_changes_nothing(writer: User) -> None:
    ask_for_verification(actor_id=writer.pk, now=NOW)
    ask_for_verification(actor_id=None, now=NOW + timedelta(hours=1))
    assert only().asked_by == writer
    Verification.objects.update(lease_until=NOW + LEASE)
    ask_for_verification(actor_id=None, now=NOW)
    assert only().asked_by == writer


def test_a_day_asks_once_however_many_beats_there_are() -> None:
    for hours in (0, 1, 23):
        ask_daily(now=NOW + timedelta(hours=hours))
        verify_due(now=NOW + timedelta(hours=hours))
    assert only().asked_at == NOW
    for _beat in range(3):
        ask_daily(now=NOW + timedelta(days=1))
        verify_due(now=NOW + timedelta(days=1))
    assert Verification.objects.count() == 2


def test_how_far_it_has_come_is_kept_as_it_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "BATCH", 2)
    write(*["claim:1"] * 3, *["claim:2"] * 3)
    seen, real = [], verification._update

    def watched(taken: Verification, **more: object) -> int:
        updated = real(taken, **more)
        seen.append((only().chains, only().events, only().outcome))
        return updated

    monkeypatch.setattr(verification, "_update", watched)
    ask_for_verification(actor_id=None, now=NOW)
    verify_due(now=NOW)
    assert seen == [(1, 2, ""), (2, 4, ""), (2, 6, ""), (2, 6, "sound")]


def test_a_walk_that_breaks_says_that_nothing_is_known(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(**_how: object) -> None:
        raise OperationalError("the disk is full")

    monkeypatch.setattr(verification, "faults", breaks)
    ask_for_verification(actor_id=None, now=NOW)
    assert verify_due(now=NOW)
    assert (only().outcome, only().error) == ("failed", "OperationalError")
    assert "The log could not be verified" in caplog.text
    monkeypatch.undo()
    ask_for_verification(actor_id=None, now=NOW)
    verify_due(now=NOW)
    assert list(Verification.objects.order_by("pk").values_list("outcome", flat=True)) == ["failed", "sound"]


def test_a_walk_whose_worker_died_begins_anew_once_its_lease_is_over() -> None:
    write("claim:1")
    ask_for_verification(actor_id=None, now=NOW)
    Verification.objects.update(lease_until=NOW + LEASE, attempts=1, events=4711, faults=3)
    assert not verify_due(now=NOW)
    assert verify_due(now=NOW + LEASE)
    assert (only().outcome, only().events, only().faults, only().attempts) == ("sound", 1, 0, 2)


def test_a_walk_that_kills_its_workers_is_given_up() -> None:
    ask_for_verification(actor_id=None, now=NOW)
    Verification.objects.update(attempts=3)
    assert verify_due(now=NOW)
    assert (only().outcome, only().error) == ("failed", "interrupted")


def test_a_worker_that_was_overtaken_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "BATCH", 1)
    write("claim:1", "claim:2")
    real = verification._update

    def overtaken(taken: Verification, **more: object) -> int:
        Verification.objects.update(attempts=2)
        return real(taken, **more)

    monkeypatch.setattr(verification, "_update", overtaken)
    ask_for_verification(actor_id=None, now=NOW)
    assert not verify_due(now=NOW)
    assert (only().outcome, only().events) == ("", 0)


def test_the_tasks_ask_and_verify() -> None:
    tasks.verify()
    assert not Verification.objects.exists()
    tasks.verify_daily()
    tasks.verify()
    assert only().outcome == "sound"
