"""Knocks at one address as one person, and says what is wrong with the answer: by the table, and by what it holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from tests.arbitration.crawl import Read, read_of
from tests.isolation.bodies import BODIES, Of
from tests.isolation.doors import Doors
from tests.isolation.expectation import ASTRAY, DONE, GET, HEAD, PAGE, SIGN_IN, STATUSES, outcome
from tests.isolation.expectation.table import TABLE
from tests.isolation.people import CAST, FIRST, SECOND, SEERS, A, About, B, Person, sees_case, sees_claim
from tests.isolation.places import Places
from tests.isolation.routes import Route
from tests.isolation.scene import MARKS, Scene
from tests.isolation.unchanged import Unchanged

SIGN_IN_PATH = "/accounts/login/"
LONG = 5  # an id of more signs than this stands for nothing else
A_WORD = re.compile(rb"zqhald|zqbrig", re.IGNORECASE)


@dataclass(frozen=True)
class Probe:
    """One request: whose ids the address holds, by its places; None for nobody's. `body_of` is whom it speaks of."""

    route: Route
    method: str
    who: Person
    whose: tuple[str | None, ...]
    body_of: str

    def __str__(self) -> str:
        ids = "/".join(one or "random" for one in self.whose)
        return f"{self.method} {self.route.path} as {self.who.key} with ids of {ids or 'nothing'}"


@dataclass
class Answer:
    """What came back, and what was changed by it."""

    read: Read
    cookies: str
    changed: bool
    location: str

    @property
    def text(self) -> bytes:
        """All of it."""
        return self.read.all_bytes + self.cookies.encode()


@dataclass
class Prober:
    """Everybody at their doors, in one world that no request changes for the next."""

    scene: Scene
    doors: dict[str, Doors] = field(init=False)
    bodies: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    nobodys: dict[Probe, Answer] = field(default_factory=dict)  # asked once, though several are compared with it

    def __post_init__(self) -> None:
        self.doors = {who.key: Doors(self.scene, who) for who in CAST}
        for doors in self.doors.values():
            doors.cookies, doors.program  # noqa: B018 - signs in before the first request
        self.places, self.world = Places(self.scene), Unchanged()

    def about(self, route: Route, owner: str | None) -> About:
        """What the address is about, where its ids are of this company."""
        scene = TABLE[route.key].scene
        if not owner or not scene:
            return About(scene=scene)
        if "cases" in route.path:
            return About((A, B) if owner == A else (B,), scene)
        return About((owner,), scene, SECOND if scene == "elsewhere" else FIRST)

    def ask(self, probe: Probe) -> Answer:
        """Sends the request; what it has done is undone."""
        if probe in self.nobodys:
            return self.nobodys[probe]
        path = probe.route.at(self.places.of(probe.route, probe.whose))
        given = self.send(probe.who, probe.route, probe.method, path, self.body(probe))
        if None in probe.whose:
            self.nobodys[probe] = given
        return given

    def send(
        self,
        who: Person,
        route: Route,
        method: str,
        path: str,
        body: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """One request of somebody; what it has done is undone."""
        with self.world.undone() as change:
            answer = self.doors[who.key].knock(route, method, path, body, headers)
            read = read_of(answer)
        morsels = [morsel for name, morsel in answer.cookies.items() if name not in {"csrftoken", "sessionid"}]
        cookies = "; ".join(f"{morsel.key}={morsel.value}" for morsel in morsels)
        return Answer(read, cookies, change.seen, answer.headers.get("Location", ""))

    def body(self, probe: Probe) -> dict[str, Any]:
        """What the request holds, made once: the world stays as it is."""
        key = (probe.route.key, GET if probe.method == HEAD else probe.method)
        if key not in BODIES:
            return {}
        if (*key, probe.body_of) not in self.bodies:
            scene = TABLE[probe.route.key].scene
            self.bodies[*key, probe.body_of] = BODIES[key](Of(self.scene, probe.body_of, scene))
        return self.bodies[*key, probe.body_of]

    def expected(self, probe: Probe) -> str:
        """What the table says; ids of different owners, of whom the first may be seen, lead astray."""
        first = probe.whose[0] if probe.whose else probe.body_of
        if len(set(probe.whose)) > 1 and self.sees(probe.who, probe.route, first):
            return ASTRAY
        row, about = TABLE[probe.route.key], self.about(probe.route, first)
        method = GET if probe.method == HEAD and GET in row.methods else probe.method
        return outcome(row, probe.route.path, method, probe.who, about)

    def twin(self, probe: Probe) -> Probe:
        """The same request with ids of nobody in place of those it may not tell from them."""
        first, *nested = probe.whose
        seen = first if self.sees(probe.who, probe.route, first) else None
        own = [one if one == first and seen else None for one in nested]
        return replace(probe, whose=(seen, *own))

    def compare(self, probe: Probe, answer: Answer) -> Iterator[str]:
        """What tells the ids of another from those of nobody: no byte may."""
        twin = self.twin(probe) if probe.whose else probe
        if twin != probe and self.without_ids(probe, answer) != self.without_ids(twin, self.ask(twin)):
            yield f"{probe}: another answer than to ids of nobody"

    def without_ids(self, probe: Probe, answer: Answer) -> tuple[int, bytes]:
        """Status and text of an answer, with stars for what its address held."""
        values = self.places.of(probe.route, probe.whose)
        path = probe.route.at(values)
        text = answer.text.replace(
            path.encode(), probe.route.at({name: "*" * len(one) for name, one in values.items()}).encode()
        )
        for value in values.values():
            text = text.replace(value.encode(), b"*" * len(value)) if len(value) > LONG else text
        return answer.read.status, text

    def sees(self, who: Person, route: Route, owner: str | None) -> bool:
        """Whether this person may know of what the address is about."""
        about = self.about(route, owner)
        if "<str:token>" in route.path:
            return owner is not None  # whoever has the link
        sees = SEERS.get(about.scene, sees_case if "cases" in route.path else sees_claim)
        return sees(who, about)

    def faults(self, probe: Probe) -> Iterator[str]:
        """What is wrong with the answer to a request."""
        answer = self.ask(probe)
        expected, status = self.expected(probe), answer.read.status
        if status not in STATUSES[expected] | ({405} if probe.method == HEAD else set()):
            yield f"{probe}: {status}, not {expected}"
        elif expected == SIGN_IN and status == 302 and not answer.location.startswith(SIGN_IN_PATH):
            yield f"{probe}: leads to {answer.location}, not to the sign-in"
        if expected == DONE and not answer.changed and probe.method != HEAD:
            yield f"{probe}: {status}, but nothing was done"
        if expected not in {DONE, PAGE} and answer.changed:
            yield f"{probe}: {status}, and something was changed"
        yield from self.compare(probe, answer)
        if words := self.strange_words(probe, answer, expected):
            yield f"{probe}: holds {', '.join(sorted(words))}"

    def strange_words(self, probe: Probe, answer: Answer, expected: str) -> set[str]:
        """Canaries in the answer that this person may not read."""
        known = known_marks(probe.who)
        if "<str:token>" in probe.route.path:
            known |= {MARKS[owner] for owner in probe.whose if owner}
        return {word.decode().lower() for word in A_WORD.findall(answer.text)} - known


def known_marks(who: Person) -> set[str]:
    """The marks of the companies that this person may read of."""
    if not who.here:
        return set()
    if who.operator:
        return {mark for name, mark in MARKS.items() if name not in who.conflicts}
    return {MARKS[who.company]} if who.company else set()
