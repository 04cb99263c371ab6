"""Pages of a document as pictures: drawn for who may see the claim, of what is clean alone, and recorded."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

from claims.inspection import InspectionFailed
from events.models import Event
from tests.claims.evidence.doors import added, inspect_one
from tests.claims.evidence.files import pdf
from tests.claims.given import sent, stored
from tests.claims.test_decide import document
from tests.claims.test_take import NADIA, PIETER
from tests.world import NOW, World

pytestmark = [pytest.mark.usefixtures("own_storage")]
WHO = "jonas.weber"


def test_a_page_is_drawn_for_who_may_see_the_claim_and_that_is_recorded(world: World) -> None:
    reference = sent(world, WHO)
    key = added(world, WHO, reference)["id"]
    inspect_one()
    answer = world.web(NADIA).get(f"/claims/{reference}/evidence/{key}/pages/1/")
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/webp")
    assert (answer.content[:4], answer.content[8:12]) == (b"RIFF", b"WEBP")
    assert "sandbox" in answer["Content-Security-Policy"]
    event = Event.objects.get(kind="evidence.read")
    assert (event.actor, event.data) == (world.person(NADIA), {"claim": stored(reference).pk, "way": "page", "page": 1})
    assert world.web("miguel.sa").get(f"/claims/{reference}/evidence/{key}/pages/1/").status_code == 404


def test_a_page_that_is_shown_again_within_the_hour_is_recorded_once(world: World) -> None:
    reference = sent(world, WHO)
    key = added(world, WHO, reference, pdf(2))["id"]
    inspect_one()

    def look(who: str, page: int, later: timedelta) -> None:
        with time_machine.travel(NOW + later, tick=False):
            assert world.web(who).get(f"/claims/{reference}/evidence/{key}/pages/{page}/").status_code == 200

    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    for who, page, later in (
        (NADIA, 1, 0 * hour),
        (NADIA, 1, 59 * minute),  # the same look
        (NADIA, 2, 59 * minute),
        (PIETER, 1, 59 * minute),
        (NADIA, 1, hour),
    ):
        look(who, page, later)
    read = Event.objects.filter(kind="evidence.read").order_by("seq").values_list("actor__email", "data__page", "at")
    assert [(email.partition(".")[0], page, at - NOW) for email, page, at in read] == [
        ("nadia", 1, 0 * hour),
        ("nadia", 2, 59 * minute),
        ("pieter", 1, 59 * minute),
        ("nadia", 1, hour),
    ]


def test_no_code_but_what_records_the_reading_and_what_inspects_gets_at_the_bytes_of_a_document() -> None:
    root, ways = Path(__file__).resolve().parents[2], {"opened", "local_copy", "vault", "draw"}
    found = {
        file.relative_to(root).as_posix()
        for app in ("cpor", "arbitration", "claims", "partners", "directory", "events")
        for file in (root / app).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom)
        and str(node.module).startswith("claims.")
        and ways & {alias.name for alias in node.names}
    }
    assert found == {"claims/actions/evidence.py", "claims/actions/inspections.py", "claims/inspection/__init__.py"}


@pytest.mark.parametrize("page", [0, 99, 99999999999])
def test_a_page_that_the_document_has_not_is_not_found(world: World, page: int) -> None:
    reference = sent(world, WHO)
    key = added(world, WHO, reference)["id"]
    inspect_one()
    assert world.web(NADIA).get(f"/claims/{reference}/evidence/{key}/pages/{page}/").status_code == 404


def test_a_document_that_is_not_found_clean_is_never_drawn(world: World) -> None:
    reference = sent(world, WHO)
    key = added(world, WHO, reference)["id"]
    assert world.web(NADIA).get(f"/claims/{reference}/evidence/{key}/pages/1/").status_code == 404
    assert not Event.objects.filter(kind="evidence.read").exists()


def test_a_page_that_cannot_be_drawn_is_said_so_and_not_tried_again_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, tries = sent(world, WHO), []
    key = added(world, WHO, reference)["id"]
    inspect_one()

    def fails(*_args: object) -> bytes:
        tries.append(1)
        raise InspectionFailed

    monkeypatch.setattr("claims.actions.evidence.draw", fails)
    web = world.web(NADIA)
    for _ in range(2):
        assert web.get(f"/claims/{reference}/evidence/{key}/pages/1/").status_code == 422
    assert tries == [1]


def test_a_document_that_the_storage_has_lost_is_asked_for_again_later(world: World) -> None:
    reference = sent(world, WHO)
    answer = world.web(NADIA).get(f"/claims/{reference}/evidence/{document(reference)}/pages/1/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")


def test_pages_are_drawn_for_who_filed_the_claim_too_and_for_no_other_company(world: World) -> None:
    reference = sent(world, WHO)
    key = added(world, WHO, reference)["id"]
    inspect_one()
    picture = f"/claims/{reference}/evidence/{key}/pages/1/"
    assert [world.web(who).get(picture).status_code for who in (WHO, "miguel.sa")] == [200, 404]
    assert Event.objects.get(kind="evidence.read").actor == world.person(WHO)
