"""The parts of a report: each a heading, a line that says what counts, a drawing, and a table of the same numbers."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from arbitration.presenters.reports import words
from arbitration.presenters.reports.charts import Chart


@dataclass(frozen=True)
class Cell:
    """A number as a page says it, and as a file does."""

    said: str
    value: str
    tone: str = ""


@dataclass(frozen=True)
class Row:
    """One line of a table: what it is of, in words and as a code, and its numbers."""

    said: str
    code: str
    cells: tuple[Cell, ...]
    href: str = ""


@dataclass(frozen=True)
class Table:
    """`columns` are the code and the words of each number; `of` those of what a line is of."""

    of: tuple[str, str]
    columns: tuple[tuple[str, str], ...]
    rows: Sequence[Row]
    foot: Row | None = None


@dataclass(frozen=True)
class Section:
    """One part of a report. Without a table there is nothing to count, and `empty` says so."""

    key: str
    title: str
    counts: str
    empty: str
    table: Table | None = None
    chart: Chart | None = None
    more: str = field(default="")


def number(value: int, tone: str = "") -> Cell:
    """A count."""
    return Cell(words.whole(value), str(value), tone)


def share(part: int, of: int, tone: str = "") -> Cell:
    """A share in percent; a file has the exact quotient to four decimals."""
    return Cell(words.percent(part, of), f"{part / of:.4f}" if of else "", tone)


def days(value: int | None) -> Cell:
    """So many business days, if any."""
    return Cell(words.days(value), "" if value is None else str(value))


def worst(shares: Iterable[tuple[int, int]]) -> Fraction | None:
    """The least share of (kept, due) of several, where not all was kept: it alone is marked."""
    known = [Fraction(kept, due) for kept, due in shares if due]
    return min((share for share in known if share < 1), default=None) if len(known) > 1 else None


def late(kept: int, due: int, least: Fraction | None) -> str:
    """How the least share is marked."""
    return "bad strong" if due and Fraction(kept, due) == least else ""
