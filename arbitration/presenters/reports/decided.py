"""What was decided: outcomes, approvals that ended, challengers beside incumbents, and one beside the other."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from arbitration.models import FactKind, Side
from arbitration.presenters.reports import words
from arbitration.presenters.reports.charts import Mark, bars
from arbitration.presenters.reports.table import Cell, Row, Section, Table, days, late, number, share, worst
from arbitration.reports.figures import MEDIAN, Sums, nearest_rank
from arbitration.reports.open_queue import OVERDUE
from arbitration.reports.words import STANDS, reason_of

MOST_BARS = 30


def outcomes(found: Sums) -> Section:
    """What was decided of lines, by reason."""
    section = Section(
        "outcomes",
        _("Outcomes by reason"),
        _("Products decided in these days: by a reviewer, by a case, or because time ran out."),
        _("Nothing was decided in these days."),
    )
    counts = found.of(FactKind.OUTCOME)
    total = counts.total()
    if not total:
        return section
    order = _by_number(counts)
    rows = [
        Row(words.outcome(value), _code(value), (number(counts[value]), share(counts[value], total))) for value in order
    ]
    marks = [
        Mark(words.outcome(value), counts[value], words.whole(counts[value]), "accent" if value == STANDS else "faint")
        for value in order
    ]
    head = (("lines", _("Products")), ("share", pgettext("column", "Share")))
    foot = Row(_("Decided"), "total", (number(total), share(total, total)))
    return replace(section, table=Table(("outcome", _("Outcome")), head, rows, foot), chart=bars(marks))


def _by_number(counts: Mapping[int, int]) -> list[int]:
    """What stands first, then reasons, the most frequent first."""
    return sorted(counts, key=lambda value: (value != STANDS, -counts[value], value))


def _code(value: int) -> str:
    return "approved" if value == STANDS else str(reason_of(value))


def endings(found: Sums) -> Section:
    """Approvals that ended."""
    section = Section(
        "endings",
        _("Approvals that ended"),
        _("Products that lost their approval in these days without a case."),
        _("No approval ended in these days."),
    )
    counts = found.of(FactKind.ENDED)
    total = counts.total()
    if not total:
        return section
    order = _by_number(counts)
    rows = [
        Row(words.outcome(value), _code(value), (number(counts[value]), share(counts[value], total))) for value in order
    ]
    head = (("lines", _("Products")), ("share", pgettext("column", "Share")))
    foot = Row(pgettext("column", "Ended"), "total", (number(total), share(total, total)))
    marks = [Mark(words.outcome(value), counts[value], words.whole(counts[value]), "faint") for value in order]
    return replace(section, table=Table(("reason", _("Reason")), head, rows, foot), chart=bars(marks))


def sides(found: Sums) -> Section:
    """Challengers and incumbents beside each other."""
    section = Section(
        "sides",
        _("Challengers and incumbents"),
        _(
            "Products that a case decided. The incumbent held the product until then, a challenger did not. A"
            " dispute is overturned where the product is approved after all."
        ),
        _("No case and no dispute was decided in these days."),
    )
    own = {side: _of_side(found, side) for side in (Side.CHALLENGER, Side.INCUMBENT, Side.ALONE)}
    if not any(own[side].lines for side in (Side.CHALLENGER, Side.INCUMBENT)) and not found.disputes:
        return section
    reasons = sorted(
        {value for side in (Side.CHALLENGER, Side.INCUMBENT) for value in own[side].of(FactKind.OUTCOME)} - {STANDS}
    )
    order = (Side.CHALLENGER, Side.INCUMBENT, Side.ALONE)
    rows = [
        _across(_("Decided by a case"), "decided", [own[side].lines if side != Side.ALONE else None for side in order])
    ]
    rows += [
        _across(said, code, [own[side].of(FactKind.OUTCOME)[value] if side != Side.ALONE else None for side in order])
        for value, said, code in [(STANDS, _("Upheld"), "upheld"), *((r, words.outcome(r), _code(r)) for r in reasons)]
    ]
    rows += [
        _across(_("Disputes decided"), "disputes", [own[side].disputes for side in order]),
        _across(_("Disputes overturned"), "overturned", [own[side].overturned for side in order]),
    ]
    head = (("challengers", _("Challengers")), ("incumbents", _("Incumbents")), ("alone", _("No contest")))
    return replace(section, table=Table(("what", ""), head, rows), chart=bars(_beside(own)))


def _of_side(found: Sums, side: Side) -> Sums:
    sums = Sums()
    for (kind, own), counts in found.counts.items():
        if own == side:
            sums.counts[kind, own] += counts
    return sums


def _across(said: str, code: str, values: Sequence[int | None]) -> Row:
    return Row(said, code, tuple(Cell(words.NONE, "") if value is None else number(value) for value in values))


def _beside(own: Mapping[Side, Sums]) -> list[Mark]:
    """What was upheld and what was not of each side, then what was overturned of each side's disputes."""
    challengers, incumbents = own[Side.CHALLENGER], own[Side.INCUMBENT]
    return [
        Mark(
            _("Challengers upheld"), challengers.standing, words.of(challengers.standing, challengers.lines), "accent"
        ),
        Mark(_("Incumbents upheld"), incumbents.standing, words.of(incumbents.standing, incumbents.lines), "faint"),
        Mark(
            _("Challengers' disputes overturned"),
            challengers.overturned,
            words.of(challengers.overturned, challengers.disputes),
            "accent",
        ),
        Mark(
            _("Incumbents' disputes overturned"),
            incumbents.overturned,
            words.of(incumbents.overturned, incumbents.disputes),
            "faint",
        ),
    ]


