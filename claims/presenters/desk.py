"""The desk of a reviewer: one document page by page, beside one line with what its proof must show."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from claims.intake import within
from claims.models import Claim, ClaimLine, Coverage, Evidence, LineReview
from claims.presenters import page as present
from claims.presenters.documents import DRAWN, cited, document_row, documents_and_marks, names_of
from claims.presenters.drafted import drafted_words, in_their_language, unnamed
from claims.requirements import REASON_OF, Reason, Requirement, hints
from claims.states import LIVE_LINES, LineState, Scan

FAMILY = "Dynamics 365 "  # most products of a claim share it: it tells none from another
TABS = ("", "thread", "notes")


@dataclass(frozen=True)
class Place:
    """What the address of the desk names: a line's id, a document's key, a page, and a tab beside the lines."""

    path: str
    line: int = 0
    document: str = ""
    page: int = 1
    tab: str = ""

    def address(self, **changes: Any) -> str:
        """The address of the place, or of another that differs by `changes`."""
        there = replace(self, **changes)
        parts = {"line": there.line, "document": there.document, "page": there.page if there.page > 1 else 0}
        parts["tab"] = there.tab
        query = urlencode({name: value for name, value in parts.items() if value})
        return f"{there.path}?{query}" if query else there.path


def read_place(claim: Claim, asked: QueryDict, route: str = "claims:review") -> Place:
    """What an address or a form names at the claim's desk, or at this route; what makes no sense names nothing."""
    tab = asked.get("tab", "")
    return Place(
        path=reverse(route, args=[claim.reference]),
        line=_number(asked.get("line", "")),
        document=asked.get("document", "")[:32],
        page=_number(asked.get("page", "")) or 1,
        tab=tab if tab in TABS else "",
    )


@dataclass
class Judged:
    """One requirement as it was found, and where: ids of documents with their pages."""

    met: bool
    places: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Found:
    """The review of one line as it was kept."""

    reason: str
    words: str
    by: str
    by_id: int
    at: datetime
    verdicts: dict[str, Judged] = field(default_factory=dict)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def desk(
    claim: Claim, place: Place, *, months: int, viewer_id: int, holds: bool, judged: Collection[int]
) -> dict[str, Any]:
    """Everything the desk shows of lines and documents. Two queries.

    `months` is how old a customer's acknowledgement may be; `holds`: the viewer, who is `viewer_id`, reviews the claim;
    `judged` are the units whose case they may judge.
    """
    documents, marks = documents_and_marks(claim)
    clean = [document for document in documents if document.scan == Scan.CLEAN]
    lines = [line for line in claim.lines.all() if line.state not in {LineState.DRAFT, LineState.WITHDRAWN}]
    names = names_of(lines)
    reviews = _reviews(lines)
    current = next((line for line in lines if line.pk == place.line), None) or _first(lines)
    if not place.document and current:
        place = _first_marked(place, current, clean, marks)
    shown = next((document for document in clean if document.key == place.document), None) or _first(clean)
    here = replace(
        place,
        line=current.pk if current else 0,
        document=shown.key if shown else "",
        page=min(place.page, shown.pages or 1) if shown else 1,
    )
    return {
        "place": here,
        "here_url": here.address(),
        "lines": [
            _tab(line, names, reviews.get(line.pk), here, current=line == current and not here.tab) for line in lines
        ],
        "line": {
            **_line(current, names, clean, marks, reviews.get(current.pk), here, months=months),
            "mine": current.pk not in reviews or reviews[current.pk].by_id == viewer_id,
            "may_check": _checks(current, holds=holds, judged=judged),
        }
        if current
        else None,
        "documents": [document_tab(document, here) for document in clean],
        "viewer": viewer(shown, marks, here) if shown else None,
        "waiting": [document_row(document, removable=False) for document in documents if document.scan != Scan.CLEAN],
        "thread_href": here.address(tab="thread"),
        "notes_href": here.address(tab="notes"),
    }


