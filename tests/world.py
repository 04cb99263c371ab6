"""The cast of most tests: the demo's companies, customers and people, on a day that stands still."""

import json
from datetime import UTC, datetime
from typing import Any

from django.test import Client

from cpor import demo
from partners.models import ApiToken, User

# Thursday, 19 November 2026, 14:05 Pacific: a week before Thanksgiving.
NOW = datetime(2026, 11, 19, 22, 5, tzinfo=UTC)
TODAY = NOW.date()


class World:
    """The demo world, and doors into it as each of its people."""

    def person(self, name: str) -> User:
        """Somebody by the part of their address before the @."""
        return User.objects.get(email__startswith=f"{name}@")

    def web(self, name: str) -> Client:
        """A browser in which this person is signed in."""
        client = Client()
        client.force_login(self.person(name))
        return client

    def api(self, name: str) -> "Api":
        """A program with a token of this person."""
        token = f"token of {name}"
        if not ApiToken.objects.filter(digest=ApiToken.objects.digest(token)).exists():
            ApiToken.objects.keep(user=self.person(name), token=token, now=NOW)
        return Api(headers={"Authorization": f"Bearer {token}"})


class Api(Client):
    """A test client that speaks JSON below /api/v1/."""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One request; `body` becomes JSON, header names are written with underscores."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes) else json.dumps(body) if body is not None else ""
        return self.generic(method, f"/api/v1/{path}", data, content_type="application/json", headers=given)


def claim_of(**changes: Any) -> dict[str, Any]:
    """A claim as JSON that passes every rule without a warning: Sales at Alder Freight Lines; `changes` replace keys."""
    person = {"name": "Maud Fenn", "title": "Head of IT", "email": "maud.fenn@alderfreight.example"}
    return {
        "name": "Sales roll-out",
        "mpn_id": demo.ROTTERDAM,
        "tenant_id": demo.ALDER,
        "domain": "alderfreight.example",
        "solution_area": "business_applications",
        "activity": "usage",
        "lines": [{"product": "dynamics-365-sales", "subscription_id": ""}],
        "customer_contact": person,
        "technical_contact": person,
        "partner_contact": {"name": "Jonas Weber", "email": "jonas.weber@haldencloud.example"},
        "solution_seller": "",
        "isv_solution": "",
        **changes,
    }
