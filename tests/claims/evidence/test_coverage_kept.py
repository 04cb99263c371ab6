"""What becomes of marks as their claim changes, is sent, or is changed by somebody else."""

from typing import Any

import pytest

from claims.actions.coverage import Mark, mark
from claims.errors import FileRefused
from claims.intake import Intake
from claims.models import Claim, Coverage, Evidence
from claims.preflight import check
from claims.views import proof as views
from tests.claims.evidence.doors import added, inspect_one
from tests.claims.evidence.files import pdf, with_script
from tests.claims.evidence.test_coverage import (
    ALL,
    WHO,
    both_databases,
    faults,
    held,
    marks,
    one,
    post,
    put,
)
from tests.claims.evidence.test_coverage import document as document  # noqa: PLC0414
from tests.claims.evidence.test_coverage import reference as reference  # noqa: PLC0414
from tests.claims.given import SALES, SERVICE, events_of, everything, stored
from tests.world import NOW, World


@both_databases
def test_marks_stay_with_their_product_when_lines_are_moved_corrected_and_removed(
    world: World, reference: str, document: str
) -> None:
    api = world.api(WHO)
    put(world, reference, one(document, pages="1"), one(document, line=1, pages="2"))
    api.send("PATCH", f"claims/{reference}/", {"lines": [SERVICE, SALES]})
    assert held() == [(0, "dates", "2"), (1, "dates", "1")]
    corrected = {**SERVICE, "subscription_id": "0f0f0f0f-0000-4000-8000-000000000001"}
    api.send("PATCH", f"claims/{reference}/", {"lines": [corrected, SALES]})
    assert held() == [(0, "dates", "2"), (1, "dates", "1")]
    api.send("PATCH", f"claims/{reference}/", {"lines": [SALES]})
    assert held() == [(0, "dates", "1")]
    assert marks(world, reference) == [one(document, pages="1")]


def test_a_claim_that_was_sent_gets_marks_but_loses_none(world: World, reference: str, document: str) -> None:
    api = world.api(WHO)
    both = [one(document, line=line, requirement=name, pages="1") for line in (0, 1) for name in ALL]
    put(world, reference, *both)
    assert api.send("POST", f"claims/{reference}/submit/").status_code == 200
    more = [*both, one(document, pages="4")]
    assert put(world, reference, *more).json() == more
    assert events_of(stored(reference).subject)[-1] == ("coverage.marked", {"marks": 1})
    browser = world.web(WHO)
    before = everything()
    answer = put(world, reference, *both)
    assert (answer.status_code, answer.json()["code"]) == (409, "transition_not_allowed")
    assert browser.post(f"/claims/{reference}/coverage/", {"unmark": Coverage.objects.first().pk}).status_code == 302  # type: ignore[union-attr]
    assert everything() == before
    assert post(browser, reference, document, pages="2-4").status_code == 302
    assert len(held()) == 10
    Claim.objects.filter(reference=reference).update(state="withdrawn")
    before = everything()
    assert put(world, reference, *more).status_code == 409
    assert everything() == before


def test_a_mark_that_meets_the_sending_is_in_the_history(world: World, reference: str, document: str) -> None:
    put(world, reference, *[one(document, line=line, requirement=name) for line in (0, 1) for name in ALL])
    seen = stored(reference)
    assert seen.state == "editing"
    assert world.api(WHO).send("POST", f"claims/{reference}/submit/").status_code == 200
    asked = Mark(seen.lines.all()[0].pk, "dates", document, "3")
    assert mark(claim=seen, marks=[asked], actor=world.person(WHO), now=NOW) == 1
    assert events_of(seen.subject)[-1] == ("coverage.marked", {"marks": 1})


