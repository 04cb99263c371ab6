"""What a process may no longer do once it looks into a stranger's file."""

import ctypes
import os
import resource
import signal
import sys
import time

from claims.inspection.report import Limits

PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
OPEN_FILES = 16


def confine(limits: Limits, parent: int) -> None:
    """Limits this process for good: memory, CPU, files, children; it also ends when `parent`, its starter, does."""
    if sys.platform.startswith("linux"):
        libc = ctypes.CDLL(None)
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:  # it ended before we asked
        sys.exit(1)
    whole_seconds = int(limits.cpu_seconds) + 1
    for what, most in (
        (resource.RLIMIT_AS, limits.address_space),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CPU, whole_seconds),
    ):
        _, hard = resource.getrlimit(what)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))
    # Finer than whole seconds; nobody handles the signal, so that no loop in a library outlives it.
    signal.setitimer(signal.ITIMER_PROF, max(0.01, limits.cpu_seconds - time.process_time()))


def peak_bytes(process: int | str = "self") -> int:
    """The most memory a process has held at once since it began; 0 where the system does not tell, or it has ended."""
    try:
        with open(f"/proc/{process}/status") as status:  # noqa: PTH123 - pathlib would cost the child its import
            line = next(line for line in status if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return 0
    return int(line.split()[1]) * 1024
