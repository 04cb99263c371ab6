"""The catalogue: what migrations load, and whether it says of Microsoft's real table what design section 5 asks."""

import csv
import re
from collections import defaultdict
from uuid import UUID

import pytest

from directory.catalogue import CatalogueBroken, load, read
from directory.catalogue.files import FOLDER
from directory.models import CatalogueSku, CatalogueVersion, Product, ProductPlan, ProductSku
from tests.directory.given import REAL_TABLE

needs_real_table = pytest.mark.skipif(not REAL_TABLE.exists(), reason=f"{REAL_TABLE.name} is not at hand")
database = [pytest.mark.django_db, pytest.mark.both_databases]

FILES = read()
WORKLOADS = {code for code, (_, kind) in FILES.products.items() if kind == "workload"}
TRIALS = {"TEAMS_EXPLORATORY", "Microsoft_Teams_Exploratory_Dept", "MS_TEAMS_IW", "TEAMS_COMMERCIAL_TRIAL"}
NEVER_A_PRODUCT = re.compile(
    r"trial|tria |viral|\bIWs?\b|_IW\b|team.?members?|capacity|add-?on|add-?in|addl|addnl|additional|storage|instance"
    r"|sandbox|\btest\b|preview",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def table():
    """The real table, read without the importer: SKU GUID to (part number, name, plans by GUID)."""
    found: dict[UUID, tuple[str, str, dict[UUID, str]]] = {}
    with REAL_TABLE.open(encoding="utf-8-sig", newline="") as file:
        for name, part_number, sku, plan_name, plan, _ in list(csv.reader(file))[1:]:
            _, _, plans = found.setdefault(UUID(sku.strip()), (part_number.strip(), name.strip(), {}))
            plans.setdefault(UUID(plan.strip()), plan_name.strip())
    return found


def carriers(code):
    return {sku_id for owner, sku_id in FILES.carried if owner == code}


def plans(code):
    return {plan_id for owner, plan_id in FILES.plans if owner == code}


class TestLoading:
    """Files into rows."""

    pytestmark = database

    def test_a_fresh_database_holds_the_catalogue(self):
        assert dict(Product.objects.values_list("code", "name")) == {k: name for k, (name, _) in FILES.products.items()}
        assert CatalogueSku.objects.count() == len(FILES.skus)
        assert set(ProductSku.objects.values_list("product__code", "sku_id")) == FILES.carried
        assert set(ProductPlan.objects.values_list("product__code", "plan_id")) == set(FILES.plans)

    def test_loading_twice_changes_nothing(self, rows):
        before = rows()
        assert load() is False
        assert rows() == before

    def test_loading_mends_what_was_changed_and_moves_the_version(self):
        before = CatalogueVersion.objects.get().number
        ProductSku.objects.filter(product__code="intune").delete()
        ProductPlan.objects.filter(product__code="intune").update(name="x")
        Product.objects.filter(code="teams-phone").update(name="Telephone")
        assert load() is True
        assert set(ProductSku.objects.values_list("product__code", "sku_id")) == FILES.carried
        assert set(ProductPlan.objects.values_list("name", flat=True)) == set(FILES.plans.values())
        assert Product.objects.get(code="teams-phone").name == "Teams Phone"
        assert CatalogueVersion.objects.get().number == before + 1

    def test_loading_keeps_the_operators_choices(self):
        Product.objects.filter(code="intune").update(claimable=False)
        Product.objects.create(code="own", name="Own", kind="workload")
        assert load() is False
        assert Product.objects.filter(code="own").exists()
        assert Product.objects.get(code="intune").claimable is False


def test_every_product_of_design_section_5_is_there():
    assert {name.removeprefix("Dynamics 365 ") for name, _ in FILES.products.values()} == {
        *("Sales", "Customer Service", "Field Service", "Finance", "Supply Chain Management", "Business Central"),
        *("Project Operations", "Human Resources", "Commerce", "Customer Insights"),
        *("Exchange Online", "SharePoint Online", "Microsoft Teams", "Teams Phone", "Microsoft 365 Apps", "Intune"),
        *("Entra ID P1", "Entra ID P2", "Information Protection", "Defender for Office 365", "Defender for Identity"),
        *("Defender for Cloud Apps", "Viva Engage"),
    }


def test_no_workload_is_carried_by_a_dynamics_sku_and_no_product_by_another():
    wrong = [
        (code, FILES.skus[sku][0])
        for code, sku in FILES.carried
        if (FILES.skus[sku][1] == "dynamics") == (code in WORKLOADS)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("file", "row", "message"),
    [
        ("products.csv", "intune,Intune again,workload", "products.csv: intune stands there twice."),
        ("plans.csv", "intuen,c1ec4a95-1f05-45b3-a911-aa3fa01094f5,INTUNE_A", "intuen is not in products.csv"),
        ("products.csv", "new,New,workload", "plans.csv: no plan defines new."),
        ("skus.csv", "dddddddd-0000-0000-0000-000000000001,X,dynamics,intune,", "X is of family dynamics"),
    ],
)
def test_files_that_contradict_themselves_are_refused(file, row, message, tmp_path):
    for name in ("products.csv", "plans.csv", "skus.csv"):
        (tmp_path / name).write_text((FOLDER / name).read_text() + (f"{row}\n" if name == file else ""))
    with pytest.raises(CatalogueBroken, match=re.escape(message)):
        read(tmp_path)


@needs_real_table
class TestAgainstTheRealTable:
    """Every claim the files make about Microsoft's SKUs, held against Microsoft's words."""

    def test_every_sku_exists_with_that_guid_and_part_number(self, table):
        assert {key: number for key, (number, _) in FILES.skus.items()} == {key: table[key][0] for key in FILES.skus}

    def test_every_plan_exists_with_that_guid_and_name(self, table):
        names = defaultdict(set)
        for _, _, held in table.values():
            for plan_id, name in held.items():
                names[plan_id].add(name)
        assert [plan for (_, plan), name in FILES.plans.items() if name not in names[plan]] == []

    def test_every_dynamics_sku_of_the_table_is_listed_as_such(self, table):
        named = {key for key, (_, name, _) in table.items() if "dynamics" in name.lower()}
        assert len(named) == 107
        listed = {key for key, (_, family) in FILES.skus.items() if family == "dynamics"}
        assert {table[key][0] for key in listed - named} == {
            "DYN365_ ENTERPRISE _RELATIONSHIP_SALES",
            "MESSAGING_GCC_TEST",
        }
        assert named <= listed

    def test_every_sku_of_a_product_holds_a_plan_that_defines_it(self, table):
        assert [(code, table[sku][0]) for code, sku in FILES.carried if plans(code).isdisjoint(table[sku][2])] == []

    def test_every_plan_of_a_product_is_held_by_one_of_its_skus(self, table):
        held = {(code, plan) for code, sku in FILES.carried for plan in table[sku][2]}
        assert [name for (code, plan), name in FILES.plans.items() if (code, plan) not in held] == []

    @pytest.mark.parametrize("code", sorted(WORKLOADS))
    def test_a_workload_lists_every_other_sku_with_one_of_its_plans_but_trials(self, code, table):
        expected = {
            sku
            for sku, (number, _, held) in table.items()
            if not plans(code).isdisjoint(held) and FILES.skus[sku][1] != "dynamics" and number not in TRIALS
        }
        assert carriers(code) == expected

    def test_no_trial_team_member_or_add_on_carries_a_dynamics_product(self, table):
        listed = {sku for code, sku in FILES.carried if code not in WORKLOADS}
        texts = {f"{table[sku][0]} {table[sku][1]}" for sku in listed}
        assert [text for text in texts if NEVER_A_PRODUCT.search(text.replace("_", " "))] == []

    def test_no_trial_carries_a_workload(self, table):
        listed = {sku for code, sku in FILES.carried if code in WORKLOADS}
        offers = {
            number
            for number, name, _ in (table[sku] for sku in listed)
            if re.search(r"trial|viral|explor", f"{number} {name}", re.I)
        }
        assert offers == set()

    def test_a_dynamics_sku_with_a_plan_of_a_product_is_listed_or_says_why_not(self, table):
        unlisted = {
            (code, table[sku][0])
            for sku, (_, family) in FILES.skus.items()
            for code in set(FILES.products) - WORKLOADS
            if family == "dynamics" and not plans(code).isdisjoint(table[sku][2]) and (code, sku) not in FILES.carried
        }
        assert unlisted == {
            ("dynamics-365-customer-service", "Dynamics_365_Customer_Service_Enterprise_admin_trial"),
            (
                "dynamics-365-customer-service",
                "Dynamics_365_Sales_Field_Service_and_Customer_Service_Partner_Sandbox",
            ),
            ("dynamics-365-field-service", "DYN365_ENTERPRISE_TEAM_MEMBERS"),
            ("dynamics-365-field-service", "DYN365_TEAM_MEMBERS"),
            ("dynamics-365-sales", "Dynamics_365_Sales_Field_Service_and_Customer_Service_Partner_Sandbox"),
        }


def test_the_traps_of_the_table_are_kept_apart():
    by_number = {number: key for key, (number, _) in FILES.skus.items()}
    codes = {number: {code for code, sku in FILES.carried if sku == key} for number, key in by_number.items()}
    assert codes["DYN365_ENTERPRISE_SALES"] == {"dynamics-365-sales"}
    assert codes["DYN365_TEAM_MEMBERS"] == set()
    assert not any(code.startswith("dynamics") for code in codes["SPE_E3"])
    assert "exchange-online" in codes["EXCHANGEDESKLESS"]
    assert codes["STANDARDWOFFPACK_IW_FACULTY"] >= {"exchange-online", "microsoft-365-apps"}
    assert codes["MS_TEAMS_IW"] == set()
