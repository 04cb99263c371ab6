"""System checks of the log, run by `migrate` and `check --database default`."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

from events import triggers


def triggers_exist(app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """An error for each trigger that is not there: without it the log could be rewritten."""
    return [
        Error(
            f"The trigger {name} is missing, so events can be changed.",
            hint="Run manage.py migrate --skip-checks, which puts it back.",
            id="events.E001",
        )
        for alias in databases or []
        for name in sorted(triggers.missing(connections[alias]))
    ]
