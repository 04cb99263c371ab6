"""Documents and what they are marked for, as pages and the API show them."""

from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from claims.forms import MarkForm
from claims.intake import read_pages, within
from claims.models import Claim, ClaimLine, Coverage, Evidence
from claims.requirements import MARKED, REFUSED_FOR, Requirement, hints
from claims.rules.files import BY_EXTENSION, MAX_FILE, MAX_FILES, MAX_TOTAL, extent, kind_of
from claims.rules.findings import Finding
from claims.rules.texts import UNSAFE
from claims.states import WITHOUT_FILE, ClaimState, LineState, Scan
from directory import lookup

# Of what there are pictures, page by page; of the others there is a download.
DRAWN = ("application/pdf", "image/png", "image/jpeg")
SCAN_ICONS = {Scan.PENDING: "clock", Scan.CLEAN: "check", Scan.REFUSED: "x", Scan.REMOVED: "stop"}
SCAN_TONES = {Scan.PENDING: "", Scan.CLEAN: "good", Scan.REFUSED: "bad", Scan.REMOVED: ""}


def refusal_of(evidence: Evidence) -> Finding | None:
    """Why the document was refused after its inspection; None where it was not."""
    if not evidence.refusal:
        return None
    extension = "." + evidence.name.rpartition(".")[2]
    return Finding(evidence.refusal, "file", {"why": str(UNSAFE.get(evidence.why, "")), "extension": extension})


def gap_asked_for(request: HttpRequest) -> tuple[str, str, str]:
    """The line, the requirement and the document that somebody came to mark."""
    line, requirement, document = (request.GET.get(name, "")[:32] for name in ("line", "requirement", "document"))
    return line, requirement, document


def proof(
    claim: Claim,
    *,
    verbs: Collection[str],
    months: int,
    form: MarkForm | None = None,
    asked: tuple[str, str, str] = ("", "", ""),
    taken: str = "",
    reviewing: bool = False,
) -> dict[str, Any]:
    """Everything that pages show of a claim's proof, in one query; `reviewing` to the operator's people.

    `months` is how old a customer's acknowledgement may be. `form` holds marks that were refused; `asked` is the line,
    the requirement and the document that somebody came to mark; `taken` is the mark that was just taken off, as
    line.requirement.document.pages.
    """
    documents, marks = documents_and_marks(claim)
    lines = shown_lines(claim)
    names = names_of(lines)
    usable = [document for document in documents if document.scan != Scan.REFUSED]
    there = [document for document in usable if document.scan != Scan.REMOVED]
    can_mark = "mark" in verbs and bool(there) and bool(lines)
    fresh = MarkForm(lines=choices_of(lines, names), documents=there, months=months, asked=asked)
    rows = {document.pk: document_row(document, removable="remove_evidence" in verbs) for document in documents}
    attached: dict[int, list[dict[str, Any]]] = {}
    for document in documents:
        if document.comment_id:
            attached.setdefault(document.comment_id, []).append(rows[document.pk])
    return {
        "claim": claim,
        "attached": attached,
        "names": {document.pk: document.name for document in documents},
        "products": names,
        "seen": _digest(claim, documents, marks),
        "documents": list(rows.values()),
        "pending": any(document.scan == Scan.PENDING for document in documents),
        "room": room(there),
        "limit": str(MAX_FILE),
        "accept": ",".join(f".{extension}" for extension in BY_EXTENSION),
        "may_add": "add_evidence" in verbs,
        "fold_add": claim.state in {ClaimState.REJECTED, ClaimState.APPROVED},
        "disputes": claim.state == ClaimState.REJECTED,
        "matrix": matrix(lines, names, usable, marks, shows=hints(months, reviewing=reviewing), can_mark=can_mark),
        "reviewing": reviewing,
        "may_unmark": "unmark" in verbs,
        "taken": _taken(taken, there, names, marks) if can_mark else None,
        "marks_stay": "unmark" not in verbs,
        "fold_marks": claim.submitted_at is not None and form is None and not any(asked),
        "mark_form": (form or fresh) if can_mark else None,
    }


