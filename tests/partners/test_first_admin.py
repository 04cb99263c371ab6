"""A company that has nobody yet, or nobody any more, gets a global admin from the operator's admins."""

from html import unescape
from typing import Any

import pytest
from django.core import mail

from cpor import demo
from events.models import Event, Notification
from partners.models import Conflict, Invitation, Membership, Partner
from tests.claims.given import mails, read
from tests.partners.desk import kept
from tests.partners.teams import ELENA, HUGO, NADIA, TOMAS, accept, invite, invited, link_to, refused, roles
from tests.world import World

both_databases = pytest.mark.both_databases

OLGA = "olga.novak@ostrava.example"


@pytest.fixture
def company(world: World) -> Partner:
    """A company as the screens add it: a name, and nothing else."""
    world.web(ELENA).post("/operator/companies/new/", {"name": "Ostrava Soft"})
    return Partner.objects.get(name="Ostrava Soft")


def page_of(company: Partner) -> str:
    return f"/operator/companies/{company.pk}/"


def ask(world: World, company: Partner, email: str = OLGA, who: str = ELENA, language: str = "en") -> Any:
    return world.web(who).post(f"{page_of(company)}invite/", {"email": email, "language": language})


@both_databases
def test_the_first_admin_of_a_company_is_invited_comes_in_and_keeps_its_team(world: World, company: Partner) -> None:
    elena = world.web(ELENA)
    assert f"{page_of(company)}invite/" in read(elena, page_of(company))
    assert "Invite a global admin" in read(elena, f"{page_of(company)}invite/")
    answer = ask(world, company, language="es")
    assert (answer.status_code, answer["Location"]) == (302, page_of(company))
    waiting = invited(OLGA)
    assert (waiting.partner, waiting.language, waiting.roles) == (
        company,
        "es",
        [{"role": "global_admin", "mpn_ids": None}],
    )
    event = Event.objects.get(subject=company.subject, kind="invitation.sent")
    assert event.actor == world.person(ELENA)
    assert OLGA in read(elena, page_of(company))

    assert accept(link_to(OLGA), name="Olga Novak").status_code == 302
    assert roles("olga.novak") == {"global_admin": []}
    notice = Notification.objects.get(recipient=world.person(ELENA), kind="invitation_accepted")
    assert notice.path == page_of(company)
    shown = read(elena, page_of(company))
    assert OLGA not in shown
    assert "Olga Novak" in shown
    assert invite(world, "olga.novak", "pavel@ostrava.example").status_code == 302


def test_a_company_that_has_lost_its_admins_gets_one_again(world: World) -> None:
    halden = Partner.objects.get(name=demo.HALDEN)
    Membership.objects.filter(partner=halden, role="global_admin").delete()
    assert ask(world, halden).status_code == 302
    accept(link_to(OLGA), name="Olga Novak")
    assert roles("olga.novak") == {"global_admin": []}


def test_the_letter_says_that_it_is_the_operator_who_asks(world: World, company: Partner) -> None:
    ask(world, company)
    assert mails() == [(OLGA, "Elena Ruiz invites you to Ostrava Soft on CPOR")]
    [sent] = mail.outbox
    said = "Elena Ruiz of Northgate Programme Office asks you to be a global admin of Ostrava Soft on CPOR"
    assert said in " ".join(str(sent.body).split())


def test_what_was_sent_to_a_wrong_address_is_sent_again_or_withdrawn_by_the_operator(
    world: World, company: Partner
) -> None:
    ask(world, company)
    first, key = link_to(OLGA), invited(OLGA).pk
    answer = world.web(ELENA).post(f"/invitations/{key}/again/")
    assert (answer.status_code, answer["Location"]) == (302, page_of(company))
    assert (latest := link_to(OLGA)) != first
    answer = world.web(ELENA).post(f"/invitations/{key}/withdraw/")
    assert (answer.status_code, answer["Location"]) == (302, page_of(company))
    assert invited(OLGA).withdrawn_at
    assert accept(latest).status_code == 410
    assert OLGA not in read(world.web(ELENA), page_of(company))


def test_what_a_company_sent_itself_is_its_own(world: World) -> None:
    invite(world, TOMAS)
    own = Invitation.objects.get()
    shown = read(world.web(ELENA), page_of(Partner.objects.get(name=demo.HALDEN)))
    assert own.email in shown
    assert f"/invitations/{own.pk}/withdraw/" not in shown
    for verb in ("again", "withdraw"):
        assert world.web(ELENA).post(f"/invitations/{own.pk}/{verb}/").status_code == 404
    own.refresh_from_db()
    assert own.withdrawn_at is None


def test_an_admin_with_a_conflict_invites_nobody_there(world: World, company: Partner) -> None:
    Conflict.objects.create(user=world.person(ELENA), partner=company, reason="family")
    before = Invitation.objects.count()
    assert world.web(ELENA).get(f"{page_of(company)}invite/").status_code == 403
    assert ask(world, company).status_code == 403
    assert f"{page_of(company)}invite/" not in read(world.web(ELENA), page_of(company))
    assert Invitation.objects.count() == before
    assert refused(world, ELENA) == [("invite_global_admin", "permission_denied")]


def test_an_admin_with_a_conflict_takes_nothing_back_there(world: World, company: Partner) -> None:
    ask(world, company)
    Conflict.objects.create(user=world.person(ELENA), partner=company, reason="family")
    for verb in ("again", "withdraw"):
        assert world.web(ELENA).post(f"/invitations/{invited(OLGA).pk}/{verb}/").status_code == 404
    assert invited(OLGA).withdrawn_at is None


@pytest.mark.parametrize("who", [HUGO, NADIA, TOMAS])
def test_nobody_else_invites_a_companys_admin(world: World, company: Partner, who: str) -> None:
    before = kept()
    assert ask(world, company, who=who).status_code == 403
    assert kept() == before


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("olga", "This is not an e-mail address."),
        ("tomas.reyes@haldencloud.example", "This address is on the list already."),
    ],
)
def test_what_is_wrong_with_the_address_is_said_at_it(world: World, email: str, told: str) -> None:
    answer = ask(world, Partner.objects.get(name=demo.HALDEN), email)
    assert answer.status_code == 422
    assert told in unescape(answer.content.decode())
    assert not Invitation.objects.exists()
