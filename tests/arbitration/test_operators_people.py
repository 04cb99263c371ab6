"""The operator's people: admins appoint, auditors read, nobody else sees; and what leavers gave back is given on."""

import re
from typing import Any

import pytest
from django.test import Client

from claims.models import Claim
from cpor import demo
from partners.models import Conflict, OperatorRole, Partner, User
from tests.arbitration.test_leavers import appoint, conflict, dismiss, ours, theirs
from tests.claims.given import SALES, everything, hidden, of_brightwater, read, sent, stored, told
from tests.claims.test_take import LEAD, NADIA, PIETER, release, take, whose
from tests.partners.teams import (
    CATARINA,
    ELENA,
    HUGO,
    INES,
    JONAS,
    RUTH,
    TOMAS,
    TRACES,
    operator_roles,
    refused,
    rows,
)
from tests.world import World

__all__ = ["ours", "theirs"]  # fixtures

NO_ADMIN = (TOMAS, INES, RUTH, JONAS, CATARINA, NADIA, LEAD, HUGO)


def path_of(world: World, name: str, more: str = "") -> str:
    return f"/operator/people/{world.person(name).pk}/{more}"


def given_back(world: World, name: str) -> str:
    return f"/review/given-back/{world.person(name).pk}/"


# Who may


@pytest.mark.parametrize("name", NO_ADMIN)
@pytest.mark.parametrize("more", ["", "dismiss/", "conflicts/", "conflicts/1/"])
def test_nobody_but_an_admin_acts_and_who_else_tries_leaves_an_event(world: World, name: str, more: str) -> None:
    before = rows()
    form = {"roles": "admin", "seen": "reviewer", "company": demo.HALDEN, "reason": "money"}
    assert world.web(name).post(path_of(world, PIETER, more), form).status_code == 403
    assert rows() == before
    assert [code for _verb, code in refused(world, name)] == ["permission_denied"]


def test_a_stranger_is_asked_to_sign_in(world: World) -> None:
    before = rows()
    for more in ("", "dismiss/", "conflicts/", "conflicts/1/"):
        assert Client().post(path_of(world, PIETER, more))["Location"].startswith("/accounts/login/")
    assert rows() == before


@pytest.mark.parametrize("name", NO_ADMIN)
def test_admins_and_auditors_read_and_nobody_else(world: World, name: str) -> None:
    status = 200 if name == HUGO else 403
    browser = world.web(name)
    assert browser.get("/operator/people/").status_code == status
    assert browser.get(path_of(world, NADIA)).status_code == status
    assert browser.get(path_of(world, NADIA, "dismiss/")).status_code == 403


def test_an_auditor_finds_nothing_to_press(world: World) -> None:
    Conflict.objects.create(user=world.person(NADIA), partner=Partner.objects.get(name=demo.HALDEN))
    for path in ("/operator/people/", path_of(world, NADIA)):
        page = read(world.web(HUGO), path)
        main = page[page.index("<main") : page.index("</main>")]
        assert "<button" not in main
        assert demo.HALDEN in main


def test_who_gives_a_role_reads_what_it_allows(world: World) -> None:
    for path in ("/operator/people/invite/", path_of(world, NADIA)):
        page = read(world.web("elena.ruiz"), path)
        told = re.findall(r'<span>(\w+)<span class="hint small">([^<]+)</span></span>', page)
        assert [role for role, _what in told] == ["Reviewer", "Lead", "Admin", "Auditor"]
        assert dict(told)["Auditor"] == "reads everything, and changes nothing"


def test_the_way_there_is_shown_to_who_may_go(world: World) -> None:
    link = 'href="/operator/people/"'
    assert [link in read(world.web(name), "/review/") for name in (ELENA, HUGO, NADIA, LEAD)] == [
        True,
        True,
        False,
        False,
    ]
    assert 'href="/team/"' not in read(world.web(ELENA), "/review/")
    assert 'href="/team/"' in read(world.web(JONAS), "/claims/")


@pytest.mark.parametrize("whom", [JONAS, "none"])
def test_a_partners_person_and_none_at_all_are_nobody_here(world: World, whom: str) -> None:
    pk = world.person(JONAS).pk if whom == JONAS else 10**12
    browser, before = world.web(ELENA), rows()
    form = {"roles": "admin", "seen": "", "company": demo.HALDEN, "reason": "money"}
    for more in ("", "dismiss/", "conflicts/", "conflicts/1/"):
        assert browser.post(f"/operator/people/{pk}/{more}", form).status_code == 404
        if more in {"", "dismiss/"}:
            assert browser.get(f"/operator/people/{pk}/{more}").status_code == 404
    assert rows() == before
    assert len(refused(world, ELENA)) == 4


