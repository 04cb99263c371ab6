"""What takes effect at once and cannot be undone in a case is asked about first, with what follows from it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from claims.models import Case, Claim, Policy
from events.models import Notification
from tests.arbitration.given import Firm, ask_parties, decision, second, send_back
from tests.arbitration.test_case_desk import words
from tests.arbitration.test_case_life import contested, proposed, trio
from tests.claims.given import everything, hidden
from tests.claims.test_take import NADIA, PIETER
from tests.partners.signing_in import PASSWORD, with_password
from tests.world import NOW, TODAY, World

__all__ = ["contested", "trio"]  # fixtures

both_databases = pytest.mark.both_databases
Trio = tuple[Firm, Firm, Firm]
References = tuple[str, str, str]


def changes(before: dict[str, Any]) -> list[str]:
    """Which tables hold something else now, but for when who has signed in."""
    return [name for name, rows in everything().items() if rows != before[name] and name != "partners_user"]


def state_of(pk: int) -> str:
    return Case.objects.get(pk=pk).state


@both_databases
def test_to_agree_asks_first_and_says_who_loses_what(world: World, trio: Trio, contested: References) -> None:
    pk = proposed(world, trio, contested)
    address, browser = f"/review/cases/{pk}/second/", world.web(NADIA)
    form = {"version": str(Case.objects.get(pk=pk).version)}
    before = everything()
    question = browser.post(address, form)
    said = words(question.content.decode())
    assert question.status_code == 200
    assert f"Uphold {trio[1].name}?" in said
    assert f"{trio[0].name} loses it, and {trio[1].name} becomes partner of record in its place." in said
    assert "It may be disputed until Saturday 19 December: by " in said
    assert browser.post(address, {**form, "sure": "0"}).status_code == 200
    assert (changes(before), state_of(pk)) == ([], "proposed")
    assert f'<a class="btn" href="/review/cases/{pk}/#your-word">Not yet</a>' in question.content.decode()
    done = browser.post(address, {**form, "sure": hidden("sure", question)}, follow=True)
    assert state_of(pk) == "decided"
    assert 'href="/review/cases/?show=yours">Cases for you</a>' in done.content.decode()


def test_who_proposed_is_not_asked_whether_to_agree(world: World, trio: Trio, contested: References) -> None:
    pk = proposed(world, trio, contested)
    answer = world.web(PIETER).post(f"/review/cases/{pk}/second/", {"version": str(Case.objects.get(pk=pk).version)})
    assert "loses it" not in words(answer.content.decode())
    assert state_of(pk) == "proposed"


def form_to_decide(world: World, pk: int, upheld: Firm) -> dict[str, Any]:
    """As the page of the case posts it, with letters of one's own."""
    whole = decision(world, PIETER, pk, upheld)
    letters = {f"letter-{key}": f"{text} Mine." for key, text in whole["letters"].items()}
    return {"version": whole["version"], "upheld": upheld.pk, "rationale": whole["rationale"], **letters}


@both_databases
def test_what_takes_effect_at_once_is_asked_about_and_kept_as_a_draft(
    world: World, trio: Trio, contested: References
) -> None:
    pk, browser = Case.objects.get().pk, world.web(PIETER)
    form, address = form_to_decide(world, pk, trio[0]), f"/review/cases/{pk}/decide/"
    before = everything()
    question = browser.post(address, form)
    assert question.status_code == 200
    assert f"{trio[0].name} goes on holding it." in words(question.content.decode())
    assert (changes(before), state_of(pk)) == (["arbitration_casedraft"], "open")
    away_and_back = browser.get(f"/review/cases/{pk}/").content.decode()
    for page in (question.content.decode(), away_and_back):
        assert all(text in page for text in ("Mine.</textarea>", form["rationale"]))
    assert browser.post(address, {**form, "sure": hidden("sure", question)}).status_code == 302
    assert state_of(pk) == "decided"


