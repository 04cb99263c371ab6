"""What opens a proposed case again, in a new round: proof that answers a request, and who joins the next round."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from claims.actions.inspections import inspect_due
from claims.models import Case, InformationRequest
from events.models import Notification
from partners.models import OperatorRole
from tests.arbitration.given import (
    Firm,
    answer_party,
    ask_parties,
    case,
    case_of,
    decide,
    decision,
    filed,
    held_by,
    look_at,
    open_request,
    second,
    send_back,
    state_of,
)
from tests.arbitration.test_case_desk import words
from tests.arbitration.test_case_life import contested, trio
from tests.arbitration.test_decisions import refused
from tests.claims.evidence.doors import MULTIPART, added, at_commit, files, multipart
from tests.claims.evidence.files import pdf, with_script
from tests.claims.given import events_of, everything, read, stored
from tests.claims.test_sweep import tick
from tests.claims.test_take import NADIA, PIETER
from tests.scenes import remembered
from tests.world import NOW, World

__all__ = ["contested", "trio"]  # fixtures

pytestmark = [pytest.mark.usefixtures("own_storage")]
Trio = tuple[Firm, Firm, Firm]
References = tuple[str, str, str]


@contextmanager
def hour(count: int) -> Iterator[None]:
    """So many hours after NOW."""
    with time_machine.travel(NOW + timedelta(hours=count), tick=False):
        yield


@pytest.fixture
@remembered
def pk(world: World, trio: Trio, contested: References) -> int:
    """The key of a case in which all three were asked in the first hour; A has answered, then B was proposed."""
    a, b, _c = trio
    pk = case_of(contested[0]).pk
    with hour(1):
        ask_parties(world, NADIA, pk, *trio)
    with hour(2):
        assert answer_party(world, a, contested[0]).status_code == 200
        assert decide(world, PIETER, pk, b).json()["state"] == "proposed"
    Notification.objects.all().delete()
    return pk


def stands(pk: int) -> tuple[str, int]:
    """State and round of the case."""
    row = Case.objects.get(pk=pk)
    return row.state, row.round


def answered_with(world: World, firm: Firm, reference: str, *named: tuple[str, bytes], body: str = "Attached.") -> Any:
    """The firm answers what is asked of its claim on its page, with these files."""
    form = {"body": body, "do": f"answer:{open_request(world, firm.who, reference)}"}
    form["version"] = str(stored(reference).version)
    parts = multipart([*((name, None, text.encode()) for name, text in form.items()), *files(*named)])
    with at_commit():
        return world.web(firm.who).generic("POST", f"/claims/{reference}/comments/", parts, content_type=MULTIPART)


# Answers


def test_proof_that_comes_with_an_answer_opens_a_proposed_case_again(
    world: World, trio: Trio, contested: References, pk: int
) -> None:
    before = state_of(*contested)
    with hour(3):
        assert answered_with(world, trio[2], contested[2], ("letter.pdf", pdf())).status_code == 302
        assert stands(pk) == ("open", 2)
        assert state_of(*contested) == before
        assert second(world, NADIA, pk).status_code == 409
        kinds = [kind for kind, _data in events_of(f"case:{pk}")]
        assert kinds[-2:] == ["case.answered", "case.fell_back"]
        page = words(read(world.web(NADIA), f"/review/cases/{pk}/"))
    assert "Round 1: Pieter Vos proposed to uphold Brightwater Partners; it fell back." in page


def test_an_answer_without_proof_leaves_the_proposal(world: World, trio: Trio, contested: References, pk: int) -> None:
    version = case(world, NADIA, pk)["version"]
    with hour(3):
        assert answered_with(world, trio[2], contested[2]).status_code == 302
        assert answer_party(world, trio[1], contested[1]).status_code == 200
        assert stands(pk) == ("proposed", 1)
        assert case(world, NADIA, pk)["version"] == version + 2
        assert second(world, NADIA, pk).json()["state"] == "decided"


def test_proof_that_is_added_after_the_question_and_then_answered_with_opens_it_too(
    world: World, trio: Trio, contested: References, pk: int
) -> None:
    with hour(3):
        added(world, trio[2].who, contested[2])
        assert stands(pk) == ("proposed", 1)
        assert answer_party(world, trio[2], contested[2]).status_code == 200
    assert stands(pk) == ("open", 2)


def test_proof_that_answers_nothing_is_kept_for_a_dispute(
    world: World, trio: Trio, contested: References, pk: int
) -> None:
    version = case(world, NADIA, pk)["version"]
    with hour(3):
        added(world, trio[2].who, contested[2])
        comment = multipart([("body", None, b"See this, too."), *files(("more.pdf", pdf()))])
        path = f"/claims/{contested[2]}/comments/"
        with at_commit():
            assert world.web(trio[2].who).generic("POST", path, comment, content_type=MULTIPART).status_code == 302
        assert stored(contested[2]).evidence.count() == 3
        assert (stands(pk), case(world, NADIA, pk)["version"]) == (("proposed", 1), version)
        assert second(world, NADIA, pk).json()["state"] == "decided"


def test_proof_that_lay_there_before_the_question_is_no_newer(world: World, trio: Trio, contested: References) -> None:
    pk = case_of(contested[0]).pk
    with hour(1):
        added(world, trio[2].who, contested[2])
    with hour(2):
        ask_parties(world, NADIA, pk, trio[0], trio[2])
        answer_party(world, trio[0], contested[0])
        assert decide(world, PIETER, pk, trio[1]).json()["state"] == "proposed"
    with hour(3):
        assert answer_party(world, trio[2], contested[2]).status_code == 200
    assert stands(pk) == ("proposed", 1)


def test_what_was_refused_as_unsafe_is_no_proof(world: World, trio: Trio, contested: References, pk: int) -> None:
    with hour(3):
        added(world, trio[2].who, contested[2], with_script())
        assert inspect_due(now=NOW + timedelta(hours=3)) == 1
        assert stored(contested[2]).evidence.get(position=1).scan == "refused"
        assert answer_party(world, trio[2], contested[2]).status_code == 200
    assert stands(pk) == ("proposed", 1)


def test_proof_after_the_time_to_answer_opens_nothing(world: World, trio: Trio, contested: References, pk: int) -> None:
    due = InformationRequest.objects.get(claim__reference=contested[2]).due_at
    key = open_request(world, trio[2].who, contested[2])
    for swept in (False, True):
        if swept:
            tick(due)
        with time_machine.travel(due, tick=False):
            before = everything()
            late = answer_party(world, trio[2], contested[2], key=key)
            assert (late.status_code, late.json()["code"]) == (409, "answer_lapsed")
            assert everything() == before
    assert stands(pk) == ("proposed", 1)


def test_what_answers_an_open_case_begins_no_new_round(world: World, trio: Trio, contested: References) -> None:
    pk = case_of(contested[0]).pk
    ask_parties(world, NADIA, pk, trio[2])
    version = case(world, NADIA, pk)["version"]
    with hour(1):
        assert answered_with(world, trio[2], contested[2], ("letter.pdf", pdf())).status_code == 302
    assert stands(pk) == ("open", 1)
    assert case(world, NADIA, pk)["version"] == version + 1


# Who joins the next round


@pytest.mark.parametrize("how", ["returned", "taken back", "proof came", "its proposer may judge no more"])
def test_who_filed_after_a_proposal_is_a_party_of_the_next_round(world: World, trio: Trio, how: str) -> None:
    a, b, c = trio
    holder, rival = held_by(world, a), filed(world, b)
    look_at(world, PIETER, rival)
    pk = case_of(rival).pk
    with hour(1):
        ask_parties(world, NADIA, pk, a, b)
        answer_party(world, a, holder)
        decide(world, PIETER, pk, b)
        late = filed(world, c)
    assert parties_of(world, pk) == [a.pk, b.pk]
    version = stored(late).version
    with hour(2):
        if how == "proof came":
            answered_with(world, b, rival, ("letter.pdf", pdf()))
        elif how == "its proposer may judge no more":
            OperatorRole.objects.filter(user=world.person(PIETER)).delete()
            tick(NOW + timedelta(hours=2))
        else:
            send_back(world, NADIA if how == "returned" else PIETER, pk)
        assert stands(pk) == ("open", 2)
        assert parties_of(world, pk) == [a.pk, b.pk, c.pk]
        assert case_of(late).pk == pk
        assert stored(late).version == version
        assert events_of(f"case:{pk}")[-1] == ("case.joined", {"claim": stored(late).pk})
        judge = NADIA
        look_at(world, judge, late)
        letters = decision(world, judge, pk, c)["letters"]
        del letters[str(c.pk)]
        assert refused(decide(world, judge, pk, b, letters=letters)) == [("letter_required", f"letters.{c.pk}")]
        assert decide(world, judge, pk, c).json()["state"] == "proposed"


def parties_of(world: World, pk: int) -> list[int]:
    return sorted(party["partner"] for party in case(world, NADIA, pk)["parties"])
