"""Reads the document of `import_directory` into rows, refusing by path. Nothing is stored here."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from directory.imports.document import Node, parse
from directory.imports.hosts import host_name
from directory.imports.refusal import ImportRefused, guid, shown
from directory.models import Subscription

CHANNELS = {"volumelicensing": "volumeLicensing", "webdirect": "webDirect", "csp": "csp"}


@dataclass
class Described:
    """The file's content: names by tenant, tenants by domain, rows by subscription ID, and where each ID stands."""

    tenants: dict[UUID, str] = field(default_factory=dict)
    domains: dict[str, UUID] = field(default_factory=dict)
    subscriptions: dict[UUID, Subscription] = field(default_factory=dict)
    places: dict[str | UUID, str] = field(default_factory=dict)


def described(raw: bytes) -> Described:
    """The content of the JSON document `raw`. Raises ImportRefused naming line and column, or the path of the field."""
    content = Described()
    for tenant in Node(parse(raw), "").nodes("tenants"):
        _take_tenant(content, tenant)
    return content


def _take_tenant(content: Described, node: Node) -> None:
    tenant_id = _guid(node, "tenantId")
    if tenant_id in content.tenants:
        raise ImportRefused(node.at("tenantId"), _("%(guid)s stands in the file twice.") % {"guid": tenant_id})
    content.tenants[tenant_id] = node.text("displayName", longest=256)
    for place, value in node.items("domains"):
        name = host_name(value, place)
        _note(content, name, place)
        content.domains[name] = tenant_id
    for subscription in node.nodes("subscriptions"):
        _take_subscription(content, subscription, tenant_id)


def _take_subscription(content: Described, node: Node, tenant_id: UUID) -> None:
    row = Subscription(
        id=_guid(node, "id"),
        commerce_id=_optional_guid(node, "commerceSubscriptionId"),
        tenant_id=tenant_id,
        sku_id=_guid(node, "skuId"),
        sku_part_number=node.text("skuPartNumber", longest=200).strip(),
        channel=_channel(node, tenant_id),
        is_trial=node.flag("isTrial"),
        status=node.word("status", tuple(Subscription.Status.values)),
        ends_at=_moment(node, "nextLifecycleDateTime"),
        total_licenses=node.count("totalLicenses"),
        plans=_plans(node),
    )
    _note(content, row.id, node.at("id"))
    if row.commerce_id and row.commerce_id != row.id:
        _note(content, row.commerce_id, node.at("commerceSubscriptionId"))
    content.subscriptions[row.id] = row


def _note(content: Described, key: str | UUID, place: str) -> None:
    """Remembers where a domain or an ID stands. Raises ImportRefused where it stands elsewhere too."""
    if key in content.places:
        problem = _("%(key)s stands at %(place)s too.") % {"key": key, "place": content.places[key]}
        raise ImportRefused(place, problem)
    content.places[key] = place


def _guid(node: Node, key: str) -> UUID:
    return guid(node.text(key), node.at(key))


def _optional_guid(node: Node, key: str) -> UUID | None:
    text = node.optional_text(key)
    return guid(text, node.at(key)) if text else None


def _channel(node: Node, tenant_id: UUID) -> str:
    """The purchase channel. Where the source does not tell, another tenant as owner means a CSP partner sold it."""
    told = node.optional_text("purchaseChannel", longest=40)
    owner = _optional_guid(node, "ownerTenantId")
    if told:
        return CHANNELS.get(told.lower(), told)
    return "csp" if owner and owner != tenant_id else ""


def _moment(node: Node, key: str) -> datetime | None:
    text = node.optional_text(key)
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or moment.year < 1900:
        problem = _("%(text)s is no moment such as 2027-01-31T00:00:00Z.") % {"text": shown(text)}
        raise ImportRefused(node.at(key), problem)
    return moment


def _plans(node: Node) -> dict[str, str]:
    plans: dict[str, str] = {}
    for plan in node.nodes("serviceStatus"):
        plan_id = str(_guid(plan, "servicePlanId"))
        status = plan.word("provisioningStatus", tuple(Subscription.Provisioning.values))
        if plans.setdefault(plan_id, status) != status:
            problem = _("%(guid)s stands in this subscription with another status too.") % {"guid": plan_id}
            raise ImportRefused(plan.at("servicePlanId"), problem)
    return plans