def test_ten_minutes_after_signing_in_a_decision_that_can_be_made_asks_who_it_is_and_then_is_made(
    world: World, trio: Trio, contested: References
) -> None:
    with_password(world.person(PIETER))
    pk, browser = Case.objects.get().pk, world.web(PIETER)
    form, address = form_to_decide(world, pk, trio[0]), f"/review/cases/{pk}/decide/"
    form["sure"] = hidden("sure", browser.post(address, form))
    before = everything()
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        answer = browser.post(address, form)
        assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/accounts/reauthenticate/")
        assert everything() == before
        browser.post(answer["Location"], {"password": PASSWORD})
    assert state_of(pk) == "decided"


def test_ten_minutes_after_signing_in_a_decision_that_lacks_something_is_told_so_and_asks_nobody(
    world: World, trio: Trio, contested: References
) -> None:
    pk, browser = Case.objects.get().pk, world.web(PIETER)
    form = {**form_to_decide(world, pk, trio[0]), "rationale": "Better proof."}
    before = everything()
    with time_machine.travel(NOW + timedelta(minutes=10), tick=False):
        answer = browser.post(f"/review/cases/{pk}/decide/", form)
    assert answer.status_code == 422
    assert everything() == before


@pytest.mark.parametrize("other", ["letter", "upheld", "rationale", "score"])
def test_other_words_or_another_winner_are_asked_about_anew(
    world: World, trio: Trio, contested: References, other: str
) -> None:
    pk, browser = Case.objects.get().pk, world.web(PIETER)
    form, address = form_to_decide(world, pk, trio[0]), f"/review/cases/{pk}/decide/"
    sure = hidden("sure", browser.post(address, form))
    changed = {
        "letter": {f"letter-{trio[1].pk}": "Other words to you."},
        "upheld": {"upheld": trio[1].pk},
        "rationale": {"rationale": f"{form['rationale']}, HC-A p. 1"},
        "score": {f"score-{trio[0].pk}-dates": "2"},
    }[other]
    assert browser.post(address, {**form, **changed, "sure": sure}).status_code != 302
    assert state_of(pk) == "open"


def test_what_one_was_sure_of_is_asked_about_anew_once_somebody_else_has_filed(
    world: World, trio: Trio, contested: References
) -> None:
    pk, browser = Case.objects.get().pk, world.web(PIETER)
    form, address = form_to_decide(world, pk, trio[0]), f"/review/cases/{pk}/decide/"
    sure = hidden("sure", browser.post(address, form))
    assert ask_parties(world, NADIA, pk, trio[1]).status_code == 200
    assert browser.post(address, {**form, "sure": sure}).status_code == 409
    seen = {**form, "version": Case.objects.get(pk=pk).version, "sure": sure}
    assert browser.post(address, seen).status_code == 200
    assert state_of(pk) == "open"


def test_until_when_it_may_be_disputed_is_said_of_each_by_its_own_policy(
    world: World, trio: Trio, contested: References
) -> None:
    short = Policy.objects.create(valid_from=TODAY, dispute_days=10)
    Claim.objects.filter(reference=contested[1]).update(policy=short)
    browser, pk = world.web(PIETER), Case.objects.get().pk
    said = words(browser.post(f"/review/cases/{pk}/decide/", form_to_decide(world, pk, trio[0])).content.decode())
    assert f"It may be disputed until Sunday 29 November: by {trio[1].name}." in said
    assert f"It may be disputed until Saturday 19 December: by {trio[2].name}." in said


@pytest.mark.parametrize("agrees", [True, False])
def test_what_waits_for_a_second_reviewer_is_new_to_nobody_once_it_is_answered(
    world: World, trio: Trio, contested: References, agrees: bool
) -> None:
    pk = proposed(world, trio, contested)
    waiting = Notification.objects.filter(kind="case_proposed", read_at=None)
    assert waiting.exists()
    answer = second(world, NADIA, pk) if agrees else send_back(world, NADIA, pk)
    assert answer.status_code == 200
    assert not waiting.exists()
