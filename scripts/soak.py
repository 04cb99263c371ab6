"""The same experiments as in `make test`, in the long counts that issues name: tests marked `soak`, with `SOAK=1`.

All of them run on PostgreSQL, then those marked `both_databases` again on SQLite.
"""

from __future__ import annotations

import sys

from scripts import setup
from scripts.test import NO_TESTS, pytest

LONG = {"SOAK": "1"}


def main(arguments: list[str]) -> int:
    """Runs both passes and returns 0 when both are green."""
    setup.ensure(setup.PRODUCT, setup.TESTS)
    first = pytest(["-m", "soak", *arguments], LONG)
    second = pytest(["-m", "soak and both_databases", *arguments], {**LONG, "TEST_DATABASE": "sqlite"})
    return first or (0 if second == NO_TESTS else second)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
