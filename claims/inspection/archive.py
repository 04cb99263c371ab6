"""The central directory of a ZIP archive, read by hand and held against what really stands in the file.

Programs differ in which of an archive's two sets of headers they believe. A file is taken only where both say the same
and every byte belongs to exactly one thing, so that every program sees what was inspected.
"""

import mmap
import re
import struct
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from claims.inspection.report import Limits, mismatch, unsafe

END = struct.Struct("<4s4H2LH")
ENTRY = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
END_MARK, ENTRY_MARK = b"PK\x05\x06", b"PK\x01\x02"
LOCATOR_MARK, LOCATOR_SIZE = b"PK\x06\x07", 20  # before the end record, where an archive is of the large format
SECOND_NAME = 0x7075  # an extra field that names a part once more, in Unicode
ENCRYPTED, SIZES_FOLLOW, STRONG, MASKED = 0x1, 0x8, 0x40, 0x2000
TELLING = ENCRYPTED | SIZES_FOLLOW | STRONG | MASKED
STORED, DEFLATED = 0, 8
LONGEST_DESCRIPTOR = 24  # what may follow a part whose sizes were not known when it was begun
UNKNOWN = 0xFFFFFFFF  # the size stands in an extra field
CHUNK = 256 * 1024
# Smaller parts may repeat themselves as they like: a picture of white paper does.
SMALL, STEEPEST = 8 * 1024 * 1024, 250


@dataclass(frozen=True)
class Part:
    """One file of the archive. `packed` and `size` in bytes; `start` is where its header begins."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int
    raw_name: bytes


class Archive:
    """The parts of an archive by name, in the order of the directory. Raises Refused where it is not to be trusted."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self.parts: Mapping[str, Part] = _directory(data, limits)
        self._bodies = _lay_out(data, list(self.parts.values()))

    def read(self, name: str, most: int) -> bytes:
        """A whole part of at most `most` bytes."""
        if self.parts[name].size > most:
            raise unsafe("bomb")
        return b"".join(self.chunks(name))

    def chunks(self, name: str) -> Iterator[bytes]:
        """A part, unpacked bit by bit; it has to be as long as it says and to match its checksum."""
        part, start = self.parts[name], self._bodies[name]
        packed = memoryview(self._data)[start : start + part.packed]
        crc = size = 0
        for chunk in _unpack(packed, part.method):
            crc, size = zlib.crc32(chunk, crc), size + len(chunk)
            if size > part.size:
                raise unsafe("bomb")
            yield chunk
        if (size, crc) != (part.size, part.crc):
            raise unsafe("broken")


def holds_archive(data: bytes | mmap.mmap, begin: int = 0) -> bool:
    """Whether from `begin` on an archive's end record stands in `data` that leads to a directory.

    Programs would list its files. They look for the directory by its length or by its place, in either format.
    """
    at = data.find(END_MARK, begin)
    while at >= 0:
        length, place = (int.from_bytes(data[at + offset : at + offset + 4], "little") for offset in (12, 16))
        large = data[max(at - LOCATOR_SIZE, 0) : at][:4] == LOCATOR_MARK
        entries = {start for start in (at - length, place) if length and 0 <= start < at}
        if large or any(data[start : start + 4] == ENTRY_MARK for start in entries):
            return True
        at = data.find(END_MARK, at + 1)
    return False


def _unpack(packed: memoryview, method: int) -> Iterator[bytes]:
    if method == STORED:
        for at in range(0, len(packed), CHUNK):
            yield bytes(packed[at : at + CHUNK])
        return
    unpacker, rest = zlib.decompressobj(-zlib.MAX_WBITS), bytes(packed)
    try:
        while not unpacker.eof:
            chunk = unpacker.decompress(rest, CHUNK)
            rest = unpacker.unconsumed_tail
            if not chunk and not unpacker.eof:
                raise unsafe("broken")
            yield chunk
    except zlib.error:
        raise unsafe("broken") from None
    if unpacker.unused_data:
        raise mismatch()


