"""An object of a file of partners: the checks of its values, on top of the reader that all imports share."""

import re
import unicodedata
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from directory.imports.document import Node
from directory.imports.refusal import ImportRefused, printable, shown


class Entry(Node):
    """An object with its path. Every reader raises ImportRefused naming the path of the field, and what to do."""

    def know(self, *keys: str) -> None:
        """Refuses a field that nobody reads: a typing slip would otherwise pass for a field left out."""
        for key in self.value:
            if key not in keys:
                problem = _("the field %(key)s is not known. Known: %(keys)s.")
                raise ImportRefused(self.path or "document", problem % {"key": shown(key), "keys": ", ".join(keys)})

    def says(self, key: str) -> bool:
        """Whether the field is there and not null."""
        return self.value.get(key) is not None

    def text(self, key: str, *, longest: int = 300) -> str:
        """A required text, without blanks around it and in one Unicode form (NFC), so that equal names are equal."""
        return printable(_tidy(super().text(key, longest=longest)), self.at(key), longest=longest)

    def said(self, key: str, *, longest: int) -> str | None:
        """A text that may be empty, tidied as `text` does; None where the file does not say."""
        if not self.says(key):
            return None
        return "" if self.value[key] == "" else _tidy(super().text(key, longest=longest))

    def entries(self, key: str) -> "list[Entry]":
        """The objects of a list; none where the file does not say."""
        return [Entry(value, path) for path, value in self.items(key)] if self.says(key) else []

    def texts(self, key: str, *, longest: int) -> list[str] | None:
        """A list of texts; None where the file does not say."""
        if not self.says(key):
            return None
        found = []
        for place, value in self.items(key):
            if not isinstance(value, str):
                raise ImportRefused(place, _("%(value)s is no text.") % {"value": shown(value)})
            found.append(printable(_tidy(value), place, longest=longest))
        return found

    def words(self, key: str, known: tuple[str, ...]) -> frozenset[str]:
        """A required list of at least one of the known words."""
        items = self.items(key)
        if not items:
            raise ImportRefused(
                self.at(key), _("is empty. Use at least one of: %(known)s.") % {"known": ", ".join(known)}
            )
        for place, value in items:
            if value not in known:
                problem = _("%(value)s is not known. Use one of: %(known)s.")
                raise ImportRefused(place, problem % {"value": shown(value), "known": ", ".join(known)})
        return frozenset(value for _place, value in items)

    def mpn_id(self, key: str) -> str:
        """A required MPN ID: 4 to 10 digits, as text, so that no leading zero is lost."""
        number = self.text(key)
        if not re.fullmatch(r"[0-9]{4,10}", number):
            problem = _("%(number)s is not an MPN ID. Write its 4 to 10 digits.")
            raise ImportRefused(self.at(key), problem % {"number": shown(number)})
        return number

    def country(self, key: str) -> str | None:
        """A country as two capital letters, or empty; None where the file does not say."""
        country = self.said(key, longest=300)
        if country and not re.fullmatch(r"[A-Za-z]{2}", country):
            problem = _("%(country)s is not a country code. Write the two letters of ISO 3166, as NL.")
            raise ImportRefused(self.at(key), problem % {"country": shown(country)})
        return country.upper() if country else country

    def email(self, key: str) -> str:
        """A required e-mail address, in lower case."""
        email = self.text(key, longest=254).lower()
        try:
            validate_email(email)
        except ValidationError:
            problem = _("%(email)s is not an e-mail address. Write it as name@company.example.")
            raise ImportRefused(self.at(key), problem % {"email": shown(email)}) from None
        return email

    def language(self, key: str) -> str | None:
        """One of the site's languages; None where the file does not say."""
        return self.word(key, tuple(dict(settings.LANGUAGES))) if self.says(key) else None

    def day(self, key: str) -> date:
        """A required date as YYYY-MM-DD, and in no other of the forms that ISO 8601 has."""
        text = self.text(key)
        try:
            if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
                raise ValueError(text)
            return date.fromisoformat(text)
        except ValueError:
            problem = _("%(text)s is not a date. Write a day that exists as YYYY-MM-DD.")
            raise ImportRefused(self.at(key), problem % {"text": shown(text)}) from None


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", text.strip())
