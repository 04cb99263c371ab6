"""The draft of a decision: one for each case, kept on its desk, for whoever of the reviewers goes on with it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from arbitration.actions.sweep import sweep_cases
from arbitration.models import CaseDraft
from claims.models import Case
from tests.arbitration.given import Firm, answer_party, ask_parties, case_of, decide, filed, look_at, second, send_back
from tests.arbitration.test_case_desk import AUDITOR, words
from tests.arbitration.test_case_life import contested, proposed, trio
from tests.claims.given import everything, hidden, read
from tests.claims.test_take import NADIA, PIETER
from tests.world import NOW, World

__all__ = ["contested", "trio"]  # fixtures

MINUTE = timedelta(minutes=1)
OTHER_DRAFT = "Nothing was kept: somebody has kept something else meanwhile. Load the page again to see it."
NOT_YOURS = "Nothing was kept: the case is not yours to decide."
PROPOSED = "Nothing was changed: somebody acted on this case meanwhile. It stands at: Proposed."
Trio = tuple[Firm, Firm, Firm]
References = tuple[str, str, str]


@pytest.fixture
def pk(contested: References) -> int:
    """The key of the case."""
    return case_of(contested[0]).pk


def keep(world: World, who: str, pk: int, *, at: int = 0, htmx: str = "", **form: Any) -> Any:
    """Posts the draft, so many minutes after NOW; with `htmx`, as the script does for that part of the page."""
    headers = {"HX-Request": "true", "HX-Target": htmx} if htmx else {}
    with time_machine.travel(NOW + at * MINUTE, tick=False):
        return world.web(who).post(f"/review/cases/{pk}/draft/", form, headers=headers)


def page(world: World, who: str, pk: int) -> Any:
    return world.web(who).get(f"/review/cases/{pk}/")


def kept(pk: int) -> tuple[str, int, str]:
    """Who kept the draft, whom it upholds, and its rationale."""
    draft = CaseDraft.objects.select_related("by").get(case=pk)
    return str(draft.by), draft.content["upheld"], draft.content["rationale"]


def unchanged(before: dict[str, Any]) -> bool:
    """Whether all is as before, but for when who has signed in."""
    return everything(but=("partners_user",)) == {
        name: rows for name, rows in before.items() if name != "partners_user"
    }


# Keeping


def test_a_draft_changes_nothing_but_itself(world: World, trio: Trio, pk: int) -> None:
    aside = ("arbitration_casedraft", "partners_user")
    before = everything(but=aside)
    answer = keep(world, PIETER, pk, seen="", upheld=trio[1].pk, rationale="Dates: BP-A p. 1")
    assert (answer.status_code, answer["Location"]) == (302, f"/review/cases/{pk}/")
    assert kept(pk) == ("Pieter Vos", trio[1].pk, "Dates: BP-A p. 1")
    assert everything(but=aside) == before


def test_a_colleague_goes_on_with_a_draft(world: World, trio: Trio, pk: int) -> None:
    keep(world, PIETER, pk, seen="", upheld=trio[1].pk, rationale="Dates: BP-A p. 1")
    found = page(world, NADIA, pk)
    assert "Draft kept by Pieter Vos" in words(found.content.decode())
    assert "Dates: BP-A p. 1</textarea>" in found.content.decode()
    answer = keep(world, NADIA, pk, at=1, seen=hidden("seen", found), upheld=trio[2].pk, rationale="Dates: CA-A p. 1")
    assert answer.status_code == 302
    assert kept(pk) == ("Nadia Okafor", trio[2].pk, "Dates: CA-A p. 1")
    assert CaseDraft.objects.count() == 1


def test_what_is_half_done_or_wrong_is_kept_as_a_draft_all_the_same(world: World, trio: Trio, pk: int) -> None:
    keep(world, PIETER, pk, seen="", upheld="", rationale="XX-Z p. 9", **{f"letter-{trio[2].pk}": "Not yet"})
    content = CaseDraft.objects.get(case=pk).content
    assert (content["upheld"], content["rationale"]) == (0, "XX-Z p. 9")
    assert content["letters"] == {str(trio[0].pk): "", str(trio[1].pk): "", str(trio[2].pk): "Not yet"}


def test_a_letter_that_stands_as_it_was_drafted_follows_anew_from_the_next_choice(
    world: World, trio: Trio, pk: int
) -> None:
    letter = {f"letter-{trio[1].pk}": "We have decided.\r\n", f"drafted-{trio[1].pk}": "We have decided."}
    keep(world, PIETER, pk, seen="", upheld=trio[1].pk, **letter)
    assert CaseDraft.objects.get(case=pk).content["letters"][str(trio[1].pk)] == ""


def test_the_script_gets_what_follows_and_what_it_has_seen_by_now(world: World, trio: Trio, pk: int) -> None:
    answer = keep(world, PIETER, pk, htmx="saved", seen="", rationale="Dates: BP-A p. 1")
    assert answer.status_code == 200
    assert hidden("seen", answer) == NOW.isoformat()
    assert "1 requirement named, 1 page cited" in words(answer.content.decode())
    assert "<textarea" not in answer.content.decode()
    again = keep(world, PIETER, pk, at=1, htmx="letters", seen=hidden("seen", answer), upheld=trio[1].pk)
    assert hidden("seen", again) == (NOW + MINUTE).isoformat()
    assert "Propose to uphold Brightwater Partners" in again.content.decode()
    assert 'id="letters"' in again.content.decode()


# What is not kept


@pytest.mark.parametrize("seen", ["", (NOW - MINUTE).isoformat(), "x\x00", "2026"])
def test_what_a_colleague_has_kept_since_is_not_written_over(world: World, trio: Trio, pk: int, seen: str) -> None:
    keep(world, PIETER, pk, seen="", upheld=trio[1].pk, rationale="Dates: BP-A p. 1")
    before = everything()
    answer = keep(world, NADIA, pk, at=1, seen=seen, upheld=trio[2].pk, rationale="Mine & mine alone")
    assert answer.status_code == 409
    assert OTHER_DRAFT in words(answer.content.decode())
    assert "Mine &amp; mine alone</textarea>" in answer.content.decode()
    scripted = keep(world, NADIA, pk, at=1, htmx="letters", seen=seen, upheld=trio[2].pk, rationale="Mine")
    assert (scripted.status_code, scripted.content.decode()) == (200, OTHER_DRAFT)
    assert (scripted["HX-Retarget"], scripted["HX-Reswap"]) == ("#saved", "innerHTML")
    assert unchanged(before)


def test_two_who_begin_at_once_do_not_write_over_each_other(world: World, trio: Trio, pk: int) -> None:
    first, other = page(world, PIETER, pk), page(world, NADIA, pk)
    assert 'id="seen" value=""' in first.content.decode()
    assert 'id="seen" value=""' in other.content.decode()
    assert keep(world, PIETER, pk, seen="", rationale="First").status_code == 302
    assert keep(world, NADIA, pk, at=1, seen="", rationale="Second").status_code == 409
    assert kept(pk) == ("Pieter Vos", 0, "First")


def test_no_draft_is_kept_of_what_is_proposed(world: World, trio: Trio, contested: References) -> None:
    pk = proposed(world, trio, contested)
    seen = CaseDraft.objects.get(case=pk).at.isoformat()
    before = everything()
    for who in (PIETER, NADIA):
        answer = keep(world, who, pk, at=1, seen=seen, upheld=trio[2].pk)
        assert answer.status_code == 409
        assert PROPOSED in words(answer.content.decode())
        assert 'name="upheld"' not in answer.content.decode()
        scripted = keep(world, who, pk, at=1, htmx="saved", seen=seen, upheld=trio[2].pk)
        assert (scripted.status_code, scripted.content.decode()) == (200, PROPOSED)
    assert unchanged(before)


def test_who_only_reads_along_keeps_nothing(world: World, trio: Trio, pk: int) -> None:
    before = everything()
    answer = keep(world, AUDITOR, pk, seen="", upheld=trio[1].pk)
    assert answer.status_code == 409
    assert NOT_YOURS in words(answer.content.decode())
    scripted = keep(world, AUDITOR, pk, htmx="saved", seen="", upheld=trio[1].pk)
    assert (scripted.status_code, scripted.content.decode()) == (200, NOT_YOURS)
    assert unchanged(before)


# What becomes of it


def test_a_draft_is_gone_once_the_case_is_decided(world: World, trio: Trio, contested: References, pk: int) -> None:
    keep(world, NADIA, pk, seen="", upheld=trio[1].pk, rationale="Another idea")
    assert decide(world, PIETER, pk, trio[0]).json()["state"] == "decided"
    assert not CaseDraft.objects.exists()


def test_what_is_proposed_takes_the_drafts_place_until_it_takes_effect(
    world: World, trio: Trio, contested: References, pk: int
) -> None:
    keep(world, NADIA, pk, seen="", upheld=trio[2].pk, rationale="Another idea")
    proposed(world, trio, contested)
    who, upheld, rationale = kept(pk)
    assert (who, upheld, rationale.endswith("(BP-A p. 1).")) == ("Pieter Vos", trio[1].pk, True)
    with time_machine.travel(NOW + MINUTE, tick=False):
        assert second(world, NADIA, pk).json()["state"] == "decided"
    assert not CaseDraft.objects.exists()


@pytest.mark.parametrize("how", ["returned", "taken back", "a party left", "its proposer may judge no more"])
def test_the_next_round_begins_with_what_was_proposed(
    world: World, trio: Trio, contested: References, how: str
) -> None:
    pk = proposed(world, trio, contested)
    before = CaseDraft.objects.get(case=pk).content
    if how == "a party left":
        world.api(trio[2].who).send("POST", f"claims/{contested[2]}/withdraw/")
    elif how == "its proposer may judge no more":
        world.person(PIETER).operator_roles.all().delete()
        sweep_cases(now=NOW)
    else:
        assert send_back(world, NADIA if how == "returned" else PIETER, pk).status_code == 200
    assert (Case.objects.get(pk=pk).state, Case.objects.get(pk=pk).round) == ("open", 2)
    assert CaseDraft.objects.get(case=pk).content == before
    found = read(world.web(NADIA), f"/review/cases/{pk}/")
    assert "Draft kept by Pieter Vos" in words(found)
    assert "signed later and higher (BP-A p. 1).</textarea>" in found
    assert f'name="upheld" value="{trio[1].pk}" checked' in found


def test_whoever_goes_on_with_a_returned_proposal_proposes_it_from_the_page(
    world: World, trio: Trio, contested: References
) -> None:
    pk = proposed(world, trio, contested)
    send_back(world, NADIA, pk)
    found = page(world, NADIA, pk)
    party = {
        f"{name}-{firm.pk}": "We looked at all that was proved." for firm in trio for name in ("letter", "drafted")
    }
    form = {"version": hidden("version", found), "upheld": trio[1].pk, "rationale": "Dates: BP-A p. 2", **party}
    unread = world.web(NADIA).post(f"/review/cases/{pk}/decide/", form)
    assert unread.status_code == 422
    own = {name: f"{text} Again." if name.startswith("letter") else text for name, text in party.items()}
    assert world.web(NADIA).post(f"/review/cases/{pk}/decide/", {**form, **own}).status_code == 302
    assert Case.objects.get(pk=pk).state == "proposed"
    assert kept(pk) == ("Nadia Okafor", trio[1].pk, "Dates: BP-A p. 2")
    assert second(world, PIETER, pk).json()["state"] == "decided"


def test_who_filed_since_a_draft_is_a_party_of_it_too(world: World, trio: Trio) -> None:
    a, b, c = trio
    first, rival = filed(world, a), filed(world, b)
    look_at(world, PIETER, first, rival)
    pk = case_of(first).pk
    keep(world, PIETER, pk, seen="", upheld=b.pk)
    filed(world, c)
    ask_parties(world, NADIA, pk, a)
    answer_party(world, a, first)
    found = page(world, NADIA, pk)
    assert f'name="letter-{c.pk}"' in found.content.decode()
    assert f'name="upheld" value="{b.pk}" checked' in found.content.decode()
    assert keep(world, NADIA, pk, at=1, seen=hidden("seen", found), upheld=c.pk).status_code == 302
