"""What the lists cost at a million claims against what they cost at a thousand: first pages, and pages deep inside.

Two databases on one server, asked in turn, so that whatever else the machine does weighs on both alike.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext

from arbitration.queue import SHOWN
from benchmarks.ledger import Ledger
from benchmarks.multitude import multiply
from claims.actions.contest import lock_cases
from claims.actions.sweep import sweep
from claims.models import Claim, ClaimLine
from claims.preflight import holdings
from claims.states import OPEN_CLAIMS
from cpor import demo
from partners.models import Partner
from tests.claims.given import proven
from tests.world import World, claim_of

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 50
OTHERS = 500
SMALL = 200  # claims of each company that is signed in, at a thousand; Halden has no more at a million
LEFT = 60  # rows after the deep page's cursor at a thousand, more than a page
DEEP = 0.98

Ask = Callable[[], Any]
Page = Callable[[bool], Ask]


@pytest.fixture
def pages(world: World) -> dict[str, Page]:
    """The lists, each opened by somebody who signed in before the world was copied."""
    return {name: open_list(world) for name, (open_list, _rows, _index) in LISTS.items()}


@pytest.fixture
def databases(world: World, pages: dict[str, Page]) -> Iterator[tuple[BaseDatabaseWrapper, BaseDatabaseWrapper]]:
    """The same world twice: with a thousand claims, and with a million, of which Brightwater has 100,000."""
    api = world.api("jonas.weber")
    reference = proven(api.send("POST", "claims/", claim_of()).json()["reference"])
    assert api.send("POST", f"claims/{reference}/submit/").status_code == 200
    claim = Claim.objects.get(reference=reference)
    Partner.objects.bulk_create([Partner(name=f"Partner {number}") for number in range(OTHERS)])
    million = connections["default"]
    with _copy_of(million) as thousand:
        connections["default"] = thousand
        multiply(claim, _shares(1_000, large=SMALL))
        connections["default"] = million
        multiply(claim, _shares(1_000_000, large=100_000))
        yield thousand, million
        connections["default"] = million


@contextmanager
def _copy_of(original: BaseDatabaseWrapper) -> Iterator[BaseDatabaseWrapper]:
    name = original.settings_dict["NAME"]
    original.close()
    with original._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}_thousand"')
        cursor.execute(f'CREATE DATABASE "{name}_thousand" TEMPLATE "{name}"')
    copy = connections.create_connection("default")
    copy.settings_dict = {**original.settings_dict, "NAME": f"{name}_thousand"}
    try:
        yield copy
    finally:
        connections["default"] = original
        copy.close()
        with original._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}_thousand"')


def _shares(number: int, *, large: int) -> dict[int, int]:
    keys = dict(Partner.objects.values_list("name", "pk"))
    shares = {keys.pop(demo.HALDEN): SMALL, keys.pop(demo.BRIGHTWATER): large}
    rest, more = divmod(number - sum(shares.values()), len(keys))
    return shares | {key: rest + (place < more) for place, key in enumerate(keys.values())}


def _deep(claims: Any) -> Claim:
    """The claim before a page deep inside: at 98 %, or as deep as leaves a full page."""
    number = claims.count()
    return claims[min(int(number * DEEP), number - LEFT)]


def partners_list(world: World, who: str) -> Page:
    """The list of a partner's people, its first page or a deep one, in the database that is asked."""
    reader, partner = world.web(who), demo.HALDEN if who == "jonas.weber" else demo.BRIGHTWATER

    def page(deep: bool) -> Ask:
        claims = Claim.objects.filter(partner__name=partner).order_by("-created_at", "-pk")
        cursor = {"after": _deep(claims).reference} if deep else {}
        return lambda: reader.get("/claims/", cursor)

    return page


def operators_list(world: World) -> Page:
    """The operator's list."""
    reader = world.web("nadia.okafor")

    def page(deep: bool) -> Ask:
        claims = Claim.objects.filter(state__in=OPEN_CLAIMS).order_by("due_at", "pk")
        cursor = {"after": _deep(claims).reference} if deep else {}
        return lambda: reader.get("/review/", cursor)

    return page


def list_of_the_api(world: World, who: str) -> Page:
    """A partner's list over the API; its cursor holds the instant of the last row."""
    api, partner = world.api(who), demo.HALDEN if who == "jonas.weber" else demo.BRIGHTWATER

    def page(deep: bool) -> Ask:
        claims = Claim.objects.filter(partner__name=partner).order_by("-created_at", "-pk")
        position = urlencode({"p": str(_deep(claims).created_at)}) if deep else ""
        cursor = f"?cursor={b64encode(position.encode()).decode()}" if deep else ""
        return lambda: api.send("GET", f"claims/{cursor}")

    return page


LISTS: dict[str, tuple[Callable[[World], Page], int, str]] = {
    "list of one among many partners": (lambda world: partners_list(world, "jonas.weber"), 25, "claim_of_partner"),
    "list of a partner with 100,000": (lambda world: partners_list(world, "miguel.sa"), 25, "claim_of_partner"),
    "operator's list": (operators_list, 50, "claim_by_due"),
    "API, one among many partners": (lambda world: list_of_the_api(world, "jonas.weber"), 25, "claim_of_partner"),
    "API, a partner with 100,000": (lambda world: list_of_the_api(world, "miguel.sa"), 25, "claim_of_partner"),
}


