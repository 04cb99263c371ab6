"""A small world to try everything in: companies, MPN IDs, people and customers in every condition that a rule names.

In the formats of the imports, so that the demo enters by the same doors as real data. Dates follow `today`.
"""

import csv
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from io import StringIO
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from directory.catalogue import files
from directory.imports.table import HEADER

PASSWORD = "walk the ledger"  # noqa: S105 - the demo's own, printed at its start

ALDER = "3f1b6a52-9f0e-4d0a-8a55-0b7b1c1d2e01"
TAMARIND = "7c2d8e10-4a6b-4c3e-9d27-5e8f9a0b1c02"
CORVANE = "a94f0c3d-1b2e-4f5a-8c6d-7e9f0a1b2c03"
PUERTO_VIVO = "d05e1f4a-2c3b-4d6e-9f70-8a1b2c3d4e04"

HALDEN, BRIGHTWATER = "Halden Cloud Works", "Brightwater Partners"
ROTTERDAM, UTRECHT, ANTWERP, MADRID, LYON, HALDEN_GLOBAL = (
    "6281940",
    "6281941",
    "6281942",
    "6281943",
    "6281944",
    "6281900",
)
LISBON = "7310020"
KESTREL, LEEDS = "Kestrel & Lowe Consulting", "7520011"
PROGRAMS = ("osa-sell", "osu-ba", "osu-m365")


def partners(today: date) -> dict[str, Any]:
    """What `import_partners` reads: two companies, and the operator's reviewers."""
    return {
        "partners": [
            {"name": HALDEN, "mpnIds": _halden(today), "users": _people("haldencloud.example", HALDEN_PEOPLE)},
            {
                "name": BRIGHTWATER,
                "mpnIds": [_mpn(LISBON, "Lisbon", "PT", _all_programs(today, 400))],
                "users": _people("brightwater.example", BRIGHTWATER_PEOPLE),
            },
        ],
        "reviewers": [
            {**_person("nadia.okafor", "northgate.example"), "lead": False},
            {**_person("pieter.vos", "northgate.example"), "lead": False},
            {**_person("samuel.lind", "northgate.example"), "lead": True},
        ],
    }


def rivals(today: date) -> dict[str, Any]:
    """A third company and a second lead, whom the demo's cases need; what `import_partners` reads."""
    return {
        "partners": [
            {
                "name": KESTREL,
                "mpnIds": [_mpn(LEEDS, "Leeds", "GB", _all_programs(today, 300))],
                "users": _people("kestrel-lowe.example", KESTREL_PEOPLE),
            }
        ],
        "reviewers": [{**_person("marta.quint", "northgate.example"), "lead": True}],
    }


KESTREL_PEOPLE = {"astrid.lowe": "global_admin", "owen.kestrel": "incentives_user"}
HALDEN_PEOPLE = {
    "tomas.reyes": "global_admin",
    "ines.moreau": "incentives_admin",
    "ruth.adeyemi": "billing_admin",
    "jonas.weber": "incentives_user",
}
BRIGHTWATER_PEOPLE = {"catarina.lopes": "global_admin", "miguel.sa": "incentives_user"}
NAMES = {
    "tomas.reyes": "Tomas Reyes",
    "ines.moreau": "Ines Moreau",
    "ruth.adeyemi": "Ruth Adeyemi",
    "jonas.weber": "Jonas Weber",
    "catarina.lopes": "Catarina Lopes",
    "miguel.sa": "Miguel Sá",
    "astrid.lowe": "Astrid Lowe",
    "owen.kestrel": "Owen Kestrel",
    "marta.quint": "Marta Quint",
    "nadia.okafor": "Nadia Okafor",
    "pieter.vos": "Pieter Vos",
    "samuel.lind": "Samuel Lind",
    "elena.ruiz": "Elena Ruiz",
    "hugo.brandt": "Hugo Brandt",
}
OPERATORS = {"elena.ruiz@northgate.example": "admin", "hugo.brandt@northgate.example": "auditor"}
SPANISH_SPEAKERS = ("catarina.lopes", "elena.ruiz")


def _people(domain: str, people: dict[str, str]) -> list[dict[str, Any]]:
    return [{**_person(name, domain), "roles": [role]} for name, role in people.items()]


def _person(name: str, domain: str) -> dict[str, str]:
    return {"email": f"{name}@{domain}", "name": NAMES[name], "language": "es" if name in SPANISH_SPEAKERS else "en"}


