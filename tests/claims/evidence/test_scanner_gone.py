"""A scanner is set and does not answer: documents wait, none is handed out, no claim is sent with one."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from claims.actions import inspections as verbs
from claims.actions.inspections import inspect_due
from claims.inspection.scanner import scan
from claims.models import Evidence
from tests.claims.evidence.corpus import EICAR
from tests.claims.evidence.corpus.pdf_writer import document as pdf_with
from tests.claims.evidence.corpus.pdf_writer import stream
from tests.claims.evidence.doors import added, at_commit, rows_and_files_agree, stored_files
from tests.claims.evidence.test_scanner import clamd, honestly
from tests.claims.given import draft, events_of, stored
from tests.events.post_office import free_port
from tests.world import NOW, World

WHO = "jonas.weber"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def reference(world: World) -> str:
    """A draft without any proof."""
    return draft(world, WHO, proof=False)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits a minute for a scanner that says nothing."""
    monkeypatch.setattr(verbs, "scan", lambda path, address, *, timeout: scan(path, address, timeout=0.3))


@pytest.fixture(params=["nobody listens", "hangs", "talks nonsense", "hangs up"])
def gone(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a scanner that gives no answer."""
    if request.param == "nobody listens":
        yield f"tcp://127.0.0.1:{free_port()}"
    elif request.param == "hangs":
        with socket.create_server(("127.0.0.1", 0)) as silent:
            yield f"tcp://127.0.0.1:{silent.getsockname()[1]}"
    else:
        said = b"stream: fine, I think\0" if request.param == "talks nonsense" else b""
        with clamd(lambda connection, _content: connection.sendall(said)) as (address, _server):
            yield address


def test_without_its_answer_nothing_counts_and_with_it_all_is_clean(
    world: World, reference: str, settings: LazySettings, gone: str, impatient: None
) -> None:
    document = added(world, WHO, reference)
    settings.CLAMD = gone
    api = world.api(WHO)
    for minute in range(2):
        assert inspect_due(now=NOW + minute * MINUTE) == 0
    row = Evidence.objects.get()
    assert (row.scan, row.attempts, row.sweep_at) == ("pending", 0, NOW + 2 * MINUTE)
    assert inspect_due(now=NOW + 2 * MINUTE - timedelta(seconds=1)) == 0, "it is asked once a minute"
    assert api.send("GET", f"claims/{reference}/evidence/{document['id']}/content/").status_code == 404
    refused = api.send("POST", f"claims/{reference}/submit/")
    assert "evidence_not_clean" in {finding["code"] for finding in refused.json()["findings"]}
    assert stored(reference).state == "editing"

    with clamd(honestly) as (address, _server):
        settings.CLAMD = address
        assert inspect_due(now=NOW + 2 * MINUTE) == 1
    assert [kind for kind, _data in events_of(stored(reference).subject)][-2:] == ["evidence.added", "evidence.clean"]
    assert rows_and_files_agree()


def test_however_long_it_is_gone_no_document_is_given_up(world: World, reference: str, settings: LazySettings) -> None:
    added(world, WHO, reference)
    settings.CLAMD = f"tcp://127.0.0.1:{free_port()}"
    for minute in range(7):
        assert inspect_due(now=NOW + minute * MINUTE) == 0
    settings.CLAMD = ""
    assert inspect_due(now=NOW + 7 * MINUTE) == 1
    assert Evidence.objects.get().scan == "clean"


def test_what_it_finds_is_refused_and_gone(world: World, reference: str, settings: LazySettings) -> None:
    document = added(world, WHO, reference, pdf_with(stream(EICAR)))
    with clamd(honestly) as (address, _server), at_commit():
        settings.CLAMD = address
        assert inspect_due(now=NOW) == 1
    shown: Any = world.api(WHO).send("GET", f"claims/{reference}/evidence/{document['id']}/").json()
    assert (shown["state"], shown["refusal"]["code"]) == ("refused", "file_unsafe")
    assert shown["refusal"]["message"].endswith("The virus scanner found something in it.")
    assert stored_files() == []