def _directory(data: bytes, limits: Limits) -> dict[str, Part]:
    """The entries between the last part and the end record, which ends the file."""
    at = len(data) - END.size
    if at < 0 or not data.startswith(END_MARK, at):
        raise mismatch() if data.find(END_MARK) >= 0 else unsafe("broken")
    _, disk, first_disk, here, count, length, start, comment = END.unpack_from(data, at)
    if (disk, first_disk, here, comment) != (0, 0, count, 0) or start + length != at:
        raise mismatch()
    if count > limits.parts:
        raise unsafe("bomb")
    parts, folded, where = {}, set(), start
    for _ in range(count):
        part, where = _entry(data, where, at)
        _check_part(part)
        if part.name.casefold() in folded:
            raise unsafe("broken")
        folded.add(part.name.casefold())
        parts[part.name] = part
    if where != at:
        raise unsafe("broken")
    if sum(part.size for part in parts.values()) > limits.unpacked:
        raise unsafe("bomb")
    return parts


def _entry(data: bytes, at: int, end: int) -> tuple[Part, int]:
    """The entry at `at` and where the next one begins."""
    if at + ENTRY.size > end or not data.startswith(ENTRY_MARK, at):
        raise unsafe("broken")
    fields = ENTRY.unpack_from(data, at)
    flags, method, crc, packed, size = fields[3], fields[4], fields[7], fields[8], fields[9]
    name_end = at + ENTRY.size + fields[10]
    following = name_end + fields[11] + fields[12]
    if following > end or UNKNOWN in {packed, size, fields[16]}:
        raise unsafe("broken")
    raw = data[at + ENTRY.size : name_end]
    try:
        name = raw.decode("utf-8" if flags & 0x800 else "cp437")
    except UnicodeDecodeError:
        raise unsafe("broken") from None
    _check_extra(data[name_end : name_end + fields[11]], name)
    return Part(name.replace("\\", "/"), flags, method, crc, packed, size, fields[16], raw), following


def _check_extra(extra: bytes, name: str) -> None:
    """Refuses another name in an extra field, for programs that prefer that. Some pad with a few zeros at the end."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<2H", extra)
        body, extra = extra[4 : 4 + length], extra[4 + length :]
        if len(body) < length:
            raise unsafe("broken")
        if kind == SECOND_NAME and body[5:] != name.encode():
            raise unsafe("paths")
    if extra.strip(b"\0"):
        raise unsafe("broken")


def _check_part(part: Part) -> None:
    """Refuses what no honest archive holds. A backslash is read as a slash: some programs write them so."""
    if part.flags & (ENCRYPTED | STRONG | MASKED):
        raise unsafe("encrypted")
    steps = part.name.split("/")
    if not part.name or ".." in steps or part.name.startswith("/") or re.search(r"[:\x00-\x1f\x7f]", part.name):
        raise unsafe("paths")
    if part.method not in {STORED, DEFLATED} or (part.method == STORED and part.packed != part.size):
        raise unsafe("broken")
    if part.size > SMALL and part.size > STEEPEST * max(1, part.packed):
        raise unsafe("bomb")


def _lay_out(data: bytes, parts: list[Part]) -> dict[str, int]:
    """Where each part's content begins; refuses parts that share bytes and bytes that are no part's."""
    bodies: dict[str, int] = {}
    end, slack = 0, 0
    for part in sorted(parts, key=lambda part: part.start):
        if part.start < end:
            raise unsafe("bomb")
        if part.start - end > slack:
            raise mismatch()
        bodies[part.name] = _body(data, part)
        end = bodies[part.name] + part.packed
        slack = LONGEST_DESCRIPTOR if part.flags & SIZES_FOLLOW else 0
    start_of_directory = END.unpack_from(data, len(data) - END.size)[6]
    if end > start_of_directory:
        raise unsafe("bomb")
    if start_of_directory - end > slack:
        raise mismatch()
    return bodies


def _body(data: bytes, part: Part) -> int:
    """Where the content begins, behind a local header that says what the directory says."""
    if part.start + LOCAL.size > len(data) or not data.startswith(b"PK\x03\x04", part.start):
        raise unsafe("broken")
    _, _, flags, method, _, _, crc, packed, size, name_length, extra = LOCAL.unpack_from(data, part.start)
    name_end = part.start + LOCAL.size + name_length
    meaning = flags & TELLING, method, data[part.start + LOCAL.size : name_end]
    same = meaning == (part.flags & TELLING, part.method, part.raw_name)
    told = (crc, packed, size)
    unknown = bool(flags & SIZES_FOLLOW) or UNKNOWN in {packed, size}
    if not same or (not unknown and told != (part.crc, part.packed, part.size)):
        raise unsafe("broken")
    _check_extra(data[name_end : name_end + extra], part.name)
    return name_end + extra
