"""Turns away what cannot be read at all, before a request is made of it: there no error page could be drawn yet."""

import codecs
import json
from collections.abc import Callable, Iterable
from email.message import Message
from typing import Any

READABLE = frozenset({"utf-8", "ascii"})
CHARSET = (415, "Unsupported Media Type", "unsupported_charset", "Only UTF-8 is read here.")
LENGTH = (411, "Length Required", "length_required", "Say how long the body is, with Content-Length.")

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def guarded(application: Application) -> Application:
    """The application behind the gate.

    A charset that is no text encoding would be a crash while the request is made. A body of unknown length would be
    taken for an empty one, and its content be lost without a word.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not _readable(environ.get("CONTENT_TYPE", "")):
            return _refuse(CHARSET, start_response)
        if "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower() and not environ.get("CONTENT_LENGTH"):
            return _refuse(LENGTH, start_response)
        return application(environ, start_response)

    return answer


def _readable(content_type: str) -> bool:
    message = Message()
    message["Content-Type"] = content_type.replace("\r", "").replace("\n", "")
    charset = message.get_param("charset", "utf-8")
    try:
        return codecs.lookup(str(charset)).name in READABLE
    except (LookupError, ValueError):
        return False


def _refuse(refusal: tuple[int, str, str, str], start_response: Callable[..., Any]) -> Iterable[bytes]:
    status, title, code, detail = refusal
    problem = {"type": "about:blank", "title": title, "status": status, "detail": detail, "code": code}
    body = json.dumps(problem).encode()
    headers = [("Content-Type", "application/problem+json"), ("Content-Length", str(len(body)))]
    start_response(f"{status} {title}", headers)
    return [body]
