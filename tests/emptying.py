"""How a database is put back after a test that commits: to the rows that migrations lay down, row by row.

Django would truncate every table, which writes each anew with its indexes, and lay down all rows through models again:
half a second after each of hundreds of tests, most of which fill few.
"""

from typing import Any

from django.db import connection, transaction
from django.test import TransactionTestCase

from events import triggers

KEPT = "kept"  # a schema that no search path names

_django_does_it = TransactionTestCase._fixture_teardown


def remember() -> None:
    """Keeps a copy of what a fresh database holds. SQLite goes on as Django does it."""
    if connection.vendor != "postgresql":
        return
    copies = "; ".join(f'CREATE TABLE {KEPT}."{table}" AS TABLE "{table}"' for table in tables())
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {KEPT}; {copies}")


def put_back(case: Any) -> None:
    """Instead of `TransactionTestCase._fixture_teardown`.

    Waits as TRUNCATE does for whoever still writes. As a replica, for then neither keys nor the triggers of the log ask.
    """
    if connection.vendor != "postgresql":
        _django_does_it(case)
        return
    names = tables()
    named = ", ".join(f'"{table}"' for table in names)
    statements = [f"LOCK TABLE {named} IN ACCESS EXCLUSIVE MODE", "SET LOCAL session_replication_role = replica"]
    statements += [f'DELETE FROM "{table}"; INSERT INTO "{table}" TABLE {KEPT}."{table}"' for table in names]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join(statements))
    triggers.install(connection)


def tables() -> list[str]:
    """The tables of all models."""
    return connection.introspection.django_table_names(only_existing=True, include_views=False)
