"""Things that happen at the same instant: real threads, each with a database connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections


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
