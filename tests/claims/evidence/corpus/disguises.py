"""Office documents that act, fetch or carry under another name: readers mind what a part is, not what it is called."""

from collections.abc import Callable

from tests.claims.evidence.corpus.documents import (
    CELLS,
    FORMAT,
    HEAD,
    OFFICE,
    SLIDES,
    WORD,
    fields,
    letter,
    relations,
    table,
    talk,
)
from tests.claims.evidence.corpus.entry import Entry, unsafe
from tests.claims.evidence.corpus.offices import COMPOUND, OUTSIDE, compound, excel, slides, word

Build = Callable[[], bytes]
EXCHANGE = ' DDEAUTO c:\\cmd.exe "/c calc" '
PICTURE = '<a:blip xmlns:a="urn:a" xmlns:r="{space}" r:link="{key}"/>'


def header(inside: str, name: str = "word/header1.xml", content_type: str = "", encoding: str = "utf-8") -> Build:
    """A letter with this in a part that is its header, whatever its name and type say."""
    text = f'<?xml version="1.0" encoding="{encoding}"?><w:hdr xmlns:w="{WORD}">{inside}</w:hdr>'.encode(encoding)
    types = {name: content_type} if content_type else {}
    return lambda: letter({name: text}, pointers=(("header", name.removeprefix("word/")),), types=types)


def part(name: str, content: bytes, content_type: str = "", kind: str = "image") -> Build:
    """A letter with one more part."""
    types = {name: content_type} if content_type else {}
    return lambda: letter({name: content}, pointers=((kind, name.removeprefix("word/")),), types=types)


def linked(inside: str, target: str = "https://example.net/a") -> Build:
    """A letter with this in it, and a pointer r1 that calls itself a link."""
    return lambda: letter(inside=inside, pointers=(("hyperlink", target, OUTSIDE),))


def settings(inside: str, *pointers: tuple[str, ...]) -> Build:
    text = f'{HEAD}<w:settings xmlns:w="{WORD}" xmlns:r="{OFFICE}">{inside}</w:settings>'.encode()
    more = {"word/settings.xml": text, "word/_rels/settings.xml.rels": relations(*pointers)}
    return lambda: letter(more, pointers=(("settings", "settings.xml"),))


def connected(inside: str, about: str = "") -> Build:
    """A workbook with one connection."""
    text = f'{HEAD}<connections xmlns="{CELLS}"><connection id="1" {about}>{inside}</connection></connections>'
    return lambda: table({"xl/connections.xml": text.encode()}, pointers=(("connections", "connections.xml"),))


def long_header() -> bytes:
    """The field stands in the middle of 6 MB of text: pieces of the part end wherever they end."""
    filling = "".join(f"<w:p><w:r><w:t>Lorem ipsum {n * 7919}</w:t></w:r></w:p>" for n in range(60_000))
    return header(f"{filling}{fields(EXCHANGE)}{filling}")()


