"""The doors through which a text goes to a partner tell which word of it names another; no letter names one."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.actions.naming import around
from tests.arbitration.given import (
    answer_party,
    ask_parties,
    case_of,
    decide,
    filed,
    firms,
    held_by,
    look_at,
    second,
    send_back,
)
from tests.arbitration.test_naming import named
from tests.claims.given import everything, stored
from tests.claims.test_take import NADIA, PIETER
from tests.world import World


def test_every_door_tells_the_word(world: World) -> None:
    a, b = firms(world, 2)
    first, later = held_by(world, a), filed(world, b)
    look_at(world, NADIA, later)
    pk = case_of(first).pk
    text = "It is B r i g h t w a t e r."
    told = [("names_other_party", "“Brightwater")]
    assert named(ask_parties(world, NADIA, pk, a, body=text)) == told
    letters = {str(firm.pk): text for firm in (a, b)}
    answer = decide(world, NADIA, pk, a, letters=letters)
    assert [(f["field"], f["code"]) for f in answer.json()["findings"]] == [(f"letters.{a.pk}", told[0][0])]
    page = world.web(NADIA).post(f"/claims/{first}/comments/", {"body": text})
    assert "“Brightwater” stands here." in page.content.decode()


def test_the_questions_to_the_database_do_not_grow_with_the_parties(world: World) -> None:
    counts = []
    parties = {firm.pk: firm for firm in firms(world, 4)}
    for firm in parties.values():
        units = [stored(filed(world, firm)).lines.get().unit_id]
        with CaptureQueriesContext(connection) as asked:
            known = around(units, *parties)
            assert [known.names_for(pk).found_in("nobody") for pk in parties] == [""] * 4
        counts.append(len(asked))
    assert counts == [6] * 4


def test_no_letter_names_a_company_that_has_left_the_case(world: World) -> None:
    a, b, c = firms(world, 3)
    references = [filed(world, firm) for firm in (a, b, c)]
    look_at(world, NADIA, *references)
    pk = case_of(references[0]).pk
    assert world.api(c.who).send("POST", f"claims/{references[2]}/withdraw/").status_code == 200
    letters = {str(firm.pk): f"{c.name} has withdrawn." for firm in (a, b)}
    answer = decide(world, NADIA, pk, a, letters=letters)
    assert [finding["code"] for finding in answer.json()["findings"]] == ["names_other_party"] * 2


def test_no_letter_takes_effect_that_names_a_company_which_has_filed_since(world: World) -> None:
    a, b, c = firms(world, 3)
    first, rival = held_by(world, a), filed(world, b)
    look_at(world, PIETER, rival)
    pk = case_of(first).pk
    ask_parties(world, NADIA, pk, a)
    answer_party(world, a, first)
    letters = {str(firm.pk): f"We have not heard of {c.name}." for firm in (a, b)}
    assert decide(world, PIETER, pk, b, letters=letters).json()["state"] == "proposed"
    filed(world, c)
    before = everything()
    answer = second(world, NADIA, pk)
    assert {finding["code"] for finding in answer.json()["findings"]} == {"names_other_party"}
    assert everything() == before
    assert send_back(world, NADIA, pk).json()["state"] == "open"
