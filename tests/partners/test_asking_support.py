"""Every refusal at the enrolment and the team ends with the way to support, which is told of what it is about."""

import re
from html import unescape
from typing import Any

import pytest

from cpor import demo
from partners.actions import invitations
from partners.models import Membership
from tests.claims.given import read
from tests.partners.desk import Desk, programme
from tests.partners.teams import ELENA, TOMAS, USER, change, invite, limit, remove
from tests.world import World

PLACE = f"/enrolment/{demo.UTRECHT}/osu-ba/"
MAIL = 'href="mailto:support@northgate.example"'


def asked_by(page: str) -> list[str]:
    """The ways to support that a page shows in its own part, not in its foot."""
    main = page.partition("<main")[2].partition("</main>")[0]
    return [unescape(found) for found in re.findall(r'href="(/support/[^"]*)"', main)]


def way(path: str, code: str = "") -> str:
    query = path.replace("/", "%2F")
    return f"/support/?page={query}" + (f"&code={code}" if code else "")


@pytest.mark.parametrize("who", ["tomas.reyes", "jonas.weber"])
def test_a_programme_by_invitation_leads_to_asking_for_one(world: World, who: str) -> None:
    programme(by_invitation=True)
    browser = world.web(who)
    page = read(browser, PLACE)
    assert "Ask for an invitation" in page
    assert asked_by(page) == [way(PLACE, "mpn_not_enrolled")]
    asked = read(browser, asked_by(page)[0])
    assert f"https://cpor.example{PLACE}" in asked or PLACE in asked
    assert "mpn_not_enrolled" in asked
    Desk(world).invite()
    assert asked_by(read(browser, PLACE)) == []


@pytest.mark.parametrize(
    ("do", "status", "code"), [("accept", 409, "enrollment_state"), ("apply", 422, "by_invitation")]
)
def test_what_was_not_done_with_an_enrolment_leads_to_support(world: World, do: str, status: int, code: str) -> None:
    programme(by_invitation=True)
    answer = Desk(world).company(do)
    assert answer.status_code == status
    assert way(PLACE, code) in asked_by(answer.content.decode())
    assert code in read(world.web(TOMAS), way(PLACE, code))


def test_where_nobody_of_the_company_enrols_support_is_asked(world: World) -> None:
    Membership.objects.filter(role__in=["global_admin", "incentives_admin"]).delete()
    for path in ("/enrolment/", PLACE):
        page = read(world.web("jonas.weber"), path)
        assert way(path) in asked_by(page), path
        assert MAIL not in page.partition("<main")[2].partition("</main>")[0]


def refused_last_admin(world: World) -> list[tuple[str, Any]]:
    tomas = world.person(TOMAS)
    own = f"/team/{tomas.pk}/"
    return [(own, change(world, TOMAS, tomas, USER)), (f"{own}remove/", remove(world, TOMAS, tomas))]


def test_the_last_global_admin_is_led_to_support(world: World) -> None:
    for path, answer in refused_last_admin(world):
        assert answer.status_code in {409, 422}
        assert asked_by(answer.content.decode()) == [way(path, "last_global_admin")]
        assert "last_global_admin" in read(world.web(TOMAS), way(path, "last_global_admin"))


def test_who_asks_too_many_or_too_much_is_led_to_support(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(invitations, "MOST_A_DAY", 0)
    answer = invite(world, TOMAS)
    assert asked_by(answer.content.decode()) == [way("/team/invite/", "too_many_invitations")]
    limit(TOMAS, "global_admin", demo.LYON)
    answer = invite(world, TOMAS, "x@y.example", USER)
    assert asked_by(answer.content.decode()) == [way("/team/invite/", "wider_than_own")]


def test_the_operators_people_write_to_support(world: World) -> None:
    elena = world.person(ELENA)
    for path in (f"/operator/people/{elena.pk}/dismiss/", f"/operator/people/{elena.pk}/"):
        answer = world.web(ELENA).post(path, {"roles": "auditor", "seen": "admin"})
        assert answer.status_code in {409, 422}
        main = answer.content.decode().partition("<main")[2].partition("</main>")[0]
        assert MAIL in main
