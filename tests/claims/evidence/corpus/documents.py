"""Office documents written by hand: whole ones, to which one part or pointer is added."""

import zipfile
from collections.abc import Mapping
from io import BytesIO

import docx

from tests.claims.evidence.corpus.zips import zipped

TYPES, ROOT = "[Content_Types].xml", "_rels/.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FORMAT = "application/vnd.openxmlformats-officedocument"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
CELLS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SLIDES = "http://schemas.openxmlformats.org/presentationml/2006/main"


def content_types(overrides: Mapping[str, str], **defaults: str) -> bytes:
    """The list of content types."""
    known = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml", **defaults}
    rows = [f'<Default Extension="{name}" ContentType="{kind}"/>' for name, kind in known.items()]
    rows += [f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides.items()]
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'{HEAD}<Types xmlns="{space}">{"".join(rows)}</Types>'.encode()


def relations(*pointers: tuple[str, str] | tuple[str, str, str]) -> bytes:
    """A list of pointers: type, target, and "External" where it leads outside."""
    rows = []
    for number, (kind, target, *mode) in enumerate(pointers, 1):
        outside = f' TargetMode="{mode[0]}"' if mode else ""
        rows.append(f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"{outside}/>')
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{HEAD}<Relationships xmlns="{space}">{"".join(rows)}</Relationships>'.encode()


def body(inside: str) -> bytes:
    """A Word document with this in its body."""
    return f'{HEAD}<w:document xmlns:w="{WORD}"><w:body>{inside}</w:body></w:document>'.encode()


def letter(
    more: Mapping[str, bytes] | None = None,
    *,
    inside: str = "<w:p><w:r><w:t>Statement of work</w:t></w:r></w:p>",
    pointers: tuple[tuple[str, ...], ...] = (),
    main: str = "wordprocessingml.document.main+xml",
    types: Mapping[str, str] | None = None,
    **defaults: str,
) -> bytes:
    """A DOCX with these parts and pointers added."""
    parts = {
        TYPES: content_types({"word/document.xml": f"{FORMAT}.{main}", **(types or {})}, **defaults),
        ROOT: relations(("officeDocument", "word/document.xml")),
        "word/document.xml": body(inside),
        "word/_rels/document.xml.rels": relations(*pointers),
    }
    return zipped(parts | dict(more or {}))


def table(
    more: Mapping[str, bytes] | None = None,
    *,
    rows: str = '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><f>A1*2</f><v>2</v></c></row>',
    links: str = "",
    pointers: tuple[tuple[str, ...], ...] = (),
    types: Mapping[str, str] | None = None,
    sheets: int = 2,
    main: str = "spreadsheetml.sheet.main+xml",
) -> bytes:
    """An XLSX with a formula, so many sheets, and these parts and pointers added."""
    sheet = f'{HEAD}<worksheet xmlns="{CELLS}"><sheetData>{rows}</sheetData>{links}</worksheet>'.encode()
    names = [f"xl/worksheets/sheet{number}.xml" for number in range(1, sheets + 1)]
    listed = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r{n}"/>' for n in range(1, sheets + 1))
    book = f'{HEAD}<workbook xmlns="{CELLS}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'.encode()
    own = [("worksheet", f"worksheets/sheet{number}.xml") for number in range(1, sheets + 1)]
    kinds = {"xl/workbook.xml": f"{FORMAT}.{main}"}
    kinds |= dict.fromkeys(names, f"{FORMAT}.spreadsheetml.worksheet+xml")
    parts = {
        TYPES: content_types(kinds | dict(types or {})),
        ROOT: relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": relations(*own, *pointers),
        **dict.fromkeys(names, sheet),
    }
    return zipped(parts | dict(more or {}))


def talk(
    more: Mapping[str, bytes] | None = None,
    *,
    inside: str = "",
    pointers: tuple[tuple[str, ...], ...] = (),
    types: Mapping[str, str] | None = None,
    slides: int = 3,
) -> bytes:
    """A PPTX with so many slides, and these parts and pointers added to the first."""
    names = [f"ppt/slides/slide{number}.xml" for number in range(1, slides + 1)]
    slide = f'{HEAD}<p:sld xmlns:p="{SLIDES}" xmlns:a="urn:a"><p:cSld>{inside}</p:cSld></p:sld>'.encode()
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in range(1, slides + 1))
    main = f'{HEAD}<p:presentation xmlns:p="{SLIDES}" xmlns:r="{OFFICE}"><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>'
    kinds = {"ppt/presentation.xml": f"{FORMAT}.presentationml.presentation.main+xml"}
    kinds |= dict.fromkeys(names, f"{FORMAT}.presentationml.slide+xml")
    parts = {
        TYPES: content_types(kinds | dict(types or {})),
        ROOT: relations(("officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": main.encode(),
        "ppt/_rels/presentation.xml.rels": relations(
            *(("slide", f"slides/slide{n}.xml") for n in range(1, slides + 1))
        ),
        **dict.fromkeys(names, slide),
        "ppt/slides/_rels/slide1.xml.rels": relations(*pointers),
    }
    return zipped(parts | dict(more or {}))


def with_chart(workbook: bytes) -> dict[str, bytes]:
    """The parts of a chart with a workbook behind it, for a letter or, renamed, a talk."""
    return {
        "word/charts/chart1.xml": f'{HEAD}<c:chartSpace xmlns:c="urn:c"/>'.encode(),
        "word/charts/_rels/chart1.xml.rels": relations(("package", "../embeddings/Microsoft_Excel_Sheet1.xlsx")),
        "word/embeddings/Microsoft_Excel_Sheet1.xlsx": workbook,
    }


def report_by_library() -> bytes:
    """A document as python-docx writes it, with heading, table and picture."""
    from tests.claims.evidence.corpus.pictures import jpeg

    document = docx.Document()
    document.add_heading("Statement of work")
    document.add_table(rows=3, cols=2).cell(0, 0).text = "Contoso"
    document.add_picture(BytesIO(jpeg()))
    out = BytesIO()
    document.save(out)
    return _redated(out.getvalue())


def _redated(archive: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        return zipped({name: opened.read(name) for name in opened.namelist()})


def fields(*codes: str) -> str:
    """A paragraph with a field whose code comes in these pieces."""
    pieces = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return f"<w:p>{mark.format('begin')}{pieces}{mark.format('separate')}{mark.format('end')}</w:p>"
