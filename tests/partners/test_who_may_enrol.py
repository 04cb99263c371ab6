"""Who may look at enrolments, who decides on them, and what the others learn: nothing, and whom to ask."""

import re
from typing import Any

import pytest
from django.test import Client

from cpor import demo
from partners.models import Conflict, Partner, Program
from tests.partners.desk import NEXT_END, TODAY, WORDS, YEAR_END, Desk, kept, limit
from tests.world import World

ENROLS = {"tomas.reyes": True, "ines.moreau": True, "ruth.adeyemi": False, "jonas.weber": False}
COMPANYS = ("apply", "accept", "decline", "choose_renewal")
OPERATORS = ("withdraw", "validate", "activate", "refuse", "resume", "renew", "choose_renewal", "suspend", "end")


def content(answer: Any) -> bytes:
    """A page without what differs from one request to the next."""
    return re.sub(rb'name="csrfmiddlewaretoken" value="\w+"|(?<=support/\?page=)[^&"]+', b"", answer.content)


@pytest.mark.parametrize(("who", "enrols"), ENROLS.items())
def test_a_role_that_enrols_has_the_buttons_and_the_others_read_whom_to_ask(
    world: World, who: str, enrols: bool
) -> None:
    desk = Desk(world).reach("invited")
    page = world.web(who).get(desk.page).content.decode()
    assert ('value="accept"' in page, 'value="decline"' in page) == (enrols, enrols)
    assert ("ines.moreau@haldencloud.example" in page) is not enrols
    before = kept()
    answer = desk.company("accept", who)
    assert answer.status_code == (302 if enrols else 403)
    assert (kept() == before) is not enrols


@pytest.mark.parametrize("verb", COMPANYS)
@pytest.mark.parametrize("who", [name for name, enrols in ENROLS.items() if not enrols])
def test_a_role_that_does_not_enrol_does_nothing_by_any_button(world: World, who: str, verb: str) -> None:
    desk = Desk(world).reach("invited")
    before = kept()
    assert desk.company(verb, who, renews="no").status_code == 403
    assert kept() == before


def test_a_role_that_holds_for_another_location_neither_sees_nor_enrols_this_one(world: World) -> None:
    limit(world, "ines.moreau", demo.LYON)
    desk = Desk(world).reach("invited")
    assert desk.told == [("tomas.reyes", "enrollment_invited")]
    browser = world.web("ines.moreau")
    nothing = browser.get("/enrolment/9999999/osu-ba/")
    before = kept()
    for answer in (browser.get(desk.page), browser.post(desk.page, {"do": "accept"})):
        assert (answer.status_code, content(answer)) == (404, content(nothing))
    assert kept() == before
    limit(world, "ines.moreau", demo.LYON, demo.UTRECHT)
    assert desk.company("accept", "ines.moreau").status_code == 302


def test_another_companys_mpn_id_is_answered_as_one_that_is_not_there(world: World) -> None:
    desk = Desk(world, demo.LISBON)
    browser = world.web("tomas.reyes")
    nothing = browser.get("/enrolment/9999999/osu-ba/")
    before = kept()
    for answer in (browser.get(desk.page), browser.post(desk.page, {"do": "choose_renewal", "renews": "no"})):
        assert (answer.status_code, content(answer)) == (404, content(nothing))
    assert kept() == before


# --- the operator


@pytest.mark.parametrize("who", ["hugo.brandt", "nadia.okafor", "samuel.lind", "tomas.reyes", "catarina.lopes"])
def test_nobody_but_an_admin_decides(world: World, who: str) -> None:
    desk = Desk(world).reach("accepted")
    before = kept()
    for verb in OPERATORS:
        days = {"valid_from": TODAY.isoformat(), "valid_until": YEAR_END.isoformat(), "until": NEXT_END.isoformat()}
        answer = desk.operator(verb, who, words=WORDS, renews="no", **days)
        assert (verb, answer.status_code) == (verb, 403)
    assert kept() == before


