"""Passwords that are tried first, whatever signs they are made of."""

import hashlib
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Words of the field; those of the operator, the site and the person come to them.
OURS = ("cpor", "claim", "partner", "microsoft", "dynamics", "office", "tenant", "programme", "program", "reclama")
SHORTEST_WORD, SHORTEST_COMMON = 4, 5
ENOUGH = 6  # letters and digits beside such a word
LONGEST_SEARCHED = 100  # what is longer is more than one word


class KnownWords:
    """Refuses a password of which little is left without words of the site or the person, or a common password."""

    def __init__(self) -> None:
        self._common = CommonPasswordValidator().passwords

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for such a password."""
        typed = password.casefold()
        without = re.sub("|".join(map(re.escape, sorted(_words(user), key=len, reverse=True))), "", typed)
        common = self._longest_common(typed)
        for rest in (without, typed.replace(common, "") if common else typed):
            if rest != typed and sum(sign.isalnum() for sign in rest) < ENOUGH:
                raise ValidationError(
                    _(
                        "This is little more than a word that everybody tries first, or that has to do with you or"
                        " this site. Take several words that do not belong together."
                    ),
                    code="password_of_known_words",
                )

    def get_help_text(self) -> str:
        """Nothing: the fields say what a good one is."""
        return ""

    def _longest_common(self, typed: str) -> str:
        typed = typed[:LONGEST_SEARCHED]
        for length in range(len(typed), SHORTEST_COMMON - 1, -1):
            for start in range(len(typed) - length + 1):
                if typed[start : start + length] in self._common:
                    return typed[start : start + length]
        return ""


def _words(user: Any) -> set[str]:
    told = [settings.OPERATOR_NAME, urlsplit(settings.SITE_URL).hostname or ""]
    told += [getattr(user, "name", ""), getattr(user, "email", "")]
    words = re.findall(r"\w+", " ".join(told).casefold().replace("_", " "))
    return {*OURS, *(word for word in words if len(word) >= SHORTEST_WORD)}


class Stolen:
    """Refuses a password that stands in the file of `settings.STOLEN_PASSWORDS`.

    The file is as the downloader of Pwned Passwords writes it: SHA-1 digests in capitals, sorted, one a line, each
    perhaps with a colon and a count.
    """

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError for such a password."""
        digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
        if settings.STOLEN_PASSWORDS and _stands_in(settings.STOLEN_PASSWORDS, digest.encode()):
            words = _("This password was stolen somewhere. Choose another, and change it wherever else you use it.")
            raise ValidationError(words, code="password_stolen")

    def get_help_text(self) -> str:
        """Nothing: the fields say what a good one is."""
        return ""


def _stands_in(path: Path, digest: bytes) -> bool:
    """Whether a line of the sorted file begins with `digest`; looks at some forty of its lines, however many it has."""
    with path.open("rb") as file:
        low, high = 0, path.stat().st_size  # the line, if any, begins between them
        while low < high:
            middle = (low + high) // 2
            file.seek(max(middle - 1, 0))
            if middle:
                file.readline()  # to the first line that begins at the middle or after it
            begin, line = file.tell(), file.readline()
            if begin >= high or line > digest + b"\xff":
                high = middle
            elif line.startswith(digest):
                return True
            else:
                low = file.tell()
    return False
