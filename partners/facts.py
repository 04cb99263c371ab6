"""Frozen facts of people and MPN IDs, for rules and permissions: no ORM, no clock. Filled by `roles.py`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any, NamedTuple

GLOBAL_ADMIN, INCENTIVES_ADMIN = "global_admin", "incentives_admin"
BILLING_ADMIN, INCENTIVES_USER = "billing_admin", "incentives_user"
REVIEWER, LEAD, ADMIN, AUDITOR = "reviewer", "lead", "admin", "auditor"


class Power(Enum):
    """What a role of a company allows, with the roles that carry it. Source: design, section 1, table of roles."""

    CLAIM = frozenset({GLOBAL_ADMIN, INCENTIVES_ADMIN, BILLING_ADMIN, INCENTIVES_USER})
    DISASSOCIATE = frozenset({GLOBAL_ADMIN, INCENTIVES_ADMIN, BILLING_ADMIN})
    ENROLL = frozenset({GLOBAL_ADMIN, INCENTIVES_ADMIN})
    TEAM = frozenset({GLOBAL_ADMIN})


@dataclass(frozen=True)
class Grant:
    """One role in the company. `mpn_ids` holds keys of the MPN IDs it is limited to; None means all of the company."""

    role: str
    mpn_ids: frozenset[int] | None

    @property
    def as_json(self) -> dict[str, Any]:
        """As an event or an invitation keeps it: `role`, and sorted `mpn_ids` or None."""
        return {"role": self.role, "mpn_ids": None if self.mpn_ids is None else sorted(self.mpn_ids)}

    @classmethod
    def of_json(cls, value: dict[str, Any]) -> "Grant":
        """The role that `as_json` made this of."""
        return cls(value["role"], None if value["mpn_ids"] is None else frozenset(value["mpn_ids"]))


def reach_of(grants: Iterable[Grant]) -> frozenset[tuple[str, int | None]]:
    """What these roles hold for, one by one: the role and the key of an MPN ID, or None for all of the company."""
    return frozenset((grant.role, key) for grant in grants for key in (grant.mpn_ids or {None}))


@dataclass(frozen=True)
class Standing:
    """Where a person stands: their company and roles in it, their roles at the operator, whom they may not judge.

    `conflicts` holds keys of partners: those declared, and the person's own company.
    """

    user_id: int | None
    partner_id: int | None = None
    partner_name: str = ""
    grants: tuple[Grant, ...] = ()
    operator_roles: frozenset[str] = frozenset()
    conflicts: frozenset[int] = frozenset()

    @property
    def roles(self) -> frozenset[str]:
        """Roles in the company, for whichever MPN IDs."""
        return frozenset(grant.role for grant in self.grants)

    @property
    def is_operator(self) -> bool:
        """Works for the operator, in any role."""
        return bool(self.operator_roles)

    @property
    def reads_all(self) -> bool:
        """Reads of every company, at the operator's desks."""
        return not self.operator_roles.isdisjoint((ADMIN, AUDITOR))

    @property
    def speaks_for(self) -> str:
        """The name of the company they act for; empty for the operator's people, whatever company they belong to."""
        return "" if self.is_operator else self.partner_name

    @property
    def may_claim(self) -> bool:
        """May claim with at least some MPN ID of a company; who works for the operator claims for none."""
        return self.has(Power.CLAIM) and not self.is_operator

    @property
    def mpn_ids(self) -> frozenset[int] | None:
        """Keys of the MPN IDs this person may claim with; None means all of the company."""
        return self.scope(Power.CLAIM)

    def has(self, power: Power) -> bool:
        """Holds the power for at least some MPN ID."""
        return not self.roles.isdisjoint(power.value)

    def scope(self, power: Power) -> frozenset[int] | None:
        """Keys of the MPN IDs the power holds for: the union over the roles that carry it; None means all."""
        reach: frozenset[int] = frozenset()
        for grant in self.grants:
            if grant.role in power.value:
                if grant.mpn_ids is None:
                    return None
                reach |= grant.mpn_ids
        return reach

    def may(self, power: Power, mpn_id: int) -> bool:
        """Holds the power for this MPN ID (its key), which the caller knows to be of this person's company."""
        scope = self.scope(power)
        return scope is None or mpn_id in scope

    def may_judge(self, *partner_ids: int) -> bool:
        """Has no conflict with any of these companies and belongs to none of them."""
        return self.conflicts.isdisjoint(partner_ids)


class EnrollmentFacts(NamedTuple):
    """One period of an enrolment; both ends belong to it, and without an end it goes on.

    `renews`: as its last day comes it is renewed by itself.
    """

    program_code: str
    program_name: str
    solution_area: str
    activities: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    renews: bool = False

    def holds(self, day: date) -> bool:
        """Counts on that day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class MpnFacts:
    """An MPN ID with all periods of its enrolments: past, present and to come, by programme and then by day.

    `waiting`: the names of programmes for which the operator validates it just now.
    """

    id: int
    number: str
    name: str
    kind: str
    country: str
    partner_types: tuple[str, ...]
    enrollments: tuple[EnrollmentFacts, ...]
    waiting: tuple[str, ...] = ()

    def enrolled(self, day: date) -> bool:
        """Is in any programme on that day."""
        return any(period.holds(day) for period in self.enrollments)
