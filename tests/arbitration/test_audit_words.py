"""Every kind of event that any verb records has its words: whoever adds a kind adds them."""

import ast
import re
from pathlib import Path

import pytest

from arbitration.presenters.kinds import HEADINGS, KINDS, choices, known, words_of
from claims.presenters.page import HISTORY
from claims.states import Scan
from partners.actions.enrollments.moving import DONE

ROOT = Path(__file__).resolve().parents[2]
APPS = ("arbitration", "claims", "partners", "directory", "events", "cpor")


# Kinds that are put together: what stands in the code for each, and what may come of it.
MADE_OF_PARTS = {
    "f'evidence.{outcome}'": {f"evidence.{outcome}" for outcome in (Scan.CLEAN, Scan.REFUSED)},
    "f'enrollment.{DONE[verb]}'": {f"enrollment.{done}" for done in DONE.values()},
    "f'conflict.{what}'": {"conflict.declared", "conflict.withdrawn"},
}
KEPT_BY_ADMINS = {f"{what}.{done}" for what in ("company", "mpn_id", "program") for done in ("added", "changed")}
# Whoever is handed a kind writes it down.
HANDED_ON = {"note", "note_once", "_told", "_password_new"}


def called(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in names


def recorded() -> set[str]:
    """The kinds that the code records: written out, handed on, or among the texts of a module that names one so."""
    trees = [ast.parse(file.read_text()) for app in APPS for file in sorted((ROOT / app).rglob("*.py"))]
    found, unknown = set(KEPT_BY_ADMINS), []
    for tree in trees:
        texts = {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        for node in ast.walk(tree):
            if not called(node, "Draft", *HANDED_ON):
                continue
            kind = node.args[1 if called(node, "Draft") else 0]
            if isinstance(kind, ast.Constant):
                found.add(kind.value)
            elif isinstance(kind, ast.JoinedStr):
                found |= MADE_OF_PARTS.get(ast.unparse(kind)) or unknown.append(ast.unparse(kind)) or set()
            else:
                found |= {text for text in texts if re.fullmatch(rf"({'|'.join(HEADINGS)})\.[a-z_]+", text)}
    assert unknown == []
    return found


def test_every_kind_that_is_recorded_has_its_words_and_no_other_has() -> None:
    assert recorded() == set(known())
    assert not set(HISTORY) & set(KINDS)


def test_no_two_kinds_of_one_list_are_offered_by_the_same_words() -> None:
    offered = [words for _group, kinds in choices() for _kind, words in kinds]
    assert len(set(offered)) == len(offered) == len(known())


def test_every_kind_is_offered_below_what_it_happens_to() -> None:
    assert [group for group, _kinds in choices()][:3] == ["Audit", "Calendar", "Case"]


@pytest.mark.parametrize("kind", known())
def test_words_are_words(kind: str) -> None:
    assert re.fullmatch(r"[A-Z][^.]*[^.]", words_of(kind))


def test_a_kind_without_words_is_still_shown() -> None:
    assert words_of("claim.invented") == "claim.invented"


def test_every_subject_has_its_word() -> None:
    assert {kind.partition(".")[0] for kind in known()} - {"comment", "coverage"} <= set(HEADINGS)
