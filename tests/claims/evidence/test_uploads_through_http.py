"""The page's own way in: several files at once, each by itself, with and without the script."""

from typing import Any

import pytest
from django.test import Client

from claims.models import Claim, Evidence
from claims.uploads import Spool
from claims.views import proof as proof_views
from tests.claims.evidence.doors import (
    clean_row,
    drop,
    files,
    multipart,
    nothing_came,
    remove,
    rows_and_files_agree,
    spooled,
    stored_files,
)
from tests.claims.evidence.files import pdf, png
from tests.claims.evidence.wsgi import TOKEN, ask, form, signed_in
from tests.claims.given import draft, everything, read, sent, stored
from tests.world import World

WHO = "jonas.weber"
SCRIPT = {"Accept": "application/json"}
FIVE = files(
    ("sow.pdf", pdf()),
    ("setup.exe", b"MZ" + bytes(500)),
    ("screen.png", png()),
    ("letter.pdf", b"<html>"),
    ("minutes.pdf", pdf(3)),
)


@pytest.fixture
def reference(world: World) -> str:
    """A draft without any proof."""
    return draft(world, WHO, proof=False)


@pytest.fixture
def browser(world: World) -> Client:
    """Jonas Weber's."""
    return world.web(WHO)


def names(reference: str) -> list[str]:
    return list(stored(reference).evidence.order_by("position").values_list("name", flat=True))


def test_of_five_files_two_are_refused_and_three_are_in(browser: Client, reference: str) -> None:
    answer = drop(browser, reference, FIVE)
    assert answer.status_code == 422
    page = answer.content.decode()
    for name, code, remedy in [
        ("setup.exe", "file_type_not_allowed", "Save the document as one of these"),
        ("letter.pdf", "file_content_mismatch", "Open it and save it anew"),
    ]:
        assert name in page
        assert code in page
        assert remedy in page
    assert "The other files are safe." in page
    assert names(reference) == ["sow.pdf", "screen.png", "minutes.pdf"]
    assert rows_and_files_agree()


def test_all_that_are_taken_lead_back_to_the_documents(browser: Client, reference: str) -> None:
    answer = drop(browser, reference, files(("a.pdf", pdf()), ("b.png", png())))
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{reference}/edit/proof/#documents")
    page = read(browser, f"/claims/{reference}/edit/proof/")
    assert "2 documents are added." in page
    assert "a.pdf" in page
    assert browser.get(f"/claims/{reference}/evidence/").status_code == 302


def test_a_claim_that_was_sent_shows_them_on_its_own_page(world: World, browser: Client) -> None:
    reference = sent(world, WHO)
    answer = drop(browser, reference, files(("late.pdf", pdf())))
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{reference}/#documents")
    refused = drop(browser, reference, files(("late.exe", b"MZ")))
    assert refused.status_code == 422
    assert "file_type_not_allowed" in refused.content.decode()
    assert names(reference)[1:] == ["late.pdf"]


def test_a_script_is_told_of_each_file(browser: Client, reference: str) -> None:
    taken = drop(browser, reference, files(("a.pdf", pdf())), **SCRIPT)
    assert (taken.status_code, taken.json()) == (200, {"refused": []})
    refused = drop(browser, reference, files(("<b>.exe", b"MZ")), **SCRIPT).json()["refused"]
    assert refused == [
        {
            "name": "_b_.exe",
            "code": "file_type_not_allowed",
            "title": "This type of file is not taken.",
            "message": "PDF, PNG, JPEG, DOCX, XLSX and PPTX are.",
            "remedy": "Save the document as one of these, best as PDF, and add it again.",
        }
    ]
    nothing = drop(browser, reference, files(("\u202e", pdf())), **SCRIPT).json()["refused"]
    assert [fault["code"] for fault in nothing] == ["required"], "a name of nothing visible is no name"
    assert names(reference) == ["a.pdf"]


@pytest.mark.parametrize("parts", [[], [("file", "", b"")], [("document", "a.pdf", pdf())], [("file", None, pdf())]])
def test_a_post_without_a_file_asks_for_one(browser: Client, reference: str, parts: Any) -> None:
    answer = drop(browser, reference, [("csrfmiddlewaretoken", None, b"x"), *parts])
    assert answer.status_code == 422
    assert "No file came." in answer.content.decode()
    assert nothing_came(reference)


def test_the_token_is_asked_for_although_the_body_is_read_first(world: World, reference: str) -> None:
    head = signed_in(world, WHO)
    path = f"/claims/{reference}/evidence/"
    before = everything()
    for body in (multipart(files(("a.pdf", pdf()))), form(pdf()).replace(TOKEN.encode(), b"d" * 32)):
        for accept in ("text/html", "application/json"):
            assert ask(path, body, **head, HTTP_ACCEPT=accept).status == 403
    assert ask(path, form(pdf()), HTTP_COOKIE=head["HTTP_COOKIE"].partition(";")[0]).status == 403
    assert everything() == before
    assert nothing_came(reference)
    assert ask(path, multipart(files(("a.pdf", pdf()))), **head, HTTP_X_CSRFTOKEN=TOKEN).status == 302
    assert names(reference) == ["a.pdf"]


