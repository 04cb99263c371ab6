"""Rows of the catalogue, of Microsoft's product table, and of customers."""

from directory.models.catalogue import CatalogueSku, CatalogueVersion, Product, ProductPlan, ProductSku
from directory.models.customer import Domain, Subscription, Tenant
from directory.models.table import Sku, SkuPlan

__all__ = [
    "CatalogueSku",
    "CatalogueVersion",
    "Domain",
    "Product",
    "ProductPlan",
    "ProductSku",
    "Sku",
    "SkuPlan",
    "Subscription",
    "Tenant",
]
