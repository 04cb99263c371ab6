"""All that one of a partner's people can read: every GET route of the site, lists, searches, downloads and mails."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from itertools import product
from typing import Any

from django.core import mail
from django.test import Client
from django.urls import URLPattern, get_resolver

from claims.actions.consent import link_of
from claims.forms import Step
from claims.models import Case, Claim, Consent
from cpor import demo
from tests.world import World

PLACEHOLDER = re.compile(r"<(?:\w+:)?(\w+)>")
SIGNED = re.compile(rb'name="shown" value="[^"]*"')  # what a page that asks support has signed
# What differs from answer to answer by chance, and from nothing else: a token against forged posts, a policy's nonce,
# what was signed.
CHANCE = (
    re.compile(rb'name="csrfmiddlewaretoken" value="\w+"'),
    re.compile(rb'"X-CSRFToken": ?"\w+"'),
    re.compile(rb"nonce-[\w+/=-]+"),
    re.compile(rb'nonce="[\w+/=-]+"'),
    SIGNED,
)
BOUNDARY = re.compile(rb"={15}\d+==")
LISTS = (
    "claims/?show=operator",
    "claims/?show=you",
    "claims/?show=decided",
    "claims/?q=Alder",
    "claims/?product=dynamics-365-sales",
    "associations/?show=ended",
    "api/v1/claims/?page_size=1",
    "review/?q=Alder",
    "api/v1/queue/?show=contested",
)
# What stands in the places of routes that are about no claim.
OTHERWISE = {
    "partner_id": ["1"],
    "number": [demo.LISBON],
    "code": ["osu-ba"],
    "year": ["2027"],
    "verb": ["accept"],
    "part": ["outcomes"],
}
# What nobody finds who has no link to it.
LINKED = ("customer/", "invitation/")
# What is shut as long as a claim is a draft, and opens later.
OPENS = re.compile(r"^/claims/.*/(withdraw|dispute|contact|edit|give-up)/$")
# What holds nothing of any claim, or of a draft no more than its review does: read at the beginning and at the end alone.
STILL = re.compile(
    r"^/(accounts/|language/|help/|team/|invitations/|operator/|review/"
    r"|api/v1/(schema|products|mpn-ids|queue)/|messages/(mail|parked)/)"
    r"|/edit/(customer|work|proof)/$"
)


@dataclass(frozen=True)
class Read:
    """What an address answered: without what is chance."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def all_bytes(self) -> bytes:
        """Everything that came, a packed document unpacked too."""
        heads = "\n".join(f"{name}: {value}" for name, value in self.headers).encode()
        return heads + b"\n" + unpacked(self.body)


def unpacked(body: bytes) -> bytes:
    """The bytes, and those of each part where they are a packed document."""
    if not body.startswith(b"PK\x03\x04"):
        return body
    with zipfile.ZipFile(BytesIO(body)) as packed:
        return body + b"\n".join(name.encode() + b"\n" + packed.read(name) for name in packed.namelist())


def addresses(resolver: Any = None, prefix: str = "") -> Iterator[str]:
    """Every route of the site, as it is written; those of django-allauth that are regular expressions are closed."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            if "(?" not in route:
                yield route
        else:
            yield from addresses(pattern, route)


def filled(route: str, values: dict[str, list[str]]) -> Iterator[str]:
    """The route with every combination of what may stand in its places. A place that is unknown here is an error."""
    names = PLACEHOLDER.findall(route)
    for chosen in product(*(values[name] for name in names)):
        given = iter(chosen)
        yield "/" + PLACEHOLDER.sub(lambda _found, given=given: next(given), route)


@dataclass
class Reader:
    """One person with a browser and a program."""

    world: World
    who: str
    browser: Client = field(init=False)
    program: Client = field(init=False)
    shut: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Signs in."""
        self.browser, self.program = self.world.web(self.who), self.world.api(self.who)

    @property
    def address(self) -> str:
        """Where mails go."""
        return str(self.world.person(self.who).email)

    def own(self) -> list[Claim]:
        """The claims that they see."""
        return list(Claim.objects.visible_to(self.world.person(self.who)).order_by("pk"))

    def places(self) -> list[str]:
        """Every address on the site that they may know of."""
        found: list[str] = []
        everywhere = {**OTHERWISE, "pk": [str(pk) for pk in Case.objects.values_list("pk", flat=True)] or ["1"]}
        routes = [route for route in addresses() if not route.startswith(LINKED)]
        for values in map(values_of, self.own()):
            found += [place for route in routes if "reference" in route for place in filled(route, values)]
        plain = [route for route in routes if "reference" not in route]
        found += [place for route in plain for place in filled(route, everywhere)]
        return [*found, *(f"/{path}" for path in LISTS)]

    def get(self, path: str) -> Read:
        """What the address answers, to the program below `/api/`, else to the browser."""
        answer = (self.program if path.startswith("/api/") else self.browser).get(path)
        return read_of(answer)

    def crawl(self, *, wide: bool) -> dict[str, Read]:
        """Every answer, by address; what was told is read first, so that reading changes nothing any more.

        Unless it is wide, without what was shut when it was, and what holds nothing of any claim.
        """
        for claim in self.own():
            self.browser.get(claim.path)
        found = {path: self.get(path) for path in self.places() if wide or self.moves(path)}
        if wide:
            self.shut |= {shape(path) for path, read in found.items() if read.status != 200 and not OPENS.search(path)}
        return found

    def moves(self, path: str) -> bool:
        """Whether the address is read after each act."""
        return shape(path) not in self.shut and not STILL.search(path)


def shape(path: str) -> str:
    """An address without what differs from claim to claim."""
    return re.sub(r"CP-\w{4}-\w{4}|/\d+/|/[a-z0-9]{20,}/", "*", path)


def values_of(claim: Claim) -> dict[str, list[str]]:
    """What may stand in the places of a claim's routes; something that is none of it, where it has none."""
    keys = [*claim.evidence.values_list("key", flat=True)][:1] + [
        key for key in claim.requests.values_list("key", flat=True) if key
    ][:1]
    return {
        "reference": [claim.reference],
        "key": keys or ["none"],
        "line_id": [str(pk) for pk in claim.lines.values_list("pk", flat=True)],
        "index": ["0"],
        "page": ["1"],
        "step": [str(step) for step in Step],
    }


def read_of(answer: Any) -> Read:
    """An answer without what is chance."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    signed = SIGNED.search(body) is not None  # packed, so that its length is chance too
    kept = {name: value for name, value in answer.headers.items() if not signed or name != "Content-Length"}
    headers = tuple(sorted(kept.items()))
    for pattern in CHANCE:
        body = pattern.sub(b"", body)
        headers = tuple((name, pattern.sub(b"", value.encode()).decode()) for name, value in headers)
    return Read(answer.status_code, headers, body)


def customers_pages(claim: Claim) -> dict[str, Read]:
    """What the links in the mails to the claim's customer show."""
    links = [link_of(consent) for consent in Consent.objects.filter(claim=claim).order_by("pk")]
    return {link: read_of(Client().get(link)) for link in links}


def mails_to(address: str) -> list[bytes]:
    """Every mail that has left to this address, with its headers, as it goes over the wire and in plain text."""
    return [
        b"\n".join(
            [
                BOUNDARY.sub(b"", letter.message().as_bytes()),
                letter.subject.encode(),
                str(letter.body).encode(),
                *(str(content).encode() for content, _kind in getattr(letter, "alternatives", [])),
            ]
        )
        for letter in mail.outbox
        if address in letter.to
    ]
