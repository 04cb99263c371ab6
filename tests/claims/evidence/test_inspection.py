"""The inspecting process: what it may not do, and how each way it can end is told."""

import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from claims.inspection import LIMITS, InspectionFailed, inspect, process
from claims.rules.files import KINDS
from tests.claims.evidence.corpus.pdf_writer import document

PDF = KINDS[0].media_type


@pytest.fixture
def proof(tmp_path: Path) -> Path:
    """An honest PDF of two pages."""
    path = tmp_path / "proof.pdf"
    path.write_bytes(document(pages=2))
    return path


def child_that(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    """From here on the child confines itself, says that it is ready, and does this instead of reading the file."""
    body = "\n    ".join(lines)
    code = f"""
import sys; sys.path.insert(0, sys.argv.pop(1))
import os, signal, socket, time
import claims.inspection.pdf
from claims.inspection import child
def read(file, media_type, limits):
    {body}
claims.inspection.pdf.read = read
child.main()
"""
    monkeypatch.setattr(process, "BOOT", code)


def verdict(path: Path, **limits: float) -> tuple[str, str]:
    """Refusal and why of one inspection."""
    report = inspect(path, PDF, limits=replace(LIMITS, **limits))
    assert report.pages is None or not report.refusal
    return report.refusal, report.why


def test_an_honest_file_is_clean_and_its_pages_are_counted(proof: Path) -> None:
    report = inspect(proof, PDF)
    assert (report.refusal, report.why, report.pages) == ("", "", 2)
    assert 0 < report.cpu_seconds < LIMITS.cpu_seconds
    assert 0 < report.peak_bytes < LIMITS.address_space


@pytest.mark.parametrize(
    ("does", "why"),
    [
        ("while True: pass", "too_complex"),
        ("[bytes(64_000_000) for _ in range(99)]", "too_complex"),
        ("read(file, media_type, limits)", "too_complex"),
        ("os.abort()", "broken"),
        ("os.kill(os.getpid(), signal.SIGSEGV)", "broken"),
        ("raise ValueError('no')", "broken"),
        ("os._exit(0)", "broken"),
        ("os._exit(3)", "broken"),
        ("os.write(1, b'{' * 100); os._exit(0)", "broken"),
        ("""os.write(1, b'{"refusal": "", "why": "", "pages": -1, "peak_bytes": 1}'); os._exit(0)""", "broken"),
        ("""os.write(1, b'{"refusal": [], "why": {}, "pages": 1, "peak_bytes": 1}'); os._exit(0)""", "broken"),
        ("""os.write(1, b'{"refusal": "", "why": "", "pages": 1, "peak_bytes": 1}'); os._exit(1)""", "broken"),
        ("while True: os.write(1, b'a' * 4096)", "broken"),
        ("os.write(1, b'[' * 4000); os._exit(0)", "broken"),
    ],
)
def test_whatever_a_file_makes_the_child_do_is_a_refusal(
    proof: Path, monkeypatch: pytest.MonkeyPatch, does: str, why: str
) -> None:
    child_that(monkeypatch, does)
    assert verdict(proof, cpu_seconds=0.6) == ("file_unsafe", why)


def test_a_child_that_waits_for_ever_is_ended(proof: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child_that(monkeypatch, "time.sleep(600)")
    assert verdict(proof, wall_seconds=0.8) == ("file_unsafe", "too_complex")


def test_a_child_that_closes_its_output_and_waits_is_ended(proof: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child_that(monkeypatch, "os.close(1)", "time.sleep(600)")
    assert verdict(proof, wall_seconds=0.8) == ("file_unsafe", "too_complex")


def test_nothing_that_the_child_starts_is_left(proof: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it may start anything at all: root may, others may not."""
    child_that(
        monkeypatch,
        "try: pid = os.fork()",
        "except BlockingIOError: return None",
        "if pid == 0: os.close(1); time.sleep(600)",
        "return pid",
    )
    report = inspect(proof, PDF)
    assert report.refusal == ""
    assert report.pages is None or _ends(report.pages)


def test_the_child_can_write_no_file_and_sees_none_of_our_variables(
    proof: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    loot = tmp_path / "loot"
    child_that(
        monkeypatch,
        "assert 'DATABASE_URL' not in os.environ",
        f"out = open({str(loot)!r}, 'wb', buffering=0)",
        "try: out.write(b'x')",
        "except OSError: return 7",
    )
    assert inspect(proof, PDF).pages == 7
    assert loot.read_bytes() == b""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_child_ended_from_outside_is_no_verdict(
    proof: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    child_that(monkeypatch, f"os.kill(os.getpid(), {int(number)})", "time.sleep(9)")
    with pytest.raises(InspectionFailed, match="signal"):
        inspect(proof, PDF)


def test_a_child_that_cannot_start_is_no_verdict(proof: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(InspectionFailed):
        inspect(proof, PDF)


def test_a_child_that_fails_before_it_looks_is_no_verdict(proof: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "BOOT", "import nothing_of_this_name")
    with pytest.raises(InspectionFailed):
        inspect(proof, PDF)


def test_a_file_that_is_gone_is_no_verdict(tmp_path: Path) -> None:
    with pytest.raises(InspectionFailed):
        inspect(tmp_path / "gone.pdf", PDF)


def test_several_threads_inspect_at_once(proof: Path) -> None:
    pages: list[int | None] = []
    threads = [threading.Thread(target=lambda: pages.append(inspect(proof, PDF).pages)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert pages == [2] * 6


WORKER = """
import sys
from pathlib import Path
from claims.inspection import inspect, process
process.BOOT = '''
import sys; sys.path.insert(0, sys.argv.pop(1))
import json, os, time
from claims.inspection.confinement import confine
from claims.inspection.report import Limits
confine(Limits(), json.loads(sys.argv[1])["parent"])
os.write(1, b"ready" + bytes([10])); time.sleep(600)
'''
start = process._start
def told(*order):
    child = start(*order)
    print(child.pid, flush=True)
    return child
process._start = told
inspect(Path(sys.argv[1]), "application/pdf")
"""


def test_when_we_die_the_child_dies_too(proof: Path) -> None:
    """A worker that is killed in the middle of an inspection leaves nothing that goes on."""
    command = [sys.executable, "-c", WORKER, str(proof)]
    with subprocess.Popen(command, cwd=process.ROOT, stdout=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        inspecting = int(worker.stdout.readline())
        time.sleep(0.5)
        worker.kill()
    assert _ends(inspecting)


def _ends(pid: int) -> bool:
    """Whether a process, which nobody may have waited for yet, is over within ten seconds."""
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.02)
    return False
