"""Ids in bodies, queries and headers: another's says no more than one that nobody has."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from django.test import Client

from claims.forms import Step
from claims.models import Claim
from tests.conftest import PROBES
from tests.isolation.bodies import OF_A_CLAIM, Of
from tests.isolation.expectation import GET, PATCH, POST
from tests.isolation.named import NAMED, Named
from tests.isolation.people import BY_KEY, A, B
from tests.isolation.places import LETTER_OR_DIGIT, ids
from tests.isolation.probe import A_WORD, Prober, known_marks
from tests.isolation.routes import routes

pytestmark = pytest.mark.django_db


SEEN = re.compile(rb'(id="seen"[^>]* value=)"\w+"')  # a fingerprint of what was typed


def nobodys(an_id: str) -> str:
    """An id of the same kind and length that nobody has."""
    name, at, host = an_id.partition("@")
    if at:
        return "x" * len(name) + at + host
    return LETTER_OR_DIGIT.sub("9" if an_id.isdecimal() else "0", an_id)


def without(text: bytes, an_id: str) -> bytes:
    """What an answer tells, however it repeats what was sent; a cursor is cut at twelve signs."""
    shown = {an_id, quote(an_id), quote_plus(an_id), an_id[:12]}
    for typed in sorted(shown, key=len, reverse=True):
        text = text.replace(typed.encode(), b"*")
    return SEEN.sub(rb"\1", text)


@dataclass
class Told:
    """The answer to a request that holds an id, but for the id."""

    status: int
    text: bytes
    changed: bool


def told(prober: Prober, named: Named, an_id: str) -> Told:
    """Sends the request that holds this id, to an address of A's."""
    route = routes()[named.key]
    path = route.at(prober.places.of(route, (A,) * ids(route)))
    answer = prober.send(BY_KEY[named.who], route, named.method, path, named.given(prober.scene, an_id))
    return Told(answer.read.status, without(answer.text.replace(path.encode(), b""), an_id), answer.changed)


def check_id(prober: Prober, named: Named) -> None:
    """Another's id gets nobody's answer; one's own, where there is such a thing, another one."""
    foreign = named.foreign(prober.scene)
    theirs, nothing = told(prober, named, foreign), told(prober, named, nobodys(foreign))
    assert (theirs.status, theirs.text) == (nothing.status, nothing.text)
    strange = {word.decode().lower() for word in A_WORD.findall(theirs.text)} - known_marks(BY_KEY[named.who])
    assert not strange
    if named.own:
        own = told(prober, named, named.own(prober.scene))
        assert theirs.changed == nothing.changed
        assert own != nothing, "one's own id does nothing here either, so this shows nothing"


@pytest.mark.parametrize("named", NAMED, ids=str)
def test_anothers_id_is_taken_for_nobodys(prober: Prober, named: Named, record_property: Any) -> None:
    check_id(prober, named)
    record_property(PROBES, 3 if named.own else 2)


def test_who_lets_somebody_go_reads_of_no_draft_that_they_began_elsewhere(prober: Prober) -> None:
    scene = prober.scene
    member, drafted = scene.world.person(scene.name_of("A.incentives_user")), scene.claim(B, "draft")
    with prober.world.undone():
        Claim.objects.filter(pk=drafted.pk).update(created_by=member)
        path = f"/team/{member.pk}/remove/"
        answer = prober.send(BY_KEY["A.global_admin"], routes()["team_remove"], GET, path, {})
    assert answer.read.status == 200
    assert {word.decode().lower() for word in A_WORD.findall(answer.text)} == known_marks(BY_KEY["A.global_admin"])


def test_an_idempotency_key_of_another_repeats_nothing_of_theirs(prober: Prober) -> None:
    route, content = routes()["api/v1/claims/"], prober.scene.companies[A].content("draft")
    client = prober.doors["A.global_admin"].program
    headers = {"Idempotency-Key": "the same"}
    first = client.post(route.path, content, content_type="application/json", headers=headers)
    assert first.status_code == 201
    second = prober.send(BY_KEY["B.global_admin"], route, POST, route.path, content, headers)
    assert (second.read.status, second.changed) == (201, True)
    assert b"Idempotent-Replayed" not in second.text
    assert first.json()["reference"].encode() not in second.text
    other = prober.send(BY_KEY["B.global_admin"], route, POST, route.path, {**content, "name": "Mine"}, headers)
    assert other.read.status == 201  # nor is it known to be another's


@pytest.mark.parametrize(("method", "header"), [(GET, "If-None-Match"), (PATCH, "If-Match")])
def test_a_tag_of_anothers_claim_opens_nothing(prober: Prober, method: str, header: str) -> None:
    route = routes()[OF_A_CLAIM]
    paths = {owner: route.at(prober.places.of(route, (owner,))) for owner in (A, B, None)}
    tag = prober.doors["B.global_admin"].program.get(paths[B]).headers["ETag"]
    body = {} if method == GET else {"technical_contact": Of(prober.scene, B, "sent").contact}
    theirs, nothing = (
        prober.send(BY_KEY["A.global_admin"], route, method, paths[owner], body, {header: tag}) for owner in (B, None)
    )
    assert theirs.read == nothing.read
    assert (theirs.read.status, theirs.changed) == (404, False)


def test_before_sending_nobody_learns_what_others_have_filed_but_not_got(prober: Prober) -> None:
    route, theirs = routes()["api/v1/claims/preflight/"], prober.scene.companies[B]
    own = (
        prober.scene.companies[A].content("sent")
        | theirs.content("sent")
        | {"mpn_id": prober.scene.companies[A].numbers["first"]}
    )
    answers = {}
    for product in ("sharepoint-online", "microsoft-teams", "viva-engage", "intune"):  # sent, held, nobody's; B has it
        content = own | {"lines": [{"product": product}]}
        answers[product] = prober.send(BY_KEY["A.global_admin"], route, POST, route.path, content).read.body
    assert answers["sharepoint-online"] == answers["microsoft-teams"] == answers["viva-engage"]
    assert b"competing_claim" in answers["intune"]
    assert b"competing_claim" not in answers["viva-engage"]


def test_who_says_to_be_another_keeps_nothing_about_their_draft(prober: Prober) -> None:
    route = routes()["claims:step"]
    paths = {owner: route.at(prober.places.of(route, (owner,))) for owner in (A, B)}
    page = prober.doors["B.incentives_user"].browser.get(paths[B]).content.decode()
    typist = page.partition('name="typist"')[2].partition('value="')[2].partition('"')[0]
    assert typist
    kept = {}
    for owner in (A, B):
        browser = Client()
        typed = {**Of(prober.scene, owner, "draft").typed(Step.CUSTOMER), "typist": typist}
        assert browser.post(paths[owner], typed).status_code == 302
        kept[owner] = "held_text" in browser.session
    assert kept == {A: False, B: True}
