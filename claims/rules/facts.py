"""What the rules judge: frozen facts, gathered before, never asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from directory.lookup import Customer, Product
    from partners.facts import MpnFacts


class UnitKey(NamedTuple):
    """What one partner can hold: a workload of a tenant, or one subscription. GUIDs in lower case, else empty."""

    tenant: str
    workload: str
    subscription: str


class Directory(StrEnum):
    """Whether the directory was asked, and answered."""

    ANSWERED = "answered"
    UNAVAILABLE = "unavailable"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True)
class Document:
    """One document of the claim, and what its inspection says so far.

    `marks` are the pairs of a line's index and a requirement that the partner has marked it for.
    """

    key: str
    name: str
    scan: str
    refusal: str = ""
    marks: frozenset[tuple[int, str]] = frozenset()


@dataclass(frozen=True)
class Facts:
    """Everything outside the claim that its rules depend on.

    `today` is the operator's date. `customer` is None where tenant ID and domain name no customer together.
    `mpn_ids` are those the user may claim with. `own_live` names the claim behind each live line of the own company
    other than this claim's, by unit, product and activity. `held_by_others` are units another partner holds.
    `documents` are the claim's proof, None where none can be given: a claim that is checked without being stored.
    `sent` says that it is a claim sent before, which is being changed.
    """

    today: date
    review_business_days: int = 5
    ending_days: int = 30
    evidence_months: int = 12
    directory: Directory = Directory.NOT_ASKED
    customer: "Customer | None" = None
    products: Mapping[str, "Product"] = field(default_factory=dict)
    foreign_ids: frozenset[str] = frozenset()
    mpn_ids: Mapping[str, "MpnFacts"] = field(default_factory=dict)
    global_admins: tuple[str, ...] = ()
    partner_emails: frozenset[str] = frozenset()
    own_live: Mapping[tuple[UnitKey, str, str], str] = field(default_factory=dict)
    held_by_others: frozenset[UnitKey] = frozenset()
    documents: "tuple[Document, ...] | None" = None
    sent: bool = False
