"""Every route, every method, everybody, with ids of their own, of the other company, of nobody, and swapped."""

from typing import Any

import pytest
from django.test import Client

from tests.conftest import PROBES
from tests.isolation.expectation import OPTIONS
from tests.isolation.expectation.table import TABLE
from tests.isolation.matrix import probes
from tests.isolation.probe import Prober
from tests.isolation.routes import missing, operations, routes, untyped

pytestmark = pytest.mark.django_db
FEWEST = 5000
NO_OPERATION = {"schema": "the description itself"}


@pytest.mark.soak
@pytest.mark.parametrize("key", sorted(TABLE))
def test_a_route_answers_everybody_as_the_table_says(prober: Prober, key: str, record_property: Any) -> None:
    asked = list(probes(routes()[key]))
    prober.nobodys.clear()
    faults = [fault for probe in asked for fault in prober.faults(probe)]
    record_property(PROBES, len(asked))
    assert not faults, "\n" + "\n".join(faults)


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    assert not missing(), "\n" + "\n".join(missing())
    assert set(TABLE) == set(routes())


def test_the_probes_are_many_and_leave_no_route_out() -> None:
    counted = {key: len(list(probes(route))) for key, route in routes().items()}
    assert min(counted.values()) > 0
    assert sum(counted.values()) >= FEWEST


def test_every_operation_that_the_api_describes_is_a_method_of_a_row_and_no_other_is(client: Client) -> None:
    described = operations(client.get("/api/v1/schema/").json())
    rows = {
        (untyped(route.path), method)
        for key, route in routes().items()
        if route.api and key not in NO_OPERATION
        for method in TABLE[key].methods
        if method != OPTIONS
    }
    assert rows == described


def test_a_route_without_a_row_is_told_with_the_row_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(TABLE, "claims:withdraw")
    monkeypatch.delitem(TABLE, "api/v1/claims/<slug:reference>/take/")
    told = "has no row. Write into tests/isolation/expectation"
    page = '"claims:withdraw": row("SCENE", GET="AUDIENCE: OUTCOME; ...", POST="AUDIENCE: OUTCOME; ..."),'
    endpoint = '_api("claims/<slug:reference>/take/", "SCENE", POST="AUDIENCE: OUTCOME; ..."),'
    assert set(missing()) == {
        f"/claims/<slug:reference>/withdraw/ {told}/claims.py, with what is true:\n    {page}",
        f"/api/v1/claims/<slug:reference>/take/ {told}/api.py, with what is true:\n    {endpoint}",
    }
