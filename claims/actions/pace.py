"""How often one person may do what is kept or mails others: more often than people do, less than programs can."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from claims.errors import VerbRefused
from claims.rules.findings import Finding

MOST_AN_HOUR = 200
HOUR = timedelta(hours=1)


def keep_pace(acts: QuerySet[Any], at: str, *, now: datetime, code: str, field: str) -> None:
    """Lets one act more be done by who has done `acts`, each at its column `at`.

    Raises:
        VerbRefused: `code`, where it would be one too many within an hour.
    """
    if acts.filter(**{f"{at}__gt": now - HOUR}).count() >= MOST_AN_HOUR:
        raise VerbRefused([Finding(code, field, {"limit": str(MOST_AN_HOUR)})])
