"""Receiving files: streamed to the spool, counted and hashed on the way, never as a whole in memory."""

import contextlib
import hashlib
import logging
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopFutureHandlers
from django.http import HttpRequest

from claims.rules.files import HEAD, MAX_FILE, MAX_TOTAL, file_limit, total_limit
from claims.rules.findings import Finding

FIELD = "file"  # the name of the parts that are files, in forms and in the API

# What a browser may send in one go before nobody even reads it: everything a claim takes, and as much again in vain.
MAX_BODY = 2 * MAX_TOTAL + 1024 * 1024

logger = logging.getLogger(__name__)


@dataclass
class Upload:
    """One file as it came: `size` in bytes is what was sent, and `path` holds all of it unless `fault` is set.

    `name` is as the sender wrote it, less folders and what cannot be printed.
    """

    name: str
    path: Path | None
    size: int = 0
    sha256: str = ""
    head: bytes = b""
    fault: Finding | None = None


class Spool(FileUploadHandler):
    """Writes each file of a request to a folder; a file past its limit is read on, but no further kept.

    A part that is a file and not named `file` is passed over.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.uploads: list[Upload] = []
        self._room = MAX_TOTAL
        self._file: IO[bytes] | None = None
        self._digest = hashlib.sha256()

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        """Begins one file."""
        if field_name != FIELD:
            raise SkipFile
        super().new_file(field_name, file_name, *args, **kwargs)
        upload, self._digest = Upload(file_name, None), hashlib.sha256()
        self.uploads.append(upload)
        try:
            handle, path = tempfile.mkstemp(dir=self.folder, prefix="upload-")
            self._file, upload.path = os.fdopen(handle, "wb", buffering=0), Path(path)
        except OSError:
            self._fail(upload)
        raise StopFutureHandlers

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Takes one piece, 64 KB at most."""
        upload = self.uploads[-1]
        upload.size += len(raw_data)
        if upload.fault is not None:
            return
        if upload.size > min(MAX_FILE, self._room):
            limit = file_limit() if upload.size > MAX_FILE else total_limit()
            upload.fault = Finding("file_too_large", "file", {"limit": limit})
            self._drop()
            return
        upload.head += raw_data[: HEAD - len(upload.head)]
        self._digest.update(raw_data)
        try:
            _write(self._file, raw_data)
        except OSError:
            self._fail(upload)

    def file_complete(self, file_size: int) -> None:
        """Ends one file. It stays out of `request.FILES`: the uploads are asked for by name."""
        upload = self.uploads[-1]
        upload.sha256 = self._digest.hexdigest()
        if upload.fault is None:  # what is refused takes no room
            self._room -= upload.size
        self._close()

    def discard(self) -> None:
        """Removes what nobody has moved away."""
        self._close()
        for upload in self.uploads:
            if upload.path is not None:
                upload.path.unlink(missing_ok=True)

    def _fail(self, upload: Upload) -> None:
        """For a disk that is full, or worse; called while the error is being handled."""
        logger.exception("An upload could not be written")
        upload.fault = Finding("file_not_stored", "file")
        self._drop()

    def _drop(self) -> None:
        """Gives the disk back at once; the rest is only counted."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.truncate(0)

    def _close(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None


def _write(file: IO[bytes] | None, data: bytes) -> None:
    """Writes all of it: without a buffer a full disk may take a part and say so by a number only."""
    view = memoryview(data)
    while file is not None and view:
        view = view[file.write(view) :]


class NoFiles(FileUploadHandler):
    """For every form that takes no files: what comes all the same is read past, and kept nowhere."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Passes the file over."""
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Never asked."""

    def file_complete(self, file_size: int) -> None:
        """Never asked."""


@contextlib.contextmanager
def received(request: HttpRequest, folder: Path) -> Iterator[Spool]:
    """Reads the request's files as soon as somebody asks for its POST data, and clears up after.

    To be entered before anything reads the body; who may not send is to be turned away before.

    Raises:
        RequestDataTooBig: for a body that is not worth reading.
    """
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MAX_BODY:
        raise RequestDataTooBig
    spool = Spool(folder)
    request.upload_handlers = [spool]
    try:
        yield spool
    finally:
        spool.discard()
