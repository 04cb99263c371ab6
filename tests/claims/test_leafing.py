"""Documents page by page for who files the claim: what each page shows is marked while it is in view."""

import re

import pytest

from claims.models import Claim, Coverage, Evidence
from claims.views.desk import page as desk_page
from tests.claims.given import SALES, SERVICE, draft, everything, read, sent, stored
from tests.claims.test_decide import document
from tests.claims.test_take import NADIA
from tests.world import World

WHO = "jonas.weber"


@pytest.fixture
def reference(world: World) -> str:
    """A draft of two products, nothing of whose document of four pages is marked."""
    reference = draft(world, WHO, lines=[SALES, SERVICE])
    Coverage.objects.all().delete()
    Evidence.objects.update(pages=4)
    return reference


def leaf(reference: str, **place: str) -> str:
    asked = "&".join(f"{name}={value}" for name, value in place.items())
    return f"/claims/{reference}/pages/" + (f"?{asked}" if asked else "")


def lines(reference: str) -> list[str]:
    return [str(line.pk) for line in Claim.objects.get(reference=reference).lines.order_by("position")]


def marks() -> list[tuple[str, str, str]]:
    return list(Coverage.objects.order_by("pk").values_list("line__position", "requirement", "pages"))


def test_the_documents_of_a_claim_lead_to_their_pages(world: World, reference: str) -> None:
    page = read(world.web(WHO), f"/claims/{reference}/edit/proof/")
    assert f'href="{leaf(reference, document=document(reference))}"' in page


def test_a_page_is_in_view_with_the_way_to_its_neighbours(world: World, reference: str) -> None:
    page = read(world.web(WHO), leaf(reference, page="2"))
    assert f'src="/claims/{reference}/evidence/{document(reference)}/pages/2/"' in page
    assert [f"page={number}" in page for number in (1, 3, 4)] == [False, True, False]  # the first page needs no number
    assert 'rel="prev"' in page
    assert "Not marked for anything yet." in page


def test_what_a_page_shows_is_marked_while_it_is_in_view(world: World, reference: str) -> None:
    first, second = lines(reference)
    form = {"document": document(reference), "page": "2", "pages": "2", "line": [first, second]}
    browser = world.web(WHO)
    answer = browser.post(f"/claims/{reference}/coverage/", {**form, "requirement": ["dates", "work"]})
    assert (answer.status_code, answer["Location"]) == (302, leaf(reference, document=document(reference), page="2"))
    assert sorted(marks()) == [(0, "dates", "2"), (0, "work", "2"), (1, "dates", "2"), (1, "work", "2")]
    page = read(browser, answer["Location"])
    assert "It is marked, and stands in the table of the proof." in page
    assert re.search(r"<dt>Dynamics 365 Sales</dt><dd>Dates, Work described</dd>", page)
    assert "Not marked for anything yet." in read(browser, leaf(reference, page="3"))


def test_a_mark_of_nothing_is_refused_on_the_page_in_view(world: World, reference: str) -> None:
    form = {"document": document(reference), "page": "3", "pages": "3"}
    browser = world.web(WHO)
    before = everything()
    answer = browser.post(f"/claims/{reference}/coverage/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert {name: len(found) for name, found in answer.context["mark_form"].slots.items()} == {
        "requirement": 1,
        "line": 1,
    }
    assert f'src="/claims/{reference}/evidence/{document(reference)}/pages/3/"' in page
    assert "What does it show?" in page
    assert everything() == before


def test_a_document_of_one_page_is_marked_as_a_whole(world: World, reference: str) -> None:
    Evidence.objects.update(pages=1)
    assert '<input type="hidden" name="pages" value="">' in read(world.web(WHO), leaf(reference))


@pytest.mark.parametrize(
    ("asked", "shown"),
    [({"page": "99"}, 4), ({"page": "x"}, 1), ({"page": "-1"}, 1), ({"document": "0f" * 16, "page": "2"}, 2)],
)
def test_what_there_is_not_shows_the_nearest_that_there_is(
    world: World, reference: str, asked: dict[str, str], shown: int
) -> None:
    picture = f'src="/claims/{reference}/evidence/{document(reference)}/pages/{shown}/"'
    assert picture in read(world.web(WHO), leaf(reference, **asked))


def test_a_claim_without_a_clean_document_says_why_there_is_none(world: World, reference: str) -> None:
    Evidence.objects.update(scan="pending")
    page = read(world.web(WHO), leaf(reference))
    assert "Only documents that were inspected and found clean are shown." in page
    assert "<img" not in page.partition("<main")[2]


def test_a_claim_that_takes_no_marks_any_more_is_looked_through_without_a_form(world: World) -> None:
    reference = sent(world, WHO)
    Claim.objects.update(state="withdrawn")
    page = read(world.web(WHO), leaf(reference))
    assert "The documents, page by page" in page
    assert "What does it show?" not in page


def test_a_reviewer_is_led_to_the_same_page_of_their_desk(world: World) -> None:
    reference = sent(world, WHO)
    key = document(reference)
    answer = world.web(NADIA).get(leaf(reference, document=key, page="2"))
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{reference}/review/?document={key}&page=2")


def test_one_person_has_so_many_pages_drawn_in_an_hour_and_reviewers_as_many_as_they_need(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk_page, "DRAWN_AN_HOUR", 2)
    monkeypatch.setattr(desk_page, "read_page", lambda **_which: b"\x89PNG")
    picture = f"/claims/{reference}/evidence/{document(reference)}/pages/1/"
    browser = world.web(WHO)
    answers = [browser.get(picture) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 3600
    assert world.web("tomas.reyes").get(picture).status_code == 200
    other = sent(world, WHO)
    assert stored(other).state == "submitted"
    picture = f"/claims/{other}/evidence/{document(other)}/pages/1/"
    assert [world.web(NADIA).get(picture).status_code for _ in range(4)] == [200] * 4
