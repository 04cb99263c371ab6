"""Documents through the API: added, inspected, removed, and what the claim's history says of it."""

from typing import Any

import pytest

from claims.actions.inspections import inspect_due
from claims.models import Claim, Evidence
from events.log import faults
from events.models import Event
from tests.claims.evidence.doors import (
    MULTIPART,
    added,
    files,
    inspected,
    multipart,
    nothing_came,
    remove,
    rows_and_files_agree,
    spooled,
    stored_files,
    upload,
)
from tests.claims.evidence.files import pdf, png, with_script
from tests.claims.given import draft, events_of, everything, mails, read, sent, stored, told
from tests.world import NOW, World

WHO = "jonas.weber"


@pytest.fixture
def reference(world: World) -> str:
    """A draft without any proof."""
    return draft(world, WHO, proof=False)


def kinds(reference: str) -> list[str]:
    return [kind for kind, _data in events_of(stored(reference).subject)]


def codes(response: Any) -> list[tuple[str, str]]:
    assert response["Content-Type"] == "application/problem+json"
    return [(finding["code"], finding["field"]) for finding in response.json()["findings"]]


# --- Adding


def test_a_document_waits_for_its_inspection_and_is_clean_after(world: World, reference: str) -> None:
    api = world.api(WHO)
    answer = upload(api, reference, pdf(3))

    assert answer.status_code == 201
    document = answer.json()
    assert document == {
        "id": document["id"],
        "letter": "A",
        "name": "sow.pdf",
        "size": len(pdf(3)),
        "sha256": document["sha256"],
        "media_type": "application/pdf",
        "pages": None,
        "state": "pending",
        "refusal": None,
        "added_by": "Jonas Weber",
        "added_at": "2026-11-19T22:05:00Z",
        "removed_at": None,
    }
    path = f"claims/{reference}/evidence/{document['id']}/"
    assert api.send("GET", f"{path}content/").status_code == 404
    assert inspect_due(now=NOW) == 1
    assert inspect_due(now=NOW) == 0
    assert api.send("GET", path).json() == {**document, "state": "clean", "pages": 3}
    content = api.send("GET", f"{path}content/")
    assert b"".join(content.streaming_content) == pdf(3)
    assert rows_and_files_agree()


def test_its_file_lies_under_partner_and_digest_and_only_we_can_read_it(
    world: World, reference: str, tmp_path: Any
) -> None:
    document = added(world, WHO, reference)
    (path,) = stored_files()
    assert path == f"{stored(reference).partner_id}/{document['sha256']}/{document['id']}"
    lying = tmp_path / "evidence" / path
    assert lying.stat().st_mode & 0o777 == 0o600
    assert {folder.stat().st_mode & 0o777 for folder in lying.parents[:2]} == {0o700}
    assert (tmp_path / "spool").stat().st_mode & 0o777 == 0o700


def test_history_names_what_came_and_what_became_of_it_but_no_name_of_a_file(world: World, reference: str) -> None:
    clean = inspected(world, WHO, reference, name="Contrato de María.pdf")
    refused = inspected(world, WHO, reference, with_script(), "secret plan.pdf")
    assert remove(world.api(WHO), reference, refused["id"]) == 204

    first = Evidence.objects.get()
    second = first.pk + 1
    assert events_of(stored(reference).subject) == [
        ("claim.drafted", {}),
        ("evidence.added", {"evidence": first.pk, "sha256": clean["sha256"], "size": clean["size"]}),
        ("evidence.clean", {"evidence": first.pk}),
        ("evidence.added", {"evidence": second, "sha256": refused["sha256"], "size": refused["size"]}),
        ("evidence.refused", {"evidence": second, "code": "file_unsafe", "why": "scripts"}),
        ("evidence.removed", {"evidence": second}),
    ]
    actors = Event.objects.filter(kind__in=("evidence.clean", "evidence.refused")).values_list("actor", flat=True)
    assert set(actors) == {None}, "nobody does the inspection"
    assert list(faults()) == []


def test_letters_follow_the_order_and_each_act_moves_the_version(world: World, reference: str) -> None:
    letters = [added(world, WHO, reference, png(), f"{number}.png")["letter"] for number in range(3)]
    assert letters == ["A", "B", "C"]
    assert stored(reference).version == 4
    listed = world.api(WHO).send("GET", f"claims/{reference}/evidence/").json()
    assert [(row["letter"], row["name"], row["state"]) for row in listed] == [
        ("A", "0.png", "pending"),
        ("B", "1.png", "pending"),
        ("C", "2.png", "pending"),
    ]
    assert remove(world.api(WHO), reference, listed[1]["id"]) == 204
    assert stored(reference).version == 5
    assert added(world, WHO, reference, png(), "3.png")["letter"] == "D", "a letter somebody has read stays another's"
    assert rows_and_files_agree()


