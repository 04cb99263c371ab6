"""What a decision needs, code by code; what is refused changes nothing at all."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from claims.models import Association, ClaimLine
from cpor import demo
from events.models import Notification
from tests.arbitration.given import (
    Firm,
    answer_party,
    ask_parties,
    case_of,
    decide,
    decision,
    dispute,
    filed,
    firms,
    held_by,
    holdings,
    look_at,
    second,
    send_back,
    state_of,
)
from tests.arbitration.test_case_life import contested, trio
from tests.claims.given import SALES, everything, held, of_brightwater, sent, stored
from tests.claims.test_associations import give_up
from tests.claims.test_take import NADIA, PIETER
from tests.scenes import remembered
from tests.world import NOW, World

__all__ = ["contested", "trio"]  # fixtures

both_databases = pytest.mark.both_databases
LATER = NOW + timedelta(days=1)
Trio = tuple[Firm, Firm, Firm]
References = tuple[str, str, str]


@pytest.fixture
@remembered
def heard(world: World, trio: Trio, contested: References) -> int:
    """The key of a case whose holder, A, was heard; the proof of B and C was found to be good."""
    pk = case_of(contested[0]).pk
    ask_parties(world, NADIA, pk, trio[0])
    answer_party(world, trio[0], contested[0])
    Notification.objects.all().delete()
    return pk


def line_of(reference: str) -> ClaimLine:
    return stored(reference).lines.get()


def refused(answer: Any) -> list[tuple[str, str]]:
    """Code and field of each finding of a refusal."""
    assert answer.status_code == 400, answer.json()
    return [(finding["code"], finding["field"]) for finding in answer.json()["findings"]]


@both_databases
def test_somebody_who_is_a_party_is_upheld(world: World, trio: Trio, contested: References, heard: int) -> None:
    outsider = firms(world, 4)[3].pk  # a company that has nothing on the unit
    whole = decision(world, PIETER, heard, trio[1])
    before = everything()
    for nobody in (outsider, 0, -1, 2**31 - 1, 10**30, str(trio[1].pk), None, True):
        answer = world.api(PIETER).send("POST", f"cases/{heard}/decide/", {**whole, "upheld": nobody})
        assert refused(answer) == [("party_required", "upheld")], nobody
    assert everything() == before


def test_without_a_party_the_rationale_is_read_all_the_same(world: World, trio: Trio, heard: int) -> None:
    whole = decision(world, PIETER, heard, trio[1]) | {"upheld": None, "rationale": "Better proof."}
    answer = world.api(PIETER).send("POST", f"cases/{heard}/decide/", whole)
    assert refused(answer) == [("party_required", "upheld"), ("rationale_cites_nothing", "rationale")]


def test_nobody_is_upheld_of_whom_no_line_stands(world: World, trio: Trio, contested: References, heard: int) -> None:
    look_at(world, PIETER, contested[1], unmet=("dates",))
    before = everything()
    assert refused(decide(world, PIETER, heard, trio[1])) == [("nothing_upheld", "upheld")]
    assert everything() == before


@pytest.mark.parametrize("reason", ["", "dates_missing_or_old"])
def test_what_nobody_has_found_proved_or_unmet_is_neither_upheld_nor_refused(
    world: World, trio: Trio, reason: str
) -> None:
    first, later = filed(world, trio[0]), filed(world, trio[1])
    look_at(world, PIETER, first)
    pk, field = case_of(first).pk, f"reasons.{line_of(later).pk}"
    before = everything()
    sent_on = {"reasons": {str(line_of(later).pk): reason}, "rationale": "Dates: HC-A p. 1"}
    assert refused(decide(world, PIETER, pk, trio[1], **sent_on)) == [("line_unproved", field)]
    assert everything() == before


def test_a_reason_against_a_rival_is_what_was_found_unmet(
    world: World, trio: Trio, contested: References, heard: int
) -> None:
    line = line_of(contested[2])
    reasons = {str(line.pk): "dates_missing_or_old"}
    before = everything()
    found = refused(decide(world, PIETER, heard, trio[1], reasons=reasons))
    assert found == [("reason_unfounded", f"reasons.{line.pk}")]
    assert everything() == before
    look_at(world, PIETER, contested[2], unmet=("dates",))
    assert decide(world, PIETER, heard, trio[1], reasons=reasons).json()["state"] == "proposed"
    second(world, NADIA, heard)
    assert state_of(contested[2]) == [("rejected", "rejected", "dates_missing_or_old")]


def test_what_a_rival_holds_ends_for_no_other_reason_than_that_another_is_upheld(
    world: World, trio: Trio, contested: References, heard: int
) -> None:
    look_at(world, PIETER, contested[0], unmet=("dates",))
    reasons = {str(line_of(contested[0]).pk): "dates_missing_or_old"}
    assert decide(world, PIETER, heard, trio[1], reasons=reasons).json()["state"] == "proposed"
    second(world, NADIA, heard)
    assert state_of(contested[0]) == [("ended", "ended", "another_partner_upheld")]


@both_databases
def test_each_line_of_who_is_upheld_stands_on_its_own_proof(world: World, trio: Trio) -> None:
    a, b, _ = trio
    usage, presales, rival = filed(world, b), filed(world, b, activity="presales"), filed(world, a)
    look_at(world, PIETER, usage, rival)
    look_at(world, PIETER, presales, unmet=("work", "dates"))
    pk = case_of(rival).pk
    reasons = {str(line_of(presales).pk): "partner_service_insufficient"}
    assert decide(world, PIETER, pk, b, reasons=reasons).json()["state"] == "decided"
    assert state_of(usage, presales, rival) == [
        ("approved", "approved", ""),
        ("rejected", "rejected", "partner_service_insufficient"),
        ("rejected", "rejected", "another_partner_upheld"),
    ]
    assert holdings() == [(b.name, NOW, None)]


@pytest.mark.parametrize(
    "rationale",
    [
        "",
        "They were better.",
        "Dates: as we have seen.",
        "See BP-A p. 1.",
        "It is shown, with its dates, on BP-A p. 1.",
        "It is shown, dates included, on BP-A p. 1.",
    ],
)
def test_a_rationale_names_a_requirement_and_cites_a_page(
    world: World, trio: Trio, contested: References, heard: int, rationale: str
) -> None:
    before = everything()
    assert refused(decide(world, PIETER, heard, trio[1], rationale=rationale)) == [
        ("rationale_cites_nothing", "rationale")
    ]
    assert everything() == before


@pytest.mark.parametrize(
    "cite", ["BP-A p. 5", "BP-A p. 0", "BP-A p. 3-2", "BP-A p. 4-5", "BP-B p. 1", "XX-A p. 1", "BP-A"]
)
def test_what_a_rationale_cites_is_there(
    world: World, trio: Trio, contested: References, heard: int, cite: str
) -> None:
    before = everything()
    answer = decide(world, PIETER, heard, trio[1], rationale=f"Dates: BP-A p. 1, {cite}.")
    assert refused(answer) == [("cite_wrong", "rationale")]
    (finding,) = answer.json()["findings"]
    assert finding["message"].startswith(f"“{cite}” names no page here. Pages are")
    assert everything() == before


def test_each_party_has_a_letter(world: World, trio: Trio, contested: References, heard: int) -> None:
    a, b, c = trio
    before = everything()
    letters = {str(a.pk): "  ", str(b.pk): "You are upheld."}
    answer = decide(world, PIETER, heard, b, letters=letters)
    assert refused(answer) == [("letter_required", f"letters.{a.pk}"), ("letter_required", f"letters.{c.pk}")]
    assert everything() == before


def test_all_that_is_missing_is_said_at_once(world: World, trio: Trio, contested: References) -> None:
    a, b, c = trio
    line = line_of(contested[2])
    look_at(world, PIETER, contested[1], unmet=("dates",))
    before = everything()
    answer = decide(
        world,
        PIETER,
        case_of(contested[0]).pk,
        b,
        rationale="BP-C p. 9",
        reasons={str(line.pk): "product_not_named"},
        letters={str(b.pk): "Yes.", str(c.pk): f"{a.name} was better."},
    )
    assert refused(answer) == [
        ("reason_unfounded", f"reasons.{line.pk}"),
        ("incumbent_not_heard", "upheld"),
        ("cite_wrong", "rationale"),
        ("rationale_cites_nothing", "rationale"),
        ("letter_required", f"letters.{a.pk}"),
        ("names_other_party", f"letters.{c.pk}"),
    ]
    assert everything() == before


@both_databases
def test_nobody_is_displaced_unheard_and_nothing_is_kept_of_the_attempt(
    world: World, trio: Trio, contested: References
) -> None:
    pk = case_of(contested[0]).pk
    before = everything()
    assert refused(decide(world, PIETER, pk, trio[1])) == [("incumbent_not_heard", "upheld")]
    ask_parties(world, NADIA, pk, trio[0])
    asked = everything()
    assert refused(decide(world, PIETER, pk, trio[1])) == [("incumbent_not_heard", "upheld")]
    assert everything() == asked != before


# Asking, agreeing


@both_databases
def test_only_parties_of_the_case_are_asked(world: World, trio: Trio, contested: References) -> None:
    outsider, pk = firms(world, 4)[3], case_of(contested[0]).pk
    before = everything()
    for asked in ((), (outsider,), (trio[1], outsider)):
        assert refused(ask_parties(world, NADIA, pk, *asked)) == [("party_required", "parties")]
    assert everything() == before


def test_who_holds_by_no_claim_of_ours_cannot_be_asked_and_need_not_be(world: World) -> None:
    old = held("alder-sales", demo.ALDER, demo.HALDEN)
    halden, brightwater = firms(world, 2)
    rival = sent(world, "miguel.sa", **of_brightwater(lines=[SALES]))
    look_at(world, PIETER, rival)
    pk = case_of(rival).pk
    before = everything()
    answer = ask_parties(world, NADIA, pk, halden, brightwater)
    assert refused(answer) == [("party_without_claim", "parties")]
    assert answer.json()["findings"][0]["message"].startswith("Halden Cloud Works holds this since before claims")
    assert everything() == before
    assert decide(world, PIETER, pk, brightwater).json()["state"] == "proposed"
    with time_machine.travel(LATER, tick=False):
        assert second(world, NADIA, pk).json()["state"] == "decided"
    old.refresh_from_db()
    assert (old.until, Association.objects.get(until=None).displaces) == (LATER, old)


def test_who_owes_an_answer_is_not_asked_again_not_even_with_others(
    world: World, trio: Trio, contested: References
) -> None:
    pk = case_of(contested[0]).pk
    ask_parties(world, NADIA, pk, trio[0])
    before = everything()
    answer = ask_parties(world, PIETER, pk, trio[0], trio[1])
    assert refused(answer) == [("asked_already", "parties")]
    assert answer.json()["findings"][0]["message"].startswith("Halden Cloud Works owes an answer.")
    assert everything() == before


def test_a_question_and_a_return_need_words(world: World, trio: Trio, contested: References, heard: int) -> None:
    before = everything()
    for empty in ("", " \n", None):
        assert refused(ask_parties(world, NADIA, heard, trio[1], body=empty)) == [("required", "body")]
    assert everything() == before
    decide(world, PIETER, heard, trio[1])
    before = everything()
    for empty in ("", " \n", None):
        assert refused(send_back(world, NADIA, heard, body=empty)) == [("required", "body")]
    assert everything() == before


@both_databases
def test_who_has_proposed_does_not_agree(world: World, trio: Trio, contested: References, heard: int) -> None:
    decide(world, PIETER, heard, trio[1])
    browser = world.web(PIETER)
    version = case_of(contested[0]).version
    before = everything()
    assert refused(second(world, PIETER, heard)) == [("second_reviewer_needed", "")]
    assert browser.post(f"/review/cases/{heard}/second/", {"version": version}).status_code == 422
    assert everything() == before


# Disputing


def test_what_stands_or_was_given_up_is_not_disputed(world: World, trio: Trio) -> None:
    reference = held_by(world, trio[0])
    before = everything()
    assert refused(dispute(world, trio[0], reference)) == [("not_disputable", "lines.0")]
    assert everything() == before
    give_up(world, trio[0].senior, reference)
    before = everything()
    assert refused(dispute(world, trio[0], reference)) == [("not_disputable", "lines.0")]
    assert everything() == before
