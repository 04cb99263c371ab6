"""What a reviewer who finds a requirement met cites for it: what the partner marked, or the page in view."""

import pytest

from claims.models import Coverage, LineReview
from tests.claims import test_desk_page
from tests.claims.given import of_brightwater, sent
from tests.claims.test_decide import ALL, document, lines
from tests.claims.test_desk_page import desk, kept, line_id, post
from tests.claims.test_take import NADIA, PIETER
from tests.world import World

reference = test_desk_page.reference


def test_met_cites_what_the_partner_marked_for_it(world: World, reference: str) -> None:
    Coverage.objects.filter(requirement="dates").update(pages="2-3")
    post(world, NADIA, reference, page="4", **{"met-dates": "yes", "met-work": "no"})
    assert kept(reference) == [("dates", True, ["2-3"]), ("work", False, [])]


def test_a_page_that_was_cited_without_being_in_view_is_said_not_to_be(world: World, reference: str) -> None:
    Coverage.objects.filter(requirement="dates").update(pages="2-3")
    post(world, NADIA, reference, page="4", **{"met-dates": "yes"})
    for page, away in (("4", True), ("1", True), ("2", False), ("3", False)):
        there = f"?document={document(reference)}&page={page}"
        assert ("as the partner marked; not the page in view" in desk(world, NADIA, reference, there)) is away


def test_met_cites_the_page_in_view_where_the_partner_marked_nothing(world: World, reference: str) -> None:
    post(world, NADIA, reference, page="4", **{"met-belongs": "yes"})
    assert kept(reference) == [("belongs", True, ["4"])]


def test_met_cites_nothing_past_the_end_of_its_document(world: World, reference: str) -> None:
    Coverage.objects.filter(requirement="dates").update(pages="9")
    post(world, NADIA, reference, page="2", **{"met-dates": "yes"})
    assert kept(reference) == [("dates", True, ["2"])]


def test_met_without_any_page_is_kept_and_not_counted(world: World, reference: str) -> None:
    Coverage.objects.all().delete()
    post(world, NADIA, reference, document="", **{"met-dates": "yes", "met-work": "no"})
    assert kept(reference) == [("dates", True, []), ("work", False, [])]
    assert "1 of 5" in desk(world, NADIA, reference)


def test_what_the_reviewer_cites_stands_as_it_is(world: World, reference: str) -> None:
    post(world, NADIA, reference, **{"met-dates": "yes", "cite-dates": f"{document(reference)}:3"})
    assert kept(reference) == [("dates", True, ["3"])]


def test_a_citation_that_was_taken_away_does_not_come_back_by_itself(world: World, reference: str) -> None:
    place = f"{document(reference)}:1"
    post(world, NADIA, reference, **{"met-dates": "yes", "cite-dates": place}, uncite=f"dates:{place}")
    post(world, NADIA, reference, **{"met-dates": "yes", "met-work": "no"})
    assert kept(reference) == [("dates", True, []), ("work", False, [])]


def test_five_times_met_is_enough_to_approve(world: World, reference: str) -> None:
    post(world, NADIA, reference, do="approve", sure=True, **{f"met-{name}": "yes" for name in ALL})
    assert lines(reference)[0] == ("approved", "")


@pytest.mark.parametrize("target", ["draft", "saved"])
def test_a_script_gets_the_citation_that_came_with_met_and_no_other_row(
    world: World, reference: str, target: str
) -> None:
    form = {"line": line_id(reference), "document": document(reference), "met-dates": "yes", "met-work": "no"}
    headers = {"HX-Request": "true", "HX-Target": target}
    text = world.web(NADIA).post(f"/claims/{reference}/review/line/", form, headers=headers).content.decode()
    assert f'name="cite-dates" value="{document(reference)}:1"' in text
    assert 'id="cites-work"' not in text
    assert 'id="verdict-dates"' not in text


def test_a_script_that_cites_gets_its_row_and_no_page(world: World, reference: str) -> None:
    form = {"line": line_id(reference), "document": document(reference), "cite": f"dates:{document(reference)}:3"}
    headers = {"HX-Request": "true", "HX-Target": "draft"}
    text = world.web(NADIA).post(f"/claims/{reference}/review/line/", form, headers=headers).content.decode()
    assert 'id="verdict-dates"' in text
    assert f'name="cite-dates" value="{document(reference)}:3"' in text
    assert "<html" not in text


def test_a_script_reads_why_what_it_sent_is_not_kept(world: World, reference: str) -> None:
    places = [f"{document(reference)}:{page}" for page in range(1, 22)]
    form = {"line": line_id(reference), "document": document(reference), "met-dates": "yes", "cite-dates": places}
    headers = {"HX-Request": "true", "HX-Target": "draft"}
    answer = world.web(NADIA).post(f"/claims/{reference}/review/line/", form, headers=headers)
    assert answer.content.decode().startswith("Not kept: ")
    assert answer["HX-Retarget"] == "#saved"
    assert not LineReview.objects.exists()


def test_who_checks_for_a_case_gets_no_words_to_send(world: World) -> None:
    reference = sent(world, "jonas.weber")
    sent(world, "miguel.sa", **of_brightwater())
    headers = {"HX-Request": "true", "HX-Target": "draft"}
    form = {"line": line_id(reference), "document": document(reference), "met-dates": "no"}
    text = world.web(PIETER).post(f"/claims/{reference}/review/line/", form, headers=headers).content.decode()
    assert "You check this for its case, which decides it." in text
    assert 'name="words"' not in text
    assert kept(reference) == [("dates", False, [])]
