"""One part of an Office document, judged by what is in it: readers go by that, whatever its name and type say."""

import re
from collections.abc import Iterable, Mapping, Set
from itertools import chain

from claims.inspection.archive import Archive
from claims.inspection.elements import Listener, tells
from claims.inspection.markup import parse
from claims.inspection.report import Limits, unsafe

XML_NAME = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
XML_TYPE = re.compile(r"[+/]xml\b", re.IGNORECASE)
DRAWING = re.compile(r"\.svg$|svg\+xml", re.IGNORECASE)  # a picture to Office; it may have a document type
# What no part begins with: programs, scripts, other documents, archives, shortcuts.
FOREIGN = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"MZ",
    b"\x7fELF",
    b"%PDF-",
    b"#!",
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc\xaf",
    b"MSCF",
    b"ITSF",
    b"L\0\0\0\x01\x14\x02\0",
)
# How the names of parts end: XML; pictures, sound and film, fonts; what signatures, Excel's data model and Word's bin
# of deleted parts leave. Whoever unpacks the document by hand finds nothing to start.
MARKUP = frozenset({"xml", "rels", "vml", "svg", "psmdcp", "psdsxs"})
ENDINGS = frozenset(
    "png jpg jpeg jpe jfif gif bmp dib tif tiff emf wmf emz wmz wdp jxr hdp webp avif heic heif ico pct pict pcx "
    "mp3 mp4 m4a m4v wav wma wmv mov mpg mpeg avi aac mid midi ogg webm odttf ttf otf fntdata "
    "glb data dat sigs psdsor".split()
)
SETTINGS = re.compile(r"printerSettings|customProperty", re.IGNORECASE)  # binary, and named so
MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
BLANK = b"\0\t\n\r "
ENCODING = re.compile(rb"<\?xml[^<]*?\sencoding\s*=\s*[\"']([^\"']*)")
# In these, and in no other that a parser may know, a name is spelt in the bytes of ASCII.
ENCODINGS = re.compile(rb"(?:utf-?8|utf-16(?:le|be)?|(?:us-)?ascii|iso-8859-\d+|windows-125\d)", re.IGNORECASE)
DOCUMENT_TYPES = (b"<!DOCTYPE", b"<!ENTITY")
OVERLAP, LONGEST_TAG = 64, 64 * 1024
# So much is parsed whether or not a word in it tells anything, in bytes.
ENOUGH = 4 * 1024 * 1024


class Parts:
    """Looks at the parts of one archive. `followed` has, by part in lower case, keys that only a click may use."""

    def __init__(self, archive: Archive, followed: Mapping[str, Set[str]], limits: Limits) -> None:
        self._archive, self._followed, self._limits = archive, followed, limits
        self._parsed = 0

    def check(self, name: str, content_type: str) -> None:
        """Unpacks a part to its end. Refuses what it may not be, or what its elements do."""
        chunks = self._archive.chunks(name)
        first = next(chunks, b"")
        if first.startswith(FOREIGN):
            raise unsafe("embedded_files")
        drawn = bool(DRAWING.search(name) or DRAWING.search(content_type))
        if _begins_as_markup(first):
            followed = self._followed.get(name.lower(), frozenset())
            telling = _look_over(chain((first,), chunks), followed, drawn=drawn)
            if telling or (not drawn and self._parsed + self._archive.parts[name].size <= ENOUGH):
                self._listen(name, followed)
        elif not drawn and (XML_NAME.search(name) or XML_TYPE.search(content_type)):
            raise unsafe("broken")
        else:
            for _ in chunks:
                pass
        if first and not _is_known(name, content_type):
            raise unsafe("embedded_files")

    def _listen(self, name: str, followed: Set[str]) -> None:
        size = self._archive.parts[name].size
        if size > self._limits.stream:
            raise unsafe("too_complex")
        self._parsed += size
        parse(self._archive.chunks(name), Listener(followed))


def _begins_as_markup(first: bytes) -> bool:
    for mark in MARKS:
        first = first.removeprefix(mark)
    return first.lstrip(BLANK).startswith(b"<")


def _is_known(name: str, content_type: str) -> bool:
    ending = name.lower().rpartition(".")[2]
    return ending in MARKUP | ENDINGS or (
        ending == "bin" and bool(SETTINGS.search(name) or SETTINGS.search(content_type))
    )


def _look_over(chunks: Iterable[bytes], followed: Set[str], *, drawn: bool) -> bool:
    """Whether XML of any length has something in it that its elements should be heard for; refuses a document type.

    Both encodings that Office reads become ASCII where it matters once they have no zeros.
    """
    before, telling, keys = b"", False, {key.encode() for key in followed}
    for at, chunk in enumerate(chunks):
        text = before + chunk.replace(b"\0", b"")
        if at == 0 and (found := ENCODING.search(text)) and not ENCODINGS.fullmatch(found[1]):
            raise unsafe("broken")
        if not drawn and b"<!" in text and any(word in text for word in DOCUMENT_TYPES):
            start = min(place for word in DOCUMENT_TYPES if (place := text.find(word)) >= 0)
            raise unsafe("external_template" if b"SYSTEM" in text[start : start + 4096] else "bomb")
        telling = telling or tells(text, keys)
        before = text[max(0, text.rfind(b"<")) :]  # the next piece begins with a whole tag
        if len(before) > LONGEST_TAG:
            telling, before = True, before[-OVERLAP:]
    return telling
