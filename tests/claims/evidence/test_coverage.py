"""Marks: which pages of which document prove which requirement for which product."""

from typing import Any

import pytest
from django.test import Client

from claims.actions.coverage import Mark, mark
from claims.api import evidence as endpoints
from claims.errors import FileRefused
from claims.intake import Intake
from claims.models import Claim, Coverage, Evidence
from claims.preflight import check
from claims.requirements import MARKED
from claims.views import proof as views
from tests.at_once import at_once
from tests.claims.evidence.doors import added, clean_row, inspect_one
from tests.claims.evidence.files import pdf, with_script
from tests.claims.given import SALES, SERVICE, draft, events_of, everything, stored
from tests.world import NOW, World

both_databases = pytest.mark.both_databases
WHO = "jonas.weber"
ALL = [str(requirement) for requirement in MARKED]


@pytest.fixture
def reference(world: World) -> str:
    """A draft with two products and no proof."""
    return draft(world, WHO, proof=False, lines=[SALES, SERVICE])


@pytest.fixture
def document(world: World, reference: str) -> str:
    """The key of a clean document of four pages."""
    return clean_row(reference)


def one(document: str, **changes: Any) -> dict[str, Any]:
    """One mark as JSON."""
    return {"line": 0, "requirement": "dates", "evidence": document, "pages": "", **changes}


def put(world: World, reference: str, *marks: Any, **headers: str) -> Any:
    return world.api(WHO).send("PUT", f"claims/{reference}/coverage/", {"marks": list(marks)}, **headers)


def marks(world: World, reference: str) -> Any:
    return world.api(WHO).send("GET", f"claims/{reference}/coverage/").json()


def post(browser: Client, reference: str, document: str, **form: Any) -> Any:
    """The form of the page; `line` takes places of lines."""
    ids = list(stored(reference).lines.values_list("pk", flat=True))
    lines = [ids[place] for place in form.pop("line", [0])]
    form = {"document": document, "requirement": ["dates"], "pages": "", "line": lines, **form}
    return browser.post(f"/claims/{reference}/coverage/", form)


def held() -> list[tuple[int, str, str]]:
    """Place, requirement and pages of every mark, in order."""
    return sorted(Coverage.objects.values_list("line__position", "requirement", "pages"))


def faults(answer: Any) -> list[tuple[str, str]]:
    assert (answer.status_code, answer.json()["code"]) == (400, "file_refused")
    return [(finding["code"], finding["field"]) for finding in answer.json()["findings"]]


# --- Through the API


@both_databases
def test_what_is_put_are_all_the_marks_in_one_act(world: World, reference: str, document: str) -> None:
    first = [one(document, pages="1"), one(document, requirement="work", line=1, pages="2-3")]
    assert put(world, reference, *first).json() == first
    version = stored(reference).version
    second = [first[1], one(document, requirement="product", line=1)]
    answer = put(world, reference, *second)
    assert (answer.status_code, answer.json()) == (200, second)
    assert marks(world, reference) == second
    assert stored(reference).version == version + 1

    before = everything()
    assert put(world, reference, *second, second[0]).json() == second, "the same again changes nothing"
    assert everything() == before
    assert put(world, reference).json() == []
    assert not Coverage.objects.exists()


SPELLINGS = [
    ("p. 4", "4"),
    ("pp. 2-3", "2-3"),
    ("2–3", "2-3"),
    (" 2 - 3 ", "2-3"),
    ("3-3", "3"),
    ("004", "4"),
    (4, "4"),
    ("", ""),
    (None, ""),
    ("p.", ""),
]
NO_PAGES = ["0", 0, "9-2", "5", "4-5", "-1", "1,2", "iv", "1-2-3", "99999", "٣", False, [], {}, 1.5, "1" * 5000]


def test_pages_are_kept_in_one_spelling(world: World, reference: str, document: str) -> None:
    for pages, kept in SPELLINGS:
        assert put(world, reference, one(document, pages=pages)).json() == [one(document, pages=kept)]


def test_what_is_no_page_of_the_document_is_refused(world: World, reference: str, document: str) -> None:
    assert put(world, reference, one(document, pages="1")).status_code == 200
    before = everything()
    for pages in NO_PAGES:
        answer = put(world, reference, one(document), one(document, pages=pages))
        assert faults(answer) == [("pages_invalid", "marks.1.pages")], pages
    assert everything() == before


