"""Where documents lie: the storage named "evidence", outside anything a web server hands out, and the way into it.

Uploads are spooled to a folder first. What neither has a row nor is young is found by `sweep_files`.
"""

import contextlib
import logging
import os
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from django.conf import settings
from django.core.files import File
from django.core.files.storage import Storage, storages
from django.db import transaction

from claims.errors import NotStored, StorageUnavailable
from claims.models import Evidence
from claims.uploads import Upload

# Nobody is still busy with a file that is older and has no row.
YOUNG = timedelta(hours=1)
# What else lies in the folder or the bucket is not ours to judge: partner, SHA-256, key.
OURS = re.compile(r"[0-9]{1,18}/[0-9a-f]{64}/[0-9a-f]{32}")

logger = logging.getLogger(__name__)


@dataclass
class Kept:
    """A file that lies in the storage. `entered` says that a row of evidence has it now."""

    key: str
    stored: str
    name: str
    size: int
    sha256: str
    entered: bool = False


def vault() -> Storage:
    """The storage of evidence: a folder, or a bucket."""
    return storages["evidence"]


class _Spooled(File):
    """A spooled file, which storages on the same disk may simply move."""

    def temporary_file_path(self) -> str:
        return str(self.file.name)  # type: ignore[union-attr]


@contextlib.contextmanager
def kept(upload: Upload, *, partner_id: int, random: Random) -> Iterator[Kept]:
    """Puts an upload into the storage for as long as it takes to enter it; what no row has taken is gone after.

    Outside any transaction: a bucket is asked over the network.

    Raises:
        NotStored: when the storage did not take it. Nothing is left behind then.
    """
    key = f"{random.getrandbits(128):032x}"
    stored = f"{partner_id}/{upload.sha256}/{key}"
    file = Kept(key, stored, upload.name, upload.size, upload.sha256)
    try:
        _store(upload, stored)
        yield file
    except BaseException:
        with contextlib.suppress(Exception):  # what cannot be looked up or removed now, the sweep will find
            discard([stored])
        raise
    if not file.entered:
        with contextlib.suppress(Exception):
            discard([stored])


def _store(upload: Upload, stored: str) -> None:
    try:
        if upload.path is None:
            raise FileNotFoundError(upload.name)
        with upload.path.open("rb") as source:
            vault().save(stored, _Spooled(source))
        # Moved to another disk that becomes full with the last piece, a file is cut without an error.
        if (size := vault().size(stored)) != upload.size:
            raise OSError(f"{size} bytes of {upload.size} are stored")
    except Exception as trouble:
        logger.exception("A document could not be stored")
        raise NotStored from trouble


def discard(stored: list[str]) -> None:
    """Removes files that no row of evidence has: a copy of a claim shares those of its origin."""
    taken = set(Evidence.objects.filter(stored__in=stored).values_list("stored", flat=True))
    for path in stored:
        if path and path not in taken:
            vault().delete(path)


def discard_on_commit(stored: list[str]) -> None:
    """Removes files once the rows are gone for good; what is missed is found by the sweep."""
    transaction.on_commit(lambda: discard(stored), robust=True)


def opened(evidence: Evidence) -> File:
    """The document, open to be handed out.

    Raises:
        StorageUnavailable: where the storage does not answer, or does not have it.
    """
    try:
        return vault().open(evidence.stored, "rb")
    except FileNotFoundError as missing:
        logger.error("A document is missing: %s", evidence.stored)
        raise StorageUnavailable(evidence.stored) from missing
    except Exception as trouble:
        raise StorageUnavailable(evidence.stored) from trouble


@contextlib.contextmanager
def local_copy(evidence: Evidence) -> Iterator[Path]:
    """The document as a file on this machine, for as long as it is looked at.

    Raises:
        FileNotFoundError: where the storage does not have it.
        StorageUnavailable: where it does not answer.
    """
    try:
        path = Path(vault().path(evidence.stored))
    except NotImplementedError:
        path = _fetch(evidence.stored)
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)
        return
    try:
        path.stat()
    except FileNotFoundError:
        raise
    except OSError as trouble:
        raise StorageUnavailable(evidence.stored) from trouble
    yield path


def _fetch(stored: str) -> Path:
    """A copy of its own for each who looks, as two may look at once."""
    path = None
    try:
        with vault().open(stored, "rb") as source:
            handle, name = tempfile.mkstemp(dir=spool_folder(), prefix="inspect-")
            path = Path(name)
            with os.fdopen(handle, "wb") as target:
                for chunk in source.chunks():
                    target.write(chunk)
    except Exception as trouble:
        if path is not None:
            path.unlink(missing_ok=True)
        if isinstance(trouble, FileNotFoundError):
            raise
        raise StorageUnavailable(stored) from trouble
    return path


def spool_folder() -> Path:
    """Where uploads stand until they are stored; readable by nobody else."""
    folder = Path(settings.EVIDENCE_SPOOL)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


@dataclass(frozen=True)
class Swept:
    """What a sweep of the files found: those without a row, removed; and those that rows miss."""

    removed: int
    missing: tuple[str, ...]


def sweep_files(*, now: datetime) -> Swept:
    """Removes what uploads, deletions and crashes have left behind, and names what is gone. Safe to run any time.

    A document that is missing is never forgotten by itself: the folder may only not be mounted.
    """
    removed, missing = _sweep_spool(now), list[str]()
    owners = Evidence.objects.exclude(stored="").order_by().values_list("claim__partner_id", flat=True).distinct()
    for partner in sorted({*_folders(""), *map(str, owners)}):
        # Rows before files: a file is there before its row, and the young are let alone.
        known = set(Evidence.objects.filter(stored__startswith=f"{partner}/").values_list("stored", flat=True))
        present = set(_documents_of(partner))
        old = [path for path in sorted(present - known) if _is_old(path, now)]
        discard(old)
        removed += len(old)
        missing += [path for path in sorted(known - present) if _is_missing(path)]
    for path in missing:
        logger.error("A document is missing from the storage: %s", path)
    return Swept(removed, tuple(missing))


def _documents_of(partner: str) -> Iterator[str]:
    for digest in _folders(partner) if partner.isdecimal() else ():
        for name in _files(f"{partner}/{digest}"):
            if OURS.fullmatch(path := f"{partner}/{digest}/{name}"):
                yield path


def _is_old(stored: str, now: datetime) -> bool:
    """Whether nobody can be busy with the file any more; false where somebody else has removed it meanwhile."""
    try:
        return vault().get_modified_time(stored) < now - YOUNG
    except Exception:
        if vault().exists(stored):
            raise
        return False


def _is_missing(stored: str) -> bool:
    """Whether a row still wants the file: both may have gone since the list was made."""
    return Evidence.objects.filter(stored=stored).exists() and not vault().exists(stored)


def _sweep_spool(now: datetime) -> int:
    removed = 0
    for path in spool_folder().iterdir():
        with contextlib.suppress(FileNotFoundError):  # its upload has ended meanwhile
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) < now - YOUNG:
                path.unlink()
                removed += 1
    return removed


def _folders(path: str) -> list[str]:
    try:
        return sorted(vault().listdir(path)[0])
    except FileNotFoundError:
        return []


def _files(path: str) -> list[str]:
    try:
        return sorted(vault().listdir(path)[1])
    except FileNotFoundError:
        return []
