"""Documents page by page for who files the claim: what each page shows is marked while it is in view."""

import re
from datetime import timedelta
from threading import BoundedSemaphore
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from redis.exceptions import RedisError

from claims.inspection import InspectionFailed
from claims.models import Claim, Coverage, Evidence
from claims.states import Scan
from claims.views import pictures
from tests.claims.given import SALES, SERVICE, draft, everything, read, sent
from tests.claims.test_decide import document
from tests.claims.test_take import NADIA
from tests.world import NOW, World

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


def marked_for(page: str) -> dict[str, list[str]]:
    """What the page in view is marked for: each product with its marks, and the pages of those that reach beyond it."""
    part = page.partition("Marked for:")[2].partition("</dl>")[0]
    rows = re.findall(r"<dt>([^<]*)</dt><dd class=\"cites\">(.*?)</dd>", part, re.DOTALL)
    return {product: re.findall(r'<span class="cite"><span>([^<]*)</span>', cites) for product, cites in rows}


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
    there = leaf(reference, document=document(reference), page="2")
    assert (answer.status_code, answer["Location"]) == (302, f"{there}#viewer")
    assert sorted(marks()) == [(0, "dates", "2"), (0, "work", "2"), (1, "dates", "2"), (1, "work", "2")]
    page = read(browser, answer["Location"])
    assert "Page 2 is marked." in page
    assert marked_for(page) == {"Dynamics 365 Sales": ["Dates", "Work described"]} | {
        "Dynamics 365 Customer Service": ["Dates", "Work described"]
    }
    assert re.search(
        r"Without any page yet:.*<dt>Dynamics 365 Sales</dt><dd>Customer acknowledged, Product named</dd>", page
    )
    assert "Not marked for anything yet." in read(browser, leaf(reference, page="3"))


def test_a_mark_is_taken_off_where_its_page_is_in_view(world: World, reference: str) -> None:
    line = Claim.objects.get(reference=reference).lines.order_by("position")[0]
    evidence = Evidence.objects.get()
    wrong = Coverage.objects.create(line=line, evidence=evidence, requirement="dates", pages="1-2")
    Coverage.objects.create(line=line, evidence=evidence, requirement="work", pages="2")
    there = leaf(reference, document=evidence.key, page="2")
    page = read(world.web(WHO), there)
    assert marked_for(page) == {"Dynamics 365 Sales": ["Dates p. 1-2", "Work described"]}
    assert f'name="unmark" value="{wrong.pk}"' in page
    form = {"page": "2", "document": evidence.key, "unmark": str(wrong.pk)}
    answer = world.web(WHO).post(f"/claims/{reference}/coverage/", form)
    assert (answer.status_code, answer["Location"]) == (302, f"{there}#viewer")
    assert marks() == [(0, "work", "2")]


def test_what_a_page_has_to_show_stands_below_each_box(world: World, reference: str) -> None:
    for address in (leaf(reference), f"/claims/{reference}/edit/proof/"):
        page = read(world.web(WHO), address)
        for words in ("by a named person, signed", "of the signature, which is at most 12 months old"):
            assert words in page.partition('name="requirement"')[2], address


