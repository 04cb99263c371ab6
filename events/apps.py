"""Keeps the triggers of the log in place."""

from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db import connections
from django.db.models.signals import post_migrate


class EventsConfig(AppConfig):
    """The log, its messages, and the triggers that make the log append-only."""

    name = "events"

    def ready(self) -> None:
        """Restores the triggers after every migration: a table rebuilt on SQLite loses them without a word."""
        from events import checks, triggers  # noqa: PLC0415 - needs the app registry

        def restore(*, using: str, **_: Any) -> None:
            triggers.install(connections[using])

        post_migrate.connect(restore, sender=self, weak=False, dispatch_uid="events.triggers")
        register(checks.triggers_exist, Tags.database)
