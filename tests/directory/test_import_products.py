"""`import_products`: Microsoft's table comes in as it is, twice changes nothing, a bad file changes nothing."""

import codecs
from io import StringIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from directory.models import Sku, SkuPlan
from tests.data import make_product_table
from tests.directory.given import LOOK_ALIKE, REAL_TABLE, SALES, SALES_PLAN

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
needs_real_table = pytest.mark.skipif(not REAL_TABLE.exists(), reason=f"{REAL_TABLE.name} is not at hand")

HEADER = ",".join(make_product_table.HEADER)
BELL = "Sa\ales,"
ROW = f"Sales,DYN365_ENTERPRISE_SALES,{SALES},DYN365_ENTERPRISE_SALES,{SALES_PLAN},Sales"


def run(path: Path) -> str:
    out = StringIO()
    call_command("import_products", str(path), stdout=out)
    return out.getvalue().strip()


def refusal(path: Path) -> str:
    with pytest.raises(CommandError) as refused:
        run(path)
    return str(refused.value).removeprefix(f"{path}: ")


def test_the_look_alike_is_what_its_script_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(make_product_table, "__file__", str(tmp_path / "script.py"))
    make_product_table.main()
    assert (tmp_path / "product-table.csv").read_bytes() == LOOK_ALIKE.read_bytes()


def test_first_import_says_what_is_new():
    assert run(LOOK_ALIKE) == (
        "7 SKUs: 7 new, 0 changed, 0 gone from the file and kept. "
        "24 service plans of SKUs: 24 new, 0 changed, 0 removed; 2 duplicate rows skipped."
    )


def test_second_import_changes_nothing_and_says_so(rows):
    run(LOOK_ALIKE)
    before = rows()
    assert run(LOOK_ALIKE) == (
        "7 SKUs: 0 new, 0 changed, 0 gone from the file and kept. "
        "24 service plans of SKUs: 0 new, 0 changed, 0 removed; 2 duplicate rows skipped. Nothing changed."
    )
    assert rows() == before


def test_names_lose_stray_spaces_and_keep_every_letter():
    run(LOOK_ALIKE)
    found = dict(Sku.objects.values_list("part_number", "name"))
    assert found["DYN365_ENTERPRISE_SALES"] == "Dynamics 365 for Sales Enterprise Edition"
    assert found["AAD_PREMIUM_USGOV_GCCHIGH"] == "Microsoft Entra ID P1_USGOV_GCCHIGH"
    assert found["DYN365_ ENTERPRISE _RELATIONSHIP_SALES"] == "Microsoft Relationship Sales solution"
    assert found["EXCHANGEDESKLESS"] == "Exchange Online (kiosque) – présentation à l’école"
    assert SkuPlan.objects.filter(name="Virtualization Rights").count() == 1


def test_first_row_of_a_duplicate_wins_whatever_the_case_of_its_guid():
    run(LOOK_ALIKE)
    sold = SkuPlan.objects.get(sku=SALES, plan_id=SALES_PLAN)
    assert (sold.name, sold.friendly_name) == ("DYN365_ENTERPRISE_SALES", "Dynamics 365 for Sales – Enterprise")
    assert Sku.objects.filter(part_number="EXCHANGEDESKLESS").count() == 1


def test_a_changed_file_updates_names_removes_plans_and_keeps_vanished_skus(tmp_path):
    run(LOOK_ALIKE)
    path = tmp_path / "table.csv"
    path.write_text(f"{HEADER}\r\n{ROW}\r\n")
    assert run(path) == (
        "1 SKUs: 0 new, 1 changed, 6 gone from the file and kept. "
        "1 service plans of SKUs: 0 new, 1 changed, 2 removed; 0 duplicate rows skipped."
    )
    assert Sku.objects.get(sku_id=SALES).name == "Sales"
    assert list(SkuPlan.objects.filter(sku=SALES).values_list("plan_id", flat=True)) == [UUID(SALES_PLAN)]
    assert Sku.objects.count() == 7


