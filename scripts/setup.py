"""The virtual environment: made once, filled from the hashed locks by plain pip, left alone while nothing changed.

python3 -m scripts.setup [requirements-dev.txt ...]
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
PRODUCT = "requirements.txt"
S3 = "requirements-s3.txt"
TESTS = "requirements-dev.txt"


def ensure(*locks: str) -> None:
    """Makes `.venv` hold exactly what `locks` (file names beside this folder) pin.

    Two runs at once wait for each other. Without network a run succeeds as long as the locks are unchanged.

    Raises:
        SystemExit: with one line that says what is missing and how to get it.
    """
    _check_python()
    with _alone():
        if not _usable():
            _make()
        stale = [lock for lock in locks if not _stamp(lock).exists() or _stamp(lock).read_text() != _fingerprint(lock)]
        if stale:
            _install(stale)
        for lock in stale:
            _stamp(lock).write_text(_fingerprint(lock))


def _check_python() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - people start this with whatever Python they have
        version = ".".join(str(part) for part in sys.version_info[:3])
        sys.exit(f"Python 3.11 or later is needed; this is {version}. Name another one: make PYTHON=python3.12")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    folder = os.open(ROOT, os.O_RDONLY)  # the checkout itself is the lock: no file is left behind
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _stamp(lock: str) -> Path:
    return VENV / f".installed-{lock}"


def _fingerprint(lock: str) -> str:
    return hashlib.sha256(sys.version.encode() + (ROOT / lock).read_bytes()).hexdigest()


def _usable() -> bool:
    """Whether `.venv` is there, runs, and is of this Python's version."""
    if not PYTHON.exists():
        return False
    ask = [PYTHON, "-c", "import sys, pip; print(sys.version)"]
    answer = subprocess.run(ask, capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.strip() == sys.version.strip()


def _make() -> None:
    if importlib.util.find_spec("ensurepip") is None:
        sys.exit("Python's venv module is incomplete. Install it: apt-get install python3-venv")
    print("Making the virtual environment ...", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True, text=True, check=False)
    if made.returncode:
        reason = (made.stderr or made.stdout).strip().splitlines()[-1:]
        sys.exit(f"No virtual environment could be made in {VENV}: {' '.join(reason)}")


def _install(locks: list[str]) -> None:
    print(f"Installing {' and '.join(locks)} ...", flush=True)
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--require-hashes"]
    for lock in locks:
        command += ["--requirement", ROOT / lock]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        sys.exit("The packages could not be installed; pip says why above.")


if __name__ == "__main__":
    ensure(PRODUCT, *sys.argv[1:])
