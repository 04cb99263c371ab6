"""Whoever runs the installation signs somebody out everywhere, or everybody; what lets them in again stays."""

from io import StringIO

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client

from tests.claims.given import everything
from tests.partners.signing_in import sign_in, stranger, told_of, whose, with_password
from tests.world import World


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("end_sessions", *arguments, stdout=out)
    return out.getvalue()


def test_somebody_is_signed_out_everywhere_and_nobody_else(world: World) -> None:
    jonas, browsers = with_password(world.person("jonas.weber")), [stranger(), stranger()]
    for browser in browsers:
        sign_in(browser, jonas)
    keys = [browser.session.session_key for browser in browsers]
    rows = list(Session.objects.filter(pk__in=keys))
    ines, program = world.web("ines.moreau"), world.api("jonas.weber")
    assert said("Jonas.Weber@haldencloud.example") == "Ended: 2 sessions.\n"
    assert [browser.get("/claims/").status_code for browser in browsers] == [302, 302]
    assert ines.get("/claims/").status_code == 200
    assert program.send("GET", "claims/").status_code == 200
    assert told_of(jonas)[-1] == ("person.sessions_ended", {"sessions": 2})

    Session.objects.bulk_create(rows)  # as from a backup
    thief = Client()
    thief.cookies["sessionid"] = keys[0]
    assert thief.get("/claims/").status_code == 302
    again = stranger()
    sign_in(again, jonas)
    assert whose(again) == jonas.pk


def test_everybody_is_signed_out(world: World) -> None:
    people = ["jonas.weber", "nadia.okafor", "miguel.sa"]
    browsers = []
    for name in people:
        browser = stranger()
        sign_in(browser, with_password(world.person(name)))
        browsers.append(browser)
    assert said("--everybody") == "Ended: 3 sessions.\n"
    assert [browser.get("/messages/").status_code for browser in browsers] == [302, 302, 302]
    assert not UserSession.objects.exists()
    assert said("--everybody") == "Ended: 0 sessions.\n"


@pytest.mark.parametrize("arguments", [(), ("nobody@haldencloud.example",), ("a@b.example", "--everybody")])
def test_what_names_nobody_or_too_many_ends_nothing(world: World, arguments: tuple[str, ...]) -> None:
    browser = stranger()
    sign_in(browser, with_password(world.person("jonas.weber")))
    before = everything()
    with pytest.raises(CommandError):
        said(*arguments)
    assert everything() == before
