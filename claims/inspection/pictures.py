"""Pictures: whole, of the type they claim, of bounded size, and nothing else at the same time.

Chunks and segments are walked by hand first, so that what a picture would unpack to, and what hangs on to it, is known
before a decoder sees it.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from PIL import Image, JpegImagePlugin, MpoImagePlugin, PngImagePlugin

from claims.inspection.archive import holds_archive
from claims.inspection.report import Limits, mismatch, unsafe

PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# Texts and colour profiles are small; one that unpacks to more is there for its size.
LONGEST_PROFILE = 4 * 1024 * 1024
MAX_CHUNKS = 100_000

START_OF_IMAGE, END_OF_IMAGE, START_OF_SCAN = 0xD8, 0xD9, 0xDA
NEXT_MARKER = re.compile(rb"\xff+[\x01-\xcf\xd8-\xfe]")  # neither a stuffed zero nor a restart
PADDING = re.compile(rb"\0*")
SAMSUNG_TRAILER = 64 * 1024

FORMATS: dict[str, tuple[str, tuple[type[Image.Image], ...]]] = {
    "image/png": ("PNG", (PngImagePlugin.PngImageFile,)),
    # A phone puts a preview or a gain map behind its photograph: several pictures, of which the first counts.
    "image/jpeg": ("JPEG", (JpegImagePlugin.JpegImageFile, MpoImagePlugin.MpoImageFile)),
}


def read(file: BinaryIO, media_type: str, limits: Limits) -> int:
    """Looks through a PNG or JPEG and returns 1, its only page. Raises Refused."""
    data = file.read()
    if media_type == "image/png":
        _walk_png(data, limits)
    else:
        _walk_jpeg(data)
    if holds_archive(data):  # in a chunk or segment that viewers skip
        raise mismatch()
    _decode(data, media_type, limits)
    return 1


def _decode(data: bytes, media_type: str, limits: Limits) -> None:
    """Decodes the whole picture, a JPEG at an eighth of its size: every byte is read and few are kept."""
    name, kinds = FORMATS[media_type]
    Image.MAX_IMAGE_PIXELS = None  # our own limit is a refusal, not a warning
    with Image.open(BytesIO(data), formats=[name]) as picture:
        if not isinstance(picture, kinds):
            raise mismatch()
        width, height = picture.size
        if width * height > limits.pixels:
            raise unsafe("bomb")
        if name == "JPEG":
            picture.draft(None, (max(1, width // 8), max(1, height // 8)))
        picture.load()


def _walk_png(data: bytes, limits: Limits) -> None:
    """Walks the chunks to the end, which is the end of the file."""
    if not data.startswith(PNG_SIGNATURE):
        raise mismatch()
    frames, size, last = 1, 0, b""
    for kind, body in _chunks(data):
        if (last == b"") != (kind == b"IHDR"):
            raise unsafe("broken")
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
            size = width * height
        elif kind == b"acTL":
            frames = max(1, struct.unpack(">I", body[:4])[0])
        elif kind in {b"zTXt", b"iTXt", b"iCCP"}:
            _unpack_text(kind, body)
        if size * frames > limits.pixels:
            raise unsafe("bomb")
        last = kind
    if last != b"IEND":
        raise unsafe("broken")


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and body of each chunk up to IEND; refuses a wrong checksum and anything after it."""
    at = len(PNG_SIGNATURE)
    for _ in range(MAX_CHUNKS):
        if at + 12 > len(data):
            raise unsafe("broken")
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data) or zlib.crc32(data[at + 4 : end - 4]) != int.from_bytes(data[end - 4 : end]):
            raise unsafe("broken")
        yield kind, data[at + 8 : end - 4]
        at = end
        if kind == b"IEND":
            if data[at:].strip(b"\0"):
                raise mismatch()
            return
    raise unsafe("too_complex")


def _unpack_text(kind: bytes, body: bytes) -> None:
    """Unpacks a compressed text or profile as far as it is allowed to go."""
    packed = body.partition(b"\0")[2]
    if kind == b"iTXt":
        if packed[:1] != b"\x01":
            return
        packed = packed[2:].split(b"\0", 2)[-1]
    else:
        packed = packed[1:]
    unpacker = zlib.decompressobj()
    try:
        unpacker.decompress(packed, LONGEST_PROFILE)
    except zlib.error:
        return  # viewers skip it
    if unpacker.unconsumed_tail and not unpacker.eof:
        raise unsafe("bomb")


def _walk_jpeg(data: bytes) -> None:
    """Walks the segments of every picture in the file; what follows the last is padding or a phone's own notes."""
    if not data.startswith(b"\xff\xd8\xff"):
        raise mismatch()
    at = 0
    while data.startswith(b"\xff\xd8\xff", at):
        at = _behind_padding(data, _end_of_jpeg(data, at))
    rest = data[at:].rstrip(b"\0")
    notes = len(rest) <= SAMSUNG_TRAILER and rest.endswith(b"SEFT") and b"SEFH" in rest
    if rest and not notes:
        raise mismatch()


def _behind_padding(data: bytes, at: int) -> int:
    found = PADDING.match(data, at)
    return found.end() if found else at


def _end_of_jpeg(data: bytes, at: int) -> int:
    """Where the picture that begins at `at` ends: just behind its end-of-image marker."""
    at += 2
    while True:
        found = NEXT_MARKER.search(data, at)
        if found is None:
            raise unsafe("broken")
        marker, at = data[found.end() - 1], found.end()
        if marker == END_OF_IMAGE:
            return at
        if marker in {0x01, START_OF_IMAGE}:
            continue
        length = int.from_bytes(data[at : at + 2])
        if length < 2 or at + length > len(data):
            raise unsafe("broken")
        at += length