@pytest.mark.parametrize(
    ("count", "pages", "said"),
    [
        (1, "4", "Proof.pdf has 1 page. Leave this empty where the whole document shows it."),
        (3, "2-4", "Proof.pdf has 3 pages. Leave this empty"),
        (1, "four", "A page is written as 4, several as 2-3."),
    ],
)
def test_a_page_past_the_end_is_told_how_many_there_are(
    world: World, reference: str, count: int, pages: str, said: str
) -> None:
    key = clean_row(reference, count)
    Evidence.objects.filter(key=key).update(name="Proof.pdf")
    answer = post(world.web(WHO), reference, key, pages=pages)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_a_document_without_pages_is_marked_whole_or_by_any_page(world: World, reference: str) -> None:
    picture = clean_row(reference, None)
    waiting = added(world, WHO, reference, pdf(2))["id"]
    assert put(world, reference, one(picture), one(waiting, pages="2")).status_code == 200


def test_every_fault_is_named_and_nothing_is_marked(world: World, reference: str, document: str) -> None:
    refused, foreign = clean_row(reference, scan="refused"), clean_row(draft(world, WHO, proof=False))
    before = everything()
    answer = put(
        world,
        reference,
        one(refused),
        one(foreign),
        one("0" * 32),
        one(document, line=2),
        one(document, line=-1),
        one(document, line=True),
        one(document, line="0"),
        one(document, line=10**30),
        one(document, requirement="taste"),
        one(document, requirement=None),
        {},
    )
    assert faults(answer) == [
        *[("invalid", f"marks.{number}.evidence") for number in range(3)],
        *[("invalid", f"marks.{number}.line") for number in range(3, 8)],
        *[("invalid", f"marks.{number}.requirement") for number in range(8, 10)],
        *[("invalid", f"marks.10.{name}") for name in ("line", "requirement", "evidence")],
    ]
    assert everything() == before


def test_what_is_no_list_of_marks_is_refused(world: World, reference: str) -> None:
    world.api(WHO)
    before = everything()
    for body in ({}, {"marks": None}, {"marks": {}}, {"marks": [1]}, {"marks": ["a"]}, [], "marks"):
        assert world.api(WHO).send("PUT", f"claims/{reference}/coverage/", body).status_code == 400
    assert everything() == before


@both_databases
def test_five_hundred_marks_are_taken_and_not_one_more(world: World, reference: str) -> None:
    long = clean_row(reference, 300)
    many = [one(long, line=line, pages=str(page)) for line in (0, 1) for page in range(1, 251)]
    assert faults(put(world, reference, *many, one(long))) == [("invalid", "marks")]
    assert held() == []
    assert len(put(world, reference, *many).json()) == 500
    answer = post(world.web(WHO), reference, long, requirement=["work"])
    assert answer.status_code == 422
    assert len(held()) == 500


def test_a_precondition_that_no_longer_holds_stops_marks(world: World, reference: str, document: str) -> None:
    tag = world.api(WHO).send("GET", f"claims/{reference}/")["ETag"]
    world.api(WHO).send("PATCH", f"claims/{reference}/", {"name": "Another"})
    assert put(world, reference, one(document), If_Match=tag).status_code == 412
    assert held() == []


