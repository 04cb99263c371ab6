"""PDFs whose script stands in an object stream that some readers can take apart, and others cannot."""

import re
import zlib

from tests.claims.evidence.corpus.entry import Entry, entry, unsafe
from tests.claims.evidence.corpus.pdf_writer import SCRIPT

BASE = {
    1: b"<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R >>",
    2: b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
    3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
}
NUMBER = b"5 0 "


def object_stream(about: bytes = b"", filters: bytes = b"/FlateDecode") -> bytes:
    """The script as the only object of an object stream."""
    packed = zlib.compress(NUMBER + SCRIPT + b"\n", 9)
    return b"<< /Type /ObjStm /N 1 /First %d /Filter %s %s /Length %d >>\nstream\n%s\nendstream" % (
        len(NUMBER),
        filters,
        about,
        len(packed),
        packed,
    )


def with_stream(body: bytes, table: bytes = b"") -> bytes:
    """A PDF whose object 5 stands in this stream, which is object 4; `table` is said of the stream of references."""
    out, rows = b"%PDF-1.7\n", b"\0\0\0\0\xff"
    for number, content in {**BASE, 4: body}.items():
        rows += b"\1" + len(out).to_bytes(3) + b"\0"
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    at = len(out)
    rows += b"\2\0\0\4\0" + b"\1" + at.to_bytes(3) + b"\0"
    about = b"<< /Type /XRef /Size 7 /W [1 3 1] /Root 1 0 R /Length %d %s >>" % (len(rows), table)
    return out + b"6 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % (about, rows, at)


def one(name: str, body: bytes, why: str = "broken", table: bytes = b"") -> Entry:
    return entry(
        f"pdf: a script in an object stream, {name}", "proof.pdf", lambda: with_stream(body, table), unsafe(why)
    )


def parameters(content: bytes) -> bytes:
    return object_stream(b"/DecodeParms " + content)


PLAIN = object_stream()
OBJECT_STREAMS = [
    one("as it should be", PLAIN, "scripts"),
    one("of 100,000,000 columns", parameters(b"<< /Predictor 1 /Columns 100000000 >>")),
    one("of -5 columns", parameters(b"<< /Predictor 1 /Columns -5 >>")),
    one("of no columns", parameters(b"<< /Predictor 10 /Columns 0 >>")),
    one("of an unknown predictor", parameters(b"<< /Predictor 3 >>")),
    one("with three parameters for one filter", parameters(b"[null null null]")),
    one("with an unknown filter", object_stream(filters=b"[/FlateDecode /Nope]")),
    one("whose packing has a wrong head", PLAIN.replace(b"\nx\xda", b"\ny\xda")),
    one("of 1.0 objects", PLAIN.replace(b"/N 1", b"/N 1.0")),
    one("that begins at 4.0", PLAIN.replace(b"/First 4", b"/First 4.0")),
    one("of -1 objects", PLAIN.replace(b"/N 1", b"/N -1")),
    one("of another type", PLAIN.replace(b"/ObjStm", b"/ObjStx"), "scripts"),
    one("whose length is wrong", re.sub(rb"/Length \d+", b"/Length 3", PLAIN), "scripts"),
    one("named by a table that cannot be read", PLAIN, table=b"/Filter /FlateDecode"),
    one("named by a table of an unknown predictor", PLAIN, "scripts", table=b"/DecodeParms << /Predictor 3 >>"),
]