def _first_marked(place: Place, line: ClaimLine, clean: Sequence[Evidence], marks: Sequence[Coverage]) -> Place:
    """The place of the first page that the partner has marked for the line; the same place where there is none."""
    keys = {document.pk: document.key for document in clean}
    mark = next((mark for mark in marks if mark.line_id == line.pk and mark.evidence_id in keys), None)
    return replace(place, document=keys[mark.evidence_id], page=_start(mark.pages) or 1) if mark else place


def _first(rows: Sequence[Any]) -> Any:
    """The first that is still to be decided, of lines; else the first."""
    waiting = [row for row in rows if getattr(row, "state", LineState.OPEN) == LineState.OPEN]
    return next(iter([*waiting, *rows]), None)


def _reviews(lines: Sequence[ClaimLine]) -> dict[int, Found]:
    """What was found of each line, by its id; in one query."""
    found: dict[int, Found] = {}
    rows = LineReview.objects.of(lines).order_by("verdicts__id", "verdicts__citations__id")
    verdict = ("verdicts__requirement", "verdicts__met")
    cite = ("verdicts__citations__evidence_id", "verdicts__citations__pages")
    columns = ("line_id", "reason", "words", "by__name", "by__email", "by_id", "at", *verdict, *cite)
    for line_id, reason, words, name, email, by_id, at, requirement, met, evidence_id, pages in rows.values_list(
        *columns
    ):
        review = found.setdefault(line_id, Found(reason, words, name or email, by_id, at))
        if requirement is not None:
            places = review.verdicts.setdefault(requirement, Judged(met)).places
            places += [(evidence_id, pages)] if evidence_id is not None else []
    return found


def _tab(
    line: ClaimLine, names: Mapping[int, str], review: Found | None, here: Place, *, current: bool
) -> dict[str, Any]:
    decided = sum(not one.met or bool(one.places) for one in review.verdicts.values()) if review else 0
    return {
        "name": names[line.pk],
        "family": FAMILY if names[line.pk].startswith(FAMILY) else "",
        "short": names[line.pk].removeprefix(FAMILY),
        "href": here.address(line=line.pk, tab=""),
        "current": current,
        "open": line.state == LineState.OPEN,
        "checked": _("%(done)s of %(of)s checked") % {"done": decided, "of": len(Requirement)},
        "chip": present.line_chip(line),
    }


def document_tab(document: Evidence, here: Place) -> dict[str, Any]:
    """A document among those that can be looked at."""
    return {
        "letter": document.letter,
        "name": document.name,
        "href": here.address(document=document.key, page=1),
        "current": document.key == here.document,
    }


def viewer(document: Evidence, marks: Sequence[Coverage], here: Place) -> dict[str, Any]:
    """The page in view, the way to its neighbours, and what the partner says it shows."""
    pages, page = document.pages or 1, here.page
    drawn = document.media_type in DRAWN
    own = [mark for mark in marks if mark.evidence_id == document.pk]
    marked = [mark for mark in own if not mark.pages or holds_page(mark.pages, page)]
    labels = dict.fromkeys(str(Requirement(mark.requirement).label) for mark in marked)
    return {
        "key": document.key,
        "letter": document.letter,
        "name": document.name,
        "drawn": drawn,
        "page": page,
        "pages": pages if drawn else 0,
        "previous": here.address(page=page - 1) if drawn and page > 1 else "",
        "next": here.address(page=page + 1) if drawn and page < pages else "",
        "marked": ", ".join(labels),
        "leaves": [
            {"number": number, "href": here.address(page=number), "current": number == page}
            for number in sorted({_start(mark.pages) for mark in own})
            if 0 < number <= pages
        ]
        if drawn and pages > 1
        else [],
    }


def _start(pages: str) -> int:
    return _number(pages.partition("-")[0])


def holds_page(pages: str, page: int) -> bool:
    """Whether `pages`, such as 4 or 2-3, has this one."""
    first, _dash, last = pages.partition("-")
    return int(first) <= page <= int(last or first)


