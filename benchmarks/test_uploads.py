"""What a file costs: memory of a web process that takes 25 MB, time beside the same request without it, inspection."""

import io
import statistics
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from benchmarks.ledger import Ledger
from benchmarks.server import Server
from claims.inspection import inspect
from claims.rules.files import MAX_FILE, kind_of
from cpor.wsgi import application
from tests.claims.evidence.corpus import DOOR, MANIFEST
from tests.claims.evidence.files import pdf
from tests.claims.given import draft
from tests.world import World

MEGABYTE = 1024 * 1024
ROUNDS = 40


@pytest.mark.django_db(transaction=True)
def test_a_file_of_25_mb_does_not_pass_through_memory(world: World, ledger: Ledger, tmp_path: Path) -> None:
    """The greatest resident memory of a real gunicorn worker, before and after."""
    reference = draft(world, "jonas.weber", proof=False)
    world.api("jonas.weber")
    content = pdf(1, padding=MAX_FILE - 4096)
    with Server(tmp_path) as server:
        server.send(reference, "small.pdf", pdf(1))
        before = server.peak_memory()
        assert server.send(reference, "large.pdf", content) == 201
        ledger.hold("a 25 MB upload adds", (server.peak_memory() - before) / MEGABYTE, 16.0, "MB")


@pytest.mark.django_db(transaction=True)
def test_a_pdf_of_100_kb_costs_little_beside_the_same_request_without_it(
    world: World, ledger: Ledger, settings: LazySettings, tmp_path: Path
) -> None:
    """Medians of the time between a request's first byte and its answer's last, in this process."""
    settings.EVIDENCE_SPOOL = tmp_path / "spool"
    world.api("jonas.weber")
    content = pdf(1, padding=100_000)
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(ROUNDS):
        if number % 10 == 0:
            reference = draft(world, "jonas.weber", proof=False)
        for with_file in (False, True):
            body, boundary = multipart(content if with_file else None)
            began = time.perf_counter()
            status = post(f"/api/v1/claims/{reference}/evidence/", body, boundary)
            times[with_file].append(1000 * (time.perf_counter() - began))
            assert status == (201 if with_file else 400)
    added = statistics.median(times[True]) - statistics.median(times[False])
    ledger.hold("a 100 kB PDF, beside the same request without it", added, 20.0, "ms")


def test_no_file_of_the_corpus_costs_more_than_two_seconds_of_processor(ledger: Ledger, tmp_path: Path) -> None:
    costs = []
    for entry in MANIFEST:
        kind = kind_of(entry.upload_name)
        if kind is not None and entry.expected.by != DOOR:
            report = inspect(entry.make(tmp_path), kind.media_type)
            costs.append((report.cpu_seconds, report.peak_bytes / MEGABYTE, entry.name))
    ledger.hold(f"inspection, processor ({max(costs)[2]})", max(costs)[0], 2.0, "s")
    ledger.hold("inspection, memory", max(cost[1] for cost in costs), None, "MB")


def multipart(content: bytes | None) -> tuple[bytes, str]:
    """A form with one field, and perhaps a file, as it goes over the wire."""
    boundary = "frontier"
    part = b'--frontier\r\nContent-Disposition: form-data; name="note"\r\n\r\nx\r\n'
    if content is not None:
        head = b'--frontier\r\nContent-Disposition: form-data; name="file"; filename="sow.pdf"\r\n'
        part += head + b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n"
    return part + b"--frontier--\r\n", boundary


def post(path: str, body: bytes, boundary: str) -> int:
    """The status of one request through the whole application, gate and all."""
    statuses: list[int] = []
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": f"multipart/form-data; boundary={boundary}",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_AUTHORIZATION": "Bearer token of jonas.weber",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
        "wsgi.multiprocess": True,
        "wsgi.multithread": True,
        "wsgi.run_once": False,
    }
    answer = application(environ, lambda status, _headers: statuses.append(int(status.split()[0])))
    b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return statuses[0]