def test_a_list_costs_at_a_million_claims_what_it_costs_at_a_thousand(world, pages, databases, ledger: Ledger):
    counts = []
    for database in databases:
        connections["default"] = database
        counts.append(Claim.objects.count() - 1)
    assert counts == [1_000, 1_000_000]
    for name, (_open_list, rows, index) in LISTS.items():
        for deep in (False, True):
            told = f"{name}, {'98 % deep' if deep else 'first page'}"
            _compare(told, pages[name], deep, databases, rows, index, ledger)
    _compare_lookups(databases, ledger)
    connections["default"] = databases[1]
    _idle_sweep(ledger)
    _groups(world, ledger)


def _compare_lookups(databases: Any, ledger: Ledger) -> None:
    """What a submission asks about others: who has something live on the customer's units, and their standing cases."""
    asks = []
    for database in databases:
        connections["default"] = database
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO claims_case (unit_id, state, policy_id, opened_at, due_at, round, version)"
                " SELECT u.id, 'open', p.id, now(), now(), 1, 1"
                " FROM claims_unit u, (SELECT min(id) AS id FROM claims_policy) p"
            )
            cursor.execute("VACUUM ANALYZE claims_case")
        line = (
            ClaimLine.objects.filter(claim=_deep(Claim.objects.order_by("created_at", "pk")))
            .select_related("unit")
            .get()
        )
        asks.append((database, line.unit, line.partner_id))
    times: list[list[float]] = [[], []]
    for turn in range(ROUNDS + 5):
        for place, (database, unit, partner_id) in enumerate(asks):
            connections["default"] = database
            began = perf_counter()
            with transaction.atomic():
                holdings(str(unit.tenant), partner_id)
                assert len(lock_cases([unit])) == 1
            if turn >= 5:
                times[place].append((perf_counter() - began) * 1000)
    thousand, million = (median(column) for column in times)
    ledger.hold("case look-up at submission: at 1,000", thousand, None, "ms")
    ledger.hold("case look-up at submission: at 1,000,000", million, None, "ms")
    ledger.hold("case look-up at submission: ratio", million / thousand, 1.2, "")


def _idle_sweep(ledger: Ledger) -> None:
    """A sweep that finds nothing due, with every open claim's clock running."""
    before = Claim.objects.earliest("sweep_at").sweep_at - timedelta(seconds=1)
    times = []
    for _ in range(ROUNDS):
        began = perf_counter()
        assert not sweep(now=before)
        times.append((perf_counter() - began) * 1000)
    ledger.hold("idle sweep at 1,000,000", median(times), 5, "ms")


def _groups(world: World, ledger: Ledger) -> None:
    """The first page of each group of the queue, and the numbers beside their names."""
    reader = world.web("nadia.okafor")
    addresses = {f"queue, {show}": f"/review/?show={show}" for show in SHOWN}
    for name, address in {**addresses, "numbers of the groups": "/review/counts/"}.items():
        began = perf_counter()
        assert reader.get(address).status_code == 200
        ledger.hold(f"{name}: at 1,000,000", (perf_counter() - began) * 1000, None, "ms")


def _compare(name: str, page: Page, deep: bool, databases: Any, rows: int, index: str, ledger: Ledger) -> None:
    asks = []
    for database in databases:
        connections["default"] = database
        ask = page(deep)
        assert _rows_of(ask()) == rows
        asks.append((database, ask))
    _check_plan(ask, index)
    times: list[list[float]] = [[], []]
    for turn in range(ROUNDS + 5):
        for place, (database, ask) in enumerate(asks):
            connections["default"] = database
            began = perf_counter()
            ask()
            if turn >= 5:
                times[place].append((perf_counter() - began) * 1000)
    thousand, million = (median(column) for column in times)
    ledger.hold(f"{name}: at 1,000", thousand, None, "ms")
    ledger.hold(f"{name}: at 1,000,000", million, None, "ms")
    ledger.hold(f"{name}: ratio", million / thousand, 1.2, "")


def _rows_of(response: Any) -> int:
    assert response.status_code == 200
    return len(response.context["rows"] if response.context else response.json()["results"])


def _check_plan(ask: Ask, index: str) -> None:
    """The page is read along its index: nothing is sorted, and no table is read from end to end."""
    with CaptureQueriesContext(connection) as captured:
        ask()
    asked = [query["sql"] for query in captured.captured_queries if query["sql"].startswith('SELECT "claims_claim')]
    sql = asked[0]  # the operator's list reads claims by their lines, a partner's the lines after
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert f"using {index} on claims_claim" in plan, plan
    assert "Seq Scan on claims_claim" not in plan, plan
    assert "Sort Key" not in plan or index == "claim_by_due", plan  # there a page is sorted, once it is cut
