"""From a bare checkout to a working site with demo data: `make demo`, or `python3 -m scripts.demo`.

Everything lives in `DATA_DIR` (default `var`): database, broker, mails, static files. `PORT` (default 8000) is where it
serves, on this machine alone. Ctrl-C or SIGTERM ends it with exit code 0.
"""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from scripts import setup
from scripts.supervisor import Stopped, Supervisor, stop_on_signals

HOST = "127.0.0.1"
START_SECONDS = 60.0


def main() -> int:
    """Prepares, serves until told to stop, and returns the exit code."""
    stop_on_signals()
    try:
        port = free_port()
        setup.ensure(setup.PRODUCT)
        data = data_folder()
        environment = demo_environment(data, port)
        sign_ins = prepare(data, environment)
        return serve(data, environment, port, sign_ins)
    except Stopped:
        print("Stopped.", flush=True)
        return 0


def free_port() -> int:
    """The port to serve on, known to be free.

    Raises:
        SystemExit: `PORT` is no port number, or something listens there already.
    """
    text = os.environ.get("PORT") or "8000"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        sys.exit(f"PORT is {text!r}. Set a number from 1 to 65535.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError as trouble:
            sys.exit(f"Port {text} cannot be used: {trouble.strerror}. Choose another, as in: PORT=8001 make demo")
    return int(text)


def data_folder() -> Path:
    """`DATA_DIR`, made if missing.

    Raises:
        SystemExit: this account cannot write there.
    """
    data = Path(os.environ.get("DATA_DIR") or setup.ROOT / "var").resolve()
    try:
        data.mkdir(parents=True, exist_ok=True)
        probe = data / f".writable-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as trouble:
        sys.exit(f"DATA_DIR {data} cannot be written: {trouble.strerror}. Set DATA_DIR to a folder of yours.")
    return data


def demo_environment(data: Path, port: int) -> dict[str, str]:
    """The children's environment. A database or broker named for something else is not the demo's to fill."""
    foreign = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE"}
    kept = {name: value for name, value in os.environ.items() if name not in foreign}
    # SecurityWarning of Celery: started as root, it advises against it at length.
    quiet = {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": "ignore"}
    return {**kept, **quiet, "CPOR_MODE": "embedded", "DATA_DIR": str(data), "PORT": str(port)}


def prepare(data: Path, environment: dict[str, str], *options: str) -> str:
    """Brings database, static files and demo data, by `options`, up to date; returns the sign-ins to print."""
    # Without checks: one of them misses the log's triggers after an interrupted migration, which only this puts back.
    manage(environment, "migrate", "--skip-checks", "--verbosity=0")
    wanted = static_fingerprint()
    stamp = data / "static" / ".collected"
    if not stamp.exists() or stamp.read_text() != wanted:
        manage(environment, "collectstatic", "--noinput", "--clear", "--verbosity=0", "--ignore=rest_framework")
        stamp.write_text(wanted)
    return manage(environment, "demo_data", *options)


def manage(environment: dict[str, str], *arguments: str) -> str:
    """Runs one command of manage.py and returns what it printed.

    Raises:
        SystemExit: it failed; what it said stands above.
    """
    command = [str(setup.PYTHON), "manage.py", *arguments]
    done = subprocess.run(command, cwd=setup.ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{done.stdout}manage.py {arguments[0]} failed.")
    return done.stdout


def static_fingerprint() -> str:
    """Changes when a static file of ours, how they are joined, or a package that may bring some, changes."""
    digest = hashlib.sha256((setup.ROOT / setup.PRODUCT).read_bytes())
    digest.update((setup.ROOT / "cpor" / "sheets.py").read_bytes())
    for file in sorted((setup.ROOT / "static").rglob("*")):
        if file.is_file():
            digest.update(str(file.relative_to(setup.ROOT)).encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def serve(data: Path, environment: dict[str, str], port: int, sign_ins: str) -> int:
    """Runs web and worker until one ends or we are told to stop. Returns 0 when told, 1 otherwise."""
    children = Supervisor(setup.ROOT, environment)
    try:
        children.start("web", web_command(port))
        children.start("worker", worker_command(data))
        if await_health(children, port):
            print(f"\n{sign_ins.strip()}\n\nCPOR serves at http://{HOST}:{port}/ - Ctrl-C ends it.", flush=True)
            children.watch()
        print(
            f"The {children.ended() or 'web'} process ended or did not answer; stopping.", file=sys.stderr, flush=True
        )
        return 1
    except Stopped:
        print("\nStopping ...", flush=True)
        return 0
    finally:
        children.stop()


def web_command(port: int) -> list[str]:
    """The site: one process, eight threads, which is what SQLite's single writer can use."""
    server = [str(setup.PYTHON), "-m", "gunicorn", "cpor.wsgi", f"--bind={HOST}:{port}", "--worker-class=gthread"]
    return [*server, "--threads=8", "--log-level=warning", "--no-control-socket"]


def worker_command(data: Path) -> list[str]:
    """A Celery worker with beat inside it, on the broker that is a folder."""
    worker = [str(setup.PYTHON), "-m", "celery", "--app=cpor", "--quiet", "worker", "--beat", "--pool=threads"]
    peace = ["--without-gossip", "--without-mingle", "--loglevel=warning"]
    return [*worker, "--concurrency=4", *peace, f"--schedule={data / 'beat-schedule'}"]


def await_health(children: Supervisor, port: int) -> bool:
    """Whether the site answers within a minute, with all children alive."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and children.ended() is None:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    return False


if __name__ == "__main__":
    sys.exit(main())