def parts(
    title: str, of: tuple[str, str], found: Sequence[tuple[str, str, str, Sums, Counter[int]]], *, more: str
) -> Section:
    """Each reviewer, partner, area or activity in a line: (words, code, address, numbers, open queue)."""
    section = Section(
        "parts",
        title,
        _("The same numbers, one by one. A review is of who did it, or had it as it fell due."),
        _("Nothing was counted in these days."),
    )
    if not found:
        return section
    least = worst((sums.kept, sums.due) for _said, _code, _href, sums, _waiting in found)
    rows = [Row(said, code, _part(sums, waiting, least), href) for said, code, href, sums, waiting in found]
    head = (
        ("due", pgettext("number of reviews", "Due")),
        ("kept", pgettext("share", "Kept")),
        ("first_look_median_days", _("First look, half within")),
        ("decision_median_days", _("Decision, half within")),
        ("lines", _("Products decided")),
        ("approved", pgettext("of a product", "Approved")),
        ("requests_per_claim", _("Requests per claim")),
        ("disputes", _("Disputes")),
        ("overturned", _("Overturned")),
        ("open", _("Open now")),
        ("overdue", _("Overdue")),
    )
    marks = [
        Mark(said, Fraction(100 * sums.kept, sums.due), words.of(sums.kept, sums.due), "accent")
        for said, _c, _h, sums, _w in found
        if sums.due
    ]
    return replace(section, table=Table(of, head, rows), chart=bars(marks[:MOST_BARS]) if marks else None, more=more)


def _part(sums: Sums, waiting: Counter[int], least: Fraction | None) -> tuple[Cell, ...]:
    claims = sums.claims
    each = Cell(words.average(sums.requests, claims), f"{sums.requests / claims:.4f}" if claims else "")
    return (
        number(sums.due),
        share(sums.kept, sums.due, late(sums.kept, sums.due, least)),
        days(nearest_rank(sums.of(FactKind.LOOK), MEDIAN)),
        days(nearest_rank(sums.of(FactKind.DECISION), MEDIAN)),
        number(sums.lines),
        share(sums.standing, sums.lines),
        each,
        number(sums.disputes),
        number(sums.overturned),
        number(waiting.total()),
        number(waiting[OVERDUE], "bad strong" if waiting[OVERDUE] else ""),
    )
