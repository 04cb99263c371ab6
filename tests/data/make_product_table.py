"""Writes `product-table.csv`, a small look-alike of Microsoft's product table with the habits of the real one.

A byte-order mark, stray spaces, tabs and non-ASCII characters in names, rows that stand twice, one plan under two names,
a part number with spaces inside; Dynamics SKUs that hold Exchange, SharePoint and Teams plans, Microsoft 365 SKUs that
hold a Dynamics plan. SKUs and plans named here carry their real, public GUIDs.

Run it from anywhere: `python tests/data/make_product_table.py`.
"""

import csv
from pathlib import Path

HEADER = (
    "Product_Display_Name",
    "String_Id",
    "GUID",
    "Service_Plan_Name",
    "Service_Plan_Id",
    "Service_Plans_Included_Friendly_Names",
)

PLANS = {
    "AAD_PREMIUM": ("41781fb2-bc02-4b7c-bd55-b576c07bb09d", "Microsoft Entra ID P1"),
    "DYN365_CDS_O365_P2": ("4ff01e01-1ba7-4d71-8cf8-ce96c3bbcf14", "Common Data Service"),
    "DYN365_ENTERPRISE_FIELD_SERVICE": ("8c66ef8a-177f-4c0d-853c-d4f219331d09", "Dynamics 365 for Field Service"),
    "DYN365_ENTERPRISE_P1": ("d56f3deb-50d8-465a-bedb-f079817ccac1", "Dynamics 365 Customer Engagement Plan"),
    "DYN365_ENTERPRISE_SALES": ("2da8e897-7791-486b-b08f-cc63c8129df7", "Dynamics 365 for Sales – Enterprise"),
    "DYN365_TEAM_MEMBERS": ("4092fdb5-8d81-41d3-be76-aaba4074530b", "Dynamics 365 Team Members"),
    "EXCHANGE_S_DESKLESS": ("4a82b400-a79f-41a4-b4e2-e94f5787b113", "EXCHANGE ONLINE KIOSK"),
    "EXCHANGE_S_ENTERPRISE": ("efb87545-963c-4e0d-99df-69c6916d9eb0", "Exchange Online (Plan 2)"),
    "EXCHANGE_S_FOUNDATION": ("113feb6c-3fe4-4440-bddc-54d774bf0318", "Exchange Foundation"),
    "INTUNE_A": ("c1ec4a95-1f05-45b3-a911-aa3fa01094f5", "Microsoft Intune"),
    "OFFICESUBSCRIPTION": ("43de0ff5-c92c-492b-9116-175376d08c38", "Microsoft 365 Apps for enterprise"),
    "SHAREPOINTENTERPRISE": ("5dbe027f-2339-4123-9542-606e4d348a72", "SharePoint (Plan 2)"),
    "TEAMS1": ("57ff2da0-773e-42df-b2af-ffb7a2317929", "Microsoft Teams"),
    "Virtualization \tRights": ("e7c91390-7625-45be-94e0-e16907e03118", "Windows 10/11 Enterprise"),
}

SKUS = (
    (
        " Dynamics 365 for Sales Enterprise Edition ",
        "DYN365_ENTERPRISE_SALES",
        "1e1a282c-9c54-43a2-9310-98ef728faace",
        ("DYN365_ENTERPRISE_SALES", "SHAREPOINTENTERPRISE", "EXCHANGE_S_FOUNDATION"),
    ),
    (
        "Dynamics 365 Customer Engagement Plan",
        "DYN365_ENTERPRISE_PLAN1",
        "ea126fc5-a19e-42e2-a731-da9d437bffcf",
        ("DYN365_ENTERPRISE_P1", "DYN365_ENTERPRISE_FIELD_SERVICE", "TEAMS1", "SHAREPOINTENTERPRISE"),
    ),
    (
        "Dynamics 365 Team Members",
        "DYN365_TEAM_MEMBERS",
        "7ac9fe77-66b7-4e5e-9e46-10eed1cff547",
        ("DYN365_TEAM_MEMBERS", "DYN365_ENTERPRISE_FIELD_SERVICE", "TEAMS1", "SHAREPOINTENTERPRISE"),
    ),
    (
        "Microsoft Relationship Sales solution",
        "DYN365_ ENTERPRISE _RELATIONSHIP_SALES",
        "4f05b1a3-a978-462c-b93f-781c6bee998f",
        ("EXCHANGE_S_FOUNDATION", "SHAREPOINTENTERPRISE"),
    ),
    (
        "Microsoft 365 E3",
        "SPE_E3",
        "05e9a617-0261-4cee-bb44-138d3ef5d965",
        (
            "EXCHANGE_S_ENTERPRISE",
            "SHAREPOINTENTERPRISE",
            "TEAMS1",
            "OFFICESUBSCRIPTION",
            "INTUNE_A",
            "AAD_PREMIUM",
            "DYN365_CDS_O365_P2",
            "Virtualization \tRights",
        ),
    ),
    (
        "Microsoft Entra ID P1_USGOV_GCCHIGH",
        "AAD_PREMIUM_USGOV_GCCHIGH ",
        "de597797-22fb-4d65-a9fe-b7dbe8893914",
        ("AAD_PREMIUM", "EXCHANGE_S_FOUNDATION"),
    ),
    (
        "Exchange Online (kiosque) – présentation à l’école",
        "EXCHANGEDESKLESS",
        "80b2d799-d2ba-4d2a-8842-fb0d0f3a4b82",
        ("EXCHANGE_S_DESKLESS",),
    ),
)


def rows() -> list[tuple[str, ...]]:
    """All rows after the header: every (SKU, plan), and two of them again under other names."""
    found = [
        (name, part_number, sku_id, plan, *PLANS[plan]) for name, part_number, sku_id, plans in SKUS for plan in plans
    ]
    first, last = found[0], found[-1]
    again = (first[0].strip(), *first[1:5], "Dynamics 365 for Sales, the second time")
    return [*found, again, (*last[:2], last[2].upper(), *last[3:])]


def main() -> None:
    """Writes the file beside this script, with byte-order mark and CRLF as the real one."""
    with (Path(__file__).parent / "product-table.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows()])


if __name__ == "__main__":
    main()
