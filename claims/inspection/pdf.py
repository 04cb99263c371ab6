"""PDF: pages and objects that bound what they unpack to, act on nothing by themselves and carry nothing else.

Every object is looked at, whether a page leads to it or not, in object streams too. What is in a page, and pictures, is
not decoded: only as much as it takes to know how far it unpacks.
"""

import mmap
import re
from typing import BinaryIO

import pikepdf
from pikepdf import settings

from claims.inspection import actions
from claims.inspection.archive import holds_archive
from claims.inspection.report import Limits, mismatch, unsafe

END, PADDING = b"%%EOF", b"\0\t\n\f\r \x1a"
VIEWED = 1024  # how far from its end every program looks for the table of a PDF
ZIP_TAIL = 65_557  # how far from its end a ZIP archive can still be recognised as one

# qpdf's own words; the corpus notices when they change.
TOO_LONG, LOOP, SEARCHED = "memory limit exceeded", "loop detected", "reconstruct cross-reference"
# An object stream or table that qpdf cannot take apart leaves nothing in its place, where a viewer may do better.
UNSEEN = re.compile(
    r"getStreamData called on unfilterable stream|object stream \d+ has (?:incorrect keys|wrong type)"
    r"|object stream \d+ \(.*(?:parse error|EOF)"
    # Programs differ in which of two they take.
    r"|duplicated key /(?:Root|Names|OpenAction|AA?|S|JS|JavaScript|Next|F|URI|Kids|Type|Subtype|EF|XFA)\b"
)

PACKED = ("/FlateDecode", "/Fl", "/LZWDecode", "/LZW", "/RunLengthDecode", "/RL")
HIGHEST_RATIO = 1032  # of Flate
MOST_FILTERS = 4
# Once this much was unpacked at a modest ratio the file is large, not a bomb, and the rest is not unpacked.
ENOUGH, MODEST = 96 * 1024 * 1024, 100


def read(file: BinaryIO, media_type: str, limits: Limits) -> int:
    """Looks through a PDF and returns the number of its pages. Raises Refused, and whatever a broken one raises."""
    _check_ends(file)
    settings.set_qpdf_limits(
        doc_max_warnings=1000,
        max_stream_filters=MOST_FILTERS,
        flate_max_memory=limits.stream,
        png_max_memory=limits.stream,
        tiff_max_memory=limits.stream,
        run_length_max_memory=limits.stream,
    )
    with _open(file) as pdf:
        complaints = pdf.get_warnings()  # each is told only once
        searched = any(SEARCHED in complaint for complaint in complaints)
        _check_objects(pdf, limits, searched=searched)
        pages = len(pdf.pages)
        _check_complaints(complaints + pdf.get_warnings())
    if not pages:
        raise unsafe("broken")
    return pages


