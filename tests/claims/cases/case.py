"""What one case of the table says, and the short words to write it in."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from claims.intake import CONTACTS, TEXTS
from tests.world import World, claim_of

Found = tuple[str, str, str]
Prepare = Callable[[World], None]

SURROGATE = re.compile("[\ud800-\udfff]")
PRODUCT, ID = "lines.0.product", "lines.0.subscription_id"


@dataclass(frozen=True)
class Case:
    """One claim in one world, and exactly what is found.

    `absent` names codes that are not given, each with why: the code that failed before it, or a condition in words.
    Cases whose claim no form can hold, because a value has a wrong shape, are left out at the form.
    """

    rule: str
    found: frozenset[Found]
    claim: Mapping[str, Any]
    world: tuple[Prepare, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)
    directory: str = "local"

    @property
    def fits_a_form(self) -> bool:
        """Whether every value is a text, and one that a browser can send, where a form has a text."""
        groups = [*(self.claim[name] for name in CONTACTS), *_rows(self.claim["lines"])]
        if not all(isinstance(group, Mapping) for group in groups):
            return False
        texts = [self.claim[name] for name in TEXTS] + [value for group in groups for value in group.values()]
        return all(isinstance(value, str) and not SURROGATE.search(value) for value in texts)


def _rows(lines: Any) -> list[Any]:
    return list(lines) if isinstance(lines, list) else [lines]


def error(code: str, path: str) -> Found:
    """A finding that keeps the claim from being sent."""
    return code, path, "error"


def warning(code: str, path: str) -> Found:
    """A finding to know before."""
    return code, path, "warning"


def case(
    rule: str,
    *found: Found,
    world: tuple[Prepare, ...] = (),
    absent: Mapping[str, str] | None = None,
    directory: str = "local",
    **changes: Any,
) -> Case:
    """A case about `claim_of(**changes)`."""
    return Case(rule, frozenset(found), claim_of(**changes), world, absent or {}, directory)


def line(product: str, subscription_id: Any = "") -> dict[str, Any]:
    """One line; `product` without `dynamics-365-` in front."""
    return {"product": SHORT.get(product, product), "subscription_id": subscription_id}


def one(product: str, subscription_id: Any = "") -> dict[str, Any]:
    """The change to a claim that makes this its only line, of Business applications."""
    return {"lines": [line(product, subscription_id)]}


def workload(*products: str, **changes: Any) -> dict[str, Any]:
    """The changes to a claim that make it one about workloads."""
    return {
        "solution_area": "microsoft_365",
        "activity": "usage",
        "lines": [line(product) for product in products],
        **changes,
    }


SHORT = {
    name: f"dynamics-365-{name}"
    for name in (
        "sales",
        "customer-service",
        "field-service",
        "finance",
        "supply-chain-management",
        "business-central",
        "project-operations",
        "human-resources",
        "commerce",
    )
}
