"""The ways in for documents, and what lies in the storage and in the spool after."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase

from claims.actions.inspections import inspect_due
from claims.models import Claim, Evidence
from claims.storage import vault
from tests.claims.evidence.files import pdf
from tests.world import NOW, World

BOUNDARY = "part-of-the-test"
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"

# What is done on commit is done at the end of this block, where the test itself is one transaction.
at_commit = partial(TestCase.captureOnCommitCallbacks, execute=True)

# name of the field, name of the file or None where it is none, content
Part = tuple[str, str | None, bytes]


def upload(client: Client, reference: str, content: bytes = b"", name: str = "sow.pdf", **headers: str) -> Any:
    """One file, sent as a program sends it; header names are written with underscores."""
    given = {key.replace("_", "-"): value for key, value in headers.items()}
    file = SimpleUploadedFile(name, content or pdf())
    return client.post(f"/api/v1/claims/{reference}/evidence/", {"file": file}, headers=given)


def added(world: World, who: str, reference: str, content: bytes = b"", name: str = "sow.pdf") -> dict[str, Any]:
    """A document that waits for its inspection, as the API tells of it."""
    response = upload(world.api(who), reference, content, name)
    assert response.status_code == 201, response.content
    return dict(response.json())


def inspected(world: World, who: str, reference: str, content: bytes = b"", name: str = "sow.pdf") -> dict[str, Any]:
    """A document after its inspection, as the API tells of it."""
    document = added(world, who, reference, content, name)
    inspect_one()
    return dict(world.api(who).send("GET", f"claims/{reference}/evidence/{document['id']}/").json())


def clean_row(reference: str, pages: int | None = 4, *, scan: str = "clean", size: int = 1000) -> str:
    """The key of a document after its inspection whose file nobody asks for."""
    claim = Claim.objects.get(reference=reference)
    number = claim.evidence.count()
    row = Evidence(claim=claim, position=number, key=f"{claim.pk:016x}{number:016x}", name=f"{number}.pdf", size=size)
    row.sha256, row.media_type, row.pages, row.scan = "0" * 64, "application/pdf", pages, scan
    row.added_by, row.added_at, row.inspected_at = claim.created_by, NOW, NOW
    row.save(force_insert=True)
    return row.key


def inspect_one() -> None:
    """Decides the one document that waits."""
    with at_commit():
        assert inspect_due(now=NOW) == 1


def remove(client: Any, reference: str, key: str, **headers: str) -> int:
    """The status that taking a document off a claim is answered with."""
    with at_commit():
        return int(client.send("DELETE", f"claims/{reference}/evidence/{key}/", **headers).status_code)


def multipart(parts: Sequence[Part], *, boundary: str = BOUNDARY) -> bytes:
    """A body as a browser writes it, with names as they are."""
    body = b""
    for field, name, content in parts:
        shown = "" if name is None else f'; filename="{name}"\r\nContent-Type: application/octet-stream'
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"{shown}\r\n\r\n'
        body += head.encode() + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


def files(*named: tuple[str, bytes]) -> list[Part]:
    """Parts that are files, in the field that takes them."""
    return [("file", name, content) for name, content in named]


def drop(browser: Client, reference: str, parts: Sequence[Part], **headers: str) -> Any:
    """Files, sent by the form of the page."""
    path, body = f"/claims/{reference}/evidence/", multipart(parts)
    return browser.generic("POST", path, body, content_type=MULTIPART, headers=headers)


def stored_files() -> list[str]:
    """Every file in the storage."""
    root = Path(vault().path(""))
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def spooled() -> list[str]:
    """Every file in the spool."""
    folder = Path(settings.EVIDENCE_SPOOL)
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def rows() -> list[str]:
    """The file of every document that has one."""
    return sorted(Evidence.objects.exclude(stored="").values_list("stored", flat=True))


def rows_and_files_agree() -> bool:
    """Whether each document has its file, each file its document, and nothing waits in the spool."""
    return rows() == stored_files() and spooled() == []


def nothing_came(reference: str) -> bool:
    """Whether neither a row nor a file is there, nor any trace in the claim."""
    claim = Claim.objects.get(reference=reference)
    return (claim.evidence.count(), claim.version, stored_files(), spooled()) == (0, 1, [], [])
