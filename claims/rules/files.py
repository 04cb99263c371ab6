"""Which files are taken as proof, as far as name, size and first bytes tell; the inspection looks into the rest."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.rules.findings import Finding

MEGABYTE = 1024 * 1024
MAX_FILE = 25 * MEGABYTE
MAX_FILES = 20
MAX_TOTAL = 100 * MEGABYTE
HEAD = 8 * 1024  # how much of a file `check_upload` needs, in bytes
LONGEST_NAME = 120

ZIP = b"PK\x03\x04"
# What an Office program writes when the document has a password: the inspection tells it from an old .doc.
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True)
class Kind:
    """A type of file that is taken.

    `extensions` without dots, the usual one first. `unit` is what a mark cites: page, sheet, slide, or nothing.
    `signatures`: a file of this kind begins with one of them.
    """

    name: str
    extensions: tuple[str, ...]
    media_type: str
    unit: str
    signatures: tuple[bytes, ...]


OPEN_XML = "application/vnd.openxmlformats-officedocument"
KINDS = (
    Kind("PDF", ("pdf",), "application/pdf", "page", (b"%PDF-",)),
    Kind("PNG", ("png",), "image/png", "", (b"\x89PNG\r\n\x1a\n",)),
    Kind("JPEG", ("jpg", "jpeg"), "image/jpeg", "", (b"\xff\xd8\xff",)),
    Kind("DOCX", ("docx",), f"{OPEN_XML}.wordprocessingml.document", "page", (ZIP, COMPOUND)),
    Kind("XLSX", ("xlsx",), f"{OPEN_XML}.spreadsheetml.sheet", "sheet", (ZIP, COMPOUND)),
    Kind("PPTX", ("pptx",), f"{OPEN_XML}.presentationml.presentation", "slide", (ZIP, COMPOUND)),
)
BY_EXTENSION = {extension: kind for kind in KINDS for extension in kind.extensions}

# Control, invisible, direction-changing, unassigned and private characters, and halves of others.
UNSHOWN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
FORBIDDEN = re.compile(r'[<>:"|?*]')
RESERVED = re.compile(r"(?:CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(?:COM|LPT)[0-9¹²³])", re.IGNORECASE)


def extension_of(name: str) -> str:
    """What stands after the last dot, in lower case and without the dot; empty where there is none."""
    return name.rpartition(".")[2].lower() if "." in name else ""


def kind_of(name: str) -> Kind | None:
    """The kind that the last extension of a name tells, or None."""
    return BY_EXTENSION.get(extension_of(name))


def clean_name(raw: str) -> str:
    """A name that is safe to show and to download, never empty, at most 120 characters with its extension kept.

    Without folders, invisible characters and what Windows cannot store; its last extension stays what it was.
    """
    last = re.split(r"[/\\]", raw)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign) not in UNSHOWN)
    name = " ".join(FORBIDDEN.sub("_", unicodedata.normalize("NFC", shown)).split()).strip(". ")
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 16:
        stem, extension = name, ""
    stem = stem.rstrip(". ") or _("file")
    if RESERVED.fullmatch(stem.partition(".")[0].rstrip()):
        stem = f"_{stem}"
    ending = f".{extension}" if extension else ""
    return stem[: LONGEST_NAME - len(ending)].rstrip(". ") + ending


def check_upload(name: str, size: int, head: bytes) -> Finding | None:
    """The first reason not to take a file, or None. `size` in bytes; `head` is its first `HEAD` bytes, or all of it."""
    if size == 0:
        return Finding("file_empty", "file")
    if size > MAX_FILE:
        return Finding("file_too_large", "file", {"limit": file_limit()})
    kind = kind_of(name)
    if kind is None:
        return Finding("file_type_not_allowed", "file")
    if not head.startswith(kind.signatures):
        return mismatch(name)
    return None


def mismatch(name: str) -> Finding:
    """The content is not what the name says."""
    return Finding("file_content_mismatch", "file", {"extension": f".{extension_of(name)}"})


def file_limit() -> str:
    """How large one file may be, as a sentence."""
    return _("One file may have %(size)s MB.") % {"size": MAX_FILE // MEGABYTE}


def count_limit() -> str:
    """How many files one claim takes, as a sentence."""
    return ngettext("A claim takes %(count)s file.", "A claim takes %(count)s files.", MAX_FILES) % {"count": MAX_FILES}


def total_limit() -> str:
    """How much one claim takes altogether, as a sentence."""
    return _("All files of a claim together may have %(size)s MB.") % {"size": MAX_TOTAL // MEGABYTE}


def extent(name: str, count: int | None) -> str:
    """How long a document is, in its own unit; empty where that cannot be said."""
    kind = kind_of(name)
    if not count or kind is None:
        return ""
    words = {
        "page": ngettext("%(n)s page", "%(n)s pages", count),
        "sheet": ngettext("%(n)s sheet", "%(n)s sheets", count),
        "slide": ngettext("%(n)s slide", "%(n)s slides", count),
    }
    return words[kind.unit] % {"n": count} if kind.unit else ""
