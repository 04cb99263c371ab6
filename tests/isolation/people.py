"""The cast: everybody who may knock, and the words by which the expectation names some of them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.world import NOW

A, B = "A", "B"  # two companies that must not learn of each other
FIRST, SECOND = "first", "second"  # each has two MPN IDs; all but one of its claims go by the first
BOTH = (FIRST, SECOND)
SENIOR = frozenset({"global_admin", "incentives_admin", "billing_admin"})


@dataclass(frozen=True)
class Person:
    """Somebody, as far as it decides what they may do.

    `roles`: role in the company → MPN IDs it holds for. `here` says that nobody has put them out. `token` is what their
    program carries: see TOKENS.
    """

    key: str
    company: str = ""
    roles: tuple[tuple[str, tuple[str, ...]], ...] = ()
    operator: str = ""
    conflicts: tuple[str, ...] = ()
    here: bool = True
    token: str = "living"

    def claims_with(self, mpn_id: str) -> bool:
        """Their company claims with this MPN ID, and so may they."""
        return any(mpn_id in reach for _role, reach in self.roles)

    def senior_for(self, mpn_id: str) -> bool:
        """They may give up and dispute what goes by this MPN ID."""
        return any(role in SENIOR and mpn_id in reach for role, reach in self.roles)


def _company(name: str) -> list[Person]:
    narrow = (("incentives_user", (SECOND,)),)
    mixed = (("billing_admin", (SECOND,)), ("incentives_user", BOTH))
    whole = ("global_admin", "incentives_admin", "billing_admin", "incentives_user")
    return [
        *(Person(f"{name}.{role}", name, ((role, BOTH),)) for role in whole),
        Person(f"{name}.narrow", name, narrow),  # for some MPN IDs
        Person(f"{name}.mixed", name, mixed),  # a user everywhere, a billing admin for some MPN IDs
    ]


# Kind of token → what its row differs in from one that counts. A browser carries none: to the first three it is the same.
TOKENS: dict[str, dict[str, Any]] = {
    "living": {},
    "none": {},
    "of who left": {},
    "expired": {"created_at": NOW - timedelta(days=2), "expires_at": NOW - timedelta(days=1)},
    "revoked": {"revoked_at": NOW - timedelta(days=1)},
    "reading": {"scope": "read"},
}
LEFT, READING = "of who left", "reading"
BY_TOKEN_ALONE = frozenset({"expired", "revoked", READING})


def _put_out() -> list[Person]:
    """Who is, or holds, what counts no longer, and who holds what counts for less."""
    whole = (("global_admin", BOTH),)
    return [
        Person("anonymous", here=False, token="none"),
        Person("A.left", A, whole, here=False, token=LEFT),
        Person("A.expired", A, whole, here=False, token="expired"),
        Person("A.revoked", A, whole, here=False, token="revoked"),
        Person("A.reading", A, whole, token=READING),
    ]


CAST = (
    *_company(A),
    *_company(B),
    Person("reviewer", operator="reviewer"),  # who has taken what is taken
    Person("lead", operator="lead"),
    Person("admin", operator="admin"),
    Person("auditor", operator="auditor"),
    Person("conflicted", operator="reviewer", conflicts=(A,)),
    Person("insider", B, (("incentives_user", BOTH),), operator="reviewer", conflicts=(B,)),
    Person("nobody"),  # signed in, of no company and no operator
    *_put_out(),
)
BY_KEY = {person.key: person for person in CAST}


@dataclass(frozen=True)
class About:
    """What an address is about: a claim of a company in a scene of its life; a case is about its parties."""

    owners: tuple[str, ...] = ()
    scene: str = ""
    mpn_id: str = FIRST

    @property
    def draft(self) -> bool:
        """Nobody but its company knows of it."""
        return self.scene == "draft"


NOTHING = About()  # what is about no claim and no case
Audience = Callable[[Person, About], bool]


def sees_claim(who: Person, it: About) -> bool:
    """A company's people, within their MPN IDs; the operator's once it is sent, but not who has a conflict."""
    if not who.here or not it.owners:
        return False
    if who.operator:
        return not it.draft and not set(it.owners) & set(who.conflicts)
    return who.company in it.owners and who.claims_with(it.mpn_id)


def sees_case(who: Person, it: About) -> bool:
    """The operator's people who have a conflict with no party."""
    return who.here and bool(it.owners) and bool(who.operator) and not set(it.owners) & set(who.conflicts)


