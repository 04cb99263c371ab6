"""Makes the catalogue in the database equal to its files."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Model

from directory.catalogue.files import Catalogue, read
from directory.models import CatalogueSku, CatalogueVersion, Product, ProductPlan, ProductSku


def load(*, using: str = "default", catalogue: Catalogue | None = None) -> bool:
    """Loads the files, or `catalogue`, into database `using`; True where that changed anything.

    Products the files do not name stay, and so does `claimable` of those they do: both are the operator's choice.
    """
    catalogue = catalogue or read()
    with transaction.atomic(using=using):
        CatalogueVersion.objects.using(using).get_or_create(id=1, defaults={"digest": ""})
        version = CatalogueVersion.objects.using(using).select_for_update().get(id=1)
        changed = sum(
            (
                _products(using, catalogue),
                _skus(using, catalogue),
                _links(using, catalogue),
            )
        )
        if changed or version.digest != catalogue.digest:
            CatalogueVersion.objects.using(using).update(number=F("number") + 1, digest=catalogue.digest)
    return bool(changed)


def _products(using: str, catalogue: Catalogue) -> int:
    wanted = {code: {"name": name, "kind": kind} for code, (name, kind) in catalogue.products.items()}
    return _sync(using, Product, "code", wanted)


def _skus(using: str, catalogue: Catalogue) -> int:
    wanted = {key: {"sku_part_number": number, "family": family} for key, (number, family) in catalogue.skus.items()}
    gone, _ = CatalogueSku.objects.using(using).exclude(sku_id__in=wanted).delete()
    return gone + _sync(using, CatalogueSku, "sku_id", wanted)


def _sync(using: str, model: type[Model], key: str, wanted: Mapping[Any, dict[str, str]]) -> int:
    rows = {getattr(row, key): row for row in model._default_manager.using(using).filter(**{f"{key}__in": wanted})}
    new = [model(**{key: value}, **fields) for value, fields in wanted.items() if value not in rows]
    stale = []
    for value, row in rows.items():
        fields = wanted[value]
        if any(getattr(row, name) != text for name, text in fields.items()):
            for name, text in fields.items():
                setattr(row, name, text)
            stale.append(row)
    model._default_manager.using(using).bulk_create(new)
    if stale:
        model._default_manager.using(using).bulk_update(stale, list(wanted[getattr(stale[0], key)]))
    return len(new) + len(stale)


def _links(using: str, catalogue: Catalogue) -> int:
    ids = dict(Product.objects.using(using).filter(code__in=catalogue.products).values_list("code", "id"))
    carried = {(ids[code], sku_id): "" for code, sku_id in catalogue.carried}
    plans = {(ids[code], plan_id): name for (code, plan_id), name in catalogue.plans.items()}
    return _replace_skus(using, set(ids.values()), carried) + _replace_plans(using, set(ids.values()), plans)


def _replace_skus(using: str, products: set[int], wanted: Mapping[tuple[int, UUID], str]) -> int:
    rows = ProductSku.objects.using(using).filter(product__in=products)
    have = {(product, sku): pk for pk, product, sku in rows.values_list("id", "product_id", "sku_id")}
    gone = [pk for pair, pk in have.items() if pair not in wanted]
    new = [ProductSku(product_id=product, sku_id=sku) for product, sku in wanted if (product, sku) not in have]
    if gone:
        rows.filter(id__in=gone).delete()
    ProductSku.objects.using(using).bulk_create(new)
    return len(gone) + len(new)


def _replace_plans(using: str, products: set[int], wanted: Mapping[tuple[int, UUID], str]) -> int:
    rows = ProductPlan.objects.using(using).filter(product__in=products)
    have = {
        (product, plan, name): pk for pk, product, plan, name in rows.values_list("id", "product_id", "plan_id", "name")
    }
    want = {(product, plan, name) for (product, plan), name in wanted.items()}
    gone = [pk for key, pk in have.items() if key not in want]
    new = [ProductPlan(product_id=p, plan_id=plan, name=name) for p, plan, name in want if (p, plan, name) not in have]
    if gone:
        rows.filter(id__in=gone).delete()
    ProductPlan.objects.using(using).bulk_create(new)
    return len(gone) + len(new)
