"""Cases about products and workloads: known, in the area, on the tenant, once; and what carries a workload."""

from cpor import demo
from tests.claims.cases.case import ID, PRODUCT, case, error, line, one, warning, workload
from tests.claims.cases.conditions import alder_has, held_by, running, sent_by, sent_by_rival, sub

EXCHANGE_PLAN = "efb87545-963c-4e0d-99df-69c6916d9eb0"
TEAMS_PLAN = "57ff2da0-773e-42df-b2af-ffb7a2317929"
SALES_PLAN = "2da8e897-7791-486b-b08f-cc63c8129df7"
NOT_ON_TENANT = error("product_not_on_tenant", PRODUCT)
SALES_ID = demo.subscription_id("alder-sales")
SALES_ORDER = demo.commerce_id("alder-sales")

KNOWN = (
    case("a claim names at least one product", error("product_required", "lines"), lines=[]),
    case(
        "a line names a product",
        error("product_required", PRODUCT),
        **one("", SALES_ID),
        absent={"product_unknown": "product_required"},
    ),
    case(
        "a product that is not in the catalogue is in no area either",
        error("product_unknown", PRODUCT),
        **one("golf"),
        absent={"product_not_in_solution_area": "product_unknown"},
    ),
    case(
        "a product is named by its code, not its name", error("product_unknown", PRODUCT), **one("Dynamics 365 Sales")
    ),
    case(
        "a workload is not in Business applications, and is asked for no subscription",
        error("product_not_in_solution_area", PRODUCT),
        **one("exchange-online", SALES_ID),
        absent={"subscription_not_applicable": "product_not_in_solution_area"},
    ),
    case(
        "a Dynamics 365 product is not in Microsoft 365, on the tenant or not",
        error("product_not_in_solution_area", PRODUCT),
        **workload("human-resources"),
        absent={"product_not_on_tenant": "product_not_in_solution_area"},
    ),
    case(
        "a product that no subscription contains is not on the tenant, whatever was typed beside it",
        NOT_ON_TENANT,
        **one("human-resources", "no ID"),
        absent={"not_a_subscription_id": "product_not_on_tenant"},
    ),
    case(
        "a product that is not on the tenant asks for no subscription ID",
        NOT_ON_TENANT,
        **one("human-resources"),
        absent={"subscription_required": "product_not_on_tenant"},
    ),
    case("a customer without subscriptions has no product", NOT_ON_TENANT, world=(alder_has(),)),
    case(
        "team members are no product",
        NOT_ON_TENANT,
        world=(alder_has(sub("team", "DYN365_TEAM_MEMBERS", serviceStatus=running(SALES_PLAN))),),
    ),
    case(
        "Microsoft 365 E3 with a Dynamics plan is no Dynamics 365",
        NOT_ON_TENANT,
        world=(alder_has(sub("e3", "SPE_E3", serviceStatus=running(SALES_PLAN, EXCHANGE_PLAN))),),
    ),
    case(
        "each line is judged by itself",
        error("product_unknown", "lines.1.product"),
        error("product_not_on_tenant", "lines.2.product"),
        lines=[line("sales"), line("golf"), line("human-resources")],
    ),
)

TWICE = (
    case(
        "one subscription by both of its IDs is one thing listed twice",
        error("duplicate_line", "lines.1.product"),
        lines=[line("sales", SALES_ID), line("sales", SALES_ORDER)],
    ),
    case(
        "one subscription with and without its ID is one thing listed twice",
        error("duplicate_line", "lines.1.product"),
        lines=[line("sales"), line("sales", SALES_ORDER.upper())],
    ),
    case(
        "what stands three times is listed twice two times",
        error("duplicate_line", "lines.1.product"),
        error("duplicate_line", "lines.2.product"),
        lines=[line("sales")] * 3,
    ),
    case(
        "a workload named twice is listed twice",
        error("duplicate_line", "lines.1.product"),
        **workload("exchange-online", "exchange-online"),
    ),
    case(
        "two subscriptions of one product are two things",
        lines=[
            line("field-service", demo.subscription_id("alder-field-1")),
            line("field-service", demo.subscription_id("alder-field-2")),
        ],
    ),
    case(
        "two products of one subscription are two things",
        lines=[line("sales"), line("customer-service", demo.commerce_id("plan"))],
        world=(alder_has(sub("plan", "DYN365_ENTERPRISE_PLAN1")),),
    ),
    case("two workloads of one subscription are two things", **workload("exchange-online", "microsoft-teams")),
    case(
        "before it is known which subscription is meant nothing is listed twice",
        error("subscription_required", "lines.0.subscription_id"),
        error("subscription_required", "lines.1.subscription_id"),
        lines=[line("field-service"), line("field-service")],
        absent={"duplicate_line": "subscription_required"},
    ),
)

