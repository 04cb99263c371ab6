"""Runs one inspection in a child process, watches it, and reads what it says."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from resource import struct_rusage
from typing import BinaryIO, Self

from claims.inspection.confinement import peak_bytes
from claims.inspection.report import LIMITS, MISMATCH, UNSAFE, WHYS, InspectionFailed, Limits, Report

ROOT = Path(__file__).resolve().parents[2]
# An isolated interpreter has neither a working folder nor variables to find us by.
BOOT = "import sys; sys.path.insert(0, sys.argv.pop(1)); from claims.inspection.child import main; main()"
READY = b"ready\n"
LONGEST_ANSWER = 4096  # bytes
LARGEST_PICTURE = 16 * 1024 * 1024  # bytes
PICTURE = b"RIFF"  # how a WebP begins
DRAWING = Limits(cpu_seconds=5.0, wall_seconds=10.0)
BETWEEN_LOOKS = 0.05  # seconds

OUT_OF_TIME = {signal.SIGXCPU, signal.SIGPROF}
FROM_OUTSIDE = {signal.SIGTERM, signal.SIGKILL, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT}


@dataclass(frozen=True)
class Ending:
    """How a child ended: what it said, its exit code or minus the signal, and what it cost."""

    said: bytes
    code: int
    late: bool
    usage: struct_rusage
    seen: int  # bytes of memory, when last looked at

    @property
    def cpu_seconds(self) -> float:
        return self.usage.ru_utime + self.usage.ru_stime


def inspect(path: Path, media_type: str, *, limits: Limits = LIMITS) -> Report:
    """Looks through the file at `path`, which claims to be of `media_type`.

    Whatever a file does to the child ends as a refusal. Raises InspectionFailed where we could not look.
    """
    try:
        with path.open("rb") as file:
            child = _start(file, media_type, limits)
    except OSError as error:
        raise InspectionFailed(f"the inspection does not start: {error}") from error
    return _report(_follow(child, limits), limits)


def draw(path: Path, media_type: str, page: int, *, limits: Limits = DRAWING) -> bytes:
    """Page `page`, from 1, of the file at `path`, as a WebP.

    Raises InspectionFailed where it cannot be drawn, whatever the reason.
    """
    try:
        with path.open("rb") as file:
            child = _start(file, media_type, limits, draw=page)
    except OSError as error:
        raise InspectionFailed(f"the drawing does not start: {error}") from error
    ending = _follow(child, limits, LARGEST_PICTURE)
    picture = ending.said.removeprefix(READY)
    if ending.code != 0 or ending.late or len(ending.said) > LARGEST_PICTURE or not picture.startswith(PICTURE):
        raise InspectionFailed(f"page {page} cannot be drawn: {ending.code}")
    return picture


def _start(file: BinaryIO, media_type: str, limits: Limits, *, draw: int = 0) -> subprocess.Popen[bytes]:
    """The child gets the open file and an order; it knows no path, no variable and no other file of ours."""
    order = {"media_type": media_type, "limits": asdict(limits), "parent": os.getpid(), "draw": draw}
    command = [sys.executable, "-I", "-B", "-c", BOOT, str(ROOT), json.dumps(order)]
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        command,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )


class _Watch(threading.Thread):
    """Looks at a child every so often: how much memory it has taken, and whether its time is up, which ends it."""

    def __init__(self, child: int, seconds: float) -> None:
        super().__init__(daemon=True)
        self._child, self._limit = child, time.monotonic() + seconds
        self._over = threading.Event()
        self.late, self.peak = False, 0

    def run(self) -> None:
        """Until the child has ended."""
        while not self._over.wait(BETWEEN_LOOKS):
            self.peak = max(self.peak, peak_bytes(self._child))
            if time.monotonic() > self._limit:
                self.late = True
                _kill(self._child)
                return

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._over.set()
        self.join()


def _follow(child: subprocess.Popen[bytes], limits: Limits, longest: int = LONGEST_ANSWER) -> Ending:
    """Waits until the child ends, and ends it when its time is up or when we are interrupted ourselves."""
    said, watch = b"", _Watch(child.pid, limits.wall_seconds)
    assert child.stdout is not None  # it is a pipe, see _start
    try:
        with watch, child.stdout:
            said = child.stdout.read(longest + 1)
            if len(said) > longest:
                _kill(child.pid)
            # Not reaped yet: until then its number cannot be another process's, which the watch would kill.
            os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    except ChildProcessError as error:
        raise InspectionFailed("somebody else has reaped the inspection") from error
    finally:
        status, usage = _reap(child)
    return Ending(said, os.waitstatus_to_exitcode(status), watch.late, usage, watch.peak)


def _reap(child: subprocess.Popen[bytes]) -> tuple[int, struct_rusage]:
    """Ends the child and whatever it started, if anything is left, and tells the status and cost."""
    _kill(child.pid)
    try:
        _, status, usage = os.wait4(child.pid, 0)
    except ChildProcessError as error:
        child.returncode = 1
        raise InspectionFailed("somebody else has reaped the inspection") from error
    child.returncode = os.waitstatus_to_exitcode(status)
    return status, usage


def _kill(session: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(session, signal.SIGKILL)


def _report(ending: Ending, limits: Limits) -> Report:
    if ending.late:
        return _refused("too_complex", ending, limits)
    if len(ending.said) > LONGEST_ANSWER:
        return _refused("broken", ending, limits)
    if ending.cpu_seconds >= limits.cpu_seconds and ending.code < 0:
        return _refused("too_complex", ending, limits)
    if not ending.said.startswith(READY):
        raise InspectionFailed(f"the inspection ended with {ending.code} before it began")
    if ending.code < 0 and -ending.code in OUT_OF_TIME:
        return _refused("too_complex", ending, limits)
    if ending.code < 0 and -ending.code in FROM_OUTSIDE:
        raise InspectionFailed(f"the inspection was ended by signal {-ending.code}")
    return _read(ending) or _refused("broken", ending, limits)


def _read(ending: Ending) -> Report | None:
    """What the child said, or None where it makes no sense: a crash may leave anything."""
    try:
        answer = json.loads(ending.said.removeprefix(READY))
    except (ValueError, RecursionError):
        return None
    if ending.code != 0 or not isinstance(answer, dict):
        return None
    refusal, why, pages = answer.get("refusal"), answer.get("why"), answer.get("pages")
    known = (refusal, why) in (("", ""), (MISMATCH, ""), *((UNSAFE, word) for word in WHYS))
    counted = pages is None or (type(pages) is int and pages > 0)
    peak = answer.get("peak_bytes")
    if not known or not counted or type(peak) is not int:
        return None
    return Report(str(refusal), str(why), None if refusal else pages, ending.cpu_seconds, peak)


def _refused(why: str, ending: Ending, limits: Limits) -> Report:
    peak = ending.seen or min(ending.usage.ru_maxrss * 1024, limits.address_space)
    return Report(UNSAFE, why, None, ending.cpu_seconds, peak)
