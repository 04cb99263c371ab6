"""Reading rows for many values at once."""

from collections.abc import Iterable
from typing import Any

from django.db import models


def rows_by(rows: models.QuerySet, field: str, values: Iterable[Any]) -> list[Any]:
    """Rows whose field is one of the values, however many: SQLite takes some ten thousand at once."""
    wanted = list(values)
    return [
        row for start in range(0, len(wanted), 5000) for row in rows.filter(**{f"{field}__in": wanted[start:][:5000]})
    ]
