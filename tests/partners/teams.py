"""What the tests of teams share: asking people in, letting them in, what is left of it."""

import re
from typing import Any

from django.test import Client

from events.models import Envelope, Event
from partners.models import Invitation, Membership, MembershipMpnId, MpnId, OperatorRole, User
from tests.claims.given import everything, read
from tests.world import World

TOMAS, INES, RUTH, JONAS = "tomas.reyes", "ines.moreau", "ruth.adeyemi", "jonas.weber"
CATARINA, MIGUEL = "catarina.lopes", "miguel.sa"
NADIA, PIETER, SAMUEL, ELENA, HUGO = "nadia.okafor", "pieter.vos", "samuel.lind", "elena.ruiz", "hugo.brandt"
LENA = "lena.fischer@haldencloud.example"
USER = "incentives_user:"
PASSWORD = "a quiet walk along the quay"
# What a refusal writes: its event, and the session of who tried.
TRACES = ("events_event", "events_chain", "django_session")


def invite(world: World, who: str, email: str = LENA, *grants: str, language: str = "en", **more: Any) -> Any:
    """A post of the form that asks somebody into a company."""
    return world.web(who).post(
        "/team/invite/", {"email": email, "language": language, "grant": list(grants or (USER,)), **more}
    )


def link_to(email: str = LENA) -> str:
    """Where the latest letter to this address leads."""
    return Envelope.objects.filter(address=email, kind="invitation").latest("pk").path


def accept(path: str, *, name: str = "Lena Fischer", password: str = PASSWORD, **more: Any) -> Any:
    """A post of the page that a link leads to, from a browser where nobody is signed in."""
    return Client().post(path, {"name": name, "password": password, "again": password, **more})


def joined(world: World, who: str, email: str, *grants: str, name: str = "Lena Fischer") -> User:
    """Somebody who was invited and has accepted."""
    assert invite(world, who, email, *grants).status_code == 302
    assert accept(link_to(email), name=name).status_code == 302
    return User.objects.get(email=email)


def invited(email: str = LENA) -> Invitation:
    return Invitation.objects.filter(email=email).latest("pk")


def roles(name: str) -> dict[str, list[str]]:
    """A person's roles in their company, each with the MPN IDs it is limited to."""
    rows = Membership.objects.filter(user__email__startswith=f"{name.partition('@')[0]}@")
    return {row.role: sorted(row.mpn_ids.values_list("number", flat=True)) for row in rows}


def operator_roles(name: str) -> list[str]:
    rows = OperatorRole.objects.filter(user__email__startswith=f"{name.partition('@')[0]}@")
    return sorted(rows.values_list("role", flat=True))


def limit(name: str, role: str, *numbers: str) -> None:
    """Limits a role to MPN IDs."""
    row = Membership.objects.get(user__email__startswith=f"{name}@", role=role)
    MembershipMpnId.objects.bulk_create(
        MembershipMpnId(membership=row, mpn_id=one) for one in MpnId.objects.filter(number__in=numbers)
    )


def seen(browser: Client, path: str) -> str:
    """What a page carries of the roles it shows."""
    found = re.search(r'name="seen" value="([^"]*)"', read(browser, path))
    assert found
    return found[1]


def change(world: World, who: str, whom: User, *grants: str, **more: Any) -> Any:
    """A post of a colleague's page, as it stands now."""
    browser, path = world.web(who), f"/team/{whom.pk}/"
    return browser.post(path, {"seen": seen(browser, path), "grant": list(grants), **more})


def remove(world: World, who: str, whom: User) -> Any:
    return world.web(who).post(f"/team/{whom.pk}/remove/")


def rows() -> dict[str, list[tuple[Any, ...]]]:
    """All that a refusal leaves alone. When somebody signed in last is what a test's own browser writes."""
    columns = [field.attname for field in User._meta.concrete_fields if field.name != "last_login"]
    return {**everything(but=TRACES), "partners_user": list(User.objects.order_by("pk").values_list(*columns))}


def refused(world: World, name: str) -> list[tuple[str, str]]:
    """Verb and code of what this person was refused, oldest first."""
    events = Event.objects.filter(subject=world.person(name).subject, kind="team.refused").order_by("seq")
    return [(event.data["verb"], event.data["code"]) for event in events]


def kinds(subject: str) -> list[str]:
    """What happened to a subject, oldest first."""
    return list(Event.objects.filter(subject=subject).order_by("seq").values_list("kind", flat=True))
