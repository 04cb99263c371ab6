"""Marks: which pages of which document prove which requirement for which line."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404

from claims.actions.state import change_state, lock_claim
from claims.errors import FileRefused
from claims.intake import read_pages, within
from claims.models import Claim, ClaimLine, Coverage, Evidence
from claims.permissions import require
from claims.requirements import MARKED
from claims.rules.files import extent, kind_of
from claims.rules.findings import Finding
from claims.states import WITHOUT_FILE, ClaimState, LineState
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User

MAX_MARKS = 500
Identity = tuple[int, str, int, str]  # line, requirement, document, pages


@dataclass(frozen=True)
class Mark:
    """One mark as it was sent: a line's id, a requirement, a document's key, and a page, a range or nothing."""

    line: int
    requirement: str
    evidence: str
    pages: str = ""


def mark(*, claim: Claim, marks: Sequence[Mark], actor: "User", now: datetime) -> int:
    """Adds marks, all or none; what is marked already stays. Returns how many are new.

    Raises:
        FileRefused: naming what cannot be marked, with fields such as `marks.0.pages`.
        PermissionDenied, TransitionNotAllowed: nothing is changed then either.
    """
    with transaction.atomic():
        require(actor, "mark", claim)
        lock_claim(claim, "mark")
        standing = {_identity(row) for row in _of(claim)}
        wanted = _rows(claim, marks, standing)
        fresh = list({_identity(row): row for row in wanted if _identity(row) not in standing}.values())
        if len(standing) + len(fresh) > MAX_MARKS:
            raise FileRefused([Finding("invalid", "marks", {"limit": str(MAX_MARKS)})])
        _write(claim, "mark", fresh, (), actor=actor, now=now)
    return len(fresh)


def unmark(*, claim: Claim, mark_id: int, actor: "User", now: datetime) -> Mark:
    """Takes one mark off a draft, and returns what would make it anew. Marks of a claim that was sent stay.

    Raises:
        Http404: where the claim has no such mark.
        PermissionDenied, TransitionNotAllowed: nothing is changed then.
    """
    with transaction.atomic():
        require(actor, "unmark", claim)
        lock_claim(claim, "unmark")
        row = _of(claim).filter(pk=mark_id).select_related("evidence").first()
        if row is None:
            raise Http404
        gone = Mark(row.line_id, row.requirement, row.evidence.key, row.pages)
        _write(claim, "unmark", (), [row], actor=actor, now=now)
    return gone


def replace_marks(
    *, claim: Claim, marks: Sequence[Mark], actor: "User", now: datetime, version: int | None = None
) -> None:
    """Makes these the marks of a draft, in one act. On a claim that was sent, none that stands may be missing.

    `version` is the one the actor has seen.

    Raises:
        FileRefused: naming what cannot be marked.
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    with transaction.atomic():
        require(actor, "mark", claim)
        lock_claim(claim, "mark", version=version)
        standing = {_identity(row): row for row in _of(claim)}
        wanted = {_identity(row): row for row in _rows(claim, marks, standing)}
        gone = [row for identity, row in standing.items() if identity not in wanted]
        if gone:
            lock_claim(claim, "unmark")
        fresh = [row for identity, row in wanted.items() if identity not in standing]
        _write(claim, "mark", fresh, gone, actor=actor, now=now)


def _of(claim: Claim) -> QuerySet[Coverage]:
    return Coverage.objects.of(claim)


def _identity(row: Coverage) -> Identity:
    return row.line_id, row.requirement, row.evidence_id, row.pages


def _write(
    claim: Claim, verb: str, fresh: Sequence[Coverage], gone: Sequence[Coverage], *, actor: "User", now: datetime
) -> None:
    """A draft's marks leave no history, as all that is typed; those of a claim that was sent do."""
    if not fresh and not gone:
        return
    Coverage.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Coverage.objects.bulk_create(fresh)
    # As the lock has found it: the caller may have read a draft that was sent meanwhile.
    drafting = claim.state == ClaimState.EDITING
    claim.save(update_fields=change_state(claim, verb, now=now))
    if not drafting:
        record([Draft(claim.subject, "coverage.marked", {"marks": len(fresh)})], actor_id=actor.pk, now=now)


def _rows(claim: Claim, marks: Sequence[Mark], standing: Collection[Identity]) -> list[Coverage]:
    """The marks as rows, not yet written. One that stands may always be repeated, whatever became of its document.

    Raises:
        FileRefused: where one names no line, requirement, document or page of the claim.
    """
    # Read anew, under the lock: the caller's claim may have come with lines that are gone by now.
    lines = {line.pk: line for line in ClaimLine.objects.filter(claim=claim)}
    documents = {row.key: row for row in Evidence.objects.filter(claim=claim)}
    faults = [Finding("invalid", "marks", {"limit": str(MAX_MARKS)})] if len(marks) > MAX_MARKS else []
    rows = []
    for index, asked in enumerate(marks[:MAX_MARKS]):
        line, document = lines.get(asked.line), documents.get(asked.evidence)
        pages = spelled(asked.pages, document)
        if line and document and (line.pk, asked.requirement, document.pk, pages) in standing:
            rows.append(Coverage(line=line, evidence=document, requirement=asked.requirement, pages=pages or ""))
            continue
        wrong = {
            "line": line is None or line.state == LineState.WITHDRAWN,
            "requirement": asked.requirement not in MARKED,
            "evidence": document is None or document.scan in WITHOUT_FILE,
        }
        faults += [Finding("invalid", f"marks.{index}.{name}") for name, is_wrong in wrong.items() if is_wrong]
        if document is not None and (pages is None or not within(pages, document.pages)):
            faults.append(Finding("pages_invalid", f"marks.{index}.pages", beyond(document, pages)))
        elif line is not None and document is not None:
            rows.append(Coverage(line=line, evidence=document, requirement=asked.requirement, pages=pages or ""))
    if faults:
        raise FileRefused(faults)
    return rows


def spelled(text: str, document: Evidence | None) -> str | None:
    """The pages in one spelling; none of a document that has none, as a picture. None where they cannot be read."""
    kind = kind_of(document.name) if document else None
    pages = read_pages(text)
    return "" if pages and kind and not kind.unit else pages


def beyond(document: Evidence, pages: str | None) -> Mapping[str, str]:
    """How many pages there are, for the words of `pages_invalid` about pages that could be read."""
    length = extent(document.name, document.pages) if pages else ""
    return {"name": document.name, "extent": length} if length else {}
