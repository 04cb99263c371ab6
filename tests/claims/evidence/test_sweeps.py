"""What crashes, deletions and lost folders leave behind: files without a row are removed, rows are never forgotten."""

import logging
import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import FileSystemStorage

from claims.actions import evidence as verbs
from claims.actions import inspections
from claims.actions.inspections import inspect_due
from claims.models import Evidence
from claims.storage import Swept, spool_folder, sweep_files, vault
from claims.tasks import sweep_files as task
from events.models import Event
from tests.at_once import at_once
from tests.claims.evidence.doors import added, inspected, rows_and_files_agree, spooled, stored_files
from tests.claims.given import deleted, draft, events_of, stored
from tests.world import NOW, World

pytestmark = pytest.mark.both_databases
WHO = "jonas.weber"
HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture
def reference(world: World) -> str:
    """A draft without any proof."""
    return draft(world, WHO, proof=False)


def lay(path: Path, at: datetime) -> Path:
    """A file that was last written at this time."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"left behind")
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


def in_storage(name: str, at: datetime) -> Path:
    return lay(Path(vault().path(name)), at)


def ours(partner: int, number: int) -> str:
    return f"{partner}/{number:064x}/{number:032x}"


def test_a_file_without_a_row_is_removed_after_an_hour_and_not_before(world: World, reference: str) -> None:
    kept = inspected(world, WHO, reference)["id"]
    for path in stored_files():
        lay(Path(vault().path(path)), NOW - 100 * HOUR)
    partner = stored(reference).partner_id
    for number, age in enumerate([HOUR + SECOND, HOUR, MINUTE]):
        in_storage(ours(partner, number), NOW - age)
        lay(spool_folder() / f"upload-{number}", NOW - age)
    in_storage(ours(999_999, 7), NOW - 2 * HOUR)

    swept = sweep_files(now=NOW)
    assert (swept.removed, swept.missing) == (3, ())
    assert spooled() == ["upload-1", "upload-2"]
    left = {path.rpartition("/")[2] for path in stored_files()}
    assert left == {kept, f"{1:032x}", f"{2:032x}"}
    assert sweep_files(now=NOW + 2 * HOUR).removed == 4
    assert rows_and_files_agree()


def test_what_is_none_of_ours_is_let_alone(world: World) -> None:
    strangers = ["readme.txt", "lost+found/a/b", "1/notes/b", f"1/{1:064x}/notes.txt", "backup/" + ours(1, 1)]
    for name in strangers:
        in_storage(name, NOW - 100 * HOUR)
    assert sweep_files(now=NOW).removed == 0
    assert stored_files() == sorted(strangers)


def test_a_document_that_is_lost_is_named_and_its_row_stays(
    world: World, reference: str, caplog: pytest.LogCaptureFixture
) -> None:
    inspected(world, WHO, reference)
    row = Evidence.objects.get()
    vault().delete(row.stored)
    for _ in range(2):
        with caplog.at_level(logging.ERROR, "claims.storage"):
            assert sweep_files(now=NOW + 3 * HOUR).missing == (row.stored,)
        assert [record.getMessage() for record in caplog.records] == [
            f"A document is missing from the storage: {row.stored}"
        ]
        caplog.clear()
    assert Evidence.objects.get().scan == "clean"


def test_a_file_that_two_rows_share_goes_with_the_last_of_them(world: World, reference: str) -> None:
    inspected(world, WHO, reference)
    first = Evidence.objects.get()
    other = stored(draft(world, WHO, proof=False))
    copy = Evidence.objects.get()
    copy.pk, copy.claim, copy.key = None, other, "c" * 32
    copy.save(force_insert=True)
    from claims.storage import discard

    Evidence.objects.filter(pk=first.pk).delete()
    discard([first.stored])
    assert stored_files() == [copy.stored]
    Evidence.objects.all().delete()
    discard([first.stored])
    assert stored_files() == []


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_do_no_harm(world: World, reference: str) -> None:
    inspected(world, WHO, reference)
    partner = stored(reference).partner_id
    for number in range(30):
        in_storage(ours(partner, number), NOW - 2 * HOUR)
        lay(spool_folder() / f"upload-{number}", NOW - 2 * HOUR)
    answers = at_once([lambda: sweep_files(now=NOW) for _ in range(4)])
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert {answer.missing for answer in answers} == {()}
    assert rows_and_files_agree()


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_decide_each_document_once(world: World, reference: str) -> None:
    for number in range(4):
        added(world, WHO, reference, name=f"{number}.pdf")
    answers = at_once([lambda: inspect_due(now=NOW) for _ in range(4)])
    assert sum(answers) == 4
    assert Event.objects.filter(kind="evidence.clean").count() == 4
    assert set(Evidence.objects.values_list("scan", "attempts")) == {("clean", 1)}


@pytest.mark.django_db(transaction=True)
def test_two_who_looked_at_the_same_document_decide_it_once(world: World, reference: str) -> None:
    added(world, WHO, reference)
    both = [Evidence.objects.get(), Evidence.objects.get()]
    answers = at_once([lambda row=row: inspections.inspect_evidence(evidence=row, now=NOW) for row in both])
    assert sorted(answers) == [False, True]
    assert Event.objects.filter(kind="evidence.clean").count() == 1


@pytest.mark.django_db(transaction=True)
def test_removing_and_deciding_at_once_neither_block_nor_leave_a_file(world: World) -> None:
    for _ in range(5):
        reference = draft(world, WHO, proof=False)
        document = added(world, WHO, reference)
        path = f"claims/{reference}/evidence/{document['id']}/"
        world.api(WHO)
        answers = at_once(
            [
                lambda: inspect_due(now=NOW),
                lambda p=path: world.api(WHO).send("DELETE", p).status_code,
                lambda p=path: world.api(WHO).send("DELETE", p).status_code,
            ]
        )
        assert sorted(answers[1:]) == [204, 404]
        assert answers[0] in {0, 1}
        assert rows_and_files_agree()


@pytest.mark.django_db(transaction=True)
def test_who_removes_a_document_waits_for_its_decision_and_neither_waits_for_ever(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"claims/{reference}/evidence/{added(world, WHO, reference)['id']}/"
    deciding, removing, record = threading.Event(), threading.Event(), verbs.record
    world.api(WHO)

    def slowly(drafts: Any, *, actor_id: int | None, now: datetime) -> Any:
        if actor_id is None:  # the decision holds the document now
            deciding.set()
            removing.wait(1)
        entered = record(drafts, actor_id=actor_id, now=now)
        if actor_id is not None:  # who removes it holds the claim's chain now
            removing.set()
        return entered

    def remove() -> int:
        assert deciding.wait(20)
        return int(world.api(WHO).send("DELETE", path).status_code)

    monkeypatch.setattr(inspections, "record", slowly)
    monkeypatch.setattr(verbs, "record", slowly)
    assert at_once([lambda: inspect_due(now=NOW), remove]) == [1, 204]
    kinds = [kind for kind, _data in events_of(stored(reference).subject)]
    assert kinds[-2:] == ["evidence.clean", "evidence.removed"]
    assert rows_and_files_agree()


def test_a_document_removed_while_the_sweep_lists_files_is_not_missing(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    added(world, WHO, reference)
    listing = FileSystemStorage.listdir

    def after_its_removal(storage: FileSystemStorage, path: str) -> Any:
        for row in Evidence.objects.all():
            storage.delete(row.stored)
        Evidence.objects.all().delete()
        return listing(storage, path)

    # The partner's folder is listed after the rows were read.
    monkeypatch.setattr(FileSystemStorage, "listdir", lambda s, p: after_its_removal(s, p) if p else listing(s, p))
    assert sweep_files(now=NOW) == Swept(0, ())
    assert caplog.records == []


def test_the_hourly_task_sweeps_too(world: World) -> None:
    in_storage(ours(1, 1), NOW - 2 * HOUR)
    task()
    assert stored_files() == []


def test_a_draft_that_is_deleted_leaves_nothing_after_the_sweep(world: World, reference: str) -> None:
    inspected(world, WHO, reference)
    added(world, WHO, reference)
    assert deleted(world.web(WHO), reference).status_code == 302
    assert not Evidence.objects.exists()
    sweep_files(now=datetime(2099, 1, 1, tzinfo=UTC))
    assert rows_and_files_agree()
