"""Radio buttons that explain themselves: activities, and MPN IDs with what to know of each."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext

from claims.activities import WHEN
from claims.dates import day_of_year
from claims.search import WORKS
from directory.activities import OFFERED, Activity, SolutionArea
from partners.facts import MpnFacts
from partners.forms.plain import HintedRadios
from partners.programs import label


class Chooser(HintedRadios):
    """Radio buttons of which each explains itself, and says why where it cannot be chosen."""

    def __init__(self, hints: Mapping[str, Any], closed: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self.hints, self.closed = hints, closed

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The option, disabled where it is closed."""
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.closed:
            option["attrs"]["disabled"] = True
        return option


def work_choices() -> list[tuple[str, Any]]:
    """Every activity of every area, as `area/activity`."""
    return [
        (f"{area}/{activity}", format_lazy("{}: {}", area.label, activity.label))
        for area in SolutionArea
        for activity in Activity
    ]


def work_hints() -> tuple[dict[str, Any], frozenset[str]]:
    """When each activity is right and what it earns; and those that are not offered."""
    hints = {f"{area}/{activity}": text for (area, activity), text in WHEN.items()}
    closed = {f"{area}/{activity}" for area in SolutionArea for activity in Activity if activity not in OFFERED[area]}
    return hints, frozenset(closed)


def mpn_hint(fact: MpnFacts, today: date) -> str:
    """What a partner should know of an MPN ID before choosing it: kind, enrolment, partner types."""
    parts = []
    if fact.kind == "global":
        parts.append(gettext("Global ID: stands for the company, cannot claim."))
    until: dict[tuple[date | None, bool], list[str]] = {}
    for period in fact.enrollments:
        if period.holds(today):
            until.setdefault((period.valid_until, period.renews), []).append(label(period.program_name))
    for (day, renews), names in until.items():
        values = {"programs": ", ".join(dict.fromkeys(names)), "day": day and day_of_year(day)}
        ends = gettext("Enrolled until %(day)s, then renewed: %(programs)s.") if renews else ""
        ends = ends or gettext("Enrolled until %(day)s: %(programs)s.")
        parts.append((ends if day else gettext("Enrolled: %(programs)s.")) % values)
    if fact.waiting:
        waiting = ", ".join(label(name) for name in fact.waiting)
        parts.append(gettext("The operator still validates it for: %(programs)s.") % {"programs": waiting})
    elif not until and fact.kind != "global":
        ended = max((period.valid_until for period in fact.enrollments if period.valid_until), default=None)
        was = gettext("Enrolment ended %(day)s.") % {"day": day_of_year(ended)} if ended and ended < today else ""
        parts.append(was or gettext("Not enrolled in any programme today."))
    if fact.partner_types:
        parts.append(gettext("Partner type: %(types)s.") % {"types": ", ".join(fact.partner_types)})
    return " ".join(parts)


def works_offered() -> list[tuple[str, str]]:
    """Areas and activities as a filter offers them: the value in the address, and its words."""
    words = []
    for work in WORKS:
        area, _slash, activity = work.partition("/")
        label = str(SolutionArea(area).label)
        words.append((work, f"{label} · {Activity(activity).label}" if activity else label))
    return words
