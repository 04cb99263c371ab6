"""Cases about the subscription of a Dynamics 365 line: which one is meant, and whether it can be claimed."""

from typing import Any

from cpor import demo
from tests.claims.cases.case import ID, PRODUCT, Case, Found, case, error, line, one, warning
from tests.claims.cases.conditions import (
    alder_has,
    held_by,
    outside_the_catalogue,
    running,
    sent_by,
    sent_by_rival,
    sub,
)
from tests.claims.cases.products import EXCHANGE_PLAN, SALES_ID, SALES_ORDER, SALES_PLAN
from tests.claims.cases.work import REVENUE

SALES = "DYN365_ENTERPRISE_SALES"
SALES_SKU = "1e1a282c-9c54-43a2-9310-98ef728faace"
REQUIRED = error("subscription_required", ID)
NO_ID = error("not_a_subscription_id", ID)
NOT_THEIRS = error("subscription_not_on_tenant", ID)
NOT_DYNAMICS = error("subscription_not_dynamics", ID)
OTHER_PRODUCT = error("subscription_not_for_product", ID)
CSP = error("subscription_is_csp", ID)
WRONG_CHANNEL = error("activity_not_for_purchase_channel", ID)
UNKNOWN_CHANNEL = warning("purchase_channel_unknown", ID)
NOT_SET_UP = error("subscription_not_provisioned", ID)
NOT_ACTIVE = error("subscription_not_active", ID)
ENDING = warning("subscription_ending", ID)
CLAIMED = error("already_claimed", PRODUCT)
COMPETING = warning("competing_claim", PRODUCT)

TYPED = (
    case("a subscription may be named by its ID", **one("sales", SALES_ID)),
    case("a subscription may be named by the ID of its order", **one("sales", SALES_ORDER)),
    case("a subscription ID may have capitals and blanks around", **one("sales", f" {SALES_ID.upper()} ")),
    *(
        case(
            f"{name} is no subscription ID",
            NO_ID,
            **one("sales", typed),
            absent={"subscription_not_on_tenant": "not_a_subscription_id"},
        )
        for name, typed in {
            "a word": "none",
            "a GUID without hyphens": SALES_ID.replace("-", ""),
            "the ID of a SKU": SALES_SKU,
            "the ID of a service plan": EXCHANGE_PLAN.upper(),
            "the tenant's own ID": demo.ALDER.upper(),
        }.items()
    ),
    case(
        "an ID that cannot be read is not looked at further",
        error("invalid", ID),
        **one("sales", "x" * 65),
        absent={"not_a_subscription_id": "invalid"},
    ),
    case(
        "an ID that nobody has is not on the tenant", NOT_THEIRS, **one("sales", "0b7c2f9e-55aa-4c1e-9c7d-3d2f1a0b9c8d")
    ),
    case(
        "an ID of another customer is not on the tenant, whatever it is",
        NOT_THEIRS,
        **one("sales", demo.subscription_id("tamarind-e3")),
        absent={"subscription_not_dynamics": "subscription_not_on_tenant"},
    ),
    case(
        "the ID of another tenant is not on the tenant: nobody learns that it is one",
        NOT_THEIRS,
        **one("sales", demo.CORVANE),
    ),
    case(
        "a subscription of Microsoft 365 is no Dynamics 365, so no other product of it either",
        NOT_DYNAMICS,
        **one("sales", demo.subscription_id("alder-e5")),
        absent={"subscription_not_for_product": "subscription_not_dynamics"},
    ),
    case(
        "Microsoft 365 E3 with a Dynamics plan is no Dynamics 365 subscription",
        NOT_DYNAMICS,
        **one("sales", demo.subscription_id("e3")),
        world=(alder_has(sub("alder-sales", SALES), sub("e3", "SPE_E3", serviceStatus=running(SALES_PLAN))),),
    ),
    case(
        "a subscription of a SKU that no list knows is no Dynamics 365",
        NOT_DYNAMICS,
        **one("sales", demo.subscription_id("odd")),
        world=(
            alder_has(
                sub("alder-sales", SALES),
                outside_the_catalogue("odd", "DYN365_LOOKS_LIKE", "5d1f7c2a-0c0b-4f7e-8a5c-7a3b9e1d2c4f", SALES_PLAN),
            ),
        ),
    ),
    case(
        "a subscription of another product is not for this one, and its channel is not looked at",
        OTHER_PRODUCT,
        **one("sales", demo.subscription_id("alder-finance")),
        absent={"subscription_is_csp": "subscription_not_for_product"},
    ),
    case(
        "a subscription of team members is for no product",
        OTHER_PRODUCT,
        **one("sales", demo.subscription_id("team")),
        world=(alder_has(sub("alder-sales", SALES), sub("team", "DYN365_TEAM_MEMBERS")),),
    ),
    case("a typed ID settles which of several is meant", **one("field-service", demo.subscription_id("alder-field-2"))),
)


