"""Who may know of a claim: its company, within a role's MPN IDs; the operator once it is sent; nobody else."""

from typing import Any

import pytest
from django.test import Client

from cpor import demo
from events.models import Notification
from partners.models import Conflict, Membership, MpnId, Partner
from tests.claims.given import draft, everything, form_of, of_brightwater, read, sent, told
from tests.world import World, claim_of

NOWHERE = "CP-0000-0000"
API_DOORS: list[tuple[str, str, Any]] = [
    ("GET", "claims/{}/", None),
    ("PATCH", "claims/{}/", {"name": "Mine now"}),
    ("POST", "claims/{}/submit/", None),
    ("GET", "claims/{}/comments/", None),
    ("POST", "claims/{}/comments/", {"body": "Hello"}),
]
PAGES: list[tuple[str, str]] = [
    ("get", "/claims/{}/"),
    ("post", "/claims/{}/comments/"),
    ("get", "/claims/{}/edit/"),
    ("post", "/claims/{}/edit/"),
    ("get", "/claims/{}/edit/customer/"),
    ("post", "/claims/{}/edit/customer/"),
    ("get", "/claims/{}/edit/review/"),
    ("post", "/claims/{}/check/"),
    ("post", "/claims/{}/lines/"),
    ("post", "/claims/{}/lines/0/remove/"),
    ("post", "/claims/{}/submit/"),
    ("get", "/claims/{}/delete/"),
    ("post", "/claims/{}/delete/"),
]


def references(world: World, name: str) -> list[str]:
    """What the list over the API shows this person."""
    return [claim["reference"] for claim in world.api(name).send("GET", "claims/").json()["results"]]


def limit(world: World, name: str, *numbers: str) -> None:
    """Limits this person's role to some MPN IDs."""
    membership = Membership.objects.get(user=world.person(name))
    membership.mpn_ids.set(MpnId.objects.filter(number__in=numbers))


@pytest.mark.parametrize("state", [draft, sent])
def test_another_companys_claim_and_none_at_all_are_one_answer_over_the_api(world: World, state: Any) -> None:
    reference = state(world, "jonas.weber")
    before = everything()
    stranger = world.api("catarina.lopes")
    for method, path, body in API_DOORS:
        theirs = stranger.send(method, path.format(reference), body)
        nothing = stranger.send(method, path.format(NOWHERE), body)
        assert (theirs.status_code, theirs["Content-Type"]) == (404, "application/problem+json")
        assert theirs.content == nothing.content
        assert dict(theirs.headers) == dict(nothing.headers)
    assert everything() == before


@pytest.mark.parametrize("state", [draft, sent])
def test_another_companys_claim_and_none_at_all_are_one_page(world: World, state: Any) -> None:
    reference = state(world, "jonas.weber")
    stranger = world.web("miguel.sa")
    before = everything()
    form = {**form_of(claim_of(name="Mine now"), version="1"), "body": "Hello"}
    for method, path in PAGES:
        data = form if method == "post" else {}
        theirs = getattr(stranger, method)(path.format(reference), data)
        nothing = getattr(stranger, method)(path.format(NOWHERE), data)
        assert theirs.status_code == 404, path
        assert theirs.content.replace(reference.encode(), NOWHERE.encode()) == nothing.content, path
        assert dict(theirs.headers) == dict(nothing.headers), path
    assert everything() == before


def test_a_list_holds_the_claims_of_ones_own_company_alone(world: World) -> None:
    ours, theirs = draft(world, "jonas.weber"), draft(world, "miguel.sa", name="Rival's work")
    for colleague in ("tomas.reyes", "ines.moreau", "ruth.adeyemi", "jonas.weber"):
        assert references(world, colleague) == [ours]
        assert theirs not in read(world.web(colleague), "/claims/")
        assert ours in read(world.web(colleague), "/claims/")
    assert references(world, "catarina.lopes") == [theirs]
    assert "Rival" not in read(world.web("tomas.reyes"), f"/claims/?after={theirs}")


def test_a_list_that_begins_after_anothers_claim_tells_nothing_of_it(world: World) -> None:
    draft(world, "jonas.weber")
    theirs = draft(world, "miguel.sa")
    browser = world.web("jonas.weber")
    after_theirs = read(browser, f"/claims/?after={theirs}").replace(theirs, "?")
    after_nothing = read(browser, f"/claims/?after={NOWHERE}").replace(NOWHERE, "?")
    strip = "csrfmiddlewaretoken"
    lines = [[line for line in page.splitlines() if strip not in line] for page in (after_theirs, after_nothing)]
    assert lines[0] == lines[1]


def test_a_role_for_some_mpn_ids_sees_their_claims_and_its_own_drafts(world: World) -> None:
    lyon, rotterdam = sent(world, "ines.moreau", mpn_id=demo.LYON), draft(world, "ines.moreau")
    limit(world, "jonas.weber", demo.LYON)
    own_draft = draft(world, "jonas.weber", mpn_id=demo.ROTTERDAM)

    assert sorted(references(world, "jonas.weber")) == sorted([lyon, own_draft])
    assert world.api("jonas.weber").send("GET", f"claims/{rotterdam}/").status_code == 404
    assert world.web("jonas.weber").get(f"/claims/{rotterdam}/").status_code == 404
    assert world.web("jonas.weber").get(f"/claims/{lyon}/").status_code == 200


