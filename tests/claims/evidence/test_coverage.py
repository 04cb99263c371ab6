"""Marks: which pages of which document prove which requirement for which product."""

from typing import Any

import pytest
from django.test import Client

from claims.api import evidence as endpoints
from claims.models import Claim, Coverage, Evidence
from claims.requirements import MARKED
from tests.at_once import at_once
from tests.claims.evidence.doors import added, clean_row
from tests.claims.evidence.files import pdf
from tests.claims.given import SALES, SERVICE, draft, everything, stored
from tests.world import World

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
