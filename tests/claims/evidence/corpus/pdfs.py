"""PDFs that act, carry, loop, swell or break."""

from collections.abc import Callable
from io import BytesIO

import pikepdf

from tests.claims.evidence.corpus.entry import Entry, Expected, clean, entry, mismatch, noise, unsafe
from tests.claims.evidence.corpus.pdf_writer import SCRIPT, annotated, document, flate, packed, saved, stream, written
from tests.claims.evidence.corpus.zips import zipped

FILE = b"<< /Type /Filespec /F (a.exe) /EF << /F 11 0 R >> >>"
CONTENT = stream(b"MZ", b"/Type /EmbeddedFile")
OPEN = b"/OpenAction "


def one(name: str, build: Callable[[], bytes], expected: Expected) -> Entry:
    return entry(f"pdf: {name}", "proof.pdf", build, expected)


def script_chain() -> bytes:
    """Nothing that says JavaScript stands beside the script."""
    steps = b"<< /S /GoTo /D [3 0 R /Fit] /Next [11 0 R] >>", b"<< /S 12 0 R /JS 13 0 R >>"
    return document(*steps, b"/JavaScript", stream(b"app.alert(1)"), catalog=OPEN + b"10 0 R")


def locked() -> bytes:
    return saved(document(), encryption=pikepdf.Encryption(user="secret", owner="owner"))


def for_one_certificate() -> bytes:
    handler = b"/Encrypt << /Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4 /R 4 >> /ID [<00> <00>]"
    return document(trailer=handler)


def table_loop() -> bytes:
    plain = document()
    table = plain.rindex(b"xref\n0")
    return document(trailer=b"/Prev %d" % table)


def stream_loop() -> bytes:
    """Cross-reference streams that name each other as the previous one."""
    body = packed(document())
    at = int(body[body.rindex(b"startxref") + 9 :].split()[0])
    dictionary = body.index(b"/W", at)
    return body[:dictionary] + b"/Prev %d " % at + body[dictionary:]


def many_updates() -> bytes:
    """5,000 updates of nothing, each with its own table."""
    out, previous = BytesIO(document()), document().rindex(b"xref\n0")
    out.seek(0, 2)
    for _ in range(5000):
        table = out.tell()
        out.write(b"xref\n0 0\ntrailer\n<< /Size 4 /Root 1 0 R /Prev %d >>\n" % previous)
        previous = table
    out.write(b"startxref\n%d\n%%%%EOF\n" % previous)
    return out.getvalue()


def deep_pages() -> bytes:
    depth = 20_000
    tree = {
        number: b"<< /Type /Pages /Count 1 /Kids [%d 0 R] %s >>"
        % (number + 1, b"" if number == 2 else b"/Parent %d 0 R" % (number - 1))
        for number in range(2, depth)
    }
    leaf = b"<< /Type /Page /MediaBox [0 0 9 9] /Parent %d 0 R >>" % (depth - 1)
    return written({1: b"<< /Type /Catalog /Pages 2 0 R >>", **tree, depth: leaf})