def test_a_mark_of_nothing_is_refused_on_the_page_in_view(world: World, reference: str) -> None:
    form = {"document": document(reference), "page": "3", "pages": "3"}
    browser = world.web(WHO)
    before = everything()
    answer = browser.post(f"/claims/{reference}/coverage/", form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.sub(r"<[^>]+>", " ", page.partition("<main")[2]).count("Nothing is chosen here.") >= 2  # of each question
    assert f'src="/claims/{reference}/evidence/{document(reference)}/pages/3/"' in page
    assert "What does it show?" in page
    assert everything() == before


def test_marks_of_a_document_that_is_gone_by_now_are_not_put_on_another(world: World, reference: str) -> None:
    other = Evidence.objects.get()
    other.pk, other.key, other.position, other.name = None, "f" * 32, 1, "Another.pdf"
    other.save(force_insert=True)
    form = {"document": "0f" * 16, "page": "2", "pages": "2", "line": lines(reference), "requirement": ["dates"]}
    answer = world.web(WHO).post(f"/claims/{reference}/coverage/", form)
    page = answer.content.decode()
    assert (answer.status_code, marks()) == (422, [])
    assert "The document that you looked at is not there any more." in page
    assert " checked" not in page.partition("<main")[2]
    Evidence.objects.all().delete()
    answer = world.web(WHO).post(f"/claims/{reference}/coverage/", form)
    assert "The document that you looked at is not there any more." in answer.content.decode()


def test_a_page_that_the_document_has_not_is_refused_in_words(world: World, reference: str) -> None:
    form = {"document": document(reference), "page": "9", "pages": "9", "line": lines(reference)}
    answer = world.web(WHO).post(f"/claims/{reference}/coverage/", {**form, "requirement": ["dates"]})
    assert (answer.status_code, marks()) == (422, [])
    assert re.search(r'class="msg bad" role="alert".*?4 pages', answer.content.decode(), re.DOTALL)


def test_what_is_not_drawn_is_marked_below_the_table(world: World, reference: str) -> None:
    Evidence.objects.update(media_type="application/vnd.openxmlformats-officedocument.presentationml.presentation")
    page = read(world.web(WHO), leaf(reference))
    assert "mark its pages as its own program counts them" in page
    assert "What does it show?" not in page
    assert f'href="/claims/{reference}/edit/proof/?document={document(reference)}#mark"' in page
    assert "Look at its pages" not in read(world.web(WHO), f"/claims/{reference}/edit/proof/")


def test_only_marks_of_the_document_in_view_stand_beside_it(world: World, reference: str) -> None:
    key, line = document(reference), Claim.objects.get(reference=reference).lines.order_by("position")[0]
    other = Evidence.objects.get()
    other.pk, other.key, other.position, other.name = None, "f" * 32, 1, "Another.pdf"
    other.save(force_insert=True)
    Coverage.objects.create(line=line, evidence=other, requirement="work", pages="2")
    assert "Not marked for anything yet." in read(world.web(WHO), leaf(reference, document=key, page="2"))
    Coverage.objects.create(line=line, evidence=Evidence.objects.get(position=0), requirement="dates", pages="")
    page = read(world.web(WHO), leaf(reference, document=key, page="3"))
    assert marked_for(page) == {"Dynamics 365 Sales": ["Dates (whole document)"]}  # the whole document is marked


def test_marks_of_a_refused_document_leave_the_requirement_without_a_page(world: World, reference: str) -> None:
    line = Claim.objects.get(reference=reference).lines.order_by("position")[0]
    lacks = "<dt>Dynamics 365 Sales</dt><dd>Customer acknowledged, Dates, Work described, Product named</dd>"
    refused = Evidence.objects.get()
    refused.pk, refused.key, refused.position, refused.name = None, "f" * 32, 1, "Another.pdf"
    refused.scan = Scan.REFUSED
    refused.save(force_insert=True)
    Coverage.objects.create(line=line, evidence=refused, requirement="dates", pages="2")
    assert lacks in read(world.web(WHO), leaf(reference))
    Coverage.objects.create(line=line, evidence=Evidence.objects.get(position=0), requirement="dates", pages="3")
    assert lacks.replace("Dates, ", "") in read(world.web(WHO), leaf(reference))


def test_who_marks_what_was_sent_is_warned_that_it_stays(world: World, reference: str) -> None:
    stays = "This claim was sent, so its marks stay"
    assert stays not in read(world.web(WHO), leaf(reference))
    assert stays in read(world.web(WHO), leaf(sent(world, WHO)))


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


# What partners may have drawn


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is drawn: how often it would be is what counts here."""
    monkeypatch.setattr(pictures, "read_page", lambda **_which: b"RIFF")


def look(world: World, who: str, reference: str, times: int = 1) -> list[Any]:
    """The answers to who asks for the first page so many times."""
    browser = world.web(who)
    return [browser.get(f"/claims/{reference}/evidence/{document(reference)}/pages/1/") for _ in range(times)]


def statuses(answers: list[Any]) -> list[int]:
    return [answer.status_code for answer in answers]


@pytest.mark.usefixtures("drawn")
def test_a_company_has_so_much_drawn_in_an_hour_and_reviewers_as_much_as_they_need(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "SECONDS_AN_HOUR", 2)
    reference = sent(world, WHO)
    answers = look(world, WHO, reference, 3)
    assert statuses(answers) == [200, 200, 429]
    assert 0 < int(answers[-1]["Retry-After"]) <= 3600
    assert statuses(look(world, "tomas.reyes", reference)) == [429]
    assert statuses(look(world, NADIA, reference, 4)) == [200] * 4
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert statuses(look(world, WHO, reference)) == [200]


def test_what_takes_long_to_draw_counts_with_its_seconds_even_where_it_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 0.0, 9.5, 10.0, 10.0, 10.0])  # patience, begun, over; then of the next
    reference = sent(world, WHO)

    def fails(**_which: Any) -> bytes:
        raise InspectionFailed

    monkeypatch.setattr(pictures, "read_page", fails)
    monkeypatch.setattr(pictures, "SECONDS_AN_HOUR", 10)
    browser = world.web(WHO)
    with monkeypatch.context() as patched:
        patched.setattr(pictures, "time", SimpleNamespace(monotonic=lambda: next(clock), sleep=lambda _seconds: None))
        picture = f"/claims/{reference}/evidence/{document(reference)}/pages"
        assert [browser.get(f"{picture}/{page}/").status_code for page in (1, 1)] == [422, 429]


@pytest.mark.usefixtures("drawn")
def test_one_person_has_one_picture_drawn_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "PATIENCE", 0.1)
    reference = sent(world, WHO)
    cache.set(f"drawing:{world.person(WHO).pk}", True, 60)  # it is at it in another window
    (answer,) = look(world, WHO, reference)
    assert (answer.status_code, answer["Retry-After"]) == (429, "1")
    assert statuses(look(world, "tomas.reyes", reference)) == [200]
    cache.delete(f"drawing:{world.person(WHO).pk}")
    assert statuses(look(world, WHO, reference, 2)) == [200, 200]


@pytest.mark.usefixtures("drawn")
def test_partners_pictures_take_no_more_than_some_of_a_process(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = sent(world, WHO)
    monkeypatch.setattr(pictures, "IN_HAND", BoundedSemaphore(1))
    assert statuses(look(world, WHO, reference, 2)) == [200, 200]  # each gives back what it took
    assert pictures.IN_HAND.acquire(blocking=False)
    assert statuses(look(world, WHO, reference)) == [429]
    assert statuses(look(world, NADIA, reference)) == [200]


def test_where_nothing_can_be_counted_a_partner_is_asked_to_come_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, browser = sent(world, WHO), world.web(WHO)

    def out_of_reach(*_what: Any) -> int:
        raise RedisError

    monkeypatch.setattr(pictures, "counted", out_of_reach)
    answer = browser.get(f"/claims/{reference}/evidence/{document(reference)}/pages/1/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
