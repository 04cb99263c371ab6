"""Roles that a company's provider gives and takes by its groups: under the same locks and rules as an admin's own acts."""

from functools import partial
from typing import Any

import pytest

from claims.actions.erase import erase_person
from cpor import demo
from events.log import faults
from events.models import Event, Notification
from partners.actions.provider import Roles, admit
from partners.models import Invitation, Membership, OperatorRole, Partner, User
from partners.rules.provider import Word
from tests.arbitration.test_leavers import dismiss
from tests.at_once import at_once, broken, first_broken, quiet
from tests.claims.given import mails
from tests.partners.teams import (
    ELENA,
    INES,
    JONAS,
    LENA,
    NADIA,
    SAMUEL,
    TOMAS,
    change,
    invite,
    kinds,
    limit,
    operator_roles,
    remove,
    roles,
)
from tests.world import NOW, World

HALDENS: Roles = {"admins": [(demo.HALDEN, "global_admin")], "money": [(demo.HALDEN, "billing_admin")]}
OPERATORS: Roles = {"admins": [("", "admin")], "reviewers": [("", "reviewer")]}


def comes(world: World, name: str, mapped: Roles, *groups: str) -> User:
    """Somebody signs in by the provider, which says that they are in these groups."""
    address = world.person(name).email
    word = Word(f"key of {name}", address, frozenset(groups), second_step=True, seen_at=NOW.timestamp())
    return admit(provider="provider", word=word, roles=mapped, by="Halden ID", now=NOW)


def said(subject: str, kind: str) -> list[dict[str, Any]]:
    return [event.data for event in Event.objects.filter(subject=subject, kind=kind).order_by("seq")]


def halden() -> Partner:
    return Partner.objects.get(name=demo.HALDEN)


# What is told


def test_a_role_in_a_company_stands_in_its_history_and_the_person_is_told(world: World) -> None:
    jonas = comes(world, JONAS, HALDENS, "money")
    grants = [{"role": "billing_admin", "mpn_ids": None}, {"role": "incentives_user", "mpn_ids": None}]
    told = {"person": jonas.pk, "grants": grants, "by": "provider"}
    assert said(halden().subject, "team.roles_changed") == said(jonas.subject, "person.roles_changed") == [told]
    assert mails() == [(jonas.email, "Your roles have changed")]
    assert Notification.objects.get(recipient=jonas).values["by"] == "Halden ID"
    comes(world, JONAS, HALDENS, "money")
    assert kinds(halden().subject) == ["team.roles_changed"]


def test_a_role_at_the_operator_stands_in_its_history_and_the_person_is_told(world: World) -> None:
    nadia = comes(world, NADIA, OPERATORS, "admins")
    assert said("operator", "operator.appointed") == [{"person": nadia.pk, "roles": ["admin"], "by": "provider"}]
    assert said(nadia.subject, "person.appointed") == [{"roles": ["admin"], "by": "provider"}]
    assert mails() == [(nadia.email, "Your roles have changed")]


def test_who_has_no_role_left_is_told_so(world: World) -> None:
    nadia = comes(world, NADIA, OPERATORS)
    assert operator_roles(NADIA) == []
    (text,) = [mail.body for mail in letters() if mail.to == [nadia.email]]
    assert "Halden ID has taken your roles on CPOR." in text


def letters() -> list[Any]:
    """The mails that leave now."""
    from django.core import mail

    mails()
    return list(mail.outbox)


# The last admin


def test_a_changed_mapping_does_not_take_a_companys_last_global_admin(world: World) -> None:
    tomas = comes(world, TOMAS, HALDENS)
    assert roles(TOMAS) == {"global_admin": []}
    kept = {"person": tomas.pk, "role": "global_admin", "by": "provider"}
    assert said(halden().subject, "team.admin_kept") == [kept]
    assert kinds(tomas.subject) == ["person.linked"]
    assert not Notification.objects.exists()


def test_one_for_chosen_mpn_ids_is_no_other_admin(world: World) -> None:
    assert change(world, TOMAS, world.person(INES), f"global_admin:{demo.LYON}").status_code == 302
    comes(world, TOMAS, HALDENS)
    assert roles(TOMAS) == {"global_admin": []}


def test_one_of_two_global_admins_is_taken(world: World) -> None:
    assert change(world, TOMAS, world.person(INES), "global_admin:").status_code == 302
    comes(world, TOMAS, HALDENS)
    assert roles(TOMAS) == {}


