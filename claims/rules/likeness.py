"""What a text looks like to who reads it, so that a name is found in it however it is spelled."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

SHORTEST_SPLIT = 6  # a name that stands in pieces: "no on" is not Noon
# Letters that look like one of a to z, capitals by themselves where they look otherwise than the small letter.
# Cyrillic, Greek, Latin beyond accents, small capitals, Armenian, Cherokee.
_ALIKE = {
    "a": "\u0410\u0430\u0391\u03b1\u0251\u1d00\u13aa\u2c6d",
    "ae": "\u00c6\u00e6\u04d4\u04d5",
    "b": "\u0412\u0432\u0392\u03b2\u0299\u13f4\u13cf\u042c\u044c",
    "c": "\u0421\u0441\u03f9\u03f2\u1d04\u13df\u216d\u217d",
    "d": "\u0110\u0111\u0500\u0501\u00d0\u00f0\u1d05\u13a0",
    "e": "\u0415\u0435\u0395\u03b5\u1d07\u13ac\u0404\u0454\u2c78",
    "f": "\ua730\ua799\u0192\u03dc\u03dd",
    "g": "\u0261\u0262\u13c0\u050c\u050d\u0581",
    "h": "\u041d\u043d\u0397\u04ba\u04bb\u0570\u029c\u13bb",
    "i": "\u0406\u0456\u0399\u03b9\u0131\u026a\u0269\u04c0\u04cf",
    "j": "\u0408\u0458\u03f3\u0575\u1d0a\u13ab\u0237",
    "k": "\u041a\u043a\u039a\u03ba\u1d0b\u13e6",
    "l": "\u0141\u0142\u029f\u13de\u019a",
    "m": "\u041c\u043c\u039c\u03bc\u1d0d\u13b7",
    "n": "\u039d\u03b7\u0578\u057c\u0274\u014a\u014b",
    "o": "\u041e\u043e\u039f\u03bf\u03c3\u03c2\u00d8\u00f8\u1d0f\u0555\u0585",
    "oe": "\u0152\u0153",
    "p": "\u0420\u0440\u03a1\u03c1\u1d18\u13e2",
    "q": "\u051a\u051b\u0566",
    "r": "\u0433\u0280\u13a1",
    "s": "\u0405\u0455\ua731\u13da\u054f",
    "ss": "\u00df\u1e9e",
    "t": "\u0422\u0442\u03a4\u03c4\u1d1b\u13a2",
    "th": "\u00de\u00fe",
    "u": "\u03c5\u057d\u1d1c\u054d",
    "v": "\u0474\u0475\u03bd\u1d20\u13d9",
    "w": "\u051c\u051d\u03c9\u1d21\u13b3\u0461",
    "x": "\u0425\u0445\u03a7\u03c7",
    "y": "\u0423\u0443\u04ae\u04af\u03a5\u03b3\u028f",
    "z": "\u0396\u03b6\u1d22\u13c3",
}
LOOKALIKES = {ord(one): latin for latin, alike in _ALIKE.items() for one in alike}
# What takes no place: marks over and under letters, formats such as joiners, controls, what is no character.
UNSEEN = {"Mn", "Me", "Cf", "Cc", "Cs", "Cn"}
FILLERS = "\u115f\u1160\u3164\uffa0"  # letters by their category, and blank
DOT = re.compile(r"(?<=[^\W_])\.(?=[^\W_])")


@dataclass(frozen=True)
class Folded:
    """The letters and digits of a text without what stands between them, and the places where words begin or end.

    A border is also where a digit follows a letter, or a letter a digit; and around each sign of a script that
    writes no spaces.
    """

    text: str
    borders: tuple[int, ...]

    @property
    def pieces(self) -> list[str]:
        """What stands between the borders."""
        return [self.text[start:end] for start, end in pairwise(self.borders)]

    def holds(self, other: "Folded") -> bool:
        """Whether the other stands in this text between borders, joined or in pieces, with anything between them.

        A short word in pieces counts only where the pieces are single signs or numbers.
        """
        start = self.text.find(other.text) if other.text else -1
        borders = set(self.borders) if start >= 0 else set()
        while start >= 0:
            end = start + len(other.text)
            if start in borders and end in borders and self._reads(start, end, other):
                return True
            start = self.text.find(other.text, start + 1)
        return False

    def _reads(self, start: int, end: int, other: "Folded") -> bool:
        inside = [border - start for border in self.borders if start < border < end]
        long_enough = len(other.text) >= SHORTEST_SPLIT or other.text.isdecimal()
        return not inside or long_enough or len(inside) == len(other.text) - 1 or {*inside} <= {*other.borders}


def fold(text: str, *, dots: bool = False) -> Folded:
    """What the text looks like: without case, accents, what nobody sees, and which script a letter is taken from.

    With `dots` one between two letters or digits is the word *dot*, as in the name of a file.
    """
    plain = unicodedata.normalize("NFKD", text).translate(LOOKALIKES).casefold()
    plain = "".join(map(_seen, unicodedata.normalize("NFKD", plain).translate(LOOKALIKES)))
    if dots:
        plain = DOT.sub(" dot ", plain)
    found: list[str] = []
    borders, before = [0], " "
    for char in plain:
        if char.isalnum():
            if found and _breaks(before, char):
                borders.append(len(found))
            found.append(char)
        before = char
    return Folded("".join(found), tuple(dict.fromkeys([*borders, len(found)])))


def spellings(name: str) -> set[Folded]:
    """The name as each case of its letters looks: those of other scripts may look like two of ours."""
    cases = {name} if name.isascii() else {name, name.lower(), name.upper(), name.title()}
    return {fold(one) for one in cases}


def _seen(char: str) -> str:
    """The sign as it counts: a digit of any script as ours, a blank for what is neither letter nor digit."""
    if char.isalnum():
        digit = unicodedata.digit(char, None)
        return "" if char in FILLERS else char if digit is None else str(digit)
    if char == ".":
        return char
    return "" if unicodedata.category(char) in UNSEEN and not char.isspace() else " "


def _breaks(before: str, char: str) -> bool:
    return not before.isalnum() or before.isdecimal() != char.isdecimal() or _spaceless(before) or _spaceless(char)


def _spaceless(char: str) -> bool:
    return "\u2e80" <= char <= "\u9fff" or "\u1100" <= char <= "\u11ff" or char >= "\U00020000"
