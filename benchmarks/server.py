"""A web process of its own, on the database of the test."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import TracebackType
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connection

TOKEN = "token of jonas.weber"


class Server:
    """Gunicorn, with one worker unless told otherwise, gone at the end of the block."""

    def __init__(self, folder: Path, *, threads: int = 2, workers: int = 1, **variables: str) -> None:
        self._folder, self._threads, self._workers, self._variables = folder, threads, workers, variables
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])

    def __enter__(self) -> "Server":
        url = urlsplit(os.environ["DATABASE_URL"])
        at = url.path.rpartition("/")[0]  # the folder of a socket, if it listens there
        database = urlunsplit(url._replace(path=f"{at}/{connection.settings_dict['NAME']}"))
        environment = {**os.environ, "DATABASE_URL": database, "DATA_DIR": str(self._folder), "CPOR_MODE": "test"}
        environment |= self._variables
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "cpor.wsgi",
            f"--bind=127.0.0.1:{self._port}",
            f"--workers={self._workers}",
        ]
        command += [
            f"--workers={self._workers}",
            "--worker-class=gthread",
            f"--threads={self._threads}",
            "--no-control-socket",
            "--log-level=error",
        ]
        self._process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, start_new_session=True)
        deadline = time.monotonic() + 30
        while not self._serves():
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(15)

    def _serves(self) -> bool:
        try:
            return self._get("/healthz") == 200
        except OSError:
            return False

    def _get(self, path: str) -> int:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)) as link:
            link.request("GET", path)
            return link.getresponse().status

    def send(self, reference: str, name: str, content: bytes) -> int:
        """The status of one upload."""
        head = f'--frontier\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
        body = head + content + b"\r\n--frontier--\r\n"
        headers = {"Content-Type": "multipart/form-data; boundary=frontier", "Authorization": f"Bearer {TOKEN}"}
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)) as link:
            link.request("POST", f"/api/v1/claims/{reference}/evidence/", body, headers)
            return link.getresponse().status

    @property
    def port(self) -> int:
        """Where it listens, on this machine."""
        return self._port

    def _running(self) -> list[Path]:
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        return [Path(f"/proc/{child}") for child in children]

    def processor_time(self) -> float:
        """The seconds of a processor that the workers have taken so far."""
        stats = [(worker / "stat").read_text().rpartition(")")[2].split() for worker in self._running()]
        return sum(int(stat[11]) + int(stat[12]) for stat in stats) / os.sysconf("SC_CLK_TCK")

    def peak_memory(self) -> int:
        """The worker's greatest resident memory so far, in bytes."""
        status = (self._running()[0] / "status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024