def has(rule: str, *found: Found, before: Any = (), after: Any = (), also: Any = (), **more: Any) -> Case:
    """A claim for Sales without an ID at a customer with one subscription, as `more` says where Graph has the word."""
    graph = {"status", "days", "provisioning", "purchaseChannel", "isTrial", "serviceStatus", "nextLifecycleDateTime"}
    fields = {name: value for name, value in more.items() if name in graph}
    changes = {name: value for name, value in more.items() if name not in graph}
    world = (*before, alder_has(sub("alder-sales", SALES, **fields), *also), *after)
    return case(rule, *found, world=world, **changes)


ALL_WRONG: dict[str, Any] = {"status": "Suspended", "provisioning": "PendingActivation", "days": 3}
TAKEN = (held_by(demo.BRIGHTWATER, subscription="alder-sales"), sent_by("jonas.weber"))

BOUGHT = (
    has("Volume Licensing can be claimed", purchaseChannel="volumeLicensing"),
    has("Web-Direct can be claimed", purchaseChannel="webDirect"),
    has(
        "what was sold through CSP cannot be claimed, and nothing else is said of it",
        CSP,
        purchaseChannel="csp",
        isTrial=True,
        **ALL_WRONG,
        absent={
            "activity_not_for_purchase_channel": "subscription_is_csp",
            "subscription_not_provisioned": "subscription_is_csp",
            "subscription_not_active": "subscription_is_csp",
            "subscription_ending": "subscription_is_csp",
        },
    ),
    has(
        "what was sold through CSP is refused for Revenue association too",
        CSP,
        purchaseChannel="csp",
        **REVENUE,
    ),
    has("what was sold through CSP is refused by its ID too", CSP, purchaseChannel="csp", **one("sales", SALES_ORDER)),
    has("any other channel cannot be claimed", WRONG_CHANNEL, purchaseChannel="openValue"),
    has(
        "a trial cannot be claimed, and nothing else is said of it",
        WRONG_CHANNEL,
        isTrial=True,
        **ALL_WRONG,
        absent={
            "subscription_not_provisioned": "activity_not_for_purchase_channel",
            "subscription_not_active": "activity_not_for_purchase_channel",
        },
    ),
    has(
        "a trial of an unknown channel is a trial",
        WRONG_CHANNEL,
        isTrial=True,
        purchaseChannel=None,
        absent={"purchase_channel_unknown": "activity_not_for_purchase_channel"},
    ),
    has("a channel that the source does not tell is warned of", UNKNOWN_CHANNEL, purchaseChannel=None),
    has(
        "an unknown channel hides nothing else",
        UNKNOWN_CHANNEL,
        NOT_SET_UP,
        purchaseChannel=None,
        provisioning="PendingActivation",
    ),
    has(
        "of what cannot be claimed nobody learns who has claimed or holds it",
        WRONG_CHANNEL,
        isTrial=True,
        before=TAKEN,
        absent={
            "already_claimed": "activity_not_for_purchase_channel",
            "competing_claim": "activity_not_for_purchase_channel",
        },
    ),
)

CONDITION = (
    *(
        has(f"a plan that is {state} is not provisioned", NOT_SET_UP, provisioning=state)
        for state in ("PendingActivation", "PendingInput", "PendingProvisioning", "Disabled", "Error")
    ),
    has(
        "a subscription without any defining plan is not set up",
        NOT_SET_UP,
        serviceStatus=running(EXCHANGE_PLAN),
    ),
    *(
        has(
            f"{status} is not active, and ends no more",
            NOT_ACTIVE,
            status=status,
            days=-3,
            absent={"subscription_ending": "subscription_not_active"},
        )
        for status in ("Suspended", "Deleted", "LockedOut")
    ),
    has("Warning is in grace: active, and ending", ENDING, status="Warning"),
    has("a subscription that ends today is ending", ENDING, days=0),
    has("a subscription that ends in 30 days is ending", ENDING, days=30),
    has("a subscription that ends in 31 days is not ending", days=31),
    has("a subscription whose end is not told is not ending", nextLifecycleDateTime=None),
    has("not set up and not active are said together", NOT_SET_UP, NOT_ACTIVE, **ALL_WRONG),
    has("not set up and ending are said together", NOT_SET_UP, ENDING, provisioning="PendingActivation", days=5),
)

