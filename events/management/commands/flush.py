"""Django's flush, which on SQLite deletes row by row and so meets the triggers of the log."""

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections, transaction

from events import triggers


class Command(Flush):
    """Lifts the triggers around the flush; on SQLite both happen in one transaction."""

    def handle(self, **options: Any) -> None:
        """Empties the database."""
        connection = connections[options["database"]]
        if connection.vendor != "sqlite":
            super().handle(**options)
            return
        with transaction.atomic(using=connection.alias):
            triggers.remove(connection)
            super().handle(**options)
            triggers.install(connection)
