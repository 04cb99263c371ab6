"""A conflict of interest is ended by somebody else, and lands on the company that was meant, or on none."""

import pytest

from cpor import demo
from partners.models import Conflict, OperatorRole, Partner
from tests.arbitration.test_leavers import conflict
from tests.claims.given import read
from tests.partners.teams import ELENA, NADIA, refused, rows
from tests.world import World


def halden() -> Partner:
    return Partner.objects.get(name=demo.HALDEN)


def against(name: str) -> list[Partner]:
    """The companies that this person has a conflict with."""
    return [
        row.partner for row in Conflict.objects.filter(user__email__startswith=f"{name}@").select_related("partner")
    ]


def test_an_admin_does_not_end_their_own_conflict(world: World) -> None:
    elena = world.person(ELENA)
    OperatorRole.objects.create(user=elena, role="reviewer")
    conflict(world, ELENA)
    before = rows()
    answer = world.web(ELENA).post(f"/operator/people/{elena.pk}/conflicts/{halden().pk}/")
    assert answer.status_code == 409
    assert "Another admin has to say that it is over." in answer.content.decode()
    assert rows() == before
    assert refused(world, ELENA) == [("withdraw_conflict", "own_conflict")]


def test_their_own_page_offers_no_way_to_end_it_and_says_who_can(world: World) -> None:
    conflict(world, ELENA)
    conflict(world, NADIA)
    own, hers = (f"/operator/people/{world.person(name).pk}/" for name in (ELENA, NADIA))
    browser = world.web(ELENA)
    end = f"conflicts/{halden().pk}/"
    assert (own + end in read(browser, own), hers + end in read(browser, hers)) == (False, True)
    assert "Another admin can say that it is over." in read(browser, own)


def test_another_admin_ends_it(world: World) -> None:
    OperatorRole.objects.create(user=world.person(NADIA), role="admin")
    conflict(world, ELENA)
    path = f"/operator/people/{world.person(ELENA).pk}/conflicts/{halden().pk}/"
    assert world.web(NADIA).post(path).status_code == 302
    assert against(ELENA) == []


def test_of_names_that_differ_by_case_alone_the_one_that_was_typed_is_meant(world: World) -> None:
    Partner.objects.create(name="acme works")
    meant = Partner.objects.create(name="Acme Works")
    assert conflict(world, NADIA, "Acme Works").status_code == 302
    assert against(NADIA) == [meant]


@pytest.mark.parametrize("typed", ["ACME WORKS", "acme Works"])
def test_where_several_may_be_meant_none_is_chosen(world: World, typed: str) -> None:
    for name in ("acme works", "Acme Works"):
        Partner.objects.create(name=name)
    before = rows()
    answer = conflict(world, NADIA, typed)
    assert answer.status_code == 422
    assert "Several companies are called this." in answer.content.decode()
    assert rows() == before
    assert refused(world, ELENA) == [("declare_conflict", "company_ambiguous")]


def test_a_name_that_is_anothers_mpn_id_is_no_company_for_sure(world: World) -> None:
    Partner.objects.create(name=demo.LYON)
    assert conflict(world, NADIA, demo.LYON).status_code == 422
    assert against(NADIA) == []


def test_one_company_is_found_in_any_case_and_by_its_mpn_id(world: World) -> None:
    for typed in (demo.HALDEN.upper(), demo.LYON):
        Conflict.objects.all().delete()
        assert conflict(world, NADIA, typed).status_code == 302
        assert against(NADIA) == [halden()]