def loading_sheet() -> bytes:
    """60,000 rows with a link, and one picture that uses a link's key, written in a number."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 60_001))
    links = f'<hyperlinks xmlns:r="{OFFICE}"><hyperlink ref="A1" r:id="r1"/></hyperlinks>'
    picture = PICTURE.format(space=OFFICE, key="r&#49;")
    own = {"xl/worksheets/_rels/sheet1.xml.rels": relations(("hyperlink", "https://example.net/", OUTSIDE))}
    return table(own, rows=rows, links=links + picture)


def acting() -> list[Entry]:
    drawing = "image/svg+xml"
    sheet = f'{HEAD}<externalLink xmlns="{CELLS}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    exchange = {"xl/externalLinks/externalLink1.xml": sheet.encode()}
    click = '<a:hlinkClick xmlns:r="urn:r" r:id="" action="{}"/>'
    slide = f'{HEAD}<p:sld xmlns:p="{SLIDES}" xmlns:a="urn:a">{click.format("ppaction://program")}</p:sld>'
    field = fields(EXCHANGE)
    shouted = f"{FORMAT.upper()}.WORDPROCESSINGML.HEADER+XML"
    return [
        word("a header that calls itself any XML", header(field), unsafe("launch")),
        word("a header whose type is shouted", header(field, content_type=shouted), unsafe("launch")),
        word("a header called a picture", header(field, "word/header1.png", "image/png"), unsafe("launch")),
        word("a header called a drawing", header(field, "word/header1.svg", drawing), unsafe("launch")),
        word("a header in UTF-16", header(field, encoding="utf-16"), unsafe("launch")),
        word("a header in UTF-7", header(field, encoding="utf-7"), unsafe("broken")),
        word("a header of 6 MB", long_header, unsafe("launch")),
        word("a field in plain text", lambda: letter(inside=field.replace("instrText", "t")), unsafe("launch")),
        word("a field in small letters", lambda: letter(inside=fields(' "ddeauto" cmd "/c calc" ')), unsafe("launch")),
        excel("a link that starts a program, in any XML", lambda: table(exchange), unsafe("launch")),
        slides(
            "a click in a slide that calls itself any XML",
            lambda: talk({"ppt/slides/slide9.xml": slide.encode()}),
            unsafe("launch"),
        ),
        slides(
            "a click with a blank before it",
            lambda: talk(inside=click.format(" ppaction://program")),
            unsafe("launch"),
        ),
        word("a ribbon of its own", part("customUI/customUI.xml", b"<c/>", kind="extensibility"), unsafe("macros")),
        word(
            "keys of its own", part("word/customizations.xml", b"<c/>", kind="keyMapCustomizations"), unsafe("macros")
        ),
        word("toolbars of its own", part("word/t.bin", b"x", kind="attachedToolbars"), unsafe("macros")),
        word("an add-in", part("word/taskpanes.xml", b"<c/>", kind="webextensiontaskpanes"), unsafe("scripts")),
    ]


def fetching() -> list[Entry]:
    why = unsafe("external_template")
    blip = PICTURE.format(space=OFFICE, key="r1")
    strict = PICTURE.format(space="http://purl.oclc.org/ooxml/officeDocument/relationships", key="r1")
    relid = '<v:imagedata xmlns:v="urn:v" xmlns:o="urn:schemas-microsoft-com:office:office" o:relid="r1"/>'
    source = '<w:mailMerge><w:connectString w:val="Provider=SQLOLEDB"/></w:mailMerge>'
    merge = '<w:mailMerge><w:dataSource r:id="r1"/></w:mailMerge>'
    local = ("mailMergeSource", "file:///C:\\people.xlsx", OUTSIDE)
    link = ("hyperlink", "https://example.net/a.dotm", OUTSIDE)
    return [
        word("a picture by a link", linked(blip), why),
        word("a picture by a link, in strict words", linked(strict), why),
        word("a picture by a link, in old words", linked(relid), why),
        word("a picture by a link to a share", linked(blip, "file://host/a.png"), why),
        word("a template by a link", settings('<w:attachedTemplate r:id="r1"/>', link), why),
        word("a letter to many", settings(source), why),
        word("a letter to many, of a file", settings(merge, local), why),
        excel("a picture by a link, behind 60,000 rows", loading_sheet, why),
        word("a field with a picture of the web", lambda: letter(inside=fields(' INCLUDEPICTURE "http://a/" ')), why),
        word("a field with a picture of a share", lambda: letter(inside=fields(' INCLUDEPICTURE "\\\\a\\b" ')), why),
        word("a field with a database", lambda: letter(inside=fields(' DATABASE \\d "c:\\a.mdb" ')), why),
        excel("data of the web", connected('<webPr url="https://example.net"/>'), why),
        excel("data of a database", connected('<dbPr connection="Provider=SQLOLEDB;Data Source=a"/>'), why),
        excel("data of a share", connected('<textPr sourceFile="\\\\host\\a.csv"/>'), why),
        excel("data that comes by itself", connected("", 'refreshOnLoad="1"'), why),
    ]


def carrying() -> list[Entry]:
    why = unsafe("embedded_files")
    program = b"MZ" + bytes(99)
    return [
        word("an OLE object called XML", part("word/embeddings/a.xml", COMPOUND + bytes(99)), why),
        word("an old document called XML", part("word/a.xml", compound("WordDocument")), why),
        word("a program that calls itself XML", part("word/media/a.bin", program, "image/x+xml"), why),
        word("another document called XML", part("word/a.xml", letter()), why),
        word("a local file to run", lambda: letter(pointers=(("oleObject", "file:///C:\\a.exe", OUTSIDE),)), why),
        word("a shortcut", part("word/a.bin", b"L\0\0\0\x01\x14\x02\0" + bytes(99)), why),
        word("a shell script", part("run.ps1", b"calc"), why),
        word("a script that is XML, too", part("word/run.hta", b"<script>a()</script>", "application/xml"), why),
        word("a cabinet", part("word/media/a.png", b"MSCF" + bytes(99)), why),
        word("a mail", part("word/a.mht", b"MIME-Version: 1.0\r\n\r\n<script>"), why),
        word("a piece to take in, by a picture's pointer", _piece, why),
        word("a text that is no XML but called so", part("word/a.xml", b"plain"), unsafe("broken")),
        word("an XML part that breaks off", part("word/a.xml", b"<a><b>"), unsafe("broken")),
    ]


def _piece() -> bytes:
    inside = f'<w:altChunk xmlns:r="{OFFICE}" r:id="r1"/>'
    return letter({"word/a.xml": b"<html/>"}, inside=inside, pointers=(("image", "a.xml"),))


DISGUISES = [*acting(), *fetching(), *carrying()]
