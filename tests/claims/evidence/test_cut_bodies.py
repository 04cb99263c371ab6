"""Bodies that break off are never taken for whole ones, whatever they carry; honest ones pass at every size."""

import tracemalloc
from typing import Any

import pytest

from claims.models import Comment
from claims.uploads import MAX_BODY
from tests.claims.evidence.doors import MULTIPART, files, multipart, nothing_came, spooled, stored_files
from tests.claims.evidence.files import pdf
from tests.claims.evidence.wsgi import ask, bearer, cuts, documents, form, large, length_of_large, signed_in
from tests.claims.given import draft, everything, sent, stored
from tests.world import World

WHO = "jonas.weber"
MEGABYTE = 1024 * 1024
JSON = {"CONTENT_TYPE": "application/json"}
TYPED = {"CONTENT_TYPE": "application/x-www-form-urlencoded"}


@pytest.fixture
def reference(world: World) -> str:
    """A draft without any proof."""
    return draft(world, WHO, proof=False)


@pytest.fixture
def web(world: World, reference: str) -> Any:
    """Sends bodies to the page's form."""
    head = signed_in(world, WHO)
    return lambda body, **more: ask(f"/claims/{reference}/evidence/", body, **{**head, **more})


@pytest.fixture
def api(world: World, reference: str) -> Any:
    """Sends bodies to the API."""
    head = bearer(world, WHO)
    return lambda body, **more: ask(f"/api/v1/claims/{reference}/evidence/", body, **{**head, **more})


@pytest.mark.parametrize("door", ["web", "api"])
def test_a_body_that_breaks_off_anywhere_is_no_document(
    reference: str, door: str, request: pytest.FixtureRequest
) -> None:
    send = request.getfixturevalue(door)
    body = form(pdf(3, padding=150_000))
    for where, came in cuts(body):
        answer = send(body[:came], length=len(body))
        assert answer.status == 400, where
        assert nothing_came(reference), where
    if door == "api":
        assert b"body_cut" in answer.body


@pytest.mark.parametrize("door", ["web", "api"])
def test_a_body_without_its_end_is_no_document_even_if_its_length_is_right(
    reference: str, door: str, request: pytest.FixtureRequest
) -> None:
    send = request.getfixturevalue(door)
    body = form(pdf(3))
    for where, came in cuts(body):
        if came:
            assert send(body[:came]).status == 400, where
            assert nothing_came(reference), where


@pytest.mark.parametrize("door", ["web", "api"])
def test_a_length_that_promises_more_is_not_believed(reference: str, door: str, request: pytest.FixtureRequest) -> None:
    send = request.getfixturevalue(door)
    body = form(pdf())
    assert send(body, length=len(body) + 1).status == 400
    assert send(body, length=len(body) + 100_000).status == 400
    assert nothing_came(reference)


def test_what_stands_behind_the_end_does_no_harm(web: Any) -> None:
    assert web(form(pdf()) + b"\r\n  \r\n").status == 302
    assert documents() == 1


@pytest.mark.parametrize("door", ["web", "api"])
def test_honest_bodies_pass_at_the_edges_of_every_piece(door: str, request: pytest.FixtureRequest) -> None:
    send, piece, whole = request.getfixturevalue(door), 64 * 1024, pdf(1)
    around = len(form(b""))
    sizes = [edge + off - shift for edge in (piece, 2 * piece) for off in (-1, 0, 1) for shift in (0, around)]
    for number, size in enumerate(sizes, 1):
        answer = send(form(whole + bytes(size - len(whole))))
        assert answer.status in {201, 302}, (size, answer.body)
        assert documents() == number
    assert len(stored_files()) == len(sizes)
    assert spooled() == []


