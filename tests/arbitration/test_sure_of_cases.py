"""What takes effect at once and cannot be undone in a case is asked about first, with what follows from it."""

from typing import Any

import pytest

from claims.models import Case
from tests.arbitration.given import Firm, decision
from tests.arbitration.test_case_desk import words
from tests.arbitration.test_case_life import contested, proposed, trio
from tests.claims.given import everything, hidden
from tests.claims.test_take import NADIA, PIETER
from tests.world import World

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
    assert "A party that is not upheld may dispute it within 30 days." in said
    assert browser.post(address, {**form, "sure": "0"}).status_code == 200
    assert (changes(before), state_of(pk)) == ([], "proposed")
    assert browser.post(address, {**form, "sure": hidden("sure", question)}).status_code == 302
    assert state_of(pk) == "decided"


def test_who_proposed_is_not_asked_whether_to_agree(world: World, trio: Trio, contested: References) -> None:
    pk = proposed(world, trio, contested)
    answer = world.web(PIETER).post(f"/review/cases/{pk}/second/", {"version": str(Case.objects.get(pk=pk).version)})
    assert "loses it" not in words(answer.content.decode())
    assert state_of(pk) == "proposed"


@both_databases
def test_what_takes_effect_at_once_is_asked_about_and_anew_about_other_words(
    world: World, trio: Trio, contested: References
) -> None:
    pk = Case.objects.get().pk
    whole, browser, address = decision(world, PIETER, pk, trio[0]), world.web(PIETER), f"/review/cases/{pk}/decide/"
    letters = {f"letter-{key}": f"{text} Mine." for key, text in whole["letters"].items()}
    form = {"version": whole["version"], "upheld": trio[0].pk, "rationale": whole["rationale"], **letters}
    before = everything()
    question = browser.post(address, form)
    assert question.status_code == 200
    assert f"{trio[0].name} goes on holding it." in words(question.content.decode())
    assert all(text in question.content.decode() for text in ("Mine.</textarea>", whole["rationale"]))
    sure = hidden("sure", question)
    assert (
        browser.post(address, {**form, "rationale": f"{whole['rationale']}, HC-A p. 1", "sure": sure}).status_code
        == 200
    )
    assert (changes(before), state_of(pk)) == ([], "open")
    assert browser.post(address, {**form, "sure": sure}).status_code == 302
    assert state_of(pk) == "decided"