def _taken(
    taken: str, documents: Sequence[Evidence], names: dict[int, str], marks: Sequence[Coverage]
) -> dict[str, Any] | None:
    """The mark that was taken off, to be made anew; None where there is nothing to make, or it is there again."""
    line, requirement, key, asked = (*taken.split(".", 3), "", "", "", "")[:4]
    pages = read_pages(asked)
    document = next((document for document in documents if document.key == key), None)
    name = next((name for pk, name in names.items() if str(pk) == line), None)
    if document is None or name is None or pages is None or requirement not in MARKED:
        return None
    standing_there = {(str(row.line_id), row.requirement, row.evidence_id, row.pages) for row in marks}
    if (line, requirement, document.pk, pages) in standing_there or not within(pages, document.pages):
        return None
    what = {"line": line, "requirement": requirement, "document": key, "pages": pages}
    place = f"{document.letter} {cited(document, pages)}".strip()
    return {**what, "place": place, "what": str(Requirement(requirement).label), "name": name}


def standing(claim: Claim) -> str:
    """A short digest of everything that a page shows of the documents and may change, in one query."""
    return _digest(claim, *documents_and_marks(claim))


def _digest(claim: Claim, documents: Sequence[Evidence], marks: Sequence[Coverage]) -> str:
    told: list[Any] = [
        claim.state,
        *((document.key, document.scan, document.refusal, document.pages) for document in documents),
    ]
    told += [mark.pk for mark in marks]
    return sha256(repr(told).encode()).hexdigest()[:16]


def documents_and_marks(claim: Claim) -> tuple[list[Evidence], list[Coverage]]:
    """The documents in their order, and their marks in the order in which they were made; one query for both."""
    mark = ("coverage__id", "coverage__line_id", "coverage__requirement", "coverage__pages")
    own = [field.attname for field in Evidence._meta.concrete_fields]
    documents: dict[int, Evidence] = {}
    marks = []
    for row in claim.evidence.order_by("position", "coverage__id").values_list(*own, *mark):
        values = dict(zip(own, row, strict=False))
        document = documents.setdefault(values["id"], Evidence(**values))
        mark_id, line_id, requirement, pages = row[len(own) :]
        if mark_id is not None:
            mark_values = {"pk": mark_id, "line_id": line_id, "requirement": requirement, "pages": pages}
            marks.append(Coverage(evidence_id=document.pk, **mark_values))
    for document in documents.values():
        document.claim = claim
    return list(documents.values()), sorted(marks, key=lambda mark: mark.pk)


def mark_form(claim: Claim, posted: Any, faults: Sequence[Finding], *, months: int) -> MarkForm:
    """The marks as they were posted, beside what is wrong with them."""
    lines = shown_lines(claim)
    usable = [document for document in claim.evidence.order_by("position") if document.scan not in WITHOUT_FILE]
    choices = choices_of(lines, names_of(lines))
    return MarkForm(lines=choices, documents=usable, months=months, posted=posted, faults=faults)


def shown_lines(claim: Claim) -> list[ClaimLine]:
    """The lines that still count; of a claim that was withdrawn as a whole, all."""
    lines = list(claim.lines.all())
    return [line for line in lines if line.state != LineState.WITHDRAWN] or lines


def names_of(lines: Sequence[ClaimLine]) -> dict[int, str]:
    """What each line is called, by its id."""
    drafted = any(not line.product_name for line in lines)
    known = {product.code: product.name for product in lookup.products()} if drafted else {}
    return {
        line.pk: line.product_name or known.get(line.product, line.product) or _("Product %(n)s") % {"n": number}
        for number, line in enumerate(lines, 1)
    }


def choices_of(lines: Sequence[ClaimLine], names: dict[int, str]) -> list[tuple[str, str]]:
    """The lines to choose among, each by its id and what it is called."""
    ids = {line.pk: f" ({line.subscription_id[:8]}…)" if line.subscription_id else "" for line in lines}
    return [(str(line.pk), names[line.pk] + ids[line.pk]) for line in lines]


def document_row(evidence: Evidence, *, removable: bool) -> dict[str, Any]:
    """One document in a list of files."""
    fault = refusal_of(evidence)
    state = Scan(evidence.scan)
    letter = _("Document %(letter)s") % {"letter": evidence.letter}
    parts = [letter, extent(evidence.name, evidence.pages), filesizeformat(evidence.size)]
    return {
        "key": evidence.key,
        "letter": evidence.letter,
        "name": evidence.name,
        "meta": " · ".join(part for part in parts if part),
        "href": _address(evidence) if state == Scan.CLEAN else "",
        "leaf": _leaf(evidence) if state == Scan.CLEAN and evidence.media_type in DRAWN else "",
        "tone": SCAN_TONES[state],
        "icon": SCAN_ICONS[state],
        # Clean as it is: whether it proves something is another matter.
        "word": _("Inspected") if state == Scan.CLEAN else str(state.label),
        "pending": state == Scan.PENDING,
        "refusal": refusal_row(fault) if fault else None,
        "removed_at": evidence.removed_at,
        "sha256": evidence.sha256,
        "removable": removable,
    }