def test_marks_may_be_repeated_when_their_document_is_refused_or_their_product_dropped(
    world: World, reference: str, document: str
) -> None:
    put(world, reference, *[one(document, line=line, requirement=name) for line in (0, 1) for name in ALL])
    world.api(WHO).send("POST", f"claims/{reference}/submit/")
    dropped = world.api(WHO).send("PATCH", f"claims/{reference}/", {"lines": [SALES]})
    assert dropped.status_code == 200, dropped.json()
    late = added(world, WHO, reference, with_script())["id"]
    assert put(world, reference, *marks(world, reference), one(late)).status_code == 200
    inspect_one()
    standing = marks(world, reference)
    assert len(standing) == 9
    answer = put(world, reference, *standing, one(document, requirement="work", pages="3"))
    assert answer.status_code == 200, answer.json()
    assert faults(put(world, reference, *marks(world, reference), one(late, pages="2"))) == [
        ("invalid", "marks.10.evidence")
    ]
    assert Evidence.objects.get(key=late).scan == "refused"


def test_a_product_removed_while_it_is_marked_is_named(world: World, reference: str, document: str) -> None:
    claim = Claim.objects.prefetch_related("lines").get(reference=reference)
    asked = Mark(claim.lines.all()[1].pk, "dates", document)
    world.api(WHO).send("PATCH", f"claims/{reference}/", {"lines": [SALES]})
    with pytest.raises(FileRefused) as refusal:
        mark(claim=claim, marks=[asked], actor=world.person(WHO), now=NOW)
    assert [(found.code, found.field) for found in refusal.value.findings] == [("invalid", "marks.0.line")]
    assert held() == []


def test_more_marks_than_a_claim_takes_are_counted_before_they_are_made(
    world: World, reference: str, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "Mark", None)  # making one would fail
    form = {
        "document": document,
        "line": [str(number) for number in range(100)],
        "requirement": [str(number) for number in range(100)],
        "pages": ",".join(str(number) for number in range(1, 1000)),
    }
    before = everything(but=("partners_user",))
    assert world.web(WHO).post(f"/claims/{reference}/coverage/", form).status_code == 422
    assert everything(but=("partners_user",)) == before


def test_a_page_past_the_end_of_a_document_that_was_still_inspected_proves_nothing(
    world: World, reference: str
) -> None:
    key = added(world, WHO, reference, pdf(2))["id"]
    api = world.api(WHO)
    marks = [
        one(key, requirement=name, line=line, pages="99" if name == "dates" else "2") for name in ALL for line in (0, 1)
    ]
    assert api.send("PUT", f"claims/{reference}/coverage/", {"marks": marks}).status_code == 200
    inspect_one()

    text = world.web(WHO).get(f"/claims/{reference}/edit/proof/").content.decode()
    assert text.count("not in the document") == 2
    assert "3 of 4" in text
    checked = [finding.field for finding in proof_findings(world, reference)]
    assert checked == ["lines.0.coverage.dates", "lines.1.coverage.dates"]


def proof_findings(world: World, reference: str) -> list[Any]:
    """What the rules say of the proof of a stored claim."""
    claim = stored(reference)
    intake = Intake(claim.content, ())
    found = check(intake, user=world.person(WHO), partner_id=claim.partner_id, now=NOW, claim=claim)
    return [finding for finding in found.verdict.sheet.findings if finding.code.startswith("evidence")]


def test_what_a_colleague_marked_meanwhile_stops_a_program_that_has_not_seen_it(
    world: World, reference: str, document: str
) -> None:
    api = world.api(WHO)
    seen = api.send("GET", f"claims/{reference}/")["ETag"]
    mine, theirs = [one(document)], [one(document, requirement="work")]
    assert world.api("ruth.adeyemi").send("PUT", f"claims/{reference}/coverage/", {"marks": theirs}).status_code == 200

    late = api.send("PUT", f"claims/{reference}/coverage/", {"marks": mine}, If_Match=seen)
    sending = api.send("POST", f"claims/{reference}/submit/", If_Match=seen)
    assert [answer.status_code for answer in (late, sending)] == [412, 412]
    assert list(Coverage.objects.values_list("requirement", flat=True)) == ["work"]
