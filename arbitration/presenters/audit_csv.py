"""Events as lines of a CSV file, for spreadsheets and programs alike.

The file begins with a byte order mark: without it Excel garbles every name beyond ASCII, and programs skip it
(`utf-8-sig`). Instants are UTC. With ids, data and both hashes, whoever has the file can check a chain by themselves.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from io import StringIO
from typing import Any

from django.utils import translation

from arbitration.presenters.audit import rows
from events.models import Event
from partners.models import User

MARK = "\ufeff"
COLUMNS = ("at", "actor_id", "actor", "kind", "what", "subject", "about", "seq", "data", "prev", "hash")
# What a spreadsheet takes for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four full-width


def lines(batches: Iterable[Sequence[Event]], reader: User, language: str) -> Iterator[str]:
    """The head, then a piece for each batch; its words in `language`, whatever is active as a piece is asked for."""
    yield MARK + _written([COLUMNS])
    for batch in batches:
        with translation.override(language):
            text = _written(map(_cells, rows(batch, reader)))
        yield text


def _cells(row: dict[str, Any]) -> Sequence[str]:
    event: Event = row["event"]
    about = row["about"]
    cells = (
        event.at.astimezone(UTC).isoformat(),
        "" if event.actor_id is None else str(event.actor_id),
        row["who"],
        event.kind,
        row["what"],
        event.subject,
        f"{about.words} {about.note}".strip(),
        str(event.seq),
        json.dumps(event.data, ensure_ascii=False, sort_keys=True),
        event.prev,
        event.hash,
    )
    return [harmless(cell) for cell in cells]


def harmless(cell: str) -> str:
    """The cell, quoted so that no spreadsheet reads a formula into what somebody has typed."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _written(table: Iterable[Sequence[str]]) -> str:
    out = StringIO()
    csv.writer(out).writerows(table)
    return out.getvalue()
