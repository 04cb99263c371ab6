"""Invitations to work for the operator."""

from typing import Any

import pytest

from events.models import Notification
from partners.models import OperatorRole
from tests.claims.given import read
from tests.partners.teams import (
    CATARINA,
    ELENA,
    INES,
    JONAS,
    NADIA,
    TOMAS,
    accept,
    kinds,
    link_to,
    operator_roles,
    refused,
    rows,
)
from tests.partners.test_invitations import page_of
from tests.world import World


def ask_operator(world: World, who: str, email: str, *wanted: str) -> Any:
    return world.web(who).post("/operator/people/invite/", {"email": email, "language": "en", "roles": list(wanted)})


def test_an_admin_invites_to_the_operator(world: World) -> None:
    email = "new.reviewer@northgate.example"
    assert ask_operator(world, ELENA, email, "reviewer", "lead")["Location"] == "/operator/people/"
    assert email in read(world.web("hugo.brandt"), "/operator/people/")
    status, page = page_of(link_to(email))
    assert (status, "Northgate Programme Office" in page, "Reviewer" in page) == (200, True, True)
    assert accept(link_to(email), name="New Reviewer").status_code == 302
    assert operator_roles(email) == ["lead", "reviewer"]
    assert kinds("operator") == ["invitation.sent", "invitation.accepted"]
    assert Notification.objects.get(kind="invitation_accepted").path == "/operator/people/"


@pytest.mark.parametrize(
    ("email", "wanted", "code"),
    [
        ("new@northgate.example", (), "role_missing"),
        ("new@northgate.example", ("global_admin",), "role_unknown"),
        ("nadia.okafor@northgate.example", ("lead",), "already_member"),
    ],
)
def test_who_cannot_be_invited_to_the_operator_is_refused(
    world: World, email: str, wanted: tuple[str, ...], code: str
) -> None:
    before = rows()
    assert ask_operator(world, ELENA, email, *wanted).status_code == 422
    assert rows() == before
    assert refused(world, ELENA) == [("invite_operator", code)]


@pytest.mark.parametrize("name", [TOMAS, INES, JONAS, CATARINA, NADIA, "samuel.lind", "hugo.brandt"])
def test_nobody_but_an_admin_invites_to_the_operator(world: World, name: str) -> None:
    before = rows()
    assert ask_operator(world, name, "me@x.example", "admin").status_code == 403
    assert world.web(name).get("/operator/people/invite/").status_code == 403
    assert rows() == before
    assert refused(world, name) == [("invite_operator", "permission_denied")]


def test_a_partners_person_never_works_for_the_operator_too(world: World) -> None:
    email = "jonas.weber@haldencloud.example"
    assert ask_operator(world, ELENA, email, "reviewer").status_code == 302
    assert accept(link_to(email)).status_code == 409
    assert not OperatorRole.objects.filter(user__email=email).exists()
