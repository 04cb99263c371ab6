"""`import_directory`: customers come in as Graph describes them; a bad file is refused by path and changes nothing."""

import json
from datetime import UTC, datetime
from io import StringIO
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from directory.models import Domain, Subscription, Tenant
from tests.directory.given import OTHER_TENANT, SALES, SALES_PLAN, TENANT, subscription, tenant

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

SALES_ROW = UUID("aaaaaaaa-0000-0000-0000-000000000001")
OTHER = {"tenant_id": OTHER_TENANT, "domains": ["northwind.example"], "subscriptions": [subscription(2)]}


@pytest.fixture
def load(tmp_path):
    """Imports a document: a list of tenants, or the file's text or bytes; the answer is what the command says."""

    def importing(content):
        path, out = tmp_path / "directory.json", StringIO()
        if isinstance(content, list):
            content = json.dumps({"tenants": content})
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        call_command("import_directory", str(path), stdout=out)
        return out.getvalue().strip()

    return importing


@pytest.fixture
def refused(load, rows, tmp_path):
    """Imports what must be refused; the answer is the refusal, after a look that nothing changed."""

    def refusing(content):
        before = rows()
        with pytest.raises(CommandError) as error:
            load(content)
        assert rows() == before
        text = str(error.value).removeprefix(f"{tmp_path / 'directory.json'}: ")
        assert text.endswith(" Nothing was changed.")
        return text.removesuffix(" Nothing was changed.")

    return refusing


def test_first_import_says_what_is_new(load):
    assert load([tenant(), tenant(**OTHER)]) == (
        "2 tenants: 2 new, 0 renamed. 2 domains: 2 new, 0 moved, 0 removed. "
        "2 subscriptions: 2 new, 0 changed, 0 removed."
    )


def test_second_import_changes_nothing_and_says_so(load, rows):
    load([tenant(), tenant(**OTHER)])
    before = rows()
    assert load([tenant(), tenant(**OTHER)]) == (
        "2 tenants: 0 new, 0 renamed. 2 domains: 0 new, 0 moved, 0 removed. "
        "2 subscriptions: 0 new, 0 changed, 0 removed. Nothing changed."
    )
    assert rows() == before


def test_a_subscription_is_kept_as_told(load):
    load([tenant()])
    row = Subscription.objects.get()
    assert (row.id, row.commerce_id) == (SALES_ROW, UUID("bbbbbbbb-0000-0000-0000-000000000001"))
    assert (row.tenant_id, row.sku_id, row.sku_part_number) == (UUID(TENANT), UUID(SALES), "DYN365_ENTERPRISE_SALES")
    assert (row.status, row.is_trial, row.channel, row.total_licenses) == ("Warning", False, "webDirect", 40)
    assert row.ends_at == datetime(2026, 12, 3, tzinfo=UTC)
    assert row.plans == {SALES_PLAN: "Success"}


def test_guids_and_domains_come_in_any_case(load):
    load([tenant(TENANT.upper(), domains=["Fabrikam.OnMicrosoft.COM", "Bücher.example"])])
    assert set(Domain.objects.values_list("name", flat=True)) == {"fabrikam.onmicrosoft.com", "xn--bcher-kva.example"}
    shouted = subscription(skuId=SALES.upper(), id=str(SALES_ROW).upper())
    assert load(
        [tenant(domains=["fabrikam.onmicrosoft.com", "xn--bcher-kva.example"], subscriptions=[shouted])]
    ).endswith("Nothing changed.")


def test_a_byte_order_mark_is_read_over(load):
    assert load(b"\xef\xbb\xbf" + json.dumps({"tenants": [tenant()]}).encode()).startswith("1 tenants: 1 new")


def test_the_file_is_the_truth_for_the_tenants_it_names_and_no_others(load):
    load([tenant(), tenant(**OTHER)])
    changed = tenant(
        displayName="Fabrikam AG", domains=["fabrikam.example"], subscriptions=[subscription(3), subscription(4)]
    )
    assert load([changed]) == (
        "1 tenants: 0 new, 1 renamed. 1 domains: 1 new, 0 moved, 1 removed. "
        "2 subscriptions: 2 new, 0 changed, 1 removed."
    )
    assert set(Domain.objects.values_list("name", flat=True)) == {"fabrikam.example", "northwind.example"}
    assert Tenant.objects.get(tenant_id=OTHER_TENANT).subscriptions.count() == 1


def test_a_domain_and_a_subscription_move_where_the_file_names_both_tenants(load):
    load([tenant(), tenant(**OTHER)])
    swapped = [
        tenant(domains=["northwind.example"], subscriptions=[subscription(2)]),
        tenant(OTHER_TENANT, domains=["fabrikam.onmicrosoft.com"], subscriptions=[subscription(1)]),
    ]
    assert load(swapped) == (
        "2 tenants: 0 new, 0 renamed. 2 domains: 0 new, 2 moved, 0 removed. "
        "2 subscriptions: 0 new, 2 changed, 0 removed."
    )
    assert Domain.objects.get(name="northwind.example").tenant_id == UUID(TENANT)
    assert Subscription.objects.get(id=SALES_ROW).tenant_id == UUID(OTHER_TENANT)


