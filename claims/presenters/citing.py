"""What a reviewer who finds a requirement met is taken to cite for it."""

from claims.intake import within
from claims.models import Claim, Evidence
from claims.presenters.desk import Place
from claims.presenters.documents import DRAWN, documents_and_marks
from claims.requirements import Requirement
from claims.states import Scan


def to_cite(claim: Claim, place: Place) -> dict[str, list[tuple[str, str]]]:
    """What shows each requirement of the line, as keys of documents and pages: what the partner marked.

    Where nothing is marked, the page in view.
    """
    documents, marks = documents_and_marks(claim)
    clean = {document.pk: document for document in documents if document.scan == Scan.CLEAN}
    found: dict[str, list[tuple[str, str]]] = {str(requirement): [] for requirement in Requirement}
    for mark in marks:
        document = clean.get(mark.evidence_id)
        if document is not None and mark.line_id == place.line and within(mark.pages, document.pages):
            found[mark.requirement].append((document.key, mark.pages))
    shown = next((document for document in clean.values() if document.key == place.document), None)
    view = [(shown.key, _in_view(shown, place))] if shown else []
    return {requirement: list(dict.fromkeys(places or view)) for requirement, places in found.items()}


def _in_view(document: Evidence, place: Place) -> str:
    """The page in view as it is cited; empty for the whole document."""
    pages = document.pages or 1
    return str(min(place.page, pages)) if document.media_type in DRAWN and pages > 1 else ""
