"""Every file of the manifest, sent as it might be sent, ends as the manifest says, and leaves nothing it should not."""

from collections.abc import Callable
from contextlib import ExitStack
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import LazySettings

from claims.actions import inspections
from claims.actions.inspections import inspect_due
from claims.inspection import LIMITS, Report, inspect
from claims.models import Evidence
from tests.claims.evidence.corpus import DOOR, MANIFEST, SCANNER, Entry
from tests.claims.evidence.doors import MULTIPART, at_commit, files, multipart, rows_and_files_agree, stored_files
from tests.claims.evidence.test_scanner import clamd, honestly
from tests.claims.given import draft, stored
from tests.conftest import INSPECTED_FILE
from tests.world import NOW, World

WHO = "jonas.weber"
SCANNED = [file for file in MANIFEST if file.expected.by == SCANNER]
AT_THE_DOOR = [file for file in MANIFEST if file.expected.by == DOOR]
INSPECTED = [file for file in MANIFEST if file not in SCANNED and file not in AT_THE_DOOR]
COUNT = len(INSPECTED) // 16 + 1  # a claim takes 20 files and 100 MB
GROUPS = [INSPECTED[start::COUNT] for start in range(COUNT)]


CPU_SECONDS = 2.0


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[Report]:
    """What each inspection of the test found and cost, in the order in which they were made."""
    made: list[Report] = []

    def watched(path: Path, media_type: str) -> Report:
        made.append(inspect(path, media_type))
        return made[-1]

    monkeypatch.setattr(inspections, "inspect", watched)
    return made


def send(world: World, reference: str, file: Entry) -> Any:
    """The file under its own name, in the one spelling that carries every character."""
    name = quote(file.upload_name, safe="").encode()
    content = file.build()
    body = multipart(files(("NAME", content))).replace(b'filename="NAME"', b"filename*=UTF-8''" + name)
    answer = world.api(WHO).generic("POST", f"/api/v1/claims/{reference}/evidence/", body, content_type=MULTIPART)
    assert answer.json().get("sha256", digest := sha256(content).hexdigest()) == digest
    return answer


def download(world: World, reference: str, key: str) -> Any:
    return world.api(WHO).send("GET", f"claims/{reference}/evidence/{key}/content/")


def ends_as_it_says(world: World, reference: str, file: Entry, key: str) -> None:
    row, expected = Evidence.objects.get(key=key), file.expected
    assert row.name == file.shown_name
    assert (row.refusal, row.why, row.pages) == (expected.refusal, expected.why, expected.pages), file.name
    answer = download(world, reference, key)
    if file.honest:
        assert sha256(b"".join(answer.streaming_content)).hexdigest() == row.sha256, file.name
    else:
        assert answer.status_code == 404, file.name
        assert row.stored == "", file.name


def test_what_is_turned_away_at_the_door_leaves_nothing(world: World) -> None:
    reference = draft(world, WHO, proof=False)
    for file in AT_THE_DOOR:
        answer = send(world, reference, file)
        assert answer.status_code == 400, file.name
        assert [finding["code"] for finding in answer.json()["findings"]] == [file.expected.refusal], file.name
    assert stored(reference).version == 1
    assert not Evidence.objects.exists()
    assert stored_files() == []


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group[0].name)
def test_what_is_inspected_is_handed_out_or_gone_and_costs_no_more_than_the_limits(
    world: World, group: list[Entry], reports: list[Report], record_property: Callable[[str, object], None]
) -> None:
    reference, keys = draft(world, WHO, proof=False), {}
    for file in group:
        answer = send(world, reference, file)
        assert answer.status_code == 201, (file.name, answer.content)
        keys[file.name] = answer.json()["id"]
    decided = 0
    with at_commit():
        while more := inspect_due(now=NOW):
            decided += more
    assert decided == len(group)
    for file, report in zip(group, reports, strict=True):
        ends_as_it_says(world, reference, file, keys[file.name])
        assert report.cpu_seconds <= CPU_SECONDS, file.name
        assert 0 < report.peak_bytes <= LIMITS.address_space, file.name
        record_property(INSPECTED_FILE, [file.name, report.cpu_seconds, report.peak_bytes])
    assert rows_and_files_agree()
    assert len(stored_files()) == sum(file.honest for file in group)


def test_what_the_scanner_finds_is_gone(world: World, settings: LazySettings) -> None:
    reference = draft(world, WHO, proof=False)
    for file in SCANNED:
        key = send(world, reference, file).json()["id"]
        with ExitStack() as stack:
            settings.CLAMD, _server = stack.enter_context(clamd(honestly))
            stack.enter_context(at_commit())
            assert inspect_due(now=NOW) == 1
        ends_as_it_says(world, reference, file, key)
    assert stored_files() == []
