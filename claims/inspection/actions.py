"""What an object of a PDF can set off: by itself, or when somebody clicks.

Links to the web, to a page and to another document pass, as do form fields, signatures, and opening at a page.
"""

import re
from collections.abc import Iterator

from pikepdf import Array, Dictionary, Name, Object, Stream, String

from claims.inspection.relations import is_elsewhere
from claims.inspection.report import unsafe

# An object without any of these names does nothing; qpdf writes names in one spelling, however the file spells them.
TELLING = re.compile(
    rb"/(?:JavaScript|JS|Launch|ImportData|SubmitForm|URI|GoToE|GoToR|Rendition|RichMedia\w*|Movie|Sound|3D|Screen"
    rb"|EmbeddedFile|EmbeddedFiles|EF|FileAttachment|Collection|XFA|OpenAction|AA)(?![^\s()<>\[\]{}/%])"
)

# Types of action that are refused wherever they stand, and one key of which such an action needs: a heading of a tagged
# document may be called Launch, too.
ACTIONS = {
    "/JavaScript": ("scripts", ("/JS",)),
    "/Rendition": ("launch", ("/OP", "/JS")),
    "/Launch": ("launch", ("/F", "/Win", "/Mac", "/Unix")),
    "/ImportData": ("launch", ("/F",)),
    "/Movie": ("launch", ("/Annotation", "/Operation")),
    "/Sound": ("launch", ("/Sound",)),
    "/RichMediaExecute": ("launch", ("/TA", "/CMD")),
    "/GoToE": ("embedded_files", ("/D", "/F")),
}
ANNOTATIONS = {
    "/RichMedia": "launch",
    "/Movie": "launch",
    "/Sound": "launch",
    "/Screen": "launch",
    "/3D": "launch",
    "/FileAttachment": "embedded_files",
}
# Such a name as an object of its own: nobody names a type from afar but to hide it.
ALONE = {"/SubmitForm": "launch", **ANNOTATIONS, **{kind: why for kind, (why, _) in ACTIONS.items()}}
KEYS = {"/XFA": "scripts", "/EF": "embedded_files", "/Collection": "embedded_files"}
# What may happen without a click, as when the document opens or a page turns.
QUIET = {"/GoTo", "/Named", "/SetOCGState", "/Hide", "/Trans", "/GoTo3DView", "/ResetForm"}
SENT = re.compile(r"\s*(?:https?|mailto):", re.IGNORECASE)
SCRIPT = re.compile(r"\s*(?:java|vb|live)\s*script\s*:|\s*data\s*:", re.IGNORECASE)
LONGEST_CHAIN = 1000


def check(top: Object) -> None:
    """Refuses an object that holds, at any depth, something active; what it refers to is an object of its own."""
    if not TELLING.search(top.unparse(resolved=True)):
        return
    if _name(top) in ALONE:
        raise unsafe(ALONE[_name(top)])
    waiting = [top]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Dictionary):
            _check_dictionary(value)
        waiting += [part for part in _parts(value) if not part.is_indirect]


def _parts(value: Object) -> Iterator[Object]:
    if isinstance(value, Dictionary):
        yield from (part for _, part in value.items() if isinstance(part, Object))
    elif isinstance(value, Array):
        yield from (part for part in value if isinstance(part, Object))


def _check_dictionary(value: Dictionary) -> None:
    for key, why in KEYS.items():
        if value.get(key) is not None:
            raise unsafe(why)
    if _is(value.get("/Type"), "/EmbeddedFile") or _filled(value.get("/EmbeddedFiles")):
        raise unsafe("embedded_files")
    if isinstance(value.get("/JS"), String) or _filled(value.get("/JavaScript")):
        raise unsafe("scripts")
    if (annotation := _name(value.get("/Subtype"))) in ANNOTATIONS:
        raise unsafe(ANNOTATIONS[annotation])
    _check_action(value)
    _check_automatic(value.get("/OpenAction"))
    triggers = value.get("/AA")
    for trigger in _parts(triggers) if isinstance(triggers, Dictionary) else ():
        _check_automatic(trigger)


def _check_action(value: Dictionary) -> None:
    """Refuses an action that does more than lead somewhere when it is clicked."""
    kind = _name(value.get("/S"))
    why, needs = ACTIONS.get(kind, ("", ()))
    if why and any(key in value for key in needs):
        raise unsafe(why)
    if kind and "/JS" in value:
        raise unsafe("scripts")
    if SCRIPT.match(_text(value.get("/URI"))):
        raise unsafe("scripts")
    if _leaves_disk(_text(value.get("/URI"))) or (kind == "/GoToR" and is_elsewhere(_address(value.get("/F")))):
        raise unsafe("launch")
    if kind == "/SubmitForm" and not SENT.match(_address(value.get("/F"))):
        raise unsafe("launch")


def _check_automatic(action: object) -> None:
    """Refuses what is more than opening at a page, itself or anything that follows it."""
    waiting = [action]
    for _ in range(LONGEST_CHAIN):
        if not waiting:
            return
        step = waiting.pop()
        if isinstance(step, Array):  # a destination begins with its page, a list of actions with an action
            waiting += [part for part in step if isinstance(part, Dictionary) and "/S" in part]
        elif isinstance(step, Dictionary) and "/S" in step:
            _check_action(step)
            if _name(step.get("/S")) not in QUIET:
                raise unsafe("launch")
            waiting.append(step.get("/Next"))
    raise unsafe("too_complex")


def _leaves_disk(target: str) -> bool:
    """Whether a click opens a file of another computer, which may start it or tell who clicked."""
    return is_elsewhere(target) and target.strip().lower().startswith(("file:", "\\\\", "//"))


def _name(value: object) -> str:
    return str(value) if isinstance(value, Name) else ""


def _is(value: object, name: str) -> bool:
    return _name(value) == name


def _text(value: object) -> str:
    return str(value) if isinstance(value, String) else ""


def _address(value: object) -> str:
    """Where a file specification leads, in either of its forms."""
    return _text(value.get("/UF") or value.get("/F")) if isinstance(value, Dictionary) else _text(value)


def _filled(tree: object) -> bool:
    """Whether a name tree holds anything."""
    if isinstance(tree, Stream) or not isinstance(tree, Dictionary):
        return False
    return any(isinstance(tree.get(key), Array) and len(tree[key]) > 0 for key in ("/Names", "/Kids"))