def test_two_subscriptions_may_swap_their_commerce_ids(load):
    first, second = subscription(1), subscription(2)
    load([tenant(subscriptions=[first, second])])
    ids = (second["commerceSubscriptionId"], first["commerceSubscriptionId"])
    first["commerceSubscriptionId"], second["commerceSubscriptionId"] = ids
    assert "2 subscriptions: 0 new, 2 changed, 0 removed." in load([tenant(subscriptions=[first, second])])
    assert str(Subscription.objects.get(id=SALES_ROW).commerce_id) == ids[0]


@pytest.mark.parametrize(
    ("told", "owner", "channel"),
    [
        ("volumeLicensing", None, "volumeLicensing"),
        ("WEBDIRECT", OTHER_TENANT, "webDirect"),
        ("csp", None, "csp"),
        ("retail", None, "retail"),
        (None, None, ""),
        (None, TENANT.upper(), ""),
        (None, OTHER_TENANT, "csp"),
    ],
)
def test_another_owner_means_csp_only_where_no_channel_is_told(load, told, owner, channel):
    load([tenant(subscriptions=[subscription(purchaseChannel=told, ownerTenantId=owner)])])
    assert Subscription.objects.get().channel == channel


def test_fields_graph_may_leave_out_have_the_plain_value(load):
    bare = subscription(
        commerceSubscriptionId=None, isTrial=None, totalLicenses=None, nextLifecycleDateTime=None, createdDateTime=None
    )
    load([tenant(subscriptions=[bare])])
    row = Subscription.objects.get()
    assert (row.commerce_id, row.is_trial, row.total_licenses, row.ends_at) == (None, False, 0, None)


def plan(**fields):
    return {"servicePlanId": SALES_PLAN, "provisioningStatus": "Success", **fields}


def of(**fields):
    """A good tenant, and one whose subscription has these fields."""
    return [tenant(**OTHER), tenant(subscriptions=[subscription(3), subscription(**fields)])]