def test_what_is_refused_at_the_door_leaves_no_trace(world: World, reference: str) -> None:
    before = everything()
    for content, name, code in [
        (b"MZ" + bytes(500), "proof.exe", "file_type_not_allowed"),
        (png(), "proof.pdf", "file_content_mismatch"),
    ]:
        answer = upload(world.api(WHO), reference, content, name)
        assert (answer.status_code, codes(answer)) == (400, [(code, "file")])
    body = multipart(files(("empty.pdf", b"")))
    path = f"/api/v1/claims/{reference}/evidence/"
    answer = world.api(WHO).generic("POST", path, body, content_type=MULTIPART)
    assert (answer.status_code, codes(answer)) == (400, [("file_empty", "file")])
    assert everything() == before
    assert nothing_came(reference)


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([], "required"),
        ([("comment", None, b"no file")], "required"),
        (files(("a.pdf", pdf()), ("b.pdf", pdf())), "invalid"),
        ([("document", "a.pdf", pdf())], "required"),
        ([("file", "", pdf())], "required"),
        ([("file", "..", pdf())], "required"),
    ],
)
def test_one_part_named_file_is_what_is_asked_for(world: World, reference: str, parts: Any, code: str) -> None:
    path = f"/api/v1/claims/{reference}/evidence/"
    answer = world.api(WHO).generic("POST", path, multipart(parts), content_type=MULTIPART)
    assert (answer.status_code, codes(answer)) == (400, [(code, "file")])
    assert nothing_came(reference)


@pytest.mark.parametrize("content_type", ["application/json", "application/pdf", "multipart/mixed; boundary=x", ""])
def test_other_types_of_content_are_refused(world: World, reference: str, content_type: str) -> None:
    path = f"/api/v1/claims/{reference}/evidence/"
    answer = world.api(WHO).generic("POST", path, pdf(), content_type=content_type)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert nothing_came(reference)


# --- Removing, and states


def test_removing_takes_row_file_and_marks(world: World, reference: str) -> None:
    document = inspected(world, WHO, reference)
    mark = {"line": 0, "requirement": "dates", "evidence": document["id"], "pages": "1"}
    assert world.api(WHO).send("PUT", f"claims/{reference}/coverage/", {"marks": [mark]}).status_code == 200
    assert remove(world.api(WHO), reference, document["id"]) == 204
    assert (stored_files(), world.api(WHO).send("GET", f"claims/{reference}/coverage/").json()) == ([], [])
    assert remove(world.api(WHO), reference, document["id"]) == 404


def test_a_claim_that_was_sent_takes_more_but_gives_nothing_back(world: World) -> None:
    reference = sent(world, WHO)
    kept, before, mailed = stored(reference).evidence.get().key, told(), mails()
    assert added(world, WHO, reference)["letter"] == "B"
    inspect_due(now=NOW)
    assert (told(), mails()) == (before, mailed), "new proof is found in the history, nobody is told"
    assert kinds(reference)[-2:] == ["evidence.added", "evidence.clean"]
    assert "Proof added" in read(world.web("nadia.okafor"), f"/claims/{reference}/")

    for key in stored(reference).evidence.values_list("key", flat=True):
        answer = world.api(WHO).send("DELETE", f"claims/{reference}/evidence/{key}/")
        assert (answer.status_code, answer.json()["code"]) == (409, "transition_not_allowed")
        assert world.web(WHO).post(f"/claims/{reference}/evidence/{key}/remove/").status_code == 302
    assert kept in stored(reference).evidence.values_list("key", flat=True)
    assert stored(reference).evidence.count() == 2


@pytest.mark.parametrize("state", ["withdrawn", "ended"])
def test_a_claim_that_is_over_takes_no_more(world: World, state: str) -> None:
    reference = sent(world, WHO)
    Claim.objects.filter(reference=reference).update(state=state)
    before = everything()
    answer = upload(world.api(WHO), reference)
    assert (answer.status_code, answer.json()["state"]) == (409, state)
    assert everything() == before
    assert (stored_files(), spooled()) == ([], [])
