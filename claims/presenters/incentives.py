"""A company's incentives: what each activity is right for and earns, in which programme, and how much of it is held."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.dates import short_day_of_year
from directory.activities import Activity, SolutionArea
from partners.models import Program
from partners.programs import label

# What is right when, in the order of the table. A Revenue association pays nothing; it needs any programme.
WORKS = (
    (
        SolutionArea.BUSINESS_APPLICATIONS,
        Activity.PRESALES,
        _("Presales"),
        _("You influenced the purchase of a product"),
    ),
    (
        SolutionArea.BUSINESS_APPLICATIONS,
        Activity.USAGE,
        _("Usage, Business applications"),
        _("You drive adoption of a Dynamics product"),
    ),
    (SolutionArea.MICROSOFT_365, Activity.USAGE, _("Usage, Microsoft 365"), _("You drive adoption of a workload")),
    (
        SolutionArea.BUSINESS_APPLICATIONS,
        Activity.REVENUE_ASSOCIATION,
        _("Revenue association"),
        _("You influenced the choice as business influencer"),
    ),
)


def earned(programs: Sequence[Program], held: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    """Each activity with its programmes, whether it pays, and how many associations are held by it."""
    return [
        {
            "word": word,
            "right_when": right_when,
            "programs": [
                label(program.name)
                for program in programs
                if program.solution_area == area and activity in program.activities
            ],
            "any": activity == Activity.REVENUE_ASSOCIATION,
            "pays": activity != Activity.REVENUE_ASSOCIATION,
            "held": held.get((area, activity), 0),
        }
        for area, activity, word, right_when in WORKS
    ]


def enrolled_today(until: date | None) -> str:
    """What a reviewer should know of the enrolment of a claim's MPN ID, whose last day is `until`; None is no day."""
    if until is None:
        return gettext("Its MPN ID is not enrolled today; what counts is the day on which the claim was sent.")
    if until == date.max:
        return gettext("Its MPN ID is enrolled today.")
    return gettext("Its MPN ID is enrolled today, until %(day)s.") % {"day": short_day_of_year(until)}
