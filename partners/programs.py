"""The incentive programmes that exist from the first day. Source: design, section 4."""

from typing import Any

from directory.activities import Activity, SolutionArea

FIRST = (
    {
        "code": "osa-sell",
        "name": "Presales",
        "solution_area": SolutionArea.BUSINESS_APPLICATIONS.value,
        "activities": [Activity.PRESALES.value],
    },
    {
        "code": "osu-ba",
        "name": "Usage in Business applications",
        "solution_area": SolutionArea.BUSINESS_APPLICATIONS.value,
        "activities": [Activity.USAGE.value],
    },
    {
        "code": "osu-m365",
        "name": "Usage in Microsoft 365",
        "solution_area": SolutionArea.MICROSOFT_365.value,
        "activities": [Activity.USAGE.value],
    },
)


def add_missing(programs: Any) -> None:
    """Adds the first programmes that `programs`, a QuerySet of any state of the model, does not hold yet."""
    there = set(programs.values_list("code", flat=True))
    rows = [programs.model(**values) for values in FIRST if values["code"] not in there]
    programs.bulk_create(rows, ignore_conflicts=True)
