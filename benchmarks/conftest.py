"""Fixtures of the benchmarks: the world of the tests, and the ledger that is printed at the end."""

from typing import Any

import pytest

from benchmarks.ledger import Ledger
from tests.conftest import now, operator_time, world

__all__ = ["ledger", "now", "operator_time", "world"]

KEPT = pytest.StashKey[Ledger]()


@pytest.fixture
def ledger(request: pytest.FixtureRequest) -> Ledger:
    """Where figures are held against their budgets."""
    return request.config.stash.setdefault(KEPT, Ledger())


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Prints every figure beside its budget."""
    kept = config.stash.get(KEPT, None)
    if kept is not None:
        terminalreporter.section("figures")
        terminalreporter.write_line(kept.table())
