"""A scene that all tests of a module begin with, built once: each leaves it as it was, by the transaction it runs in."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import time_machine
from django.db import transaction
from django.utils import translation

from tests.world import NOW, World, fill


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
