"""The parties side by side: the same requirement in the same row, each with its document and page."""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from arbitration.drafting import MOST_SCORE, Content
from arbitration.findings import Finding
from arbitration.presenters.rows import CaseRows, PartyRows
from claims import dates
from claims.calendars import last_date, today_of
from claims.intake import within
from claims.models import ClaimLine, Evidence, InformationRequest
from claims.presenters import page as present
from claims.presenters.desk import Place
from claims.presenters.documents import cited
from claims.requirements import MARKED, Requirement, hints
from directory.activities import Activity

LONGEST_EXCERPT = 180
MOST_TOTAL = MOST_SCORE * len(MARKED)


class Heard(TextChoices):
    """How far a party was heard in the case."""

    NOT_ASKED = "not_asked", gettext_lazy("Not asked")
    ASKED = "asked", gettext_lazy("Asked")
    ANSWERED = "answered", gettext_lazy("Answered")
    SILENT = "silent", pgettext_lazy("of a party", "Silent")
    CLOSED = "closed", pgettext_lazy("of a request", "Closed")


HEARD_CHIPS = {
    Heard.NOT_ASKED: ("", "none"),
    Heard.ASKED: ("warn", "clock"),
    Heard.ANSWERED: ("good", "check"),
    Heard.SILENT: ("bad", "clock"),
    Heard.CLOSED: ("", "stop"),
}
MET = {
    True: ("good", "check", gettext_lazy("Met")),
    False: ("bad", "x", gettext_lazy("Not met")),
    None: ("", "none", gettext_lazy("Not checked")),
}


def table(rows: CaseRows, content: Content, *, months: int) -> dict[str, Any]:
    """Heads and rows of the comparison, up to the scores."""
    requirements = [_row(requirement, rows, content, months) for requirement in Requirement]
    return {
        "size": len(rows.parties),
        "heads": [_head(party) for party in rows.parties],
        "requirements": requirements,
        "differs": any(cell["differs"] for row in requirements for cell in row["cells"]),
        "unchecked": any(cell["value"] is None and cell["blocks"] for row in requirements for cell in row["cells"]),
        "heard": [_heard_cell(party) for party in rows.parties],
        "scores": [{"pk": party.partner.pk, "total": total(content, party)} for party in rows.parties],
        "of": MOST_TOTAL,
    }


def total(content: Content, party: PartyRows) -> str:
    """The sum of a party's scores; a dash where it was given none, which is not the same as nought."""
    given = content.scores.get(str(party.partner.pk), {}).values()
    return str(sum(given)) if given else "–"


def stand_out(values: Sequence[Hashable | None]) -> list[bool]:
    """Which values of a row differ from what most have: all where none is commonest, none where they agree.

    None, of what nobody has looked at yet, differs from nothing.
    """
    common = Counter(value for value in values if value is not None).most_common(2)
    if len(common) < 2:
        return [False] * len(values)
    split = common[0][1] == common[1][1]
    return [value is not None and (split or value != common[0][0]) for value in values]


