"""Customers from this database, as `import_directory` left them."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from directory.facts import Customer, DirectoryUnavailable, Subscription
from directory.models import CatalogueSku, Domain, Sku
from directory.models import Subscription as Row


@contextmanager
def unavailable_when_down() -> Iterator[None]:
    """Says DirectoryUnavailable where the database cannot be reached or gives up; every other error is a fault."""
    try:
        yield
    except (OperationalError, InterfaceError) as error:
        raise DirectoryUnavailable from error


class LocalSource:
    """Answers from the tables of this application."""

    def customer(self, *, tenant_id: str, domain: str) -> Customer | None:
        """See `directory.lookup.customer`.

        Two queries, each bound to tenant *and* domain: a tenant that exists under another domain costs as little
        as one that does not exist, so that the time of a refusal tells nothing.
        """
        with unavailable_when_down():
            key = UUID(tenant_id)
            domains = Domain.objects.filter(tenant=key, tenant__domains__name=domain)
            names = dict(domains.values_list("name", "tenant__name"))
            customer = Customer(
                tenant_id=str(key),
                name=names.get(domain, ""),
                domains=frozenset(names),
                subscriptions=tuple(_fact(row) for row in _subscriptions(key, domain)),
            )
        return customer if names else None

    def ended(self, guids: Collection[str]) -> frozenset[str]:
        """See `directory.lookup.ended_subscriptions`. One query."""
        with unavailable_when_down():
            rows = Row.objects.filter(pk__in=[UUID(guid) for guid in guids], status=Row.Status.DELETED)
            return frozenset(str(pk) for pk in rows.values_list("pk", flat=True))

    def ending(self, guids: Collection[str], by: date) -> dict[str, date]:
        """See `directory.lookup.subscriptions_ending`. One query."""
        end = datetime.combine(by + timedelta(days=1), time(), UTC)
        alive = [Row.Status.ENABLED, Row.Status.WARNING]
        with unavailable_when_down():
            rows = Row.objects.filter(pk__in=[UUID(guid) for guid in guids], status__in=alive, ends_at__lt=end)
            return {str(pk): at.astimezone(UTC).date() for pk, at in rows.values_list("pk", "ends_at") if at}


def _subscriptions(tenant_id: UUID, domain: str) -> "QuerySet[Row]":
    known = Sku.objects.filter(sku_id=OuterRef("sku_id")).values("name")
    dynamics = CatalogueSku.objects.filter(sku_id=OuterRef("sku_id"), family=CatalogueSku.Family.DYNAMICS)
    return (
        Row.objects.filter(tenant=tenant_id, tenant__domains__name=domain)
        .annotate(
            sku_name=Coalesce(Subquery(known), "sku_part_number"),
            is_dynamics=Exists(dynamics),
        )
        .order_by("sku_part_number", "id")
    )


def _fact(row: Row) -> Subscription:
    return Subscription(
        id=str(row.id),
        commerce_id=str(row.commerce_id) if row.commerce_id else "",
        sku_id=str(row.sku_id),
        sku_part_number=row.sku_part_number,
        sku_name=row.sku_name,  # type: ignore[attr-defined]
        channel=row.channel,
        is_trial=row.is_trial,
        status=row.status,
        ends_on=row.ends_at.astimezone(UTC).date() if row.ends_at else None,
        plans=row.plans,
        is_dynamics=row.is_dynamics,  # type: ignore[attr-defined]
    )
