"""Two leads take back what turned out wrong: one proposes in words that the partner will read, the other agrees."""

from typing import Any

import pytest
import time_machine
from django.test import Client

from claims.models import Comment, Revocation
from events.models import Event
from partners.models import Conflict, OperatorRole
from tests.arbitration.given import Firm, agree_to_revoke, filed, firms, held_by, revoke, second_lead, state_of
from tests.arbitration.test_case_desk import words
from tests.arbitration.test_disputes import DAY, codes, displaced, duo
from tests.claims.given import everything, hidden, read, stored, told
from tests.claims.test_associations import give_up
from tests.claims.test_take import LEAD, NADIA, PIETER
from tests.world import NOW, World

__all__ = ["displaced", "duo"]  # fixtures

pytestmark = pytest.mark.both_databases


def test_two_leads_revoke_and_until_then_no_partner_can_tell(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    b, other = duo[1], second_lead(world)
    before = world.api(b.who).send("GET", f"claims/{displaced[1]}/")
    assert revoke(world, LEAD, displaced[1]).status_code == 200
    after = world.api(b.who).send("GET", f"claims/{displaced[1]}/")
    assert (before.content, before.headers["ETag"]) == (after.content, after.headers["ETag"])
    assert told() == [(other, "revocation_proposed")]
    assert codes(revoke(world, LEAD, displaced[1])) == ["second_lead_needed"]
    assert codes(agree_to_revoke(world, LEAD, displaced[1])) == ["second_lead_needed"]
    with time_machine.travel(NOW + 3 * DAY, tick=False):
        answer = agree_to_revoke(world, other, displaced[1])
    assert answer.status_code == 200, answer.json()
    assert state_of(*displaced) == [("approved", "approved", ""), ("ended", "ended", "revoked")]
    assert stored(displaced[1]).comments.latest("pk").text == "It was another customer."


def test_a_reviewer_revokes_nothing_and_no_words_name_another(
    world: World, duo: tuple[Firm, Firm], displaced: tuple[str, str]
) -> None:
    before = everything()
    assert revoke(world, NADIA, displaced[1]).status_code == 403
    assert codes(revoke(world, LEAD, displaced[1], body=f"{duo[0].name} was right.")) == ["names_other_party"]
    assert codes(revoke(world, LEAD, displaced[1], body=" ")) == ["required"]
    assert everything() == before


def test_a_lead_agrees_to_what_they_name_and_never_by_proposing_the_same(world: World, duo: tuple[Firm, Firm]) -> None:
    reference, other = held_by(world, duo[0]), second_lead(world)
    revoke(world, LEAD, reference, body="Words that Hugo wrote.")
    before = everything()
    refusal = revoke(world, other, reference, body="Other words.")
    assert codes(refusal) == ["revocation_waiting"]
    waiting = Revocation.objects.get()
    assert refusal.json()["findings"][0]["message"].endswith("Words that Hugo wrote.")
    assert str(waiting.pk) in refusal.json()["findings"][0]["remedy"]
    for agree, status in ((waiting.pk + 1, 409), (10**30, 409), (True, 400), ("1", 400)):
        answer = world.api(other).send("POST", f"claims/{reference}/revoke/", {"line": 0, "agree": agree})
        assert answer.status_code == status
    assert everything() == before


def test_the_second_lead_reads_the_words_and_agrees_on_the_page(world: World, duo: tuple[Firm, Firm]) -> None:
    reference, other = held_by(world, duo[0]), second_lead(world)
    path = f"/claims/{reference}/lines/{stored(reference).lines.get().pk}/revoke/"
    asked = world.web(LEAD).get(path)
    world.web(LEAD).post(path, {"version": hidden("version", asked), "body": "It was another customer."})
    page = world.web(other).get(path)
    assert "It was another customer." in page.content.decode()
    sent = {"version": hidden("version", page), "agree": hidden("agree", page)}
    assert world.web(other).post(path, sent).status_code == 302
    assert state_of(reference) == [("ended", "ended", "revoked")]


def test_a_page_that_shows_no_proposal_agrees_to_none(world: World, duo: tuple[Firm, Firm]) -> None:
    reference, other = held_by(world, duo[0]), second_lead(world)
    path = f"/claims/{reference}/lines/{stored(reference).lines.get().pk}/revoke/"
    page = world.web(other).get(path)
    revoke(world, LEAD, reference)
    answer = world.web(other).post(path, {"version": hidden("version", page), "body": "Mine."})
    assert answer.status_code == 422
    assert "Samuel Lind has written: It was another customer." in words(answer.content.decode())
    assert state_of(reference) == [("approved", "approved", "")]


def test_a_proposal_that_was_dropped_is_agreed_to_no_more(world: World, duo: tuple[Firm, Firm]) -> None:
    reference, other = held_by(world, duo[0]), second_lead(world)
    path = f"/claims/{reference}/lines/{stored(reference).lines.get().pk}/revoke/"
    revoke(world, LEAD, reference)
    page = world.web(other).get(path)
    dropped(world.web(LEAD), reference)
    sent = {"version": hidden("version", page), "agree": hidden("agree", page)}
    assert world.web(other).post(path, sent).status_code == 409
    assert state_of(reference) == [("approved", "approved", "")]
    assert revoke(world, other, reference).status_code == 200


@pytest.mark.parametrize("how", ["gone", "in conflict", "no lead any more"])
def test_what_a_lead_proposed_who_may_do_so_no_more_counts_no_more(
    world: World, duo: tuple[Firm, Firm], how: str
) -> None:
    reference, other = held_by(world, duo[0]), second_lead(world)
    revoke(world, LEAD, reference, body="The first words.")
    lead = world.person(LEAD)
    if how == "gone":
        type(lead).objects.filter(pk=lead.pk).update(is_active=False)
    elif how == "in conflict":
        Conflict.objects.create(user=lead, partner_id=duo[0].pk)
    else:
        OperatorRole.objects.filter(user=lead, role=OperatorRole.Role.LEAD).delete()
    before = everything()
    assert agree_to_revoke(world, other, reference).status_code == 409
    assert everything() == before
    assert revoke(world, other, reference, body="The second words.").status_code == 200
    assert Revocation.objects.waiting().get().words == "The second words."


def test_words_that_name_who_has_filed_since_are_not_agreed_to(world: World) -> None:
    a, b = firms(world, 2)
    reference, other = held_by(world, a), second_lead(world)
    revoke(world, LEAD, reference, body=f"{b.name} has sold it.")
    filed(world, b)
    browser = world.web(other)
    before = everything()
    assert codes(agree_to_revoke(world, other, reference)) == ["names_other_party"]
    sent = {"version": str(stored(reference).version), "agree": str(Revocation.objects.get().pk)}
    answer = browser.post(page_of(reference), sent)
    assert answer.status_code == 422
    assert f"“{b.name}” stands here." in words(answer.content.decode())
    assert everything() == before
    assert Comment.objects.filter(body__contains=b.name).count() == 0


# Dropped


@pytest.mark.parametrize("who", [LEAD, PIETER])
def test_a_proposal_is_dropped_on_the_page_by_either_lead_and_nobody_is_told(
    world: World, duo: tuple[Firm, Firm], who: str
) -> None:
    reference, _other = held_by(world, duo[0]), second_lead(world)
    path, partner = page_of(reference), world.api(duo[0].who)
    seen = partner.send("GET", f"claims/{reference}/")
    revoke(world, LEAD, reference)
    browser, before = world.web(who), everything(but=WRITTEN_BY_A_DROP)
    buttons = read(browser, path)
    assert "Drop the proposal" in buttons
    assert ("Agree, and take it back" in buttons) == (who == PIETER)
    answer = dropped(browser, reference)
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{reference}/")
    assert everything(but=WRITTEN_BY_A_DROP) == before
    assert "It stays approved." in read(browser, answer["Location"])
    again = partner.send("GET", f"claims/{reference}/")
    assert (again.content, again["ETag"]) == (seen.content, seen["ETag"])
    row = Revocation.objects.get()
    assert (row.dropped_at, row.agreed_at) == (NOW, None)
    event = Event.objects.filter(subject=stored(reference).review_subject).latest("seq")
    assert (event.kind, event.actor) == ("review.revocation_dropped", world.person(who))
    assert "Propose to take it back" in read(browser, path)


def test_where_nothing_waits_nothing_is_dropped(world: World, duo: tuple[Firm, Firm]) -> None:
    reference, browser = held_by(world, duo[0]), world.web(LEAD)
    before = everything()
    for agree in ("", "0", "7", "x"):
        assert browser.post(page_of(reference), {"do": "drop", "agree": agree}).status_code == 409
    assert everything() == before


def test_a_lead_drops_what_they_have_read_and_nothing_that_was_proposed_since(
    world: World, duo: tuple[Firm, Firm]
) -> None:
    reference, other = held_by(world, duo[0]), second_lead(world)
    revoke(world, LEAD, reference)
    old = {"do": "drop", "agree": hidden("agree", world.web(LEAD).get(page_of(reference)))}
    dropped(world.web(other), reference)
    revoke(world, other, reference, body="Other words.")
    before = everything()
    assert world.web(LEAD).post(page_of(reference), old).status_code == 409
    assert everything() == before


@pytest.mark.parametrize("how", ["no lead", "in conflict", "the partner", "an auditor"])
def test_only_a_lead_who_may_judge_the_partner_drops_a_proposal(world: World, duo: tuple[Firm, Firm], how: str) -> None:
    reference, other = held_by(world, duo[0]), second_lead(world)
    revoke(world, LEAD, reference)
    who = {"no lead": NADIA, "in conflict": other, "the partner": duo[0].senior, "an auditor": "hugo.brandt"}[how]
    if how == "in conflict":
        Conflict.objects.create(user=world.person(other), partner_id=duo[0].pk)
    browser = world.web(who)
    before = everything()
    assert browser.post(page_of(reference), {"do": "drop"}).status_code == 404
    assert browser.get(page_of(reference)).status_code == 404
    assert everything() == before


def test_what_is_over_meanwhile_is_dropped_no_more_and_the_page_says_how_it_stands(
    world: World, duo: tuple[Firm, Firm]
) -> None:
    reference = held_by(world, duo[0])
    revoke(world, LEAD, reference)
    give_up(world, duo[0].senior, reference)
    browser = world.web(LEAD)
    before = everything()
    answer = browser.post(page_of(reference), {"do": "drop"})
    assert answer.status_code == 409
    assert "Dynamics 365 Sales is not approved" in answer.content.decode()
    assert everything() == before


def dropped(browser: Client, reference: str) -> Any:
    """What the page answers to a lead who drops what waits on it."""
    path = page_of(reference)
    return browser.post(path, {"do": "drop", "agree": hidden("agree", browser.get(path))})


# What a dropped proposal leaves: its row, and its trace in the history that no partner reads.
WRITTEN_BY_A_DROP = ("claims_revocation", "events_event", "events_chain")


def page_of(reference: str) -> str:
    """Where the claim's only line is taken back."""
    return f"/claims/{reference}/lines/{stored(reference).lines.get().pk}/revoke/"
