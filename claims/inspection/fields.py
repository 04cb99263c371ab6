"""Fields of a Word document: what they do when the document is opened or printed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from claims.inspection.markup import named
from claims.inspection.relations import is_elsewhere
from claims.inspection.report import unsafe

EXCHANGE = re.compile(r'\s*"?\s*DDE(?:AUTO)?\b', re.IGNORECASE)
DATABASE = re.compile(r'\s*"?\s*DATABASE\b', re.IGNORECASE)
# A field of these takes in a file: from the sender's own disk there is none, from elsewhere it would be fetched.
INCLUDED = re.compile(
    r'\s*"?\s*(?:INCLUDETEXT|INCLUDEPICTURE|INCLUDE|LINK|IMPORT|RD)\b(?P<rest>.*)', re.IGNORECASE | re.DOTALL
)
PLACE = re.compile(r'"([^"]*)"|(\S+)')
LONGEST_CODE = 64 * 1024  # characters
CODE = {"instrText", "delInstrText"}


@dataclass
class _Open:
    """A field that is open: its code in pieces, and what fields inside it have to do with that."""

    code: list[str] = field(default_factory=list)
    in_code: bool = True  # until its result begins
    composed: bool = False  # by fields inside its code
    nameless: bool = False  # and so is its name


class Fields:
    """Puts each field's code together from its pieces, of which a document may make as many as it likes."""

    def __init__(self) -> None:
        self._open = [_Open(in_code=False)]  # innermost last; the first is the text around all fields
        self._collecting = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name in CODE or (name == "t" and self._open[-1].in_code):  # plain text counts as code there, too
            self._collecting = True
        elif name == "fldSimple":
            _check(named(attributes, "instr"))
        elif name == "fldChar":
            self._turn(named(attributes, "fldCharType"))

    def end(self, name: str) -> None:
        """An element ends."""
        if name in CODE or name == "t":
            self._collecting = False

    def characters(self, content: str) -> None:
        """A piece of text."""
        if self._collecting:
            code = self._open[-1].code
            code.append(content)
            if len(code) > LONGEST_CODE:
                raise unsafe("too_complex")

    def close(self) -> None:
        """The part ends, and with it every field that nobody closed."""
        for unclosed in self._open:
            _check_field(unclosed)

    def _turn(self, kind: str) -> None:
        here = self._open[-1]
        if kind == "begin":
            self._open.append(_Open())
            return
        if kind not in {"separate", "end"}:
            return
        _check_field(here)
        here.in_code = False
        if kind == "end" and len(self._open) > 1:
            self._open.pop()
            around = self._open[-1]
            if around.in_code:
                around.composed = True
                around.nameless |= not "".join(around.code).strip(' "')
            around.code.extend(here.code)  # a code made by fields inside it
        self._open[-1].code[:-LONGEST_CODE] = []


def _check_field(field: _Open) -> None:
    """What a field inside works out is known only when the document is opened: it may be any name, and any place."""
    code = "".join(field.code)
    if field.nameless:
        raise unsafe("launch")
    if field.composed and (EXCHANGE.match(code) or INCLUDED.match(code)):
        raise unsafe("external_template")
    _check(code)


def _check(code: str) -> None:
    if EXCHANGE.match(code):
        raise unsafe("launch")
    if DATABASE.match(code):
        raise unsafe("external_template")
    if included := INCLUDED.match(code):
        places = (quoted or bare for quoted, bare in PLACE.findall(included["rest"]))
        if any(is_elsewhere(place) for place in places):
            raise unsafe("external_template")