CARRIED = (
    case(
        "a workload takes no subscription ID, whether or not the customer has it",
        error("subscription_not_applicable", ID),
        **workload("exchange-online", lines=[line("exchange-online", "no ID")]),
        world=(alder_has(),),
        absent={
            "product_not_on_tenant": "subscription_not_applicable",
            "not_a_subscription_id": "subscription_not_applicable",
        },
    ),
    case(
        "a small plan carries its workload",
        **workload("exchange-online"),
        world=(alder_has(sub("kiosk", "EXCHANGEDESKLESS")),),
    ),
    case(
        "a Dynamics 365 subscription with an Exchange plan does not carry Exchange",
        NOT_ON_TENANT,
        **workload("exchange-online"),
        world=(alder_has(sub("s", "DYN365_ENTERPRISE_SALES", serviceStatus=running(SALES_PLAN, EXCHANGE_PLAN))),),
    ),
    case(
        "a subscription without the plan does not carry the workload",
        NOT_ON_TENANT,
        **workload("exchange-online"),
        world=(alder_has(sub("e5", "SPE_E5", serviceStatus=running(TEAMS_PLAN))),),
    ),
    *(
        case(
            f"a workload is claimed however it was bought: {name}",
            **workload("exchange-online"),
            world=(alder_has(sub("e3", "SPE_E3", **bought)),),
            absent={
                "subscription_is_csp": "Business applications only",
                "activity_not_for_purchase_channel": "Business applications only",
                "purchase_channel_unknown": "Business applications only",
            },
        )
        for name, bought in {
            "CSP": {"purchaseChannel": "csp"},
            "another channel": {"purchaseChannel": "openValue"},
            "not told": {"purchaseChannel": None},
            "a trial": {"isTrial": True},
        }.items()
    ),
    case(
        "a workload that is not set up must be",
        error("subscription_not_provisioned", PRODUCT),
        **workload("teams-phone"),
        world=(alder_has(sub("phone", "MCOEV", provisioning="PendingActivation")),),
    ),
    case(
        "a workload whose only subscription is suspended is not active",
        error("subscription_not_active", PRODUCT),
        **workload("intune"),
        world=(alder_has(sub("intune", "INTUNE_A", status="Suspended", days=-20)),),
        absent={"subscription_ending": "subscription_not_active"},
    ),
    case(
        "a workload in grace is ending",
        warning("subscription_ending", PRODUCT),
        **workload("exchange-online"),
        world=(alder_has(sub("e3", "SPE_E3", status="Warning")),),
    ),
    *(
        case(
            f"one sound subscription is enough for a workload: the other is {name}",
            **workload("exchange-online"),
            world=(alder_has(sub("a", "SPE_E3", **other), sub("b", "EXCHANGESTANDARD"), sub("c", "SPE_E5", **other)),),
        )
        for name, other in {
            "suspended": {"status": "Suspended"},
            "in grace": {"status": "Warning"},
            "ending": {"days": 3},
            "not set up": {"provisioning": "PendingActivation"},
        }.items()
    ),
    case(
        "a workload must run in a subscription that is active, not in another one",
        error("subscription_not_provisioned", PRODUCT),
        **workload("exchange-online"),
        world=(
            alder_has(
                sub("a", "SPE_E3", provisioning="PendingActivation"),
                sub("b", "SPE_E5", status="Suspended"),
            ),
        ),
    ),
    case(
        "one running plan of several is enough",
        **workload("information-protection"),
        world=(
            alder_has(
                sub(
                    "e5",
                    "SPE_E5",
                    serviceStatus=[
                        {
                            "servicePlanId": "6c57d4b6-3b23-47a5-9bc9-69f17b4947b3",
                            "servicePlanName": "RMS_S_PREMIUM",
                            "provisioningStatus": "Disabled",
                        },
                        {
                            "servicePlanId": "5689bec4-755d-4753-8b61-40975025187c",
                            "servicePlanName": "RMS_S_PREMIUM2",
                            "provisioningStatus": "Success",
                        },
                    ],
                )
            ),
        ),
    ),
)

HELD = (
    case(
        "a workload your company has claimed is claimed already",
        error("already_claimed", PRODUCT),
        **workload("exchange-online"),
        world=(sent_by("ines.moreau", **workload("exchange-online")),),
    ),
    case(
        "another workload of the same subscription is not claimed",
        **workload("microsoft-teams"),
        world=(sent_by("jonas.weber", **workload("exchange-online")),),
    ),
    case(
        "a workload another partner holds leads to arbitration",
        warning("competing_claim", PRODUCT),
        **workload("exchange-online"),
        world=(held_by(demo.BRIGHTWATER, workload="exchange-online"),),
    ),
    case(
        "another partner's hold on one workload does not touch the next",
        **workload("microsoft-teams"),
        world=(held_by(demo.BRIGHTWATER, workload="exchange-online"),),
    ),
    case(
        "a rival's claim that is not decided is told to nobody",
        **workload("exchange-online"),
        world=(sent_by_rival(**workload("exchange-online")),),
    ),
)

CASES = (*KNOWN, *TWICE, *CARRIED, *HELD)
