"""Files of which one program reads something that another does not: the inspection minds what either would find."""

import struct
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

from tests.claims.evidence.corpus.documents import fields, letter
from tests.claims.evidence.corpus.entry import Entry, Expected, clean, entry, mismatch, unsafe
from tests.claims.evidence.corpus.offices import word
from tests.claims.evidence.corpus.pdf_writer import document
from tests.claims.evidence.corpus.pictures import chunk, png
from tests.claims.evidence.corpus.zips import unzipped, zipped

SCRIPT_TREE = b"<< /JavaScript << /Names [(a) << /S /JavaScript /JS (app.alert\\(1\\)) >>] >> >>"
NOTHING_TREE = b"<< /Dests << /Names [] >> >>"
COMMAND = ' c:\\\\cmd.exe "/k calc" '


def pdf(name: str, build: Callable[[], bytes], expected: Expected) -> Entry:
    return entry(f"two readers: pdf {name}", "proof.pdf", build, expected)


def with_hidden_catalog(padding: int) -> bytes:
    """Its table lists a harmless catalog; who goes by what stands in the file takes the last, which has a script."""
    hidden = b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R /Names %s >>\nendobj\n" % SCRIPT_TREE
    whole = document()
    table = whole.rindex(b"xref\n0")
    at = int(whole[whole.rindex(b"startxref") + 9 :].split()[0]) + len(hidden)
    body = whole[:table] + hidden + whole[table:].replace(b"startxref\n%d" % (at - len(hidden)), b"startxref\n%d" % at)
    return body + b" " * padding


def twice(key: bytes, first: bytes, last: bytes) -> bytes:
    """A catalog of many keys that names one of them twice."""
    filling = b" ".join(b"/X%d %d" % (number, number) for number in range(40))
    return document(catalog=b"%s %s %s %s %s" % (key, first, key, last, filling))


def large_archive(behind: bytes) -> bytes:
    """An archive of the large format, whose end record leaves size and place to another one; then more bytes."""
    plain = zipped({"payload.exe": b"MZ", "run.js": b"a()"})
    at = plain.rindex(b"PK\x05\x06")
    number, size, offset = struct.unpack_from("<HLL", plain, at + 10)
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, number, number, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, number, number, 0xFFFFFFFF, 0xFFFFFFFF, len(behind))
    return plain[:at] + record + locator + end + behind


def in_pdf() -> bytes:
    return document(tail=b"%" + large_archive(b"\n%%EOF\n"))


def in_picture() -> bytes:
    return png(8, 8, chunk(b"prVt", large_archive(b"")))


def second_name(called: str, also: str) -> bytes:
    """A part with a name for programs of today in an extra field."""
    raw = called.encode()
    told = struct.pack("<BI", 1, zlib.crc32(raw)) + also.encode()
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in unzipped(letter()).items():
            archive.writestr(name, content)
        part = zipfile.ZipInfo(called)
        part.extra = struct.pack("<HH", 0x7075, len(told)) + told
        archive.writestr(part, b"<a/>")
    return out.getvalue()


def composed(*pieces: str, around: str = "") -> Callable[[], bytes]:
    """A letter with a field whose code begins with a field inside it, or with `around`."""
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    start, end = mark.format("begin"), mark.format("separate") + mark.format("end")
    inner = f"{start}<w:r><w:instrText>{pieces[0]}</w:instrText></w:r>{end}"
    before = f"<w:r><w:instrText>{around}</w:instrText></w:r>" if around else ""
    rest = "".join(f"<w:r>{piece}</w:r>" for piece in pieces[1:])
    return lambda: letter(inside=f"<w:p>{start}{before}{inner}{rest}{end}</w:p>")


def code(text: str) -> str:
    return f"<w:instrText>{text}</w:instrText>"


READERS = [
    pdf("whose table is near its end", lambda: with_hidden_catalog(900), clean(1)),
    pdf("whose table is found by some alone", lambda: with_hidden_catalog(4_200), unsafe("broken")),
    pdf("with 30,000 blanks behind it", lambda: document() + b" " * 30_000, unsafe("broken")),
    pdf("that names its scripts, then none", lambda: twice(b"/Names", SCRIPT_TREE, NOTHING_TREE), unsafe("broken")),
    pdf("that says its language twice", lambda: twice(b"/Lang", b"(en)", b"(es)"), clean(1)),
    pdf("and archive of the large format", in_pdf, mismatch()),
    entry("two readers: picture and archive of the large format", "scan.png", in_picture, mismatch()),
    word("two names, one out of its folder", lambda: second_name("docProps/a.xml", "../../a.exe"), unsafe("paths")),
    word("two names that are one", lambda: second_name("docProps/a.xml", "docProps/a.xml"), clean(None)),
    word("an exchange spelled in numbers", composed("QUOTE 68 68 69", code(COMMAND)), unsafe("launch")),
    word("an exchange quoted", composed("QUOTE DDEAUTO", code(COMMAND)), unsafe("launch")),
    word("an exchange in plain text", composed("DATE", f"<w:t>DDEAUTO{COMMAND}</w:t>"), unsafe("launch")),
    word(
        "a picture from a place worked out",
        composed("QUOTE 104 116 116 112", around="INCLUDEPICTURE "),
        unsafe("external_template"),
    ),
    word("a date inside a condition", composed("DATE", code('= "1" "yes" "no"'), around="IF "), clean(None)),
    word("a page number", lambda: letter(inside=fields("PAGE")), clean(None)),
]
