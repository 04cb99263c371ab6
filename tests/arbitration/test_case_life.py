"""A case between partners: heard, proposed, seconded, in effect; each rule of design section 8 by its name."""

from datetime import datetime, timedelta

import pytest
import time_machine

from arbitration.actions.sweep import sweep_cases
from claims.actions.sweep import sweep
from claims.models import Association, Case, InformationRequest, Party
from events.log import faults
from events.models import Notification
from partners.models import Conflict, Partner
from tests.arbitration.given import (
    Firm,
    answer_party,
    ask_parties,
    case,
    case_of,
    decide,
    filed,
    firms,
    held_by,
    holdings,
    look_at,
    second,
    send_back,
    state_of,
)
from tests.claims.given import events_of, everything, stored, told
from tests.claims.test_take import LEAD, NADIA, PIETER
from tests.scenes import remembered
from tests.world import NOW, World

pytestmark = pytest.mark.both_databases
LATER = NOW + timedelta(days=1)


@pytest.fixture
def trio(world: World) -> tuple[Firm, Firm, Firm]:
    a, b, c = firms(world, 3)
    return a, b, c


@pytest.fixture
@remembered
def contested(world: World, trio: tuple[Firm, Firm, Firm]) -> tuple[str, str, str]:
    return contest_of(trio, world)


def contest_of(trio: tuple[Firm, Firm, Firm], world: World) -> tuple[str, str, str]:
    """A holds the subscription; B and C have filed for it, and Pieter has looked at all proof for their case."""
    a, b, c = trio
    references = held_by(world, a), filed(world, b), filed(world, c)
    look_at(world, PIETER, references[1], references[2])
    Notification.objects.all().delete()
    return references


# Hearing


