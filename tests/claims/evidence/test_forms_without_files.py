"""Forms that take no files: one that comes all the same is read past and kept nowhere, and the form does its work."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.test.client import RequestFactory
from django.urls import reverse

from claims import uploads
from claims.forms import Step
from claims.uploads import received
from tests.claims.evidence.doors import BOUNDARY, MULTIPART, files, multipart, spooled, stored_files
from tests.claims.given import draft, seen_on, sent, step_of, stored, version_on
from tests.world import World, claim_of

WHO = "jonas.weber"
LARGE = 3 * 1024 * 1024  # more than Django would keep in memory


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files would stand, for this test alone."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def kept_files(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folder of every temporary file that anything makes."""
    made: list[str] = []
    real = tempfile.mkstemp

    def noted(*arguments: Any, **options: Any) -> Any:
        handle, path = real(*arguments, **options)
        made.append(path)
        return handle, path

    monkeypatch.setattr(tempfile, "mkstemp", noted)
    return made


def post_with_files(browser: Client, path: str, form: dict[str, Any]) -> Any:
    """The form, and in it a small file and a large one under the names of fields and of none."""
    fields = [(name, None, str(value).encode()) for name, value in form.items()]
    extra = [("file", "small.pdf", b"%PDF-1.7"), ("name", "large.pdf", bytes(LARGE)), ("login", "x.pdf", b"%PDF")]
    return browser.generic("POST", path, multipart([*fields, *extra]), content_type=MULTIPART)


def is_kept_nowhere(answer: Any, temporary: Path) -> bool:
    request = answer.wsgi_request
    return (dict(request.FILES), spooled(), stored_files(), list(temporary.iterdir())) == ({}, [], [], [])


def test_of_somebody_who_is_not_signed_in(
    world: World, temporary: Path, kept_files: list[str], settings: LazySettings
) -> None:
    person = world.person(WHO)
    person.set_password("walk the ledger")
    person.save()
    path, browser = reverse("account_login"), Client(REMOTE_ADDR="10.77.3.9")
    answer = post_with_files(browser, path, {"login": person.email, "password": "wrong"})
    assert answer.status_code in {200, 422}
    assert is_kept_nowhere(answer, temporary)
    answer = post_with_files(browser, path, {"login": person.email, "password": "walk the ledger"})
    assert (answer.status_code, browser.session.get("_auth_user_id")) == (302, str(person.pk))
    assert is_kept_nowhere(answer, temporary)
    assert kept_files == []


def test_of_a_drafts_step(world: World, temporary: Path, kept_files: list[str]) -> None:
    reference, browser = draft(world, WHO, proof=False), world.web(WHO)
    path = f"/claims/{reference}/edit/customer/"
    form = step_of(claim_of(name="With a file"), Step.CUSTOMER, seen=seen_on(browser.get(path)))
    answer = post_with_files(browser, path, form)
    assert answer.status_code == 302
    assert stored(reference).name == "With a file"
    assert is_kept_nowhere(answer, temporary)
    assert kept_files == []


def test_of_a_withdrawal(world: World, temporary: Path, kept_files: list[str]) -> None:
    reference, browser = sent(world, WHO), world.web(WHO)
    path = f"/claims/{reference}/withdraw/"
    answer = post_with_files(browser, path, {"version": version_on(browser.get(path))})
    assert answer.status_code == 302
    assert stored(reference).state == "withdrawn"
    assert is_kept_nowhere(answer, temporary)
    assert kept_files == []


def test_files_of_one_post_share_the_room_of_a_claim(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "MAX_FILE", 600)
    monkeypatch.setattr(uploads, "MAX_TOTAL", 1000)
    sizes = [400, 700, 400, 300, 200, 1]
    body = multipart(files(*[(f"{number}.pdf", b"x" * size) for number, size in enumerate(sizes)]))
    request = RequestFactory().generic("POST", "/", body, content_type=f"multipart/form-data; boundary={BOUNDARY}")
    with received(request, tmp_path) as spool:
        assert not request.POST
        limits = [upload.fault.values["limit"] if upload.fault else "" for upload in spool.uploads]
        assert [upload.size for upload in spool.uploads] == sizes, "each is counted to its end"
        assert sorted(path.stat().st_size for path in tmp_path.iterdir()) == [0, 0, 0, 200, 400, 400]
    together = "All files of a claim together may have 100 MB."
    assert limits == ["", "One file may have 25 MB.", "", together, "", together]
    assert list(tmp_path.iterdir()) == []