def refusal_row(fault: Finding) -> dict[str, str]:
    """Why a file is not taken, in the words of its code."""
    title = fault.title[:1].upper() + fault.title[1:] + "."
    return {"code": fault.code, "title": title, "message": fault.message, "remedy": fault.remedy}


def _address(evidence: Evidence) -> str:
    return reverse("claims:evidence", args=[evidence.claim.reference, evidence.key])


def _leaf(evidence: Evidence) -> str:
    return f"{reverse('claims:leaf', args=[evidence.claim.reference])}?document={evidence.key}"


def cited(evidence: Evidence, pages: str) -> str:
    """The place that a mark names, such as `p. 2-3`; empty for the whole document."""
    kind = kind_of(evidence.name)
    words = {
        "page": pgettext("citation", "p. %(pages)s"),
        "sheet": pgettext("citation", "sheet %(pages)s"),
        "slide": pgettext("citation", "slide %(pages)s"),
    }
    unit = kind.unit if kind else ""
    return words.get(unit, "%(pages)s") % {"pages": pages} if pages else ""


def room(usable: Sequence[Evidence]) -> str:
    """What still fits into the claim."""
    left = MAX_FILES - len(usable)
    free = MAX_TOTAL - sum(document.size for document in usable)
    values = {"count": left, "size": filesizeformat(max(free, 0))}
    words = ngettext(
        "There is room for %(count)s more, %(size)s together.",
        "There is room for %(count)s more, %(size)s together.",
        left,
    )
    return words % values


def matrix(
    lines: Sequence[ClaimLine],
    names: dict[int, str],
    usable: Sequence[Evidence],
    marks: Sequence[Coverage],
    *,
    shows: Mapping[str, str],
    can_mark: bool,
) -> dict[str, Any]:
    """Requirements down, products across; in each cell where it is proved, or what its gap would be refused for.

    `shows`: what a page has to show for each requirement, in a few words.
    """
    documents = {document.pk: document for document in usable}
    cells: dict[tuple[int, str], list[dict[str, Any]]] = {}
    for row in marks:
        if document := documents.get(row.evidence_id):
            place = {
                "id": row.pk,
                "letter": document.letter,
                "pages": cited(document, row.pages),
                "name": document.name,
                "past": not within(row.pages, document.pages),
            }
            cells.setdefault((row.line_id, row.requirement), []).append(place)
    columns: list[dict[str, Any]] = [
        {"name": names[line.pk], "subscription_id": line.subscription_id, "covered": 0, "over": _over(line)}
        for line in lines
    ]
    rows = []
    for requirement in MARKED:
        row_cells = []
        for index, (line, column) in enumerate(zip(lines, columns, strict=True)):
            cites = cells.get((line.pk, str(requirement)), [])
            column["covered"] += any(not cite["past"] for cite in cites)
            mark = f"?line={line.pk}&requirement={requirement}#mark" if can_mark else ""
            cell = {**_cell(index, requirement, cites), "mark": mark, "name": column["name"], "over": column["over"]}
            row_cells.append(cell)
        rows.append({"label": str(requirement.label), "hint": shows[str(requirement)], "cells": row_cells})
    gaps = can_mark and any(column["covered"] < len(MARKED) and not column["over"] for column in columns)
    return {"columns": columns, "rows": rows, "of": len(MARKED), "any": bool(usable), "gaps": gaps}


def _over(line: ClaimLine) -> str:
    """How a product stands that is refused or has ended: what its proof lacks is said by its reason then."""
    return str(LineState(line.state).label) if line.state in {LineState.REJECTED, LineState.ENDED} else ""


def _cell(index: int, requirement: Requirement, cites: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "anchor": f"cover-{index}-{requirement}",
        "cites": cites,
        "reason": "" if any(not cite["past"] for cite in cites) else str(REFUSED_FOR[requirement]),
        "what": str(requirement.label),
    }
