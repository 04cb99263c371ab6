"""What it costs to import Microsoft's product table: the command as an operator starts it, interpreter and all."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pytest

from benchmarks.ledger import Ledger
from directory.models import Sku, SkuPlan
from tests.events.processes import database_url

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data" / "microsoft-licensing-plans.csv"
LOOK_ALIKE = ROOT / "tests" / "data" / "product-table.csv"
TABLE = REAL if REAL.exists() else LOOK_ALIKE
ROWS = TABLE.read_bytes().count(b"\n") - 1
TOLD = f"{ROWS:,} rows" + " OF THE LOOK-ALIKE, for the real table is not here" * (TABLE == LOOK_ALIKE)
RUNS = 3


class Cost(NamedTuple):
    """Seconds by the clock, seconds of the processor, and megabytes at most."""

    seconds: float
    busy: float
    megabytes: float


def manage(*command: str, database_url: str, folder: Path) -> Cost:
    """Runs a management command on that database; returns what it cost."""
    environment = {**os.environ, "DATA_DIR": str(folder), "CPOR_MODE": "test", "DATABASE_URL": database_url}
    measured = [sys.executable, str(ROOT / "benchmarks" / "measured.py"), sys.executable, str(ROOT / "manage.py")]
    ran = subprocess.run([*measured, *command], cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    code, seconds, busy, size = json.loads(ran.stdout)
    assert code == 0
    return Cost(seconds, busy, size / 1024**2)


def hold(ledger: Ledger, name: str, run: Callable[[], Cost], before: Callable[[], None]) -> None:
    """Holds the median of three runs, each after `before`."""
    found = []
    for _ in range(RUNS):
        before()
        found.append(run())
    cost = Cost(*(median(column) for column in zip(*found, strict=True)))
    ledger.hold(f"import of {TOLD}, {name}", cost.busy, None, "s of the processor")
    ledger.hold(f"import of {TOLD}, {name}", cost.megabytes, 100.0, "MB")
    ledger.hold(f"import of {TOLD}, {name}", cost.seconds, 3.0, "s")


def test_importing_the_product_table_on_sqlite(tmp_path: Path, ledger: Ledger):
    file, url = tmp_path / "measured.sqlite3", f"sqlite:///{tmp_path}/measured.sqlite3"
    manage("migrate", "--verbosity=0", database_url=url, folder=tmp_path)
    fresh = file.read_bytes()
    for beside in tmp_path.glob("measured.sqlite3-*"):
        beside.unlink()

    def empty() -> None:
        for beside in tmp_path.glob("measured.sqlite3-*"):
            beside.unlink()
        file.write_bytes(fresh)

    def run() -> Cost:
        return manage("import_products", str(TABLE), database_url=url, folder=tmp_path)

    hold(ledger, "SQLite, empty", run, empty)
    hold(ledger, "SQLite, unchanged", run, lambda: None)


@pytest.mark.django_db(transaction=True)
def test_importing_the_product_table_on_postgresql(tmp_path: Path, ledger: Ledger):
    url = database_url()

    def empty() -> None:
        SkuPlan.objects.all().delete()
        Sku.objects.all().delete()

    def run() -> Cost:
        return manage("import_products", str(TABLE), database_url=url, folder=tmp_path)

    hold(ledger, "PostgreSQL, empty", run, empty)
    assert Sku.objects.exists()
    hold(ledger, "PostgreSQL, unchanged", run, lambda: None)
