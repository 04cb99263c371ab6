"""Nothing that a judge's browser or program may send to a case is half-kept, cut in silence, or a 500."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from arbitration.models import CaseDraft, Decision
from claims.models import Comment
from tests.arbitration.given import (
    Firm,
    answer_party,
    ask_parties,
    case,
    case_of,
    decide,
    decision,
    filed,
    firms,
    held_by,
    look_at,
    send_back,
)
from tests.claims.given import everything
from tests.claims.test_take import NADIA, PIETER
from tests.scenes import scene
from tests.world import World

UNSTORABLE = {"NUL": "a\x00b", "escape": "a\x1bb", "vertical": "a\x0bb", "C1": "a\x85b", "surrogate": "a\ud800b"}
STRANGE = {
    **UNSTORABLE,
    "long": "x" * 4001,
    "very long": "x" * 100_000,
    "number": 7,
    "list": ["a"],
    "object": {"a": "b"},
    "true": True,
    "huge number": 10**400,
}
ASIDE = ("partners_user",)  # when a browser signed in last
SEEN, READ = "one\u202e\u2028\r\n two\u200b\ttabs ", "one\n two\ttabs"  # what is typed, and what is kept of it


@dataclass(frozen=True)
class Scene:
    """A case in which A holds, was heard, and B has filed with all proof checked."""

    world: World
    pair: tuple[Firm, Firm]
    pk: int


@pytest.fixture(scope="module")
def heard(django_db_setup: None, django_db_blocker: Any) -> Iterator[Scene]:
    """The case, built once: almost everything that is sent to it here is refused."""
    with scene(django_db_blocker) as world:
        a, b = firms(world, 2)
        first, later = held_by(world, a), filed(world, b)
        look_at(world, PIETER, later)
        key = case_of(first).pk
        ask_parties(world, NADIA, key, a)
        answer_party(world, a, first)
        yield Scene(world, (a, b), key)


@pytest.fixture
def world(db: None, now: datetime, heard: Scene) -> World:
    return heard.world


@pytest.fixture
def pair(heard: Scene) -> tuple[Firm, Firm]:
    return heard.pair


@pytest.fixture
def pk(heard: Scene) -> int:
    return heard.pk


@pytest.fixture
def proposed(world: World, pair: tuple[Firm, Firm], pk: int) -> int:
    assert decide(world, PIETER, pk, pair[1]).json()["state"] == "proposed"
    return pk


def found(answer: Any) -> list[tuple[str, str]]:
    return [(one["code"], one["field"]) for one in answer.json()["findings"]]


def post(world: World, who: str, pk: int, verb: str, form: dict[str, Any]) -> Any:
    return world.web(who).post(f"/review/cases/{pk}/{verb}/", form)


# --- Through the API


@pytest.mark.parametrize("kind", STRANGE)
def test_a_program_is_told_which_text_cannot_be_kept(world: World, pair: tuple[Firm, Firm], pk: int, kind: str) -> None:
    value, before = STRANGE[kind], everything()
    assert found(ask_parties(world, NADIA, pk, pair[0], body=value)) == [("invalid", "body")]
    if isinstance(value, str):
        letters = decision(world, PIETER, pk, pair[1])["letters"]
        letters[str(pair[0].pk)] = value
        words = value * 2 if kind == "long" else value
        answer = decide(world, PIETER, pk, pair[1], letters=letters, rationale=words)
        assert found(answer) == [("invalid", "rationale"), ("invalid", f"letters.{pair[0].pk}")]
    else:
        answer = decide(world, PIETER, pk, pair[1], rationale=value, letters=value)
        assert answer.status_code == 400
    assert everything() == before


@pytest.mark.parametrize("kind", STRANGE)
def test_a_program_returns_no_proposal_for_words_that_cannot_be_kept(world: World, proposed: int, kind: str) -> None:
    before = everything()
    assert found(send_back(world, NADIA, proposed, body=STRANGE[kind])) == [("invalid", "body")]
    assert everything() == before


def test_what_nobody_sees_is_kept_of_no_text(world: World, pair: tuple[Firm, Firm], pk: int) -> None:
    given = decision(world, PIETER, pk, pair[1])
    letters = {key: f"{words} {SEEN}" for key, words in given["letters"].items()}
    answer = decide(world, PIETER, pk, pair[1], letters=letters, rationale=f"{given['rationale']} {SEEN}")
    assert answer.json()["state"] == "proposed", answer.json()
    made = Decision.objects.get()
    assert made.rationale == f"{given['rationale']} {READ}"
    assert {letter.words for letter in made.letters.all()} == {f"We looked at all that was proved. {READ}"}
    assert send_back(world, NADIA, pk, body=SEEN).status_code == 200
    assert Decision.objects.get().return_words == READ
    assert ask_parties(world, NADIA, pk, pair[1], body=SEEN).status_code == 200
    assert Comment.objects.latest("pk").body == READ


def test_a_text_of_the_greatest_length_is_kept_whole(world: World, pair: tuple[Firm, Firm], pk: int) -> None:
    given = decision(world, PIETER, pk, pair[1])
    letters = dict.fromkeys(given["letters"], "x" * 4000)
    rationale = given["rationale"] + "y" * (8000 - len(given["rationale"]))
    assert decide(world, PIETER, pk, pair[1], letters=letters, rationale=rationale).status_code == 200
    made = Decision.objects.get()
    assert made.rationale == rationale
    assert {letter.words for letter in made.letters.all()} == {"x" * 4000}


def test_scores_are_of_the_parties_alone(world: World, pair: tuple[Firm, Firm], pk: int) -> None:
    b = str(pair[1].pk)
    scores: dict[str, Any] = {
        b: {"dates": 3, "work": 4, "deliverables": True, "x": 1},
        **{key: {"dates": 1} for key in ("0", "999", f"0{b}", f" {b}", "٣", "x\x00", "1" * 30, "-1")},
        str(pair[0].pk): [1],
        **{str(key): {"dates": 1} for key in range(10_000, 20_000)},
    }
    assert decide(world, PIETER, pk, pair[1], scores=scores).status_code == 200
    assert Decision.objects.get().scores == {b: {"dates": 3}}


@pytest.mark.parametrize("parties", [None, 7, "1", {"1": 1}, ["1"], [1.0], [True], [None], [[1]], [{}]], ids=repr)
def test_parties_are_a_list_of_keys_and_nothing_else(world: World, pk: int, parties: Any) -> None:
    before = everything()
    answer = world.api(NADIA).send("POST", f"cases/{pk}/request-information/", {"parties": parties, "body": "Why?"})
    assert (answer.status_code, found(answer)) == (400, [("invalid", "parties")])
    assert everything() == before


@pytest.mark.parametrize("parties", [[], [0], [-1], [10**30]])
def test_a_key_of_no_party_is_that_of_none(world: World, pk: int, parties: list[int]) -> None:
    answer = world.api(NADIA).send("POST", f"cases/{pk}/request-information/", {"parties": parties, "body": "Why?"})
    assert (answer.status_code, found(answer)) == (400, [("party_required", "parties")])


@pytest.mark.parametrize("version", [None, "1", 1.0, True, [1], {}, ""], ids=repr)
def test_a_version_that_is_no_number_is_refused_and_not_ignored(
    world: World, pair: tuple[Firm, Firm], pk: int, version: Any
) -> None:
    before = everything()
    for answer in (
        ask_parties(world, NADIA, pk, pair[0], version=version),
        decide(world, PIETER, pk, pair[1], version=version),
        world.api(NADIA).send("POST", f"cases/{pk}/second/", {"version": version}),
        send_back(world, NADIA, pk, version=version),
    ):
        assert (answer.status_code, found(answer)) == (400, [("invalid", "version")])
    assert everything() == before


@pytest.mark.parametrize("version", [-1, 0, 10**30])
def test_a_version_that_never_was_is_not_the_present_one(
    world: World, pair: tuple[Firm, Firm], pk: int, version: int
) -> None:
    assert decide(world, PIETER, pk, pair[1], version=version).status_code == 409


# --- On the screen


@pytest.mark.parametrize("kind", [*(kind for kind in UNSTORABLE if kind != "surrogate"), "long"])
def test_the_page_shows_again_what_cannot_be_kept_and_says_so(
    world: World, pair: tuple[Firm, Firm], pk: int, kind: str
) -> None:
    value = str(STRANGE[kind]) * (2 if kind == "long" else 1)
    a, b = pair
    version, before = case(world, NADIA, pk)["version"], everything(but=ASIDE)
    asked = post(world, NADIA, pk, "ask", {"parties": [str(a.pk)], "body": value, "version": version})
    fields = {"upheld": str(b.pk), "rationale": value, f"letter-{a.pk}": value, f"letter-{b.pk}": "Yes."}
    made = post(world, PIETER, pk, "decide", {**fields, "version": version})
    kept = post(world, PIETER, pk, "draft", fields)
    by_htmx = world.web(PIETER).post(f"/review/cases/{pk}/draft/", fields, headers={"HX-Request": "true"})
    assert [answer.status_code for answer in (asked, made, kept, by_htmx)] == [422, 422, 422, 200]
    assert by_htmx.content.decode() == "Nothing was kept: a text is too long, or holds signs that cannot be stored."
    for answer, times in ((asked, 1), (made, 2), (kept, 2)):
        assert answer.content.decode().count(value) >= times
    assert made.content.decode().count("holds characters that cannot be stored") == 4  # each has its way to Help
    assert everything(but=ASIDE) == before


@pytest.mark.parametrize("kind", [*(kind for kind in UNSTORABLE if kind != "surrogate"), "long"])
def test_the_page_returns_nothing_for_words_that_cannot_be_kept(world: World, proposed: int, kind: str) -> None:
    value, before = str(STRANGE[kind]), everything(but=ASIDE)
    version = case(world, NADIA, proposed)["version"]
    answer = post(world, NADIA, proposed, "return", {"words": value, "version": version})
    assert answer.status_code == 422
    assert value in answer.content.decode()
    assert everything(but=ASIDE) == before


@pytest.mark.parametrize("value", ["", "9" * 5000, "-1", "٣", "x", "\x00", "1e9", "9223372036854775808"])
def test_the_page_takes_any_value_of_its_hidden_controls(
    world: World, pair: tuple[Firm, Firm], pk: int, value: str
) -> None:
    a, b = pair
    seen = case(world, NADIA, pk)["version"]
    fields = {
        "upheld": value,
        "seen": value,
        **dict.fromkeys((f"score-{b.pk}-dates", f"score-{value[:50]}-dates", f"reason-{value[:50]}"), value),
    }
    for verb in ("ask", "decide", "second", "return"):
        answer = post(
            world, NADIA, pk, verb, {**fields, "parties": [value], "body": "?", "words": "?", "version": value}
        )
        assert answer.status_code in {302, 409, 422}, verb
    assert post(world, NADIA, pk, "ask", {"parties": [value], "body": "?", "version": seen}).status_code == 422
    del fields["seen"]
    assert post(world, NADIA, pk, "draft", {**fields, f"letter-{a.pk}": "To A"}).status_code == 302
    kept = CaseDraft.objects.get().content
    assert (kept["upheld"], kept["letters"][str(a.pk)]) == (0, "To A")
