"""Keeps a few long-running children together: when one ends or we are told to stop, all end, and none is left."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import FrameType

GRACE_SECONDS = 8.0
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


class Stopped(BaseException):
    """Somebody asked this process to end: Ctrl-C, SIGTERM, or the terminal was closed."""


def stop_on_signals() -> None:
    """From here on a stop signal raises `Stopped` wherever the main thread is."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise Stopped

    for number in STOP_SIGNALS:
        signal.signal(number, stop)


def dies_with_parent() -> Callable[[], None] | None:
    """What to pass as `preexec_fn` so that even a killed parent leaves no child; None where Linux is not."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)  # loaded before the fork: the child may only make the call

    def ask_kernel() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)

    return ask_kernel


class Supervisor:
    """Children by name, each leading its own session, so that a stop reaches them from here, one by one.

    A worker whose whole process group gets SIGTERM at once hangs; that is why Ctrl-C must not reach it directly.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = dict(environment)
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, command: Sequence[str]) -> None:
        """Starts one child in the supervisor's folder and environment; it writes to our own output."""
        self._children[name] = subprocess.Popen(
            command,
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=dies_with_parent(),  # noqa: PLW1509 - no other thread runs here
        )

    def ended(self) -> str | None:
        """The name of a child that has ended by itself, if any."""
        return next((name for name, child in self._children.items() if child.poll() is not None), None)

    def watch(self) -> str:
        """Waits until a child ends by itself and returns its name."""
        while (name := self.ended()) is None:
            time.sleep(0.2)
        return name

    def stop(self) -> None:
        """Ends all children: SIGTERM one by one, then SIGKILL to what is left of their sessions. Not interruptible."""
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        for child in self._children.values():
            child.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self._children.values():
            try:
                child.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            _sweep(child.pid)


def _sweep(session: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):  # nothing of it is left
        os.killpg(session, signal.SIGKILL)
