"""Who read which proof: every door that hands it out is there, by claim, by document and by person."""

import re

import pytest

from claims.models import Evidence
from tests.arbitration.audit_page import AUDITOR, DAY, JONAS, a_history, audit, expected, places
from tests.claims.evidence.doors import inspected
from tests.claims.evidence.files import pdf
from tests.claims.given import draft, sent
from tests.claims.test_take import NADIA, PIETER
from tests.world import NOW, World

pytestmark = [pytest.mark.usefixtures("own_storage")]
READ = "evidence.read"


def readings(world: World, **filters: str) -> list[tuple[str, str]]:
    """Who, and how, of each row of the page from top to bottom."""
    page = audit(world, page="readings/", **filters)
    assert page.status_code == 200
    rows = page.context["rows"]
    for row in rows:  # what the page shows, and no more than that
        assert row["who"] in page.content.decode()
        assert row["reading"] in page.content.decode()
    return [(row["who"], row["reading"]) for row in rows]


EVERY_READING = [
    ("Pieter Vos", "Fetched by a program"),
    ("Nadia Okafor", "Page 2 shown"),
    ("Nadia Okafor", "Page 1 shown"),
    ("Jonas Weber", "Downloaded"),
]


def test_each_reading_says_who_and_how_and_nothing_else_is_there(world: World) -> None:
    first, _second, _key = a_history(world)
    assert readings(world) == EVERY_READING
    assert places(audit(world, page="readings/")) == expected(kind=READ)
    text = audit(world, page="readings/").content.decode()
    assert f'<a href="/claims/{first}/#documents">{first} B</a>' in text
    assert "Acceptance.pdf" in text
    assert not re.search(r'name="kind"', text)


def test_readings_of_a_claim_of_a_document_and_of_a_person(world: World) -> None:
    first, second, _key = a_history(world)
    other = str(inspected(world, JONAS, first, pdf(3), "Other.pdf")["id"])
    b"".join(world.web(PIETER).get(f"/claims/{first}/evidence/{other}/").streaming_content)  # type: ignore[attr-defined]
    pieters = ("Pieter Vos", "Downloaded")
    assert sorted(readings(world, about=first)) == sorted([*EVERY_READING, pieters])
    assert readings(world, about=f"{first} B") == EVERY_READING
    assert readings(world, about=f"{first} C") == [pieters]
    assert readings(world, about=second) == []
    assert readings(world, about=Evidence.objects.get(key=other).sha256) == [pieters]
    assert readings(world, actor="pieter") == [EVERY_READING[0], pieters]
    assert readings(world, actor="pieter", about=f"{first} C") == [pieters]
    assert readings(world, since=str((NOW + 2 * DAY).date())) == [EVERY_READING[0]]
    assert readings(world, actor=world.person(NADIA).email) == EVERY_READING[1:3]


def test_a_reading_of_a_document_that_was_removed_from_a_draft_stays(world: World) -> None:
    reference = draft(world, JONAS, proof=False)
    key = str(inspected(world, JONAS, reference, pdf())["id"])
    b"".join(world.web(JONAS).get(f"/claims/{reference}/evidence/{key}/").streaming_content)  # type: ignore[attr-defined]
    number = Evidence.objects.get().pk
    world.web(JONAS).post(f"/claims/{reference}/evidence/{key}/remove/")
    assert readings(world, about=reference) == [("Jonas Weber", "Downloaded")]
    page = audit(world, page="readings/", about=f"document {number}").content.decode()
    assert f"Document {number}" in page
    assert "taken off a draft" in page


def test_where_nothing_was_read_the_page_says_so(world: World) -> None:
    reference = sent(world, JONAS)
    assert "Nobody has read a document yet" in audit(world, page="readings/").content.decode()
    assert "No event is like this" in audit(world, page="readings/", about=reference).content.decode()
    assert world.web(AUDITOR).get("/operator/audit/readings/?kind=claim.taken").context["rows"] == []
