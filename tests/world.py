"""The cast of most tests: the demo's companies, customers and people, on a day that stands still."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction
from django.db.models import AutoField, Min, Model
from django.http import HttpRequest
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

# By the model that has them: what the database numbers.
Numbers = Mapping[type[Model], int]

_written: list["Written"] = []


@dataclass(frozen=True)
class Written:
    """The rows of a model as the database takes them. Numbers that it gives are counted from the first of the world."""

    model: type[Model]
    columns: tuple[str, ...]
    numbered_by: tuple[type[Model] | None, ...]  # by column: whose numbers it holds, where the database gives them
    rows: tuple[tuple[Any, ...], ...]

    def insert(self, firsts: Numbers, programs: Mapping[str, int]) -> tuple[str, list[Any]]:
        """The statement that writes the rows under numbers from these on, with its values."""
        values = [
            programs[value] if by is Program else value if by is None or value is None else value + firsts[by]
            for row in self.rows
            for value, by in zip(row, self.numbered_by, strict=True)
        ]
        columns = ", ".join(map(connection.ops.quote_name, self.columns))
        row = f"({', '.join(['%s'] * len(self.columns))})"
        return f"INSERT INTO {self.model._meta.db_table} ({columns}) VALUES {', '.join([row] * len(self.rows))}", values


def fill() -> None:
    """Puts the world into a database without people and customers: imported once, then as the rows that came of it."""
    if not _written:
        with transaction.atomic():
            _import()
            _written.extend(map(_read, WRITTEN))
            transaction.set_rollback(True)  # with what the imports wrote into the log
    _put_back()


def _import() -> None:
    import_customers(json.dumps(demo.directory(TODAY)).encode())
    import_partners(json.dumps(demo.partners(TODAY)).encode(), now=NOW)
    for email, role in demo.OPERATORS.items():
        name = demo.NAMES[email.partition("@")[0]]
        OperatorRole.objects.create(user=User.objects.create_user(email, name=name), role=role)


def _read(model: type[Model]) -> Written:
    """What the imports wrote of this model."""
    fields = model._meta.concrete_fields
    numbered_by = tuple(_numbered_by(field) for field in fields)
    codes = dict(Program.objects.values_list("pk", "code"))
    firsts = {by: by._default_manager.aggregate(first=Min("pk"))["first"] for by in {*numbered_by} - {None} if by}
    rows = []
    for written in model._default_manager.order_by("pk"):
        values = [field.get_db_prep_save(getattr(written, field.attname), connection) for field in fields]
        rows.append(
            tuple(
                codes[value] if by is Program else value if by is None or value is None else value - firsts[by]
                for value, by in zip(values, numbered_by, strict=True)
            )
        )
    return Written(model, tuple(field.column for field in fields), numbered_by, tuple(rows))


def _numbered_by(field: Any) -> type[Model] | None:
    model = field.related_model or (field.model if field.primary_key else None)
    return model if model and isinstance(model._meta.pk, AutoField) else None


def _put_back() -> None:
    """The same rows under numbers that the database gives them anew, as it does to those of an import.

    In three statements and without models: thousands of tests begin with it.
    """
    programs = dict(Program.objects.values_list("code", "pk"))
    with connection.cursor() as cursor:
        firsts = _next_numbers(cursor)
        inserts = [written.insert(firsts, programs) for written in _written if written.rows]
        if connection.vendor == "postgresql":
            inserts = [("; ".join(sql for sql, _ in inserts), [value for _, values in inserts for value in values])]
        for sql, values in inserts:
            cursor.execute(sql, values)


def _next_numbers(cursor: Any) -> Numbers:
    """The first number that is free for each model, and with PostgreSQL, which counts by itself, as many as it needs."""
    counts = {one.model: len(one.rows) for one in _written if one.rows and _numbered_by(one.model._meta.pk)}
    if connection.vendor == "postgresql":
        take = "setval(pg_get_serial_sequence('{0}', 'id'), nextval(pg_get_serial_sequence('{0}', 'id')) + {1} - 1)"
        taken = ", ".join(take.format(model._meta.db_table, count) for model, count in counts.items())
        cursor.execute(f"SELECT {taken}")
        lasts = dict(zip(counts, cursor.fetchone(), strict=True))
        return {model: last - counts[model] + 1 for model, last in lasts.items()}
    cursor.execute("SELECT name, seq FROM sqlite_sequence")
    lasts = dict(cursor.fetchall())
    return {model: lasts.get(model._meta.db_table, 0) + 1 for model in counts}


class Unwritten(SessionBase):
    """A session that is written nowhere while somebody signs in."""

    def create(self) -> None:
        """Gives it no key yet."""

    def load(self) -> dict[str, Any]:
        """Nothing was kept of it."""
        return {}


def sign_in(client: Client, user: User) -> None:
    """Signs somebody in, as by their password: past the form, but with all that a session keeps of it.

    The session is written once, with all of it: thousands of tests do it, and Django's client writes it four times.
    """
    request = HttpRequest()
    request.session = Unwritten()
    if settings.SESSION_COOKIE_NAME in client.cookies:
        client.force_login(user)  # what a session of nobody held goes on
        request.session.update(dict(client.session.items()))
    else:
        login(request, user, settings.AUTHENTICATION_BACKENDS[0])
    record_authentication(request, user, "password")
    session = SessionStore()
    session.update(dict(request.session.items()))
    session.create()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key


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
