"""`docs/security.md` is whole: a row for each requirement, a proof in each row, and every test and link it names is there.

Reads source text only. `data/asvs-5.0.csv` holds the standard's numbers of levels 1 and 2.
"""

import ast
import csv
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "security.md"
TEXT = DOCUMENT.read_text()
LEVELS = dict(list(csv.reader((ROOT / "tests/data/asvs-5.0.csv").read_text().splitlines()))[1:])

ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \|.*$", re.MULTILINE)
WHOLE = re.compile(r"^- \*\*(\d+(?:\.\d+)?)\*\* does not apply: \S.*$", re.MULTILINE)
REFERENCE = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
WORDS = re.compile(r"(reason|does not apply|open): \S.{9,}")
COUNTS = re.compile(
    r"(\d+) requirements\. (\d+) have a test, (\d+) a written reason, (\d+) do not apply, and (\d+) are open"
)
LINK = re.compile(r"\]\(([^)\s]+)\)")


def kind_of(proof: str) -> str:
    """What a row's last cell is: tests, one of the words that begin a text, or nothing that counts."""
    if re.fullmatch(rf"{REFERENCE.pattern}(?:, {REFERENCE.pattern})*", proof):
        return "tests"
    found = WORDS.fullmatch(proof)
    return found[1] if found else ""


def rows(text: str) -> Iterator[tuple[str, list[str]]]:
    """The number and the cells of each requirement that has a row."""
    for row in ROW.finditer(text):
        yield row[1], [cell.strip() for cell in row[0].strip("|").split("|")]


def of_numbers(text: str) -> Iterator[str]:
    """A requirement that has no row and stands in no section that does not apply, or has too many, or none."""
    told = Counter(number for number, _cells in rows(text))
    for section in WHOLE.findall(text):
        below = [number for number in LEVELS if number.startswith(f"{section}.")]
        told.update(below)
        if not below:
            yield f"{section} is no section"
    yield from (f"{number} is missing" for number in LEVELS.keys() - told.keys())
    yield from (f"{number} is no requirement of levels 1 and 2" for number in told.keys() - LEVELS.keys())
    yield from (f"{number} is there {times} times" for number, times in told.items() if times > 1)


def of_rows(text: str) -> Iterator[str]:
    """A row without a cell, of another level, or without a proof."""
    for number, cells in rows(text):
        if len(cells) != 5 or not all(cells):
            yield f"{number} has not five cells"
        elif cells[1] != LEVELS.get(number, cells[1]):
            yield f"{number} is of level {LEVELS[number]}"
        elif not kind_of(cells[4]):
            yield f"{number} has no proof"


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of a file's tests."""
    file = ROOT / path
    body = ast.parse(file.read_text()).body if file.is_file() else []
    return frozenset(node.name for node in body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def of_tests(text: str) -> Iterator[str]:
    """A test, or a file of tests, that is not there."""
    for path, name in REFERENCE.findall(text):
        if name not in names_in(path):
            yield f"{path}::{name} is not there"
    for path in re.findall(r"`((?:tests|partners|claims|cpor|events|directory|arbitration)/[\w/.-]+)`", text):
        if not (ROOT / path).exists():
            yield f"{path} is not there"


def headings(file: Path) -> set[str]:
    """What a link may point to inside a document."""
    titles = re.findall(r"^#+ (.+)$", TEXT if file == DOCUMENT else file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def of_links(text: str) -> Iterator[str]:
    """A link to a document or to a heading that is not there."""
    for link in LINK.findall(text):
        name, _, anchor = link.partition("#")
        file = DOCUMENT.parent / name if name else DOCUMENT
        if not file.is_file() or (anchor and anchor not in headings(file)):
            yield f"{link} leads nowhere"


def of_counts(text: str) -> Iterator[str]:
    """Numbers of the opening that are not those of the rows."""
    kinds = Counter(kind_of(cells[-1]) for _number, cells in rows(text))
    whole = sum(number.startswith(f"{section}.") for section in WHOLE.findall(text) for number in LEVELS)
    counted = [len(LEVELS), kinds["tests"], kinds["reason"], kinds["does not apply"] + whole, kinds["open"]]
    told = COUNTS.search(" ".join(text.split()))
    if told is None or [int(number) for number in told.groups()] != counted:
        yield f"the opening should say {counted}"


CHECKS = (of_numbers, of_rows, of_tests, of_links, of_counts)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__.removeprefix("of_"))
def test_the_document_is_whole(check: object) -> None:
    assert sorted(check(TEXT)) == []  # type: ignore[operator]


def test_the_list_is_that_of_the_standard() -> None:
    assert Counter(LEVELS.values()) == {"1": 70, "2": 183}


def row_of(number: str) -> str:
    return next(row[0] for row in ROW.finditer(TEXT) if row[1] == number)


PLANTED = {
    "1.2.4 is missing": (row_of("1.2.4") + "\n", ""),
    "1.2.10 is no requirement of levels 1 and 2": ("| 1.2.9 |", "| 1.2.10 |"),
    "1.2.4 is there 2 times": (row_of("1.2.4"), row_of("1.2.4") + "\n" + row_of("1.2.4")),
    "1.2.4 is of level 1": ("| 1.2.4 | 1 |", "| 1.2.4 | 2 |"),
    "1.2.4 has no proof": (row_of("1.2.4"), row_of("1.2.4").rpartition(" | ")[0] + " | later |"),
    "17.2.1 is missing": ("- **17** does not apply", "- **17.1** does not apply"),
    "4.9 is no section": ("- **4.3** does not apply", "- **4.9** does not apply"),
    "tests/test_gone.py::test_x is not there": (
        "tests/test_dangerous_code.py::test_a_statement_of_sql_holds_no_value",
        "tests/test_gone.py::test_x",
    ),
    "tests/test_dangerous_code.py::test_x is not there": ("test_a_statement_of_sql_holds_no_value", "test_x"),
    "rulez.md leads nowhere": ("(rules.md)", "(rulez.md)"),
    "#nowhere leads nowhere": ("(#limits)", "(#nowhere)"),
    "operating.md#nowhere leads nowhere": ("(operating.md)", "(operating.md#nowhere)"),
    "the opening should say": ("levels 1 and 2: ", "levels 1 and 2: 1"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str) -> None:
    before, after = PLANTED[fault]
    assert before in TEXT
    found = [line for check in CHECKS for line in check(TEXT.replace(before, after, 1))]
    assert any(line.startswith(fault) for line in found), found
