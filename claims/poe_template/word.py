"""Writes a Word document that is the same, byte for byte, whenever it says the same.

Text goes in as text: no field, style or markup comes of what somebody typed.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Length, Mm
from docx.text.paragraph import Paragraph

from claims.poe_template import looks

A4 = (Mm(210), Mm(297))
MARGIN = Mm(20)
KEPT = ("styles", "numbering", "settings", "fontTable", "footer")  # of what python-docx begins a document with
OVERRIDES = frozenset({"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"})
EMPTY, TICKED = "☐", "☒"
BEGINNING_OF_ZIP = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Blank:
    """Something to fill in: a content control. `tag` is its name for programs, `label` the one for people.

    `prompt` stands in it until then.
    """

    tag: str
    label: str
    prompt: str = ""
    is_date: bool = False


@dataclass(frozen=True)
class Tick:
    """A box to tick, with the words behind it, if any."""

    tag: str
    label: str
    ticked: bool = False
    words: str = ""


Piece = str | Blank | Tick
Row = Sequence[Piece]


def plain(text: str) -> str:
    """The text without what XML cannot hold and without marks that turn the direction of what follows; one line."""
    return "".join(" " if char.isspace() else char for char in text if char.isspace() or not _harmful(char))


def _harmful(char: str) -> bool:
    control = unicodedata.category(char) in {"Cc", "Cs"} or ord(char) & 0xFFFE == 0xFFFE
    return control or unicodedata.bidirectional(char) in OVERRIDES


class Document:
    """One A4 document in the making; `language` is a tag such as `en-GB`."""

    def __init__(self, *, language: str) -> None:
        self.language = language
        self.word = docx.Document()
        self.controls = 0
        _own_parts(self.word, language)
        section = self.word.sections[0]
        section.page_width, section.page_height = A4
        section.left_margin = section.right_margin = MARGIN
        section.top_margin, section.bottom_margin = Mm(14), Mm(16)
        section.header_distance = section.footer_distance = Mm(10)

    def paragraph(self, style: str, *pieces: Piece) -> None:
        """A paragraph in one of the styles of `looks`."""
        self._write(self.word.add_paragraph(), style, pieces)

    def facts(self, head: Sequence[str], rows: Sequence[Row], *, widths: Sequence[int], height: int = 0) -> None:
        """What is what, in two columns, on one page. `widths` and the rows' least `height` in mm."""
        self.table(head, rows, widths=widths, styles=("Table Label", "Table Text"), height=height, kept=True)

    def table(
        self,
        head: Sequence[str],
        rows: Sequence[Row],
        *,
        widths: Sequence[int],
        styles: Sequence[str] = (),
        height: int = 0,
        kept: bool = False,
    ) -> None:
        """A table whose first row names its columns, again on each page. `widths` and the rows' least `height` in mm.

        `styles` are those of the first columns, where they are not Table Text. What is `kept` stays on one page.
        """
        table = self.word.add_table(rows=1 + len(rows), cols=len(head), style="Ruled")
        table.autofit = False
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for number, (row, pieces) in enumerate(zip(table.rows, [head, *rows], strict=True)):
            _prepare(row._tr, header=not number, height=Mm(height) if number and height else None)
            for index, (cell, piece) in enumerate(zip(row.cells, pieces, strict=True)):
                cell.width = Mm(widths[index])
                paragraph = cell.paragraphs[0]
                style = "Table Heading" if not number else (*styles, *["Table Text"] * len(head))[index]
                self._write(paragraph, style, [piece])
                if kept and number < len(rows):
                    paragraph.paragraph_format.keep_with_next = True
        self.paragraph("Gap")  # without it, Word makes one table of two

    def footer(self, text: str, *pages: str) -> None:
        """`text` on the left and `pages` on the right of each page, in which PAGE and NUMPAGES are counted."""
        paragraph = self.word.sections[0].footer.paragraphs[0]
        self._write(paragraph, "footer", [text])
        paragraph.add_run("\t")
        for piece in pages:
            if piece in {"PAGE", "NUMPAGES"}:
                _new(paragraph._p, "w:fldSimple", instr=piece).append(_run("1"))
            elif piece:
                paragraph.add_run(piece)

    def bytes(self, *, title: str, author: str, day: date) -> bytes:
        """The file. It tells nothing but its title, its author and the day it is of."""
        told, at = self.word.core_properties, datetime.combine(day, time(), tzinfo=UTC)
        told.title, told.language = plain(title)[:255], self.language
        told.author = told.last_modified_by = plain(author)[:255]
        told.created = told.modified = at
        told.comments = ""
        made = BytesIO()
        self.word.save(made)
        return _timeless(made)

    def _write(self, paragraph: Paragraph, style: str, pieces: Sequence[Piece]) -> None:
        paragraph._p.style = looks.key(style)  # by its key: looking up the name takes half of all the time
        for piece in pieces:
            if isinstance(piece, str):
                paragraph.add_run(plain(piece))
                continue
            self.controls += 1
            if isinstance(piece, Blank):
                paragraph._p.append(_blank(piece, self.controls, self.language))
            else:
                paragraph._p.append(_tick(piece, self.controls))
                if piece.words:
                    paragraph.add_run("\t" + plain(piece.words))


