"""Pictures that are enormous, cut off, or something else as well."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

from PIL import Image

from tests.claims.evidence.corpus.entry import Entry, Expected, clean, entry, mismatch, unsafe
from tests.claims.evidence.corpus.zips import zipped


def chunk(kind: bytes, body: bytes) -> bytes:
    """A PNG chunk with its checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int = 8, height: int = 8, *extra: bytes, pixels: bytes | None = None) -> bytes:
    """A grey PNG; `extra` chunks come before its pixels."""
    rows = (b"\0" + b"\x80" * width) * height if pixels is None else pixels
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", zlib.compress(rows, 9)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(body)


def jpeg(width: int = 64, height: int = 64, **options: object) -> bytes:
    """A JPEG with a pattern."""
    out = BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG", **options)
    return out.getvalue()


def jpeg_of(width: int, height: int) -> bytes:
    """A small JPEG whose header tells another size."""
    body = bytearray(jpeg())
    frame = body.index(b"\xff\xc0")
    struct.pack_into(">HH", body, frame + 5, height, width)
    return bytes(body)


def with_segment(marker: int, content: bytes) -> bytes:
    """A JPEG with one more segment behind its first two bytes."""
    body = jpeg()
    return body[:2] + struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content + body[2:]


def of_many_scans() -> bytes:
    """A progressive JPEG whose last scan comes 3,000 times: each is a few bytes and goes over the whole picture."""
    out = BytesIO()
    Image.new("L", (6000, 6000), 90).save(out, "JPEG", progressive=True)
    body = out.getvalue()
    last = body.rindex(b"\xff\xda")
    return body[:last] + body[last:-2] * 3000 + b"\xff\xd9"


def script_and_picture() -> bytes:
    """Read as JavaScript, the picture is one long comment, and its end a program."""
    return with_segment(0xFE, b"/*" + b" " * 200) + b"*/=1;alert(1);/*"


def bomb_of(kind: bytes, prefix: bytes) -> Callable[[], bytes]:
    return lambda: png(8, 8, chunk(kind, prefix + zlib.compress(b"\0" * 50_000_000, 9)))


def one(name: str, upload_name: str, build: Callable[[], bytes], expected: Expected) -> Entry:
    kind = "png" if upload_name.endswith("png") else "jpeg"
    return entry(f"{kind}: {name}", upload_name, build, expected)


def _wrong_checksum() -> bytes:
    body = bytearray(png())
    body[-20] ^= 0xFF
    return bytes(body)


NOTE = b"Comment\0ZIP files begin with PK\x03\x04, list with PK\x01\x02 and end with PK\x05\x06" + bytes(18)
PICTURES = [
    one("100,000 by 100,000", "scan.png", lambda: png(100_000, 100_000, pixels=b"\0"), unsafe("bomb")),
    one("60 megapixels of white", "scan.png", lambda: png(10_000, 6_000), unsafe("bomb")),
    one("a colour profile of 50 MB", "scan.png", bomb_of(b"iCCP", b"icc\0\0"), unsafe("bomb")),
    one("a text of 50 MB", "scan.png", bomb_of(b"zTXt", b"Comment\0\0"), unsafe("bomb")),
    one("an international text of 50 MB", "scan.png", bomb_of(b"iTXt", b"Comment\0\1\0\0\0"), unsafe("bomb")),
    one(
        "a million frames",
        "scan.png",
        lambda: png(1000, 1000, chunk(b"acTL", struct.pack(">II", 1_000_000, 0))),
        unsafe("bomb"),
    ),
    one("200,000 chunks", "scan.png", lambda: png(8, 8, chunk(b"teSt", b"") * 200_000), unsafe("too_complex")),
    one("HTML behind it", "scan.png", lambda: png() + b"<html><script>alert(1)</script>", mismatch()),
    one("a ZIP behind it", "scan.png", lambda: png() + zipped({"a.txt": b"x"}), mismatch()),
    one("a ZIP in a chunk", "scan.png", lambda: png(8, 8, chunk(b"prVt", zipped({"a.vbs": b"x"}))), mismatch()),
    one("a note that names ZIPs", "scan.png", lambda: png(8, 8, chunk(b"tEXt", NOTE)), clean(1)),
    one("a ZIP in a comment", "photo.jpg", lambda: with_segment(0xFE, zipped({"a.vbs": b"x"})), mismatch()),
    one("a comment that names ZIPs", "photo.jpg", lambda: with_segment(0xFE, NOTE), clean(1)),
    one("cut off", "scan.png", lambda: png(500, 500)[:-30], unsafe("broken")),
    one("fewer rows than it says", "scan.png", lambda: png(500, 500, pixels=b"\0" * 501), clean(1)),
    one("a wrong checksum", "scan.png", _wrong_checksum, unsafe("broken")),
    one("3,000 scans", "photo.jpg", of_many_scans, unsafe("too_complex")),
    one("65,500 by 65,500", "photo.jpg", lambda: jpeg_of(65_500, 65_500), unsafe("bomb")),
    one("a program behind it", "photo.jpg", script_and_picture, mismatch()),
    one("a PDF behind it", "photo.jpg", lambda: jpeg() + b"%PDF-1.7\n%%EOF", mismatch()),
    one("cut off", "photo.jpeg", lambda: jpeg(500, 500)[:-400], unsafe("broken")),
    one(
        "a segment longer than the file", "photo.jpg", lambda: b"\xff\xd8\xff\xe0\xff\xff" + b"a" * 99, unsafe("broken")
    ),
    one("three bytes", "photo.jpg", lambda: b"\xff\xd8\xff", unsafe("broken")),
]
