"""Reads a JSON document strictly, and walks it with a path such as `tenants[0].domains[1]` in every refusal."""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

from django.utils.translation import gettext as _

from directory.imports.refusal import ImportRefused, decoded, printable, shown

MISSING = object()


class _Twice(dict[str, Any]):
    """An object in which `key` stood twice."""

    key = ""


def parse(raw: bytes) -> Any:
    """The document. Raises ImportRefused for what is no JSON (line and column), NaN, a key that stands twice."""
    text = decoded(raw)
    try:
        document = json.loads(text, object_pairs_hook=_gathered, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        place = _("line %(line)d, column %(column)d") % {"line": error.lineno, "column": error.colno}
        raise ImportRefused(place, _("no valid JSON: %(error)s.") % {"error": error.msg}) from error
    except RecursionError as error:
        raise ImportRefused("", _("The document is nested too deeply.")) from error
    except ValueError as error:
        raise ImportRefused("", _("A number in the document is too long.")) from error
    for trail, twice in ((trail, value) for trail, value in _walk(document) if isinstance(value, _Twice)):
        raise ImportRefused(_path(trail), _("the key %(key)s stands twice.") % {"key": shown(twice.key)})
    return document


def _gathered(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    twice = _Twice(found)
    seen: set[str] = set()
    twice.key = next(key for key, _value in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return twice


def _refuse_constant(word: str) -> NoReturn:
    raise ImportRefused("", _("%(word)s is no JSON number.") % {"word": word})


# A step into a value and the trail before it: paths are written out only where one is refused.
Trail = tuple[Any, str] | None


def _walk(document: Any) -> Iterator[tuple[Trail, Any]]:
    waiting: list[tuple[Trail, Any]] = [(None, document)]
    while waiting:
        trail, value = waiting.pop()
        yield trail, value
        if isinstance(value, dict):
            waiting += [((trail, f".{key}"), inner) for key, inner in value.items()]
        elif isinstance(value, list):
            waiting += [((trail, f"[{number}]"), inner) for number, inner in enumerate(value)]


def _path(trail: Trail) -> str:
    steps: list[str] = []
    while trail:
        trail, step = trail
        steps.append(step)
    return "".join(reversed(steps)).lstrip(".") or "document"


class Node:
    """An object of the document, with its path. Every reader raises ImportRefused naming the path of the field."""

    def __init__(self, value: object, path: str) -> None:
        if not isinstance(value, dict):
            raise ImportRefused(path or "document", _("%(value)s is no object.") % {"value": shown(value)})
        self.value: dict[str, Any] = value
        self.path = path

    def at(self, key: str) -> str:
        """The path of `key`."""
        return f"{self.path}.{key}".lstrip(".")

    def text(self, key: str, *, longest: int = 300) -> str:
        """A required text."""
        return self._text(key, self._required(key), longest)

    def optional_text(self, key: str, *, longest: int = 300) -> str:
        """A text, or empty where it is absent or null."""
        value = self.value.get(key)
        return "" if value is None else self._text(key, value, longest)

    def word(self, key: str, words: tuple[str, ...]) -> str:
        """A required text that is one of `words`."""
        text = self.text(key)
        if text not in words:
            problem = _("%(text)s is none of %(words)s.") % {"text": shown(text), "words": ", ".join(words)}
            raise ImportRefused(self.at(key), problem)
        return text

    def flag(self, key: str) -> bool:
        """True or false; false where it is absent or null."""
        value = self.value.get(key)
        if value is None:
            return False
        if not isinstance(value, bool):
            raise ImportRefused(self.at(key), _("%(value)s is neither true nor false.") % {"value": shown(value)})
        return value

    def count(self, key: str) -> int:
        """A whole number from 0 to 2147483647; 0 where it is absent or null."""
        value = self.value.get(key)
        if value is None:
            return 0
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 2**31 - 1:
            problem = _("%(value)s is no whole number from 0 to 2147483647.") % {"value": shown(value)}
            raise ImportRefused(self.at(key), problem)
        return value

    def items(self, key: str) -> list[tuple[str, Any]]:
        """The entries of a required list, each with its path."""
        value = self._required(key)
        if not isinstance(value, list):
            raise ImportRefused(self.at(key), _("%(value)s is no list.") % {"value": shown(value)})
        return [(f"{self.at(key)}[{number}]", entry) for number, entry in enumerate(value)]

    def nodes(self, key: str) -> "list[Node]":
        """The objects of a required list."""
        return [Node(entry, path) for path, entry in self.items(key)]

    def _required(self, key: str) -> Any:
        value = self.value.get(key, MISSING)
        if value is MISSING or value is None:
            raise ImportRefused(self.at(key), _("is missing."))
        return value

    def _text(self, key: str, value: object, longest: int) -> str:
        if not isinstance(value, str):
            raise ImportRefused(self.at(key), _("%(value)s is no text.") % {"value": shown(value)})
        return printable(value, self.at(key), longest=longest)
