"""The disk is full while a file is written: a real limit of the system, wherever it strikes. Nothing half stays."""

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files import move
from django.core.files.storage import FileSystemStorage

from claims.storage import vault
from claims.uploads import Spool
from tests.claims.evidence.doors import (
    MULTIPART,
    drop,
    files,
    multipart,
    nothing_came,
    rows_and_files_agree,
    stored_files,
    upload,
)
from tests.claims.evidence.files import pdf
from tests.claims.given import draft, stored
from tests.world import World

WHO = "jonas.weber"
MEGABYTE = 1024 * 1024
# Larger than what the database itself may want to write in this process.
LARGE = pdf() + bytes(20 * MEGABYTE)


@pytest.fixture
def reference(world: World) -> str:
    """A draft without any proof."""
    return draft(world, WHO, proof=False)


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """The system refuses to write any file of this process further than `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def full_storage(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the storage another disk than the spool's, which is full after so many bytes of a file."""
    save = FileSystemStorage._save

    def elsewhere(*_paths: Any) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    def full_after(size: int) -> None:
        def limited(self: Any, *arguments: Any) -> Any:
            with monkeypatch.context() as patch, no_file_longer_than(size):
                patch.setattr(move.os, "rename", elsewhere)
                return save(self, *arguments)

        monkeypatch.setattr(FileSystemStorage, "_save", limited)

    return full_after


def test_a_disk_full_while_spooling_takes_nothing_and_says_so(world: World, reference: str) -> None:
    with no_file_longer_than(16 * MEGABYTE):
        answer = upload(world.api(WHO), reference, LARGE)
        assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "file_not_stored", "30")
        assert nothing_came(reference)
        page = drop(world.web(WHO), reference, files(("large.pdf", LARGE), ("sow.pdf", pdf())))
        assert page.status_code == 422
        assert "file_not_stored" in page.content.decode()
    assert list(stored(reference).evidence.values_list("name", flat=True)) == ["sow.pdf"]
    assert rows_and_files_agree()


@pytest.mark.parametrize("missing", [10 * MEGABYTE, 1], ids=["half of it", "its last byte"])
def test_a_disk_full_while_storing_takes_nothing_and_says_so(
    world: World, reference: str, full_storage: Any, missing: int
) -> None:
    full_storage(len(LARGE) - missing)
    answer = upload(world.api(WHO), reference, LARGE)
    assert (answer.status_code, answer.json()["code"]) == (503, "file_not_stored")
    assert nothing_came(reference)
    page = drop(world.web(WHO), reference, files(("large.pdf", LARGE), ("sow.pdf", pdf())))
    assert page.status_code == 422
    assert list(stored(reference).evidence.values_list("name", flat=True)) == ["sow.pdf"]
    assert rows_and_files_agree()


def test_a_storage_on_another_disk_keeps_the_whole_file(world: World, reference: str, full_storage: Any) -> None:
    full_storage(len(LARGE))
    assert upload(world.api(WHO), reference, LARGE).status_code == 201
    (path,) = stored_files()
    with vault().open(path, "rb") as kept:
        assert kept.read() == LARGE
    assert rows_and_files_agree()


def test_a_spool_that_takes_no_file_at_all_is_said_to_be_full(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, begin = world.web(WHO), Spool.new_file

    def nowhere(spool: Spool, *arguments: Any, **options: Any) -> None:
        spool.folder = spool.folder / "that is gone"
        begin(spool, *arguments, **options)

    monkeypatch.setattr(Spool, "new_file", nowhere)
    page = drop(browser, reference, files(("sow.pdf", pdf())))
    assert page.status_code == 422
    assert "file_not_stored" in page.content.decode()
    path = f"/api/v1/claims/{reference}/evidence/"
    answer = world.api(WHO).generic("POST", path, multipart(files(("a.pdf", pdf()))), content_type=MULTIPART)
    assert (answer.status_code, answer.json()["code"]) == (503, "file_not_stored")
    assert nothing_came(reference)