def _line(
    line: ClaimLine,
    names: Mapping[int, str],
    clean: Sequence[Evidence],
    marks: Sequence[Coverage],
    review: Found | None,
    here: Place,
    *,
    months: int,
) -> dict[str, Any]:
    """One line: what was found, beside what the partner marked, and the words that are drafted."""
    documents = {document.pk: document for document in clean}
    verdicts = review.verdicts if review else {}
    own = [mark for mark in marks if mark.line_id == line.pk and mark.evidence_id in documents]

    def in_words(requirement: Requirement) -> dict[str, Any]:
        marked = [mark for mark in own if mark.requirement == requirement]
        return _check(requirement, verdicts.get(str(requirement)), marked, documents, here, months=months)

    checks = [in_words(requirement) for requirement in Requirement]
    unmet = [Requirement(check["name"]) for check in checks if check["met"] is False]
    drafted, kept = "", review.words if review else ""
    if unmet:
        with in_their_language(line):
            drafted = drafted_words(names[line.pk], [in_words(requirement) for requirement in unmet], months=months)
    reasons = [REASON_OF[requirement] for requirement in unmet]
    return {
        "pk": line.pk,
        "name": names[line.pk],
        "subscription_id": line.subscription_id,
        "open": line.state == LineState.OPEN,
        "chip": present.line_chip(line),
        "reason_words": str(Reason(line.reason).label) if line.reason in Reason.values else "",
        "checks": checks,
        "drafted": drafted,
        "words": kept or drafted,
        "met": all(check["met"] for check in checks),
        "unnamed": unnamed(kept, unmet, line) if kept else "",
        "reasons": [{"code": str(reason), "label": str(reason.label)} for reason in reasons],
        "reason": review.reason if review else "",
        "by": review.by if review else "",
        "at": review.at if review else None,
        "seen": review.at.isoformat() if review else "",
    }


def _checks(line: ClaimLine, *, holds: bool, judged: Collection[int]) -> bool:
    """Whether the viewer may check the line: as the claim's reviewer while it is open, or for a case."""
    return (holds and line.state == LineState.OPEN) or (line.unit_id in judged and line.state in LIVE_LINES)


def _check(
    requirement: Requirement,
    verdict: Judged | None,
    marks: Sequence[Coverage],
    documents: Mapping[int, Evidence],
    here: Place,
    *,
    months: int,
) -> dict[str, Any]:
    places = verdict.places if verdict else []
    cites = [_cite(documents[pk], pages, here) for pk, pages in places if pk in documents]
    taken = {cite["value"] for cite in cites}
    marked = [_cite(documents[mark.evidence_id], mark.pages, here) for mark in marks]
    return {
        "name": str(requirement),
        "label": str(requirement.label),
        "hint": hints(months, reviewing=True)[str(requirement)],
        "reviewers_only": requirement == Requirement.BELONGS,
        "met": verdict.met if verdict else None,
        "cites": cites,
        "marked": [cite for cite in marked if cite["value"] not in taken],
        "as_marked": any(cite["value"] in taken for cite in marked),
        "in_view": any(
            one["key"] == here.document and holds_page(one["pages"] or str(here.page), here.page) for one in cites
        ),
    }


def _cite(document: Evidence, pages: str, here: Place) -> dict[str, Any]:
    past = not within(pages, document.pages)
    return {
        "key": document.key,
        "pages": pages,
        "letter": document.letter,
        "words": cited(document, pages),
        "name": document.name,
        "value": f"{document.key}:{pages}",
        "href": here.address(document=document.key, page=1 if past else _start(pages) or 1),
        "past": past,
    }


def standing_words(claim: Claim, *, contested: Collection[int]) -> str:
    """Under which MPN ID the claim is made, and whether somebody else has a claim to one of its products."""
    who = f"{claim.mpn_id} {claim.mpn_name}".strip()
    if contested:
        return _("Claimed under %(mpn)s. Another partner has a claim too: a case decides what is contested.") % {
            "mpn": who
        }
    return _("Claimed under %(mpn)s. Nobody else has a claim to the same.") % {"mpn": who}
