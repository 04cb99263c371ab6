"""Rules about proof, through the doors of a stored claim: what is sent without it, and what is only warned of."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import TestCase

from claims.intake import Intake
from claims.models import Claim, Coverage, Evidence
from claims.preflight import check
from claims.requirements import MARKED, Requirement
from claims.storage import vault
from cpor import demo
from tests.claims.given import deleted, draft, everything, proven, sent, stored
from tests.world import NOW, World, claim_of

WHO = "jonas.weber"
TWO = [
    {"product": "dynamics-365-sales", "subscription_id": ""},
    {"product": "dynamics-365-finance", "subscription_id": ""},
]


def submit(world: World, reference: str) -> Any:
    return world.api(WHO).send("POST", f"claims/{reference}/submit/")


def found(response: Any) -> list[tuple[str, str, str]]:
    return [(finding["code"], finding["field"], finding["severity"]) for finding in response.json()["findings"]]


def refuse(reference: str, code: str = "file_unsafe", why: str = "macros") -> None:
    Evidence.objects.filter(claim__reference=reference).update(scan="refused", refusal=code, why=why, stored="")


def test_without_a_document_a_claim_is_not_sent(world: World) -> None:
    reference = draft(world, WHO, proof=False)
    before = everything()

    answer = submit(world, reference)

    assert (answer.status_code, found(answer)) == (400, [("evidence_required", "evidence", "error")])
    assert everything() == before


def test_with_a_clean_document_that_is_marked_for_everything_it_is_sent(world: World) -> None:
    assert submit(world, draft(world, WHO)).json()["state"] == "submitted"


def test_while_a_document_is_being_inspected_the_claim_waits(world: World) -> None:
    reference = draft(world, WHO)
    Evidence.objects.update(scan="pending", inspected_at=None)

    answer = submit(world, reference)

    assert found(answer) == [("evidence_not_clean", "evidence.0", "error")]
    assert (
        answer.json()["findings"][0]["message"]
        == "Only inspected documents are sent. Signed statement of work.pdf is still being inspected, which takes a moment."
    )
    assert stored(reference).state == "editing"


def test_a_refused_document_keeps_the_claim_from_being_sent_until_it_is_removed(world: World) -> None:
    reference = proven(draft(world, WHO))
    Evidence.objects.filter(claim__reference=reference, position=0).update(scan="refused", refusal="file_unsafe")

    assert found(submit(world, reference)) == [("evidence_not_clean", "evidence.0", "error")]

    key = Evidence.objects.get(position=0).key
    assert world.api(WHO).send("DELETE", f"claims/{reference}/evidence/{key}/").status_code == 204
    assert submit(world, reference).json()["state"] == "submitted"


def test_each_document_that_is_not_clean_is_named_by_itself(world: World) -> None:
    reference = proven(proven(draft(world, WHO)))
    Evidence.objects.filter(position__in=[0, 2]).update(scan="refused", refusal="file_content_mismatch")

    assert found(submit(world, reference)) == [
        ("evidence_not_clean", "evidence.0", "error"),
        ("evidence_not_clean", "evidence.2", "error"),
    ]


def test_what_no_document_is_marked_for_is_a_warning_with_the_reason_of_the_refusal(world: World) -> None:
    reference = draft(world, WHO)
    Coverage.objects.filter(requirement=Requirement.DATES).delete()

    page = world.web(WHO).get(f"/claims/{reference}/edit/review/").content.decode()

    assert "not marked: dates" in page
    assert "dates are missing or too old" in page
    assert submit(world, reference).status_code == 200


@pytest.mark.parametrize("requirement", MARKED)
def test_every_requirement_is_warned_of_for_each_product(world: World, requirement: Requirement) -> None:
    reference = draft(world, WHO, lines=TWO)
    Coverage.objects.filter(requirement=requirement, line__position=1).delete()

    assert warned(world, reference) == [("evidence_uncovered", f"lines.1.coverage.{requirement}", "warning")]


def test_what_is_marked_in_a_refused_document_does_not_count(world: World) -> None:
    reference = draft(world, WHO)
    refuse(reference)

    assert warned(world, reference) == [
        ("evidence_uncovered", f"lines.0.coverage.{requirement}", "warning") for requirement in MARKED
    ]


def test_without_a_document_nothing_is_said_of_marks(world: World) -> None:
    assert warned(world, draft(world, WHO, proof=False)) == []


def test_a_claim_that_is_not_stored_is_asked_for_no_proof(world: World) -> None:
    answer = world.api(WHO).send("POST", "claims/preflight/", claim_of())

    assert answer.json() == {"ready": True, "findings": []}


def test_marks_stay_with_their_product_when_another_is_taken_out(world: World) -> None:
    reference = draft(world, WHO, lines=TWO)
    kept = set(Coverage.objects.filter(line__position=1).values_list("pk", flat=True))

    world.api(WHO).send("PATCH", f"claims/{reference}/", {"lines": TWO[1:]})

    assert set(Coverage.objects.values_list("pk", flat=True)) == kept
    assert warned(world, reference) == []


def test_marks_go_with_a_product_that_is_replaced_by_another(world: World) -> None:
    reference = draft(world, WHO)

    world.api(WHO).send("PATCH", f"claims/{reference}/", {"lines": TWO[1:]})

    assert not Coverage.objects.exists()


def test_a_row_added_above_takes_no_mark_from_the_one_below(world: World) -> None:
    reference = draft(world, WHO, lines=TWO[:1])
    marked = list(Coverage.objects.values_list("pk", flat=True))

    world.api(WHO).send("PATCH", f"claims/{reference}/", {"lines": TWO[::-1]})

    assert [row.line.product for row in Coverage.objects.all()] == ["dynamics-365-sales"] * 4
    assert list(Coverage.objects.values_list("pk", flat=True)) == marked


@pytest.mark.parametrize("added", [{"scan": "pending", "inspected_at": None}, {"scan": "refused", "stored": ""}])
def test_a_document_added_after_sending_stands_in_the_way_of_no_change(world: World, added: dict[str, Any]) -> None:
    reference = proven(sent(world, WHO))
    Evidence.objects.filter(claim__reference=reference, position=1).update(**added)

    answer = world.api(WHO).send("PATCH", f"claims/{reference}/", {"mpn_id": demo.LYON})

    assert (answer.status_code, stored(reference).mpn_id) == (200, demo.LYON)


def test_the_files_of_a_deleted_draft_are_gone_with_it(world: World) -> None:
    reference = draft(world, WHO)
    file = stored(reference).evidence.get().stored
    vault().save(file, ContentFile(b"proof"))

    with TestCase.captureOnCommitCallbacks(execute=True):
        deleted(world.web(WHO), reference)

    assert not Claim.objects.filter(reference=reference).exists()
    assert not vault().exists(file)


def warned(world: World, reference: str) -> list[tuple[str, str, str]]:
    """What the rules warn of, as the form runs them."""
    claim = Claim.objects.get(reference=reference)
    user = world.person(WHO)
    sheet = check(Intake(claim.content, ()), user=user, partner_id=claim.partner_id, now=NOW, claim=claim).verdict.sheet
    return [(f.code, f.field, str(f.severity)) for f in sheet.findings if f.severity == "warning"]
