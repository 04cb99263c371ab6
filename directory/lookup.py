"""The only door to the directory for other applications: frozen facts, never rows."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Model

from directory.activities import SolutionArea
from directory.facts import Customer, DirectoryUnavailable, Product, Subscription
from directory.models import CatalogueSku, CatalogueVersion, ProductPlan, Sku, SkuPlan
from directory.models import Product as Row
from directory.sources import source

__all__ = [
    "Customer",
    "DirectoryUnavailable",
    "Product",
    "Subscription",
    "customer",
    "foreign_guids",
    "product_table_imported",
    "products",
    "subscriptions_ending",
]

AREA_OF = {Row.Kind.DYNAMICS: SolutionArea.BUSINESS_APPLICATIONS, Row.Kind.WORKLOAD: SolutionArea.MICROSOFT_365}

_kept: dict[str, tuple[tuple[int, str] | None, tuple[Product, ...]]] = {}


def customer(*, tenant_id: str, domain: str) -> Customer | None:
    """The customer whose tenant is `tenant_id` (GUID as text) and to whom `domain` (full lower-case host name) belongs.

    None where the domain does not resolve to that tenant or either is unknown: the caller cannot tell which, nor can
    a clock. Two queries either way. Raises DirectoryUnavailable.
    """
    return source().customer(tenant_id=tenant_id, domain=domain)


def products() -> tuple[Product, ...]:
    """Everything claimable, by solution area and name.

    One small query while the catalogue stays as it was: each process keeps the last answer together with the version
    it belongs to.
    """
    # Before the products: what is read after a version is at least as new.
    version = CatalogueVersion.objects.values_list("number", "digest").first()
    if "products" not in _kept or _kept["products"][0] != version:
        _kept["products"] = (version, _products())
    return _kept["products"][1]


def foreign_guids(guids: Collection[str]) -> frozenset[str]:
    """Those among `guids` (lower-case GUIDs) known to be a SKU or a service plan. One query; none for no GUIDs."""
    if not guids:
        return frozenset()
    wanted = [UUID(guid) for guid in guids]
    columns: list[tuple[type[Model], str]] = [
        (Sku, "sku_id"),
        (CatalogueSku, "sku_id"),
        (SkuPlan, "plan_id"),
        (ProductPlan, "plan_id"),
    ]
    found = [
        model._default_manager.filter(**{f"{column}__in": wanted}).order_by().values_list(column, flat=True)
        for model, column in columns
    ]
    return frozenset(str(guid) for guid in found[0].union(*found[1:]))


def ended_subscriptions(guids: Collection[str]) -> frozenset[str]:
    """Those of the subscriptions, by their lower-case IDs, that are deleted: nobody has them any more.

    Raises:
        DirectoryUnavailable: the source does not answer; try again later.
    """
    return source().ended(guids) if guids else frozenset()


def subscriptions_ending(guids: Collection[str], *, by: date) -> dict[str, date]:
    """Those of the subscriptions, by their lower-case IDs, that move to their next state by that UTC day, and when.

    Raises:
        DirectoryUnavailable: the source does not answer.
    """
    return source().ending(guids, by) if guids else {}


def _products() -> tuple[Product, ...]:
    plans: dict[int, set[str]] = {}
    for product_id, plan_id in ProductPlan.objects.values_list("product_id", "plan_id"):
        plans.setdefault(product_id, set()).add(str(plan_id))
    carriers: dict[tuple[int, str, str, str], set[tuple[str, str]]] = {}
    columns = ("id", "code", "name", "kind", "skus__sku_id", "skus__sku__sku_part_number")
    for pk, code, name, kind, sku_id, part_number in Row.objects.filter(claimable=True).values_list(*columns):
        skus = carriers.setdefault((pk, code, name, kind), set())
        if sku_id:
            skus.add((str(sku_id), part_number))
    found = [
        Product(
            code=code,
            name=name,
            kind=kind,
            solution_area=str(AREA_OF[Row.Kind(kind)].value),
            skus=tuple(sorted(skus, key=lambda sku: (sku[1].lower(), sku[0]))),
            sku_ids=frozenset(sku_id for sku_id, _ in skus),
            plan_ids=frozenset(plans.get(pk, ())),
        )
        for (pk, code, name, kind), skus in carriers.items()
    ]
    return tuple(sorted(found, key=lambda product: (product.solution_area, product.name)))


def product_table_imported() -> bool:
    """Whether names and plans of SKUs were imported from the vendor's table. One query."""
    return Sku.objects.exists()
