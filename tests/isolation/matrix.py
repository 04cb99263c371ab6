"""The probes: every route, method and person, with ids of one's own, of the other company, of nobody, and swapped."""

import os
from collections.abc import Iterator

from tests.isolation.expectation import METHODS, OPTIONS
from tests.isolation.expectation.table import TABLE
from tests.isolation.people import BY_KEY, BY_TOKEN_ALONE, CAST, A, B, Person
from tests.isolation.places import ids
from tests.isolation.probe import Probe
from tests.isolation.routes import Route

LONG = bool(os.environ.get("SOAK"))
# What names no company and no role at the operator is the same to all the rest.
ANYBODY = frozenset({"everybody", "signed_in", "signed_out"})
ANYBODYS = tuple(
    BY_KEY[key] for key in ("anonymous", "A.left", "A.incentives_user", "B.global_admin", "lead", "nobody")
)
# What is the operator's own names no role of a company.
OPERATORS = frozenset(
    {*ANYBODY, "desk", "desk_of", "admin", "admin_of", "operators", "operators_of", "judges", "leads_of"}
)
OPERATORS_PEOPLE = tuple(who for who in CAST if who.operator and (LONG or who.key != "conflicted"))
# Where a role of one company does what it may, that of the other shows that it may not; these show both. `make soak`
# lets all of them.
BOTH_WAYS = tuple(BY_KEY[f"{company}.global_admin"] for company in (A, B))
# What the other company's people may not, these two show in the ordinary run: who may do all, and who may the least.
OF_B = frozenset({"B.global_admin", "B.narrow"})
# A method that is not in the row is refused before anything is looked up: these are enough.
FEW = tuple(BY_KEY[key] for key in ("B.global_admin", "anonymous")[: None if LONG else 1])
# To these the two companies are alike.
ALIKE = tuple(who for who in CAST if not who.here or not (who.company or who.conflicts))
# What an address may name that is of no company.
OPERATORS_OWN = ("at_operator", "program", "event", "policy", "gave_back")
# And these for ids that do not belong together.
SOME = (*ANYBODYS, *(BY_KEY[key] for key in ("A.narrow", "reviewer", "conflicted", "insider")))


def probes(route: Route) -> Iterator[Probe]:
    """All requests to one route."""
    row = TABLE[route.key]
    for method in METHODS:
        if method in row.methods and method != OPTIONS:
            for who in askers(route, method):
                for whose in _owners(route, who):
                    yield Probe(route, method, who, whose, _speaks_of(who, whose))
        else:
            for who in FEW:
                yield Probe(route, method, who, _same(route, A)[0], A)


def askers(route: Route, method: str) -> Iterator[Person]:
    """Everybody between whom this could tell."""
    row = TABLE[route.key]
    named = {audience for audience, _outcome in row.methods[method]}
    if named <= ANYBODY and route.path.startswith("/accounts/") and not row.scene:
        yield from ANYBODYS
        return
    for who in CAST:
        by_token_alone = who.token in BY_TOKEN_ALONE and not route.api
        by_role_alone = who.key.endswith(".mixed") and "seniors" not in named  # elsewhere as any user
        at_desk = route.path.startswith("/operator/") and named <= OPERATORS
        of_company_alone = at_desk and who not in (*ANYBODYS, *OPERATORS_PEOPLE)
        as_another = not LONG and who.company == B and not who.operator and who.here and who.key not in OF_B
        if not (by_token_alone or by_role_alone or of_company_alone or as_another):
            yield who


def _owners(route: Route, who: Person) -> list[tuple[str | None, ...]]:
    """Whose ids stand in the address: one's own, the other's, nobody's; and the two mixed where there are several."""
    own, count = home(who), ids(route)
    other = A if own == B else B
    if TABLE[route.key].scene in OPERATORS_OWN:  # belongs to no company
        alone = _same(route, A, None)
        return alone + ([(A, None), (None, A)] if count == 2 and who in SOME else [])
    if "cases" in route.path and ids(route):  # that of both, and one that A is not in, to whom it is to be shut
        return _same(route, A, None) if who.operator and who.key != "insider" else _same(route, A, B, None)
    if not LONG and not who.conflicts and who not in (*BOTH_WAYS, *ANYBODYS):
        return _same(route, A)
    if who in ALIKE:
        return _same(route, A, None)
    same = _same(route, own, other, None)
    return same + ([(own, other), (own, None), (other, own), (None, own)] if count == 2 and who in SOME else [])


def _same(route: Route, *owners: str | None) -> list[tuple[str | None, ...]]:
    return [(one,) * ids(route) for one in owners] if ids(route) else [()]


def home(who: Person) -> str:
    """The company that is this person's own; the operator's people, and who has none, come to A first."""
    return B if who.company == B and not who.operator else A


def _speaks_of(who: Person, whose: tuple[str | None, ...]) -> str:
    """Whom the body speaks of: the company whose claim is named; with nobody's ids, the one that is not one's own."""
    named = next((one for one in whose if one), None)
    return named or (home(who) if not whose else A if home(who) == B else B)
