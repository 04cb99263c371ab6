"""Whoever decided or agreed judges no dispute of it: not by its claim, were it theirs, nor by its case."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from arbitration.permissions import cases_to_judge, may_judge
from claims.actions import take_claim
from claims.models import Case, Claim, ClaimLine, Judge, Party, Unit
from cpor import demo
from partners.models import Conflict
from tests.arbitration.given import (
    Firm,
    ask_parties,
    case,
    case_of,
    decide,
    decision,
    dispute,
    filed,
    look_at,
    second,
    send_back,
)
from tests.arbitration.test_case_desk import words
from tests.arbitration.test_disputes import DAY, displaced, duo, refused
from tests.claims.given import everything, stored
from tests.claims.test_decide import approve, check, found, reject
from tests.claims.test_inquiry import ask
from tests.claims.test_take import LEAD, NADIA, PIETER, release, take, whose
from tests.scenes import remembered
from tests.world import NOW, World

__all__ = ["displaced", "duo", "refused"]  # fixtures


@pytest.fixture
@remembered
def disputed(world: World, duo: tuple[Firm, Firm], refused: str) -> str:
    """A claim that Nadia has refused, disputed, and by force hers again."""
    assert dispute(world, duo[0], refused).status_code == 200
    lease = {"leased_at": NOW, "lease_until": NOW + timedelta(days=5)}
    Claim.objects.filter(reference=refused).update(reviewer=world.person(NADIA), **lease)
    return refused


@pytest.fixture
@remembered
def contest(world: World, duo: tuple[Firm, Firm], refused: str) -> tuple[int, str, str]:
    """The key of a case in which A disputes what Nadia refused, and B has filed meanwhile; both claims."""
    rival = filed(world, duo[1])
    assert dispute(world, duo[0], refused).status_code == 200
    return case_of(rival).pk, refused, rival


# By its claim


def test_who_refused_it_decides_nothing_of_a_dispute_that_is_theirs_by_force(world: World, disputed: str) -> None:
    pages = found(disputed, unmet=("dates",))
    before = everything()
    answers = {
        "check": check(world, NADIA, disputed, pages),
        "approve": approve(world, NADIA, disputed),
        "reject": reject(world, NADIA, disputed),
        "ask": ask(world, NADIA, disputed),
        "record": world.api(NADIA).send("POST", f"claims/{disputed}/record-review/"),
        "take": take(world, NADIA, disputed),
    }
    assert {verb: answer.status_code for verb, answer in answers.items()} == dict.fromkeys(answers, 403)
    assert everything() == before
    assert world.api(NADIA).send("GET", f"claims/{disputed}/").json()["actions"] == ["release", "note", "comment"]
    assert everything() == before
    assert release(world, NADIA, disputed).status_code == 200
    assert whose(disputed) == ("disputed", "")


def test_a_dispute_that_comes_while_its_judge_takes_the_claim_is_not_theirs(
    world: World, duo: tuple[Firm, Firm], refused: str
) -> None:
    nadia = world.person(NADIA)
    read_before = Claim.objects.visible_to(nadia).with_lines().select_related("partner").get(reference=refused)
    assert dispute(world, duo[0], refused).status_code == 200
    with pytest.raises(PermissionDenied):
        take_claim(claim=read_before, actor=nadia, now=NOW)
    assert stored(refused).reviewer is None


def test_a_lead_gives_a_dispute_to_nobody_who_judged_it(world: World, disputed: str) -> None:
    before = everything()
    answer = given_to(world, disputed, NADIA)
    assert (answer.status_code, [finding["code"] for finding in answer.json()["findings"]]) == (400, ["reviewer_unfit"])
    assert everything() == before
    assert given_to(world, disputed, PIETER).status_code == 200
    assert whose(disputed) == ("disputed", PIETER)


def test_the_other_reviewer_decides_it(world: World, duo: tuple[Firm, Firm], refused: str) -> None:
    dispute(world, duo[0], refused)
    take(world, PIETER, refused)
    assert check(world, PIETER, refused, found(refused)).status_code == 200
    assert approve(world, PIETER, refused).json()["state"] == "approved"
    judges = Judge.objects.filter(line__claim__reference=refused).order_by("pk")
    assert list(judges.values_list("user__name", flat=True)) == ["Nadia Okafor", "Pieter Vos"]


def given_to(world: World, reference: str, who: str) -> Any:
    return world.api(LEAD).send("POST", f"claims/{reference}/reassign/", {"reviewer": world.person(who).email})


# By its case


def attempts(world: World, who: str, pk: int, firms: tuple[Firm, Firm], *references: str) -> dict[str, int]:
    """The statuses that this person gets for all that a judge of an open case may do."""
    whole = decision(world, who, pk, firms[1])
    checks = {f"check {place}": check(world, who, one, found(one)) for place, one in enumerate(references)}
    answers = {
        **checks,
        "decide": world.api(who).send("POST", f"cases/{pk}/decide/", whole),
        "ask": ask_parties(world, who, pk, *firms),
        "second": second(world, who, pk),
        "return": send_back(world, who, pk),
    }
    return {verb: answer.status_code for verb, answer in answers.items()}


def test_who_refused_what_a_party_disputes_checks_no_line_for_the_case_and_decides_nothing_of_it(
    world: World, duo: tuple[Firm, Firm], contest: tuple[int, str, str]
) -> None:
    pk, *references = contest
    before = everything()
    tried = attempts(world, NADIA, pk, duo, *references)
    assert tried == dict.fromkeys(tried, 403)
    assert case(world, NADIA, pk)["actions"] == []
    assert everything() == before


def test_the_list_says_that_the_case_is_for_another(
    world: World, duo: tuple[Firm, Firm], contest: tuple[int, str, str]
) -> None:
    said, row = (
        "You decided on this before: a dispute is for another",
        f'class="cover" href="/review/cases/{contest[0]}/"',
    )
    pages = {who: world.web(who).get("/review/cases/").content.decode() for who in (NADIA, PIETER)}
    assert [(row in page, said in page) for page in pages.values()] == [(True, True), (True, False)]
    for who, its_own in ((NADIA, False), (PIETER, True)):
        assert (row in world.web(who).get("/review/cases/?show=yours").content.decode()) is its_own


def judges_of(pk: int, world: World, who: str) -> tuple[bool, bool]:
    """Whether the person may judge the case, as it is asked of one case and as it is asked of all."""
    user, case = world.person(who), Case.objects.get(pk=pk)
    return may_judge(user, case), cases_to_judge(user).filter(pk=pk).exists()


def test_all_cases_that_one_may_judge_are_those_of_which_it_is_true_one_by_one(
    world: World, duo: tuple[Firm, Firm], contest: tuple[int, str, str]
) -> None:
    pk, refused, rival = contest
    assert [judges_of(pk, world, who) for who in (NADIA, PIETER)] == [(False, False), (True, True)]
    disputed = stored(refused).lines.get()
    elsewhere = Unit.objects.create(tenant=demo.ALDER, workload="elsewhere")
    ClaimLine.objects.filter(pk=disputed.pk).update(unit=elsewhere)  # what she judged is of another unit
    assert judges_of(pk, world, NADIA) == (True, True)
    ClaimLine.objects.filter(pk=disputed.pk).update(unit=disputed.unit)
    Party.objects.filter(case=pk, partner=disputed.partner).delete()  # or of who is no party
    assert judges_of(pk, world, NADIA) == (True, True)
    Conflict.objects.create(user=world.person(NADIA), partner=stored(rival).partner)
    assert judges_of(pk, world, NADIA) == (False, False)


def test_who_refused_it_drafts_nothing_on_the_desk_of_the_case(
    world: World, duo: tuple[Firm, Firm], contest: tuple[int, str, str]
) -> None:
    browser, path = world.web(NADIA), f"/review/cases/{contest[0]}/"
    form = {"upheld": duo[1].pk, "rationale": "Dates: BP-A p. 1", "version": 1, "seen": "", "words": "No."}
    before = everything()
    draft = browser.post(f"{path}draft/", form)
    assert draft.status_code == 409
    assert "Nothing was kept: the case is not yours to decide." in words(draft.content.decode())
    for verb in ("decide", "ask", "second", "return"):
        assert browser.post(f"{path}{verb}/", {**form, "parties": duo[1].pk, "body": "Why?"}).status_code == 403
    assert everything() == before


def test_a_colleague_checks_and_decides_the_case(
    world: World, duo: tuple[Firm, Firm], contest: tuple[int, str, str]
) -> None:
    pk, first, rival = contest
    look_at(world, PIETER, first, rival)
    assert decide(world, PIETER, pk, duo[0]).json()["state"] == "decided"
    assert [stored(reference).state for reference in (first, rival)] == ["approved", "rejected"]


@pytest.mark.parametrize("who", [PIETER, NADIA])
def test_neither_who_proposed_nor_who_agreed_has_a_part_in_the_dispute_of_it(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str], who: str
) -> None:
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        dispute(world, duo[0], displaced[0])
        pk = case_of(displaced[0]).pk
        before = everything()
        tried = attempts(world, who, pk, duo, *displaced)
        assert tried == dict.fromkeys(tried, 403)
        assert everything() == before
        look_at(world, LEAD, *displaced)
        assert decide(world, LEAD, pk, duo[1]).json()["state"] == "decided"


def test_a_dispute_that_is_taken_back_leaves_the_case_of_the_rest_to_who_judged_it(
    world: World, duo: tuple[Firm, Firm], contest: tuple[int, str, str]
) -> None:
    pk, first, rival = contest
    third = filed(world, duo[0], activity="presales")
    world.api(duo[0].who).send("POST", f"claims/{first}/withdraw/")
    assert case_of(rival).pk == pk
    look_at(world, NADIA, third, rival)
    assert decide(world, NADIA, pk, duo[1]).json()["state"] == "decided"
