"""What other applications learn from the directory: frozen facts, never rows. Every GUID is lower-case, hyphenated."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


class DirectoryUnavailable(Exception):
    """The directory did not answer in time. Ask again later; nothing is known either way."""


@dataclass(frozen=True)
class Subscription:
    """One subscription of a customer.

    `id` is the directory's own ID, `commerce_id` the one of the order, or empty. `sku_name` is the name people know,
    or else the part number. `channel` is `volumeLicensing`, `webDirect`, `csp`, another word of the source, or empty
    where the source does not tell. `status` is Graph's word: Enabled, Warning, Suspended, Deleted or LockedOut.
    `ends_on` is the UTC day it moves to its next state unless renewed. `plans` maps the GUID of a service plan to its
    `provisioningStatus`. `is_dynamics`: the catalogue counts its SKU among Dynamics 365.
    """

    id: str
    commerce_id: str
    sku_id: str
    sku_part_number: str
    sku_name: str
    channel: str
    is_trial: bool
    status: str
    ends_on: date | None
    plans: Mapping[str, str]
    is_dynamics: bool


@dataclass(frozen=True)
class Customer:
    """One tenant with all its domains (lower-case, ASCII) and subscriptions, those by part number and ID."""

    tenant_id: str
    name: str
    domains: frozenset[str]
    subscriptions: tuple[Subscription, ...]


@dataclass(frozen=True)
class Product:
    """What can be claimed: a Dynamics 365 product (`kind` dynamics) or a Microsoft 365 workload (`kind` workload).

    `skus` are its allowed (GUID, part number) by part number, `sku_ids` the same GUIDs; `plan_ids` are the service
    plans that define it.
    """

    code: str
    name: str
    kind: str
    solution_area: str
    skus: tuple[tuple[str, str], ...]
    sku_ids: frozenset[str]
    plan_ids: frozenset[str]