def test_parties_are_asked_each_in_its_own_claim_and_no_claim_changes_its_state(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    pk = case_of(contested[0]).pk
    before = state_of(*contested)
    answer = ask_parties(world, NADIA, pk, trio[0], trio[2])
    assert answer.status_code == 200, answer.json()
    assert state_of(*contested) == before
    assert [
        (r.claim.reference, r.due_at) for r in InformationRequest.objects.select_related("claim").order_by("pk")
    ] == [
        (contested[0], datetime.fromisoformat("2026-11-28T08:00:00+00:00")),
        (contested[2], datetime.fromisoformat("2026-11-28T08:00:00+00:00")),
    ]
    comments = [[c.text for c in stored(reference).comments.order_by("pk")] for reference in contested]
    assert comments[0][-1] == comments[2][-2] == "What is newest?"
    assert "What is newest?" not in comments[1]


def test_who_filed_against_the_present_partner_reads_that_it_is_heard_and_nobody_else_does(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    ask_parties(world, NADIA, case_of(contested[0]).pk, trio[0])
    said = [list(stored(r).comments.values_list("notice", flat=True)) for r in contested]
    assert said == [
        [""],
        ["arbitration_ahead", "present_partner_heard"],
        ["arbitration_ahead", "present_partner_heard"],
    ]
    assert told() == [
        ("jonas.weber", "proof_asked"),
        ("miguel.sa", "present_partner_heard"),
        ("person.calder", "present_partner_heard"),
    ]


def test_a_request_to_a_challenger_alone_says_nothing_to_the_others(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    before = [stored(r).version for r in contested]
    ask_parties(world, NADIA, case_of(contested[0]).pk, trio[2])
    assert [stored(r).version for r in contested] == [before[0], before[1], before[2] + 1]
    assert told() == [("person.calder", "proof_asked")]


def test_an_answer_reaches_who_asked_and_leaves_the_claims_state(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    pk = case_of(contested[0]).pk
    ask_parties(world, NADIA, pk, *trio)
    Notification.objects.all().delete()
    answer = answer_party(world, trio[1], contested[1])
    assert (answer.status_code, answer.json()["state"], answer.json()["asked_until"]) == (200, "submitted", None)
    assert told() == [(NADIA, "proof_answered")]
    assert events_of(f"case:{pk}")[-1] == ("case.answered", {"claim": stored(contested[1]).pk})
    assert (
        answer_party(
            world, trio[1], contested[1], key=InformationRequest.objects.get(claim__reference=contested[1]).key
        ).status_code
        == 409
    )


def test_an_answer_after_its_time_is_refused_whether_the_sweep_came_or_not(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    ask_parties(world, NADIA, case_of(contested[0]).pk, trio[0])
    due = InformationRequest.objects.get().due_at
    for swept in (False, True):
        with time_machine.travel(due, tick=False):
            if swept:
                assert sweep(now=due)["heard"] == 1
            key = InformationRequest.objects.get().key
            answer = answer_party(world, trio[0], contested[0], key=key)
        assert (answer.status_code, answer.json()["code"]) == (409, "answer_lapsed")
    assert InformationRequest.objects.get().lapsed_at == due
    assert stored(contested[0]).asked_until is None


def test_a_reminder_comes_once_as_the_last_day_begins(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    ask_parties(world, NADIA, case_of(contested[0]).pk, trio[0])
    Notification.objects.all().delete()
    remind_at = InformationRequest.objects.get().remind_at
    assert remind_at is not None
    assert [sweep(now=remind_at)["heard"], sweep(now=remind_at)["heard"]] == [1, 0]
    assert [row for row in told() if row[1] == "answer_due"] == [("jonas.weber", "answer_due")]


def test_a_party_that_owes_an_answer_is_not_asked_again(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    pk = case_of(contested[0]).pk
    ask_parties(world, NADIA, pk, trio[0])
    answer = ask_parties(world, PIETER, pk, trio[0])
    assert (answer.status_code, [f["code"] for f in answer.json()["findings"]]) == (400, ["asked_already"])


@pytest.mark.parametrize("name", ["brightwater PARTNERS", "8400010", "brightwater.example", "Cálder"])
def test_no_text_to_a_party_names_another(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str], name: str
) -> None:
    pk, before = case_of(contested[0]).pk, everything()
    answer = ask_parties(world, NADIA, pk, trio[0], body=f"What do you say to {name}?")
    assert (answer.status_code, [f["code"] for f in answer.json()["findings"]]) == (400, ["names_other_party"])
    comment = world.api(NADIA).send("POST", f"claims/{contested[0]}/comments/", {"body": f"Is it {name}, perhaps?"})
    assert (comment.status_code, [f["code"] for f in comment.json()["findings"]]) == (400, ["names_other_party"])
    assert everything() == before


# Deciding


def test_without_a_holder_a_case_is_decided_at_once(world: World, trio: tuple[Firm, Firm, Firm]) -> None:
    a, b, _ = trio
    first, later = filed(world, a), filed(world, b)
    look_at(world, NADIA, first, later)
    pk = case_of(first).pk
    with time_machine.travel(LATER, tick=False):
        answer = decide(world, NADIA, pk, b)
    assert (answer.status_code, answer.json()["state"]) == (200, "decided"), answer.json()
    assert state_of(first, later) == [
        ("rejected", "rejected", "another_partner_upheld"),
        ("approved", "approved", ""),
    ]
    assert holdings() == [(b.name, LATER, None)]
    assert list(faults()) == []


def test_displacing_is_proposed_and_takes_effect_when_another_reviewer_agrees(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    a, b, c = trio
    pk = case_of(contested[0]).pk
    ask_parties(world, NADIA, pk, a, b, c)
    answer_party(world, a, contested[0])
    Notification.objects.all().delete()
    before = state_of(*contested)
    assert decide(world, PIETER, pk, b).json()["state"] == "proposed"
    assert state_of(*contested) == before
    assert {kind for _, kind in told()} == {"case_proposed"}
    with time_machine.travel(LATER, tick=False):
        answer = second(world, NADIA, pk)
    assert (answer.status_code, answer.json()["state"]) == (200, "decided"), answer.json()
    assert state_of(*contested) == [
        ("ended", "ended", "another_partner_upheld"),
        ("approved", "approved", ""),
        ("rejected", "rejected", "another_partner_upheld"),
    ]
    assert holdings() == [(a.name, NOW, LATER), (b.name, LATER, None)]
    old, new = Association.objects.order_by("pk")
    assert (new.displaces, new.replaces) == (old, None)
    kinds = {kind for _, kind in told()} - {"case_proposed"}
    assert kinds == {"line_displaced", "line_approved", "line_rejected"}
    assert list(faults()) == []


def test_nobody_is_displaced_unheard(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    a, b, c = trio
    pk = case_of(contested[0]).pk
    ask_parties(world, NADIA, pk, c)
    answer_party(world, c, contested[2])
    answer = decide(world, PIETER, pk, b)
    assert [f["code"] for f in answer.json()["findings"]] == ["incumbent_not_heard"]
    ask_parties(world, NADIA, pk, a)
    assert [f["code"] for f in decide(world, PIETER, pk, b).json()["findings"]] == ["incumbent_not_heard"]
    due = InformationRequest.objects.get(claim__reference=contested[0]).due_at
    sweep(now=due)
    assert decide(world, PIETER, pk, b).json()["state"] == "proposed"


def test_the_holder_is_upheld_at_once_and_keeps_what_it_has(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    pk = case_of(contested[0]).pk
    answer = decide(world, PIETER, pk, trio[0])
    assert answer.json()["state"] == "decided", answer.json()
    assert state_of(*contested) == [
        ("approved", "approved", ""),
        ("rejected", "rejected", "another_partner_upheld"),
        ("rejected", "rejected", "another_partner_upheld"),
    ]
    assert holdings() == [(trio[0].name, NOW, None)]
    assert ("jonas.weber", "line_kept") in told()


def test_who_proposed_does_not_agree_to_it(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    pk = proposed(world, trio, contested)
    answer = second(world, PIETER, pk)
    assert [f["code"] for f in answer.json()["findings"]] == ["second_reviewer_needed"]
    assert Case.objects.get(pk=pk).state == "proposed"


def test_a_returned_proposal_opens_the_case_in_a_new_round(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    pk = proposed(world, trio, contested)
    Notification.objects.all().delete()
    answer = send_back(world, NADIA, pk)
    assert (answer.json()["state"], answer.json()["round"], answer.json()["decision"]) == ("open", 2, None)
    assert told() == [(PIETER, "case_returned")]
    assert second(world, NADIA, pk).status_code == 409
    assert decide(world, NADIA, pk, trio[1]).json()["state"] == "proposed"
    assert second(world, PIETER, pk).json()["state"] == "decided"


def test_a_decision_on_a_case_that_changed_meanwhile_is_refused(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    pk = case_of(contested[0]).pk
    seen = case(world, PIETER, pk)["version"]
    ask_parties(world, NADIA, pk, trio[0])
    answer = decide(world, PIETER, pk, trio[0], version=seen)
    assert (answer.status_code, answer.json()["code"]) == (409, "case_changed")


def test_a_party_that_leaves_makes_a_proposal_fall_back_and_the_last_two_close_the_case(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    pk = proposed(world, trio, contested)
    world.api(trio[2].who).send("POST", f"claims/{contested[2]}/withdraw/")
    row = Case.objects.get(pk=pk)
    assert (row.state, row.round) == ("open", 2)
    world.api(trio[1].who).send("POST", f"claims/{contested[1]}/withdraw/")
    assert Case.objects.get(pk=pk).state == "closed"
    assert state_of(contested[0]) == [("approved", "approved", "")]
    assert second(world, NADIA, pk).status_code == 409


def test_who_files_after_a_proposal_meets_the_winner_in_the_next_case(
    world: World, trio: tuple[Firm, Firm, Firm]
) -> None:
    a, b, c = trio
    first, rival = held_by(world, a), filed(world, b)
    look_at(world, PIETER, rival)
    pk = case_of(first).pk
    ask_parties(world, NADIA, pk, a)
    answer_party(world, a, first)
    decide(world, PIETER, pk, b)
    late = filed(world, c)
    assert sorted(Party.objects.filter(case=pk).values_list("partner__name", flat=True)) == sorted([a.name, b.name])
    second(world, NADIA, pk)
    following = case_of(first)
    assert following.pk != pk
    assert sorted(following.parties.values_list("partner__name", flat=True)) == sorted([b.name, c.name])
    assert state_of(late) == [("submitted", "open", "")]


def test_a_removed_proposers_proposal_falls_back(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    pk = proposed(world, trio, contested)
    world.person(PIETER).operator_roles.all().delete()
    assert second(world, NADIA, pk).status_code == 409
    assert sweep_cases(now=NOW) == {"proposals looked after": 1}
    assert (Case.objects.get(pk=pk).state, Case.objects.get(pk=pk).round) == ("open", 2)
    assert not sweep_cases(now=NOW)


def test_leads_hear_once_of_a_case_and_of_a_second_look_that_are_late(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    pk = proposed(world, trio, contested)
    Notification.objects.all().delete()
    due = Case.objects.get(pk=pk).due_at
    assert sweep_cases(now=due) == {"cases overdue": 1, "proposals looked after": 1}
    assert not sweep_cases(now=due)
    assert told() == [(LEAD, "case_overdue"), (LEAD, "second_overdue")]
    words = dict(Notification.objects.values_list("kind", "values"))
    assert words["case_overdue"]["due_day"] == "2026-12-04"
    assert words["second_overdue"]["due_day"] == "2026-11-23"


def test_who_has_a_conflict_with_a_party_sees_and_judges_no_case_of_it(
    world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]
) -> None:
    pk = case_of(contested[0]).pk
    Conflict.objects.create(user=world.person(NADIA), partner=Partner.objects.get(name=trio[2].name))
    assert world.api(NADIA).send("GET", f"cases/{pk}/").status_code == 404
    assert second(world, NADIA, pk).status_code == 404
    for who in (trio[0].who, trio[1].senior):
        assert world.api(who).send("GET", f"cases/{pk}/").status_code == 404


def proposed(world: World, trio: tuple[Firm, Firm, Firm], contested: tuple[str, str, str]) -> int:
    """The key of the case in which Pieter has proposed to uphold B."""
    pk = case_of(contested[0]).pk
    ask_parties(world, NADIA, pk, trio[0])
    answer_party(world, trio[0], contested[0])
    answer = decide(world, PIETER, pk, trio[1])
    assert answer.json()["state"] == "proposed", answer.json()
    return pk
