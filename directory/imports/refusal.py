"""How a file is refused, and the checks of single values that both imports share."""

import re
import unicodedata
from uuid import UUID

from django.utils.translation import gettext as _

GUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class ImportRefused(Exception):
    """The file was refused and nothing was changed. The text names the place: a line and column, or a path."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}" if place else problem)


def decoded(raw: bytes) -> str:
    """The file's text, without byte-order mark. Raises ImportRefused naming the line that is not UTF-8 or holds NUL."""
    if raw.startswith(UTF16_MARKS):
        raise ImportRefused(_line(1), _("the file is UTF-16. Save it as UTF-8."))
    if b"\x00" in raw:
        raise ImportRefused(
            _line(_line_of(raw, raw.index(b"\x00"))), _("a NUL byte. Is it really a text file in UTF-8?")
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = error.start + (3 if raw.startswith(b"\xef\xbb\xbf") else 0)
        problem = _("byte %(byte)s is not UTF-8. Save the file as UTF-8.") % {"byte": f"0x{raw[start]:02x}"}
        raise ImportRefused(_line(_line_of(raw, start)), problem) from error
    if not text.strip():
        raise ImportRefused(_line(1), _("the file is empty."))
    return text


def guid(text: str, place: str) -> UUID:
    """The GUID in `text`, written with hyphens and without braces, in any case. Raises ImportRefused."""
    if not GUID.fullmatch(text):
        raise ImportRefused(place, _("%(text)s is not a GUID (8-4-4-4-12, no braces).") % {"text": shown(text)})
    return UUID(text)


def printable(text: str, place: str, *, longest: int) -> str:
    """`text` itself. Raises ImportRefused where it is empty, too long, or holds what no name holds."""
    if not text:
        raise ImportRefused(place, _("is empty."))
    if len(text) > longest:
        raise ImportRefused(place, _("is longer than %(longest)d characters.") % {"longest": longest})
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        raise ImportRefused(place, _("%(text)s holds a control character.") % {"text": shown(text)})
    return text


def shown(value: object) -> str:
    """A value as a refusal shows it: quoted, escaped, cut to 60 characters."""
    text = ascii(value) if not isinstance(value, str) or not value.isprintable() else f'"{value}"'
    return text if len(text) <= 60 else f"{text[:57]}..."


def _line(number: int) -> str:
    return _("line %(number)d") % {"number": number}


def _line_of(raw: bytes, position: int) -> int:
    return raw.count(b"\n", 0, position) + 1
