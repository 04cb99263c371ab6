"""The log as a file: the same events as the page, in order, harmless in a spreadsheet, and its taking recorded."""

import csv
import hashlib
import json
import tracemalloc
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import transaction

from arbitration import audit as log
from events.log import Draft, digest, faults, record
from events.models import Event
from partners.models import User
from tests.arbitration.audit_page import ADMIN, AUDITOR, JONAS, a_history, audit, expected, places
from tests.claims.given import sent
from tests.claims.test_take import NADIA, take
from tests.world import NOW, World

pytestmark = [pytest.mark.usefixtures("own_storage")]


def taken(world: World, who: str = AUDITOR, **filters: str) -> list[dict[str, str]]:
    """The lines of the file that this person exports, by the names of their columns."""
    answer = world.web(who).post("/operator/audit/export/", filters)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeffat,actor_id,")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def of_file(lines: list[dict[str, str]]) -> list[tuple[str, int]]:
    return [(line["subject"], int(line["seq"])) for line in lines]


@pytest.mark.parametrize("filters", [{}, {"actor": "nadia"}, {"kind": "claim.taken"}, {"since": "2026-11-20"}])
def test_the_file_holds_what_the_page_shows(world: World, filters: dict[str, str]) -> None:
    a_history(world)
    shown = places(audit(world, **filters))
    assert of_file(taken(world, **filters)) == shown != []


def test_the_readings_are_exported_by_themselves(world: World) -> None:
    first, _second, _key = a_history(world)
    shown = places(audit(world, page="readings/", about=first))
    assert of_file(taken(world, readings="1", about=first)) == shown
    assert len(shown) == 4


def test_a_line_says_who_what_and_about_what_and_lets_its_chain_be_checked(world: World) -> None:
    reference = sent(world, JONAS)
    take(world, NADIA, reference)
    (line,) = taken(world, kind="claim.taken")
    event = Event.objects.get(kind="claim.taken")
    assert line == {
        "at": "2026-11-19T22:05:00+00:00",
        "actor_id": str(world.person(NADIA).pk),
        "actor": "Nadia Okafor",
        "kind": "claim.taken",
        "what": "Taken for review",
        "subject": event.subject,
        "about": f"{reference} Halden Cloud Works",
        "seq": str(event.seq),
        "data": json.dumps(event.data),
        "prev": event.prev,
        "hash": event.hash,
    }
    known = Event(subject=line["subject"], seq=int(line["seq"]), kind=line["kind"], data=json.loads(line["data"]))
    known.at, known.actor_id = datetime.fromisoformat(line["at"]), int(line["actor_id"])
    assert digest(line["prev"], known) == line["hash"]


def test_what_a_spreadsheet_would_take_for_a_formula_is_quoted(world: World) -> None:
    person = world.person(NADIA)
    take(world, NADIA, sent(world, JONAS))
    for name in ('=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(A1)", "\tx", "\rx"):
        person.name = name
        person.save()
        (line,) = taken(world, kind="claim.taken")
        assert line["actor"] == f"'{name}"


def test_names_beyond_ascii_are_kept(world: World) -> None:
    sent(world, "miguel.sa", mpn_id="7310020")
    assert {line["actor"] for line in taken(world, actor="miguel.sa@brightwater.example")} == {"Miguel Sá"}


def test_the_words_are_in_the_language_of_who_exports(world: World) -> None:
    sent(world, JONAS)
    User.objects.filter(pk=world.person(ADMIN).pk).update(language="es")
    english, spanish = (taken(world, who, kind="claim.drafted") for who in (AUDITOR, ADMIN))
    assert english[0]["what"] == "Draft begun"
    assert spanish[0]["what"] == "Borrador iniciado"


def test_taking_it_is_recorded_with_who_and_which_filter(world: World) -> None:
    first, _second, _key = a_history(world)
    newest = Event.objects.latest("pk").pk
    nadia = world.person(NADIA).pk
    taken(world, actor="nadia", since="2026-11-20", about=f"{first} B")
    event = Event.objects.get(kind="audit.exported")
    document = Event.objects.filter(kind="evidence.read").earliest("pk").subject
    asked = {"since": "2026-11-20", "until": None, "actors": [nadia], "kind": "", "subjects": [document]}
    assert event.data == {
        "filter": asked,
        "digest": hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest(),
        "newest": newest,
    }
    assert (event.subject, event.actor, event.at) == ("audit:log", world.person(AUDITOR), NOW)
    assert list(faults()) == []


def test_a_filter_that_cannot_be_read_exports_nothing(world: World) -> None:
    sent(world, JONAS)
    answer = world.web(AUDITOR).post("/operator/audit/export/", {"actor": "Nobody Atall", "kind": "claim.drafted"})
    assert answer.status_code == 302
    asked = urlsplit(answer["Location"])
    assert (asked.path, parse_qs(asked.query)) == (
        "/operator/audit/",
        {"actor": ["Nobody Atall"], "kind": ["claim.drafted"]},
    )
    assert not Event.objects.filter(kind="audit.exported").exists()


def test_looking_at_the_address_of_the_export_takes_nothing(world: World) -> None:
    assert world.web(AUDITOR).get("/operator/audit/export/").status_code == 405


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_batches_hold_all_of_it_once_and_nothing_that_is_written_meanwhile(
    world: World, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(log, "BATCH", size)
    many(23)
    answer = world.web(AUDITOR).post("/operator/audit/export/", {"kind": "claim.reminded"})
    wanted = expected(kind="claim.reminded")
    pieces = []
    for piece in answer.streaming_content:
        many(1)
        pieces.append(piece.decode())
    lines = list(csv.DictReader(StringIO("".join(pieces).removeprefix("\ufeff"), newline="")))
    assert of_file(lines) == wanted


def many(count: int) -> None:
    """Events, several of which happened at the same instant."""
    with transaction.atomic():
        for number in range(count):
            at = NOW + timedelta(seconds=number // 4)
            record([Draft(f"claim:{number % 3}", "claim.reminded")], actor_id=None, now=at)


def test_an_export_takes_no_more_memory_the_longer_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "BATCH", 100)
    peaks = []
    for count in (300, 2_700):
        rows = [
            Event(subject=f"claim:{count}{number}", seq=1, kind="claim.reminded", at=NOW, prev="0" * 64, hash="f" * 64)
            for number in range(count)
        ]
        Event.objects.bulk_create(rows, batch_size=1000)
        rows.clear()
        answer: Any = world.web(AUDITOR).post("/operator/audit/export/", {"kind": "claim.reminded"})
        tracemalloc.start()
        length = sum(piece.count(b"\n") for piece in answer.streaming_content)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert length == 1 + Event.objects.filter(kind="claim.reminded").count()
    assert peaks[1] < 1.2 * peaks[0]
