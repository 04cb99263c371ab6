"""An Office document as a whole: which kind it is, by its own list of content types, and how many pages it tells."""

from collections.abc import Mapping
from dataclasses import dataclass

from claims.inspection.archive import Archive
from claims.inspection.markup import Elements, parse
from claims.inspection.relations import relations_of
from claims.inspection.report import Limits, mismatch, unsafe

OPEN_XML = "application/vnd.openxmlformats-officedocument"
DOCUMENT = f"{OPEN_XML}.wordprocessingml.document"
SHEETS = f"{OPEN_XML}.spreadsheetml.sheet"
SLIDES = f"{OPEN_XML}.presentationml.presentation"
MAIN = {f"{media_type}.main+xml": media_type for media_type in (DOCUMENT, SHEETS, SLIDES)}

TYPES, RELATIONS, PROPERTIES = "[Content_Types].xml", "_rels/.rels", "docProps/app.xml"
LIST = 4 * 1024 * 1024  # bytes; no list of an honest document is longer
MOST_PAGES = 10_000
COUNTED = {SHEETS: "sheet", SLIDES: "sldId"}


@dataclass(frozen=True)
class Package:
    """`types` are the content types by part, `main` is the part that the document begins with."""

    archive: Archive
    types: Mapping[str, str]
    main: str
    media_type: str

    def count(self, limits: Limits) -> int | None:
        """Pages as the program that wrote it last counted them, or sheets, or slides."""
        if self.media_type == DOCUMENT:
            return self._told_pages()
        counter = _Counter(COUNTED[self.media_type])
        parse(self.archive.chunks(self.main), counter)
        return counter.count if 0 < counter.count <= MOST_PAGES else None

    def _told_pages(self) -> int | None:
        if PROPERTIES not in self.archive.parts:
            return None
        properties = _Properties()
        parse([self.archive.read(PROPERTIES, LIST)], properties)
        told = properties.pages.strip()
        sane = told.isascii() and told.isdigit() and len(told) <= 5 and 0 < int(told) <= MOST_PAGES
        return int(told) if sane else None


def open_package(archive: Archive, limits: Limits) -> Package:
    """Reads what the document says it is. Raises Refused where that is none of the three kinds, or not said plainly."""
    if TYPES not in archive.parts or RELATIONS not in archive.parts:
        raise mismatch()
    listed = _Types()
    parse([archive.read(TYPES, LIST)], listed)
    types = {name: listed.type_of(name) for name in archive.parts}
    mains = [found.part for found in relations_of(archive, RELATIONS, limits) if found.kind == "officedocument"]
    if len(mains) != 1 or mains[0] not in types:
        raise mismatch()
    if "macroenabled" in types[mains[0]].lower():
        raise unsafe("macros")
    return Package(archive, types, mains[0], MAIN.get(types[mains[0]], ""))


class _Types(Elements):
    """The content types that are listed, by part and by extension."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: dict[str, str] = {}
        self._extensions: dict[str, str] = {}

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        content_type = attributes.get("ContentType", "")
        if name == "Default":
            self._extensions[attributes.get("Extension", "").casefold()] = content_type
        elif name == "Override":
            self._parts[attributes.get("PartName", "").lstrip("/").casefold()] = content_type

    def type_of(self, name: str) -> str:
        """The content type of a part; empty where none is listed."""
        folded = name.casefold()
        return self._parts.get(folded) or self._extensions.get(folded.rpartition(".")[2], "")


class _Properties(Elements):
    def __init__(self) -> None:
        super().__init__()
        self.pages, self._inside = "", False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self._inside = name == "Pages"

    def end(self, name: str) -> None:
        self._inside = False

    def characters(self, content: str) -> None:
        """SAX: a piece of text."""
        if self._inside and len(self.pages) < 16:
            self.pages += content


class _Counter(Elements):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name, self.count = name, 0

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        self.count += name == self._name