BAD = {
    "another header": (
        f"{HEADER.replace('GUID', 'Guid')}\n{ROW}\n",
        'line 1, column GUID: the header says "Guid" where',
    ),
    "header of another file": ("a,b\n1,2\n", 'line 1, column Product_Display_Name: the header says "a" where'),
    "missing column": (
        HEADER.rsplit(",", 1)[0] + "\n",
        'line 1, column Service_Plans_Included_Friendly_Names: the header says "" where',
    ),
    "extra column": (f"{HEADER},More\n{ROW},x\n", "line 1: 7 columns where 6 belong."),
    "no rows": (f"{HEADER}\n", "line 1: no row follows the header."),
    "empty": ("", "line 1: the file is empty."),
    "blank": ("\r\n \n", "line 1: the file is empty."),
    "short last row": (f"{HEADER}\n{ROW}\n{ROW[:60]}", "line 3: 3 columns where 6 belong. Is the file truncated?"),
    "row cut in its last column": (f"{HEADER}\n{ROW}\n{ROW[:-2]}", "line 3: the file ends inside this line."),
    "open quotation": (f'{HEADER}\n{ROW}\n"Sales\n{ROW}\n', "line 3: the row cannot be read"),
    "long row": (f"{HEADER}\n{ROW},more\n", "line 2: 7 columns where 6 belong."),
    "SKU is no GUID": (
        f"{HEADER}\n{ROW}\n{ROW.replace(SALES, '1e1a282c')}\n",
        'line 3, column GUID: "1e1a282c" is not a GUID',
    ),
    "GUID in braces": (
        f"{HEADER}\n{ROW.replace(SALES_PLAN, '{' + SALES_PLAN + '}')}\n",
        f'line 2, column Service_Plan_Id: "{{{SALES_PLAN}}}" is not a GUID',
    ),
    "no part number": (
        f"{HEADER}\n{ROW.replace('Sales,DYN365_ENTERPRISE_SALES', 'Sales, ', 1)}\n",
        "line 2, column String_Id: is empty.",
    ),
    "control character": (
        f"{HEADER}\n{ROW.replace('Sales,', BELL, 1)}\n",
        "line 2, column Product_Display_Name: 'Sa\\x07les' holds a control",
    ),
    "endless name": (f"{HEADER}\n{'x' * 301}{ROW}\n", "line 2, column Product_Display_Name: is longer than 300"),
    "endless cell": (f"{HEADER}\n{'x' * 140_000}{ROW}\n", "line 2: the row cannot be read"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_by_line_and_column_and_changes_nothing(name, tmp_path, rows):
    run(LOOK_ALIKE)
    before, path = rows(), tmp_path / "bad.csv"
    content, message = BAD[name]
    path.write_bytes(content.encode())
    text = refusal(path)
    assert text.startswith(message)
    assert text.endswith("Nothing was changed.")
    assert rows() == before


ENCODED = {
    "cp1252": (
        f"{HEADER}\n{ROW}\n{ROW.replace('Sales,', 'Sales – é,', 1)}\n".encode("cp1252"),
        "line 3: byte 0x96 is not UTF-8",
    ),
    "cp1252 after a UTF-8 mark": (
        codecs.BOM_UTF8 + f"{HEADER}\né{ROW}\n".encode("cp1252"),
        "line 2: byte 0xe9 is not UTF-8",
    ),
    "UTF-16": (f"{HEADER}\n{ROW}\n".encode("utf-16"), "line 1: the file is UTF-16."),
    "UTF-16 without mark": (f"{HEADER}\n{ROW}\n".encode("utf-16-le"), "line 1: a NUL byte."),
    "NUL": (f"{HEADER}\n{ROW}\n{ROW}\0\n".encode(), "line 3: a NUL byte."),
}


@pytest.mark.parametrize("name", ENCODED)
def test_another_encoding_is_refused_by_line_and_changes_nothing(name, tmp_path, rows):
    before, path = rows(), tmp_path / "bad.csv"
    raw, message = ENCODED[name]
    path.write_bytes(raw)
    assert refusal(path).startswith(message)
    assert rows() == before


def test_a_file_that_is_not_there_is_one_line(tmp_path):
    assert refusal(tmp_path / "none.csv") == "No such file or directory."


@needs_real_table
def test_the_real_table_comes_in_whole_and_twice_changes_nothing(rows):
    assert run(REAL_TABLE) == (
        "569 SKUs: 569 new, 0 changed, 0 gone from the file and kept. "
        "5448 service plans of SKUs: 5448 new, 0 changed, 0 removed; 9 duplicate rows skipped."
    )
    before = rows()
    assert run(REAL_TABLE).endswith("0 removed; 9 duplicate rows skipped. Nothing changed.")
    assert rows() == before


@needs_real_table
@pytest.mark.parametrize("share", [0.11, 0.37, 0.5, 0.77, 0.999])
def test_the_real_table_cut_inside_a_line_is_refused_by_its_last_line(share, tmp_path, rows):
    before, path = rows(), tmp_path / "cut.csv"
    raw = REAL_TABLE.read_bytes()
    cut = raw[: int(len(raw) * share)]
    path.write_bytes(cut)
    last = cut.count(b"\n") + 1
    assert refusal(path).startswith(f"line {last}")
    assert rows() == before


def test_what_is_no_file_is_not_read(tmp_path):
    with pytest.raises(CommandError, match=r"this is no file\.$"):
        call_command("import_products", str(tmp_path))
