"""Documents handed out: always as an attachment, with our type and walls of their own, and never unnoticed."""

from typing import Any
from urllib.parse import quote

import pytest

from claims.models import Evidence
from claims.rules.files import KINDS
from claims.storage import vault
from tests.claims.evidence.corpus.documents import letter
from tests.claims.evidence.doors import MULTIPART, added, files, inspect_one, inspected, multipart
from tests.claims.evidence.files import pdf, png, with_script
from tests.claims.given import draft, events_of, everything, sent, stored
from tests.world import NOW, World

WHO = "jonas.weber"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def reference(world: World) -> str:
    """A draft without any proof."""
    return draft(world, WHO, proof=False)


def doors(reference: str, key: str) -> tuple[str, str]:
    """Where people and programs find the file."""
    return f"/claims/{reference}/evidence/{key}/", f"/api/v1/claims/{reference}/evidence/{key}/content/"


def get(world: World, who: str, reference: str, key: str) -> list[Any]:
    """The file through both doors."""
    return [
        client.get(path) for client, path in zip((world.web(who), world.api(who)), doors(reference, key), strict=True)
    ]


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [("sow.PDF", pdf(), "application/pdf"), ("page.png", png(), "image/png"), ("sow.docx", letter(), DOCX)],
)
def test_every_header_is_ours(world: World, reference: str, name: str, content: bytes, media_type: str) -> None:
    document = inspected(world, WHO, reference, content, name)
    for answer in get(world, WHO, reference, document["id"]):
        assert answer.status_code == 200
        assert b"".join(answer.streaming_content) == content
        assert answer["Content-Type"] == media_type
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer["Content-Length"] == str(len(content))
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
        assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Frame-Options"] == "DENY"
        assert "Set-Cookie" not in answer


def test_no_kind_of_file_is_one_that_a_browser_runs() -> None:
    assert {kind.media_type for kind in KINDS} & {"text/html", "image/svg+xml", "text/xml", "application/xml"} == set()


NAMES = {
    "Contrato de María.pdf": "Contrato de María.pdf",
    "../../etc/cron.d/proof.pdf": "proof.pdf",
    "C:\\fakepath\\proof.pdf": "proof.pdf",
    "NUL.pdf": "_NUL.pdf",
    "<img src=x onerror=alert(1)>.pdf": "_img src=x onerror=alert(1)_.pdf",
    "proof\u202efdp.pdf": "prooffdp.pdf",
    "a;b=c.pdf": "a;b=c.pdf",
    "p" * 300 + ".pdf": "p" * 116 + ".pdf",
    "100%25.pdf": "100%25.pdf",
}


def test_a_name_reaches_its_reader_harmless(world: World, reference: str) -> None:
    path = f"/api/v1/claims/{reference}/evidence/"
    for sent_as, kept_as in NAMES.items():
        body = multipart(files((sent_as, pdf())))
        document = world.api(WHO).generic("POST", path, body, content_type=MULTIPART).json()
        assert document["name"] == kept_as
        Evidence.objects.update(scan="clean", inspected_at=NOW, sweep_at=None)
        shown = f'filename="{kept_as}"' if kept_as.isascii() else f"filename*=utf-8''{quote(kept_as)}"
        for answer in get(world, WHO, reference, document["id"]):
            assert answer["Content-Disposition"] == f"attachment; {shown}"
            assert b"".join(answer.streaming_content) == pdf()


def test_a_name_in_another_spelling_of_the_header_is_read_too(world: World, reference: str) -> None:
    body = multipart(files(("NAME", pdf()))).replace(b'filename="NAME"', b"filename*=UTF-8''pr%0D%0AX:%20oof%22.pdf")
    path = f"/api/v1/claims/{reference}/evidence/"
    document = world.api(WHO).generic("POST", path, body, content_type=MULTIPART).json()
    assert document["name"] == "prX_ oof_.pdf"


def test_who_has_read_a_document_is_known_to_the_auditor_alone(world: World) -> None:
    reference = sent(world, WHO)
    document = inspected(world, WHO, reference, pdf(7))
    evidence, claim = Evidence.objects.get(key=document["id"]), stored(reference)
    history, version = events_of(claim.subject), claim.version
    web, api = doors(reference, document["id"])
    for who in (WHO, "nadia.okafor"):
        for answer in get(world, who, reference, document["id"]):
            assert b"".join(answer.streaming_content) == pdf(7)
    ways = [("evidence.read", {"claim": claim.pk, "way": way}) for way in ("download", "program")]
    assert events_of(evidence.subject) == ways * 2
    assert (events_of(claim.subject), stored(reference).version) == (history, version)

    browser = world.web(WHO)
    before = everything()
    assert browser.head(web).status_code == 405
    assert world.api(WHO).head(api).status_code == 405
    assert browser.post(web).status_code == 405
    assert world.api(WHO).send("GET", f"claims/{reference}/evidence/{document['id']}/").status_code == 200
    assert everything() == before


@pytest.mark.parametrize("state", ["pending", "refused"])
def test_only_what_is_found_clean_is_handed_out(world: World, reference: str, state: str) -> None:
    document = added(world, WHO, reference, with_script())
    if state == "refused":
        inspect_one()
    evidence = Evidence.objects.get()
    assert evidence.scan == state
    before = everything(but=("partners_user",))
    for answer in get(world, WHO, reference, document["id"]):
        assert answer.status_code == 404
    assert everything(but=("partners_user",)) == before


def test_a_document_that_is_lost_is_said_to_be_so_and_nobody_has_read_it(world: World, reference: str) -> None:
    document = inspected(world, WHO, reference)
    evidence = Evidence.objects.get()
    vault().delete(evidence.stored)
    browser, api = world.web(WHO), world.api(WHO)
    before = everything()
    page, problem = (
        client.get(path) for client, path in zip((browser, api), doors(reference, document["id"]), strict=True)
    )
    assert (page.status_code, page["Retry-After"], page["Content-Type"]) == (503, "30", "text/html; charset=utf-8")
    assert "This document cannot be read just now" in page.content.decode()
    assert (problem.status_code, problem.json()["code"], problem["Retry-After"]) == (503, "storage_unavailable", "30")
    assert everything() == before
