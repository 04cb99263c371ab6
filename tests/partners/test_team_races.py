"""People who act on each other at one instant; with the locks and, for what they alone prevent, without."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import IntegrityError
from django.test import Client

from arbitration.actions.leaving import dismiss
from claims.actions.sweep import sweep
from claims.models import Claim
from cpor import demo
from events.log import faults
from partners.models import Invitation, Membership, OperatorRole, Partner, User
from tests.at_once import Round, at_once, breaks, broken, first_broken, quiet
from tests.claims.given import sent
from tests.claims.test_take import take
from tests.partners.teams import (
    CATARINA,
    ELENA,
    HUGO,
    INES,
    LENA,
    NADIA,
    PASSWORD,
    SAMUEL,
    TOMAS,
    USER,
    invite,
    invited,
    link_to,
)
from tests.world import NOW, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("cheap_passwords")]

NUMBERS = count()


@pytest.fixture
def cheap_passwords(settings: LazySettings) -> None:
    """Nothing here is about how a password is kept, and a good way takes its time."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def statuses(answers: list[Any]) -> Counter[int]:
    """How many answers have which status; 0 for an error of ours."""
    return Counter(0 if isinstance(one, BaseException) else one.status_code for one in answers)


def browser(world: World, name: str) -> Client:
    """A browser that is answered 500 where it fails."""
    client = world.web(name)
    client.raise_request_exception = False
    return client


# Two admins, and each other


def admins(world: World) -> list[User]:
    """Tomas and Ines, global admins both, as if nothing had happened yet."""
    people = [world.person(TOMAS), world.person(INES)]
    User.objects.filter(pk__in=[one.pk for one in people]).update(is_active=True)
    Membership.objects.filter(user__in=people).delete()
    halden = Partner.objects.get(name=demo.HALDEN)
    Membership.objects.bulk_create(Membership(user=one, partner=halden, role="global_admin") for one in people)
    quiet()
    return people


def each_other(world: World, act: Callable[[Client, User], Any]) -> Round:
    """Each acts on the other at one instant."""

    def once() -> set[str]:
        tomas, ines = admins(world)
        theirs = browser(world, TOMAS), browser(world, INES)
        answers = at_once([partial(act, theirs[0], ines), partial(act, theirs[1], tomas)])
        left = Membership.objects.filter(role="global_admin", partner__name=demo.HALDEN, user__is_active=True)
        return broken({"one stays": left.count() == 1, "one is refused": statuses(answers) == {302: 1, 403: 1}})

    return once


def removed(client: Client, whom: User) -> Any:
    return client.post(f"/team/{whom.pk}/remove/")


def lowered(client: Client, whom: User) -> Any:
    return client.post(f"/team/{whom.pk}/", {"seen": "global_admin:", "grant": USER})


@pytest.mark.parametrize("act", [removed, lowered])
def test_of_two_admins_who_act_on_each_other_one_stays(world: World, act: Callable[[Client, User], Any]) -> None:
    assert first_broken(each_other(world, act)) == set()
    assert list(faults()) == []


@pytest.mark.usefixtures("unlocked")
def test_without_the_lock_both_would_go(world: World) -> None:
    assert breaks("one stays", each_other(world, removed))


def test_of_two_admins_of_the_operator_who_dismiss_each_other_one_stays(world: World) -> None:
    def once() -> set[str]:
        people = [world.person(ELENA), world.person(HUGO)]
        User.objects.filter(pk__in=[one.pk for one in people]).update(is_active=True)
        OperatorRole.objects.filter(user__in=people).delete()
        OperatorRole.objects.bulk_create(OperatorRole(user=one, role="admin") for one in people)
        quiet()
        theirs = browser(world, ELENA), browser(world, HUGO)
        paths = [f"/operator/people/{one.pk}/dismiss/" for one in reversed(people)]
        answers = at_once([partial(client.post, path) for client, path in zip(theirs, paths, strict=True)])
        left = OperatorRole.objects.filter(role="admin", user__is_active=True).count()
        return broken({"one stays": left == 1, "one is refused": statuses(answers) == {302: 1, 403: 1}})

    assert first_broken(once) == set()


# One invitation, several hands