def _halden(today: date) -> list[dict[str, Any]]:
    ended = [{"program": p, "validFrom": _day(today, -500), "validUntil": _day(today, -40)} for p in PROGRAMS]
    return [
        _mpn(ROTTERDAM, "Rotterdam", "NL", _all_programs(today, 220)),
        _mpn(UTRECHT, "Utrecht", "NL", []),
        _mpn(ANTWERP, "Antwerp", "BE", ended),
        _mpn(MADRID, "Madrid", "ES", _all_programs(today, 20)),
        _mpn(LYON, "Lyon", "FR", _all_programs(today, 220), types=["FastTrack Ready Partner"]),
        {**_mpn(HALDEN_GLOBAL, "Halden Cloud Works", "NL", []), "kind": "global"},
    ]


def _all_programs(today: date, days: int) -> list[dict[str, str]]:
    return [{"program": p, "validFrom": _day(today, -145), "validUntil": _day(today, days)} for p in PROGRAMS]


def _mpn(
    number: str, name: str, country: str, enrollments: list[dict[str, str]], types: Iterable[str] = ()
) -> dict[str, Any]:
    return {
        "mpnId": number,
        "kind": "location",
        "name": name,
        "country": country,
        "partnerTypes": list(types),
        "enrollments": enrollments,
    }


def _day(today: date, days: int) -> str:
    return (today + timedelta(days=days)).isoformat()


def directory(today: date) -> dict[str, Any]:
    """What `import_directory` reads: four customers, their subscriptions in every condition that a rule names."""
    return {
        "tenants": [
            {
                "tenantId": ALDER,
                "displayName": "Alder Freight Lines",
                "domains": ["alderfreight.example", "alderfreight.onmicrosoft.com"],
                "subscriptions": _alder(today),
            },
            {
                "tenantId": TAMARIND,
                "displayName": "Tamarind Health Trust",
                "domains": ["tamarind-health.example", "tamarindhealth.onmicrosoft.com"],
                "subscriptions": [
                    subscription("tamarind-sales", "DYN365_ENTERPRISE_SALES", today),
                    subscription("tamarind-plan", "DYN365_ENTERPRISE_PLAN1", today, purchaseChannel="webDirect"),
                    subscription("tamarind-e3", "SPE_E3", today),
                ],
            },
            {
                "tenantId": CORVANE,
                "displayName": "Corvane Retail Group",
                "domains": ["corvane.example", "corvane.onmicrosoft.com"],
                "subscriptions": [
                    subscription("corvane-e3", "ENTERPRISEPACK", today, status="Warning", days=4),
                    subscription("corvane-intune", "INTUNE_A", today, status="Suspended", days=-20),
                    subscription("corvane-phone", "MCOEV", today, provisioning="PendingActivation"),
                    subscription("corvane-csp", "SPB", today, purchaseChannel="csp"),
                    subscription("corvane-trial", "Dynamics_365_for_Operations", today, isTrial=True),
                ],
            },
            {
                "tenantId": PUERTO_VIVO,
                "displayName": "Puerto Vivo Hoteles, Peñíscola S.A.",
                "domains": ["puertovivo.example", "puertovivo.onmicrosoft.com"],
                "subscriptions": [],
            },
        ]
    }


SKU_NAMES = {
    "DYN365_ENTERPRISE_SALES": "Dynamics 365 Sales Enterprise",
    "DYN365_ENTERPRISE_PLAN1": "Dynamics 365 Customer Engagement Plan",
    "DYN365_ENTERPRISE_FIELD_SERVICE": "Dynamics 365 Field Service Enterprise",
    "DYN365_ENTERPRISE_CUSTOMER_SERVICE": "Dynamics 365 Customer Service Enterprise",
    "DYN365_FINANCE": "Dynamics 365 Finance",
    "DYN365_SCM": "Dynamics 365 Supply Chain Management",
    "DYN365_BUSCENTRAL_ESSENTIAL": "Dynamics 365 Business Central Essentials",
    "DYN365_PROJECT_OPERATIONS": "Dynamics 365 Project Operations",
    "DYN365_RETAIL": "Dynamics 365 Commerce",
    "Dynamics_365_for_Operations": "Dynamics 365 Unified Operations Plan",
    "SPE_E5": "Microsoft 365 E5",
    "SPE_E3": "Microsoft 365 E3",
    "ENTERPRISEPACK": "Office 365 E3",
    "INTUNE_A": "Intune",
    "MCOEV": "Teams Phone Standard",
    "SPB": "Microsoft 365 Business Premium",
}


