"""Documents that wait for their inspection: trouble of ours costs them nothing, however long it lasts."""

import errno
import logging
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from claims.actions import inspections
from claims.actions.inspections import inspect_due
from claims.inspection import InspectionFailed, process
from claims.inspection.report import LIMITS
from claims.models import Evidence
from claims.storage import sweep_files, vault
from tests.claims.evidence.doors import added, rows_and_files_agree
from tests.claims.given import draft, events_of, stored
from tests.world import NOW, World

WHO = "jonas.weber"
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def reference(world: World) -> str:
    """A draft without any proof."""
    return draft(world, WHO, proof=False)


def waiting_after(minute: int) -> tuple[str, int, datetime | None]:
    """A sweep in this minute that can decide nothing: what the one document is then, and when it is looked at next."""
    assert inspect_due(now=NOW + minute * MINUTE) == 0
    row = Evidence.objects.get()
    return row.scan, row.attempts, row.sweep_at


def no_more_processes(*_arguments: Any, **_options: Any) -> Any:
    raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")


def of_a_lost_mount(path: Path, **_options: Any) -> Any:
    raise OSError(errno.ESTALE, "Stale file handle", str(path))


def test_a_document_during_whose_inspection_five_workers_die_is_refused(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(world, WHO, reference)

    def dies(*_arguments: object) -> None:
        raise SystemExit

    monkeypatch.setattr(inspections, "inspect", dies)
    lease = inspections.LEASE
    for death in range(5):
        with pytest.raises(SystemExit):
            inspect_due(now=NOW + death * lease)
        assert inspect_due(now=NOW + (death + 1) * lease - SECOND) == 0, "its lease has not run out"
        assert Evidence.objects.get().scan == "pending"
    assert inspect_due(now=NOW + 5 * lease) == 1
    assert events_of(stored(reference).subject)[-1][1]["why"] == "not_inspected"
    shown = world.api(WHO).send("GET", f"claims/{reference}/evidence/").json()[0]["refusal"]
    assert shown["message"].endswith("We tried several times to look through it, and could not.")


def test_a_document_whose_inspection_is_ended_from_outside_five_times_is_refused(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(world, WHO, reference)

    def killed(*_arguments: object) -> None:
        raise InspectionFailed("the inspection was ended by signal 9")

    monkeypatch.setattr(inspections, "inspect", killed)
    for death in range(5):
        assert inspect_due(now=NOW + death * inspections.LEASE) == 0
        assert Evidence.objects.get().attempts == death + 1
    assert inspect_due(now=NOW + 5 * inspections.LEASE) == 1
    assert events_of(stored(reference).subject)[-1][1]["why"] == "not_inspected"


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [(subprocess, "Popen", no_more_processes), (process, "BOOT", "raise ImportError('half an installation')")],
    ids=["no process", "no program"],
)
def test_an_inspection_that_cannot_start_costs_no_document_anything(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch, caplog: Any, place: Any, name: str, value: Any
) -> None:
    added(world, WHO, reference)
    with monkeypatch.context() as broken:
        broken.setattr(place, name, value)
        for minute in range(8):
            assert waiting_after(minute) == ("pending", 0, NOW + (minute + 1) * MINUTE)
    assert "An inspection does not start" in caplog.text
    assert inspect_due(now=NOW + 8 * MINUTE) == 1
    assert Evidence.objects.get().scan == "clean"
    assert rows_and_files_agree()


def test_a_storage_that_cannot_be_read_costs_no_document_anything(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    added(world, WHO, reference)
    with monkeypatch.context() as stale:
        stale.setattr(Path, "stat", of_a_lost_mount)
        for minute in range(8):
            assert waiting_after(minute) == ("pending", 0, NOW + (minute + 1) * MINUTE)
    assert inspect_due(now=NOW + 8 * MINUTE) == 1
    assert Evidence.objects.get().scan == "clean"


def test_a_file_gone_before_its_inspection_is_waited_for_and_named_every_minute(
    world: World, reference: str, caplog: pytest.LogCaptureFixture
) -> None:
    added(world, WHO, reference)
    path = Path(vault().path(Evidence.objects.get().stored))
    aside = path.rename(path.parents[3] / "not mounted")
    message = f"A document to inspect is missing: {Evidence.objects.get().stored}"
    for minute in range(12):
        assert waiting_after(minute) == ("pending", 0, NOW + (minute + 1) * MINUTE)
        assert inspect_due(now=NOW + (minute + 1) * MINUTE - SECOND) == 0
        errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
        assert errors == [message] * (minute + 1)
    assert sweep_files(now=NOW).missing == (Evidence.objects.get().stored,)
    assert [kind for kind, _data in events_of(stored(reference).subject)][-1] == "evidence.added"

    aside.rename(path)
    assert inspect_due(now=NOW + 12 * MINUTE) == 1
    assert (Evidence.objects.get().scan, Evidence.objects.get().attempts) == ("clean", 1)
    assert rows_and_files_agree()


def test_a_document_removed_while_its_file_was_looked_for_is_no_error(
    world: World, reference: str, caplog: pytest.LogCaptureFixture
) -> None:
    added(world, WHO, reference)
    row = Evidence.objects.get()
    vault().delete(row.stored)
    Evidence.objects.all().delete()
    with caplog.at_level(logging.WARNING):
        assert inspections.inspect_evidence(evidence=row, now=NOW) is False
    assert caplog.records == []


def test_a_lease_is_longer_than_all_that_may_happen_in_it() -> None:
    inspection = inspections.SWEEP_SECONDS + LIMITS.wall_seconds + inspections.SCANNER_SECONDS
    assert inspections.LEASE.total_seconds() >= inspection + 60  # for the copy out of the storage


def test_a_sweep_ends_before_its_leases_do_and_asks_for_the_next(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        added(world, WHO, reference, name=f"{number}.pdf")
    asked: list[str] = []
    monkeypatch.setattr(inspections, "nudge", asked.append)
    monkeypatch.setattr(inspections, "SWEEP_SECONDS", -1)
    assert [inspect_due(now=NOW) for _ in range(4)] == [1, 1, 1, 0]
    assert asked == [inspections.INSPECT] * 3
