"""Imports customers: tenants with their domains and subscriptions, in Graph's words."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from directory.imports.described import Described, described
from directory.imports.refusal import ImportRefused
from directory.models import Domain, Subscription, Tenant

BATCH = 500
COLUMNS = [column.name for column in Subscription._meta.concrete_fields if not column.primary_key]


@dataclass
class CustomersReport:
    """What an import of customers did, in rows."""

    tenants: int
    domains: int
    subscriptions: int
    tenants_new: int = 0
    tenants_changed: int = 0
    domains_new: int = 0
    domains_moved: int = 0
    domains_removed: int = 0
    subscriptions_new: int = 0
    subscriptions_changed: int = 0
    subscriptions_removed: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything in the database moved."""
        return any(getattr(self, entry.name) for entry in fields(self) if "_" in entry.name)

    def __str__(self) -> str:
        texts = [
            _("%(tenants)d tenants: %(tenants_new)d new, %(tenants_changed)d renamed."),
            _("%(domains)d domains: %(domains_new)d new, %(domains_moved)d moved, %(domains_removed)d removed."),
            _(
                "%(subscriptions)d subscriptions: %(subscriptions_new)d new, %(subscriptions_changed)d changed, "
                "%(subscriptions_removed)d removed."
            ),
        ]
        if not self.changed:
            texts.append(_("Nothing changed."))
        return " ".join(texts) % self.__dict__


def import_customers(raw: bytes) -> CustomersReport:
    """Imports the JSON document's bytes, all or nothing.

    The file is the truth for every tenant it names: domains and subscriptions it does not list are removed from them.
    Tenants it does not name stay untouched, and nothing of theirs can be taken by another. Raises ImportRefused.
    """
    content = described(raw)
    report = CustomersReport(len(content.tenants), len(content.domains), len(content.subscriptions))
    try:
        with transaction.atomic():
            _store_tenants(content, report)
            _store_domains(content, report)
            _store_subscriptions(content, report)
    except IntegrityError as error:
        raise ImportRefused("", _("Another import ran at the same moment. Run this one again.")) from error
    return report


def _store_tenants(content: Described, report: CustomersReport) -> None:
    rows: dict[UUID, Tenant] = {}
    for keys in _chunks(content.tenants):
        rows |= {row.tenant_id: row for row in Tenant.objects.filter(tenant_id__in=keys)}
    new = [Tenant(tenant_id=key, name=name) for key, name in content.tenants.items() if key not in rows]
    stale = [row for key, row in rows.items() if row.name != content.tenants[key]]
    for row in stale:
        row.name = content.tenants[row.tenant_id]
    Tenant.objects.bulk_create(new, batch_size=BATCH)
    Tenant.objects.bulk_update(stale, ["name"], batch_size=BATCH)
    report.tenants_new, report.tenants_changed = len(new), len(stale)


def _store_domains(content: Described, report: CustomersReport) -> None:
    for keys in _chunks(content.domains):
        for row in Domain.objects.filter(name__in=keys):
            _check_owner(content, row.tenant_id, row.name)
    rows: dict[str, Domain] = {}
    for tenants in _chunks(content.tenants):
        rows |= {row.name: row for row in Domain.objects.filter(tenant__in=tenants)}
    gone = [row.pk for name, row in rows.items() if name not in content.domains]
    moved = [row for name, row in rows.items() if content.domains.get(name, row.tenant_id) != row.tenant_id]
    for row in moved:
        row.tenant_id = content.domains[row.name]
    new = [Domain(name=name, tenant_id=tenant) for name, tenant in content.domains.items() if name not in rows]
    for keys in _chunks(gone):
        Domain.objects.filter(pk__in=keys).delete()
    Domain.objects.bulk_update(moved, ["tenant"], batch_size=BATCH)
    Domain.objects.bulk_create(new, batch_size=BATCH)
    report.domains_new, report.domains_moved, report.domains_removed = len(new), len(moved), len(gone)


def _store_subscriptions(content: Described, report: CustomersReport) -> None:
    _check_subscription_ids(content)
    rows: dict[UUID, Subscription] = {}
    for tenants in _chunks(content.tenants):
        rows |= {row.id: row for row in Subscription.objects.filter(tenant__in=tenants)}
    gone = [key for key in rows if key not in content.subscriptions]
    new = [row for key, row in content.subscriptions.items() if key not in rows]
    stale = [row for key, row in content.subscriptions.items() if key in rows and _values(row) != _values(rows[key])]
    for keys in _chunks(gone):
        Subscription.objects.filter(id__in=keys).delete()
    # Two subscriptions may swap their commerce IDs: each is freed before the other takes it.
    for keys in _chunks(row.id for row in stale):
        Subscription.objects.filter(id__in=keys).update(commerce_id=None)
    Subscription.objects.bulk_create(
        [*stale, *new], batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=COLUMNS
    )
    report.subscriptions_new, report.subscriptions_changed = len(new), len(stale)
    report.subscriptions_removed = len(gone)


def _check_subscription_ids(content: Described) -> None:
    ids = [key for row in content.subscriptions.values() for key in (row.id, row.commerce_id) if key]
    for keys in _chunks(ids):
        for row in Subscription.objects.filter(Q(id__in=keys) | Q(commerce_id__in=keys)):
            _check_owner(content, row.tenant_id, row.id if row.id in content.places else row.commerce_id)


def _check_owner(content: Described, tenant_id: UUID, key: str | UUID | None) -> None:
    """Refuses to take a domain or a subscription from a tenant that the file does not name."""
    if tenant_id not in content.tenants and key is not None:
        problem = _("%(key)s belongs to tenant %(tenant)s, which this file does not name.")
        raise ImportRefused(content.places[key], problem % {"key": key, "tenant": tenant_id})


def _values(row: Subscription) -> list[Any]:
    return [getattr(row, column) for column in ("tenant_id", *(name for name in COLUMNS if name != "tenant"))]


def _chunks(keys: Iterable[Any]) -> list[list[Any]]:
    """`keys` in lists short enough for one query on every database."""
    found = list(keys)
    return [found[start : start + BATCH] for start in range(0, len(found), BATCH)]