def pages(desk: Desk) -> list[str]:
    company = Partner.objects.get(name=demo.HALDEN)
    return [
        "/operator/enrolments/",
        desk.operator_page,
        "/operator/companies/",
        f"/operator/companies/{company.pk}/",
        "/operator/programmes/",
        "/operator/programmes/osu-ba/renewal/2027/",
    ]


def writing(desk: Desk) -> list[str]:
    company = Partner.objects.get(name=demo.HALDEN)
    return [
        "/operator/enrolments/invite/",
        "/operator/companies/new/",
        f"/operator/companies/{company.pk}/change/",
        f"/operator/companies/{company.pk}/mpn-ids/new/",
        f"/operator/mpn-ids/{demo.UTRECHT}/",
        "/operator/programmes/new/",
        "/operator/programmes/osu-ba/",
        f"{desk.operator_page}end/",
        f"{desk.operator_page}suspend/",
    ]


@pytest.mark.parametrize(
    ("who", "reads", "writes"),
    [
        ("elena.ruiz", 200, 200),
        ("hugo.brandt", 200, 403),
        ("nadia.okafor", 403, 403),
        ("samuel.lind", 403, 403),
        ("tomas.reyes", 403, 403),
    ],
)
def test_the_desk_opens_for_admins_and_to_be_read_for_auditors(world: World, who: str, reads: int, writes: int) -> None:
    desk, browser = Desk(world).reach("active"), world.web(who)
    assert {path: browser.get(path).status_code for path in pages(desk)} == dict.fromkeys(pages(desk), reads)
    assert {path: browser.get(path).status_code for path in writing(desk)} == dict.fromkeys(writing(desk), writes)


def test_an_auditor_finds_no_button(world: World) -> None:
    desk = Desk(world).reach("accepted")
    for path in pages(desk):
        main = world.web("hugo.brandt").get(path).content.decode().partition("<main")[2].partition("</main>")[0]
        assert 'method="post"' not in main, path


def test_who_is_not_signed_in_is_asked_to(world: World) -> None:
    desk = Desk(world).reach("active")
    for path in [*pages(desk), *writing(desk), "/enrolment/", desk.page]:
        answer = Client().get(path)
        assert (path, answer.status_code, answer["Location"].partition("?")[0]) == (path, 302, "/accounts/login/")


def test_what_is_not_there_is_not_there(world: World) -> None:
    browser = world.web("elena.ruiz")
    for path in (
        "enrolments/999999/",
        "enrolments/999999/end/",
        "companies/999999/",
        "companies/999999/change/",
        "mpn-ids/9999999/",
        "programmes/nothing/",
        "programmes/nothing/renewal/2027/",
    ):
        assert browser.get(f"/operator/{path}").status_code == 404, path
    assert browser.post(f"{Desk(world).reach('active').operator_page}explode/").status_code == 404


def test_an_admin_decides_on_no_company_with_which_they_have_a_conflict(world: World) -> None:
    desk = Desk(world).reach("accepted")
    Conflict.objects.create(user=world.person("elena.ruiz"), partner=Partner.objects.get(name=demo.HALDEN))
    page = world.web("elena.ruiz").get(desk.operator_page).content.decode()
    assert "Another admin decides on this company." in page
    assert "/activate/" not in page
    before = kept()
    for verb in OPERATORS:
        days = {"valid_from": TODAY.isoformat(), "valid_until": YEAR_END.isoformat(), "until": NEXT_END.isoformat()}
        assert desk.operator(verb, words=WORDS, renews="no", **days).status_code == 403
    assert kept() == before


def test_a_programme_that_is_not_there_is_no_page_of_a_companys_location(world: World) -> None:
    assert not Program.objects.filter(code="nothing").exists()
    assert world.web("tomas.reyes").get(f"/enrolment/{demo.UTRECHT}/nothing/").status_code == 404