def _with_marks(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    marks = stand_out([cell["value"] for cell in cells])
    return [{**cell, "differs": mark} for cell, mark in zip(cells, marks, strict=True)]


def _head(party: PartyRows) -> dict[str, Any]:
    holding = party.holding
    filed = min((line.claim.submitted_at for line in party.lines if line.claim.submitted_at), default=None)
    return {
        "pk": party.partner.pk,
        "name": party.partner.name,
        "handle": party.handle,
        "holds_since": dates.short_day_of_year(today_of(holding.since)) if holding else "",
        "filed": dates.short_day_of_year(today_of(filed)) if filed else "",
        "claims": [_claim(line) for line in party.lines],
    }


def _claim(line: ClaimLine) -> dict[str, Any]:
    disputed = disputed_on(line)
    place = Place(reverse("claims:review", args=[line.claim.reference]), line=line.pk)
    return {
        "reference": line.claim.reference,
        "href": place.address(),
        "thread": place.address(tab="thread"),
        "activity": activity_of(line),
        "chip": present.line_chip(line),
        "mpn": f"{line.claim.mpn_id} {line.claim.mpn_name}".strip(),
        "disputed": disputed,
    }


def disputed_on(line: ClaimLine) -> str:
    """The day of the decision that the line's partner disputes in this case; empty where it disputes none."""
    if not line.disputed or line.decided_at is None:
        return ""
    return dates.day_of_year(today_of(line.decided_at))


def activity_of(line: ClaimLine) -> str:
    """What the line's partner did, in words."""
    return str(Activity(line.activity).label) if line.activity in Activity.values else ""


def _row(requirement: Requirement, rows: CaseRows, content: Content, months: int) -> dict[str, Any]:
    cells = []
    for party in rows.parties:
        several = len(party.lines) > 1
        found = [rows.findings[line.pk].get(str(requirement)) for line in party.lines]
        verdicts = {one.met if one else None for one in found}
        met = False if False in verdicts else None if None in verdicts or not verdicts else True
        blocks = [block(line, requirement, party, rows) for line in party.lines]
        cells.append(
            {
                "value": met,
                "lacks": met is False,
                "party": party.partner.name,
                "blocks": [{**one, "activity": one["activity"] if several else ""} for one in blocks],
                "score": _score(requirement, party, content) if requirement in MARKED else None,
            }
        )
    return {
        "name": str(requirement),
        "label": str(requirement.label),
        "hint": hints(months, reviewing=True)[str(requirement)],
        "reviewers_only": requirement == Requirement.BELONGS,
        "cells": _with_marks(cells),
    }


def block(line: ClaimLine, requirement: Requirement, party: PartyRows, rows: CaseRows) -> dict[str, Any]:
    """What was found of one requirement of one line, and what its partner has marked besides."""
    finding: Finding | None = rows.findings[line.pk].get(str(requirement))
    tone, icon, word = MET[finding.met if finding else None]
    documents = rows.documents
    places = finding.places if finding else []
    cites = [cite(documents[pk], pages, line, party) for pk, pages in places if pk in documents]
    taken = {(one["key"], one["pages"]) for one in cites}
    marked = [
        cite(mark.evidence, mark.pages, line, party)
        for mark in rows.marks.get(line.pk, ())
        if mark.requirement == requirement and (mark.evidence.key, mark.pages) not in taken
    ]
    return {
        "name": str(requirement),
        "label": str(requirement.label),
        "activity": activity_of(line),
        "met": finding.met if finding else None,
        "chip": {"tone": tone, "icon": icon, "word": str(word)},
        "cites": cites,
        "marked": marked,
    }


def cite(document: Evidence, pages: str, line: ClaimLine, party: PartyRows) -> dict[str, Any]:
    """A place in a document as a rationale names it, and the way to it at its claim's desk."""
    there = Place(reverse("claims:review", args=[document.claim.reference]), line=line.pk, document=document.key)
    first = pages.partition("-")[0]
    page = int(first) if first.isdecimal() and within(pages, document.pages) else 1
    return {
        "key": document.key,
        "pages": pages,
        "letter": document.letter,
        "label": f"{party.handle}-{document.letter}",
        "words": cited(document, pages),
        "name": document.name,
        "href": there.address(page=page),
    }


def _score(requirement: Requirement, party: PartyRows, content: Content) -> dict[str, Any]:
    value = content.scores.get(str(party.partner.pk), {}).get(str(requirement))
    return {
        "id": f"score-{party.partner.pk}-{requirement}",
        "value": value,
        "options": [{"value": number, "selected": number == value} for number in range(MOST_SCORE + 1)],
        "bars": [value is not None and number < value for number in range(MOST_SCORE)],
    }


def heard(party: PartyRows) -> Heard:
    """How far the party was heard: by the newest of its requests."""
    return _state(party.requests[-1]) if party.requests else Heard.NOT_ASKED


def was_heard(party: PartyRows) -> bool:
    """Whether a request to it was answered or ran out, so that it may be displaced."""
    return any(_state(request) in {Heard.ANSWERED, Heard.SILENT} for request in party.requests)


def _state(request: InformationRequest) -> Heard:
    if request.answered_at:
        return Heard.ANSWERED
    if request.lapsed_at:
        return Heard.SILENT
    return Heard.CLOSED if request.closed_at else Heard.ASKED


def _heard_cell(party: PartyRows) -> dict[str, Any]:
    state = heard(party)
    tone, icon = HEARD_CHIPS[state]
    last = party.requests[-1] if party.requests else None
    answers = {request.answer_id for request in party.requests if request.answer_id}
    newest = [
        document
        for document in party.documents
        if document.comment_id in answers or document.added_at > party.joined_at
    ]
    earlier = len(party.requests) - 1
    more = ngettext("%(n)s earlier request.", "%(n)s earlier requests.", earlier) if earlier > 0 else ""
    return {
        "lacks": state == Heard.SILENT,
        "chip": {"tone": tone, "icon": icon, "word": str(state.label)},
        "words": _when(last, state) if last else "",
        "asked": Truncator(last.comment.body).chars(LONGEST_EXCERPT) if last else "",
        "answer": Truncator(last.answer.body).chars(LONGEST_EXCERPT) if last and last.answer else "",
        "earlier": more % {"n": earlier} if more else "",
        "documents": [_newest(document, party) for document in newest],
    }


def _newest(document: Evidence, party: PartyRows) -> dict[str, Any]:
    line = next(line for line in party.lines if line.claim_id == document.claim_id)
    return {**cite(document, "", line, party), "words": dates.day_of_month(today_of(document.added_at))}


def _when(request: InformationRequest, state: Heard) -> str:
    values = {"asked": dates.day_of_month(today_of(request.comment.at))}
    values["due"] = dates.day_of_month(last_date(request.due_at))
    ended = request.answered_at or request.lapsed_at or request.closed_at
    values["ended"] = dates.day_of_month(today_of(ended)) if ended else ""
    words: Mapping[Heard, str] = {
        Heard.ASKED: _("Asked %(asked)s, to answer by the end of %(due)s."),
        Heard.ANSWERED: _("Asked %(asked)s, answered %(ended)s."),
        Heard.SILENT: _("Asked %(asked)s, no answer until the end of %(due)s. Decided on the file."),
        Heard.CLOSED: _("Asked %(asked)s, closed %(ended)s: nothing was left to answer for."),
    }
    return words[state] % values
