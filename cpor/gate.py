"""Turns away what cannot be read at all, before a request is made of it: there no error page could be drawn yet."""

import codecs
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from email.message import Message
from typing import Any

from django.conf import settings
from django.utils.http import parse_header_parameters

READABLE = frozenset({"utf-8", "ascii"})
CHARSET = (415, "Unsupported Media Type", "unsupported_charset", "Only UTF-8 is read here.")
LENGTH = (411, "Length Required", "length_required", "Say how long the body is, with Content-Length.")
METHOD = (405, "Method Not Allowed", "method_not_allowed", "No address answers to this method.")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
# No middleware stands before the gate: its answers bring along what all others are given.
WALLS = [
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
]
TRAILER = 64  # what may follow the boundary that closes a body: a line break, some blanks

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def guarded(application: Application) -> Application:
    """The application behind the gate.

    A charset that is no text encoding would be a crash while the request is made. A body of unknown length would be
    taken for an empty one, and its content be lost without a word. No method is let in that no address has, such as
    TRACE.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] not in METHODS:
            return _refuse(METHOD, start_response, ("Allow", ", ".join(METHODS)))
        if not _readable(environ.get("CONTENT_TYPE", "")):
            return _refuse(CHARSET, start_response)
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower() and not environ.get("CONTENT_LENGTH"):
            return _refuse(LENGTH, start_response)
        environ["wsgi.input"] = WholeBody(environ["wsgi.input"], environ)
        return application(environ, start_response)

    return answer


class WholeBody:
    """A request's body that must come to its end: where its length says, and after the boundary that closes its parts.

    One that breaks off would be taken for a whole one, and half a file for a file.
    """

    def __init__(self, stream: Any, environ: Mapping[str, Any]) -> None:
        self._stream = stream
        length = environ.get("CONTENT_LENGTH") or "0"
        self._left = int(length) if length.isdecimal() else 0
        self._closing = _closing_boundary(environ.get("CONTENT_TYPE", ""))
        self._tail = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes.

        Raises:
            BodyCut: where they end too early.
        """
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        data = self._stream.read(wanted)
        if len(data) < wanted:  # who asks for all of it asks once
            raise BodyCut("the body ends before its length")
        return self._seen(data)

    def readline(self, size: int = -1) -> bytes:
        """The next line.

        Raises:
            BodyCut: where the body ends too early.
        """
        wanted = self._left if size is None or size < 0 else min(size, self._left)
        line = self._stream.readline(wanted)
        if len(line) < wanted and not line.endswith(b"\n"):
            raise BodyCut("the body ends before its length")
        return self._seen(line)

    def _seen(self, data: bytes) -> bytes:
        self._left -= len(data)
        if self._closing and data:
            self._tail = (self._tail + data)[-len(self._closing) - TRAILER :]
            if not self._left and self._closing not in self._tail:
                raise BodyCut("the last part of the body has no end")
        return data


class BodyCut(OSError):
    """The sender has gone, or never meant to send it all."""


def _closing_boundary(content_type: str) -> bytes:
    message = Message()
    message["Content-Type"] = content_type.replace("\r", "").replace("\n", "")
    boundary = message.get_boundary() if message.get_content_maintype() == "multipart" else None
    return b"--" + boundary.encode("latin-1", "replace") + b"--" if boundary else b""


def _readable(content_type: str) -> bool:
    try:
        return all(codecs.lookup(charset).name in READABLE for charset in _charsets(content_type))
    except (LookupError, ValueError):
        return False


def _charsets(content_type: str) -> Iterator[str]:
    """Each charset that one of the readers may find: where two are named, one takes the first, another the last."""
    message = Message()
    message["Content-Type"] = content_type.replace("\r", "").replace("\n", "")
    yield str(message.get_param("charset", "utf-8"))
    yield str(parse_header_parameters(content_type)[1].get("charset", "utf-8"))


def _refuse(
    refusal: tuple[int, str, str, str], start_response: Callable[..., Any], *more: tuple[str, str]
) -> Iterable[bytes]:
    status, title, code, detail = refusal
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code}
    body = json.dumps(problem).encode()
    headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))]
    start_response(f"{status} {title}", [*headers, *_walls(), *more])
    return [body]


def _walls() -> list[tuple[str, str]]:
    if not settings.SECURE_HSTS_SECONDS:
        return WALLS
    return [*WALLS, ("Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains")]
