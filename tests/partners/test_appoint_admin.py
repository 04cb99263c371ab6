"""Whoever runs the installation makes the operator's first admin, and no other unless they say so."""

from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from events.log import faults
from events.models import Event
from partners.models import OperatorRole, User
from tests.claims.given import everything, mails
from tests.partners.signing_in import sign_in, stranger, with_password
from tests.partners.teams import ELENA, JONAS, NADIA, kinds, operator_roles
from tests.world import World

NEW = "vera.lang@northgate.example"


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("appoint_admin", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def empty(world: World) -> World:
    """An installation whose operator has no admin."""
    OperatorRole.objects.filter(role="admin").delete()
    return world


def test_the_first_admin_is_made_with_an_event_and_told_by_mail(empty: World) -> None:
    told = said("Vera.Lang@northgate.example", "--name", "Vera Lang")
    vera = User.objects.get(email=NEW)
    assert told == f"{NEW} is an admin of the operator. A new password is asked for on the page to sign in.\n"
    assert (vera.name, vera.is_active, vera.has_usable_password(), operator_roles("vera.lang")) == (
        "Vera Lang",
        True,
        False,
        ["admin"],
    )
    (event,) = Event.objects.filter(subject="operator")
    assert (event.kind, event.actor, event.data) == (
        "operator.appointed",
        None,
        {"person": vera.pk, "roles": ["admin"], "by": "command"},
    )
    assert kinds(vera.subject) == ["person.appointed"]
    assert mails() == [(NEW, "Your roles have changed")]
    assert list(faults()) == []


def test_they_come_in_and_keep_the_operators_people(empty: World) -> None:
    said(NEW)
    stranger().post("/accounts/password/reset/", {"email": NEW})
    assert [letter.to for letter in mail.outbox if "/password/reset/" in letter.body] == [[NEW]]
    vera = with_password(User.objects.get(email=NEW))
    browser = stranger()
    sign_in(browser, vera)
    assert browser.get("/operator/people/").status_code == 200


def test_one_of_the_operators_people_becomes_admin_and_keeps_what_they_are(empty: World) -> None:
    said(empty.person(NADIA).email)
    assert operator_roles(NADIA) == ["admin", "reviewer"]


def test_who_had_left_comes_back_with_nothing_of_before(empty: World) -> None:
    nadia = empty.person(NADIA)
    User.objects.filter(pk=nadia.pk).update(is_active=False)
    said(nadia.email)
    fresh = empty.person(NADIA)
    assert (fresh.is_active, operator_roles(NADIA)) == (True, ["admin"])
    assert fresh.session_epoch == nadia.session_epoch + 1


def test_where_there_is_an_admin_nothing_is_done_unless_that_is_said(world: World) -> None:
    before = everything()
    with pytest.raises(CommandError, match=r"has an admin already\. .* say --beside-others"):
        said(NEW)
    assert everything() == before
    said(NEW, "--beside-others")
    assert operator_roles("vera.lang") == operator_roles(ELENA) == ["admin"]


def test_an_admin_who_was_switched_off_is_none(world: World) -> None:
    User.objects.filter(pk=world.person(ELENA).pk).update(is_active=False)
    said(NEW)
    assert operator_roles("vera.lang") == ["admin"]


@pytest.mark.parametrize("address", ["nobody", "", "a@b", "x\x00@northgate.example"])
def test_what_is_no_address_makes_nobody(empty: World, address: str) -> None:
    before = everything()
    with pytest.raises(CommandError, match="This is not an e-mail address"):
        said(address)
    assert everything() == before


def test_somebody_of_a_company_does_not_become_the_operators(empty: World) -> None:
    before = everything()
    with pytest.raises(CommandError, match="belongs to a company"):
        said(empty.person(JONAS).email)
    assert everything() == before


def test_half_an_admin_is_never_left(empty: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_args: Any, **_given: Any) -> None:
        raise DatabaseError

    before = everything()
    monkeypatch.setattr("partners.actions.first_admin.record", fails)
    with pytest.raises(DatabaseError):
        said(NEW)
    assert everything() == before


def test_said_again_of_the_same_person_it_changes_nothing(empty: World) -> None:
    said(NEW)
    before = everything()
    with pytest.raises(CommandError, match="has an admin already"):
        said(NEW)
    assert said(NEW, "--beside-others") == f"{NEW} is an admin of the operator already.\n"
    assert everything() == before
