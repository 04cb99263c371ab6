"""Counting what a partner asks the directory. Source: design, section 5: 30 new customers, 300 probes of a tenant."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from claims.errors import LookupLimit
from claims.intake import ClaimContent, guid, host
from claims.models import Claim, Lookup, Policy

WINDOW = timedelta(hours=1)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def count_lookup(*, partner_id: int, content: ClaimContent, policy: Policy, now: datetime) -> None:
    """Counts the questions that checking `content` asks; the same question within the hour is counted once.

    One query for what was asked before, three for a new question.

    Raises:
        LookupLimit: when the hour's new customers, or this tenant's probes, are used up.
    """
    tenant, domain = guid(content.tenant_id), host(content.domain)
    if tenant is None or domain is None:
        return
    recent = list(Lookup.objects.filter(partner_id=partner_id, at__gt=now - WINDOW).order_by("at", "id"))
    asked = Lookup(partner_id=partner_id, customer=_digest(tenant, domain), tenant=_digest(tenant), at=now)
    probes = {_digest(line.product, line.subscription_id.lower())[:12] for line in content.lines if line.product}
    known = {probe for row in recent if row.tenant == asked.tenant for probe in row.probes}
    asked.probes = sorted(probes - known)
    new_customer = asked.customer not in {row.customer for row in recent}
    if not new_customer and not asked.probes:
        return
    # Written first and counted after, so that requests at the same instant count each other.
    asked.save(force_insert=True)
    rows = list(Lookup.objects.filter(partner_id=partner_id, at__gt=now - WINDOW).order_by("at", "id"))
    try:
        if new_customer:
            _check_customers(rows, asked, policy, tenant)
        if asked.probes:
            _check_probes(rows, asked, policy)
    except LookupLimit:
        asked.delete()
        raise


def _check_customers(rows: list[Lookup], asked: Lookup, policy: Policy, tenant: str) -> None:
    customers = {row.customer for row in rows}
    if len(customers) <= policy.new_customers_per_hour:
        return
    # A customer of a claim once sent is not new.
    if Claim.objects.filter(partner_id=asked.partner_id, tenant_id=tenant, submitted_at__isnull=False).exists():
        return
    raise LookupLimit(_seconds_left(rows, asked.at))


def _check_probes(rows: list[Lookup], asked: Lookup, policy: Policy) -> None:
    of_tenant = [row for row in rows if row.tenant == asked.tenant]
    if len({probe for row in of_tenant for probe in row.probes}) > policy.probes_per_tenant_and_hour:
        raise LookupLimit(_seconds_left(of_tenant, asked.at))


def _seconds_left(rows: Iterable[Lookup], now: datetime) -> int:
    oldest = min(row.at for row in rows)
    return max(1, int((oldest + WINDOW - now).total_seconds()) + 1)
