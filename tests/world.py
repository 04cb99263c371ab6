"""The cast of most tests: the demo's companies, customers and people, on a day that stands still."""

import json
from copy import copy
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.db import transaction
from django.db.models import AutoField, Model
from django.test import Client

from cpor import demo
from directory.imports.customers import import_customers
from directory.models import Domain, Subscription, Tenant
from partners.imports.writing import import_partners
from partners.models import (
    ApiToken,
    Enrollment,
    EnrollmentPeriod,
    Membership,
    MembershipMpnId,
    MpnId,
    OperatorRole,
    Partner,
    Program,
    User,
)

# Thursday, 19 November 2026, 14:05 Pacific: a week before Thanksgiving.
NOW = datetime(2026, 11, 19, 22, 5, tzinfo=UTC)
TODAY = NOW.date()
# What the imports write, those first that others refer to.
WRITTEN: tuple[type[Model], ...] = (Tenant, Domain, Subscription)
WRITTEN += (User, Partner, MpnId, Membership, MembershipMpnId, Enrollment, EnrollmentPeriod, OperatorRole)

_rows: dict[type[Model], list[Model]] = {}
_programs: dict[int, str] = {}


def fill() -> None:
    """Puts the world into a database without people and customers: imported once, then as the rows that came of it."""
    if not _rows:
        with transaction.atomic():
            _import()
            transaction.set_rollback(True)  # with what the imports wrote into the log
    _put_back()


def _import() -> None:
    import_customers(json.dumps(demo.directory(TODAY)).encode())
    import_partners(json.dumps(demo.partners(TODAY)).encode(), now=NOW)
    for email, role in demo.OPERATORS.items():
        name = demo.NAMES[email.partition("@")[0]]
        OperatorRole.objects.create(user=User.objects.create_user(email, name=name), role=role)
    _rows.update({model: list(model._default_manager.all()) for model in WRITTEN})
    _programs.update(Program.objects.values_list("pk", "code"))


def _put_back() -> None:
    """The same rows under numbers that the database gives them anew, as it does to those of an import."""
    codes = dict(Program.objects.values_list("code", "pk"))
    now: dict[tuple[type[Model], Any], Any] = {(Program, pk): codes[code] for pk, code in _programs.items()}
    for model, rows in _rows.items():
        key = model._meta.pk
        references = [field for field in model._meta.concrete_fields if field.related_model in {*_rows, Program}]
        copies = [copy(row) for row in rows]
        for row in copies:
            for field in references:
                setattr(row, field.attname, now[field.related_model, getattr(row, field.attname)])
            if isinstance(key, AutoField):
                row.pk = None
        model._default_manager.bulk_create(copies)
        now |= {(model, row.pk): fresh.pk for row, fresh in zip(rows, copies, strict=True)}


def sign_in(client: Client, user: User) -> None:
    """Signs somebody in, as by their password: past the form, but with all that a session keeps of it."""
    client.force_login(user)
    session = client.session
    record_authentication(SimpleNamespace(session=session), user, "password")
    session.save()


class World:
    """The demo world, and doors into it as each of its people."""

    def person(self, name: str) -> User:
        """Somebody by the part of their address before the @."""
        return User.objects.get(email__startswith=f"{name}@")

    def web(self, name: str) -> Client:
        """A browser in which this person has just signed in."""
        client = Client()
        sign_in(client, self.person(name))
        return client

    def api(self, name: str) -> "Api":
        """A program with a token of this person."""
        token = f"token of {name}"
        if not ApiToken.objects.filter(digest=ApiToken.objects.digest(token)).exists():
            year = timedelta(days=365)
            row = ApiToken.objects.keep(user=self.person(name), token=token, now=NOW, valid_for=year)
            ApiToken.objects.filter(pk=row.pk).update(last_used_at=NOW)  # no request of a test is the first
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
