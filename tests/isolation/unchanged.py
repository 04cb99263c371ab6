"""Says whether anything was changed, by rows and files, and undoes it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from claims.storage import vault
from events.models import Chain, Event
from tests.claims.evidence.doors import stored_files
from tests.claims.given import ASIDE

BESIDE = ASIDE | {"usersessions_usersession"}  # when a session was last seen
NOTED = "refused"  # how the kinds of events end that say who tried what, on the chain of that person
WRITE = re.compile(r'\s*(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)


@dataclass
class Change:
    """Whether a row or a file is another than before."""

    seen: bool = False


class Unchanged:
    """The world as it stands: every block begins and ends with it."""

    def __init__(self) -> None:
        models = apps.get_models(include_auto_created=True)
        tables = {model._meta.db_table: model for model in models if model._meta.db_table not in BESIDE}
        self.rows = {table: _rows(model) for table, model in tables.items()}
        self.models, self.files = tables, stored_files()

    @contextmanager
    def undone(self) -> Iterator[Change]:
        """What happens inside is told, and undone. Rows are read only where a statement has written to their table."""
        written: set[str] = set()

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            found = WRITE.match(sql)
            if found:
                written.add(found[1])
            return execute(sql, params, many, context)

        change = Change()
        with transaction.atomic():
            with connection.execute_wrapper(watch):
                yield change
            touched = written & set(self.rows)
            change.seen = any(self._changed(table) for table in touched)
            transaction.set_rollback(True)
        if touched:
            change.seen |= self._files_undone()

    def _changed(self, table: str) -> bool:
        """Whether rows are others than before; that somebody was refused may be noted on their own chain."""
        model = self.models[table]
        before, after = self.rows[table], _rows(model)
        if model is Event:
            return list(Event.objects.exclude(kind__endswith=NOTED).order_by("pk").values_list()) != before
        if model is Chain:
            refused = set(Event.objects.filter(kind__endswith=NOTED).values_list("subject", flat=True))
            kept = [[row for row in rows if row[0] not in refused] for rows in (before, after)]
            return kept[0] != kept[1]
        return before != after

    def _files_undone(self) -> bool:
        strange = set(stored_files()) - set(self.files)
        for name in strange:
            (Path(vault().path("")) / name).unlink()
        gone = set(self.files) - set(stored_files())
        assert not gone, f"a file was deleted before anything was committed: {gone}"
        return bool(strange)


def _rows(model: Any) -> list[tuple[Any, ...]]:
    return list(model._default_manager.order_by("pk").values_list())
