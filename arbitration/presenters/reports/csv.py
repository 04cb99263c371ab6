"""A part of a report as a CSV file: its codes and exact numbers, the same in every language, and words beside them.

It begins with a byte order mark, as the export of the log does, and holds no cell that a spreadsheet would run.
"""

from collections.abc import Iterator
from csv import writer
from io import StringIO

from arbitration.presenters.audit_csv import MARK, harmless
from arbitration.presenters.reports.table import Section


def lines(section: Section) -> Iterator[str]:
    """The head, then one line at a time; the head alone where there is nothing to count."""
    table = section.table
    if table is None:
        yield MARK
        return
    yield MARK + _written([table.of[0], "words", *(code for code, _words in table.columns)])
    for row in [*table.rows, *([table.foot] if table.foot else [])]:
        yield _written([row.code, row.said, *(cell.value for cell in row.cells)])


def _written(cells: list[str]) -> str:
    out = StringIO()
    writer(out).writerow([harmless(cell) for cell in cells])
    return out.getvalue()