CLAIMS = (
    has("what a colleague has claimed is claimed already", CLAIMED, before=(sent_by("ines.moreau"),)),
    has(
        "what was claimed for another activity is not claimed",
        before=(sent_by("jonas.weber", activity="presales"),),
    ),
    case(
        "what was claimed for another product of the same subscription is not claimed",
        **one("customer-service"),
        world=(alder_has(sub("plan", "DYN365_ENTERPRISE_PLAN1")), sent_by("jonas.weber", **one("sales"))),
    ),
    has(
        "without an activity it is not known what would be claimed twice",
        error("required", "activity"),
        activity="",
        before=(sent_by("jonas.weber"),),
        absent={"already_claimed": "required"},
    ),
    has("what another partner holds leads to arbitration", COMPETING, after=(TAKEN[0],)),
    has(
        "what another partner held once does not",
        after=(held_by(demo.BRIGHTWATER, subscription="alder-sales", ended=True),),
    ),
    has("what your own company holds does not", after=(held_by(demo.HALDEN, subscription="alder-sales"),)),
    has("a rival's claim for a subscription is told to nobody before it is decided", before=(sent_by_rival(),)),
    has("claimed by you and held by another are said together", CLAIMED, COMPETING, before=TAKEN),
    has(
        "what is known about a claim does not hide the state of its subscription",
        CLAIMED,
        COMPETING,
        NOT_ACTIVE,
        NOT_SET_UP,
        before=TAKEN,
        **ALL_WRONG,
    ),
)

CHOICE = (
    case("several subscriptions that can be claimed ask for the ID", REQUIRED, **one("field-service")),
    *(
        has(f"the one that can be claimed is taken: the other is {name}", also=(sub("b", SALES, **other),))
        for name, other in {
            "sold through CSP": {"purchaseChannel": "csp"},
            "of another channel": {"purchaseChannel": "openValue"},
            "a trial": {"isTrial": True},
            "suspended": {"status": "Suspended"},
            "not set up": {"provisioning": "PendingActivation"},
        }.items()
    ),
    has("the only one is taken although it is ending", ENDING, days=5, also=(sub("b", SALES, purchaseChannel="csp"),)),
    *(
        has(f"one that is only warned of can be claimed too, so the ID is asked for: {name}", REQUIRED, also=(other,))
        for name, other in {
            "ending": sub("b", SALES, days=5),
            "in grace": sub("b", SALES, status="Warning"),
            "of unknown channel": sub("b", SALES, purchaseChannel=None),
        }.items()
    ),
    has(
        "one that you have claimed counts among the several, so no second one is taken unasked",
        REQUIRED,
        before=(sent_by("jonas.weber"),),
        also=(sub("b", SALES),),
    ),
    has(
        "a bundle counts among the several",
        REQUIRED,
        also=(sub("plan", "DYN365_ENTERPRISE_PLAN1"),),
    ),
    has(
        "of none that can be claimed the channel decides first: not set up comes closer than CSP",
        NOT_SET_UP,
        purchaseChannel="csp",
        also=(sub("b", SALES, provisioning="PendingActivation"),),
    ),
    has(
        "a trial comes closer than CSP",
        WRONG_CHANNEL,
        purchaseChannel="csp",
        also=(sub("b", SALES, isTrial=True),),
    ),
    has(
        "everything wrong after the channel comes closer than a trial",
        NOT_ACTIVE,
        NOT_SET_UP,
        isTrial=True,
        also=(sub("b", SALES, **ALL_WRONG),),
    ),
    has("one fault comes closer than two", NOT_ACTIVE, **ALL_WRONG, also=(sub("b", SALES, status="Suspended"),)),
    has(
        "not set up comes closer than not active, which nobody can mend",
        NOT_SET_UP,
        status="Suspended",
        also=(sub("b", SALES, provisioning="PendingActivation"),),
    ),
    has(
        "one that you have not claimed comes closer",
        NOT_ACTIVE,
        status="Suspended",
        before=(sent_by("jonas.weber"),),
        also=(sub("b", SALES, status="Suspended"),),
    ),
    has(
        "one without a warning comes closer",
        NOT_SET_UP,
        provisioning="PendingActivation",
        purchaseChannel=None,
        also=(sub("b", SALES, provisioning="PendingActivation"),),
    ),
    has(
        "one subscription may be bad and the next line good",
        error("subscription_is_csp", "lines.1.subscription_id"),
        lines=[line("sales"), line("finance")],
        also=(sub("alder-finance", "DYN365_FINANCE", purchaseChannel="csp"),),
    ),
)

CASES = (*TYPED, *BOUGHT, *CONDITION, *CLAIMS, *CHOICE)
