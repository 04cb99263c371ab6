"""Every address that the site knows, from its resolver; and every operation that its description names."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tests.arbitration.crawl import PLACEHOLDER
from tests.isolation.expectation.table import TABLE, TABLES

REGEX_PLACE = re.compile(r"\(\?P<(\w+)>[^)]*\)")


@dataclass(frozen=True)
class Route:
    """A pattern: `key` is its name, or its path where it has none; `path` as it is written, from the root."""

    key: str
    path: str
    view: Any

    @property
    def api(self) -> bool:
        """Whether programs come here, with a token; else browsers, with a session."""
        return self.path.startswith("/api/")

    @property
    def places(self) -> list[str]:
        """The names of what stands in its places, in their order."""
        return [] if TABLE[self.key].at else PLACEHOLDER.findall(self.path)

    def at(self, values: dict[str, str]) -> str:
        """Its address with these values in its places."""
        return TABLE[self.key].at or PLACEHOLDER.sub(lambda found: values[found[1]], self.path)


def _walk(resolver: Any, prefix: str, spaces: tuple[str, ...]) -> Iterator[Route]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, path, (*spaces, pattern.namespace) if pattern.namespace else spaces)
        elif isinstance(pattern, URLPattern):
            plain = REGEX_PLACE.sub(r"<\1>", path)
            yield Route(":".join([*spaces, pattern.name]) if pattern.name else path, f"/{plain}", pattern.callback)


@cache
def routes() -> dict[str, Route]:
    """All routes by key."""
    found: dict[str, Route] = {}
    for route in _walk(get_resolver(), "", ()):
        assert route.key not in found, f"two routes are called {route.key}"
        found[route.key] = route
    return found


def missing() -> list[str]:
    """For each route without a row, the row that is to be written."""
    return [_proposal(route) for key, route in routes().items() if key not in TABLE]


def _proposal(route: Route) -> str:
    """The row as it could stand, for whoever has to say who may come here."""
    scene = "SCENE" if PLACEHOLDER.search(route.path) else ""
    methods = _handled(route.view) or ("GET", "POST")
    cells = ", ".join(f'{method}="AUDIENCE: OUTCOME; ..."' for method in methods)
    first = f'"{scene}", ' if scene else ""
    file = "api.py" if route.api else _file_of(route)
    if route.api and route.key.startswith("api/v1/"):
        line = f'_api("{route.key.removeprefix("api/v1/")}", {first}{cells}),'
    else:
        line = f'"{route.key}": row({first}{cells}),'
    return f"{route.path} has no row. Write into tests/isolation/expectation/{file}, with what is true:\n    {line}"


def _file_of(route: Route) -> str:
    """The table with most routes of the same beginning."""
    first = route.path.split("/")[1]
    near = {
        file: sum(key in routes() and routes()[key].path.split("/")[1] == first for key in table)
        for file, table in TABLES.items()
    }
    best = max(near, key=lambda file: near[file])
    return best if near[best] else "accounts.py (or a new file, named in table.py)"


def _handled(view: Any) -> tuple[str, ...]:
    """The methods that a view of a class has handlers for; none of a function, which does not say."""
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    names = ("get", "post", "put", "patch", "delete")
    return tuple(name.upper() for name in names if kind is not None and hasattr(kind, name))


def operations(description: dict[str, Any]) -> set[tuple[str, str]]:
    """Path and method of each operation of an OpenAPI description, its places without names."""
    return {
        (re.sub(r"{\w+}", "{}", path), method.upper())
        for path, methods in description["paths"].items()
        for method in methods
        if method in {"get", "post", "put", "patch", "delete"}
    }


def untyped(path: str) -> str:
    """A path of a route, its places without names."""
    return PLACEHOLDER.sub("{}", path)
