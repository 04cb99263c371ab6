"""What elements of an Office document do by themselves, in whichever part they stand."""

import re
from collections.abc import Mapping, Set

from claims.inspection.fields import Fields
from claims.inspection.markup import Elements, named
from claims.inspection.relations import is_elsewhere
from claims.inspection.report import unsafe

# XML without any of these words, and that names nothing outside by key, does nothing that `Listener` would notice. To
# look for a few plain words takes a fifth of the time of a pattern.
TELLING = (b"nstrText", b"fld", b"ddeLink", b"altChunk", b"connection", b"mailMerge")
ACTION = re.compile(rb"action\s*=")
KEYED = re.compile(rb":[\w.-]+\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
TAG = re.compile(rb"<(?:[\w.-]+:)?([\w.-]+)\s[^<>]*")
REFUSED = {"ddeLink": "launch", "altChunk": "embedded_files", "webPr": "external_template"}
FIELDS = {"instrText", "delInstrText", "fldSimple", "fldChar", "t"}
MERGED = {"connectString", "dataSource", "headerSource"}
WATCHED = {*REFUSED, *FIELDS, *MERGED, "mailMerge", "connection", "dbPr", "textPr"}
# These lead somewhere when they are clicked, or, for another workbook, when somebody says yes.
CLICKED = {"hyperlink", "hlinkClick", "hlinkHover", "hlinkMouseOver", "externalBook", "absoluteUrl", "relativeUrl"}
# Excel's own engine and model; whether its queries may run, it asks.
OWN_SOURCE = re.compile(r"\s*(?:Provider\s*=\s*Microsoft\.Mashup\.OleDb|Data Model Connection\s*$)", re.IGNORECASE)
KEYS = re.compile(r"relationships/?\s*$|^\s*urn:schemas-microsoft-com:office:office\s*$", re.IGNORECASE)
FALSE = {"", "0", "false", "off"}


class Listener(Elements):
    """Refuses elements that act or fetch. `followed` are keys of what only a click may lead to."""

    def __init__(self, followed: Set[str]) -> None:
        super().__init__()
        self._fields, self._merging = Fields(), False
        self._followed, self._spaces = followed, set[str]()  # of attributes that name by key
        self.characters = self._fields.characters  # type: ignore[method-assign] # once for each piece of text

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in WATCHED:
            self._watch(name, attributes)
        for key in attributes:
            if key.endswith("action"):
                _check_action("".join(attributes[key].split()).lower())
        if self._followed and attributes:
            self._check_keys(name, attributes)

    def end(self, name: str) -> None:
        if name in FIELDS:
            self._fields.end(name)

    def endDocument(self) -> None:  # noqa: N802 - SAX calls it so
        """SAX: the part ends."""
        self._fields.close()

    def _watch(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in REFUSED:
            raise unsafe(REFUSED[name])
        if name in FIELDS:
            self._fields.begin(name, attributes)
        elif name == "mailMerge":
            self._merging = True
        elif name in MERGED:
            if self._merging and any(value.strip() for value in attributes.values()):
                raise unsafe("external_template")
        elif _fetches(name, attributes):
            raise unsafe("external_template")

    def _check_keys(self, name: str, attributes: Mapping[str, str]) -> None:
        """Refuses an element that loads by itself what a link may lead to: readers do not mind what it is called."""
        for key, value in attributes.items():
            if key.startswith("xmlns:") and KEYS.search(value):
                self._spaces.add(key.removeprefix("xmlns:"))
        if name in CLICKED:
            return
        for key, value in attributes.items():
            if key.rpartition(":")[0] in self._spaces and value.strip() in self._followed:
                raise unsafe("external_template")


def tells(text: bytes, followed: Set[bytes]) -> bool:
    """Whether a piece of XML, which begins with a whole tag, has anything in it that a `Listener` should hear."""
    if any(word in text for word in TELLING) or (b"action" in text and ACTION.search(text)):
        return True
    return bool(followed) and _loads(text, followed)


def _loads(text: bytes, followed: Set[bytes]) -> bool:
    """Whether what may not be a link names one of these keys, or may name one: they can be written in numbers."""
    for found in KEYED.finditer(text):
        value = (found[1] or found[2] or b"").strip()
        if value in followed or b"&" in value:
            tag = TAG.fullmatch(text, max(0, text.rfind(b"<", 0, found.start())), found.start())
            if tag is None or tag[1].decode() not in CLICKED:
                return True
    return False


def _check_action(action: str) -> None:
    """Refuses what a click on a slide may start."""
    if action.startswith("ppaction://program"):
        raise unsafe("launch")
    if action.startswith("ppaction://macro"):
        raise unsafe("macros")


def _fetches(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether a workbook's connection fetches its data when the workbook is opened, or from a database or share."""
    if name == "dbPr":
        return not OWN_SOURCE.match(named(attributes, "connection"))
    if name == "textPr":
        return is_elsewhere(named(attributes, "sourceFile"))
    return named(attributes, "refreshOnLoad").strip().lower() not in FALSE
