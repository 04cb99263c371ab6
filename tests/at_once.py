"""Things that happen at the same instant: real threads, each with a database connection of its own.

An experiment is made in rounds, by one thread after all that is given: `first_broken` with the guards, `breaks` without.
"""

import os
import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.apps import apps
from django.db import connection, connections, transaction

from events.models import Notification, Outbox

ROUNDS = 100 if os.environ.get("SOAK") else 2
UNGUARDED_ROUNDS = 30
CLIENTS = 20

Round = Callable[[], set[str]]  # made once: the names of the rules that were broken


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Runs all calls in threads of their own, released together; returns answers or errors, in order."""
    results: list[Any] = [TimeoutError()] * len(calls)
    start = threading.Barrier(len(calls))

    def run(number: int) -> None:
        try:
            start.wait(20)
            results[number] = calls[number]()
        except Exception as error:  # noqa: BLE001 - compared by the test
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def first_broken(experiment: Round) -> set[str]:
    """The rules that the first bad round breaks."""
    return next((rules for rules in (experiment() for _ in range(ROUNDS)) if rules), set())


def breaks(rule: str, experiment: Round) -> bool:
    """Whether a round breaks this rule before long."""
    return any(rule in experiment() for _ in range(UNGUARDED_ROUNDS))


def broken(rules: dict[str, bool]) -> set[str]:
    """The names of those that do not hold."""
    return {name for name, holds in rules.items() if not holds}


def quiet() -> None:
    """What was told so far is out of the way."""
    Outbox.objects.all().delete()
    Notification.objects.all().delete()


def as_it_stands(*but: str) -> Callable[[], None]:
    """Remembers claims and cases as they are; called, it puts them back, and nobody has been told of anything since.

    `but` are names of models that stay. The log goes on: nothing is ever taken out of it.
    """
    models = [model for app in ("claims", "arbitration") for model in apps.get_app_config(app).get_models()]
    models = [model for model in models if model.__name__ not in {"Policy", "Holiday", "Lookup", *but}]
    rows = {model: list(model._default_manager.order_by("pk")) for model in models}

    def put_back() -> None:
        quiet()
        with transaction.atomic(), connection.cursor() as cursor:  # references are looked at as it commits
            for model in models:
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(model._meta.db_table)}")
            for model, kept in rows.items():
                model._default_manager.bulk_create(kept)

    return put_back
