"""Everything that proves a change: `make test`, or `python3 -m scripts.test [arguments for pytest]`.

All tests run on PostgreSQL, then those marked `both_databases` again on SQLite.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping

from scripts import browser, setup

NO_TESTS = 5  # pytest's exit code
# Tables of tests are so small that to look for the best order of their joins takes longer than to take any: a tenth of
# the time. Benchmarks let PostgreSQL look.
NO_LOOKING = {"PGOPTIONS": "-c join_collapse_limit=1 -c from_collapse_limit=1"}


def main(arguments: list[str]) -> int:
    """Runs both passes and returns 0 when both are green."""
    setup.ensure(setup.PRODUCT, setup.TESTS)
    if not browser.ensure():
        if os.environ.get("CI") == "true":
            print(f"Browser tests cannot run: {browser.MISSING}", file=sys.stderr)
            return 1
        print(f"BROWSER TESTS ARE SKIPPED: {browser.MISSING}", flush=True)
    # Stealing: a worker that is done takes over from one with the slow tests, such as those of the browser.
    parallel = [f"--numprocesses={max(2, os.cpu_count() or 2)}", "--dist=worksteal"]
    print("On PostgreSQL:", flush=True)
    first = pytest([*parallel, *arguments], NO_LOOKING)
    print("On SQLite, the tests marked both_databases:", flush=True)
    second = pytest([*parallel, "-m", "both_databases", *arguments], {"TEST_DATABASE": "sqlite"})
    return first or (0 if second == NO_TESTS else second)


def pytest(arguments: list[str], variables: Mapping[str, str]) -> int:
    """Runs pytest in the virtual environment with `variables` added to ours; returns its exit code."""
    # An environment that forbids it would have each worker rewrite all tests anew, twice over: half a minute.
    kept = {"PYTHONDONTWRITEBYTECODE": ""}
    command = [str(setup.PYTHON), "-m", "pytest", "--quiet", "--durations=20", "--durations-min=5", *arguments]
    return subprocess.run(command, cwd=setup.ROOT, env={**os.environ, **kept, **variables}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
