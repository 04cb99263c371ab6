"""One line of the manifest: a file, how it is made, and what becomes of it."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DOOR, INSPECTION, SCANNER = "door", "inspection", "scanner"


@dataclass(frozen=True)
class Expected:
    """What becomes of a file: `refusal` is empty where it is taken, with `pages`; `by` says who finds it."""

    refusal: str = ""
    why: str = ""
    by: str = INSPECTION
    pages: int | None = None


@dataclass(frozen=True)
class Entry:
    """A file of the corpus. `name` says what it is, `upload_name` how it is sent; `build` makes its bytes.

    `shown_name` is what is kept of the name; the same unless told otherwise.
    """

    name: str
    upload_name: str
    build: Callable[[], bytes]
    expected: Expected
    shown_name: str

    def make(self, folder: Path) -> Path:
        """Writes the file into `folder`, under a name that is nobody's."""
        path = folder / "upload"
        path.write_bytes(self.build())
        return path

    @property
    def honest(self) -> bool:
        """Whether it is taken."""
        return not self.expected.refusal


def entry(name: str, upload_name: str, build: Callable[[], bytes], expected: Expected, shown_name: str = "") -> Entry:
    """One line of the manifest."""
    return Entry(name, upload_name, build, expected, shown_name or upload_name)


def clean(pages: int | None) -> Expected:
    """Taken, with so many pages, sheets or slides."""
    return Expected(pages=pages)


def unsafe(why: str) -> Expected:
    """Refused once it was looked into."""
    return Expected("file_unsafe", why)


def mismatch() -> Expected:
    """It is not, or not only, what its name says; that takes a look inside."""
    return Expected("file_content_mismatch")


def turned_away(refusal: str) -> Expected:
    """Refused by name, size or first bytes."""
    return Expected(refusal, by=DOOR)


def noise(size: int, seed: int = 7) -> bytes:
    """So many bytes without any pattern, the same ones each time."""
    return random.Random(seed).randbytes(size)
