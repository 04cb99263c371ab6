"""What a report costs at a million claims, whatever it is narrowed to and set side by side by."""

from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any

import pytest
from django.db import connection

from arbitration.models import Fact, Reckoning, Tally
from arbitration.reports.counting import tally
from arbitration.reports.periods import first_of_month, next_month
from benchmarks.ledger import Ledger
from benchmarks.multitude import multiply
from claims.models import Claim
from cpor import demo
from partners.models import OperatorRole, Partner, User
from tests.claims.given import proven
from tests.world import NOW, TODAY, World, claim_of

pytestmark = pytest.mark.django_db(transaction=True)

CLAIMS, LARGE, OTHERS, REVIEWERS, ROUNDS = 1_000_000, 100_000, 500, 20, 7
BACKLOG = 10  # days that the queue is behind: some 19,000 claims are open
BUDGET = 500  # ms
# Of every claim four facts and one or two products decided; some in a case, some disputed, some ended since.
FACTS = """
INSERT INTO arbitration_fact (claim_id, kind, day, value, side, reviewer_id, partner_id, work, number)
SELECT c.id, f.kind, f.day, f.value, f.side, r.users[1 + c.id %% %s], c.partner_id, (c.id / 7) %% 4, 1
FROM claims_claim c
CROSS JOIN (SELECT array_agg(id) AS users FROM partners_user WHERE email LIKE 'bench%%') r
CROSS JOIN LATERAL (SELECT c.created_at::date AS day, hashint8(c.id) & 1023 AS h) d
CROSS JOIN LATERAL (VALUES
    (1, d.day + 7, CASE WHEN h < 50 THEN 1 ELSE 0 END, 0),
    (2, d.day + h %% 4, h %% 5, 0),
    (3, d.day + 1 + h %% 7, h %% 13, CASE WHEN h < 100 THEN 1 ELSE 0 END),
    (4, d.day + 1 + h %% 7, h %% 3, 0),
    (5, d.day + 1 + h %% 7, CASE WHEN h < 700 THEN 0 ELSE 1 + h %% 6 END, CASE WHEN h < 100 THEN 1 ELSE 0 END),
    (CASE WHEN h < 20 THEN 6 WHEN h < 40 THEN 7 ELSE 5 END, d.day + 8, h %% 2, CASE WHEN h < 100 THEN 2 ELSE 0 END)
) f (kind, day, value, side)
WHERE c.submitted_at IS NOT NULL
"""


@pytest.fixture
def lead(world: World) -> Any:
    """A lead before the facts of a million claims, over two years."""
    api = world.api("jonas.weber")
    reference = proven(api.send("POST", "claims/", claim_of()).json()["reference"])
    assert api.send("POST", f"claims/{reference}/submit/").status_code == 200
    Partner.objects.bulk_create([Partner(name=f"Partner {number}") for number in range(OTHERS)])
    people = User.objects.bulk_create([User(email=f"bench{n}@northgate.example") for n in range(REVIEWERS)])
    OperatorRole.objects.bulk_create([OperatorRole(user=user, role="reviewer") for user in people])
    keys = dict(Partner.objects.values_list("name", "pk"))
    large = keys.pop(demo.BRIGHTWATER)
    each, more = divmod(CLAIMS - LARGE, len(keys))
    multiply(
        Claim.objects.get(reference=reference),
        {large: LARGE, **{key: each + (place < more) for place, key in enumerate(keys.values())}},
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        # Indexes are built at once, after the rows: in a tenth of the time.
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'arbitration_fact'")
        indexes = [(name, made) for name, made in cursor.fetchall() if not name.endswith("pkey")]
        for name, _made in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        cursor.execute(FACTS, [REVIEWERS])
        for _name, made in indexes:
            cursor.execute(made)
        # Facts say that they are decided: so they are, but the last.
        cursor.execute(
            "UPDATE claims_claim SET state = 'approved', sweep_at = NULL WHERE state = 'submitted' AND due_at < %s",
            [NOW - timedelta(days=BACKLOG)],
        )
        cursor.execute("SET session_replication_role = DEFAULT")
        month, today = first_of_month(TODAY - timedelta(days=720)), first_of_month(TODAY)
        while month <= today:
            tally(month, TODAY)
            month = next_month(month)
        cursor.execute("VACUUM ANALYZE")
    Reckoning.objects.create(counted_at=NOW, read_until=NOW, next_claim=None, tallied_until=month)
    return world.web("samuel.lind")


def test_a_report_on_a_million_claims(lead: Any, ledger: Ledger) -> None:
    ledger.hold("facts", Fact.objects.count(), None, "rows")
    ledger.hold("sums of months", Tally.objects.count(), None, "rows")
    reviewer = str(User.objects.get(email="bench3@northgate.example").pk)
    over_all = {"period": "custom", "since": "2024-12-20", "until": "2026-11-19"}
    reports: dict[str, dict[str, str]] = {
        "this month": {"period": "2026-11"},
        "a quarter": {"period": "2026-Q3"},
        "a fiscal year": {"period": "FY2026"},
        "two years": over_all,
        "two years by reviewer": {**over_all, "by": "reviewer"},
        "two years by partner": {**over_all, "by": "partner"},
        "two years by activity": {**over_all, "by": "activity"},
        "an activity by partner": {**over_all, "activity": "presales", "by": "partner"},
        "the largest partner": {**over_all, "partner": demo.BRIGHTWATER},
        "the largest partner by reviewer": {**over_all, "partner": demo.BRIGHTWATER, "by": "reviewer"},
        "a reviewer": {**over_all, "reviewer": reviewer},
        "a reviewer by partner": {**over_all, "reviewer": reviewer, "by": "partner"},
    }
    for name, asked in reports.items():
        times = []
        for _round in range(ROUNDS):
            began = perf_counter()
            answer = lead.get("/operator/reports/", asked)
            times.append((perf_counter() - began) * 1000)
            assert (answer.status_code, len(answer.context["sections"])) == (200, 8 if "by" in asked else 7)
        ledger.hold(f"report: {name}", median(times), BUDGET, "ms")
