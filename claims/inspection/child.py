"""The inspecting process: reads one file from its standard input and says one line about it, or draws a page.

It imports what it needs, confines itself, says that it is ready, and only then opens the file.
"""

import json
import sys
from collections.abc import Callable
from importlib import import_module
from typing import Any, BinaryIO

from claims.inspection.confinement import confine, peak_bytes
from claims.inspection.process import READY
from claims.inspection.report import Limits, Refused, unsafe

Reader = Callable[[BinaryIO, str, Limits], int | None]
READERS = {
    "application/pdf": "pdf",
    "image/png": "pictures",
    "image/jpeg": "pictures",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "office",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "office",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "office",
}


def main() -> None:
    """Inspects what the order in the first argument tells, and prints the verdict as JSON."""
    order = json.loads(sys.argv[1])
    limits = Limits(**order["limits"])
    if order["draw"]:
        _draw(order, limits)
        return
    read: Reader = import_module(f"claims.inspection.{READERS[order['media_type']]}").read
    confine(limits, order["parent"])
    _say(READY)
    verdict = judge(read, order["media_type"], limits)
    _say(json.dumps(verdict | {"peak_bytes": peak_bytes()}).encode())


def _draw(order: dict[str, Any], limits: Limits) -> None:
    """Says a page as a picture; a page that cannot be drawn ends this process, which says enough."""
    draw = import_module("claims.inspection.drawing").draw
    confine(limits, order["parent"])
    _say(READY)
    with open(0, "rb", closefd=False) as file:
        _say(draw(file, order["media_type"], order["draw"]))


def judge(read: Reader, media_type: str, limits: Limits) -> dict[str, str | int | None]:
    """Reads the file on standard input; every way to fail is a refusal."""
    try:
        with open(0, "rb", closefd=False) as file:
            return {"refusal": "", "why": "", "pages": read(file, media_type, limits)}
    except Refused as refused:
        found = refused
    except (MemoryError, RecursionError):
        found = unsafe("too_complex")
    except Exception:  # noqa: BLE001 - whatever a file makes a library do, it is not clean
        found = unsafe("broken")
    return {"refusal": found.refusal, "why": found.why, "pages": None}


def _say(line: bytes) -> None:
    sys.stdout.buffer.write(line)
    sys.stdout.buffer.flush()
