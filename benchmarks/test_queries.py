"""How many queries a request sends, from its token or session on."""

from typing import Any

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from benchmarks.ledger import Ledger
from benchmarks.multitude import multiply
from claims.forms import Step
from claims.models import Claim, ClaimLine, Lookup
from cpor import demo
from directory import lookup
from directory.models import CatalogueVersion
from events.models import Event
from tests.claims.given import proven, step_of
from tests.world import World, claim_of

# Transactional: inside the transaction of a test, BEGIN and COMMIT would be savepoints.
pytestmark = pytest.mark.django_db(transaction=True)


def statements(act: Any, *, status: int = 200) -> int:
    """How many queries `act` sends, which must be answered with `status`. BEGIN and COMMIT ask for nothing."""
    with CaptureQueriesContext(connection) as captured:
        response = act()
    assert response.status_code == status, response.content
    return sum(query["sql"] not in {"BEGIN", "COMMIT"} for query in captured.captured_queries)


def workloads(number: int) -> dict[str, Any]:
    """A claim with so many lines, each a workload of one subscription of Alder Freight Lines."""
    (e5,) = {sku for product in lookup.products() for sku, part in product.skus if part == "SPE_E5"}
    codes = [product.code for product in lookup.products() if product.kind == "workload" and e5 in product.sku_ids]
    assert len(codes) >= number
    lines = [{"product": code, "subscription_id": ""} for code in codes[:number]]
    return claim_of(solution_area="microsoft_365", lines=lines)


def drafted(world: World, content: dict[str, Any]) -> str:
    """The reference of a draft."""
    response = world.api("jonas.weber").send("POST", "claims/", content)
    assert response.status_code == 201, response.content
    return proven(str(response.json()["reference"]))


def sent(world: World, content: dict[str, Any]) -> Claim:
    """A claim that was sent."""
    reference = drafted(world, content)
    assert world.api("jonas.weber").send("POST", f"claims/{reference}/submit/").status_code == 200
    return Claim.objects.get(reference=reference)


@pytest.mark.parametrize("asked_before", [False, True], ids=["new customer", "asked before"])
def test_pre_flight_costs_no_more_for_ten_lines_than_for_one(world, ledger: Ledger, asked_before):
    api, found = world.api("jonas.weber"), {}
    for number in (1, 10):
        content = workloads(number)
        Lookup.objects.all().delete()
        if asked_before:
            api.send("POST", "claims/preflight/", content)
        found[number] = statements(lambda content=content: api.send("POST", "claims/preflight/", content))
        told = "asked before" if asked_before else "new customer"
        ledger.hold(f"pre-flight, {told}, lines: {number}", found[number], 14)
    assert found[10] == found[1]


def test_pre_flight_at_its_worst(world, ledger: Ledger):
    """A customer never asked about, an ID that is a SKU's, and a catalogue that this process has not read."""
    typed = [{"product": "dynamics-365-sales", "subscription_id": "1e1a282c-9c54-43a2-9310-98ef728faace"}]
    CatalogueVersion.objects.update(number=F("number") + 1)
    api, content = world.api("jonas.weber"), claim_of(lines=typed)
    found = statements(lambda: api.send("POST", "claims/preflight/", content))
    ledger.hold("pre-flight, new customer, foreign ID, catalogue unread", found, 14)


@pytest.mark.parametrize("asked_before", [False, True], ids=["new customer", "asked before"])
def test_submitting_one_line(world, ledger: Ledger, asked_before):
    api, content = world.api("jonas.weber"), claim_of()
    if asked_before:
        api.send("POST", "claims/preflight/", content)
    else:
        CatalogueVersion.objects.update(number=F("number") + 1)
    reference = drafted(world, content)
    found = statements(lambda: api.send("POST", f"claims/{reference}/submit/"))
    told = "asked before" if asked_before else "new customer, catalogue unread"
    ledger.hold(f"submit, {told}, lines: 1", found, 25)


def test_submitting_grows_by_a_constant_for_each_line(world, ledger: Ledger):
    api, found = world.api("jonas.weber"), {}
    for number in (1, 2, 3, 10):
        Claim.objects.all().delete()
        Lookup.objects.all().delete()
        reference = drafted(world, workloads(number))
        found[number] = statements(lambda reference=reference: api.send("POST", f"claims/{reference}/submit/"))
    each = found[2] - found[1]
    ledger.hold("submit, each further line", each, 1)
    ledger.hold("submit, lines: 10", found[10], 25 + 9 * each)
    assert found == {number: found[1] + (number - 1) * each for number in found}


def test_submitting_for_a_contested_unit(world, ledger: Ledger):
    sent(world, claim_of())
    contact = {"name": "Miguel Sá", "email": "miguel.sa@brightwater.example"}
    api = world.api("miguel.sa")
    response = api.send("POST", "claims/", claim_of(mpn_id=demo.LISBON, partner_contact=contact))
    reference = proven(response.json()["reference"])
    found = statements(lambda: api.send("POST", f"claims/{reference}/submit/"))
    ledger.hold("submit, opening a case", found, None)