def test_the_form_and_its_fellows_all_carry_the_token(browser: Client, reference: str) -> None:
    drop(browser, reference, files(("a.pdf", pdf())))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    before = everything()
    key = stored(reference).evidence.get().key
    for path in (f"evidence/{key}/remove/", "coverage/"):
        assert strict.post(f"/claims/{reference}/{path}", {"unmark": "1"}).status_code == 403
    assert everything() == before
    page = read(browser, f"/claims/{reference}/edit/proof/")
    assert page.count("<form") == page.count('name="csrfmiddlewaretoken"')


def test_what_is_too_much_costs_no_file_that_fits(browser: Client, reference: str) -> None:
    mega = 1024 * 1024
    heavy = [(f"{number}.pdf", pdf() + bytes(26 * mega)) for number in range(4)]
    answer = drop(browser, reference, files(*heavy, ("sow.pdf", pdf())))
    assert answer.status_code == 422
    assert answer.content.decode().count("One file may have 25 MB.") == 4
    assert names(reference) == ["sow.pdf"]
    assert rows_and_files_agree()


def test_more_than_fits_altogether_is_refused_by_its_last_files(browser: Client, reference: str) -> None:
    mega = 1024 * 1024
    heavy = [(f"{number}.pdf", pdf() + bytes(24 * mega)) for number in range(5)]
    answer = drop(browser, reference, files(*heavy, ("sow.pdf", pdf())))
    assert answer.status_code == 422
    assert "All files of a claim together may have 100 MB." in answer.content.decode()
    assert names(reference) == ["0.pdf", "1.pdf", "2.pdf", "3.pdf", "sow.pdf"]
    assert rows_and_files_agree()


def test_the_twenty_first_of_many_is_named(browser: Client, reference: str) -> None:
    for _ in range(18):
        clean_row(reference)
    answer = drop(browser, reference, files(*[(f"{letter}.pdf", pdf()) for letter in "abc"]))
    assert answer.status_code == 422
    assert "A claim takes 20 files." in answer.content.decode()
    assert names(reference)[18:] == ["a.pdf", "b.pdf"]
    assert len(stored_files()) == 2


def test_a_claim_that_is_withdrawn_while_its_files_are_on_their_way_takes_none(
    world: World, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = sent(world, WHO)
    complete = Spool.file_complete

    def late(spool: Spool, size: int) -> None:
        Claim.objects.filter(reference=reference).update(state="withdrawn")
        complete(spool, size)

    monkeypatch.setattr(Spool, "file_complete", late)
    answer = drop(browser, reference, files(("a.pdf", pdf())))
    assert (answer.status_code, answer["Location"]) == (302, f"/claims/{reference}/")
    assert (stored_files(), spooled(), len(names(reference))) == ([], [], 1)
    assert drop(browser, reference, files(("a.pdf", pdf())), **SCRIPT).status_code == 409


def test_what_was_added_before_the_claim_took_no_more_is_said(
    world: World, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference, enter = sent(world, WHO), proof_views.add_evidence

    def then_withdrawn(**given: Any) -> Evidence:
        evidence = enter(**given)
        Claim.objects.filter(reference=reference).update(state="withdrawn")
        return evidence

    monkeypatch.setattr(proof_views, "add_evidence", then_withdrawn)
    assert drop(browser, reference, files(("a.pdf", pdf()), ("b.pdf", pdf()))).status_code == 302
    text = browser.get(f"/claims/{reference}/").content.decode()
    assert "1 document was added; then this claim took no proof any more." in text
    assert "Nothing was changed" not in text
    assert (names(reference)[1:], len(stored_files())) == (["a.pdf"], 1)


def test_a_script_that_comes_too_late_several_times_is_told_once(world: World, browser: Client) -> None:
    reference = sent(world, WHO)
    Claim.objects.filter(reference=reference).update(state="withdrawn")
    for name in ("a.pdf", "b.pdf", "c.pdf"):
        assert drop(browser, reference, files((name, pdf())), **SCRIPT).status_code == 409
    assert browser.get(f"/claims/{reference}/").content.decode().count("Nothing was changed") == 1


def test_removing_is_for_drafts_and_by_post(world: World, browser: Client, reference: str) -> None:
    drop(browser, reference, files(("a.pdf", pdf())))
    key = stored(reference).evidence.get().key
    path = f"/claims/{reference}/evidence/{key}/remove/"
    assert browser.get(path).status_code == 302
    assert names(reference) == ["a.pdf"]
    assert browser.post(path).status_code == 302
    assert browser.post(path).status_code == 404
    assert names(reference) == []
    assert remove(world.api(WHO), reference, key) == 404
