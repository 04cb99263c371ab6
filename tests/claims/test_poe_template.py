"""The proof-of-execution template: what stands in it, and what never does."""

from dataclasses import replace
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from django.utils import translation
from lxml import etree

from claims.inspection import inspect
from claims.intake import Contact
from claims.poe_template import Filled, Named, poe_template
from cpor import demo
from directory.activities import Activity

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NOWHERE = "CP-0000-0000"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
NAMELESS = Filled(reference="CP-7F3K-92QD", operator="Northgate Programme Office", day=date(2026, 11, 19), months=12)
FILLED = replace(
    NAMELESS,
    partner="Halden Cloud Works",
    customer="Alder Freight Lines",
    domain="alderfreight.example",
    tenant_id=demo.ALDER,
    project="Sales roll-out",
    mpn_id="6281940",
    mpn_name="Rotterdam",
    solution_area="business_applications",
    activity="revenue_association",
    products=(Named("Dynamics 365 Sales", demo.TAMARIND), Named("Dynamics 365 Field Service")),
    customer_contact=Contact("Maud Fenn", "Head of IT", "maud.fenn@alderfreight.example"),
    technical_contact=Contact("Ola Berg", "Administrator", "ola.berg@alderfreight.example"),
    partner_contact=Contact("Jonas Weber", "", "jonas.weber@haldencloud.example"),
    solution_seller="Delft Sellers",
    isv_solution="Freight Suite",
)


def address(reference: str, query: str = "") -> str:
    """Where the template of a claim is."""
    return f"/claims/{reference}/proof-template/{query}"


def said(element: Any) -> str:
    """All text of a paragraph, cell or control, those of its controls too."""
    return "".join(text.text or "" for text in element.iter(f"{W}t"))


def tables(file: bytes) -> list[list[list[str]]]:
    """The cells of each table, row by row."""
    return [
        [[said(cell._tc) for cell in row.cells] for row in table.rows] for table in docx.Document(BytesIO(file)).tables
    ]


def facts(file: bytes) -> list[tuple[str, str]]:
    """What the first section states: label and value, in order."""
    return [(row[0], row[1]) for table in tables(file)[:3] for row in table[1:]]


def company_of(file: bytes) -> str:
    """The customer's name, or the prompt to fill it in."""
    return next(row[1] for row in tables(file)[1] if row[0] == "Company")


def paragraphs(file: bytes) -> list[str]:
    """Every paragraph outside tables."""
    return [said(paragraph._p) for paragraph in docx.Document(BytesIO(file)).paragraphs]


def controls(file: bytes) -> dict[str, str]:
    """What people fill in: the text of each content control by its tag."""
    body = docx.Document(BytesIO(file)).element.body
    return {control.find(f".//{W}tag").get(f"{W}val"): said(control) for control in body.iter(f"{W}sdt")}


def ticked(file: bytes) -> list[str]:
    """The boxes that are ticked already."""
    body = docx.Document(BytesIO(file)).element.body
    return [
        control.find(f".//{W}tag").get(f"{W}val")
        for control in body.iter(f"{W}sdt")
        if (box := control.find(f".//{W14}checked")) is not None and box.get(f"{W14}val") == "1"
    ]


