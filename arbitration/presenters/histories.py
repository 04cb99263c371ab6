"""What happened to each party, drawn on one axis, and the same facts in words."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from arbitration import axis
from arbitration.presenters.rows import CaseRows, PartyRows
from claims import dates
from claims.calendars import last_date, today_of


def picture(rows: CaseRows, now: datetime) -> axis.Picture:
    """The axis of the case. Once it is over, it ends with the day on which it was."""
    over = rows.case.over_at
    return axis.draw(
        [_history(party) for party in rows.parties],
        today=today_of(over or now),
        due=last_date(rows.case.due_at),
        over=over is not None,
    )


def facts(rows: CaseRows) -> list[dict[str, Any]]:
    """What the axis shows, in words, party by party, oldest first."""
    return [
        {"name": party.partner.name, "entries": [{"day": dates.day_of_year(day), "what": what} for day, what in told]}
        for party in rows.parties
        for told in [sorted(_told(party), key=lambda fact: fact[0])]
    ]


def _history(party: PartyRows) -> axis.History:
    return axis.History(
        name=party.partner.name,
        held=tuple((today_of(row.since), today_of(row.until) if row.until else None) for row in party.held),
        marks=tuple(axis.Mark(kind, day) for kind, day, _words in _marks(party)),
    )


def _told(party: PartyRows) -> Iterator[tuple[date, str]]:
    for row in party.held:
        yield today_of(row.since), _("holds it from here on")
        if row.until:
            yield today_of(row.until), _("holds it no more")
    for _kind, day, words in _marks(party):
        yield day, words


def _marks(party: PartyRows) -> Iterator[tuple[str, date, str]]:
    """Kind, day and words of all that happened."""
    sent = {line.claim_id: line.claim for line in party.lines}
    for claim in sent.values():
        if claim.submitted_at:
            words = _("claim %(reference)s filed") % {"reference": claim.reference}
            yield "filed", today_of(claim.submitted_at), words
    for row in party.requests:
        yield "asked", today_of(row.comment.at), _("asked by us")
        if row.answered_at:
            yield "answered", today_of(row.answered_at), _("answered")
        if row.lapsed_at:
            yield "lapsed", last_date(row.lapsed_at), _("no answer in time")
    for document in party.documents:
        words = _("document %(label)s added: %(name)s") % {
            "label": f"{party.handle}-{document.letter}",
            "name": document.name,
        }
        yield "proof", today_of(document.added_at), words