def test_json_that_breaks_off_is_refused_even_where_it_could_be_read(world: World, reference: str) -> None:
    before = everything()
    head = {**bearer(world, WHO), **JSON}
    body = b'{"name": "Half of it"}' + b" " * 50
    for came in (0, 10, 22, 60):
        answer = ask(f"/api/v1/claims/{reference}/", body[:came], method="PATCH", length=len(body), **head)
        assert (answer.status, b"body_cut" in answer.body) == (400, True), came
    keyed = {**head, "HTTP_IDEMPOTENCY_KEY": "one"}
    assert ask("/api/v1/claims/", body[:30], length=len(body), **keyed).status == 400
    assert everything() == before
    assert ask(f"/api/v1/claims/{reference}/", body, method="PATCH", **head).status == 200
    assert stored(reference).name == "Half of it"


def test_half_a_comment_is_no_comment(world: World) -> None:
    reference = sent(world, WHO)
    head = {**signed_in(world, WHO), **TYPED}
    body = b"csrfmiddlewaretoken=" + b"c" * 32 + b"&body=We+do+agree+to+nothing"
    for came in (20, 70, len(body) - 1):
        assert ask(f"/claims/{reference}/comments/", body[:came], length=len(body), **head).status in {400, 403}
    assert not Comment.objects.exists()
    assert ask(f"/claims/{reference}/comments/", body, **head).status == 302
    assert Comment.objects.get().body == "We do agree to nothing"


def test_twenty_five_megabytes_pass_through_less_than_four_of_memory(web: Any, reference: str) -> None:
    web(form(b"MZ"))  # what is imported once
    size = 25 * MEGABYTE
    tracemalloc.start()
    try:
        answer = web(large(size), length=length_of_large(size))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (answer.status, stored(reference).evidence.get().size) == (302, size)
    assert peak < 4 * MEGABYTE


@pytest.mark.parametrize("door", ["web", "api"])
def test_a_body_longer_than_anything_a_claim_takes_is_not_read(
    reference: str, door: str, request: pytest.FixtureRequest
) -> None:
    send, body = request.getfixturevalue(door), large(MAX_BODY)
    assert send(body, length=MAX_BODY + 1).status == 413
    assert body.given == 0
    assert send(b"", length=10**15).status == 413
    assert nothing_came(reference)


@pytest.mark.parametrize("door", ["web", "api"])
@pytest.mark.parametrize("who", ["miguel.sa", "nadia.okafor"])
def test_who_may_not_add_is_turned_away_before_the_body_is_read(
    world: World, reference: str, door: str, who: str
) -> None:
    ours = sent(world, WHO)
    before = everything()
    web, api = signed_in(world, who), bearer(world, who)
    for claim in (reference, ours):
        body = large(MEGABYTE)
        head, path = (
            (web, f"/claims/{claim}/evidence/") if door == "web" else (api, f"/api/v1/claims/{claim}/evidence/")
        )
        answer = ask(path, body, length=length_of_large(MEGABYTE), **head)
        operator = who == "nadia.okafor" and claim == ours
        assert answer.status == ((302 if door == "web" else 403) if operator else 404)
        assert body.given == 0
    changed = {"partners_user"}
    assert everything(but=tuple(changed)) == {name: rows for name, rows in before.items() if name not in changed}
    assert (stored_files(), spooled()) == ([], [])


@pytest.mark.parametrize("door", ["web", "api"])
def test_ten_thousand_fields_and_a_hundred_files_too_many_are_refused_whole(
    reference: str, door: str, request: pytest.FixtureRequest
) -> None:
    send = request.getfixturevalue(door)
    token = ("csrfmiddlewaretoken", None, b"c" * 32)
    fields = [(f"field{number}", None, b"x") for number in range(10_000)]
    many = files(*[(f"{number}.pdf", pdf()) for number in range(101)])
    for parts in ([*files(("a.pdf", pdf())), token, *fields], [token, *many]):
        answer = send(multipart(parts), CONTENT_TYPE=MULTIPART)
        assert answer.status == 400
        assert nothing_came(reference)
    huge = send(multipart([*files(("a.pdf", pdf())), ("field", None, bytes(2 * MEGABYTE))]))
    assert huge.status == 413
    assert nothing_came(reference)
