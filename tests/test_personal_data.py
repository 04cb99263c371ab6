"""The inventory of personal data in docs/operating.md is whole: every text column of every table stands in it, once."""

import re
from pathlib import Path

from django.apps import apps
from django.db import models

from partners.models import User
from tests.claims.erasing import ADDRESS, NAME, leaves_traces, traces
from tests.world import World

OPERATING = Path(__file__).resolve().parents[1] / "docs" / "operating.md"
# Django's own, which hold names of models and permissions.
ASIDE = {"auth", "contenttypes"}
TEXTS = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField, models.BinaryField)


def columns() -> set[str]:
    """Every column that can hold a text, as `app.Model.column`."""
    return {
        f"{model._meta.label}.{field.attname}"
        for model in apps.get_models(include_auto_created=True)
        if model._meta.app_label not in ASIDE
        for field in model._meta.concrete_fields
        if isinstance(field, TEXTS)
    }


def listed() -> tuple[dict[str, str], list[str]]:
    """Each column that holds something of a person with what becomes of it, and those that hold nothing of any."""
    section = OPERATING.read_text().partition("## Personal data")[2].partition("\n## ")[0]
    table = re.findall(r"^\| `([\w.]+)` \| ([\w, ]+) \| .+ \| (.+) \|$", section, re.MULTILINE)
    personal = {f"{model}.{column}": fate for model, names, fate in table for column in names.split(", ")}
    assert len(personal) == sum(len(names.split(", ")) for _model, names, _fate in table), "a column is listed twice"
    rest = section.partition("No personal data")[2]
    none = [
        f"{model}.{column}"
        for model, names in re.findall(r"`([\w.]+)`\s+\(([\w,\s]+)\)", rest)
        for column in re.split(r",\s+", names)
    ]
    return personal, none


def test_every_text_column_is_listed_once_and_nothing_else_is() -> None:
    personal, none = listed()
    assert sorted([*personal, *none]) == sorted(columns())


def test_everything_personal_has_a_fate() -> None:
    personal, _none = listed()
    assert {re.match(r"\w+", fate)[0] for fate in personal.values()} == {"Blanked", "Deleted", "Stays"}  # type: ignore[index]


def test_where_a_person_leaves_traces_the_list_says_that_they_are_removed(world: World) -> None:
    leaves_traces(world)
    personal, _none = listed()
    found = traces(NAME, ADDRESS)
    assert f"{User._meta.label}.email" in found
    assert [column for column in found if not personal.get(column, "").startswith(("Blanked", "Deleted"))] == []