@pytest.mark.parametrize("who", ["jonas.weber", "nadia.okafor"], ids=["partner", "reviewer"])
def test_the_page_costs_the_same_with_one_row_and_with_fifty(world, ledger: Ledger, who):
    claim, reader = sent(world, claim_of()), world.web(who)
    writer = world.api("nadia.okafor" if who == "jonas.weber" else "jonas.weber")
    found = {}
    for rows in (1, 50):
        while claim.comments.count() < rows:
            assert writer.send("POST", f"claims/{claim.reference}/comments/", {"body": "Well?"}).status_code == 201
        _lines(claim, rows)
        found[rows] = statements(lambda: reader.get(claim.path))
        ledger.hold(f"claim page, {who}, rows: {rows}", found[rows], 10)
    assert Event.objects.filter(subject=claim.subject).count() > 50
    assert found[50] == found[1]


def _lines(claim: Claim, number: int) -> None:
    """Gives the claim so many lines, written past every verb: no customer has so many products."""
    line = ClaimLine.objects.filter(claim=claim).earliest("pk")
    copies = [ClaimLine(**_values(line), product=f"p{n}", position=n) for n in range(claim.lines.count(), number)]
    ClaimLine.objects.bulk_create(copies)


def _values(line: ClaimLine) -> dict[str, Any]:
    own = {"id", "product", "position"}
    return {
        field.attname: getattr(line, field.attname) for field in line._meta.concrete_fields if field.name not in own
    }


@pytest.mark.parametrize(
    ("name", "who", "path", "page"),
    [
        ("partner's list", "jonas.weber", "/claims/", 25),
        ("operator's list", "nadia.okafor", "/review/", 50),
    ],
)
def test_a_list_costs_the_same_with_one_row_and_with_fifty(world, ledger: Ledger, name, who, path, page):
    claim, reader = sent(world, claim_of()), world.web(who)
    one = statements(lambda: reader.get(path))
    ledger.hold(f"{name}, rows: 1", one, 6)
    multiply(claim, {claim.partner_id: 4 * page})
    with CaptureQueriesContext(connection) as captured:
        response = reader.get(path)
    assert len(response.context["rows"]) == page
    ledger.hold(f"{name}, rows: {page}", len(captured), 6)
    second = statements(lambda: reader.get(path + response.context["next_url"]))
    ledger.hold(f"{name}, second page", second, 6)
    assert (len(captured), second) == (one, one)


def test_the_list_of_the_api_costs_the_same_with_one_row_and_with_fifty(world, ledger: Ledger):
    claim, api = sent(world, claim_of()), world.api("jonas.weber")
    one = statements(lambda: api.send("GET", "claims/?page_size=50"))
    ledger.hold("list of the API, rows: 1", one, 6)
    multiply(claim, {claim.partner_id: 60})
    fifty = statements(lambda: api.send("GET", "claims/?page_size=50"))
    ledger.hold("list of the API, rows: 50", fifty, 6)
    assert len(api.send("GET", "claims/?page_size=50").json()["results"]) == 50
    assert fifty == one


def test_the_page_costs_the_same_with_ten_documents_and_their_marks(world, ledger: Ledger):
    claim, reader, found = sent(world, claim_of()), world.web("jonas.weber"), {}
    for documents in (1, 10):
        while claim.evidence.count() < documents:
            proven(claim.reference)
        reader.get(claim.path)  # the first look marks messages as read
        found[documents] = statements(lambda: reader.get(claim.path))
        ledger.hold(f"claim page, documents: {documents}", found[documents], 10)
    assert found[10] == found[1]


def test_a_step_of_a_draft_costs_the_same_with_one_line_and_with_ten(world, ledger: Ledger):
    reader, found = world.web("jonas.weber"), {}
    for step in ("products", "proof", "review"):
        for number in (1, 10):
            reference = drafted(world, workloads(number))
            reader.get(f"/claims/{reference}/edit/{step}/")
            found[step, number] = statements(lambda at=f"/claims/{reference}/edit/{step}/": reader.get(at))
            ledger.hold(f"step {step}, lines: {number}", found[step, number], 18)
        assert found[step, 10] == found[step, 1]


def test_a_field_left_costs_the_same_with_one_line_and_with_ten(world, ledger: Ledger):
    browser, found = world.web("jonas.weber"), {}
    for number in (1, 10):
        content = workloads(number)
        path = f"/claims/{drafted(world, content)}/"
        browser.get(f"{path}edit/review/")
        form = step_of({**content, "name": "Left"}, Step.CUSTOMER)
        found[number] = statements(lambda path=path, form=form: browser.post(f"{path}check/", form))
        ledger.hold(f"field left, lines: {number}", found[number], 18)
    assert found[10] == found[1]