def product_table() -> str:
    """What `import_products` reads: the SKUs of the demo's subscriptions under the names that people know."""
    out = StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(HEADER)
    for part_number, name in SKU_NAMES.items():
        sku_id, plans = _sku(part_number)
        for plan in plans:
            table.writerow([name, part_number, sku_id, plan[:8], plan, name])
    return out.getvalue()


def _alder(today: date) -> list[dict[str, Any]]:
    return [
        subscription("alder-sales", "DYN365_ENTERPRISE_SALES", today),
        subscription("alder-field-1", "DYN365_ENTERPRISE_FIELD_SERVICE", today),
        subscription("alder-field-2", "DYN365_ENTERPRISE_FIELD_SERVICE", today, purchaseChannel="webDirect"),
        subscription("alder-service", "DYN365_ENTERPRISE_CUSTOMER_SERVICE", today, purchaseChannel="webDirect"),
        subscription("alder-finance", "DYN365_FINANCE", today, purchaseChannel="csp"),
        subscription("alder-scm", "DYN365_SCM", today, provisioning="PendingActivation"),
        subscription("alder-bc", "DYN365_BUSCENTRAL_ESSENTIAL", today, status="Suspended", days=-10),
        subscription("alder-projects", "DYN365_PROJECT_OPERATIONS", today, purchaseChannel=None),
        subscription("alder-commerce", "DYN365_RETAIL", today, days=12),
        subscription("alder-e5", "SPE_E5", today),
    ]


def subscription(
    name: str,
    part_number: str,
    today: date,
    *,
    status: str = "Enabled",
    days: int = 200,
    provisioning: str = "Success",
    **fields: Any,
) -> dict[str, Any]:
    """One subscription as Graph tells it, whose IDs follow from `name`; its next change is `days` from today."""
    sku_id, plans = _sku(part_number)
    content = {
        "id": subscription_id(name),
        "commerceSubscriptionId": commerce_id(name),
        "skuId": sku_id,
        "skuPartNumber": part_number,
        "status": status,
        "isTrial": False,
        "totalLicenses": 120,
        "createdDateTime": f"{_day(today, -165)}T00:00:00Z",
        "nextLifecycleDateTime": f"{_day(today, days)}T00:00:00Z",
        "serviceStatus": [
            {"servicePlanId": plan, "servicePlanName": plan[:8], "provisioningStatus": provisioning} for plan in plans
        ],
        "purchaseChannel": "volumeLicensing",
        **fields,
    }
    return {key: value for key, value in content.items() if value is not None}


@cache
def _sku(part_number: str) -> tuple[str, tuple[str, ...]]:
    """The GUID of a SKU, and those of the plans that define what it carries."""
    catalogue = files.read()
    sku = next(key for key, (number, _family) in catalogue.skus.items() if number == part_number)
    codes = {code for code, key in catalogue.carried if key == sku}
    return str(sku), tuple(sorted({str(plan) for code, plan in catalogue.plans if code in codes}))


def addresses(today: date) -> list[str]:
    """Everybody of the demo, by the address they sign in with."""
    found = list(OPERATORS)
    for content in (partners(today), rivals(today)):
        people = [person for partner in content["partners"] for person in partner["users"]]
        found += [person["email"] for person in (*people, *content["reviewers"])]
    return found


def subscription_id(name: str) -> str:
    """The directory's ID of a demo subscription."""
    return str(uuid5(NAMESPACE_URL, f"demo/{name}"))


def commerce_id(name: str) -> str:
    """The ID of the order behind a demo subscription."""
    return str(uuid5(NAMESPACE_URL, f"demo/{name}/order"))


CUSTOMERS = (
    (
        "Alder Freight Lines",
        "alderfreight.example",
        ALDER,
        f"Sales needs no ID; Field Service: {subscription_id('alder-field-1')}; the rest each lack something",
    ),
    (
        "Tamarind Health Trust",
        "tamarind-health.example",
        TAMARIND,
        f"Sales {subscription_id('tamarind-sales')} is held by {BRIGHTWATER}; Microsoft 365 is free",
    ),
    ("Corvane Retail Group", "corvane", CORVANE, "Microsoft 365 in grace, suspended, not set up yet, and by CSP"),
    ("Puerto Vivo Hoteles", "puertovivo.example", PUERTO_VIVO, "has no subscription at all"),
)
