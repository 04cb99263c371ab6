"""`directory.lookup`: exact answers, few queries, and nothing to learn from a refusal."""

from datetime import date

import pytest
from django.db import InterfaceError, OperationalError, ProgrammingError, connection

from directory import lookup
from directory.catalogue import load
from directory.catalogue.files import Catalogue, read
from directory.imports import import_customers, import_table
from directory.models import CatalogueVersion, Product
from tests.directory.given import LOOK_ALIKE, OTHER_TENANT, SALES, SALES_PLAN, TENANT, document, subscription, tenant

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

E3 = "05e9a617-0261-4cee-bb44-138d3ef5d965"
UNKNOWN = "dddddddd-0000-0000-0000-000000000001"


@pytest.fixture
def fabrikam():
    office = subscription(
        2,
        skuId=E3,
        skuPartNumber="SPE_E3",
        commerceSubscriptionId=None,
        nextLifecycleDateTime=None,
        purchaseChannel=None,
    )
    strange = subscription(3, skuId=UNKNOWN, skuPartNumber="A_NEW_ONE", isTrial=True, status="LockedOut")
    domains = ["fabrikam.onmicrosoft.com", "fabrikam.example"]
    import_customers(
        document(
            [
                tenant(domains=domains, subscriptions=[subscription(), office, strange]),
                tenant(OTHER_TENANT, domains=["northwind.example"], subscriptions=[]),
            ]
        )
    )


def test_a_customer_comes_with_all_domains_and_subscriptions(fabrikam):
    import_table(LOOK_ALIKE.read_bytes())
    found = lookup.customer(tenant_id=TENANT, domain="fabrikam.example")
    assert found == lookup.Customer(
        tenant_id=TENANT,
        name="Fabrikam Möbel GmbH",
        domains=frozenset({"fabrikam.onmicrosoft.com", "fabrikam.example"}),
        subscriptions=found.subscriptions,
    )
    assert found.subscriptions[1] == lookup.Subscription(
        id="aaaaaaaa-0000-0000-0000-000000000001",
        commerce_id="bbbbbbbb-0000-0000-0000-000000000001",
        sku_id=SALES,
        sku_part_number="DYN365_ENTERPRISE_SALES",
        sku_name="Dynamics 365 for Sales Enterprise Edition",
        channel="webDirect",
        is_trial=False,
        status="Warning",
        ends_on=date(2026, 12, 3),
        plans={SALES_PLAN: "Success"},
        is_dynamics=True,
    )
    strange, _, office = found.subscriptions
    assert (strange.sku_name, strange.is_trial, strange.status, strange.is_dynamics) == (
        "A_NEW_ONE",
        True,
        "LockedOut",
        False,
    )
    assert (office.sku_name, office.commerce_id, office.ends_on, office.channel) == ("Microsoft 365 E3", "", None, "")
    assert not office.is_dynamics


@pytest.mark.parametrize(
    ("tenant_id", "domain"),
    [
        (TENANT, "fabrikam.example"),
        (TENANT, "northwind.example"),
        (TENANT, "nowhere.example"),
        (UNKNOWN, "fabrikam.example"),
        (UNKNOWN, "nowhere.example"),
    ],
)
def test_every_question_for_a_customer_asks_the_database_the_same(
    fabrikam, tenant_id, domain, django_assert_num_queries
):
    with django_assert_num_queries(2) as asked:
        found = lookup.customer(tenant_id=tenant_id, domain=domain)
    assert (found is not None) == ((tenant_id, domain) == (TENANT, "fabrikam.example"))
    assert all(" JOIN " in query["sql"] for query in asked.captured_queries)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_does_not_answer_is_directory_unavailable(fabrikam, error):
    def broken(*_):
        raise error("the wire is cut")

    with pytest.raises(lookup.DirectoryUnavailable), connection.execute_wrapper(broken):
        lookup.customer(tenant_id=TENANT, domain="fabrikam.example")


def test_a_fault_of_our_own_is_not_taken_for_an_unavailable_directory(fabrikam):
    def faulty(*_):
        raise ProgrammingError("no such column")

    with pytest.raises(ProgrammingError), connection.execute_wrapper(faulty):
        lookup.customer(tenant_id=TENANT, domain="fabrikam.example")


def test_products_are_all_claimable_ones_by_area_and_name():
    found = lookup.products()
    assert [(product.solution_area, product.code) for product in found[:3]] == [
        ("business_applications", "dynamics-365-business-central"),
        ("business_applications", "dynamics-365-commerce"),
        ("business_applications", "dynamics-365-customer-insights"),
    ]
    assert [product.code for product in found if product.kind == "workload"] == [
        "defender-for-cloud-apps",
        "defender-for-identity",
        "defender-for-office-365",
        "entra-id-p1",
        "entra-id-p2",
        "exchange-online",
        "information-protection",
        "intune",
        "microsoft-365-apps",
        "microsoft-teams",
        "sharepoint-online",
        "teams-phone",
        "viva-engage",
    ]
    assert len(found) == 23


def test_a_product_lists_its_skus_and_defining_plans():
    finance = next(product for product in lookup.products() if product.code == "dynamics-365-finance")
    assert finance == lookup.Product(
        code="dynamics-365-finance",
        name="Dynamics 365 Finance",
        kind="dynamics",
        solution_area="business_applications",
        skus=(
            ("55c9eb4e-c746-45b4-b255-9ab6b19d5c62", "DYN365_FINANCE"),
            ("ccba3cfe-71ef-423a-bd87-b6df3dce59a9", "Dynamics_365_for_Operations"),
        ),
        sku_ids=frozenset({"55c9eb4e-c746-45b4-b255-9ab6b19d5c62", "ccba3cfe-71ef-423a-bd87-b6df3dce59a9"}),
        plan_ids=frozenset({"9f0e1b4e-9b33-4300-b451-b2c662cd4ff7", "95d2cd7b-1007-484b-8595-5e97e63fe189"}),
    )


def test_products_cost_one_query_until_the_catalogue_moves_and_follow_it_then(django_assert_num_queries):
    lookup.products()
    with django_assert_num_queries(1):
        before = lookup.products()
    files = read()
    renamed = {**files.products, "intune": ("Intune, renamed", "workload")}
    assert load(catalogue=Catalogue(renamed, files.plans, files.skus, files.carried))
    with django_assert_num_queries(3):
        after = lookup.products()
    assert {product.name for product in after} - {product.name for product in before} == {"Intune, renamed"}


def test_a_product_that_is_not_claimable_is_not_offered():
    Product.objects.filter(code="intune").update(claimable=False)
    CatalogueVersion.objects.update(number=10**6)
    assert "intune" not in {product.code for product in lookup.products()}


def test_foreign_guids_are_skus_and_plans_of_catalogue_and_table(django_assert_num_queries):
    table_only = "e7c91390-7625-45be-94e0-e16907e03118"
    asked = [SALES, SALES_PLAN, table_only, UNKNOWN, TENANT]
    assert lookup.foreign_guids(asked) == {SALES, SALES_PLAN}
    import_table(LOOK_ALIKE.read_bytes())
    with django_assert_num_queries(1):
        assert lookup.foreign_guids(asked) == {SALES, SALES_PLAN, table_only}


def test_no_guids_ask_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert lookup.foreign_guids([]) == frozenset()
