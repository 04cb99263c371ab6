"""Imports Microsoft's table "Product names and service plan identifiers for licensing"."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from directory.imports.refusal import ImportRefused, decoded, guid, printable
from directory.models import Sku, SkuPlan

HEADER = (
    "Product_Display_Name",
    "String_Id",
    "GUID",
    "Service_Plan_Name",
    "Service_Plan_Id",
    "Service_Plans_Included_Friendly_Names",
)
BATCH = 1000


@dataclass
class Table:
    """The file's content: SKUs by GUID as (part number, name), plans by both GUIDs as (name, friendly name)."""

    skus: dict[UUID, tuple[str, str]] = field(default_factory=dict)
    plans: dict[tuple[UUID, UUID], tuple[str, str]] = field(default_factory=dict)
    duplicates: int = 0


@dataclass(frozen=True)
class TableReport:
    """What an import of the table did, in rows."""

    skus: int
    skus_new: int
    skus_changed: int
    skus_kept: int
    plans: int
    plans_new: int
    plans_changed: int
    plans_removed: int
    duplicates: int

    @property
    def changed(self) -> bool:
        """Whether anything in the database moved."""
        return any((self.skus_new, self.skus_changed, self.plans_new, self.plans_changed, self.plans_removed))

    def __str__(self) -> str:
        texts = [
            _("%(skus)d SKUs: %(skus_new)d new, %(skus_changed)d changed, %(skus_kept)d gone from the file and kept."),
            _(
                "%(plans)d service plans of SKUs: %(plans_new)d new, %(plans_changed)d changed, "
                "%(plans_removed)d removed; %(duplicates)d duplicate rows skipped."
            ),
        ]
        if not self.changed:
            texts.append(_("Nothing changed."))
        return " ".join(texts) % self.__dict__


def import_table(raw: bytes) -> TableReport:
    """Imports the table's bytes, all or nothing. A SKU of the file gets exactly the file's plans; others stay.

    Raises ImportRefused.
    """
    table = parse(raw)
    with transaction.atomic():
        new, changed, kept = _store_skus(table)
        plans_new, plans_changed, removed = _store_plans(table)
    return TableReport(
        len(table.skus), new, changed, kept, len(table.plans), plans_new, plans_changed, removed, table.duplicates
    )


def parse(raw: bytes) -> Table:
    """The file's content, the first row of each (SKU, service plan) winning. Raises ImportRefused with the line."""
    text = decoded(raw)
    table = Table()
    for line, cells in _rows(text):
        _take(table, line, cells)
    if not table.plans:
        raise ImportRefused(_place(1), _("no row follows the header. Is the file truncated?"))
    if not text.endswith("\n"):
        last = text.count("\n") + 1
        raise ImportRefused(_place(last), _("the file ends inside this line. Is it truncated?"))
    return table


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row after the header with the line it starts on; empty lines are passed over."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    try:
        _check_header(next(reader))
        start = reader.line_num + 1
        for cells in reader:
            if cells:
                yield start, _six(start, cells)
            start = reader.line_num + 1
    except csv.Error as error:
        problem = _("the row cannot be read (%(error)s). Is the file truncated?") % {"error": error}
        raise ImportRefused(_place(start), problem) from error


def _check_header(cells: list[str]) -> None:
    for number, expected in enumerate(HEADER):
        found = cells[number].strip() if number < len(cells) else ""
        if found != expected:
            problem = _('the header says "%(found)s" where "%(expected)s" belongs.')
            raise ImportRefused(_place(1, number), problem % {"found": found[:60], "expected": expected})
    if len(cells) > len(HEADER):
        problem = _("%(found)d columns where %(expected)d belong.")
        raise ImportRefused(_place(1), problem % {"found": len(cells), "expected": len(HEADER)})


def _six(line: int, cells: list[str]) -> list[str]:
    if len(cells) != len(HEADER):
        problem = _("%(found)d columns where %(expected)d belong. Is the file truncated?")
        raise ImportRefused(_place(line), problem % {"found": len(cells), "expected": len(HEADER)})
    return cells


def _take(table: Table, line: int, cells: list[str]) -> None:
    name, part_number, sku, plan_name, plan, friendly = (cell.strip() for cell in cells)
    sku_id, plan_id = guid(sku, _place(line, 2)), guid(plan, _place(line, 4))
    known = (
        printable(part_number, _place(line, 1), longest=200),
        printable(_single_spaced(name), _place(line, 0), longest=300),
    )
    names = (
        printable(_single_spaced(plan_name), _place(line, 3), longest=300),
        printable(_single_spaced(friendly), _place(line, 5), longest=300) if friendly else "",
    )
    table.skus.setdefault(sku_id, known)
    if (sku_id, plan_id) in table.plans:
        table.duplicates += 1
    else:
        table.plans[sku_id, plan_id] = names


def _single_spaced(text: str) -> str:
    return " ".join(text.split())


def _place(line: int, column: int | None = None) -> str:
    if column is None:
        return _("line %(line)d") % {"line": line}
    return _("line %(line)d, column %(column)s") % {"line": line, "column": HEADER[column]}


def _store_skus(table: Table) -> tuple[int, int, int]:
    rows = Sku.objects.in_bulk()
    new = [
        Sku(sku_id=sku_id, part_number=number, name=name)
        for sku_id, (number, name) in table.skus.items()
        if sku_id not in rows
    ]
    stale = []
    for sku_id, row in rows.items():
        if sku_id in table.skus and (row.part_number, row.name) != table.skus[sku_id]:
            row.part_number, row.name = table.skus[sku_id]
            stale.append(row)
    Sku.objects.bulk_create(new, batch_size=BATCH)
    Sku.objects.bulk_update(stale, ["part_number", "name"], batch_size=BATCH)
    return len(new), len(stale), sum(sku_id not in table.skus for sku_id in rows)


def _store_plans(table: Table) -> tuple[int, int, int]:
    stale, gone, unseen = [], [], dict(table.plans)
    columns = SkuPlan.objects.values_list("id", "sku_id", "plan_id", "name", "friendly_name")
    for pk, sku_id, plan_id, name, friendly in columns.iterator(chunk_size=BATCH):
        wanted = unseen.pop((sku_id, plan_id), None)
        if wanted is None:
            gone += [pk] if sku_id in table.skus else []
        elif wanted != (name, friendly):
            stale.append(SkuPlan(id=pk, name=wanted[0], friendly_name=wanted[1]))
    for start in range(0, len(gone), BATCH):
        SkuPlan.objects.filter(id__in=gone[start : start + BATCH]).delete()
    SkuPlan.objects.bulk_update(stale, ["name", "friendly_name"], batch_size=BATCH)
    SkuPlan.objects.bulk_create(
        (
            SkuPlan(sku_id=sku_id, plan_id=plan_id, name=name, friendly_name=friendly)
            for (sku_id, plan_id), (name, friendly) in unseen.items()
        ),
        batch_size=BATCH,
    )
    return len(unseen), len(stale), len(gone)
