"""How many documents a claim takes and how large they may be; retries, and what somebody else changed meanwhile."""

from typing import Any

import pytest

from claims.models import Claim, Evidence
from events.log import faults
from tests.at_once import at_once
from tests.claims.evidence.doors import (
    clean_row,
    drop,
    files,
    nothing_came,
    remove,
    rows_and_files_agree,
    spooled,
    stored_files,
    upload,
)
from tests.claims.evidence.files import pdf
from tests.claims.given import draft, everything, stored
from tests.world import NOW, World

WHO = "jonas.weber"


@pytest.fixture
def reference(world: World) -> str:
    """A draft without any proof."""
    return draft(world, WHO, proof=False)


def codes(response: Any) -> list[tuple[str, str]]:
    assert response["Content-Type"] == "application/problem+json"
    return [(finding["code"], finding["field"]) for finding in response.json()["findings"]]


def bulk(reference: str, count: int, size: int, scan: str = "clean") -> None:
    """Documents whose files nobody asks for."""
    for _ in range(count):
        clean_row(reference, scan=scan, size=size)


def test_twenty_documents_are_taken_and_refused_ones_do_not_count(world: World, reference: str) -> None:
    bulk(reference, 30, 1000, "refused")
    bulk(reference, 19, 1000)
    assert upload(world.api(WHO), reference).status_code == 201
    over = upload(world.api(WHO), reference)
    assert (over.status_code, codes(over)) == (400, [("file_too_large", "file")])
    assert over.json()["findings"][0]["message"].endswith("A claim takes 20 files.")
    assert stored(reference).evidence.count() == 50
    assert len(stored_files()) == 1


def test_a_claim_holds_a_hundred_documents_with_those_that_were_refused(world: World, reference: str) -> None:
    bulk(reference, 99, 1000, "refused")
    assert upload(world.api(WHO), reference).json()["letter"] == "CV"
    before = everything()
    over = upload(world.api(WHO), reference)
    assert (over.status_code, codes(over)) == (400, [("file_too_large", "file")])
    words = "A claim takes 100 files at most, with those that were refused."
    assert over.json()["findings"][0]["message"].endswith(words)
    shown = drop(world.web(WHO), reference, files(("more.pdf", pdf())))
    assert (shown.status_code, words in shown.content.decode()) == (422, True)
    assert everything(but=("partners_user",)) == {name: row for name, row in before.items() if name != "partners_user"}
    assert (len(stored_files()), spooled()) == (1, [])


def test_letters_of_a_draft_never_run_out(world: World, reference: str) -> None:
    bulk(reference, 3, 1000)
    last = Evidence.objects.get(position=2)
    Evidence.objects.filter(pk=last.pk).update(position=98)
    assert [upload(world.api(WHO), reference).json()["letter"] for _ in range(3)] == ["CV", "C", "D"]


def test_a_hundred_megabytes_are_taken_and_not_one_byte_more(world: World, reference: str) -> None:
    size, megabyte = len(pdf()), 1024 * 1024
    bulk(reference, 1, 90 * megabyte, "refused")
    bulk(reference, 4, 25 * megabyte - size // 4 - 1)
    room = 100 * megabyte - sum(row.size for row in Evidence.objects.filter(scan="clean"))
    assert room in range(size, size + 8)
    Evidence.objects.filter(scan="clean", position=1).update(size=25 * megabyte - size // 4 - 1 + room - size + 1)
    over = upload(world.api(WHO), reference)
    assert (over.status_code, codes(over)) == (400, [("file_too_large", "file")])
    assert over.json()["findings"][0]["message"].endswith("All files of a claim together may have 100 MB.")
    assert stored_files() == []
    Evidence.objects.filter(scan="clean", position=1).update(size=25 * megabyte - size // 4 - 1 + room - size)
    assert upload(world.api(WHO), reference).status_code == 201


def test_a_file_at_the_limit_is_taken_and_one_byte_more_is_not(world: World, reference: str) -> None:
    limit = 25 * 1024 * 1024
    whole = pdf(1)
    answer = upload(world.api(WHO), reference, whole + bytes(limit - len(whole) + 1))
    assert codes(answer) == [("file_too_large", "file")]
    assert answer.json()["findings"][0]["message"].endswith("One file may have 25 MB.")
    assert nothing_came(reference)
    assert upload(world.api(WHO), reference, whole + bytes(limit - len(whole))).json()["size"] == limit


# --- Retries, and what somebody has seen


def test_a_retry_with_its_key_adds_nothing_and_leaves_no_second_file(world: World, reference: str) -> None:
    first = upload(world.api(WHO), reference, Idempotency_Key="once")
    again = upload(world.api(WHO), reference, Idempotency_Key="once")
    assert (again.status_code, again.json()) == (201, first.json())
    assert again["Idempotent-Replayed"] == "true"
    assert len(rows_and_files := stored_files()) == 1, rows_and_files
    assert stored(reference).version == 2

    for content, name in [(pdf(5), "sow.pdf"), (pdf(), "other.pdf")]:
        other = upload(world.api(WHO), reference, content, name, Idempotency_Key="once")
        assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    Claim.objects.filter(reference=reference).update(state="ended", submitted_at=NOW, clock_began_at=NOW, due_at=NOW)
    late = upload(world.api(WHO), reference, Idempotency_Key="once")
    assert (late.status_code, late.json()) == (201, first.json())
    assert rows_and_files_agree()
    assert len(stored_files()) == 1


def test_what_somebody_else_changed_meanwhile_stops_a_document(world: World, reference: str) -> None:
    api = world.api(WHO)
    tag = api.send("GET", f"claims/{reference}/")["ETag"]
    api.send("PATCH", f"claims/{reference}/", {"name": "Another"})
    answer = upload(api, reference, If_Match=tag)
    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert (stored_files(), spooled(), stored(reference).evidence.count()) == ([], [], 0)
    fresh = api.send("GET", f"claims/{reference}/")["ETag"]
    document = upload(api, reference, If_Match=fresh).json()
    assert remove(api, reference, document["id"], If_Match=tag) == 412
    assert remove(api, reference, document["id"], If_Match=fresh) == 412  # it did not show the document
    assert rows_and_files_agree()


def test_a_retry_with_its_key_is_answered_although_its_precondition_no_longer_holds(
    world: World, reference: str
) -> None:
    api = world.api(WHO)
    tag = api.send("GET", f"claims/{reference}/")["ETag"]
    first = upload(api, reference, If_Match=tag, Idempotency_Key="once")
    assert first.status_code == 201
    assert api.send("PATCH", f"claims/{reference}/", {"name": "Another"})["ETag"] != tag
    again = upload(api, reference, If_Match=tag, Idempotency_Key="once")
    assert (again.status_code, again.json(), again["Idempotent-Replayed"]) == (201, first.json(), "true")
    assert upload(api, reference, If_Match=tag, Idempotency_Key="twice").status_code == 412
    assert upload(api, reference, If_Match=tag).status_code == 412
    assert len(stored_files()) == 1
    assert rows_and_files_agree()


@pytest.mark.django_db(transaction=True)
def test_twenty_files_at_once_find_room_for_exactly_what_is_left(world: World, reference: str) -> None:
    bulk(reference, 15, 1000)
    world.api(WHO)
    answers = at_once([lambda: upload(world.api(WHO), reference) for _ in range(10)])
    assert sorted(answer.status_code for answer in answers) == [201] * 5 + [400] * 5
    assert sorted(stored(reference).evidence.values_list("position", flat=True)) == list(range(20))
    assert len(stored_files()) == 5
    assert spooled() == []
    assert list(faults()) == []
