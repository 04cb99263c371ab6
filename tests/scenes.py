"""What many tests begin with, built once.

A `scene` is what all tests of a module begin with: each leaves it as it was, by the transaction it runs in. What is
`remembered` is made by the first test that asks for it, and stands as it was then for each that asks after.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar
from unittest.mock import patch

import time_machine
from django.contrib.sessions.models import Session
from django.core import mail
from django.db import connection, transaction
from django.utils import translation

from claims.actions import evidence
from tests.emptying import KEPT, tables
from tests.world import NOW, World, fill

Asked = ParamSpec("Asked")
Given = TypeVar("Given")
Rows = dict[str, list[str]]  # by table: each row as PostgreSQL writes it


@contextmanager
def scene(blocker: Any) -> Iterator[World]:
    """The demo world for a fixture of a wider scope, to build on; gone with its last test.

    `blocker` is pytest-django's. Tests of such a module run inside this transaction: none may need one of its own.
    """
    with (
        blocker.unblock(),
        time_machine.travel(NOW, tick=False),
        translation.override("en"),
        transaction.atomic(),
    ):
        fill()
        yield World()
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is taken back, so that what comes next finds the world as it was."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@contextmanager
def drawn_once() -> Iterator[None]:
    """A page of the same bytes is drawn once, however often it is asked for: each drawing is a process of its own."""
    draw, made = evidence.draw, {}

    def look_up(path: Path, media_type: str, page: int) -> bytes:
        key = path.read_bytes(), media_type, page
        if key not in made:
            made[key] = draw(path, media_type, page)
        return bytes(made[key])

    with patch.object(evidence, "draw", look_up):
        yield


def remembered(build: Callable[Asked, Given]) -> Callable[Asked, Given]:
    """For a fixture that builds on the world, and on nothing that differs from test to test. SQLite builds it each time.

    From the second time on, the rows and mails that came of it stand in place of all that is there: with the numbers
    that they had, which the database has given to nothing else since.
    """
    made: list[tuple[Given, Rows, list[Any]]] = []

    @wraps(build)
    def again(*args: Asked.args, **kwargs: Asked.kwargs) -> Given:
        if connection.vendor != "postgresql":
            return build(*args, **kwargs)
        # What stands is replaced, sign-ins too: who had signed in before would be nobody from the second time on.
        assert not Session.objects.exists(), "A remembered fixture comes before whoever signs in."
        if made:
            given, rows, letters = made[0]
            _stand(rows)
            mail.outbox[:] = letters
        else:
            given = build(*args, **kwargs)
            made.append((given, _changed(), list(mail.outbox)))
        return deepcopy(given)

    return again


def _changed() -> Rows:
    """The rows of all tables but those that are as migrations have left them."""
    fresh = _rows(f"{KEPT}.")
    return {table: rows for table, rows in _rows().items() if not rows or sorted(rows) != sorted(fresh[table])}


def _rows(schema: str = "") -> Rows:
    found: Rows = {table: [] for table in tables()}
    every = " UNION ALL ".join(f"SELECT '{table}', row::text FROM {schema}\"{table}\" row" for table in found)
    with connection.cursor() as cursor:
        cursor.execute(every)
        for table, row in cursor.fetchall():
            found[table].append(row)
    return found


def _stand(rows: Rows) -> None:
    """Puts these rows in place of all of their tables. As a replica: each was let in once, by keys and by triggers."""
    statements = ["SET LOCAL session_replication_role = replica"]
    statements += [f'DELETE FROM "{table}"' for table in rows]
    filled = [table for table in rows if rows[table]]
    statements += [f'INSERT INTO "{table}" SELECT * FROM unnest(%s::text[]::"{table}"[])' for table in filled]
    statements.append("SET LOCAL session_replication_role = origin")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join(statements), [rows[table] for table in filled])
