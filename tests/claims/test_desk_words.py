"""The words of a reviewer's desk: drafted from what is not met, kept as they were changed, read by the partner."""

import re

from claims.models import LineReview
from partners.models import User
from tests.claims.given import read, stored, told
from tests.claims.test_decide import document, lines
from tests.claims.test_desk_page import DATES, WHO, all_met, desk, line_id, post, version_in
from tests.claims.test_desk_page import reference as reference  # noqa: PLC0414
from tests.claims.test_take import NADIA, whose
from tests.world import World


def test_refusing_sends_the_words_as_the_reviewer_left_them(world: World, reference: str) -> None:
    found_so = {**all_met(reference, unmet=("dates",)), "reason": DATES, "words": "No date on any page."}
    post(world, NADIA, reference, do="reject", sure=True, **found_so)
    assert lines(reference)[0] == ("rejected", DATES)
    assert [comment.body for comment in stored(reference).comments.all()] == ["No date on any page."]
    assert told() == [(WHO, "line_rejected")]


def test_nothing_is_refused_without_words(world: World, reference: str) -> None:
    answer = post(world, NADIA, reference, do="reject", words=" ", **all_met(reference, unmet=("dates",)))
    assert (answer.status_code, lines(reference)[0]) == (422, ("open", ""))
    assert "Nothing was sent." in answer.content.decode()


def test_who_refuses_before_anything_is_found_missing_is_told_that_first(world: World, reference: str) -> None:
    before = stored(reference).lines.values_list("state", flat=True)
    answer = post(world, NADIA, reference, do="reject", words="")
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing is said to be missing." in said
    assert "Say which requirement is not met, then refuse the product." in said
    assert list(stored(reference).lines.values_list("state", flat=True)) == list(before)
    answer = post(world, NADIA, reference, do="request_information", words="")
    assert (answer.status_code, "There are no words to the partner yet." in answer.content.decode()) == (422, True)


def test_asking_from_the_desk_gives_the_partner_the_turn(world: World, reference: str) -> None:
    post(world, NADIA, reference, do="request_information", words="Which page?", **all_met(reference, unmet=("dates",)))
    assert whose(reference) == ("action_required", NADIA)
    assert "what was found is kept" in desk(world, NADIA, reference)


def test_words_that_were_changed_are_kept_and_can_be_drafted_anew(world: World, reference: str) -> None:
    found_so = all_met(reference, unmet=("dates",))
    post(world, NADIA, reference, words="My own words", drafted="", **found_so)
    page = desk(world, NADIA, reference)
    assert "My own words</textarea>" in page
    assert "Draft anew" in page
    post(world, NADIA, reference, do="draft", words="My own words", **found_so)
    assert "My own words" not in desk(world, NADIA, reference)


def test_what_is_not_met_and_stands_in_no_word_of_ones_own_is_said(world: World, reference: str) -> None:
    post(world, NADIA, reference, words="The dates are missing.", drafted="", **all_met(reference, unmet=("dates",)))
    assert "Your words do not name" not in desk(world, NADIA, reference)
    found_so = all_met(reference, unmet=("dates", "work"))
    post(world, NADIA, reference, words="The dates are missing.", drafted="", **found_so)
    assert "Your words do not name: Work described." in desk(world, NADIA, reference)


def test_words_that_are_just_the_draft_follow_what_is_found(world: World, reference: str) -> None:
    post(world, NADIA, reference, **all_met(reference, unmet=("dates",)))
    words = re.search(r'name="drafted" hidden>(.*?)</textarea>', desk(world, NADIA, reference), re.DOTALL)
    assert words
    post(
        world,
        NADIA,
        reference,
        words=words[1].replace("&#x27;", "'"),
        drafted=words[1].replace("&#x27;", "'"),
        **all_met(reference, unmet=("product",)),
    )
    page = desk(world, NADIA, reference)
    assert "the product by its own name" in page
    assert "the dates of the work" not in page


def test_words_are_drafted_in_the_language_of_who_will_read_them_and_not_the_reviewers(
    world: World, reference: str
) -> None:
    form = all_met(reference, unmet=("dates",))
    post(world, NADIA, reference, **form)
    drafted = re.compile(r'name="drafted" hidden>(.*?)</textarea>', re.DOTALL)
    before = drafted.search(desk(world, NADIA, reference))
    User.objects.filter(email__startswith=NADIA).update(language="es")
    page = desk(world, NADIA, reference)
    after = drafted.search(page)
    assert before
    assert after
    assert "Dates" in before[1]
    assert (after[1], "Fechas" in page) == (before[1], True)


def test_who_decides_on_what_has_changed_since_is_told_and_loses_nothing(world: World, reference: str) -> None:
    page = desk(world, NADIA, reference)
    world.api(WHO).send("POST", f"claims/{reference}/comments/", {"body": "One more thing"})
    form = {"version": version_in(page), "line": line_id(reference), "document": document(reference)}
    found_so = all_met(reference, unmet=("dates",))
    web = world.web(NADIA)
    answer = web.post(f"/claims/{reference}/review/line/", {**form, **found_so, "do": "reject", "words": "My words"})
    assert answer.status_code == 302
    page = read(web, answer["Location"])
    assert "somebody else acted on this claim meanwhile" in page
    assert "My words" in page
    assert lines(reference)[0] == ("open", "")


def test_words_that_cannot_be_kept_are_shown_again_and_leave_those_that_were_kept(world: World, reference: str) -> None:
    post(world, NADIA, reference, words="Kept words", drafted="", **all_met(reference, unmet=("dates",)))
    for do in ("keep", "reject"):
        answer = post(world, NADIA, reference, do=do, words="y" * 4001, **all_met(reference, unmet=("dates",)))
        assert answer.status_code == 422
        assert "y" * 4001 in answer.content.decode()
    assert LineReview.objects.get().words == "Kept words"
