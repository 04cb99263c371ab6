"""The enrolments of one MPN ID as a file lists them: days in order, and no two periods of a programme overlapping."""

from datetime import date
from itertools import pairwise

from django.utils.translation import gettext as _

from directory.imports.refusal import ImportRefused
from partners.imports.entries import Entry

Period = tuple[date, date | None]


def periods_by_program(entries: list[Entry], programs: tuple[str, ...]) -> dict[str, list[Period]]:
    """The periods of each programme named, by first day. Both ends belong to a period; None means no end.

    Raises:
        ImportRefused: for an unknown programme, a day that does not exist, an end before its start, or an overlap.
    """
    found: dict[str, list[tuple[Period, Entry]]] = {}
    for entry in entries:
        entry.know("program", "validFrom", "validUntil")
        since = entry.day("validFrom")
        until = entry.day("validUntil") if entry.says("validUntil") else None
        if until is not None and until < since:
            problem = _("%(until)s is before validFrom, %(since)s. Exchange them, or mend one.")
            raise ImportRefused(entry.at("validUntil"), problem % {"until": until, "since": since})
        found.setdefault(entry.word("program", programs), []).append(((since, until), entry))
    return {program: _in_order(periods) for program, periods in found.items()}


def _in_order(periods: list[tuple[Period, Entry]]) -> list[Period]:
    ordered = sorted(periods, key=lambda period: period[0][0])
    for ((_since, until), earlier), ((since, _until), later) in pairwise(ordered):
        if until is None or since <= until:
            problem = _(
                "%(since)s lies inside the period of the same programme at %(earlier)s. "
                "Both ends belong to a period: end one before the other starts."
            )
            raise ImportRefused(later.at("validFrom"), problem % {"since": since, "earlier": earlier.path})
    return [period for period, _entry in ordered]
