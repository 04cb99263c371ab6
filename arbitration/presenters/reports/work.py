"""The work as a whole: the promise, the open queue, how long things take, how often partners are asked."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from arbitration.models import FactKind, Side
from arbitration.presenters.reports import words
from arbitration.presenters.reports.charts import Mark, columns, line
from arbitration.presenters.reports.table import Cell, Row, Section, Table, days, late, number, share, worst
from arbitration.reports.figures import MEDIAN, NINE_OF_TEN, Figures, Sums, nearest_rank
from arbitration.reports.open_queue import AGES, OLDEST, OVERDUE, Ages
from arbitration.reports.periods import Period
from claims import dates

SLOWEST = 10  # business days, and more, that one column stands for
MOST_ASKED = 4  # requests, and more


def promise(found: Figures, period: Period) -> Section:
    """Reviews due, and those kept, over time."""
    weekly = period.by_week
    section = Section(
        "promise",
        _("Promise kept"),
        _(
            "Of the reviews that were due in these days, how many were done in time: decided, left to a case, or put"
            " back to the partner. An answer begins another review. What was withdrawn in time is not counted."
        ),
        _("No review was due in these days."),
    )
    if not found.total.due:
        return section
    steps = list(found.steps.items())
    least = worst((kept, due) for _day, (due, kept) in steps)
    rows = [
        Row(_step(day, period), day.isoformat(), (number(due), number(kept), share(kept, due, late(kept, due, least))))
        for day, (due, kept) in steps
    ]
    due, kept = found.total.due, found.total.kept
    head = (
        ("due", pgettext("number of reviews", "Due")),
        ("in_time", _("In time")),
        ("kept", pgettext("share", "Kept")),
    )
    table = Table(
        ("from", _("Week from") if weekly else _("Month")),
        head,
        rows,
        Row(_("In all"), "total", (number(due), number(kept), share(kept, due))),
    )
    marks = [
        Mark(
            dates.day_of_month(day) if weekly else words.short_month(day),
            Fraction(100 * kept, due) if due else None,
            words.percent(kept, due),
            "bad" if late(kept, due, least) else "",
        )
        for day, (due, kept) in steps
    ]
    return replace(section, table=table, chart=line(marks, unit=" %"))


def _step(day: date, period: Period) -> str:
    """A week by its first day; a month by its name, and by its days where only some of them are asked for."""
    if period.by_week:
        return dates.short_day_of_year(day)
    return words.month(day) if day.day == 1 else dates.short_day_of_year(day)


def queue(found: Ages) -> Section:
    """The open queue by age."""
    section = Section(
        "queue",
        _("Age of the open queue"),
        _(
            "What waits for a review now, whatever the period, by business days since its clock began. Not what"
            " waits for its partner or a case."
        ),
        _("Nothing waits for a review."),
    )
    total = found.total.total()
    if not total:
        return section
    tones = {OVERDUE: "bad", OLDEST: "warn"}
    rows = [Row(_age(age), _age_code(age), (number(found.total[age]), share(found.total[age], total))) for age in AGES]
    marks = [
        Mark(_age_short(age), found.total[age], words.whole(found.total[age]), tones.get(age, "accent")) for age in AGES
    ]
    head = (("claims", _("Claims")), ("share", pgettext("column", "Share")))
    foot = Row(pgettext("of a queue", "Open"), "total", (number(total), share(total, total)))
    return replace(section, table=Table(("age", _("Business days")), head, rows, foot), chart=columns(marks))


def _age(age: int) -> str:
    if age == OVERDUE:
        return _("overdue")
    return _("%(days)s and more, in time") % {"days": age} if age == OLDEST else str(age)


def _age_short(age: int) -> str:
    if age == OVERDUE:
        return _("overdue")
    return f"{age}+" if age == OLDEST else str(age)


def _age_code(age: int) -> str:
    return {OVERDUE: "overdue", OLDEST: f"{OLDEST}+"}.get(age, str(age))


def times(found: Sums) -> Section:
    """How long until somebody looked, and until it was decided."""
    section = Section(
        "times",
        _("Time to first look and to decision"),
        _(
            "Business days from submission to a reviewer's first look, and to the decision of the last product,"
            " without the partner's turns."
        ),
        _("No claim was looked at or decided in these days."),
    )
    looks, decisions = found.of(FactKind.LOOK), found.of(FactKind.DECISION)
    if not looks and not decisions:
        return section
    alone = found.of(FactKind.DECISION, Side.ALONE)
    contested = found.of(FactKind.DECISION, Side.CHALLENGER, Side.INCUMBENT)
    rows = [
        _time(_("First look"), "first_look", looks),
        _time(_("Decision"), "decision", decisions),
        _time(_("… without a contest"), "decision_alone", alone),
        _time(_("… by a case"), "decision_case", contested),
    ]
    head = (
        ("claims", _("Claims")),
        ("median_days", _("Half within")),
        ("nine_of_ten_days", _("Nine of ten within")),
    )
    return replace(
        section,
        table=Table(("time", _("Time to")), head, rows),
        chart=columns(_columns(decisions or looks, SLOWEST)),
        more=_("Drawn: claims by business days to decision.")
        if decisions
        else _("Drawn: claims by business days to first look."),
    )


def _time(said: str, code: str, counts: Mapping[int, int]) -> Row:
    total = sum(counts.values())
    return Row(
        said,
        code,
        (number(total), days(nearest_rank(counts, MEDIAN)), days(nearest_rank(counts, NINE_OF_TEN))),
    )


def _columns(counts: Mapping[int, int], last: int) -> list[Mark]:
    """One column a value, the last for all from it on, as far as there is anything."""
    shown: Counter[int] = Counter()
    for value, times in counts.items():
        shown[min(value, last)] += times
    values = range(max(shown, default=0) + 1)
    return [
        Mark(f"{value}+" if value == last else str(value), shown[value], words.whole(shown[value]), "accent")
        for value in values
    ]


def questions(found: Sums) -> Section:
    """Requests for information, claim by claim."""
    section = Section(
        "requests",
        _("Requests for information"),
        _("Claims decided in these days, by how often their partner was asked for more until then."),
        _("No claim was decided in these days."),
    )
    counts = found.of(FactKind.ASKED)
    total = counts.total()
    if not total:
        return section
    marks = _columns(counts, MOST_ASKED)
    rows = [
        Row(mark.label, mark.label, (number(int(mark.value or 0)), share(int(mark.value or 0), total)))
        for mark in marks
    ]
    head = (("claims", _("Claims")), ("share", pgettext("column", "Share")))
    each = Cell(words.average(found.requests, total), f"{found.requests / total:.4f}")
    foot = Row(_("Per claim"), "per_claim", (number(total), each))
    return replace(section, table=Table(("requests", _("Requests")), head, rows, foot), chart=columns(marks))
