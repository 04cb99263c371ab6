"""`make demo` from outside: it serves, says where and as whom, and leaves nothing behind when it is told to stop."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(data: Path) -> list[str]:
    """Command lines of the processes that were started with this data folder in their environment."""
    mark = f"DATA_DIR={data}".encode()
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue
    return found


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """What a person's shell holds, and nothing of the test run's."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "DATA_DIR": str(tmp_path / "demo data"), "PORT": str(free_port())}


@contextlib.contextmanager
def running(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The running demo; killed if the test leaves it running."""
    with subprocess.Popen(
        [sys.executable, "-m", "scripts.demo"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as started:
        yield started
        if started.poll() is None:
            started.kill()


def read_until(demo: subprocess.Popen[str], words: str) -> str:
    assert demo.stdout
    said = ""
    for line in demo.stdout:
        said += line
        if words in line:
            return said
    pytest.fail(f"The demo ended before it said {words!r}:\n{said}")


def get(port: str, path: str) -> tuple[int, bytes]:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", int(port), timeout=10)) as link:
        link.request("GET", path)
        answer = link.getresponse()
        return answer.status, answer.read()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks for processes in /proc")
def test_the_demo_serves_again_and_again_and_is_clean_when_stopped(environment: dict[str, str]) -> None:
    data, port = Path(environment["DATA_DIR"]), environment["PORT"]
    for told in (signal.SIGINT, signal.SIGTERM):
        with running(environment) as demo:
            said = read_until(demo, "CPOR serves at")
            assert f"http://127.0.0.1:{port}/" in said
            assert "@" in said, "the sign-ins are printed before the address"
            assert get(port, "/healthz") == (200, b'{"status": "ok"}')
            assert get(port, "/accounts/login/")[0] == 200
            assert len(processes_of(data)) >= 4  # the demo, web and its worker, the Celery worker

            began = time.monotonic()
            demo.send_signal(told)
            assert demo.wait(timeout=15) == 0
            assert time.monotonic() - began < 12
            assert processes_of(data) == []


def test_a_taken_port_is_one_clear_line(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["PORT"])))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "scripts.demo"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"Port {environment['PORT']} cannot be used: Address already in use. "
        "Choose another, as in: PORT=8001 make demo\n"
    )
