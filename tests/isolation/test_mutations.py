"""Filters of tenants, each dropped by itself, are noticed: what proves isolation would fail without them."""

import ast
from pathlib import Path

import pytest

from tests.isolation.mutation import Mutation
from tests.isolation.mutations import MUTATIONS
from tests.isolation.probe import Prober

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
APPS = ("arbitration", "claims", "partners", "directory", "events")


def doors() -> set[str]:
    """Every function that says which rows somebody may know of, as a mutation names it."""
    found = set()
    for file in (file for app in APPS for file in (ROOT / app).rglob("*.py")):
        module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
        tree = ast.parse(file.read_text())
        classes = [(f"{node.name}.", node) for node in tree.body if isinstance(node, ast.ClassDef)]
        for prefix, node in (("", tree), *classes):
            functions = [one.name for one in node.body if isinstance(one, ast.FunctionDef)]
            found |= {f"{module}:{prefix}{name}" for name in functions if name.endswith("visible_to")}
    return found


def test_every_door_to_rows_of_tenants_has_its_mutation() -> None:
    assert len(doors()) >= 8
    assert doors() - {mutation.where for mutation in MUTATIONS} == set()


def test_they_are_twenty_or_more_and_each_another() -> None:
    assert len({(mutation.where, mutation.text) for mutation in MUTATIONS}) == len(MUTATIONS) >= 20


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_what_is_not_filtered_any_more_is_noticed(prober: Prober, mutation: Mutation) -> None:
    prober.nobodys.clear()
    mutation.notice(prober)  # passes as the code is
    prober.nobodys.clear()
    with mutation.made(), pytest.raises(AssertionError):
        mutation.notice(prober)
    prober.nobodys.clear()
    mutation.notice(prober)  # and again once it is put back