def _prepare(row: Any, *, header: bool, height: Length | None) -> None:
    """A row that no page break divides."""
    properties = row.get_or_add_trPr()
    _new(properties, "w:cantSplit")
    if height is not None:
        _new(properties, "w:trHeight", val=str(height.twips), hRule="atLeast")
    if header:
        _new(properties, "w:tblHeader")


def _new(parent: Any, tag: str, **values: str) -> Any:
    """A new last child, with attributes of Word's own."""
    element = OxmlElement(tag)
    prefix = tag.partition(":")[0]
    for name, value in values.items():
        element.set(qn(f"{prefix}:{name}"), value)
    parent.append(element)
    return element


def _run(text: str, style: str = "") -> Any:
    run = OxmlElement("w:r")
    if style:
        _new(_new(run, "w:rPr"), "w:rStyle", val=style)
    written = _new(run, "w:t")
    written.text = text
    written.set(qn("xml:space"), "preserve")
    return run


def _control(tag: str, label: str, number: int) -> tuple[Any, Any]:
    """A content control and its properties, as far as all kinds have them."""
    control = OxmlElement("w:sdt")
    properties = _new(control, "w:sdtPr")
    _new(properties, "w:alias", val=plain(label))
    _new(properties, "w:tag", val=tag)
    _new(properties, "w:id", val=str(1000 + number))
    return control, properties


def _blank(blank: Blank, number: int, language: str) -> Any:
    control, properties = _control(blank.tag, blank.label, number)
    _new(properties, "w:showingPlcHdr")
    if blank.is_date:  # anything else is rich text: LibreOffice shows prompts of plain text as if they were answers
        kind = _new(properties, "w:date")
        _new(kind, "w:dateFormat", val="d MMMM yyyy" if language.startswith("en") else "d 'de' MMMM 'de' yyyy")
        _new(kind, "w:lid", val=language)
        _new(kind, "w:storeMappedDataAs", val="date")
        _new(kind, "w:calendar", val="gregorian")
    _new(control, "w:sdtContent").append(_run(blank.prompt or "\u2003" * 4, "PlaceholderText"))
    return control


def _tick(tick: Tick, number: int) -> Any:
    control, properties = _control(tick.tag, tick.label, number)
    box = _new(properties, "w14:checkbox")
    _new(box, "w14:checked", val=str(int(tick.ticked)))
    _new(box, "w14:checkedState", val=f"{ord(TICKED):04X}", font="MS Gothic")
    _new(box, "w14:uncheckedState", val=f"{ord(EMPTY):04X}", font="MS Gothic")
    _new(control, "w:sdtContent").append(_run(TICKED if tick.ticked else EMPTY, "Box"))
    return control


def _own_parts(word: Any, language: str) -> None:
    """Puts our looks in the place of python-docx's, and drops what else it brings: theme, thumbnail, another's data."""
    texts = {"styles": looks.STYLES, "numbering": looks.BULLETS, "settings": looks.SETTINGS, "fontTable": looks.FONTS}
    for rels, kept in ((word.part.package.rels, ("officeDocument", "core-properties")), (word.part.rels, KEPT)):
        for key, rel in list(rels.items()):
            kind = rel.reltype.rpartition("/")[2]
            if kind not in kept:
                del rels[key]
            elif kind in texts:
                text = texts[kind].replace("%(language)s", language)
                if hasattr(rel.target_part, "_element"):
                    rel.target_part._element = parse_xml(text)
                else:
                    rel.target_part._blob = text.encode()


def _timeless(made: BytesIO) -> bytes:
    """The same archive, without the time and machine it was written on."""
    out = BytesIO()
    with ZipFile(made) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            entry = ZipInfo(name, BEGINNING_OF_ZIP)
            entry.compress_type, entry.create_system, entry.external_attr = ZIP_DEFLATED, 0, 0
            new.writestr(entry, old.read(name))
    return out.getvalue()
