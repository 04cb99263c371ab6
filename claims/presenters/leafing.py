"""A claim's documents page by page, for who marks what each page shows."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from claims.forms import MarkForm
from claims.models import Claim, Coverage, Evidence
from claims.presenters.desk import Place, document_tab, holds_page, viewer
from claims.presenters.documents import (
    DRAWN,
    choices_of,
    cited,
    document_row,
    documents_and_marks,
    names_of,
    shown_lines,
)
from claims.requirements import MARKED, Requirement
from claims.states import Scan


def leafing(
    claim: Claim, place: Place, *, verbs: Collection[str], months: int, form: MarkForm | None = None
) -> dict[str, Any]:
    """The document and the page that are asked for, else the first; what is marked there, and the form to mark more.

    `form` holds marks that were refused; where their document is `gone`, no other takes its place unseen. Of what is
    not drawn no page is in view to be marked. One query.
    """
    documents, marks = documents_and_marks(claim)
    clean = [document for document in documents if document.scan == Scan.CLEAN]
    shown = next((document for document in clean if document.key == place.document), None) or next(iter(clean), None)
    usable = {document.pk for document in documents if document.scan != Scan.REFUSED}
    lines = shown_lines(claim)
    names = names_of(lines)
    found: dict[str, Any] = {
        "waiting": [document_row(document, removable=False) for document in documents if document.scan != Scan.CLEAN],
        "documents": [],
        "viewer": None,
        "mark_form": None,
        "marked": [],
        "lacking": [],
        "gone": form is not None,
    }
    if shown is None:
        return found
    here = replace(place, document=shown.key, page=min(place.page, shown.pages or 1))
    gone = form is not None and place.document != shown.key
    fresh = MarkForm(lines=choices_of(lines, names), documents=[shown], months=months)
    marking = fresh if form is None or gone else form
    marking.fields["requirement"].label = _("What does it show?")
    return {
        **found,
        "documents": [document_tab(document, here) for document in clean],
        "viewer": viewer(shown, marks, here),
        "mark_form": marking if "mark" in verbs and lines and shown.media_type in DRAWN else None,
        "marked": _marked(shown, here.page, marks, names),
        "lacking": _lacking([mark for mark in marks if mark.evidence_id in usable], names),
        "gone": gone,
    }


def _marked(
    shown: Evidence, page: int, marks: Sequence[Coverage], names: dict[int, str]
) -> list[tuple[str, list[dict[str, Any]]]]:
    """What the page is marked for: each product with its marks, which may be of more pages than this one."""
    own = [mark for mark in marks if mark.evidence_id == shown.pk and (not mark.pages or holds_page(mark.pages, page))]
    rows = [(name, [_mark(mark, shown, page) for mark in own if mark.line_id == pk]) for pk, name in names.items()]
    return [(name, cites) for name, cites in rows if cites]


def _mark(mark: Coverage, shown: Evidence, page: int) -> dict[str, Any]:
    pages = cited(shown, mark.pages) or _("(whole document)")
    alone = mark.pages == str(page) or shown.pages == 1
    return {"id": mark.pk, "what": str(Requirement(mark.requirement).label), "pages": "" if alone else pages}


def _lacking(marks: Sequence[Coverage], names: dict[int, str]) -> list[tuple[str, str]]:
    """What no page is marked for yet, in any document: each product with its requirements."""
    there = {(mark.line_id, mark.requirement) for mark in marks}
    rows = [
        (name, ", ".join(str(one.label) for one in MARKED if (pk, str(one)) not in there)) for pk, name in names.items()
    ]
    return [(name, lacks) for name, lacks in rows if lacks]