AT = "tenants[1].subscriptions[1]"
BAD = {
    "tenant ID missing": ([tenant(tenantId=None)], "tenants[0].tenantId: is missing."),
    "tenant ID no GUID": ([tenant("contoso")], 'tenants[0].tenantId: "contoso" is not a GUID (8-4-4-4-12, no braces).'),
    "tenant ID in braces": ([tenant(f"{{{TENANT}}}")], "tenants[0].tenantId: "),
    "tenant ID a number": ([tenant(tenantId=7)], "tenants[0].tenantId: 7 is no text."),
    "one tenant twice": (
        [tenant(), tenant(TENANT.upper(), domains=[], subscriptions=[])],
        f"tenants[1].tenantId: {TENANT} stands in the file twice.",
    ),
    "name missing": ([tenant(displayName=None)], "tenants[0].displayName: is missing."),
    "name empty": ([tenant(displayName="")], "tenants[0].displayName: is empty."),
    "name with NUL": ([tenant(displayName="a\0b")], "tenants[0].displayName: 'a\\x00b' holds a control character."),
    "name with half a letter": ([tenant(displayName="\ud800")], "tenants[0].displayName: '\\ud800' holds a control"),
    "domains missing": ([tenant(domains=None)], "tenants[0].domains: is missing."),
    "domains no list": ([tenant(domains="a.example")], 'tenants[0].domains: "a.example" is no list.'),
    "domain a number": ([tenant(domains=[4])], "tenants[0].domains[0]: 4 is no host name"),
    "bare subdomain": ([tenant(domains=["a.example", "b"])], 'tenants[0].domains[1]: "b" is no host name'),
    "domain an address": ([tenant(domains=["https://a.example/"])], "tenants[0].domains[0]: "),
    "domain with trailing dot": ([tenant(domains=["a.example."])], "tenants[0].domains[0]: "),
    "domain an IP address": ([tenant(domains=["10.0.0.1"])], "tenants[0].domains[0]: "),
    "domain with endless label": ([tenant(domains=[f"{'ü' * 64}.example"])], "tenants[0].domains[0]: "),
    "one domain of two tenants": (
        [tenant(), tenant(OTHER_TENANT, domains=["x.example", "FABRIKAM.onmicrosoft.com"], subscriptions=[])],
        "tenants[1].domains[1]: fabrikam.onmicrosoft.com stands at tenants[0].domains[0] too.",
    ),
    "subscriptions missing": ([tenant(subscriptions=None)], "tenants[0].subscriptions: is missing."),
    "subscription no object": ([tenant(subscriptions=["x"])], 'tenants[0].subscriptions[0]: "x" is no object.'),
    "SKU missing": (of(skuId=None), f"{AT}.skuId: is missing."),
    "SKU no GUID": (of(skuId="SPE_E3"), f'{AT}.skuId: "SPE_E3" is not a GUID'),
    "ID missing": (of(id=None), f"{AT}.id: is missing."),
    "part number missing": (of(skuPartNumber=None), f"{AT}.skuPartNumber: is missing."),
    "status missing": (of(status=None), f"{AT}.status: is missing."),
    "status unknown": (
        of(status="enabled"),
        f'{AT}.status: "enabled" is none of Enabled, Warning, Suspended, Deleted, LockedOut.',
    ),
    "trial a word": (of(isTrial="no"), f'{AT}.isTrial: "no" is neither true nor false.'),
    "licences a fraction": (of(totalLicenses=1.5), f"{AT}.totalLicenses: 1.5 is no whole number from 0 to 2147483647."),
    "licences true": (of(totalLicenses=True), f"{AT}.totalLicenses: True is no whole number"),
    "licences negative": (of(totalLicenses=-1), f"{AT}.totalLicenses: -1 is no whole number"),
    "licences too many": (of(totalLicenses=2**31), f"{AT}.totalLicenses: 2147483648 is no whole number"),
    "end no moment": (of(nextLifecycleDateTime="soon"), f'{AT}.nextLifecycleDateTime: "soon" is no moment'),
    "end without zone": (of(nextLifecycleDateTime="2026-12-03T00:00:00"), f"{AT}.nextLifecycleDateTime: "),
    "commerce ID no GUID": (of(commerceSubscriptionId="x"), f'{AT}.commerceSubscriptionId: "x" is not a GUID'),
    "channel a number": (of(purchaseChannel=1), f"{AT}.purchaseChannel: 1 is no text."),
    "owner no GUID": (of(ownerTenantId="me"), f'{AT}.ownerTenantId: "me" is not a GUID'),
    "plans missing": (of(serviceStatus=None), f"{AT}.serviceStatus: is missing."),
    "plan without ID": (of(serviceStatus=[{}]), f"{AT}.serviceStatus[0].servicePlanId: is missing."),
    "plan of unknown status": (
        of(serviceStatus=[plan(), plan(provisioningStatus="Done")]),
        f'{AT}.serviceStatus[1].provisioningStatus: "Done" is none of Success, ',
    ),
    "plan of two statuses": (
        of(serviceStatus=[plan(), plan(provisioningStatus="Error")]),
        f"{AT}.serviceStatus[1].servicePlanId: {SALES_PLAN} stands in this subscription with another status too.",
    ),
    "one ID twice": (of(id=subscription(3)["id"]), f"{AT}.id: aaaaaaaa-0000-0000-0000-000000000003 stands at "),
    "an ID that is another's commerce ID": (of(id=subscription(3)["commerceSubscriptionId"]), f"{AT}.id: bbbbbbbb-"),
    "no tenants": ("{}", "tenants: is missing."),
    "no object": ("[]", "document: [] is no object."),
    "broken": ('{"tenants": [\n  {"tenantId": }]}', "line 2, column 16: no valid JSON: Expecting value."),
    "cut": ('{"tenants": [\n', "line 2, column 1: no valid JSON: Expecting value."),
    "empty": ("", "line 1: the file is empty."),
    "not UTF-8": (b'{"tenants": [\n"\xe9"]}', "line 2: byte 0xe9 is not UTF-8."),
    "UTF-16": ('{"tenants": []}'.encode("utf-16"), "line 1: the file is UTF-16."),
    "a key twice": (
        '{"tenants": [{"a": 1, "tenantId": "x", "tenantId": "y"}]}',
        'tenants[0]: the key "tenantId" stands twice.',
    ),
    "NaN": ('{"tenants": NaN}', "NaN is no JSON number."),
    "nested too deeply": ("[" * 200_000, "The document is nested too deeply."),
    "endless number": ('{"tenants": ' + "9" * 5000 + "}", "A number in the document is too long."),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_by_path_and_changes_nothing(name, refused):
    content, message = BAD[name]
    assert refused(content).startswith(message)


def test_a_file_cannot_take_the_domain_of_a_tenant_it_does_not_name(load, refused):
    load([tenant()])
    assert refused([tenant(OTHER_TENANT, subscriptions=[])]) == (
        f"tenants[0].domains[0]: fabrikam.onmicrosoft.com belongs to tenant {TENANT}, which this file does not name."
    )


@pytest.mark.parametrize("key", ["id", "commerceSubscriptionId"])
def test_a_file_cannot_take_the_subscription_of_a_tenant_it_does_not_name(load, refused, key):
    load([tenant()])
    taken = subscription(9, **{key: subscription()[key]})
    assert refused([tenant(OTHER_TENANT, domains=[], subscriptions=[taken])]) == (
        f"tenants[0].subscriptions[0].{key}: {taken[key]} belongs to tenant {TENANT}, which this file does not name."
    )
