"""The style sheets of every page, joined to one: we write a file a component, a browser asks once.

A finder of static files, so that nothing is built: it joins them as it is asked, to serve them and to collect them.
"""

import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

JOINED = "css/site.css"
SOURCES = settings.BASE_DIR / "static" / "css"
# From tokens to single components, then what holds under a condition: of two rules of one weight, the later counts.
ORDER = """tokens base shared shell button field chip table alert stepper wizard proof review clock calendar timeline
    letter sign security desk team audit keys help chart space""".split()
CONDITIONS = {
    "below-72rem": "(max-width: 72rem)",
    "below-60rem": "(max-width: 60rem)",
    "below-48rem": "(max-width: 48rem)",
    "phone": "screen and (max-width: 48rem)",
    "forced-colors": "(forced-colors: active)",
    "print": "print",
}


def joined() -> str:
    """One sheet of all, as they are now."""
    plain = [_source(name) for name in ORDER]
    return "\n".join([*plain, *(f"@media {when} {{\n{_source(name)}}}\n" for name, when in CONDITIONS.items())])


def _source(name: str) -> str:
    return (SOURCES / f"{name}.css").read_text(encoding="utf-8")


class JoinedSheets(BaseFinder):
    """Finds the joined sheet alone, in a file that is written anew where a source has changed."""

    def __init__(self, app_names: Iterable[str] | None = None, *args: Any, **kwargs: Any) -> None:
        self.storage = FileSystemStorage(location=settings.DATA_DIR / "sheets")

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing of it is configured."""
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """Where the joined sheet stands, for whoever asks for it."""
        found = [str(self._written())] if path == JOINED else []
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """The joined sheet, to be collected."""
        self._written()
        yield JOINED, self.storage

    def _written(self) -> Path:
        file, sheet = Path(self.storage.path(JOINED)), joined().encode()
        if not file.exists() or file.read_bytes() != sheet:
            file.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=file.parent, delete=False) as fresh:  # two may write at once
                fresh.write(sheet)
            Path(fresh.name).replace(file)
        return file
