"""The early pytest plugin (`-p scripts.pytest_services`): servers and settings stand before Django reads them.

A plugin named by `-p` is imported before any `conftest.py`; parallel workers inherit what it sets.
`TEST_DATABASE=sqlite` runs the tests on SQLite; Redis is real in both cases.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from pathlib import Path

import pytest
from _pytest import runner

from scripts import browser, services

MARK = "both_databases"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")  # gw0, gw1, ...; empty in the process that starts them


def _once_for_all() -> None:
    os.environ["CPOR_MODE"] = "test"
    # A test may last for weeks. Those of sessions set the limits themselves.
    os.environ["CPOR_SESSION_IDLE_MINUTES"] = "20160,20160"
    os.environ["CPOR_SESSION_HOURS"] = "336,336"
    os.environ["CPOR_STRANGERS_PER_MINUTE"] = "60000"
    data = tempfile.mkdtemp(prefix="cpor-test-")
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    os.environ["DATA_DIR"] = data
    if os.environ.get("TEST_DATABASE") == "sqlite":
        os.environ.pop("DATABASE_URL", None)
    elif not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = _until_exit(services.postgres())
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = _until_exit(services.redis())


def _until_exit(service: services.Service) -> str:
    atexit.register(service.stop)
    return service.url


def _for_worker(number: int) -> None:
    data = Path(os.environ["DATA_DIR"]) / WORKER
    data.mkdir(exist_ok=True)
    os.environ["DATA_DIR"] = str(data)
    os.environ["REDIS_URL"] = services.database_number(os.environ["REDIS_URL"], number + 1)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where only tests for both databases are wanted, reads no file without one: to read all takes seconds."""
    wanted = str(config.getoption("markexpr") or "")
    if MARK not in wanted or "not " in wanted or not collection_path.name.startswith("test_"):
        return None
    return True if MARK not in collection_path.read_text(encoding="utf-8") else None


def pytest_collection_finish() -> None:
    """Takes what is loaded out of the collector's rounds, and makes them rarer: a tenth of the time went there."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """Runs a test as pytest does, in a frame with room for those that it calls."""
    return _roomy(item, nextitem)


def _roomy(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    return bool(runner.pytest_runtest_protocol(item, nextitem))


# CPython 3.11 keeps frames in pieces of 16 KB and gives each piece back at once: a call at the edge of one costs two
# system calls every time. A frame this wide makes it take one piece of 1 MB, half of it free; a sixth of the time.
_roomy.__code__ = _roomy.__code__.replace(co_stacksize=70_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skips browser tests, with the reason, where there is no Chromium; `CI=true` lets them fail instead."""
    if browser.find() or os.environ.get("CI") == "true":
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=browser.MISSING))


if WORKER:
    _for_worker(int(WORKER.removeprefix("gw")))
else:
    _once_for_all()
