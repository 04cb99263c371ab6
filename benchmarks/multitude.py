"""Many claims at once, each a copy of one that was sent, written by the database itself. PostgreSQL only."""

from collections.abc import Mapping
from itertools import accumulate
from math import gcd
from typing import Any

from django.db import connection

from claims.models import Claim, ClaimLine, Unit


def multiply(claim: Claim, shares: Mapping[int, int]) -> None:
    """Adds copies of `claim`, a minute apart, each with one line on a unit of its own; works once for a database.

    `shares` says how many each partner gets, by its key; they are strewn over the whole time. Three of four copies are
    open, as if nobody had decided for long: the worst that the operator's list can meet.
    """
    line = ClaimLine.objects.filter(claim=claim).earliest("pk")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser')")
        if cursor.fetchone() == ("on",):
            # Foreign keys go unchecked, which saves minutes: all of them are copies.
            cursor.execute("SET session_replication_role = replica")
        _copy(cursor, Claim, claim.pk, _series(sum(shares.values())), _claim_values(shares))
        cursor.execute(
            f"INSERT INTO {Unit._meta.db_table} (tenant, workload, subscription)"
            " SELECT gen_random_uuid(), '', reference FROM claims_claim WHERE reference LIKE 'B%' ORDER BY id"
        )
        homes = "claims_claim c JOIN claims_unit u ON u.subscription = c.reference"
        state = "CASE c.state WHEN 'submitted' THEN 'open' ELSE 'rejected' END"
        values = {"claim_id": "c.id", "partner_id": "c.partner_id", "unit_id": "u.id", "state": state}
        _copy(cursor, ClaimLine, line.pk, homes, values)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def _series(number: int) -> str:
    """Rows (i, place): i counts the copies by time, place is each one's turn in a shuffle that is always the same."""
    step = next(step for step in (7919, 7927, 7933) if gcd(step, number) == 1)
    return f"(SELECT i, (i::bigint * {step}) % {number} AS place FROM generate_series(1, {number}) i) s"


def _claim_values(shares: Mapping[int, int]) -> dict[str, str]:
    bounds = zip(shares, accumulate(shares.values()), strict=True)
    created = f"t.created_at - ({sum(shares.values())} - i) * interval '1 minute'"
    return {
        "reference": "'B' || lpad(to_hex(i), 11, '0')",
        "partner_id": f"CASE {' '.join(f'WHEN place < {bound} THEN {partner}' for partner, bound in bounds)} END",
        "state": "CASE WHEN i % 4 = 0 THEN 'rejected' ELSE 'submitted' END",
        "created_at": created,
        "due_at": f"{created} + interval '8 days'",
        "sweep_at": f"CASE WHEN i % 4 = 0 THEN NULL ELSE {created} + interval '7 days' END",
    }


def _copy(cursor: Any, model: type[Claim | ClaimLine], template: int, source: str, values: Mapping[str, str]) -> None:
    columns = [field.column for field in model._meta.concrete_fields if not field.primary_key]
    names = ", ".join(f'"{column}"' for column in columns)
    wanted = ", ".join(values.get(column, f't."{column}"') for column in columns)
    table = model._meta.db_table
    cursor.execute(f"INSERT INTO {table} ({names}) SELECT {wanted} FROM {source}, {table} t WHERE t.id = {template}")
