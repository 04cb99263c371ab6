"""Requests as a web server hands them over: past the gate, with a body that comes bit by bit and may break off."""

import contextlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from claims.models import Evidence
from cpor.gate import guarded
from tests.claims.evidence.doors import BOUNDARY, MULTIPART, multipart
from tests.world import World

TOKEN = "c" * 32  # of forms, as the cookie knows it too


@dataclass(frozen=True)
class Answer:
    """What the server would send back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Bits(io.RawIOBase):
    """A body that is never in memory as a whole: `begin`, then `filler` up to its length, then `end`.

    `given` counts the bytes that somebody has read.
    """

    def __init__(self, begin: bytes, size: int, end: bytes) -> None:
        super().__init__()
        self._begin, self._end, self._middle = io.BytesIO(begin), io.BytesIO(end), size
        self.given = 0

    def read(self, size: int = -1) -> bytes:
        assert 0 <= size <= 1024 * 1024, "nobody asks for more than a piece"
        data = self._begin.read(size)
        if not data and self._middle:
            data = bytes(min(size, self._middle))
            self._middle -= len(data)
        while len(data) < size and (more := self._end.read(size - len(data)) if not self._middle else b""):
            data += more
        self.given += len(data)
        return data if len(data) == size or not self._middle else data + self.read(size - len(data))


def ask(path: str, body: Any, *, method: str = "POST", length: int | None = None, **headers: str) -> Answer:
    """One request; `length` is what Content-Length says, `headers` are names of the environment such as HTTP_COOKIE."""
    stream = io.BytesIO(body) if isinstance(body, bytes) else body
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": MULTIPART,
        "CONTENT_LENGTH": str(len(body) if length is None else length),
        "wsgi.input": stream,
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        **headers,
    }
    said: list[Any] = []
    with _one_connection():
        answer: Any = guarded(WSGIHandler())(environ, lambda status, given, error=None: said.extend((status, given)))
        content = b"".join(answer)
        getattr(answer, "close", lambda: None)()
    return Answer(int(said[0].split()[0]), dict(said[1]), content)


@contextlib.contextmanager
def _one_connection() -> Iterator[None]:
    """Requests share the test's connection to the database, as those of a test client do."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


def signed_in(world: World, who: str) -> dict[str, str]:
    """The header of a browser in which this person is signed in."""
    session = world.web(who).cookies["sessionid"].value
    return {"HTTP_COOKIE": f"sessionid={session}; csrftoken={TOKEN}"}


def bearer(world: World, who: str) -> dict[str, str]:
    """The header of this person's program."""
    world.api(who)
    return {"HTTP_AUTHORIZATION": f"Bearer token of {who}"}


def form(content: bytes) -> bytes:
    """A form of the page with its token and one PDF."""
    return multipart([("csrfmiddlewaretoken", None, TOKEN.encode()), ("file", "sow.pdf", content)])


def large(size: int) -> Bits:
    """The same form with a file of this size, the end of which nobody holds in memory."""
    begin, end = form(b"%PDF-1.7\n").split(b"%PDF-1.7\n")
    return Bits(begin + b"%PDF-1.7\n", size - 9, end)


def length_of_large(size: int) -> int:
    """The length of that body."""
    return len(form(b"")) + size


def cuts(body: bytes) -> Iterator[tuple[str, int]]:
    """Places at which a body with a file may break off, and how much has come until there."""
    start = body.index(b"%PDF-")
    closing = body.rindex(f"--{BOUNDARY}--".encode())
    yield "before anything", 0
    yield "in the first boundary", 5
    yield "in the header of the file", start - 10
    yield "at the start of the file", start
    yield "in the middle of the file", (start + closing) // 2
    yield "at the end of the file", closing - 2
    yield "before the closing boundary", closing
    yield "in the closing boundary", closing + 6
    yield "before its last hyphen", len(body) - 3


def documents() -> int:
    """How many there are at all."""
    return Evidence.objects.count()
