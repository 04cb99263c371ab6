"""Who is not erased yet and why, who may erase at all, and the page and the command that do it."""

from io import StringIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from claims.actions.erase import erase_contact, erase_person
from cpor import demo
from events.models import Notification
from partners.models import Membership, OperatorRole, User
from tests.claims.erasing import ADDRESS, ADMIN, AUDITOR, JONAS, MAUD, NAME, leaves_traces, traces
from tests.claims.given import draft, everything, read, sent
from tests.claims.test_take import LEAD, NADIA, PIETER, take
from tests.partners.desk import kept
from tests.partners.teams import limit
from tests.world import NOW, World


@pytest.fixture
def ines(world: World) -> User:
    """Ines, who has left her name wherever a person can."""
    return leaves_traces(world)


# --- What stands in its way ------------------------------------------------------------------------------------------


def refusal(world: World, who: str, actor: str = ADMIN) -> list[str]:
    """The codes of why this person is not erased; nothing is changed by it."""
    before = everything()
    with pytest.raises(ValidationError) as caught:
        erase_person(person=world.person(who), actor=world.person(actor), now=NOW)
    assert everything() == before
    return [str(error.code) for error in caught.value.error_list]


def test_who_still_reviews_claims_is_not_erased(world: World) -> None:
    take(world, NADIA, sent(world, JONAS))
    assert refusal(world, NADIA) == ["holds_claims"]


def test_the_last_admin_of_the_operator_is_not_erased_nor_anybody_by_themselves(world: World) -> None:
    assert refusal(world, ADMIN) == ["own_account", "last_admin"]
    OperatorRole.objects.create(user=world.person(LEAD), role="admin")
    assert refusal(world, ADMIN) == ["own_account"]
    erase_person(person=world.person(ADMIN), actor=world.person(LEAD), now=NOW)


def test_the_only_global_admin_of_a_company_is_not_erased(world: World) -> None:
    assert refusal(world, "tomas.reyes") == ["last_global_admin"]
    person = world.person(JONAS)
    Membership.objects.filter(user=person).update(role="global_admin")
    erase_person(person=world.person("tomas.reyes"), actor=world.person(ADMIN), now=NOW)


def test_a_global_admin_for_chosen_mpn_ids_does_not_stand_in_for_the_only_one_of_the_whole_company(
    world: World,
) -> None:
    Membership.objects.filter(user=world.person(JONAS)).update(role="global_admin")
    limit(JONAS, "global_admin", demo.LYON)
    assert refusal(world, "tomas.reyes") == ["last_global_admin"]
    erase_person(person=world.person(JONAS), actor=world.person(ADMIN), now=NOW)


@pytest.mark.parametrize("actor", [AUDITOR, NADIA, LEAD, JONAS, "tomas.reyes"])
def test_nobody_but_an_admin_of_the_operator_erases(world: World, actor: str) -> None:
    before = kept()
    for act in (
        lambda: erase_person(person=world.person(PIETER), actor=world.person(actor), now=NOW),
        lambda: erase_contact(address=MAUD, actor=world.person(actor), now=NOW),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert kept() == before
    assert world.web(actor).get("/operator/audit/erase/").status_code == 403
    assert world.web(actor).post("/operator/audit/erase/", {"who": MAUD}).status_code == 403


# --- The page and the command ----------------------------------------------------------------------------------------


def looked_for(browser: Client, who: str) -> str:
    """The page that says what erasing somebody comes to."""
    answer = browser.post("/operator/audit/erase/", {"who": who})
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_no_address_is_asked_for_by_an_address_of_the_site(world: World, ines: User) -> None:
    browser = world.web(ADMIN)
    page = read(browser, "/operator/audit/erase/")
    assert '<form method="post" action="/operator/audit/erase/">' in page
    assert 'method="get"' not in page.partition("<main")[2]
    shown = read(browser, f"/operator/audit/erase/?who={ADDRESS}")
    assert NAME not in shown
    before = everything()
    looked_for(browser, ADDRESS)
    assert everything() == before


def test_the_page_says_what_follows_and_erases_when_the_address_is_typed_once_more(world: World, ines: User) -> None:
    browser = world.web(ADMIN)
    assert "See what follows" in read(browser, "/operator/audit/erase/")
    shown = looked_for(browser, ADDRESS.upper())
    for words in (f"Erase {NAME}?", f"account {ines.pk}", "Incentives admin, Halden Cloud Works", "on 2 claims"):
        assert words in shown
    wrong = browser.post("/operator/audit/erase/", {"who": ADDRESS, "again": "jonas.weber@haldencloud.example"})
    assert wrong.status_code == 422
    assert "This is another address. Nobody was erased." in wrong.content.decode()
    assert traces(ADDRESS)
    done = browser.post("/operator/audit/erase/", {"who": ADDRESS, "again": ADDRESS}, follow=True)
    assert f"erased person {ines.pk}: name and address are gone." in done.content.decode()
    assert traces(ADDRESS, NAME) == []
    again = browser.post("/operator/audit/erase/", {"who": f"#{ines.pk}"})
    assert "This person is erased already." in again.content.decode()


def test_the_page_names_why_it_has_to_wait_and_offers_no_button(world: World) -> None:
    reference = sent(world, JONAS)
    take(world, NADIA, reference)
    shown = looked_for(world.web(ADMIN), world.person(NADIA).email)
    assert f"They still review {reference}." in shown
    assert "Erase for good" not in shown
    before = everything()
    posted = {"who": world.person(NADIA).email, "again": world.person(NADIA).email}
    assert world.web(ADMIN).post("/operator/audit/erase/", posted).status_code == 409
    assert everything() == before


@pytest.mark.parametrize("who", ["nobody@nowhere.example", "#4711", "", "\x00", "9" * 30])
def test_the_page_knows_nobody_by_anything_else(world: World, who: str) -> None:
    assert world.web(ADMIN).post("/operator/audit/erase/", {"who": who}).status_code == 422


def run(*args: str) -> str:
    out = StringIO()
    call_command("erase_person", *args, stdout=out)
    return out.getvalue().strip()


def test_the_command_erases_by_address_or_number_and_says_what_that_came_to(world: World, ines: User) -> None:
    notices = Notification.objects.filter(recipient=ines).count()
    told = f"Person {ines.pk} is erased, with {notices} messages to them; blanked on 2 claims and 0 questions to customers."
    assert run(ADDRESS.upper()) == told
    assert run(str(ines.pk)) == f"Person {ines.pk} is erased already."
    with pytest.raises(CommandError, match=f"Nobody signs in with '{ADDRESS}'"):
        run(ADDRESS)
    with pytest.raises(CommandError, match="They are the operator's only admin"):
        run(world.person(ADMIN).email)
    assert traces(NAME, ADDRESS) == []


def test_the_command_erases_a_contact_without_an_account(world: World) -> None:
    draft(world, JONAS)
    told = "The contact is erased; blanked on 1 claims and 0 questions to customers."
    assert run(MAUD) == told
    assert traces("Maud Fenn", "maud.fenn") == []
