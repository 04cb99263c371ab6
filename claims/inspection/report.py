"""What an inspection is given and what it finds."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024

UNSAFE, MISMATCH = "file_unsafe", "file_content_mismatch"
# Why a file is unsafe; `claims.rules.texts` has the sentence for each.
WHYS = frozenset(
    {
        "macros",
        "scripts",
        "launch",
        "embedded_files",
        "external_template",
        "encrypted",
        "bomb",
        "paths",
        "too_complex",
        "broken",
    }
)


@dataclass(frozen=True)
class Limits:
    """What one inspection may cost, and how large what it unpacks may be."""

    address_space: int = 512 * MEGABYTE  # bytes, the interpreter and its libraries included
    cpu_seconds: float = 1.8
    wall_seconds: float = 30.0
    pixels: int = 50_000_000  # of one picture, or of all frames of an animation
    scanned_pixels: int = 1_000_000_000  # of one picture inside a PDF, not decoded: A0 at 600 dpi has half of it
    unpacked: int = 256 * MEGABYTE  # bytes that an Office file may hold
    stream: int = 64 * MEGABYTE  # bytes that one stream of a PDF, or one XML part, may hold
    parts: int = 10_000  # of an Office file
    objects: int = 200_000  # of a PDF


LIMITS = Limits()


@dataclass(frozen=True)
class Report:
    """What was found. `refusal` is empty for a clean file; `why` is one of `WHYS` where the file is unsafe.

    `pages` counts pages, sheets or slides, None where that is unknown. `peak_bytes` is resident memory as the child
    measured it, or, where it did not live to tell, as it was last seen.
    """

    refusal: str
    why: str
    pages: int | None
    cpu_seconds: float
    peak_bytes: int


class InspectionFailed(Exception):
    """The inspection could not be made, through no fault of the file: try again later."""


class Refused(Exception):
    """Raised inside the child: the file is not taken. `why` is empty for a mismatch."""

    def __init__(self, refusal: str, why: str = "") -> None:
        super().__init__(refusal, why)
        self.refusal, self.why = refusal, why


def unsafe(why: str) -> Refused:
    """The refusal of a file that could do harm, or that cannot be looked through."""
    return Refused(UNSAFE, why)


def mismatch() -> Refused:
    """The refusal of a file that is, or is also, something else than its type."""
    return Refused(MISMATCH)