def test_a_role_for_some_mpn_ids_cannot_send_with_another(world: World) -> None:
    limit(world, "jonas.weber", demo.LYON)
    reference = draft(world, "jonas.weber", mpn_id=demo.ROTTERDAM)
    response = world.api("jonas.weber").send("POST", f"claims/{reference}/submit/")
    assert response.status_code == 400
    assert [finding["code"] for finding in response.json()["findings"]] == ["mpn_not_yours"]


def test_ones_own_draft_is_out_of_sight_once_a_colleague_sent_it_with_another_mpn_id(world: World) -> None:
    limit(world, "jonas.weber", demo.LYON)
    reference = draft(world, "jonas.weber", mpn_id=demo.ROTTERDAM)
    assert world.api("ines.moreau").send("POST", f"claims/{reference}/submit/").status_code == 200
    assert references(world, "jonas.weber") == []


@pytest.mark.parametrize("name", ["nadia.okafor", "samuel.lind", "elena.ruiz", "hugo.brandt"])
def test_the_operator_sees_what_was_sent_and_no_draft(world: World, name: str) -> None:
    begun, gone = draft(world, "jonas.weber"), sent(world, "miguel.sa", **of_brightwater())
    assert references(world, name) == [gone]
    assert world.web(name).get(f"/claims/{begun}/").status_code == 404
    assert world.web(name).get(f"/claims/{gone}/").status_code == 200
    assert begun not in read(world.web(name), "/review/")
    assert gone in read(world.web(name), "/review/")


def test_the_operator_changes_nothing_that_a_partner_says(world: World) -> None:
    reference = sent(world, "jonas.weber")
    reviewer, browser = world.api("nadia.okafor"), world.web("nadia.okafor")
    before = everything()
    assert reviewer.send("GET", f"claims/{reference}/").json()["actions"] == ["take", "note", "comment"]
    assert reviewer.send("PATCH", f"claims/{reference}/", {"mpn_id": demo.LYON}).status_code == 403
    assert reviewer.send("POST", f"claims/{reference}/submit/").status_code in {403, 409}
    for path in ("edit", "submit", "delete"):
        assert browser.post(f"/claims/{reference}/{path}/", form_of(claim_of(), version="2")).status_code == 302
    assert everything() == before


def test_a_conflict_of_interest_hides_a_company_and_its_news_from_a_reviewer(world: World) -> None:
    Conflict.objects.create(user=world.person("nadia.okafor"), partner=Partner.objects.get(name=demo.HALDEN))
    hidden = sent(world, "jonas.weber")
    seen = sent(world, "miguel.sa", **of_brightwater(), lines=[{"product": "dynamics-365-customer-service"}])

    assert references(world, "nadia.okafor") == [seen]
    assert hidden not in read(world.web("nadia.okafor"), "/review/")
    assert world.web("nadia.okafor").get(f"/claims/{hidden}/").status_code == 404
    assert world.api("nadia.okafor").send("POST", f"claims/{hidden}/comments/", {"body": "Hi"}).status_code == 404
    assert references(world, "pieter.vos") == [seen, hidden]
    waiting = Notification.objects.filter(recipient=world.person("nadia.okafor"))
    assert [notice.values["reference"] for notice in waiting] == [seen]
    assert ("nadia.okafor", "claim_submitted") not in told()


def test_a_reviewer_who_belongs_to_a_company_does_not_see_its_claims(world: World) -> None:
    halden = Partner.objects.get(name=demo.HALDEN)
    Membership.objects.create(user=world.person("pieter.vos"), partner=halden, role="incentives_user")
    hidden = sent(world, "jonas.weber")
    assert references(world, "pieter.vos") == []
    assert world.web("pieter.vos").get(f"/claims/{hidden}/").status_code == 404
    assert "pieter.vos" not in [name for name, _kind in told()]


def test_who_is_not_signed_in_finds_nothing_but_the_way_to_sign_in_whether_the_claim_exists_or_not(
    world: World,
) -> None:
    reference = draft(world, "jonas.weber")
    pages = {}
    for named in (reference, NOWHERE):
        response = Client().get(f"/claims/{named}/")
        assert response.status_code == 404
        assert f'href="/accounts/login/?next=/claims/{named}/"' in response.content.decode()
        pages[named] = response.content.decode().replace(named, "")
    assert pages[reference] == pages[NOWHERE]


def test_a_person_who_left_sees_nothing_any_more(world: World) -> None:
    draft(world, "jonas.weber")
    browser, program = world.web("jonas.weber"), world.api("jonas.weber")
    leaver = world.person("jonas.weber")
    leaver.is_active = False
    leaver.save()
    assert browser.get("/claims/").status_code == 403
    assert browser.get("/claims/").status_code == 302
    assert program.send("GET", "claims/").status_code == 401


def test_a_person_without_a_company_sees_nothing(world: World) -> None:
    draft(world, "jonas.weber")
    Membership.objects.filter(user=world.person("ruth.adeyemi")).delete()
    assert references(world, "ruth.adeyemi") == []
    assert world.api("ruth.adeyemi").send("POST", "claims/", claim_of()).status_code == 403
