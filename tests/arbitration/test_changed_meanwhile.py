"""What came to a case since its judge looked stops them; a proposal counts as long as who made it may judge the case."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from arbitration.actions.sweep import sweep_cases
from arbitration.models import Decision
from arbitration.permissions import cases_to_judge
from claims.models import Case
from events.models import Notification
from partners.models import Conflict, Membership
from tests.arbitration.given import (
    Firm,
    answer_party,
    ask_parties,
    case,
    case_of,
    decide,
    decision,
    firms,
    second,
    send_back,
)
from tests.arbitration.test_case_desk import words
from tests.arbitration.test_case_life import contest_of, proposed
from tests.claims.given import events_of, everything, hidden, read, told
from tests.claims.test_take import NADIA, PIETER
from tests.scenes import scene
from tests.world import NOW, World

LATER = NOW + timedelta(days=1)
SOMETHING_NEW = "Nothing was changed: something new has come to this case meanwhile. Look at it, then go on."
Trio = tuple[Firm, Firm, Firm]
References = tuple[str, str, str]


@dataclass(frozen=True)
class Contested:
    """A holds the subscription; B and C have filed for it, and all their proof was looked at."""

    world: World
    trio: Trio
    references: References


@pytest.fixture(scope="module")
def before(django_db_setup: None, django_db_blocker: Any) -> Iterator[Contested]:
    """The case that all tests here begin with, built once."""
    with scene(django_db_blocker) as made:
        a, b, c = firms(made, 3)
        yield Contested(made, (a, b, c), contest_of((a, b, c), made))


@pytest.fixture
def world(db: None, now: datetime, before: Contested) -> World:
    return before.world


@pytest.fixture
def trio(before: Contested) -> Trio:
    return before.trio


@pytest.fixture
def contested(before: Contested) -> References:
    return before.references


def stale(answer: Any) -> bool:
    return (answer.status_code, answer.json()["code"]) == (409, "case_changed")


@pytest.fixture
def seen(world: World, trio: Trio, contested: References) -> tuple[int, int]:
    """The key of an open case, and the version that its judges saw before B was asked."""
    pk = case_of(contested[0]).pk
    version = case(world, PIETER, pk)["version"]
    ask_parties(world, NADIA, pk, trio[1])
    return pk, version


@pytest.fixture
def seen_proposed(world: World, trio: Trio, contested: References) -> tuple[int, int]:
    """The key of a case where B is proposed, and the version that its judges saw before C answered without proof."""
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        ask_parties(world, NADIA, case_of(contested[0]).pk, trio[2])
    pk = proposed(world, trio, contested)
    version = case(world, NADIA, pk)["version"]
    with time_machine.travel(NOW + timedelta(minutes=2), tick=False):
        assert answer_party(world, trio[2], contested[2]).status_code == 200
    assert Case.objects.get(pk=pk).state == "proposed"
    return pk, version


# Seen before


def test_who_decides_or_asks_by_what_they_saw_before_changes_nothing(
    world: World, trio: Trio, contested: References, seen: tuple[int, int]
) -> None:
    pk, version = seen
    before = everything()
    for old in (version, version - 1, version + 9, 0):
        assert stale(decide(world, PIETER, pk, trio[0], version=old))
        assert stale(ask_parties(world, PIETER, pk, trio[2], version=old))
    assert everything() == before
    assert decide(world, PIETER, pk, trio[0]).json()["state"] == "decided"


def test_who_agrees_or_returns_by_what_they_saw_before_changes_nothing(
    world: World, trio: Trio, contested: References, seen_proposed: tuple[int, int]
) -> None:
    pk, version = seen_proposed
    before = everything()
    for old in (version, version - 1, version + 9, 0):
        assert stale(second(world, NADIA, pk, version=old))
        assert stale(send_back(world, NADIA, pk, version=old))
    assert everything() == before
    assert second(world, NADIA, pk, version=case(world, NADIA, pk)["version"]).json()["state"] == "decided"


def test_the_desk_keeps_what_was_typed_and_says_that_something_came(
    world: World, trio: Trio, contested: References, seen: tuple[int, int]
) -> None:
    pk, version = seen
    whole, browser = decision(world, PIETER, pk, trio[0]), world.web(PIETER)
    letters = {f"letter-{key}": f"{text} Mine." for key, text in whole["letters"].items()}
    form = {"version": version, "upheld": trio[0].pk, "rationale": "Dates: HC-A p. 1, as typed", **letters}
    before = everything()
    answers = (
        browser.post(f"/review/cases/{pk}/decide/", form),
        browser.post(f"/review/cases/{pk}/ask/", {"version": version, "parties": trio[2].pk, "body": "As typed?"}),
    )
    for answer, typed in zip(answers, ("HC-A p. 1, as typed", "As typed?"), strict=True):
        assert answer.status_code == 409
        assert SOMETHING_NEW in words(answer.content.decode())
        assert typed in answer.content.decode()
        assert hidden("version", answer) == str(version + 1)
    assert everything() == before


def test_the_desk_neither_agrees_nor_returns_by_what_was_seen_before(
    world: World, trio: Trio, contested: References, seen_proposed: tuple[int, int]
) -> None:
    pk, version = seen_proposed
    browser = world.web(NADIA)
    before = everything()
    for verb in ("second", "return"):
        answer = browser.post(f"/review/cases/{pk}/{verb}/", {"version": version, "words": "Page 3."})
        assert (answer.status_code, answer["Location"]) == (302, f"/review/cases/{pk}/")
        assert everything() == before
        assert "Nothing was changed" in words(read(browser, answer["Location"]))
        before = everything()


def test_what_is_decided_is_neither_asked_nor_decided_nor_returned_again(
    world: World, trio: Trio, contested: References
) -> None:
    pk = case_of(contested[0]).pk
    whole = decision(world, PIETER, pk, trio[0])
    decide(world, PIETER, pk, trio[0])
    del whole["version"]
    before = everything()
    answers = (
        world.api(NADIA).send("POST", f"cases/{pk}/decide/", whole),
        ask_parties(world, NADIA, pk, trio[0]),
        second(world, NADIA, pk),
        send_back(world, NADIA, pk),
    )
    assert {(answer.status_code, answer.json()["state"]) for answer in answers} == {(409, "decided")}
    assert everything() == before


# Taken back


def test_who_proposed_takes_it_back_on_the_desk_in_words_and_nobody_is_told(
    world: World, trio: Trio, contested: References
) -> None:
    pk = proposed(world, trio, contested)
    browser, path = world.web(PIETER), f"/review/cases/{pk}/"
    Notification.objects.all().delete()
    page = browser.get(path)
    assert "<summary>Take it back</summary>" in page.content.decode()
    assert "Why you take it back" in page.content.decode()
    assert f"{path}second/" not in page.content.decode()
    assert "<summary>Return it</summary>" in read(world.web(NADIA), path)
    version = hidden("version", page)
    before = everything()
    wordless = browser.post(f"{path}return/", {"version": version, "words": " "})
    assert wordless.status_code == 422
    assert 'href="#return-words"' in wordless.content.decode()
    assert everything() == before
    with time_machine.travel(LATER, tick=False):
        returned = {"version": version, "words": "I misread <page 3>."}
        answer = world.web(PIETER).post(f"{path}return/", returned)
    assert (answer.status_code, answer["Location"]) == (302, path)
    assert told() == []
    row, made = Case.objects.get(pk=pk), Decision.objects.get()
    assert (row.state, row.round) == ("open", 2)
    assert (made.returned_by, made.return_words, made.over_at) == (made.proposed_by, "I misread <page 3>.", LATER)
    assert [kind for kind, _data in events_of(row.subject)[-2:]] == ["case.returned", "case.fell_back"]
    desk = read(world.web(NADIA), path)
    assert "Round 1: Pieter Vos proposed to uphold Brightwater Partners, and took it back, " in words(desk)
    assert "I misread &lt;page 3&gt;." in desk


def test_a_proposal_that_fell_is_for_who_made_it_too_also_before_anybody_has_said_so(
    world: World, trio: Trio, contested: References
) -> None:
    pk = proposed(world, trio, contested)
    assert not cases_to_judge(world.person(PIETER)).exists()
    Case.objects.filter(pk=pk).update(state="open", round=2)  # as what came in has left it
    assert cases_to_judge(world.person(PIETER)).filter(pk=pk).exists()
    Case.objects.filter(pk=pk).update(state="proposed")  # by somebody else
    assert cases_to_judge(world.person(PIETER)).filter(pk=pk).exists()


# Who proposed it


def barred(world: World, how: str, partner: Firm) -> None:
    """Pieter may judge no case of this partner any more."""
    person = world.person(PIETER)
    if how == "removed":
        person.operator_roles.all().delete()
    elif how == "gone":
        type(person).objects.filter(pk=person.pk).update(is_active=False)
    elif how == "in conflict":
        Conflict.objects.create(user=person, partner_id=partner.pk)
    else:
        Membership.objects.create(user=person, partner_id=partner.pk, role=Membership.Role.INCENTIVES_USER)


@pytest.mark.parametrize("how", ["removed", "gone", "in conflict", "one of theirs"])
@pytest.mark.parametrize("party", [0, 1, 2])
def test_what_was_proposed_by_who_may_judge_no_more_is_agreed_to_by_nobody_and_falls_back_untold(
    world: World, trio: Trio, contested: References, how: str, party: int
) -> None:
    pk = proposed(world, trio, contested)
    barred(world, how, trio[party])
    Notification.objects.all().delete()
    before = everything()
    assert stale(second(world, NADIA, pk))
    assert everything() == before
    assert sweep_cases(now=LATER) == {"proposals looked after": 1}
    assert told() == []
    row, made = Case.objects.get(pk=pk), Decision.objects.get()
    assert (row.state, row.round) == ("open", 2)
    assert (made.over_at, made.effective_at, made.returned_by) == (LATER, None, None)
    kinds = [kind for kind, _data in events_of(row.subject)]
    assert kinds[-2:] == ["case.proposal_fell", "case.fell_back"]
    again = everything()
    assert not sweep_cases(now=LATER)
    assert everything() == again
    assert decide(world, NADIA, pk, trio[1]).json()["state"] == "proposed"


def test_a_conflict_with_no_party_leaves_a_proposal_as_it_is(world: World, trio: Trio, contested: References) -> None:
    pk = proposed(world, trio, contested)
    barred(world, "in conflict", firms(world, 4)[3])
    assert not sweep_cases(now=NOW)
    assert second(world, NADIA, pk).json()["state"] == "decided"


def test_who_proposed_what_fell_with_a_party_is_told_once_where_they_may_judge(
    world: World, trio: Trio, contested: References
) -> None:
    pk = proposed(world, trio, contested)
    Notification.objects.all().delete()
    world.api(trio[2].who).send("POST", f"claims/{contested[2]}/withdraw/")
    sweep_cases(now=NOW)
    sweep_cases(now=LATER)
    assert [row for row in told() if row[1].startswith("case_")] == [(PIETER, "case_fell_back")]
    assert Decision.objects.get(case=pk).over_at == NOW
