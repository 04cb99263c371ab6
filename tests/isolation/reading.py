"""All that somebody can read: every address with everybody's ids, and on from there by every link and every page."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from tests.arbitration.crawl import Read, read_of
from tests.isolation.doors import Doors
from tests.isolation.expectation import GET
from tests.isolation.expectation.table import TABLE
from tests.isolation.people import A, B
from tests.isolation.places import Places, ids
from tests.isolation.routes import routes

LINK = re.compile(r'\s(?:href|src|action|hx-get)="([^"]*)"')
LEAVES = re.compile(r"^/(static|accounts|language)/")
# What leads from page to page, and what is looked for.
STARTS = (
    "/claims/?show=you",
    "/claims/?q={mark}",
    "/claims/?q={number}",
    "/claims/?after={reference}",
    "/associations/?show=ended",
    "/review/?q={mark}",
    "/review/?show=contested",
    "/messages/",
    "/api/v1/claims/?page_size=1",
    "/api/v1/associations/?page_size=1",
    "/api/v1/queue/?page_size=1&q={mark}",
    "/there-is-nothing/{mark}here/",
    "/api/v1/nothing/{mark}here/",
)


@dataclass
class Reading:
    """What one person has been answered, by address; `named` says which ids the address held."""

    doors: Doors
    places: Places
    most: int = 115
    answers: dict[str, Read] = field(default_factory=dict)
    named: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def everything(self) -> None:
        """Every address with the ids of both companies, then what is searched for, then all that is linked."""
        for route in routes().values():
            if GET in TABLE[route.key].methods and "token" not in route.places:  # whoever has a link may read it
                for whose in [(one,) * ids(route) for one in (A, B)] if ids(route) else [()]:
                    values = self.places.of(route, whose)
                    self.read(route.at(values), *values.values())
        for one in self.doors.scene.companies.values():
            values = {"mark": one.mark, "number": one.canary.number, "reference": one.claims["sent"]}
            for start in STARTS:
                self.read(start.format(**values), *values.values())
        self.follow()

    def follow(self) -> None:
        """Every link that stands anywhere, once, as many as there is time for."""
        waiting = [link for path, read in list(self.answers.items()) for link in links(path, read)]
        while waiting and len(self.answers) < self.most:
            path = waiting.pop(0)
            if path not in self.answers:
                waiting += links(path, self.read(path))

    def read(self, path: str, *named: str) -> Read:
        """One answer."""
        self.named[path] = named
        answer = self.doors.look(path)
        self.answers[path] = read_of(answer)
        return self.answers[path]


def links(path: str, read: Read) -> Iterator[str]:
    """Where an answer leads: by its links, where it sends one, and to the next page of a list of the API."""
    heads = dict(read.headers)
    found: list[str] = [heads["Location"]] if "Location" in heads else []
    kind = heads.get("Content-Type", "")
    if kind.startswith("text/html"):
        found += [html.unescape(link) for link in LINK.findall(read.body.decode())]
    elif kind == "application/json" and not path.startswith("/api/v1/schema"):
        found += list(_pages(json.loads(read.body)))
    for link in found:
        parts = urlsplit(urljoin(path, link))
        if parts.netloc in {"", "testserver"} and not LEAVES.match(parts.path):
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def _pages(body: Any) -> Iterator[str]:
    if isinstance(body, dict):
        yield from (body[name] for name in ("next", "previous") if body.get(name))
        for row in body.get("results", []):
            if "reference" in row:
                yield f"/api/v1/claims/{row['reference']}/"