# Appointing


def test_an_admin_appoints_and_the_person_is_told(world: World) -> None:
    assert appoint(world, PIETER, "reviewer", "lead").status_code == 302
    assert operator_roles(PIETER) == ["lead", "reviewer"]
    assert told() == [(PIETER, "roles_changed")]


@pytest.mark.parametrize(("wanted", "code"), [((), "role_missing"), (("global_admin",), "role_unknown")])
def test_what_is_no_role_here_is_refused(world: World, wanted: tuple[str, ...], code: str) -> None:
    before = rows()
    assert appoint(world, PIETER, *wanted).status_code == 422
    assert rows() == before
    assert refused(world, ELENA) == [("appoint", code)]


def test_roles_that_changed_meanwhile_are_not_overwritten_unseen(world: World) -> None:
    browser, path = world.web(ELENA), path_of(world, PIETER)
    old = hidden("seen", browser.get(path))
    appoint(world, PIETER, "auditor")
    answer = browser.post(path, {"roles": "lead", "seen": old})
    assert answer.status_code == 409
    assert "Somebody changed these roles meanwhile" in answer.content.decode()
    assert operator_roles(PIETER) == ["auditor"]


@pytest.mark.parametrize(
    ("company", "reason", "words"),
    [
        ("Nobody & Sons", "money", "No company has this name"),
        ("", "money", "No company has this name"),
        ("a\x00b", "money", "No company has this name"),
        (demo.HALDEN, "", "Choose one of the reasons"),
        (demo.HALDEN, "because he drinks", "Choose one of the reasons"),
    ],
)
def test_a_conflict_needs_a_company_and_a_reason_of_the_list_and_what_was_typed_stays(
    world: World, company: str, reason: str, words: str
) -> None:
    before = rows()
    answer = conflict(world, NADIA, company, reason)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    if company.isprintable() and company:
        assert f'value="{company.replace("&", "&amp;")}"' in page
    assert rows() == before


def test_a_page_names_what_a_person_holds_before_they_are_dismissed(world: World, ours: str, theirs: str) -> None:
    for path in (path_of(world, NADIA), path_of(world, NADIA, "dismiss/")):
        page = read(world.web(ELENA), path)
        for words in ("2 claims", ours, theirs, "Halden Cloud Works", "Brightwater Partners"):
            assert words in page, words
    before = rows()
    read(world.web(ELENA), path_of(world, NADIA, "dismiss/"))
    assert rows() == before


def test_who_has_a_conflict_reads_how_much_there_is_and_not_what(world: World, ours: str, theirs: str) -> None:
    Conflict.objects.create(user=world.person(ELENA), partner=Partner.objects.get(name=demo.BRIGHTWATER))
    page = read(world.web(ELENA), path_of(world, NADIA, "dismiss/"))
    assert ("2 claims" in page, ours in page, theirs in page) == (True, True, False)
    assert "Not all of it is listed" in page


def test_the_list_costs_the_same_however_many_people_there_are(
    world: World, django_assert_max_num_queries: Any
) -> None:
    people = User.objects.bulk_create(User(email=f"r{n}@northgate.example", name=f"R {n:02}") for n in range(30))
    OperatorRole.objects.bulk_create(OperatorRole(user=one, role="reviewer") for one in people)
    browser = world.web(ELENA)
    with django_assert_max_num_queries(9):
        assert "R 29" in read(browser, "/operator/people/")


# What was given back


def give(world: World, path: str, who: str = LEAD, **chosen: str) -> Any:
    """A post of the page as it stands now: `to_all`, or whom to give which claim to."""
    browser = world.web(who)
    page = read(browser, path)
    form = dict(re.findall(r'name="(v-[^"]+)" value="(\d+)"', page))
    form |= {f"to-{name.replace('_', '-')}": to for name, to in chosen.items()}
    return browser.post(path, form)


def address(world: World, name: str) -> str:
    return str(world.person(name).email)


def test_a_lead_gives_a_leavers_claims_to_others_at_one_press(world: World, ours: str, theirs: str) -> None:
    dismiss(world, NADIA)
    path = given_back(world, NADIA)
    page = read(world.web(LEAD), path)
    assert "What Nadia Okafor gave back" in page
    answer = give(world, path, all=address(world, PIETER), **{theirs: address(world, LEAD)})
    assert answer["Location"] == path
    assert (whose(ours), whose(theirs)) == (("under_review", PIETER), ("under_review", LEAD))
    assert (PIETER, "claim_given") in told()
    page = read(world.web(LEAD), path)
    assert "2 claims are given on" not in page  # said once, to who gave
    assert "Pieter Vos" in page
    assert "<select" not in page


