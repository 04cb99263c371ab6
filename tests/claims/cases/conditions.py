"""The conditions of the world that cases stand in: what the tenant has, who is enrolled, who claimed before."""

import json
from datetime import timedelta
from typing import Any

from claims.models import Association, Unit
from cpor import demo
from directory.facts import Customer, DirectoryUnavailable
from directory.imports.customers import import_customers
from directory.sources import SOURCES
from partners.imports.writing import import_partners
from partners.models import Enrollment, MpnId, Partner
from tests.claims.cases.case import Prepare
from tests.claims.given import proven
from tests.world import NOW, TODAY, World, claim_of

# An international name, as directories keep it.
PENISCOLA = "peñíscola.example".encode("idna").decode()

Sub = tuple[str, str, dict[str, Any]]


def sub(name: str, part_number: str, **fields: Any) -> Sub:
    """A subscription for `alder_has`: see `demo.subscription`."""
    return name, part_number, fields


def alder_has(*subscriptions: Sub) -> Prepare:
    """The customer has these subscriptions and no others."""

    def prepare(_world: World) -> None:
        tenant = {
            "tenantId": demo.ALDER,
            "displayName": "Alder Freight Lines",
            "domains": ["alderfreight.example", "alderfreight.onmicrosoft.com", PENISCOLA],
            "subscriptions": [demo.subscription(name, part, TODAY, **more) for name, part, more in subscriptions],
        }
        import_customers(json.dumps({"tenants": [tenant]}).encode())

    return prepare


def outside_the_catalogue(name: str, part_number: str, sku_id: str, *plans: str) -> Sub:
    """A subscription of a SKU that no product lists, with these plans running."""
    status = [{"servicePlanId": plan, "servicePlanName": "-", "provisioningStatus": "Success"} for plan in plans]
    return sub(name, "SPE_E3", skuId=sku_id, skuPartNumber=part_number, serviceStatus=status)


def running(*plans: str) -> list[dict[str, str]]:
    """These service plans, provisioned."""
    return [{"servicePlanId": plan, "servicePlanName": "-", "provisioningStatus": "Success"} for plan in plans]


def letting_end(number: str) -> Prepare:
    """The company of this MPN ID has asked that no enrolment of it is renewed by itself."""

    def prepare(_world: World) -> None:
        Enrollment.objects.filter(mpn_id__number=number).update(renews=False)

    return prepare


def rotterdam(*periods: tuple[str, int, int | None], types: tuple[str, ...] = (), renews: bool = False) -> Prepare:
    """The MPN ID of the claim has these enrolments only: programme, first and last day counted from today."""

    def prepare(_world: World) -> None:
        programs: dict[str, list[dict[str, str]]] = {}
        for program, start, end in periods:
            until = {} if end is None else {"validUntil": day(end)}
            programs.setdefault(program, []).append({"program": program, "validFrom": day(start), **until})
        mpn = MpnId.objects.get(number=demo.ROTTERDAM)
        mpn.enrollments.all().delete()
        entry = {
            "mpnId": demo.ROTTERDAM,
            "kind": "location",
            "partnerTypes": list(types),
            "enrollments": [period for found in programs.values() for period in found],
        }
        import_partners(json.dumps({"partners": [{"name": demo.HALDEN, "mpnIds": [entry]}]}).encode(), now=NOW)
        mpn.enrollments.all().update(renews=renews)

    return prepare


def day(days: int) -> str:
    """The date so many days from today."""
    return (TODAY + timedelta(days=days)).isoformat()


def limited_to(number: str) -> Prepare:
    """The user's role holds for this MPN ID alone."""

    def prepare(world: World) -> None:
        membership = world.person("jonas.weber").memberships.get()
        membership.mpn_ids.set([MpnId.objects.get(number=number)])

    return prepare


def signs_in_as(name: str, email: str) -> Prepare:
    """A colleague signs in with this address."""

    def prepare(world: World) -> None:
        person = world.person(name)
        person.email = email
        person.save(update_fields=["email"])

    return prepare


def sent_by(name: str, **changes: Any) -> Prepare:
    """Somebody sent `claim_of(**changes)` before."""

    def prepare(world: World) -> None:
        api = world.api(name)
        reference = api.send("POST", "claims/", claim_of(**changes)).json()["reference"]
        sent = api.send("POST", f"claims/{proven(reference)}/submit/")
        assert sent.status_code == 200, sent.json()

    return prepare


def sent_by_rival(**changes: Any) -> Prepare:
    """Another company sent `claim_of(**changes)` before."""
    contact = {"name": "Miguel Sá", "email": "miguel.sa@brightwater.example"}
    return sent_by("miguel.sa", mpn_id=demo.LISBON, partner_contact=contact, **changes)


def held_by(partner: str, *, workload: str = "", subscription: str = "", ended: bool = False) -> Prepare:
    """This company holds a unit of the customer, or held it until today."""

    def prepare(_world: World) -> None:
        key = demo.subscription_id(subscription) if subscription else ""
        unit, _made = Unit.objects.get_or_create(tenant=demo.ALDER, workload=workload, subscription=key)
        until = NOW if ended else None
        holder = Partner.objects.get(name=partner)
        Association.objects.create(unit=unit, partner=holder, since=NOW - timedelta(days=90), until=until)

    return prepare


class SilentSource:
    """A directory that answers nobody."""

    def customer(self, *, tenant_id: str, domain: str) -> Customer | None:
        """Raises DirectoryUnavailable."""
        raise DirectoryUnavailable


SOURCES["silent"] = SilentSource()
