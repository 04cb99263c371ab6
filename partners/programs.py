"""The incentive programmes that exist from the first day. Source: design, section 4."""

from typing import Any

from django.utils.translation import gettext_lazy as _

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


# The first ones in the reader's language; what an admin has named is said as it stands.
LABELS = {
    "Presales": _("Presales"),
    "Usage in Business applications": _("Usage in Business applications"),
    "Usage in Microsoft 365": _("Usage in Microsoft 365"),
}


def label(name: str) -> str:
    """What a reader calls the programme of this name."""
    return str(LABELS.get(name, name))


def add_missing(programs: Any) -> None:
    """Adds the first programmes that `programs`, a QuerySet of any state of the model, does not hold yet."""
    there = set(programs.values_list("code", flat=True))
    rows = [programs.model(**values) for values in FIRST if values["code"] not in there]
    programs.bulk_create(rows, ignore_conflicts=True)
