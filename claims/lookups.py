"""Counting what a partner asks the directory. Source: design, section 5: 30 new customers, 300 probes of a tenant."""

import hashlib
import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from django.db import transaction
from django.db.models import DateTimeField, JSONField, Value
from django.db.models.functions import Cast

from claims.errors import LookupLimit
from claims.intake import ClaimContent, guid, host
from claims.models import Claim, Lookup, Policy
from partners.models import Partner

WINDOW = timedelta(hours=1)

logger = logging.getLogger(__name__)


class Question(NamedTuple):
    """A customer with products and subscriptions asked about, as digests. Without a time it is not counted."""

    at: datetime | None
    customer: str
    tenant: str
    probes: list[str]


def count_lookup(*, partner_id: int, content: ClaimContent, policy: Policy, now: datetime) -> None:
    """Counts the questions that checking `content` asks; the same question within the hour is counted once.

    A customer of a claim once sent is not new. One query for what was asked before, three for a new question.
    Never inside a transaction.

    Raises:
        LookupLimit: when the hour's new customers, or this tenant's probes, are used up. Nothing is counted then.
    """
    tenant, domain = guid(content.tenant_id), host(content.domain)
    if tenant is None or domain is None:
        return
    question = Question(now, _digest(tenant, domain), _digest(tenant), _probes(content))
    recent = _recent(partner_id, question, tenant=tenant, domain=domain, now=now)
    customer = "" if question.customer in {row.customer for row in recent} else question.customer
    known = {probe for row in recent if row.tenant == question.tenant for probe in row.probes}
    probes = [probe for probe in question.probes if probe not in known]
    if customer or probes:
        fresh = Lookup(partner_id=partner_id, customer=customer, tenant=question.tenant, probes=probes, at=now)
        _count(fresh, policy, now)


def forget_lookups(*, now: datetime) -> int:
    """Deletes what no limit counts any more; returns how many rows went. Safe to run any time, by any number."""
    gone, _ = Lookup.objects.filter(at__lte=now - WINDOW).delete()
    return gone


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _probes(content: ClaimContent) -> list[str]:
    return sorted({_digest(line.product, line.subscription_id.lower())[:12] for line in content.lines if line.product})


def _recent(partner_id: int, question: Question, *, tenant: str, domain: str, now: datetime) -> list[Question]:
    """What the partner asked within the hour, and the customer in question where a claim on it was once sent."""
    asked = Lookup.objects.filter(partner_id=partner_id, at__gt=now - WINDOW).order_by()
    sent = Claim.objects.filter(partner_id=partner_id, tenant_id=tenant, domain=domain, submitted_at__isnull=False)
    # PostgreSQL takes a bare NULL for text: a union needs its type said.
    never, nothing = Cast(Value(None), DateTimeField()), Cast(Value([], output_field=JSONField()), JSONField())
    known = sent.values_list(never, Value(question.customer), Value(""), nothing).distinct()
    return [Question(*row) for row in asked.values_list(*Question._fields).union(known, all=True)]


def _count(fresh: Lookup, policy: Policy, now: datetime) -> None:
    """Writes the question and counts after, so that requests at the same instant count each other: none too many pass.

    They may also refuse each other. Those look again one by one, and each that gives up makes room for the next.
    """
    fresh.save(force_insert=True)
    if not _wait(fresh, policy, now):
        return
    with transaction.atomic():
        Partner.objects.select_for_update(no_key=True).only("pk").get(pk=fresh.partner_id)
        wait = _wait(fresh, policy, now)
        if wait:
            fresh.delete()
    if wait:
        logger.warning("The look-ups of an hour are used up", extra={"partner": fresh.partner_id})
        raise LookupLimit(ceil(wait.total_seconds()))


def _wait(fresh: Lookup, policy: Policy, now: datetime) -> timedelta:
    """How long until `fresh`, which is written, is inside both limits; nothing where it is."""
    rows = list(Lookup.objects.filter(partner_id=fresh.partner_id, at__gt=now - WINDOW).order_by("at", "id"))
    customers = _first_asked((row.customer, row.at) for row in rows if row.customer)
    probes = _first_asked((probe, row.at) for row in rows if row.tenant == fresh.tenant for probe in row.probes)
    waits = [timedelta()]
    if fresh.customer:
        waits.append(_wait_for(customers, policy.new_customers_per_hour, now))
    if fresh.probes:
        waits.append(_wait_for(probes, policy.probes_per_tenant_and_hour, now))
    return max(waits)


def _first_asked(asked: Iterable[tuple[str, datetime]]) -> list[datetime]:
    """When each question was asked first, oldest first."""
    first: dict[str, datetime] = {}
    for question, at in asked:
        first.setdefault(question, at)
    return sorted(first.values())


def _wait_for(asked: list[datetime], limit: int, now: datetime) -> timedelta:
    """Until enough of what was asked is an hour old."""
    excess = len(asked) - limit
    return asked[excess - 1] + WINDOW - now if excess > 0 else timedelta()
