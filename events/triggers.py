"""Database triggers that refuse to change or delete an event, on PostgreSQL and SQLite."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "events_event"
REFUSAL = "events are append-only"

POSTGRESQL = {
    "install": [
        f"""CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$""",
        f"DROP TRIGGER IF EXISTS {TABLE}_append_only ON {TABLE}",
        # For each row, not statement: an UPDATE that meets no row is harmless, and loaddata sends one.
        f"""CREATE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION {TABLE}_refuse()""",
    ],
    "remove": [f"DROP TRIGGER IF EXISTS {TABLE}_append_only ON {TABLE}"],
}
SQLITE = {
    "install": [
        f"""CREATE TRIGGER IF NOT EXISTS {TABLE}_no_update BEFORE UPDATE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
        f"""CREATE TRIGGER IF NOT EXISTS {TABLE}_no_delete BEFORE DELETE ON {TABLE}
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",
        # INSERT OR REPLACE deletes without firing a DELETE trigger, so the insert itself is looked at.
        f"""CREATE TRIGGER IF NOT EXISTS {TABLE}_no_replace BEFORE INSERT ON {TABLE}
        WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id OR (subject = NEW.subject AND seq = NEW.seq))
        BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END""",  # noqa: S608 - made of constants
    ],
    "remove": [f"DROP TRIGGER IF EXISTS {TABLE}_{name}" for name in ("no_update", "no_delete", "no_replace")],
}
NAMES = {
    "postgresql": {f"{TABLE}_append_only"},
    "sqlite": {f"{TABLE}_no_update", f"{TABLE}_no_delete", f"{TABLE}_no_replace"},
}


def _run(connection: BaseDatabaseWrapper, what: str) -> None:
    if TABLE not in connection.introspection.table_names():
        return
    statements = POSTGRESQL if connection.vendor == "postgresql" else SQLITE
    with connection.cursor() as cursor:
        for statement in statements[what]:
            cursor.execute(statement)


def install(connection: BaseDatabaseWrapper) -> None:
    """Puts the triggers in place; harmless where they stand already."""
    _run(connection, "install")


def remove(connection: BaseDatabaseWrapper) -> None:
    """Lifts the triggers, for a test's flush alone."""
    _run(connection, "remove")


def missing(connection: BaseDatabaseWrapper) -> set[str]:
    """Names of the triggers that should stand and do not; empty before the first migration."""
    if TABLE not in connection.introspection.table_names():
        return set()
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return NAMES[connection.vendor] - {row[0] for row in cursor.fetchall()}
