"""Comments and what is attached to them: sent together or not at all."""

from typing import Any

import pytest

from claims.models import Claim, Comment
from claims.rules.files import MAX_FILES
from claims.uploads import Spool
from tests.claims.evidence.doors import clean_row, files, multipart, rows, spooled, stored_files
from tests.claims.evidence.files import pdf
from tests.claims.evidence.wsgi import TOKEN, ask, cuts, signed_in
from tests.claims.given import draft, everything, sent, stored
from tests.world import World

WHO = "jonas.weber"
TYPED = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}
NOT_TAKEN = b"Not taken, "
WORDS = b"The agreement is attached."


@pytest.fixture
def reference(world: World) -> str:
    """A claim that was sent."""
    return sent(world, WHO)


def letter(*named: tuple[str, bytes], token: str = TOKEN) -> bytes:
    """A comment with its token and what is attached."""
    return multipart([("csrfmiddlewaretoken", None, token.encode()), ("body", None, WORDS), *files(*named)])


def say(world: World, who: str, reference: str, body: bytes, **headers: str) -> Any:
    return ask(f"/claims/{reference}/comments/", body, **{**signed_in(world, who), **headers})


def nothing_is_kept(before: dict[str, Any]) -> bool:
    return everything(but=("partners_user",)) == before and (stored_files(), spooled()) == ([], [])


def state_of_all() -> dict[str, Any]:
    """All that the database holds, but for when people signed in."""
    return everything(but=("partners_user",))


def test_words_and_files_are_sent_together(world: World, reference: str) -> None:
    answer = say(world, WHO, reference, letter(("a.pdf", pdf()), ("b.pdf", pdf(3))))
    assert (answer.status, answer.headers["Location"]) == (302, f"/claims/{reference}/#comments")
    comment = Comment.objects.get(author__isnull=False)
    assert list(comment.evidence.values_list("name", flat=True)) == ["a.pdf", "b.pdf"]
    assert len(stored_files()) == 2


def test_one_file_that_is_refused_keeps_the_words_too(world: World, reference: str) -> None:
    before = state_of_all()
    answer = say(world, WHO, reference, letter(("a.pdf", pdf()), ("b.exe", b"MZ")))
    assert answer.status == 422
    assert b"b.exe" in answer.body
    assert NOT_TAKEN in answer.body
    assert WORDS in answer.body
    assert nothing_is_kept(before)


def test_of_several_files_the_one_that_finds_no_room_is_named(world: World, reference: str) -> None:
    for _ in range(MAX_FILES - 2):
        clean_row(reference)
    before = state_of_all()
    answer = say(world, WHO, reference, letter(("a.pdf", pdf()), ("b.pdf", pdf()), ("c.pdf", pdf())))
    assert answer.status == 422
    assert NOT_TAKEN + b"b.pdf" in answer.body
    assert nothing_is_kept(before)


def test_without_its_token_nothing_is_sent_whether_files_come_with_it_or_not(world: World, reference: str) -> None:
    before = state_of_all()
    for body in (letter(("a.pdf", pdf()), token="d" * 32), multipart([("body", None, WORDS)])):
        assert say(world, WHO, reference, body).status == 403
    typed = b"body=We+agree"
    assert say(world, WHO, reference, typed, **TYPED).status == 403
    assert say(world, WHO, reference, typed + b"&csrfmiddlewaretoken=" + b"d" * 32, **TYPED).status == 403
    assert nothing_is_kept(before)
    by_script = multipart([("body", None, WORDS), *files(("a.pdf", pdf()))])
    assert say(world, WHO, reference, by_script, HTTP_X_CSRFTOKEN=TOKEN).status == 302
    assert len(stored_files()) == 1


def test_a_letter_that_breaks_off_anywhere_is_not_sent(world: World, reference: str) -> None:
    before = state_of_all()
    body = letter(("a.pdf", pdf(3)))
    for where, came in cuts(body):
        answer = say(world, WHO, reference, body[:came], CONTENT_LENGTH=str(len(body)))
        assert (answer.status, b"<h1" in answer.body) == (400, True), where
    assert nothing_is_kept(before)


def test_a_reviewers_file_is_not_dropped_in_silence(world: World, reference: str) -> None:
    before = state_of_all()
    answer = say(world, "nadia.okafor", reference, letter(("ruling.pdf", pdf())))
    assert answer.status == 422
    for said in (NOT_TAKEN, b"ruling.pdf", b"this claim takes no files from you", WORDS):
        assert said in answer.body
    assert nothing_is_kept(before)
    assert say(world, "nadia.okafor", reference, letter()).status == 302


@pytest.mark.parametrize("state", ["withdrawn", "ended"])
def test_a_claim_that_is_over_takes_words_but_no_file(world: World, reference: str, state: str) -> None:
    Claim.objects.filter(reference=reference).update(state=state)
    before = state_of_all()
    answer = say(world, WHO, reference, letter(("late.pdf", pdf())))
    assert (answer.status, b"late.pdf" in answer.body) == (422, True)
    assert nothing_is_kept(before)
    assert say(world, WHO, reference, letter()).status == 302


def test_a_claim_withdrawn_while_the_file_is_on_its_way_keeps_neither_file_nor_words(
    world: World, reference: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = Spool.file_complete

    def late(spool: Spool, size: int) -> None:
        complete(spool, size)
        Claim.objects.filter(reference=reference).update(state="withdrawn")

    monkeypatch.setattr(Spool, "file_complete", late)
    answer = say(world, WHO, reference, letter(("late.pdf", pdf())))
    assert (answer.status, NOT_TAKEN in answer.body) == (422, True)
    assert not Comment.objects.filter(author__isnull=False).exists()
    assert stored(reference).evidence.count() == len(rows()) == 1
    assert (stored_files(), spooled()) == ([], [])


@pytest.mark.parametrize("who", ["hugo.brandt", "elena.ruiz"])
def test_who_may_not_comment_is_turned_away_before_a_byte_is_read(world: World, reference: str, who: str) -> None:
    body = letter(("a.pdf", pdf()))
    signed_in(world, who)
    before = state_of_all()
    # A body that is past every limit is never even begun.
    answer = say(world, who, reference, body, CONTENT_LENGTH=str(10**12))
    assert (answer.status, answer.headers["Location"]) == (302, f"/claims/{reference}/")
    assert nothing_is_kept(before)


def test_a_draft_takes_neither(world: World) -> None:
    reference = draft(world, WHO, proof=False)
    before = state_of_all()
    assert say(world, WHO, reference, letter(("a.pdf", pdf()))).status == 302
    assert nothing_is_kept(before)
