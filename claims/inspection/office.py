"""DOCX, XLSX and PPTX: an archive of XML parts that is what it says, runs nothing and loads nothing from elsewhere.

What offices honestly send passes: links, formulas, links to other workbooks (Excel asks before it follows them),
templates and pictures on the sender's own disk, and the workbook behind a chart or pasted table, which is inspected the
same way.
"""

import re
from typing import BinaryIO

from claims.inspection import relations
from claims.inspection.archive import Archive
from claims.inspection.package import SHEETS, Package, open_package
from claims.inspection.parts import Parts
from claims.inspection.report import Limits, mismatch, unsafe

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROTECTED = "EncryptedPackage".encode("utf-16-le")

MACROS = re.compile(r"vbaProject|vbaData\.xml$|macrosheets/", re.IGNORECASE)
ACTIVE_TYPES = (
    (re.compile(r"vbaProject|vbaData|macrosheet", re.IGNORECASE), "macros"),
    (re.compile(r"activeX", re.IGNORECASE), "launch"),
)


def read(file: BinaryIO, media_type: str, limits: Limits) -> int | None:
    """Looks through an Office document and returns its pages, sheets or slides, None if unknown. Raises Refused."""
    data = file.read()
    if data.startswith(COMPOUND):
        raise unsafe("encrypted") if PROTECTED in data else mismatch()
    return _inspect(data, media_type, limits, embedded=False)


def _inspect(data: bytes, media_type: str, limits: Limits, *, embedded: bool) -> int | None:
    if not data.startswith(b"PK\x03\x04"):
        raise mismatch()
    archive = Archive(data, limits)
    package = open_package(archive, limits)
    _check_names(package)
    if package.media_type != media_type:
        raise mismatch()
    pointers = relations.check(archive, limits)
    parts = Parts(archive, pointers.followed, limits)
    for name, content_type in package.types.items():
        if name in pointers.workbooks and not embedded:
            _inspect(archive.read(name, limits.stream), SHEETS, limits, embedded=True)
        else:
            parts.check(name, content_type)
    return package.count(limits)


def _check_names(package: Package) -> None:
    """Refuses what names and content types of the parts already give away."""
    for name, content_type in package.types.items():
        if MACROS.search(name):
            raise unsafe("macros")
        for pattern, why in ACTIVE_TYPES:
            if pattern.search(content_type):
                raise unsafe(why)