def page_loop() -> bytes:
    return written({1: b"<< /Type /Catalog /Pages 2 0 R >>", 2: b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"})


def object_stream_bomb() -> bytes:
    numbers = b"20 0 "
    content = numbers + b" " * 100_000_000
    body = flate(content, b"/Type /ObjStm /N 1 /First %d" % len(numbers))
    return document(body)


def twice_packed() -> bytes:
    import zlib

    inside = zlib.compress(b"\0" * 50_000_000, 9)
    return document(flate(inside).replace(b"/FlateDecode", b"[/FlateDecode /FlateDecode]"), page=b"/Contents 10 0 R")


def many_objects() -> bytes:
    return document(*[b"0"] * 210_000)


def huge_picture() -> bytes:
    about = b"/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /ColorSpace /DeviceRGB /BitsPerComponent 8"
    return document(flate(b"\0" * 1000, about))


def with_zip_before_its_end() -> bytes:
    """The archive stands in a comment before the last line: as a PDF and as a ZIP it is whole."""
    body = document()
    archive = zipped({"evil.txt": b"x"})
    return body + b"%" + archive[:-2] + b"\x07\x00\n%%EOF\n"


def huge_table() -> bytes:
    return document().replace(b"xref\n0 4\n", b"xref\n0 999999999\n").replace(b"/Size 4", b"/Size 999999999")


def script_off_the_table() -> bytes:
    """The table is nonsense; whoever mends it by searching finds the script."""
    return document(SCRIPT, catalog=OPEN + b"10 0 R").replace(b"startxref\n", b"startxref\n9")


def scripts() -> list[Entry]:
    named = b"/Names << /JavaScript << /Names [(a) 10 0 R] >> >>"
    field = b"/Subtype /Widget /FT /Tx /T (a) /AA << /K %s >>" % SCRIPT
    return [
        one("a script runs when it opens", lambda: document(catalog=OPEN + SCRIPT), unsafe("scripts")),
        one("a script in the names", lambda: document(SCRIPT, catalog=named), unsafe("scripts")),
        one("a script on a link", lambda: annotated(b"/Subtype /Link /A " + SCRIPT), unsafe("scripts")),
        one("a script in a form field", lambda: annotated(field), unsafe("scripts")),
        one("a script when a page turns", lambda: document(page=b"/AA << /O %s >>" % SCRIPT), unsafe("scripts")),
        one("a script when it closes", lambda: document(catalog=b"/AA << /WC %s >>" % SCRIPT), unsafe("scripts")),
        one("a script in an object stream", lambda: packed(document(catalog=OPEN + SCRIPT)), unsafe("scripts")),
        one(
            "a script spelt in numbers",
            lambda: document(catalog=OPEN + b"<< /S /J#61vaScr#69pt /#4aS (1) >>"),
            unsafe("scripts"),
        ),
        one("a script behind four references", script_chain, unsafe("scripts")),
        one("a script that nothing refers to", lambda: document(SCRIPT), unsafe("scripts")),
        one(
            "a link to javascript:",
            lambda: annotated(b"/Subtype /Link /A << /S /URI /URI (JavaScript:alert\\(1\\)) >>"),
            unsafe("scripts"),
        ),
        one(
            "an XFA form",
            lambda: document(stream(b"<xdp/>"), catalog=b"/AcroForm << /Fields [] /XFA 10 0 R >>"),
            unsafe("scripts"),
        ),
        one("a script in the trailer's own catalog", _direct_catalog, unsafe("scripts")),
    ]


def _direct_catalog() -> bytes:
    return document().replace(b"/Root 1 0 R", b"/Root << /Type /Catalog /Pages 2 0 R /OpenAction %s >>" % SCRIPT)


def launches() -> list[Entry]:
    def opens(action: bytes) -> Callable[[], bytes]:
        return lambda: document(catalog=OPEN + action)

    def clicked(action: bytes) -> Callable[[], bytes]:
        return lambda: annotated(b"/Subtype /Link /A " + action)

    program = b"<< /S /Launch /Win << /F (cmd.exe) /P (/c calc) >> >>"
    return [
        one("starts a program when it opens", opens(program), unsafe("launch")),
        one("starts a program at a click", clicked(b"<< /S /Launch /F (calc.exe) >>"), unsafe("launch")),
        one("starts a program, in an object stream", lambda: packed(opens(program)()), unsafe("launch")),
        one("opens a web page by itself", opens(b"<< /S /URI /URI (https://example.net) >>"), unsafe("launch")),
        one("opens a file of a share by itself", opens(b"<< /S /GoToR /F (//host/a.pdf) /D [0] >>"), unsafe("launch")),
        one(
            "goes to a page, then opens the web",
            opens(b"<< /S /GoTo /D [3 0 R /Fit] /Next << /S /URI /URI (https://example.net) >> >>"),
            unsafe("launch"),
        ),
        one("takes data in", clicked(b"<< /S /ImportData /F (a.fdf) >>"), unsafe("launch")),
        one("sends its form to a file", clicked(b"<< /S /SubmitForm /F (c:/a.exe) >>"), unsafe("launch")),
        one("plays rich media", lambda: annotated(b"/Subtype /RichMedia /RichMediaContent << >>"), unsafe("launch")),
        one(
            "plays rich media, said from afar",
            lambda: annotated(b"/Subtype 11 0 R /RichMediaContent << >>", b"/RichMedia"),
            unsafe("launch"),
        ),
        one("plays a movie", lambda: annotated(b"/Subtype /Movie /Movie << /F (a.avi) >>"), unsafe("launch")),
        one("a rendition", clicked(b"<< /S /Rendition /OP 0 /AN 10 0 R >>"), unsafe("launch")),
        one(
            "follows itself for ever",
            lambda: document(_follows_itself(), catalog=OPEN + b"10 0 R"),
            unsafe("too_complex"),
        ),
    ]


def _follows_itself() -> bytes:
    return b"<< /S /GoTo /D [3 0 R /Fit] /Next 10 0 R >>"


def carriers() -> list[Entry]:
    listed = b"/Names << /EmbeddedFiles << /Names [(a.exe) 10 0 R] >> >>"
    pinned = b"/Subtype /FileAttachment /FS 11 0 R"
    return [
        one("a file inside", lambda: document(FILE, CONTENT, catalog=listed), unsafe("embedded_files")),
        one(
            "a file inside, in an object stream",
            lambda: packed(document(FILE, CONTENT, catalog=listed)),
            unsafe("embedded_files"),
        ),
        one("a file pinned to a page", lambda: annotated(pinned, b"<< /F (a) >>"), unsafe("embedded_files")),
        one(
            "leads into a file inside",
            lambda: annotated(b"/Subtype /Link /A << /S /GoToE /T << /R /C /N (a) >> /D [0 /Fit] >>"),
            unsafe("embedded_files"),
        ),
        one("a portfolio", lambda: document(catalog=b"/Collection << /View /D >>"), unsafe("embedded_files")),
        one(
            "a stream that stands elsewhere",
            lambda: document(stream(b"", b"/F (//host/a)")),
            unsafe("external_template"),
        ),
        one("needs a password", locked, unsafe("encrypted")),
        one("is meant for one certificate", for_one_certificate, unsafe("encrypted")),
        one("a ZIP behind it", lambda: document(tail=zipped({"a.txt": b"x"})), mismatch()),
        one("a ZIP inside it", with_zip_before_its_end, mismatch()),
        one("a page of HTML behind it", lambda: document(tail=b"<script>alert(1)</script>"), mismatch()),
    ]


def swelling() -> list[Entry]:
    zeros = flate(b"\0" * 100_000_000)
    return [
        one("a page that unpacks to 100 MB", lambda: document(zeros, page=b"/Contents 10 0 R"), unsafe("bomb")),
        one("a page that is packed twice", twice_packed, unsafe("bomb")),
        one("many pages that unpack to 2 GB", lambda: document(*[flate(b"\0" * 50_000_000)] * 40), unsafe("bomb")),
        one(
            "a stream with 50 filters", lambda: document(stream(b"", b"/Filter [%s]" % (b"/Fl " * 50))), unsafe("bomb")
        ),
        one("an object stream of 100 MB", object_stream_bomb, unsafe("bomb")),
        one("a picture of 100,000 by 100,000", huge_picture, unsafe("bomb")),
        one("210,000 objects", many_objects, unsafe("too_complex")),
        one("arrays 100,000 deep", lambda: document(b"[" * 100_000 + b"]" * 100_000), unsafe("too_complex")),
    ]


def loops() -> list[Entry]:
    return [
        one("a table whose predecessor it is itself", table_loop, unsafe("broken")),
        one("a stream of references whose predecessor it is itself", stream_loop, unsafe("broken")),
        one("5,000 tables, one before the other", many_updates, clean(1)),
        one("a page tree 20,000 deep", deep_pages, unsafe("broken")),
        one(
            "a stream as long as itself",
            lambda: document(b"<< /Length 10 0 R >>\nstream\n\nendstream"),
            unsafe("broken"),
        ),
        one("a page tree that contains itself", page_loop, unsafe("broken")),
        one("a table of 999,999,999 objects, of which four are there", huge_table, unsafe("too_complex")),
        one("a script that shows once its table is mended", script_off_the_table, unsafe("scripts")),
    ]


def broken() -> list[Entry]:
    whole = document(flate(noise(50_000)), pages=5)
    return [
        one("only its first line", lambda: b"%PDF-1.7\n", unsafe("broken")),
        one("cut off in the middle", lambda: whole[: len(whole) // 2], unsafe("broken")),
        one("noise behind the first line", lambda: b"%PDF-1.7\n" + noise(100_000) + b"\n%%EOF\n", unsafe("broken")),
        one("no pages", lambda: document(pages=1).replace(b"/Kids [3 0 R]", b"/Kids []     "), unsafe("broken")),
        one("no catalog", lambda: document().replace(b"/Root 1 0 R", b"/Root 9 0 R"), unsafe("broken")),
    ]


PDFS = [*scripts(), *launches(), *carriers(), *swelling(), *loops(), *broken()]
