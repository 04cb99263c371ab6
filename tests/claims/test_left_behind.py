"""What somebody who was let go leaves: drafts that the others go on with, and claims of which others hear."""

from typing import Any

import pytest

from claims.states import ClaimState
from cpor import demo
from events.log import faults
from events.models import Notification
from tests.claims.given import draft, events_of, read, sent, stored, told
from tests.claims.test_inquiry import ask
from tests.claims.test_take import NADIA, take
from tests.claims.test_visibility import limit, references
from tests.partners.teams import INES, JONAS, MIGUEL, RUTH, TOMAS, change, joined, remove
from tests.world import World, claim_of

LENA = "lena.fischer@haldencloud.example"


def gone(world: World, name: str = JONAS) -> None:
    assert remove(world, TOMAS, world.person(name)).status_code == 302


def test_a_draft_whose_author_left_is_seen_gone_on_with_and_sent_by_who_remains(world: World) -> None:
    reference = draft(world, JONAS, name="Begun by Jonas")
    gone(world)
    for name in (TOMAS, INES, RUTH):
        assert reference in references(world, name)
        assert "Begun by Jonas" in read(world.web(name), "/claims/")
    api = world.api(INES)
    assert api.send("PATCH", f"claims/{reference}/", {"name": "Ines goes on"}).status_code == 200
    assert api.send("POST", f"claims/{reference}/submit/").status_code == 200
    claim = stored(reference)
    assert (claim.state, claim.submitted_by) == (ClaimState.SUBMITTED, world.person(INES))
    assert "Who began it left; the company goes on" in read(world.web(INES), f"/claims/{reference}/")


def test_each_draft_says_that_it_passed_to_the_company_and_nothing_else_does(world: World) -> None:
    drafts = [draft(world, JONAS), draft(world, JONAS, activity="presales")]
    others, away = draft(world, INES), sent(world, JONAS, lines=[{"product": "dynamics-365-customer-service"}])
    jonas = world.person(JONAS).pk
    gone(world)
    for reference in drafts:
        assert events_of(stored(reference).subject)[-1] == ("claim.passed_on", {"former": jonas})
    for reference in (others, away):
        assert "claim.passed_on" not in [kind for kind, _data in events_of(stored(reference).subject)]
    assert list(faults()) == []


def test_who_is_about_to_let_somebody_go_reads_how_many_drafts_there_are_though_not_all_are_listed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for activity in ("usage", "presales"):
        draft(world, JONAS, activity=activity)
    path = f"/team/{world.person(JONAS).pk}/remove/"
    assert "are listed" not in read(world.web(TOMAS), path)
    monkeypatch.setattr("claims.views.leaving.SHOWN", 1)
    page = read(world.web(TOMAS), path)
    assert ("2 drafts" in page, "The first 1 are listed." in page) == (True, True)


def seen_by_ruth(world: World, reference: str) -> tuple[bool, int]:
    """Whether Ruth, who claims for Lyon alone, finds the draft in her list, and how its page answers."""
    return reference in references(world, RUTH), world.web(RUTH).get(f"/claims/{reference}/edit/").status_code


@pytest.mark.parametrize(
    ("mpn_id", "before", "after"),
    [
        (demo.LYON, (True, 302), (True, 302)),
        ("", (False, 404), (True, 302)),
        (demo.ROTTERDAM, (False, 404), (False, 404)),
    ],
)
def test_who_claims_for_chosen_mpn_ids_goes_on_with_drafts_of_these_and_of_none_yet(
    world: World, mpn_id: str, before: Any, after: Any
) -> None:
    limit(world, RUTH, demo.LYON)
    reference = draft(world, JONAS, mpn_id=mpn_id)
    assert seen_by_ruth(world, reference) == before
    gone(world)
    assert seen_by_ruth(world, reference) == after
    if after[0]:
        api = world.api(RUTH)
        assert api.send("PATCH", f"claims/{reference}/", {"mpn_id": demo.LYON}).status_code == 200
        assert api.send("POST", f"claims/{reference}/submit/").status_code == 200


def test_no_other_company_sees_a_draft_whose_author_left(world: World) -> None:
    reference = draft(world, JONAS, mpn_id="")
    gone(world)
    limit(world, MIGUEL, demo.LISBON)
    assert references(world, MIGUEL) == []
    assert world.web(MIGUEL).get(f"/claims/{reference}/edit/").status_code == 404


def test_a_draft_without_an_mpn_id_is_its_authors_again_once_they_are_back(world: World) -> None:
    limit(world, RUTH, demo.LYON)
    reference = draft(world, JONAS, mpn_id="")
    gone(world)
    assert reference in references(world, RUTH)
    joined(world, TOMAS, "jonas.weber@haldencloud.example", "incentives_user:", name="Jonas Weber")
    assert reference not in references(world, RUTH)
    assert reference in references(world, JONAS)


def test_what_happens_on_the_claim_of_who_left_is_told_to_the_global_admins(world: World) -> None:
    reference = sent(world, JONAS)
    gone(world)
    take(world, NADIA, reference)
    Notification.objects.all().delete()
    assert ask(world, NADIA, reference).status_code == 200
    assert told() == [("tomas.reyes", "information_requested")]
    assert world.api(TOMAS).send("POST", f"claims/{reference}/respond/", {"body": "Page 4."}).status_code == 200


def test_as_long_as_one_of_them_is_there_who_began_or_sent_hears_of_it_alone(world: World) -> None:
    reference = draft(world, JONAS)
    world.api(RUTH).send("POST", f"claims/{reference}/submit/")
    gone(world)
    take(world, NADIA, reference)
    Notification.objects.all().delete()
    ask(world, NADIA, reference)
    assert told() == [("ruth.adeyemi", "information_requested")]


def test_a_removed_persons_drafts_at_a_company_before_are_none_of_this_ones(world: World) -> None:
    mine = draft(world, MIGUEL, name="At Brightwater", mpn_id=demo.LISBON)
    world.web("catarina.lopes").post(f"/team/{world.person(MIGUEL).pk}/remove/")
    came = joined(world, TOMAS, "miguel.sa@brightwater.example", "incentives_user:", name="Miguel Sá")
    page = read(world.web(TOMAS), f"/team/{came.pk}/remove/")
    assert (mine in page, "0 drafts" in page) == (False, True)
    assert remove(world, TOMAS, came).status_code == 302
    passed = [kind for kind, _data in events_of(stored(mine).subject)].count("claim.passed_on")
    assert passed == 1


def test_somebody_who_only_changes_roles_keeps_their_drafts(world: World) -> None:
    reference = draft(world, JONAS, mpn_id="")
    change(world, TOMAS, world.person(JONAS), f"incentives_user:{demo.LYON}")
    assert reference in references(world, JONAS)
    assert world.api(JONAS).send("PATCH", f"claims/{reference}/", {"name": "Mine"}).status_code == 200
    assert claim_of()["name"] != stored(reference).name
