"""Every form carries its token, and no address that a stranger wrote leads off the site."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver

from tests.claims.given import draft, everything
from tests.world import World

WHO = "jonas.weber"
ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "///elsewhere.example/",
    "/\\elsewhere.example/",
    "\\\\elsewhere.example",
    "https:elsewhere.example",
    "http:///elsewhere.example",
    "https://testserver@elsewhere.example/",
    "https://testserver.elsewhere.example/",
    "/%09/elsewhere.example",
    "\t//elsewhere.example/",
    "/\n/elsewhere.example/",
    "javascript:alert(1)",
    "data:text/html,x",
]


def forms(resolver: Any, prefix: str = "/") -> Iterator[tuple[str, bool]]:
    """Each address of the site that is none of the API's, and whether Django's own check of the token is off there."""
    for pattern in resolver.url_patterns:
        path = prefix + re.sub(r"\(\?P<(\w+)>[^)]*\)|[\^$]|\(\?:([^|)]*)[^)]*\)", r"<\1>\2", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from forms(pattern, path)
        elif not path.startswith("/api/"):
            yield path.replace("<>", ""), getattr(pattern.callback, "csrf_exempt", False)


def checked(world: World) -> Client:
    """A browser in which Jonas has just signed in, and of which each form is asked for its token."""
    browser = world.web(WHO)
    browser.handler.enforce_csrf_checks = True
    return browser


def test_no_form_is_taken_without_its_token(world: World) -> None:
    reference = draft(world, WHO)
    values = {"reference": reference, "step": "customer", "language": "en"}
    browser = checked(world)
    before, asked = everything(), 0
    for path, exempt in forms(get_resolver()):
        address = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], "1"), path)
        answer = browser.post(address, {"language": "es", "body": "x", "action": "save", "words": "x"})
        assert answer.status_code == 403 or (exempt and answer.status_code in {302, 404}), (path, answer.status_code)
        if not exempt:
            assert "errors/csrf.html" in [template.name for template in answer.templates], path
        asked += 1
    assert asked > 60
    assert everything() == before


def test_a_token_of_another_browser_is_none(world: World) -> None:
    other, browser = Client(), checked(world)
    other.get("/accounts/login/")
    given = {"language": "es", "csrfmiddlewaretoken": other.cookies["csrftoken"].value}
    assert browser.post("/language/", given).status_code == 403
    assert world.person(WHO).language == "en"


def test_over_https_a_form_comes_from_our_own_pages_alone(world: World, settings: Any) -> None:
    browser = checked(world)
    browser.get("/claims/", secure=True)
    given = {"language": "es", "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    for headers in ({"origin": "https://elsewhere.example"}, {"origin": "null"}, {"referer": "https://x.example/"}, {}):
        assert browser.post("/language/", given, headers=headers, secure=True).status_code == 403
    assert world.person(WHO).language == "en"
    assert browser.post("/language/", given, headers={"origin": "https://testserver"}, secure=True).status_code == 302
    assert world.person(WHO).language == "es"


@pytest.mark.parametrize("where", ELSEWHERE)
def test_no_way_back_leads_off_the_site(world: World, where: str, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    person = world.person(WHO)
    person.set_password("walk the ledger")
    person.save()
    browser = Client()
    given = {"login": person.email, "password": "walk the ledger", "next": where}
    answers = [browser.post("/accounts/login/", given)]
    answers.append(browser.get("/accounts/login/", {"next": where}))
    answers.append(browser.post("/language/", {"language": "es", "next": where}, headers={"referer": where.strip()}))
    answers.append(browser.post("/accounts/logout/", {"next": where}))
    for answer in answers:
        assert answer.status_code == 302
        target = urlsplit(answer["Location"].replace("\\", "/"))
        assert (target.scheme, target.netloc) == ("", ""), answer["Location"]
        assert answer["Location"].startswith("/")
        assert not re.match(r"/\s*/", answer["Location"])