def afresh(world: World, *who: str) -> tuple[str, list[str]]:
    """An address nobody has used, and where the letters lead that each of these wrote to it just now."""
    email = f"lena{next(NUMBERS)}@haldencloud.example"
    quiet()
    paths = []
    for name in who:
        assert invite(world, name, email).status_code == 302
        paths.append(link_to(email))
    return email, paths


def accepting(path: str) -> Any:
    """A post from a stranger's browser."""
    client = Client(raise_request_exception=False)
    return client.post(path, {"name": "Lena Fischer", "password": PASSWORD, "again": PASSWORD})


def test_an_invitation_that_is_accepted_many_times_at_once_lets_one_person_in(world: World) -> None:
    def once() -> set[str]:
        email, (path,) = afresh(world, TOMAS)
        answers = at_once([partial(accepting, path)] * 4)
        rules = {
            "accepted once": statuses(answers) == {302: 1, 410: 3},
            "one person": User.objects.filter(email=email).count() == 1,
            "one role": Membership.objects.filter(user__email=email).count() == 1,
        }
        return broken(rules)

    assert first_broken(once) == set()
    assert list(faults()) == []


def test_an_invitation_is_accepted_or_withdrawn_and_never_both(world: World) -> None:
    def once() -> set[str]:
        email, (path,) = afresh(world, TOMAS)
        withdrawing = partial(browser(world, TOMAS).post, f"/invitations/{invited(email).pk}/withdraw/")
        accepted, withdrawn = at_once([partial(accepting, path), withdrawing])
        found = invited(email)
        there = Membership.objects.filter(user__email=email).exists()
        outcomes = {("accepted", 302, 404, True), ("withdrawn", 410, 302, False)}
        outcome = (found.state(NOW), accepted.status_code, withdrawn.status_code, there)
        return broken({"one of two": outcome in outcomes})

    assert first_broken(once) == set()


def test_who_accepts_two_companies_at_once_belongs_to_one(world: World) -> None:
    def once() -> set[str]:
        email, paths = afresh(world, TOMAS, CATARINA)
        answers = at_once([partial(accepting, path) for path in paths])
        companies = Membership.objects.filter(user__email=email).values("partner").distinct().count()
        return broken({"one company": companies == 1, "one refused": statuses(answers) == {302: 1, 409: 1}})

    assert first_broken(once) == set()


def test_an_address_that_is_invited_many_times_at_once_gets_one_letter(world: World) -> None:
    def once() -> set[str]:
        email, _none = afresh(world)
        form = {"email": email, "language": "en", "grant": USER}
        clients = [browser(world, TOMAS) for _ in range(4)]
        answers = at_once([partial(client.post, "/team/invite/", form) for client in clients])
        rules = {
            "asked once": statuses(answers) == {302: 1, 422: 3},
            "one open": Invitation.objects.open().filter(email=email).count() == 1,
        }
        return broken(rules)

    assert first_broken(once) == set()


@pytest.mark.parametrize("name", [demo.HALDEN, None])
def test_the_database_itself_holds_one_open_invitation_for_an_address_and_side(world: World, name: str | None) -> None:
    said: dict[str, Any] = {
        "email": LENA,
        "partner": Partner.objects.get(name=name) if name else None,
        "language": "en",
        "invited_by": world.person(TOMAS),
        "invited_at": NOW,
        "expires_at": NOW,
    }
    Invitation.objects.create(**said, digest="1" * 64, withdrawn_at=NOW)
    Invitation.objects.create(**said, digest="2" * 64)
    with pytest.raises(IntegrityError):
        Invitation.objects.create(**said, digest="3" * 64)


# A leaver, and what they are just taking


def test_no_claim_stays_with_a_reviewer_who_took_it_as_they_were_dismissed(world: World) -> None:
    references = [sent(world, "jonas.weber", lines=[{"product": one}]) for one in ("dynamics-365-sales",)]
    nadia, elena = world.person(NADIA), world.person(ELENA)
    world.api(NADIA), world.api(SAMUEL)

    def taking() -> Any:
        return take(world, NADIA, references[0])

    answers = at_once([taking, partial(dismiss, person_id=nadia.pk, actor=elena, now=NOW)])
    assert not any(isinstance(one, BaseException) for one in answers), answers
    sweep(now=NOW)
    assert not Claim.objects.filter(reviewer=nadia).exists()
    assert Claim.objects.get().state == "submitted"
    assert list(faults()) == []
