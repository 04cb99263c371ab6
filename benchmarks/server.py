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
    """Gunicorn with one worker, gone at the end of the block."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])

    def __enter__(self) -> "Server":
        url = urlsplit(os.environ["DATABASE_URL"])
        database = urlunsplit(url._replace(path=f"/{connection.settings_dict['NAME']}"))
        environment = {**os.environ, "DATABASE_URL": database, "DATA_DIR": str(self._folder), "CPOR_MODE": "test"}
        command = [sys.executable, "-m", "gunicorn", "cpor.wsgi", f"--bind=127.0.0.1:{self._port}", "--workers=1"]
        command += ["--worker-class=gthread", "--threads=2", "--no-control-socket", "--log-level=error"]
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

    def peak_memory(self) -> int:
        """The worker's greatest resident memory so far, in bytes."""
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        status = Path(f"/proc/{children[0]}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found
        return int(found[1]) * 1024
