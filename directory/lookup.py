"""The only door to the directory for other applications: frozen facts, never rows."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, Model, UUIDField, Value

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
]

AREA_OF = {Row.Kind.DYNAMICS: SolutionArea.BUSINESS_APPLICATIONS, Row.Kind.WORKLOAD: SolutionArea.MICROSOFT_365}

NO_VERSION = (-1, "")

_kept: dict[str, tuple[tuple[int, str], tuple[Product, ...]]] = {}


def customer(*, tenant_id: str, domain: str) -> Customer | None:
    """The customer whose tenant is `tenant_id` (GUID as text) and to whom `domain` (full lower-case host name) belongs.

    None where the domain does not resolve to that tenant or either is unknown: the caller cannot tell which, nor can
    a clock. Two queries either way. Raises DirectoryUnavailable.
    """
    return source().customer(tenant_id=tenant_id, domain=domain)


def products() -> tuple[Product, ...]:
    """Everything claimable, by solution area and name.

    One query, which brings nothing but the catalogue's version while that stays as it was: each process keeps the last
    answer together with the version it belongs to.
    """
    kept = _kept.get("products")
    rows = _catalogue_since(kept[0] if kept else NO_VERSION)
    version = next(((row.product_id, row.code) for row in rows if row.row == "version"), NO_VERSION)
    if kept is None or kept[0] != version:
        kept = _kept["products"] = (version, _products(rows))
    return kept[1]


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


class CatalogueRow(NamedTuple):
    """A product with one of its SKUs (`sku`), one of its plans (`plan`), or the catalogue's version (`version`)."""

    row: str
    product_id: int
    code: str
    name: str
    kind: str
    guid: UUID | None
    part_number: str


def _catalogue_since(version: tuple[int, str]) -> list[CatalogueRow]:
    """The version as it is now; where it is another than `version`, also everything claimable. One query."""
    number, digest = version
    moved = ~Exists(CatalogueVersion.objects.filter(number=number, digest=digest))
    none = Value("")
    skus = Row.objects.filter(moved, claimable=True).values_list(
        Value("sku"), "id", "code", "name", "kind", "skus__sku_id", "skus__sku__sku_part_number"
    )
    plans = ProductPlan.objects.filter(moved, product__claimable=True).values_list(
        Value("plan"), "product_id", none, none, none, "plan_id", none
    )
    guid = Value(None, output_field=UUIDField())
    versions = CatalogueVersion.objects.values_list(Value("version"), "number", "digest", none, none, guid, none)
    return [CatalogueRow(*row) for row in skus.union(plans, versions, all=True)]


def _products(rows: list[CatalogueRow]) -> tuple[Product, ...]:
    plans: dict[int, set[str]] = {}
    skus: dict[tuple[int, str, str, str], set[tuple[str, str]]] = {}
    for row in rows:
        if row.row == "plan":
            plans.setdefault(row.product_id, set()).add(str(row.guid))
        elif row.row == "sku":
            carriers = skus.setdefault((row.product_id, row.code, row.name, row.kind), set())
            if row.guid:
                carriers.add((str(row.guid), row.part_number))
    found = [
        Product(
            code=code,
            name=name,
            kind=kind,
            solution_area=str(AREA_OF[Row.Kind(kind)].value),
            skus=tuple(sorted(carriers, key=lambda sku: (sku[1].lower(), sku[0]))),
            sku_ids=frozenset(sku_id for sku_id, _ in carriers),
            plan_ids=frozenset(plans.get(pk, ())),
        )
        for (pk, code, name, kind), carriers in skus.items()
    ]
    return tuple(sorted(found, key=lambda product: (product.solution_area, product.name)))


def product_table_imported() -> bool:
    """Whether names and plans of SKUs were imported from the vendor's table. One query."""
    return Sku.objects.exists()
