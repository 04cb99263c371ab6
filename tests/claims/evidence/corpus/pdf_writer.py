"""Writes PDFs by hand, so that each byte of them can be wrong on purpose."""

import zlib
from io import BytesIO

import pikepdf

SCRIPT = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"


def stream(content: bytes, about: bytes = b"") -> bytes:
    """A stream object's body."""
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (about, len(content), content)


def flate(content: bytes, about: bytes = b"") -> bytes:
    """A stream, packed."""
    return stream(zlib.compress(content, 9), b"/Filter /FlateDecode " + about)


def document(
    *more: bytes, catalog: bytes = b"", page: bytes = b"", trailer: bytes = b"", pages: int = 1, tail: bytes = b""
) -> bytes:
    """A PDF with so many blank pages. `more` are the objects from 10 on; `catalog` and `page` are added to theirs.

    Object 1 is the catalog, 2 the page tree, 3 the first page, further pages come behind `more`.
    """
    later = [10 + len(more) + number for number in range(pages - 1)]
    kids = b" ".join(b"%d 0 R" % number for number in [3, *later])
    blank = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] %s >>"
    objects = {
        1: b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        2: b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
        3: blank % page,
        **{10 + number: body for number, body in enumerate(more)},
        **dict.fromkeys(later, blank % b""),
    }
    return written(objects, trailer) + tail


def written(objects: dict[int, bytes], trailer: bytes = b"") -> bytes:
    """The file with these objects by number; 1 is the catalog."""
    out = BytesIO()
    out.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    places = {}
    for number, body in objects.items():
        places[number] = out.tell()
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    table = out.tell()
    last = max(objects)
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (last + 1))
    for number in range(1, last + 1):
        out.write(b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00000 f \n")
    out.write(b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (last + 1, trailer, table))
    return out.getvalue()


def saved(source: bytes, **options: object) -> bytes:
    """The same document, written anew by qpdf."""
    out = BytesIO()
    with pikepdf.open(BytesIO(source)) as pdf:
        pdf.save(out, **options)
    return out.getvalue()


def packed(source: bytes) -> bytes:
    """The same document with its objects in compressed object streams."""
    return saved(source, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)


def annotated(annotation: bytes, *more: bytes) -> bytes:
    """A document with one annotation on its page."""
    return document(b"<< /Type /Annot /Rect [9 9 99 99] %s >>" % annotation, *more, page=b"/Annots [10 0 R]")
