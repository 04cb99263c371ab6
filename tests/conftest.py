"""Fixtures that every test may use."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import LazySettings
from django.utils import translation

from tests.world import NOW, World, fill

INSPECTED_FILE = "inspected file"  # a test's record of [name, CPU seconds, peak bytes]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tells what the inspection of the corpus cost at the most."""
    passed = terminalreporter.stats.get("passed", [])
    costs = [value for report in passed for name, value in report.user_properties if name == INSPECTED_FILE]
    if costs:
        slow, large = max(costs, key=lambda cost: cost[1]), max(costs, key=lambda cost: cost[2])
        terminalreporter.write_line(
            f"corpus: {len(costs)} files inspected; most CPU {slow[1]:.2f} s ({slow[0]});"
            f" most memory {large[2] / 1024 / 1024:.0f} MB ({large[0]})"
        )


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Each test begins in English: a request leaves its thread in the language of its reader."""
    with translation.override("en"):
        yield


@pytest.fixture
def own_storage(settings: LazySettings, tmp_path: Path) -> None:
    """Files of the test are its own."""
    settings.EVIDENCE_SPOOL = tmp_path / "spool"
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": str(tmp_path / "evidence"),
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        },
    }


@pytest.fixture
def now() -> Iterator[datetime]:
    """Stops the clock at NOW."""
    with time_machine.travel(NOW, tick=False):
        yield NOW


@pytest.fixture
def world(db: None, now: datetime) -> World:
    """The demo world as its imports leave it, with an admin and an auditor at the operator."""
    fill()
    return World()
