"""Archives: whole ones, and ones whose two sets of headers lie."""

import struct
import zipfile
from collections.abc import Mapping
from io import BytesIO

DAY = (2026, 11, 2, 9, 0, 0)


def zipped(parts: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An honest archive of these files."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, DAY), content, method)
    return out.getvalue()


def unzipped(archive: bytes) -> dict[str, bytes]:
    """The files of an archive by name."""
    with zipfile.ZipFile(BytesIO(archive)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def with_overlap(archive: bytes, names: int) -> bytes:
    """The archive, with so many more entries that all stand for its last file."""
    end = archive.rindex(b"PK\x05\x06")
    _, _, _, count, size, start, _ = struct.unpack("<4H2LH", archive[end + 4 : end + 22])
    entries = archive[start:end]
    last = entries[entries.rindex(b"PK\x01\x02") :]
    length = struct.unpack_from("<H", last, 28)[0]
    more = b"".join(last[:46] + f"{number:0{length}d}".encode() + last[46 + length :] for number in range(names))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count + names, count + names, size + len(more), start, 0)
    return archive[:end] + more + tail


def with_flag(archive: bytes, flag: int) -> bytes:
    """The archive, with a flag set in both headers of its last file."""
    data = bytearray(archive)
    entry, start = archive.rindex(b"PK\x01\x02"), archive.rindex(b"PK\x03\x04")
    data[entry + 8] |= flag
    data[start + 6] |= flag
    return bytes(data)


def with_other_name_inside(archive: bytes) -> bytes:
    """The archive, whose last file has another name in front of it than in the directory."""
    start = archive.rindex(b"PK\x03\x04")
    return archive[: start + 30] + b"#" + archive[start + 31 :]


def with_size(archive: bytes, size: int) -> bytes:
    """The archive, whose last file says it unpacks to `size`."""
    data = bytearray(archive)
    struct.pack_into("<L", data, archive.rindex(b"PK\x01\x02") + 24, size)
    struct.pack_into("<L", data, archive.rindex(b"PK\x03\x04") + 22, size)
    return bytes(data)


def with_comment(archive: bytes, comment: bytes) -> bytes:
    """The archive, with something behind its last byte that counts as a comment."""
    return archive[:-2] + struct.pack("<H", len(comment)) + comment


def with_gap(archive: bytes, hidden: bytes) -> bytes:
    """The archive, with bytes that belong to no file between the last file and the directory."""
    end = archive.rindex(b"PK\x05\x06")
    start = struct.unpack_from("<L", archive, end + 16)[0]
    tail = bytearray(archive[end:])
    struct.pack_into("<L", tail, 16, start + len(hidden))
    return archive[:start] + hidden + archive[start:end] + bytes(tail)


def with_twin(archive: bytes, name: str, content: bytes) -> bytes:
    """The archive, with a second file of the same name."""
    out = BytesIO(archive)
    spare = "~" * len(name)
    with zipfile.ZipFile(out, "a") as opened:
        opened.writestr(zipfile.ZipInfo(spare, DAY), content)
    return out.getvalue().replace(spare.encode(), name.encode())


def quine(name: bytes) -> bytes:
    """An archive whose only file reaches over the directory to its own end: opened, it holds itself again."""
    rest = 46 + len(name) + 22
    header = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, rest, rest, len(name), 0) + name
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, rest, rest, len(name), 0, 0, 0, 0, 0, 0)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry + name), len(header), 0)
    return header + entry + name + end