def test_nobody_with_a_conflict_is_offered_nor_given_a_claim(world: World, ours: str, theirs: str) -> None:
    Conflict.objects.create(user=world.person(PIETER), partner=Partner.objects.get(name=demo.HALDEN))
    dismiss(world, NADIA)
    path = given_back(world, NADIA)
    page = read(world.web(LEAD), path)
    select = page[page.index(f'name="to-{ours}"') :]
    assert address(world, PIETER) not in select[: select.index("</select>")]
    give(world, path, all=address(world, PIETER))
    assert (whose(ours), whose(theirs)) == (("submitted", ""), ("under_review", PIETER))
    assert f"Not given: {ours}" in read(world.web(LEAD), path) or stored(ours).reviewer is None


def test_what_somebody_took_meanwhile_stays_theirs(world: World, ours: str, theirs: str) -> None:
    dismiss(world, NADIA)
    path, browser = given_back(world, NADIA), world.web(LEAD)
    form = dict(re.findall(r'name="(v-[^"]+)" value="(\d+)"', read(browser, path)))
    take(world, PIETER, ours)
    browser.post(path, {**form, "to-all": address(world, LEAD)})
    assert (whose(ours), whose(theirs)) == (("under_review", PIETER), ("under_review", LEAD))
    assert f"Not given: {ours}" in read(browser, path)


@pytest.mark.parametrize("name", [PIETER, ELENA, HUGO])
def test_who_leads_not_reads_along_and_gives_nothing(world: World, ours: str, name: str) -> None:
    dismiss(world, NADIA)
    path = given_back(world, NADIA)
    page = read(world.web(name), path)
    assert (ours in page, "<select" in page) == (True, False)
    before = everything(but=(*TRACES, "partners_user"))
    form = {f"v-{ours}": stored(ours).version, "to-all": address(world, PIETER)}
    assert world.web(name).post(path, form).status_code == 403
    assert everything(but=(*TRACES, "partners_user")) == before


def test_who_never_gave_anything_back_has_no_such_page_and_partners_have_none(world: World, ours: str) -> None:
    assert world.web(LEAD).get(given_back(world, PIETER)).status_code == 404
    assert world.web(LEAD).get("/review/given-back/999999999999999999999/").status_code == 404
    dismiss(world, NADIA)
    assert world.web(JONAS).get(given_back(world, NADIA)).status_code == 403


def test_a_lead_sees_nothing_of_a_company_they_have_a_conflict_with(world: World, ours: str, theirs: str) -> None:
    Conflict.objects.create(user=world.person(LEAD), partner=Partner.objects.get(name=demo.HALDEN))
    dismiss(world, NADIA)
    page = read(world.web(LEAD), given_back(world, NADIA))
    assert (ours in page, theirs in page) == (False, True)
    form = {f"v-{ours}": stored(ours).version, "to-all": address(world, PIETER)}
    world.web(LEAD).post(given_back(world, NADIA), form)
    assert whose(ours) == ("submitted", "")


def test_what_is_decided_by_now_is_no_longer_listed(world: World, ours: str) -> None:
    dismiss(world, NADIA)
    world.api(JONAS).send("POST", f"claims/{ours}/withdraw/")
    assert "Nothing of it is open any more" in read(world.web(LEAD), given_back(world, NADIA))


def test_a_claim_given_back_by_hand_is_none_of_a_leavers(world: World, ours: str, theirs: str) -> None:
    release(world, NADIA, ours)
    dismiss(world, NADIA)
    page = read(world.web(LEAD), given_back(world, NADIA))
    assert (ours in page, theirs in page) == (False, True)


def test_a_page_that_does_not_show_all_that_was_given_back_says_so(
    world: World, ours: str, theirs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dismiss(world, NADIA)
    path, words = given_back(world, NADIA), "The 1 most urgent of 2 are shown."
    assert words not in read(world.web(LEAD), path)
    monkeypatch.setattr("arbitration.views.given_back.MOST", 1)
    assert words in read(world.web(LEAD), path)


def test_the_page_costs_the_same_however_many_claims_there_are(
    world: World, ours: str, theirs: str, django_assert_max_num_queries: Any
) -> None:
    for activity in ("presales", "revenue_association"):
        more = {"solution_seller": "S", "isv_solution": "I"} if activity == "revenue_association" else {}
        take(world, NADIA, sent(world, "miguel.sa", **of_brightwater(lines=[SALES], activity=activity, **more)))
    dismiss(world, NADIA)
    assert Claim.objects.filter(reviewer=None).count() == 4
    browser, path = world.web(LEAD), given_back(world, NADIA)
    with django_assert_max_num_queries(14):
        assert theirs in read(browser, path)
