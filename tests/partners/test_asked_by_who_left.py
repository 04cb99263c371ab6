"""Whoever asks nobody in any more has asked nobody: what they sent is withdrawn, and its side's history says so."""

from collections.abc import Callable

import pytest

from claims.actions.erase import erase_person
from cpor import demo
from events.models import Event
from partners.models import Invitation, OperatorRole, Partner, User
from tests.arbitration.test_leavers import appoint, dismiss
from tests.partners.teams import ELENA, HUGO, INES, LENA, NADIA, TOMAS, USER, change, invite, remove
from tests.world import NOW, World

AT_OPERATOR = "lena.fischer@northgate.example"


def withdrawn(subject: str) -> list[dict[str, int]]:
    """What the side's history says of invitations that were withdrawn, oldest first."""
    rows = Event.objects.filter(subject=subject, kind="invitation.withdrawn").order_by("seq")
    return [event.data for event in rows]


def sent_by_ines(world: World) -> Invitation:
    """One that she sent while she was an admin, beside one of Tomas."""
    assert change(world, TOMAS, world.person(INES), "global_admin:").status_code == 302
    assert invite(world, INES).status_code == 302
    assert invite(world, TOMAS, "theo@haldencloud.example").status_code == 302
    return Invitation.objects.get(email=LENA)


def removed(world: World, ines: User) -> None:
    assert remove(world, TOMAS, ines).status_code == 302


def lowered(world: World, ines: User) -> None:
    assert change(world, TOMAS, ines, USER).status_code == 302


def erased(world: World, ines: User) -> None:
    erase_person(person=ines, actor=world.person(ELENA), now=NOW)


@pytest.mark.parametrize("act", [removed, lowered, erased])
def test_who_leaves_a_company_or_its_admins_leaves_an_event_for_each_they_asked(
    world: World, act: Callable[[World, User], None]
) -> None:
    sent, ines = sent_by_ines(world), world.person(INES)
    act(world, ines)
    side = Partner.objects.get(name=demo.HALDEN).subject
    assert withdrawn(side) == [{"invitation": sent.pk, "sender": ines.pk}]
    assert [row.email for row in Invitation.objects.open()] == ["theo@haldencloud.example"]


@pytest.mark.parametrize("dismissed", [True, False])
def test_who_leaves_the_operator_or_its_admins_does_too(world: World, dismissed: bool) -> None:
    OperatorRole.objects.create(user=world.person(NADIA), role="admin")
    form = {"email": AT_OPERATOR, "language": "en", "roles": ["reviewer"]}
    assert world.web(NADIA).post("/operator/people/invite/", form).status_code == 302
    nadia = world.person(NADIA)
    assert (dismiss(world, NADIA) if dismissed else appoint(world, NADIA, "reviewer")).status_code == 302
    assert withdrawn("operator") == [{"invitation": Invitation.objects.get().pk, "sender": nadia.pk}]


def test_who_asked_nobody_leaves_no_such_event(world: World) -> None:
    dismiss(world, HUGO)
    assert withdrawn("operator") == []
