"""The compiled catalogues: `python -m scripts.translations` writes them, `--check` only compares.

Runs inside the virtual environment; needs Babel instead of the gettext programs.
"""

from __future__ import annotations

import gettext
import io
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parent.parent / "locale"


def compiled(source: Path) -> bytes:
    """The catalogue of one `.po` file as a `.mo` file."""
    with source.open("rb") as text:
        catalogue = read_po(text, abort_invalid=True)
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def texts(catalogue: bytes) -> dict[object, str]:
    """What a `.mo` file holds, whichever program wrote it."""
    held: dict[object, str] = gettext.GNUTranslations(io.BytesIO(catalogue))._catalog  # type: ignore[attr-defined]
    return {message: text for message, text in held.items() if message}


def main(*, check: bool) -> int:
    """Writes every catalogue, or reports those that are missing or older than their source; returns the exit code."""
    stale = []
    for source in sorted(FOLDER.rglob("*.po")):
        target = source.with_suffix(".mo")
        fresh = compiled(source)
        if target.exists() and texts(target.read_bytes()) == texts(fresh):
            continue
        stale.append(source)
        if not check:
            target.write_bytes(fresh)
    for source in stale:
        print(f"{source.relative_to(FOLDER.parent)}: {'not compiled; make translations' if check else 'compiled'}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
