"""Rules about proof: there is a document, all are inspected and clean, and each line has what reviewers look for."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from claims.intake import ClaimContent
from claims.requirements import MARKED, REFUSED_FOR
from claims.rules.facts import Document, Facts
from claims.rules.findings import Sheet
from claims.rules.texts import FILES
from claims.states import Scan


def check_proof(sheet: Sheet, claim: ClaimContent, facts: Facts) -> None:
    """Checks every document by itself, and what is marked for each line by documents that are not refused."""
    gaps = [(index, requirement) for index in range(len(claim.lines)) for requirement in MARKED]
    places = [("evidence_uncovered", f"lines.{index}.coverage.{requirement}") for index, requirement in gaps]
    with sheet.group(("evidence_required", "evidence"), ("evidence_not_clean", "evidence"), *places):
        if facts.documents is None:
            return
        standing = [document for document in facts.documents if document.scan != Scan.REFUSED]
        # Of a claim that was sent, nothing can be removed: what was added since stands in the way of no change.
        counted = standing if facts.sent else facts.documents
        if not sheet.check(bool(counted), "evidence_required", "evidence"):
            return
        if facts.sent and any(document.scan == Scan.CLEAN for document in counted):
            sheet.passed("evidence_not_clean", "evidence")
        else:
            _check_inspections(sheet, counted)
        covered = {mark for document in standing for mark in document.marks}
        for index, requirement in gaps:
            sheet.check(
                (index, str(requirement)) in covered,
                "evidence_uncovered",
                f"lines.{index}.coverage.{requirement}",
                requirement=str(requirement.label).lower(),
                reason=str(REFUSED_FOR[requirement]),
            )


def _check_inspections(sheet: Sheet, documents: Sequence[Document]) -> None:
    for index, document in enumerate(documents):
        if document.scan == Scan.CLEAN:
            continue
        why = _("is still being inspected, which takes a moment")
        if document.scan == Scan.REFUSED:
            text = FILES.get(document.refusal)
            why = _("was refused: %(title)s") % {"title": text.title if text else ""}
        sheet.found("evidence_not_clean", f"evidence.{index}", name=document.name, why=why)
    if all(document.scan == Scan.CLEAN for document in documents):
        sheet.passed("evidence_not_clean", "evidence")