def test_a_changed_mapping_does_not_take_the_operators_last_admin(world: World) -> None:
    elena = comes(world, ELENA, OPERATORS)
    assert operator_roles(ELENA) == ["admin"]
    assert said("operator", "operator.admin_kept") == [{"person": elena.pk, "role": "admin", "by": "provider"}]


def test_what_else_they_have_is_taken_all_the_same(world: World) -> None:
    OperatorRole.objects.create(user=world.person(ELENA), role="reviewer")
    comes(world, ELENA, OPERATORS)
    assert operator_roles(ELENA) == ["admin"]


# Invitations


def test_a_former_admins_invitations_are_withdrawn(world: World) -> None:
    assert change(world, TOMAS, world.person(INES), "global_admin:").status_code == 302
    assert invite(world, INES, LENA).status_code == 302
    ines = comes(world, INES, HALDENS)
    sent = Invitation.objects.get(email=LENA)
    assert sent.withdrawn_at == NOW
    assert said(halden().subject, "invitation.withdrawn") == [{"invitation": sent.pk, "sender": ines.pk}]


def test_who_stays_an_admin_keeps_their_invitations(world: World) -> None:
    assert invite(world, TOMAS, LENA).status_code == 302
    comes(world, TOMAS, HALDENS, "admins", "money")
    assert Invitation.objects.open().count() == 1


def test_a_role_for_chosen_mpn_ids_that_a_group_gives_stays_as_it_is(world: World) -> None:
    limit(JONAS, "incentives_user", demo.LYON)
    mapped = {"users": [(demo.HALDEN, "incentives_user")]}
    comes(world, JONAS, mapped, "users")
    assert roles(JONAS) == {"incentives_user": [demo.LYON]}
    assert kinds(halden().subject) == []


# Together with what admins do


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["provider", "dismiss", "erase"])
def test_of_two_admins_of_the_operator_who_go_at_once_one_stays(world: World, other: str) -> None:
    people = [world.person(name) for name in (ELENA, SAMUEL)]

    def once() -> set[str]:
        quiet()
        User.objects.filter(pk__in=[one.pk for one in people]).update(is_active=True)
        OperatorRole.objects.filter(user__in=people).delete()
        OperatorRole.objects.bulk_create(OperatorRole(user=one, role="admin") for one in people)
        gone = {
            "provider": partial(comes, world, SAMUEL, OPERATORS),
            "dismiss": partial(dismiss, world, SAMUEL),
            "erase": partial(erase_person, person=world.person(SAMUEL), actor=None, now=NOW),
        }[other]
        at_once([partial(comes, world, ELENA, OPERATORS), gone])
        left = OperatorRole.objects.filter(role="admin", user__is_active=True).count()
        return broken({"one stays": left >= 1})

    assert (once() if other == "erase" else first_broken(once)) == set()
    assert list(faults()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("beside", ["erase", "remove"])
def test_of_two_global_admins_one_of_whom_is_erased_as_the_other_goes_one_stays(world: World, beside: str) -> None:
    people = [world.person(name) for name in (TOMAS, INES)]
    Membership.objects.filter(user__in=people).delete()
    Membership.objects.bulk_create(Membership(user=one, partner=halden(), role="global_admin") for one in people)
    quiet()
    other = {
        "erase": partial(erase_person, person=people[1], actor=None, now=NOW),
        "remove": partial(remove, world, INES, people[1]),
    }[beside]
    at_once([partial(erase_person, person=people[0], actor=None, now=NOW), other])
    assert Membership.objects.filter(partner=halden(), role="global_admin", user__is_active=True).count() == 1
    assert list(faults()) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_global_admins_whom_the_provider_lowers_at_once_one_stays(world: World) -> None:
    people = [world.person(name) for name in (TOMAS, INES)]

    def once() -> set[str]:
        quiet()
        Membership.objects.filter(user__in=people).delete()
        Membership.objects.bulk_create(Membership(user=one, partner=halden(), role="global_admin") for one in people)
        answers = at_once([partial(comes, world, TOMAS, HALDENS), partial(comes, world, INES, HALDENS)])
        left = Membership.objects.filter(partner=halden(), role="global_admin").count()
        fine = not any(isinstance(one, BaseException) for one in answers)
        return broken({"one stays": left == 1, "no error": fine})

    assert first_broken(once) == set()