def _check_ends(file: BinaryIO) -> None:
    """A PDF begins and ends as one and is no ZIP archive at the same time."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:5] != b"%PDF-":
            raise mismatch()
        end = data.rfind(END)
        if end < 0:
            raise unsafe("broken")
        if data[end + len(END) :].strip(PADDING):
            raise mismatch()
        # Programs that do not find the table near the end take what they come across, which need not be what it lists.
        table = data.rfind(b"startxref")
        if 0 <= table < len(data) - VIEWED:
            raise unsafe("broken")
        if holds_archive(data, max(len(data) - ZIP_TAIL, 0)):
            raise mismatch()


def _open(file: BinaryIO) -> pikepdf.Pdf:
    """Opens it with an empty password: restrictions of the owner are no secret."""
    try:
        return pikepdf.open(
            file,
            access_mode=pikepdf.AccessMode.mmap_only,  # five times as fast as asking a Python file for each byte
            inherit_page_attributes=False,
            suppress_warnings=True,
        )
    except pikepdf.PasswordError:
        raise unsafe("encrypted") from None
    except pikepdf.PdfError as error:
        if settings.qpdf_limit_errors():
            raise unsafe("too_complex") from None
        raise unsafe("encrypted" if "encrypt" in str(error).lower() else "broken") from None


def _check_complaints(warnings: list[str]) -> None:
    """What qpdf mends is let be, as viewers do; what it gave up on was not seen."""
    if any(TOO_LONG in warning for warning in warnings):
        raise unsafe("bomb")
    if settings.qpdf_limit_errors():
        raise unsafe("too_complex")
    if any(LOOP in warning or UNSEEN.search(warning) for warning in warnings):
        raise unsafe("broken")


def _check_objects(pdf: pikepdf.Pdf, limits: Limits, *, searched: bool) -> None:
    """Refuses what an object does; where qpdf `searched` for them, also objects that it did not find."""
    if int(pdf.trailer.get("/Size", 0)) > limits.objects:
        raise unsafe("too_complex")
    objects = pdf.objects
    if len(objects) > limits.objects:
        raise unsafe("too_complex")
    unpacking = _Unpacking(limits)
    actions.check(pdf.trailer)
    for value in objects:
        if isinstance(value, pikepdf.Stream):
            actions.check(value.stream_dict)
            unpacking.check(value)
            if _holds_objects(value.stream_dict):
                numbers = unpacking.objects(value)
                if searched and any(pdf.get_object(number, 0) is None for number in numbers):
                    raise unsafe("broken")
        elif isinstance(value, pikepdf.Object):
            actions.check(value)


def _holds_objects(about: pikepdf.Dictionary) -> bool:
    return about.get("/Type") == "/ObjStm" or ("/N" in about and "/First" in about)


class _Unpacking:
    """Counts what streams unpack to, as far as it takes to tell a bomb from a large file."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._packed = self._unpacked = 0

    def check(self, stream: pikepdf.Stream) -> None:
        """Refuses a stream that unpacks to far more than it is."""
        about = stream.stream_dict
        if "/F" in about:
            raise unsafe("external_template")
        filters = about.get("/Filter")
        names = [str(name) for name in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
        if len(names) > MOST_FILTERS:
            raise unsafe("bomb")
        packings = sum(name in PACKED for name in names)
        if about.get("/Subtype") == "/Image" and packings < 2:
            width, height = int(about.get("/Width", 0)), int(about.get("/Height", 0))
            if width * height > self._limits.scanned_pixels:
                raise unsafe("bomb")
        elif packings:
            self._unpack(stream, int(about.get("/Length", 0)), packings)

    def objects(self, stream: pikepdf.Stream) -> list[int]:
        """The numbers of the objects that an object stream says it holds; refuses one that cannot be read plainly."""
        about = stream.stream_dict
        count, first = about.get("/N"), about.get("/First")
        if not isinstance(count, int) or not isinstance(first, int) or min(count, first) < 0:
            raise unsafe("broken")
        if count > self._limits.objects:
            raise unsafe("too_complex")
        try:
            head = stream.read_bytes(pikepdf.StreamDecodeLevel.generalized)[:first].split()
        except pikepdf.PdfError as error:
            raise unsafe("bomb" if TOO_LONG in str(error) else "broken") from None
        return [int(number) for number in head[: 2 * count : 2]]

    def _unpack(self, stream: pikepdf.Stream, length: int, packings: int) -> None:
        could_be_large = length * HIGHEST_RATIO**packings > self._limits.stream // 8
        if not could_be_large or self._unpacked > ENOUGH:
            return
        try:
            size = len(stream.read_bytes(pikepdf.StreamDecodeLevel.generalized))
        except pikepdf.PdfError as error:
            if TOO_LONG in str(error):
                raise unsafe("bomb") from None
            return  # damaged, or packed in a way that viewers cannot unpack either
        self._packed += length
        self._unpacked += size
        swollen = self._unpacked > ENOUGH and self._unpacked > MODEST * self._packed
        if swollen or size > HIGHEST_RATIO * max(length, 1024):  # more than packing once can do
            raise unsafe("bomb")
