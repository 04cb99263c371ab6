"""Files at hand, and a customer as Graph describes one."""

import json
from pathlib import Path
from typing import Any

LOOK_ALIKE = Path(__file__).parents[1] / "data" / "product-table.csv"
REAL_TABLE = Path(__file__).parents[3] / "shared" / "data" / "microsoft-licensing-plans.csv"

TENANT = "11111111-2222-3333-4444-555555555555"
OTHER_TENANT = "66666666-7777-8888-9999-aaaaaaaaaaaa"
SALES = "1e1a282c-9c54-43a2-9310-98ef728faace"
SALES_PLAN = "2da8e897-7791-486b-b08f-cc63c8129df7"


def subscription(number: int = 1, **fields: Any) -> dict[str, Any]:
    """A `companySubscription` of Dynamics 365 Sales as Graph's documentation shows it; None removes a field."""
    content = {
        "id": f"aaaaaaaa-0000-0000-0000-{number:012d}",
        "commerceSubscriptionId": f"bbbbbbbb-0000-0000-0000-{number:012d}",
        "skuId": SALES,
        "skuPartNumber": "DYN365_ENTERPRISE_SALES",
        "status": "Warning",
        "isTrial": False,
        "totalLicenses": 40,
        "createdDateTime": "2025-02-01T00:00:00Z",
        "nextLifecycleDateTime": "2026-12-03T00:00:00Z",
        "ownerType": "User",
        "ownerId": "cccccccc-0000-0000-0000-000000000001",
        "ownerTenantId": None,
        "serviceStatus": [
            {
                "servicePlanId": SALES_PLAN,
                "servicePlanName": "DYN365_ENTERPRISE_SALES",
                "appliesTo": "User",
                "provisioningStatus": "Success",
            }
        ],
        "purchaseChannel": "webDirect",
        **fields,
    }
    return {key: value for key, value in content.items() if key not in fields or value is not None}


def tenant(tenant_id: str = TENANT, **fields: Any) -> dict[str, Any]:
    """A tenant with one domain and one subscription; None removes a field."""
    content = {
        "tenantId": tenant_id,
        "displayName": "Fabrikam Möbel GmbH",
        "domains": ["fabrikam.onmicrosoft.com"],
        "subscriptions": [subscription()],
        **fields,
    }
    return {key: value for key, value in content.items() if key not in fields or value is not None}


def document(tenants: list[dict[str, Any]]) -> bytes:
    """The file that `import_directory` reads."""
    return json.dumps({"tenants": tenants}).encode()
