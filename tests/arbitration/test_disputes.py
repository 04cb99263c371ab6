"""What follows a decision: a dispute, judged by another and for good; two leads who revoke; what comes back."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from claims.models import Association, Case, Consent, Evidence
from claims.states import ConsentOutcome
from events.log import faults
from events.models import Event, Notification
from partners.models import Membership
from partners.people import seniors_of
from tests.arbitration.given import (
    Firm,
    answer_party,
    ask_parties,
    case_of,
    decide,
    dispute,
    filed,
    firms,
    held_by,
    holdings,
    look_at,
    second,
    state_of,
)
from tests.claims.given import everything, notices_on, proven, read, stored, told
from tests.claims.test_associations import give_up
from tests.claims.test_decide import check, found, reject
from tests.claims.test_take import LEAD, NADIA, PIETER, take
from tests.scenes import remembered
from tests.world import NOW, World

pytestmark = pytest.mark.both_databases
DAY = timedelta(days=1)


@pytest.fixture
def duo(world: World) -> tuple[Firm, Firm]:
    a, b = firms(world, 2)
    return a, b


@pytest.fixture
@remembered
def refused(world: World, duo: tuple[Firm, Firm]) -> str:
    """A claim that Nadia has refused for its dates."""
    reference = filed(world, duo[0])
    take(world, NADIA, reference)
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    assert reject(world, NADIA, reference).status_code == 200
    Notification.objects.all().delete()
    return reference


@pytest.fixture
@remembered
def displaced(world: World, duo: tuple[Firm, Firm]) -> tuple[str, str]:
    """A held the subscription, and B was upheld: proposed by Pieter, seconded by Nadia, a day later."""
    a, b = duo
    references = held_by(world, a), filed(world, b)
    look_at(world, PIETER, references[1])
    pk = case_of(references[0]).pk
    ask_parties(world, NADIA, pk, a)
    answer_party(world, a, references[0])
    assert decide(world, PIETER, pk, b).json()["state"] == "proposed"
    with time_machine.travel(NOW + DAY, tick=False):
        assert second(world, NADIA, pk).json()["state"] == "decided"
    Notification.objects.all().delete()
    return references


def codes(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.json()
    return [finding["code"] for finding in answer.json()["findings"]]


# Disputes


def test_a_refusal_is_judged_anew_by_somebody_else(world: World, duo: tuple[Firm, Firm], refused: str) -> None:
    answer = dispute(world, duo[0], refused)
    assert (answer.status_code, answer.json()["state"]) == (200, "disputed"), answer.json()
    assert state_of(refused) == [("disputed", "open", "")]
    claim = stored(refused)
    assert (claim.reviewer, claim.due_days[-1][0]) == (None, "2026-11-27")
    assert told() == [
        ("jonas.weber", "dispute_sent"),
        (PIETER, "dispute_waiting"),
        ("ruth.adeyemi", "dispute_sent"),
        (LEAD, "dispute_waiting"),
    ]
    assert take(world, NADIA, refused).status_code == 403
    assert "take" not in world.api(NADIA).send("GET", f"claims/{refused}/").json()["actions"]
    assert world.api(NADIA).send("POST", "queue/next/").status_code == 204
    assert world.api(PIETER).send("POST", "queue/next/").json()["reference"] == refused


def test_what_is_decided_in_a_dispute_is_final(world: World, duo: tuple[Firm, Firm], refused: str) -> None:
    dispute(world, duo[0], refused)
    take(world, PIETER, refused)
    check(world, PIETER, refused, found(refused, unmet=("dates",)))
    assert reject(world, PIETER, refused).json()["state"] == "rejected"
    assert codes(dispute(world, duo[0], refused)) == ["disputed_before"]


def test_a_dispute_taken_back_leaves_the_line_as_it_was(world: World, duo: tuple[Firm, Firm], refused: str) -> None:
    dispute(world, duo[0], refused)
    world.api("jonas.weber").send("POST", f"claims/{refused}/withdraw/")
    assert state_of(refused) == [("rejected", "rejected", "dates_missing_or_old")]
    assert codes(dispute(world, duo[0], refused)) == ["disputed_before"]


@pytest.mark.parametrize(("days", "late"), [(30, False), (31, True)])
def test_a_decision_can_be_disputed_for_thirty_days(
    world: World, duo: tuple[Firm, Firm], refused: str, days: int, late: bool
) -> None:
    with time_machine.travel(NOW + days * DAY, tick=False):
        answer = dispute(world, duo[0], refused)
    assert (answer.status_code == 400) == late
    if late:
        assert codes(answer) == ["dispute_too_late"]


def test_a_dispute_needs_a_word_and_a_right(world: World, duo: tuple[Firm, Firm], refused: str) -> None:
    before = everything()
    assert dispute(world, duo[0], refused, body="  ").status_code == 400
    assert dispute(world, duo[0], refused, lines=[]).status_code == 400
    assert dispute(world, duo[0], refused, lines=[7]).status_code == 404
    user = Firm("", "", "jonas.weber", {})
    assert dispute(world, user, refused).status_code == 403
    assert everything() == before


def test_what_was_claimed_anew_since_is_not_disputed(world: World, duo: tuple[Firm, Firm], refused: str) -> None:
    filed(world, duo[0])
    assert codes(dispute(world, duo[0], refused)) == ["already_claimed"]


def test_who_was_displaced_meets_the_winner_in_a_new_case_before_another_judge(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    assert dispute(world, a, displaced[0]).json()["state"] == "disputed"
    fresh = case_of(displaced[0])
    assert (fresh.state, fresh.parties.count()) == ("open", 2)
    assert world.api(PIETER).send("GET", f"cases/{fresh.pk}/").json()["actions"] == []
    for who in (PIETER, NADIA):
        assert decide(world, who, fresh.pk, b).status_code == 403
    look_at(world, LEAD, displaced[0])
    decided = decide(world, LEAD, fresh.pk, b)
    assert decided.json()["state"] == "decided", decided.json()
    assert state_of(*displaced) == [("rejected", "rejected", "another_partner_upheld"), ("approved", "approved", "")]
    assert holdings() == [(a.name, NOW, NOW + DAY), (b.name, NOW + DAY, None)]
    assert codes(dispute(world, a, displaced[0])) == ["disputed_before"]


def test_what_a_decision_stood_on_stays_readable_once_it_is_disputed(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    pk = case_of(displaced[0]).pk
    path, told_before = f"/review/cases/{pk}/", lines_in(world, pk)
    met = read(world.web(LEAD), path).count("Met</")
    dispute(world, duo[0], displaced[0])
    again = read(world.web(LEAD), path)
    assert again.count("Met</") == met >= 10
    assert "Not checked" not in again
    assert "final for all" not in again
    assert lines_in(world, pk) == told_before == [({True}, 5), ({True}, 5)]
    assert "Another partner was upheld" in read(world.web(duo[0].senior), "/associations/?show=ended")
    fresh = read(world.web(LEAD), f"/review/cases/{case_of(displaced[0]).pk}/")
    assert "Not checked" in fresh
    assert "final for all" in fresh


def test_who_lost_in_a_dispute_wins_later_only_with_proof_that_is_newer(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    dispute(world, a, displaced[0])
    decide(world, LEAD, case_of(displaced[0]).pk, b)
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        again = filed(world, a)
        look_at(world, NADIA, again)
        pk = case_of(again).pk
        ask_parties(world, NADIA, pk, b)
        answer_party(world, b, displaced[1])
        before = everything()
        assert codes(decide(world, NADIA, pk, a)) == ["newer_proof_needed"]
        assert everything() == before
        proven(again)
        Evidence.objects.filter(claim__reference=again).update(added_at=NOW + 2 * DAY)
        assert decide(world, NADIA, pk, a).json()["state"] == "proposed"


# What comes back


def test_who_was_displaced_holds_again_where_the_winner_gives_up_before_the_customers_word(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    later_given_up(world, b, displaced[1])
    assert state_of(*displaced) == [("approved", "approved", ""), ("ended", "ended", "partner_request")]
    assert holdings() == [(a.name, NOW, NOW + DAY), (b.name, NOW + DAY, NOW + 3 * DAY), (a.name, NOW + 3 * DAY, None)]
    old, _won, again = Association.objects.order_by("pk")
    assert (again.replaces, again.displaces, stored(displaced[0]).lines.get().association) == (old, None, again)
    assert ("jonas.weber", "line_restored") in told()
    assert list(faults()) == []
    restored = Event.objects.get(subject=stored(displaced[0]).subject, kind="claim.restored")
    assert restored.actor_id is None
    assert world.person(b.senior).name not in read(world.web(a.who), stored(displaced[0]).path)


def test_after_the_customers_word_nothing_comes_back(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    confirmed(displaced[1])
    later_given_up(world, duo[1], displaced[1])
    assert state_of(*displaced) == [("ended", "ended", "another_partner_upheld"), ("ended", "ended", "partner_request")]
    assert Association.objects.filter(until=None).count() == 0


def test_a_dispute_is_over_where_what_was_lost_comes_back(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    dispute(world, a, displaced[0])
    pk = case_of(displaced[0]).pk
    later_given_up(world, b, displaced[1])
    assert state_of(*displaced) == [("approved", "approved", ""), ("ended", "ended", "partner_request")]
    assert Case.objects.get(pk=pk).state == "closed"


def test_what_was_claimed_anew_gives_way_to_what_comes_back(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b = duo
    again = filed(world, a)
    later_given_up(world, b, displaced[1])
    assert state_of(displaced[0], again) == [("approved", "approved", ""), ("withdrawn", "withdrawn", "")]
    assert case_of(again).state == "closed"
    assert notices_on(again)[-1] == "held_again"
    withdrawn = Event.objects.get(subject=stored(again).subject, kind="claim.withdrawn")
    assert withdrawn.actor_id is None
    page = read(world.web(a.who), stored(again).path)
    assert "You hold this product again" in page
    assert world.person(b.senior).name not in page


def test_who_filed_against_the_winner_meets_who_holds_again(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    a, b, c = firms(world, 3)
    late = filed(world, c)
    pk = case_of(late).pk
    later_given_up(world, b, displaced[1])
    row = Case.objects.get(pk=pk)
    assert (row.state, sorted(row.parties.values_list("partner__name", flat=True))) == (
        "open",
        sorted([a.name, c.name]),
    )


def lines_in(world: World, pk: int) -> list[tuple[set[bool], int]]:
    """What a program reads was found of each line of the case: the verdicts, and of how many requirements."""
    seen = world.api(LEAD).send("GET", f"cases/{pk}/").json()
    found = [line["met"] for party in seen["parties"] for line in party["lines"]]
    return [({*met.values()}, len(met)) for met in found]


def later_given_up(world: World, firm: Firm, reference: str) -> None:
    """The firm gives the subscription up, two days after it was upheld."""
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        assert give_up(world, firm.senior, reference).status_code == 200


def confirmed(reference: str) -> None:
    """The customer has let the window pass for all that is approved of the claim."""
    claim = stored(reference)
    consent = Consent.objects.create(
        claim=claim,
        contact_name="M",
        contact_email="m@alderfreight.example",
        language="en",
        asked_at=NOW,
        outcome=ConsentOutcome.CONFIRMED,
        outcome_at=NOW,
    )
    claim.lines.filter(state="approved").update(consent=consent)


# The form of a dispute


def test_the_form_names_a_line_by_its_place_and_no_number_of_the_database(
    world: World, duo: tuple[Firm, Firm], refused: str
) -> None:
    senior = world.web(duo[0].senior)
    page = senior.get(f"/claims/{refused}/dispute/").content.decode()
    assert re.findall(r'type="checkbox" name="(\w+)" value="(\w+)"', page) == [("place", "0")]
    form = {"place": "0", "body": "Page 2 was overlooked.", "version": stored(refused).version}
    assert senior.post(f"/claims/{refused}/dispute/", form).status_code == 302
    assert stored(refused).lines.get().disputed


@pytest.mark.parametrize("place", ["", "1", "-1", "00", "٠", "x", "\x00", "9" * 19, "9" * 10_000])
def test_what_is_no_line_of_the_claim_is_none_that_was_ticked(
    world: World, duo: tuple[Firm, Firm], refused: str, place: str
) -> None:
    senior = world.web(duo[0].senior)
    before = everything()
    form = {"place": place, "line": place, "body": "Why?", "version": stored(refused).version}
    answer = senior.post(f"/claims/{refused}/dispute/", form)
    assert answer.status_code == 422
    assert "this is still empty" in answer.content.decode().lower() or "Fill it in." in answer.content.decode()
    assert everything() == before


# What a refused claim says to who filed it


def turn_of(world: World, who: str, reference: str) -> str:
    page = read(world.web(who), f"/claims/{reference}/")
    found = re.search(r'<div class="turn">.*?<p>(.*?)</p>', page, re.DOTALL)
    assert found
    return " ".join(re.sub(r"<(?!/?b>)[^>]+>", "", found[1]).split())


def test_a_refused_claim_says_why_and_until_when_it_can_be_disputed(
    world: World, duo: tuple[Firm, Firm], refused: str
) -> None:
    a = duo[0]
    why, day = "Refused.</b> Dates are missing or too old.", "<b>Saturday 19 December</b>"
    until = f"dispute this until the end of {day}, or copy the claim to a new draft."
    assert f"{why} You can {until}" in turn_of(world, a.senior, refused)
    names = " or ".join(seniors_of(stored(refused).partner_id, stored(refused).mpn_id)[:2])
    assert f"{why} {names} can {until}" in turn_of(world, a.who, refused)
    assert names
    assert turn_of(world, NADIA, refused).endswith("Refused.</b>")
    page = read(world.web(a.who), f"/claims/{refused}/")
    assert '<details class="marking"><summary><h3>Add proof for a dispute</h3></summary>' in page


def test_once_it_can_be_disputed_no_more_a_refused_claim_says_so_and_takes_no_proof_on_its_page(
    world: World, duo: tuple[Firm, Firm], refused: str
) -> None:
    with time_machine.travel(NOW + 31 * DAY, tick=False):
        said = turn_of(world, duo[0].senior, refused)
        page = read(world.web(duo[0].senior), f"/claims/{refused}/")
    assert said.endswith("too old. The time to dispute this is over. To claim again, copy it to a new draft.")
    assert 'type="file"' not in page
    assert "Mark pages" not in page


def test_only_who_may_give_up_what_the_mpn_id_of_a_claim_holds_is_named_for_its_dispute(
    world: World, duo: tuple[Firm, Firm], refused: str
) -> None:
    claim = stored(refused)
    everybody = seniors_of(claim.partner_id, claim.mpn_id)
    Membership.objects.filter(partner_id=claim.partner_id).update(role=Membership.Role.INCENTIVES_USER)
    assert everybody
    assert seniors_of(claim.partner_id, claim.mpn_id) == []
    assert "Your company can dispute this" in turn_of(world, duo[0].who, refused)
