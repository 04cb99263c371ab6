"""What the parts of an Office document point to, inside and outside of it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import basename, dirname, join, normpath
from urllib.parse import unquote

from claims.inspection.archive import Archive
from claims.inspection.markup import Elements, parse
from claims.inspection.report import Limits, unsafe

# Followed only when somebody clicks, or, for another workbook, says yes.
FOLLOWED = {"hyperlink", "externallinkpath", "externallinklong", "xlpathmissing", "xlstartup", "xllibrary"}
STARTS = re.compile(r"\s*(?:(?:java|vb)script|data|ms-msdt|search-ms|ms-officecmd)\s*:", re.IGNORECASE)
ACTIVE = {
    "vbaproject": "macros",
    "wordvbadata": "macros",
    "xlmacrosheet": "macros",
    "xlintlmacrosheet": "macros",
    "control": "launch",
    "activexcontrolbinary": "launch",
    "oleobject": "embedded_files",
    "afchunk": "embedded_files",
    "extensibility": "macros",
    "keymapcustomizations": "macros",
    "attachedtoolbars": "macros",
    "webextensiontaskpanes": "scripts",
    "webextension": "scripts",
}
# A letter alone is a drive; `cid:` is what is left of a picture in a mail and leads nowhere.
SCHEME = re.compile(r"(?!cid:)[a-z][a-z0-9+.-]+:", re.IGNORECASE)


@dataclass(frozen=True)
class Relation:
    """One pointer. `kind` is the last step of its type, in lower case; `source` the part that names it by `key`."""

    source: str
    key: str
    kind: str
    target: str
    external: bool

    @property
    def part(self) -> str:
        """The part that is meant, by its name in the archive."""
        target = self.target.replace("\\", "/")
        return normpath(target.lstrip("/") if target.startswith("/") else join(dirname(self.source), target))


class _Relations(Elements):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.source, self.found = source, list[Relation]()

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        if name == "Relationship":
            kind = attributes.get("Type", "").rpartition("/")[2].strip().lower()
            external = attributes.get("TargetMode", "").strip().lower() == "external"
            key, target = attributes.get("Id", ""), attributes.get("Target", "")
            self.found.append(Relation(self.source, key, kind, target, external))


def relations_of(archive: Archive, name: str, limits: Limits) -> list[Relation]:
    """What the file of relations `name` says."""
    if archive.parts[name].size > limits.stream:
        raise unsafe("too_complex")
    elements = _Relations(join(dirname(dirname(name)), basename(name)[: -len(".rels")]))
    parse(archive.chunks(name), elements)
    return elements.found


@dataclass
class Pointers:
    """Workbooks inside, by name, and by part, in lower case, the keys of what it may lead to but not load."""

    workbooks: set[str] = field(default_factory=set)
    followed: dict[str, set[str]] = field(default_factory=dict)


def check(archive: Archive, limits: Limits) -> Pointers:
    """Refuses what acts or loads by itself; the parts that name the rest are still to be looked at."""
    pointers = Pointers()
    for name in archive.parts:
        if not name.lower().endswith(".rels"):
            continue
        for relation in relations_of(archive, name, limits):
            if relation.external:
                _check_external(relation)
                if is_elsewhere(relation.target):
                    pointers.followed.setdefault(relation.source.lower(), set()).add(relation.key.strip())
            elif relation.kind in ACTIVE:
                raise unsafe(ACTIVE[relation.kind])
            elif relation.kind == "package":
                pointers.workbooks.add(_workbook(archive, relation))
    return pointers


def _check_external(relation: Relation) -> None:
    if STARTS.match(relation.target):
        raise unsafe("launch")
    if relation.kind not in FOLLOWED and is_elsewhere(relation.target):
        raise unsafe("external_template")
    if relation.kind in ACTIVE:
        raise unsafe(ACTIVE[relation.kind])


def is_elsewhere(target: str) -> bool:
    """Whether opening `target` reaches another computer: not for a path on the own disk or beside the document."""
    place = unquote(target).strip().replace("\\", "/")
    if place.lower().startswith("file:"):
        place = re.sub(r"^(?:/{3}|/)(?!/)", "", place[len("file:") :])
        return place.startswith("/") or SCHEME.match(place) is not None
    return place.startswith("//") or SCHEME.match(place) is not None


def _workbook(archive: Archive, relation: Relation) -> str:
    """The part of a workbook that stands behind a chart or a pasted table; anything else has no business here."""
    name = relation.part
    if not name.lower().endswith(".xlsx") or name not in archive.parts:
        raise unsafe("embedded_files")
    return name
