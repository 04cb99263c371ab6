from time import perf_counter
import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from benchmarks.test_million import *
from benchmarks.test_million import databases, pages
from partners.models import Membership, MpnId, User
del globals()["test_a_list_costs_at_a_million_claims_what_it_costs_at_a_thousand"]

def test_probe(world, databases):
    connections["default"] = databases[1]
    m = Membership.objects.get(user__email__startswith="miguel")
    m.mpn_ids.set([MpnId.objects.get(number=demo.LISBON)])
    web = world.web("miguel.sa")
    for i in range(3):
        b = perf_counter()
        with CaptureQueriesContext(connection) as c:
            r = web.get("/claims/")
        print("limited", (perf_counter()-b)*1000, len(r.context["rows"]))
    sql = [q["sql"] for q in c.captured_queries if 'FROM "claims_claim"' in q["sql"].split("WHERE")[0]][0]
    with connection.cursor() as cur:
        cur.execute("EXPLAIN ANALYZE " + sql); print("\n".join(r[0] for r in cur.fetchall()))