def test_what_somebody_changes_between_precondition_and_lock_stops_marks(
    world: World, reference: str, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = endpoints.check_precondition

    def then_another_is_faster(request: Any, claim: Claim) -> None:
        checked(request, claim)
        Claim.objects.filter(pk=claim.pk).update(version=claim.version + 1)

    monkeypatch.setattr(endpoints, "check_precondition", then_another_is_faster)
    tag = world.api(WHO).send("GET", f"claims/{reference}/")["ETag"]
    answer = put(world, reference, one(document), If_Match=tag)
    assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")
    assert held() == []
    assert put(world, reference, one(document)).status_code == 200
    assert put(world, reference, one(document, pages="1"), If_Match="*").status_code == 200
    assert held() == [(0, "dates", "1")]


# --- Through the form


def test_one_page_is_marked_for_several_products_and_requirements_at_once(
    world: World, reference: str, document: str
) -> None:
    answer = post(world.web(WHO), reference, document, line=[0, 1], requirement=ALL, pages="p. 2")
    here = f"/claims/{reference}/edit/proof/?document={document}#coverage"
    assert (answer.status_code, answer["Location"]) == (302, here)
    assert held() == sorted((place, requirement, "2") for place in (0, 1) for requirement in ALL)
    version = stored(reference).version
    assert post(world.web(WHO), reference, document, line=[0, 1], requirement=ALL, pages="2").status_code == 302
    assert (len(held()), stored(reference).version) == (8, version), "the same again changes nothing"


@both_databases
def test_a_mark_is_taken_off_and_only_that_one(world: World, reference: str, document: str) -> None:
    put(world, reference, one(document), one(document, pages="1"))
    gone = Coverage.objects.get(pages="1").pk
    browser, path = world.web(WHO), f"/claims/{reference}/coverage/"
    assert browser.post(path, {"unmark": gone}).status_code == 302
    assert held() == [(0, "dates", "")]
    before = everything()
    for wrong in (gone, "0", "-1", "x", "9" * 30):
        assert browser.post(path, {"unmark": wrong}).status_code == 404
    assert browser.get(path).status_code == 302
    assert everything() == before


@both_databases
@pytest.mark.parametrize(("pages", "said"), [("1-2", "A p. 1-2"), ("", "A")])
def test_what_was_taken_off_can_be_marked_again_at_once(
    world: World, reference: str, document: str, pages: str, said: str
) -> None:
    put(world, reference, one(document), one(document, pages="1-2"))
    before, browser = held(), world.web(WHO)
    gone = Coverage.objects.get(pages=pages)
    page = browser.post(f"/claims/{reference}/coverage/", {"unmark": gone.pk}, follow=True)
    offered = page.context["proof"]["taken"]
    assert f"Taken off: {said}, Dates," in page.text
    fields = {name: offered[name] for name in ("line", "requirement", "document", "pages")}
    again = browser.post(f"/claims/{reference}/coverage/", fields, follow=True)
    assert (held(), again.context["proof"]["taken"]) == (before, None)


@pytest.mark.parametrize(
    "wrong",
    ["", "1", "...", "{line}.dates.{document}.x", "{line}.none.{document}.1", "0.dates.{document}.1", "\0.a.b.c"],
)
def test_nothing_is_offered_again_that_was_no_mark(world: World, reference: str, document: str, wrong: str) -> None:
    line = stored(reference).lines.order_by("pk")[0].pk
    asked = {"taken": wrong.format(line=line, document=document)}
    page = world.web(WHO).get(f"/claims/{reference}/edit/proof/", asked)
    assert (page.status_code, page.context["proof"]["taken"]) == (200, None)


def test_a_form_with_a_fault_is_shown_again_and_marks_nothing(world: World, reference: str, document: str) -> None:
    browser = world.web(WHO)
    before = everything()
    faulty: list[dict[str, Any]] = [{"line": []}, {"requirement": []}, {"pages": "7"}, {"requirement": ["taste"]}]
    answers = [post(browser, reference, document, **form) for form in faulty]
    for answer in [*answers, post(browser, reference, "x")]:
        assert answer.status_code == 422
        assert 'class="marking"' in answer.content.decode()
    assert everything() == before


@both_databases
@pytest.mark.django_db(transaction=True)
def test_a_double_click_marks_once(world: World, reference: str, document: str) -> None:
    browsers = [world.web(WHO) for _ in range(6)]
    answers = at_once([lambda b=b: post(b, reference, document, requirement=ALL) for b in browsers])
    assert {answer.status_code for answer in answers} == {302}
    assert held() == sorted((0, requirement, "") for requirement in ALL)


# --- As the claim changes


@both_databases
def test_marks_stay_with_their_product_when_lines_are_moved_corrected_and_removed(
    world: World, reference: str, document: str
) -> None:
    api = world.api(WHO)
    put(world, reference, one(document, pages="1"), one(document, line=1, pages="2"))
    api.send("PATCH", f"claims/{reference}/", {"lines": [SERVICE, SALES]})
    assert held() == [(0, "dates", "2"), (1, "dates", "1")]
    corrected = {**SERVICE, "subscription_id": "0f0f0f0f-0000-4000-8000-000000000001"}
    api.send("PATCH", f"claims/{reference}/", {"lines": [corrected, SALES]})
    assert held() == [(0, "dates", "2"), (1, "dates", "1")]
    api.send("PATCH", f"claims/{reference}/", {"lines": [SALES]})
    assert held() == [(0, "dates", "1")]
    assert marks(world, reference) == [one(document, pages="1")]


def test_a_claim_that_was_sent_gets_marks_but_loses_none(world: World, reference: str, document: str) -> None:
    api = world.api(WHO)
    both = [one(document, line=line, requirement=name, pages="1") for line in (0, 1) for name in ALL]
    put(world, reference, *both)
    assert api.send("POST", f"claims/{reference}/submit/").status_code == 200
    more = [*both, one(document, pages="4")]
    assert put(world, reference, *more).json() == more
    assert events_of(stored(reference).subject)[-1] == ("coverage.marked", {"marks": 1})
    browser = world.web(WHO)
    before = everything()
    answer = put(world, reference, *both)
    assert (answer.status_code, answer.json()["code"]) == (409, "transition_not_allowed")
    assert browser.post(f"/claims/{reference}/coverage/", {"unmark": Coverage.objects.first().pk}).status_code == 302  # type: ignore[union-attr]
    assert everything() == before
    assert post(browser, reference, document, pages="2-4").status_code == 302
    assert len(held()) == 10
    Claim.objects.filter(reference=reference).update(state="withdrawn")
    before = everything()
    assert put(world, reference, *more).status_code == 409
    assert everything() == before


def test_a_mark_that_meets_the_sending_is_in_the_history(world: World, reference: str, document: str) -> None:
    put(world, reference, *[one(document, line=line, requirement=name) for line in (0, 1) for name in ALL])
    seen = stored(reference)
    assert seen.state == "editing"
    assert world.api(WHO).send("POST", f"claims/{reference}/submit/").status_code == 200
    asked = Mark(seen.lines.all()[0].pk, "dates", document, "3")
    assert mark(claim=seen, marks=[asked], actor=world.person(WHO), now=NOW) == 1
    assert events_of(seen.subject)[-1] == ("coverage.marked", {"marks": 1})


def test_marks_may_be_repeated_when_their_document_is_refused_or_their_product_dropped(
    world: World, reference: str, document: str
) -> None:
    put(world, reference, *[one(document, line=line, requirement=name) for line in (0, 1) for name in ALL])
    world.api(WHO).send("POST", f"claims/{reference}/submit/")
    dropped = world.api(WHO).send("PATCH", f"claims/{reference}/", {"lines": [SALES]})
    assert dropped.status_code == 200, dropped.json()
    late = added(world, WHO, reference, with_script())["id"]
    assert put(world, reference, *marks(world, reference), one(late)).status_code == 200
    inspect_one()
    standing = marks(world, reference)
    assert len(standing) == 9
    answer = put(world, reference, *standing, one(document, requirement="work", pages="3"))
    assert answer.status_code == 200, answer.json()
    assert faults(put(world, reference, *marks(world, reference), one(late, pages="2"))) == [
        ("invalid", "marks.10.evidence")
    ]
    assert Evidence.objects.get(key=late).scan == "refused"


def test_a_product_removed_while_it_is_marked_is_named(world: World, reference: str, document: str) -> None:
    claim = Claim.objects.prefetch_related("lines").get(reference=reference)
    asked = Mark(claim.lines.all()[1].pk, "dates", document)
    world.api(WHO).send("PATCH", f"claims/{reference}/", {"lines": [SALES]})
    with pytest.raises(FileRefused) as refusal:
        mark(claim=claim, marks=[asked], actor=world.person(WHO), now=NOW)
    assert [(found.code, found.field) for found in refusal.value.findings] == [("invalid", "marks.0.line")]
    assert held() == []


def test_more_marks_than_a_claim_takes_are_counted_before_they_are_made(
    world: World, reference: str, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "Mark", None)  # making one would fail
    form = {
        "document": document,
        "line": [str(number) for number in range(100)],
        "requirement": [str(number) for number in range(100)],
        "pages": ",".join(str(number) for number in range(1, 1000)),
    }
    before = everything(but=("partners_user",))
    assert world.web(WHO).post(f"/claims/{reference}/coverage/", form).status_code == 422
    assert everything(but=("partners_user",)) == before


def test_a_page_past_the_end_of_a_document_that_was_still_inspected_proves_nothing(
    world: World, reference: str
) -> None:
    key = added(world, WHO, reference, pdf(2))["id"]
    api = world.api(WHO)
    marks = [
        one(key, requirement=name, line=line, pages="99" if name == "dates" else "2") for name in ALL for line in (0, 1)
    ]
    assert api.send("PUT", f"claims/{reference}/coverage/", {"marks": marks}).status_code == 200
    inspect_one()

    text = world.web(WHO).get(f"/claims/{reference}/edit/proof/").content.decode()
    assert text.count("not in the document") == 2
    assert "3 of 4" in text
    checked = [finding.field for finding in proof_findings(world, reference)]
    assert checked == ["lines.0.coverage.dates", "lines.1.coverage.dates"]


def proof_findings(world: World, reference: str) -> list[Any]:
    """What the rules say of the proof of a stored claim."""
    claim = stored(reference)
    intake = Intake(claim.content, ())
    found = check(intake, user=world.person(WHO), partner_id=claim.partner_id, now=NOW, claim=claim)
    return [finding for finding in found.verdict.sheet.findings if finding.code.startswith("evidence")]


def test_what_a_colleague_marked_meanwhile_stops_a_program_that_has_not_seen_it(
    world: World, reference: str, document: str
) -> None:
    api = world.api(WHO)
    seen = api.send("GET", f"claims/{reference}/")["ETag"]
    mine, theirs = [one(document)], [one(document, requirement="work")]
    assert world.api("ruth.adeyemi").send("PUT", f"claims/{reference}/coverage/", {"marks": theirs}).status_code == 200

    late = api.send("PUT", f"claims/{reference}/coverage/", {"marks": mine}, If_Match=seen)
    sending = api.send("POST", f"claims/{reference}/submit/", If_Match=seen)
    assert [answer.status_code for answer in (late, sending)] == [412, 412]
    assert list(Coverage.objects.values_list("requirement", flat=True)) == ["work"]