def sees_company(who: Person, it: About) -> bool:
    """The operator's admins and auditors read of every company, its people and enrolments."""
    return who.here and bool(it.owners) and who.operator in {"admin", "auditor"}


def keeps_team(who: Person, it: About) -> bool:
    """A company's global admins keep its people."""
    return who.here and not who.operator and who.company in it.owners and ("global_admin", BOTH) in who.roles


def has_place(who: Person, it: About) -> bool:
    """A company's people read where the MPN IDs of their roles stand."""
    return who.here and not who.operator and who.company in it.owners and who.claims_with(it.mpn_id)


def _partner(who: Person, it: About) -> bool:
    return who.here and bool(who.company) and not who.operator


AUDIENCES: dict[str, Audience] = {
    "everybody": lambda who, it: True,
    "signed_in": lambda who, it: who.here,
    "signed_out": lambda who, it: not who.here,
    "link_of_nobody": lambda who, it: not it.owners,
    "link_holders": lambda who, it: bool(it.owners),  # of a customer: whoever knows the address
    # Of companies
    "claimants": _partner,
    "partners": lambda who, it: _partner(who, it) and sees_claim(who, it),
    "seniors": lambda who, it: _partner(who, it) and sees_claim(who, it) and who.senior_for(it.mpn_id),
    # Of the operator
    "operators": lambda who, it: who.here and bool(who.operator),
    "judges": lambda who, it: who.here and who.operator in {"reviewer", "lead"},
    "admin": lambda who, it: who.here and who.operator == "admin",
    "readers": lambda who, it: bool(who.operator) and sees_claim(who, it),
    "reviewers": lambda who, it: who.operator in {"reviewer", "lead"} and sees_claim(who, it),
    "leads": lambda who, it: who.operator == "lead" and sees_claim(who, it),
    "holder": lambda who, it: who.key == "reviewer" and sees_claim(who, it),
    # Of the enrolment desk, the team, and the operator's people
    "desk": lambda who, it: who.here and who.operator in {"admin", "auditor"},
    "overseers": lambda who, it: who.here and who.operator in {"lead", "admin", "auditor"},
    "desk_of": sees_company,
    "admin_of": lambda who, it: who.operator == "admin" and sees_company(who, it),
    "team": lambda who, it: _partner(who, it) and any(role == "global_admin" for role, _reach in who.roles),
    "team_of": keeps_team,
    "of_place": has_place,
    "enrollers": lambda who, it: has_place(who, it) and who.roles[0][0] in {"global_admin", "incentives_admin"},
    "oneself": lambda who, it: bool(it.owners) and who.key == f"{it.owners[0]}.global_admin",
    "key_holders": lambda who, it: who.key.endswith(".global_admin"),
    "operators_of": lambda who, it: who.here and bool(who.operator) and bool(it.owners),
    "leads_of": lambda who, it: who.here and who.operator == "lead" and bool(it.owners),
    # Of both
    "seers": sees_claim,
    "case_seers": sees_case,
    "case_judges": lambda who, it: who.operator in {"reviewer", "lead"} and sees_case(who, it),
    "second_judges": lambda who, it: who.operator == "lead" and sees_case(who, it),
}
# Who may know of what an address is about, where that is neither a claim nor a case; by its scene.
SEERS: dict[str, Audience] = {
    "member": keeps_team,
    "invitation": keeps_team,
    "place": has_place,
    **dict.fromkeys(("token", "passkey", "support"), AUDIENCES["oneself"]),
    **dict.fromkeys(("company", "enrollment", "at_operator", "program", "event", "policy"), sees_company),
    "gave_back": AUDIENCES["operators_of"],
}