def parts(file: bytes) -> dict[str, bytes]:
    """What the file holds, by name."""
    with ZipFile(BytesIO(file)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


# --- What stands in it ------------------------------------------------------------------------------------------------


def test_everything_a_claim_says_stands_in_its_template() -> None:
    file = poe_template(FILLED)

    assert facts(file) == [
        ("Company", "Halden Cloud Works"),
        ("MPN ID", "6281940, Rotterdam"),
        ("Contact", "Jonas Weber, jonas.weber@haldencloud.example"),
        ("Company", "Alder Freight Lines"),
        ("Domain", "alderfreight.example"),
        ("Tenant ID", demo.ALDER),
        ("Contact", "Maud Fenn, Head of IT, maud.fenn@alderfreight.example"),
        ("Technical contact", "Ola Berg, Administrator, ola.berg@alderfreight.example"),
        ("Project", "Sales roll-out"),
        ("Area and activity", "Business applications, Revenue association"),
        ("Solution seller", "Delft Sellers"),
        ("ISV solution", "Freight Suite"),
    ]
    _, _, _, _, work, _, products = tables(file)
    assert [row[0] for row in work] == ["Product", "Dynamics 365 Sales", "Dynamics 365 Field Service"]
    assert products == [
        ["Product or workload", "Subscription ID", "Presales", "Usage", "Revenue association"],
        ["Dynamics 365 Sales", demo.TAMARIND, "☐", "☐", "☒"],
        ["Dynamics 365 Field Service", "Only if there are several", "☐", "☐", "☒"],
    ]
    assert ticked(file) == ["product_1_revenue_association", "product_2_revenue_association"]


def test_the_customer_signs_with_name_title_signature_and_date() -> None:
    file = poe_template(FILLED)
    _, _, _, signature, *_ = tables(file)

    assert [row[0] for row in signature[1:]] == ["Name", "Title", "Signature", "Date"]
    blanks = controls(file)
    assert {tag for tag in blanks if tag.startswith(("sign", "work", "document"))} == {
        *("signer_name", "signer_title", "signature", "signed_on"),
        *(f"work_{number}_{what}" for number in (1, 2) for what in ("done", "dates", "result")),
        *(f"document_{number}{what}" for number in (1, 2) for what in ("", "_shows", "_date")),
    }
    assert blanks["signer_name"] == "First and last name"  # a prompt: the contact's name is no signature
    assert blanks["public_sector"] == "☐"
    told = " ".join(paragraphs(file))
    assert "It gives the partner no access to systems or data of the customer." in told
    assert "The date may be at most 12 months old on the day the claim is sent." in told
    assert "18 months" in " ".join(paragraphs(poe_template(replace(FILLED, months=18))))


def test_the_sections_are_headings_and_every_table_names_its_columns() -> None:
    document = docx.Document(BytesIO(poe_template(FILLED)))

    found = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.style]
    assert [(name, text) for name, text in found if name.startswith(("Title", "Heading"))] == [
        ("Title", "Proof of execution"),
        ("Heading 1", "1. Partner and customer"),
        ("Heading 1", "2. Acknowledgement by the customer"),
        ("Heading 2", "What the customer confirms by signing"),
        ("Heading 2", "What to know before signing"),
        ("Heading 1", "3. Engagement activities and supporting documents"),
        ("Heading 2", "Supporting documents"),
        ("Heading 1", "4. Products and workloads by activity"),
    ]
    for table in document.tables:
        heads = [row._tr.find(f".//{W}tblHeader") is not None for row in table.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
    footer = document.sections[0].footer.paragraphs[0]._p
    assert said(footer) == "CP-7F3K-92QD · Proof of executionPage 1 of 1"
    assert [field.get(f"{W}instr") for field in footer.iter(f"{W}fldSimple")] == ["PAGE", "NUMPAGES"]


def test_workloads_are_claimed_for_the_tenant_and_have_no_subscription() -> None:
    teams = (Named("Microsoft Teams"),)
    file = poe_template(replace(FILLED, solution_area="microsoft_365", activity="usage", products=teams))

    assert tables(file)[-1] == [["Product or workload", "Usage"], ["Microsoft Teams", "☒"]]


@pytest.mark.parametrize(
    "unfinished", [NAMELESS, replace(NAMELESS, partner="\x00\u200f\u202e", products=(Named(" "),))]
)
def test_what_is_missing_leaves_a_line_to_fill_in(unfinished: Filled) -> None:
    file = poe_template(unfinished)

    assert {value for _, value in facts(file)} == {"To be filled in"}
    assert tables(file)[-1][1] == ["Name of the product", "Only if there are several", "☐", "☐", "☐"]
    assert ticked(file) == []
    assert "None" not in said(docx.Document(BytesIO(file)).element.body)


def test_twenty_products_are_twenty_rows_and_none_is_torn_by_a_page() -> None:
    many = tuple(Named(f"Product {number}") for number in range(20))
    document = docx.Document(BytesIO(poe_template(replace(FILLED, products=many))))

    assert [len(table.rows) for table in document.tables[-3:]] == [21, 3, 21]
    rows = [row for table in document.tables for row in table.rows]
    assert [row for row in rows if row._tr.find(f".//{W}cantSplit") is None] == []


# --- Languages --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "tag"), [("en", "en-GB"), ("es", "es-ES")])
def test_the_document_says_which_language_it_is_in(language: str, tag: str) -> None:
    with translation.override(language):
        file = poe_template(FILLED)

    languages = etree.fromstring(parts(file)["word/styles.xml"]).iter(f"{W}lang")
    assert [element.get(f"{W}val") for element in languages] == [tag]
    assert docx.Document(BytesIO(file)).core_properties.language == tag


def test_in_spanish_no_english_is_left() -> None:
    words = []
    for language in ("en", "es"):
        with translation.override(language):
            file = poe_template(FILLED)
        cells = [cell for table in tables(file) for row in table for cell in row]
        words.append({*paragraphs(file), *cells, *controls(file).values()})
    english, spanish = words

    own = {value for _, value in facts(poe_template(FILLED))} | {product.name for product in FILLED.products}
    boxes = {"☐", "☒", "\u2003" * 4, "", "Partner", demo.TAMARIND}
    assert english & spanish - own - boxes == set()
    assert "Prueba de ejecución" in spanish
    assert "2. Conformidad del cliente" in spanish
    assert "No es un contrato ni un pedido. No cambia precios ni licencias." in spanish


# --- What never stands in it ------------------------------------------------------------------------------------------

HOSTILE = [
    "control \x00\x01\x0b\x1f\x7f\x85 characters",
    "half \ud800 a pair \udfff",
    "no characters \ufffe \uffff \U0001fffe",
    "turned \u202egnp.exe\u202c and \u2066isolated\u2069",
    "שלום עולם, مرحبا 123 (abc)",
    "W" * 256,
    '</w:t></w:r><w:fldSimple w:instr="DDEAUTO c:\\cmd"/> ]]> & <!-- {HYPERLINK "https://evil.example"}',
    "one\ttwo\r\nthree\u2028four\u2029five",
    "%(operator)s %s {0} {{ x }}",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_whatever_is_typed_stays_text(text: str) -> None:
    person = Contact(text, text, text)
    file = poe_template(
        Filled(
            **dict.fromkeys(("reference", "operator", "partner", "customer", "domain", "tenant_id", "project"), text),
            **dict.fromkeys(("mpn_id", "mpn_name", "solution_area", "solution_seller", "isv_solution"), text),
            day=FILLED.day,
            months=12,
            activity=Activity.USAGE,
            products=(Named(text, text),),
            customer_contact=person,
            technical_contact=person,
            partner_contact=person,
        )
    )

    usual = poe_template(replace(FILLED, products=FILLED.products[:1]))
    held, shapes = [], []
    for each in (file, usual):
        trees = {name: etree.fromstring(content) for name, content in parts(each).items()}
        held.append(set(trees))
        document = trees["word/document.xml"]
        shapes.append({element.tag for tree in trees.values() for element in tree.iter()})
        assert list(document.iter(f"{W}fldSimple", f"{W}instrText", f"{W}hyperlink", f"{W}tab")) == [
            *document.iter(f"{W}tab")
        ]
    assert held[0] == held[1]
    assert shapes[0] <= shapes[1]
    kept = "".join(" " if char.isspace() else char for char in text if char.isprintable() or char.isspace())
    assert said(docx.Document(BytesIO(file)).tables[1].rows[1].cells[1]._tc).split() == kept.split()
    assert not set(said(docx.Document(BytesIO(file)).element.body)) & set("\u202e\u202c\u2066\u2069\x85\x7f")


def test_it_holds_no_macros_no_outside_template_and_no_link() -> None:
    file = parts(poe_template(FILLED))

    assert sorted(file) == [
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        "word/_rels/document.xml.rels",
        "word/document.xml",
        "word/fontTable.xml",
        "word/footer1.xml",
        "word/numbering.xml",
        "word/settings.xml",
        "word/styles.xml",
    ]
    assert b"attachedTemplate" not in b"".join(file.values())
    assert b"External" not in b"".join(file.values())
    assert b"macro" not in b"".join(file.values()).lower()


@pytest.mark.parametrize("filled", [FILLED, NAMELESS])
def test_it_passes_the_inspection_that_waits_for_it_once_it_is_signed(filled: Filled, tmp_path: Path) -> None:
    file = tmp_path / "template.docx"
    file.write_bytes(poe_template(filled))

    assert inspect(file, WORD).refusal == ""


def test_it_is_the_same_bytes_again_and_tells_of_no_machine() -> None:
    file = poe_template(FILLED)

    assert poe_template(replace(FILLED)) == file
    assert poe_template(replace(FILLED, project="Another")) != file
    with ZipFile(BytesIO(file)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    told = docx.Document(BytesIO(file)).core_properties
    assert (told.author, told.last_modified_by, told.comments) == (FILLED.operator, FILLED.operator, "")
    assert told.title == "Proof of execution CP-7F3K-92QD"
    assert told.created == told.modified == datetime(2026, 11, 19, tzinfo=UTC)
