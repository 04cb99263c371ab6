"""Fields of a Word document: what they do when the document is opened or printed."""

import re
from collections.abc import Mapping

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


class Fields:
    """Puts each field's code together from its pieces, of which a document may make as many as it likes."""

    def __init__(self) -> None:
        self._codes: list[list[str]] = [[]]  # of the fields that are open, innermost last
        self._in_code = False
        self._before_result = False

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""
        if name in CODE or (name == "t" and self._before_result):  # plain text counts as code there, too
            self._in_code = True
        elif name == "fldSimple":
            _check(named(attributes, "instr"))
        elif name == "fldChar":
            self._turn(named(attributes, "fldCharType"))

    def end(self, name: str) -> None:
        """An element ends."""
        if name in CODE or name == "t":
            self._in_code = False

    def characters(self, content: str) -> None:
        """A piece of text."""
        if self._in_code:
            self._codes[-1].append(content)
            if len(self._codes[-1]) > LONGEST_CODE:
                raise unsafe("too_complex")

    def close(self) -> None:
        """The part ends, and with it every field that nobody closed."""
        for code in self._codes:
            _check("".join(code))

    def _turn(self, kind: str) -> None:
        if kind == "begin":
            self._codes.append([])
        elif kind in {"separate", "end"}:
            _check("".join(self._codes[-1]))
            if kind == "end" and len(self._codes) > 1:
                code = self._codes.pop()
                self._codes[-1].extend(code)  # a code made by fields inside it
            self._codes[-1:] = [self._codes[-1][-LONGEST_CODE:]]
        self._before_result = kind == "begin"


def _check(code: str) -> None:
    if EXCHANGE.match(code):
        raise unsafe("launch")
    if DATABASE.match(code):
        raise unsafe("external_template")
    if included := INCLUDED.match(code):
        places = (quoted or bare for quoted, bare in PLACE.findall(included["rest"]))
        if any(is_elsewhere(place) for place in places):
            raise unsafe("external_template")
