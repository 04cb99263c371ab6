"""What follows from a decision of a case that nobody can undo, for who is about to put it into effect."""

from collections.abc import Iterable
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from arbitration.drafting import Content
from arbitration.presenters.rows import CaseRows
from claims.calendars import last_date
from claims.dates import day_long
from claims.models import ClaimLine
from claims.presenters.sure import of_the_rest
from claims.requirements import Requirement


def agreement(version: int, content: Content) -> str:
    """What somebody may be sure of: just this content, of the case at the version that they saw."""
    return sha256(repr((version, content)).encode()).hexdigest()[:16]


def before_effect(rows: CaseRows, upheld_id: int, *, now: datetime) -> dict[str, Any]:
    """The question whether to uphold this party, and what follows from it.

    `rows` are as they stood before. To be called where the decision has been made, at `now`, and may be rolled back:
    who may dispute it until when, and which customer is written to, is read from what stands then.
    """
    upheld = next(party for party in rows.parties if party.partner.pk == upheld_id)
    names = {"upheld": upheld.partner.name, "holder": rows.holder.partner.name if rows.holder else ""}
    if upheld.holding:
        first = _("%(upheld)s goes on holding it.")
    elif rows.holder:
        first = _("%(holder)s loses it, and %(upheld)s becomes partner of record in its place.")
    else:
        first = _("%(upheld)s becomes partner of record.")
    known = [line.pk for party in rows.parties for line in party.lines]
    lines = rows.case.unit.lines.filter(pk__in=known).select_related("partner", "claim__policy").order_by("pk")
    lines = lines.prefetch_related("claim__lines", "claim__consents")
    own = {line.claim_id: line.claim for line in lines if line.partner_id == upheld_id}
    return {
        "title": _("Uphold %(upheld)s?") % names,
        "follows": [
            first % names,
            *_unchecked(rows),
            _("Every party reads its letter at once, as it stands here."),
            *dict.fromkeys(words for claim in own.values() for words in of_the_rest(claim, now=now)),
            *_afterwards(lines),
        ],
    }


def _unchecked(rows: CaseRows) -> list[str]:
    """Who was not looked at whole."""
    names = [
        party.partner.name
        for party in rows.parties
        if any(len(rows.findings[line.pk]) < len(Requirement) for line in party.lines)
    ]
    words = _("The proof of %(partners)s was not checked, or not all of it.")
    return [words % {"partners": ", ".join(names)}] if names else []


def _afterwards(lines: Iterable[ClaimLine]) -> list[str]:
    until: dict[date, list[str]] = {}
    for line in lines:
        if line.disputable and line.dispute_until:
            until.setdefault(last_date(line.dispute_until), []).append(line.partner.name)
    if not until:
        return [_("You cannot undo it, and it is final for all.")]
    words = _("You cannot undo it. It may be disputed until %(day)s: by %(partners)s.")
    return [
        words % {"day": day_long(day), "partners": ", ".join(dict.fromkeys(partners))}
        for day, partners in sorted(until.items())
    ]
