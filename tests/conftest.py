"""Fixtures that every test may use."""

import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import LazySettings
from django.conf import settings as django_settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db.models import QuerySet
from django.test import TransactionTestCase
from django.utils import translation

from claims import calendars
from tests import emptying
from tests.world import NOW, World, fill

INSPECTED_FILE = "inspected file"  # a test's record of [name, CPU seconds, peak bytes]
PROBES, CRAWLED = "isolation probes", "answers searched for canaries"  # a test's record of how many


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tells what the inspection of the corpus cost at the most, and how often isolation was tried."""
    passed = terminalreporter.stats.get("passed", [])
    told = [entry for report in passed for entry in report.user_properties]
    for what in (PROBES, CRAWLED):
        if counts := [value for name, value in told if name == what]:
            terminalreporter.write_line(f"{what}: {sum(counts):,}")
    if costs := [value for name, value in told if name == INSPECTED_FILE]:
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


@pytest.fixture(autouse=True)
def operator_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's time zone is known, so that no page asks for it: many tests count queries, and few change it."""
    monkeypatch.setattr(calendars, "ZONE_SECONDS", math.inf)
    monkeypatch.setattr(calendars, "_seen", (0.0, ZoneInfo(django_settings.OPERATOR_TIME_ZONE)))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of this process, which tests that commit leave as they found it."""
    with django_db_blocker.unblock():
        emptying.remember()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TransactionTestCase, "_fixture_teardown", emptying.put_back)
        yield


@pytest.fixture(scope="session", autouse=True)
def light_passwords() -> Iterator[None]:
    """Passwords are hashed as the settings say, but with little memory and one round: no test rests on what that costs."""
    with pytest.MonkeyPatch.context() as patched:
        for cost, least in (("time_cost", 1), ("memory_cost", 8), ("parallelism", 1)):
            patched.setattr(Argon2PasswordHasher, cost, least)
        yield


@pytest.fixture
def own_storage(settings: LazySettings, tmp_path: Path) -> None:
    """Files of the test are its own."""
    for name, value in storage_in(tmp_path).items():
        setattr(settings, name, value)


def storage_in(folder: Path) -> dict[str, Any]:
    """Settings by which files are stored in this folder."""
    evidence = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": str(folder / "evidence"),
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    }
    return {"EVIDENCE_SPOOL": folder / "spool", "STORAGES": {**django_settings.STORAGES, "evidence": evidence}}


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


@pytest.fixture
def unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """No row is locked any more: each act still looks at state and version first, but nobody waits for another."""
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **how: rows)
