"""What was written last is where its reader looks: the answer on the desk, the confirmation beside the comments."""

from html import unescape

from claims.models import Claim, Comment
from tests.claims import test_sure
from tests.claims.given import read, stored
from tests.claims.test_comments import say
from tests.claims.test_desk_page import all_met, desk, line_id, post
from tests.claims.test_desk_page import reference as of_two
from tests.claims.test_inquiry import answer, ask, reference
from tests.claims.test_take import NADIA
from tests.world import NOW, World

__all__ = ["of_two", "reference"]  # fixtures
WHO = "jonas.weber"


def wrote_last(world: World, reference: str) -> bool:
    return "The partner wrote last, " in desk(world, NADIA, reference)


def test_the_desk_and_the_queue_say_that_the_partner_has_answered(world: World, reference: str) -> None:
    noted = "the partner wrote last"
    assert (wrote_last(world, reference), noted in read(world.web(NADIA), "/review/")) == (False, False)
    ask(world, NADIA, reference)
    assert (wrote_last(world, reference), noted in read(world.web(NADIA), "/review/?show=all")) == (False, False)
    answer(world, WHO, reference, "It is on <page> 4.")
    page = desk(world, NADIA, reference)
    assert "It is on &lt;page&gt; 4." in page.partition('aria-label="Parts of the review"')[2]
    assert noted in read(world.web(NADIA), "/review/")


def test_once_the_reviewer_has_written_too_the_desk_says_so_no_more(world: World, reference: str) -> None:
    say(world, WHO, reference, "One thing more.")
    assert wrote_last(world, reference)
    say(world, NADIA, reference, "Thank you.")
    assert not wrote_last(world, reference)


def test_what_the_system_writes_is_no_word_of_the_partner_and_long_words_are_cut(world: World, reference: str) -> None:
    Comment.objects.create(claim=stored(reference), notice="present_partner_heard", at=NOW)
    assert not wrote_last(world, reference)
    say(world, WHO, reference, "word " * 60 + "end")
    assert wrote_last(world, reference)
    page = desk(world, NADIA, reference).partition("The partner wrote last, ")[2].partition("Read it")[0]
    assert ("word word" in page, "end" in page) == (True, False)


def test_of_a_claim_that_is_over_or_waits_for_its_case_nobody_is_said_to_have_written_last(
    world: World, reference: str
) -> None:
    say(world, WHO, reference, "One thing more.")
    noted = "the partner wrote last"
    assert noted in read(world.web(NADIA), "/review/?show=all")
    Claim.objects.filter(reference=reference).update(reviewed_at=NOW)
    assert noted not in read(world.web(NADIA), "/review/?show=all")
    Claim.objects.filter(reference=reference).update(state="rejected", reviewed_at=None)
    assert not wrote_last(world, reference)


def test_the_same_words_by_the_partner_are_not_what_it_was_sent(world: World, reference: str) -> None:
    post(world, NADIA, reference, words="Who signed it?", **{"met-dates": "no"})
    say(world, WHO, reference, "Who signed it?")
    assert "The partner was sent these words: " not in desk(world, NADIA, reference)


def test_words_that_are_kept_as_they_were_sent_are_not_called_unsent_by_the_next_save(
    world: World, reference: str
) -> None:
    say(world, NADIA, reference, "Who signed it?")
    form = {"line": line_id(reference), "words": "Who signed it?", "met-dates": "no"}
    headers = {"HX-Request": "true", "HX-Target": "saved"}
    kept = world.web(NADIA).post(f"/claims/{reference}/review/line/", form, headers=headers).content.decode()
    assert "The partner was sent these words: " in kept


def test_drafted_words_that_the_partner_was_sent_are_not_called_unsent(world: World, reference: str) -> None:
    post(world, NADIA, reference, **{"met-dates": "no"})
    page = desk(world, NADIA, reference)
    assert "; not sent" in page
    drafted = unescape(page.partition('name="drafted" hidden>')[2].partition("<")[0])
    post(world, NADIA, reference, do="request_information", words=drafted, drafted=drafted, **{"met-dates": "no"})
    answer(world, WHO, reference)
    page = desk(world, NADIA, reference)
    assert "The partner was sent these words: " in page
    assert "; not sent" not in page


def test_a_comment_is_confirmed_beside_the_comments_and_an_answer_above_all(world: World, reference: str) -> None:
    ask(world, NADIA, reference)
    browser, path = world.web(WHO), f"/claims/{reference}/"
    page = read(browser, path)
    assert "Your answer, or a comment" in page
    assert "A comment alone leaves the question open." in page
    sent = browser.post(f"{path}comments/", {"body": "Soon."})
    assert sent["Location"] == f"{path}#comments"
    above, _comments, below = read(browser, path).partition('id="comments"')
    told = "Your comment is sent."
    assert (told in above, told in below) == (False, True)
    sent = browser.post(f"{path}comments/", {"body": "Page 4.", "do": "respond", "version": stored(reference).version})
    assert sent["Location"] == path
    page = read(browser, path)
    assert "Your answer is sent, and the review goes on." in page.partition('id="comments"')[0]
    assert "Your answer, or a comment" not in page


def test_after_the_last_decision_the_desk_stays_with_what_was_decided(world: World, of_two: str) -> None:
    first, last = (line_id(of_two, index) for index in (0, 1))
    refused = post(world, NADIA, of_two, do="reject", sure=True, **test_sure.refusal(of_two))
    assert f"line={first}" not in refused["Location"]  # on to the next
    approved = post(world, NADIA, of_two, do="approve", sure=True, index=1, **all_met(of_two))
    assert f"line={last}" in approved["Location"]
