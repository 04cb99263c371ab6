"""What offices send: every one of these is taken."""

import zlib
from collections.abc import Mapping
from io import BytesIO

import pikepdf
from PIL import Image

from tests.claims.evidence.corpus import pictures
from tests.claims.evidence.corpus.documents import (
    CELLS,
    FORMAT,
    HEAD,
    OFFICE,
    WORD,
    fields,
    letter,
    relations,
    report_by_library,
    table,
    talk,
    with_chart,
)
from tests.claims.evidence.corpus.entry import clean, entry, noise
from tests.claims.evidence.corpus.pdf_writer import annotated, document, packed, saved, stream

MEGABYTE = 1024 * 1024
OUTSIDE = "External"


def scanned(pages: int, size: int) -> bytes:
    """So many pages of one picture each, of `size` bytes together."""
    about = b"/Type /XObject /Subtype /Image /Width 1654 /Height 2339 /ColorSpace /DeviceRGB /BitsPerComponent 8 "
    grain = noise(size // pages)
    picture = pictures.jpeg(1654, 2339)
    images = [stream(picture + grain, about + b"/Filter /DCTDecode")] * pages
    return document(*images, pages=pages)


def thousands_of_fields() -> bytes:
    widgets = [
        b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (f%d) /Rect [0 0 9 9] /P 3 0 R >>" % n for n in range(10_000)
    ]
    listed = b" ".join(b"%d 0 R" % number for number in range(10, 10_010))
    return document(*widgets, catalog=b"/AcroForm << /Fields [%s] >>" % listed, page=b"/Annots [%s]" % listed)


def drawn_in_detail() -> bytes:
    """A plan: one page whose lines unpack to 40 MB."""
    lines = b"".join(b"%d %d m %d %d l S\n" % (n % 7919, n % 104_729, n % 6101, n % 3571) for n in range(180_000))
    packed_lines = zlib.compress(lines * 10, 1)
    return document(stream(packed_lines, b"/Filter /FlateDecode"), page=b"/Contents 10 0 R")


def two_states() -> bytes:
    """Saved twice, the second time at its end."""
    first = document()
    at = len(first)
    body = b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Rotate 90 >>\nendobj\n"
    previous = first.rindex(b"xref\n0")
    table_ = b"xref\n3 1\n%010d 00000 n \ntrailer\n<< /Size 4 /Root 1 0 R /Prev %d >>\n" % (at, previous)
    return first + body + table_ + b"startxref\n%d\n%%%%EOF\n" % (at + len(body))


def owner_restricted() -> bytes:
    allowed = pikepdf.Permissions(extract=False, modify_other=False)
    return saved(document(pages=2), encryption=pikepdf.Encryption(user="", owner="office", allow=allowed))


def photograph() -> bytes:
    """With the notes of a camera and a preview behind it, as phones write them."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Maker", 6
    return pictures.jpeg(400, 300, exif=exif, progressive=True) + pictures.jpeg(40, 30) + b"\0" * 16


def of_many_colours() -> bytes:
    out = BytesIO()
    Image.radial_gradient("L").convert("RGBA").resize((300, 300)).save(
        out, "PNG", icc_profile=noise(3000), dpi=(300, 300)
    )
    return out.getvalue()


def big_sheet(more: Mapping[str, bytes] | None = None, links: str = "") -> bytes:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><f>A{n}*2</f></c></row>' for n in range(1, 200_001)
    )
    return table(more, rows=rows, links=links, sheets=1)


def big_linked_sheet() -> bytes:
    own = {"xl/worksheets/_rels/sheet1.xml.rels": relations(("hyperlink", "https://example.com/", OUTSIDE))}
    return big_sheet(own, f'<hyperlinks xmlns:r="{OFFICE}"><hyperlink ref="A1" r:id="r1"/></hyperlinks>')


def queried_sheet() -> bytes:
    """With a query of Excel's own and its data model, which it runs when somebody says so."""
    engine = "Provider=Microsoft.Mashup.OleDb.1;Data Source=$Workbook$;Location=Hours"
    text = (
        f'<connection id="1" type="5"><dbPr connection="{engine}" command="SELECT * FROM [Hours]"/></connection>'
        '<connection id="2" type="5"><dbPr connection="Data Model Connection" command="Model"/></connection>'
        '<connection id="3" type="6"><textPr sourceFile="C:\\Users\\ana\\hours.csv"/></connection>'
    )
    parts = {
        "xl/connections.xml": f'{HEAD}<connections xmlns="{CELLS}">{text}</connections>'.encode(),
        "xl/model/item.data": noise(999),
    }
    return table(parts, pointers=(("connections", "connections.xml"),))


def linked_sheet() -> bytes:
    links = f'<hyperlinks xmlns:r="{OFFICE}"><hyperlink ref="A1" r:id="r1"/></hyperlinks>'
    path = "xl/externalLinks/externalLink1.xml"
    return table(
        {
            "xl/worksheets/_rels/sheet1.xml.rels": relations(("hyperlink", "https://example.com/", OUTSIDE)),
            path: f'{HEAD}<externalLink xmlns="{CELLS}"><externalBook/></externalLink>'.encode(),
            "xl/externalLinks/_rels/externalLink1.xml.rels": relations(
                ("externalLinkPath", "file:///\\\\fileserver\\prices.xlsx", OUTSIDE)
            ),
        },
        links=links,
        types={path: f"{FORMAT}.spreadsheetml.externalLink+xml"},
    )


def talk_with_chart() -> bytes:
    parts = {name.replace("word/", "ppt/"): content for name, content in with_chart(table()).items()}
    return talk(parts, pointers=(("chart", "../charts/chart1.xml"),), slides=12)


def letter_with_everything() -> bytes:
    """Link, table of contents, page number, template and picture on the writer's own disk, a picture from a mail."""
    pointers = (
        ("hyperlink", "https://example.com/contract", OUTSIDE),
        ("attachedTemplate", "file:///C:\\Users\\ana\\Templates\\Letter.dotx", OUTSIDE),
        ("image", "file:///Users/ana/Pictures/logo.png", OUTSIDE),
        ("image", "cid:image001.png@01D9", OUTSIDE),
    )
    inside = fields(" TOC \\o ") + fields(' HYPERLINK "https://example.com" ') + fields(" PAGE ")
    properties = f"{HEAD}<Properties><Pages>4</Pages></Properties>".encode()
    return letter({"docProps/app.xml": properties}, inside=inside, pointers=pointers)


def letter_with_every_kind_of_part() -> bytes:
    """What Word, its printer, a library and a signature leave beside the text."""
    header = f'{HEAD}<w:hdr xmlns:w="{WORD}">{fields(" PAGE ")}</w:hdr>'
    parts = {
        "word/header1.xml": header.encode("utf-8-sig"),
        "word/media/image1.png": pictures.png(),
        "word/media/image2.emf": b"\1\0\0\0" + noise(99),
        "word/fonts/font1.odttf": noise(99),
        "word/printerSettings1.bin": noise(99),
        "word/vmlDrawing1.vml": b"<xml><v:shape/></xml>".replace(b"<xml>", b'<xml xmlns:v="urn:v">'),
        "customXml/item1.xml": b"\r\n<b:Sources xmlns:b='urn:b'><dataSource id='r1' action='open'/></b:Sources>",
        "docProps/thumbnail.jpeg": pictures.jpeg(),
        "package/services/metadata/core-properties/5f1c.psmdcp": b"<coreProperties/>",
        "_xmlsignatures/origin.sigs": b"",
        "word/media/": b"",
    }
    return letter(parts, pointers=(("header", "header1.xml"),))


def letter_with_linked_picture() -> bytes:
    """The picture is inside; a click on it leads to the web, as does one on the words."""
    inside = (
        f'<w:p xmlns:a="urn:a" xmlns:r="{OFFICE}"><w:hyperlink r:id="r1"><w:r><w:t>connection</w:t></w:r></w:hyperlink>'
        '<a:hlinkClick r:id="r1"/><a:hlinkHover r:id="r1"/><a:blip r:embed="r2"/><w:bookmarkStart w:id="r1"/></w:p>'
    )
    pointers = (("hyperlink", "https://example.com/", OUTSIDE), ("image", "media/image1.png"))
    return letter({"word/media/image1.png": pictures.png()}, inside=inside, pointers=pointers)


def clicked_talk() -> bytes:
    inside = (
        f'<a:hlinkClick xmlns:r="{OFFICE}" r:id="r1"/>'
        '<a:hlinkClick xmlns:r="urn:r" r:id="" action="ppaction://hlinkshowjump?jump=nextslide"/>'
    )
    film = {"ppt/media/media1.mp4": b"\0\0\0\x18ftypmp42" + noise(99)}
    return talk(film, inside=inside, pointers=(("hyperlink", "https://example.com/", OUTSIDE),))


def drawing() -> bytes:
    """An SVG as drawing programs write it: Office takes it for a picture and reads no document type."""
    about = '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    return letter({"word/media/image1.svg": f"{HEAD}{about}<svg/>".encode()}, svg="image/svg+xml")


LINKS = b"/Subtype /Link /A << /S /URI /URI (https://example.com/?JavaScript=/JS) >>"
SIGNED = b"/Subtype /Widget /FT /Sig /T (Customer) /V << /Type /Sig /Filter /Adobe.PPKLite /Contents <00> >>"
OUTLINE = (
    b"<< /Type /Outlines /First 11 0 R /Last 11 0 R /Count 1 >>",
    b"<< /Title (JavaScript) /Parent 10 0 R /Dest [3 0 R /Fit] >>",
)
HEADING = (
    b"<< /Type /StructElem /S /Launch /P 11 0 R /T (Movie) /K 0 >>",
    b"<< /Type /StructTreeRoot /RoleMap << /Launch /H1 >> >>",
)
SUBMIT = b"/Subtype /Widget /FT /Btn /T (send) /A << /S /SubmitForm /F << /FS /URL /F (https://example.com/form) >> >>"

PDFS = [
    entry("honest pdf: links", "proof.pdf", lambda: annotated(LINKS), clean(1)),
    entry("honest pdf: a signature field", "proof.PDF", lambda: annotated(SIGNED), clean(1)),
    entry("honest pdf: 10,000 form fields", "form.pdf", thousands_of_fields, clean(1)),
    entry("honest pdf: a button that sends the form", "form.pdf", lambda: annotated(SUBMIT), clean(1)),
    entry("honest pdf: bookmarks", "proof.pdf", lambda: document(*OUTLINE, catalog=b"/Outlines 10 0 R"), clean(1)),
    entry(
        "honest pdf: a heading called Launch",
        "proof.pdf",
        lambda: document(*HEADING, catalog=b"/StructTreeRoot 11 0 R"),
        clean(1),
    ),
    entry(
        "honest pdf: opens at page 2",
        "proof.pdf",
        lambda: document(catalog=b"/OpenAction [10 0 R /Fit]", pages=2),
        clean(2),
    ),
    entry(
        "honest pdf: opens the print dialogue",
        "proof.pdf",
        lambda: document(catalog=b"/OpenAction << /S /Named /N /Print >>"),
        clean(1),
    ),
    entry(
        "honest pdf: an empty list of files",
        "proof.pdf",
        lambda: document(catalog=b"/Names << /EmbeddedFiles << /Names [] >> >>"),
        clean(1),
    ),
    entry("honest pdf: must not be changed", "proof.pdf", owner_restricted, clean(2)),
    entry("honest pdf: object streams, 500 pages", "proof.pdf", lambda: packed(document(pages=500)), clean(500)),
    entry("honest pdf: for fast web view", "proof.pdf", lambda: saved(document(pages=9), linearize=True), clean(9)),
    entry(
        "honest pdf: its table is a byte off",
        "proof.pdf",
        lambda: document().replace(b"\nxref\n", b"\n\nxref\n"),
        clean(1),
    ),
    entry(
        "honest pdf: object streams, its table is seven bytes off",
        "proof.pdf",
        lambda: packed(document(pages=5)).replace(b"%PDF-1.7\n", b"%PDF-1.7\n%moved\n", 1),
        clean(5),
    ),
    entry("honest pdf: saved twice", "proof.pdf", two_states, clean(1)),
    entry("honest pdf: a scan", "scan.pdf", lambda: scanned(1, 2 * MEGABYTE), clean(1)),
    entry("honest pdf: 24 MB of scans", "scans.pdf", lambda: scanned(12, 23 * MEGABYTE), clean(12)),
    entry("honest pdf: a plan of 40 MB", "plan.pdf", drawn_in_detail, clean(1)),
    entry("honest pdf: exactly as large as it may be", "large.pdf", lambda: of_size(25 * MEGABYTE), clean(1)),
]
OTHERS = [
    entry("honest docx: by a library", "proof.docx", report_by_library, clean(1)),
    entry("honest docx: links, fields, own template", "proof.docx", letter_with_everything, clean(4)),
    entry("honest docx: a drawing with a document type", "proof.docx", drawing, clean(None)),
    entry("honest docx: a chart", "proof.docx", lambda: letter(with_chart(table())), clean(None)),
    entry("honest xlsx: formulas", "hours.xlsx", table, clean(2)),
    entry("honest xlsx: 200,000 rows", "hours.xlsx", big_sheet, clean(1)),
    entry("honest docx: every kind of part", "proof.docx", letter_with_every_kind_of_part, clean(None)),
    entry("honest docx: a picture with a link", "proof.docx", letter_with_linked_picture, clean(None)),
    entry("honest xlsx: 200,000 rows and a link", "hours.xlsx", big_linked_sheet, clean(1)),
    entry("honest xlsx: a query", "hours.xlsx", queried_sheet, clean(2)),
    entry("honest pptx: links and a film", "talk.pptx", clicked_talk, clean(3)),
    entry("honest xlsx: links to the web and to a workbook", "hours.xlsx", linked_sheet, clean(2)),
    entry("honest pptx: slides with a chart", "talk.pptx", talk_with_chart, clean(12)),
    entry("honest png: a screenshot", "screen.png", of_many_colours, clean(1)),
    entry("honest png: 35 megapixels", "scan.png", lambda: pictures.png(5000, 7000), clean(1)),
    entry("honest jpeg: a photograph", "photo.jpeg", photograph, clean(1)),
    entry("honest jpeg: 48 megapixels", "photo.jpg", lambda: pictures.jpeg(8000, 6000), clean(1)),
    entry("honest jpeg: of two by two pixels", "dot.jpg", lambda: pictures.jpeg(2, 2), clean(1)),
    entry("honest jpeg: a comment", "photo.jpg", lambda: pictures.with_segment(0xFE, b"Scanned on Monday"), clean(1)),
]


def of_size(size: int) -> bytes:
    """A PDF of exactly so many bytes."""
    bare = len(document(stream(b"0" * MEGABYTE)))
    body = document(stream(b"0" * (size - bare + MEGABYTE - 16)))
    return body + b"\n" * (size - len(body))


HONEST = [*PDFS, *OTHERS]
