"""Reading, changing and removing many rows at once."""

from collections.abc import Iterable
from typing import Any

from django.db import models


def rows_by(rows: models.QuerySet, field: str, values: Iterable[Any]) -> list[Any]:
    """Rows whose field is one of the values, however many: SQLite takes some ten thousand at once."""
    wanted = list(values)
    return [
        row for start in range(0, len(wanted), 5000) for row in rows.filter(**{f"{field}__in": wanted[start:][:5000]})
    ]


def delete_rows(model: type[models.Model], keys: Iterable[int]) -> None:
    """Removes the rows of these keys, in few statements."""
    wanted = list(keys)
    for start in range(0, len(wanted), 5000):
        model._default_manager.filter(pk__in=wanted[start:][:5000]).delete()


def take_over(row: models.Model, said: dict[str, Any]) -> list[str]:
    """Takes over what the file says (None: it does not); returns the names of the fields that it changed, sorted."""
    different = {name: value for name, value in said.items() if value is not None and getattr(row, name) != value}
    for name, value in different.items():
        setattr(row, name, value)
    return sorted(different)
