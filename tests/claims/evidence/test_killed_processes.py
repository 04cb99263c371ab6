"""Processes that end in the middle: whatever step it was, the sweep leaves no file without a row and no row without one."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from claims.models import Evidence
from claims.storage import sweep_files
from tests.claims.evidence.doors import added, rows, rows_and_files_agree, spooled, stored_files
from tests.claims.evidence.dying_process import GONE
from tests.claims.evidence.test_scanner import clamd, honestly
from tests.claims.given import draft, events_of, stored
from tests.events.post_office import free_port, wait_until
from tests.events.processes import ROOT, Broker, environment, start_worker
from tests.world import World

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]
WHO = "jonas.weber"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
TOMORROW = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def reference(world: World) -> str:
    """A draft without any proof."""
    return draft(world, WHO, proof=False)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A private Redis server."""
    server = Broker(tmp_path).start()
    yield server
    server.kill()


@pytest.fixture
def workers(tmp_path: Path, broker: Broker) -> Iterator[Any]:
    """Starts workers that ask a scanner; whatever still runs at the end is ended."""
    started = []

    def start(scanner: str) -> Any:
        variables = environment(tmp_path, broker, free_port()) | {
            "CPOR_CLAMD": scanner,
            "DJANGO_SETTINGS_MODULE": "tests.claims.evidence.worker_settings",
        }
        started.append(start_worker(tmp_path, variables))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()


def killed(tmp_path: Path, world: World, step: str, method: str, path: str) -> None:
    """One request in a process of its own that ends at `step`."""
    world.api(WHO)
    variables = {**os.environ, **environment(tmp_path, NoBroker(), free_port())}
    variables["DJANGO_SETTINGS_MODULE"] = "cpor.settings"
    command = [sys.executable, "-m", "tests.claims.evidence.dying_process", step, method, path, f"token of {WHO}"]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == GONE, done.stderr


class NoBroker:
    """Where nothing listens."""

    url = "redis://127.0.0.1:9/0"


@pytest.mark.parametrize(
    ("step", "left"),
    [
        ("claims.uploads.Spool.receive_data_chunk", "spool"),
        ("claims.storage._store", "spool"),
        ("claims.api.evidence.add_evidence", "storage"),
        ("claims.actions.evidence.record", "storage"),
    ],
)
def test_one_that_dies_while_it_takes_a_file_leaves_nothing_behind(
    world: World, reference: str, tmp_path: Path, step: str, left: str
) -> None:
    killed(tmp_path, world, step, "POST", f"/api/v1/claims/{reference}/evidence/")
    assert (len(spooled()), len(stored_files())) == ((1, 0) if left == "spool" else (0, 1))
    assert rows() == []
    assert sweep_files(now=LONG_AGO).removed == 0, "somebody may be busy with it"
    assert len(spooled()) + len(stored_files()) == 1
    assert sweep_files(now=TOMORROW).removed == 1
    assert rows_and_files_agree()
    assert (stored(reference).version, stored(reference).evidence.count()) == (1, 0)


def test_one_that_dies_between_row_and_file_of_a_removal_is_swept_up_after(
    world: World, reference: str, tmp_path: Path
) -> None:
    document = added(world, WHO, reference)
    path = f"/api/v1/claims/{reference}/evidence/{document['id']}/"
    killed(tmp_path, world, "claims.storage.discard", "DELETE", path)
    assert (rows(), len(stored_files())) == ([], 1)
    assert sweep_files(now=TOMORROW).removed == 1
    assert rows_and_files_agree()


def test_a_worker_killed_while_inspecting_leaves_it_to_the_next_which_decides_once(
    world: World, reference: str, workers: Any
) -> None:
    added(world, WHO, reference)
    Evidence.objects.update(sweep_at=LONG_AGO)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(90)
        worker = workers(f"tcp://127.0.0.1:{silent.getsockname()[1]}")
        asking, _where = silent.accept()
        with asking:  # the worker is in the middle of a document
            worker.signal(signal.SIGKILL)
            assert worker.child.wait(10) == -signal.SIGKILL
    row = Evidence.objects.get()
    assert (row.scan, row.attempts) == ("pending", 1)
    assert row.sweep_at is not None
    assert row.sweep_at > LONG_AGO, "it is leased"

    with clamd(honestly) as (address, _server):
        workers(address)
        Evidence.objects.update(sweep_at=LONG_AGO)  # stands for the two minutes of the lease going by
        wait_until(lambda: Evidence.objects.get().scan == "clean", seconds=90, what="the next worker inspects it")
    row.refresh_from_db()
    assert (row.attempts, row.pages) == (2, 2)
    kinds = [kind for kind, _data in events_of(stored(reference).subject)]
    assert kinds == ["claim.drafted", "evidence.added", "evidence.clean"]
    assert rows_and_files_agree()
