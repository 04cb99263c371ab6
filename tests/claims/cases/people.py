"""Cases about people and about fields that are missing or malformed."""

from typing import Any

from tests.claims.cases.case import ID, PRODUCT, case, error, line, warning, workload
from tests.claims.cases.conditions import signs_in_as

NOBODY = {"name": "", "title": "", "email": ""}
CUSTOMER_EMAIL = "customer_contact.email"
EMAIL_INVALID = error("email_invalid", CUSTOMER_EMAIL)
IS_PARTNER = error("contact_is_partner", CUSTOMER_EMAIL)
ELSEWHERE = warning("contact_domain_mismatch", CUSTOMER_EMAIL)


def person(email: Any = "maud.fenn@alderfreight.example", **parts: Any) -> dict[str, Any]:
    """A contact at the customer."""
    return {"name": "Maud Fenn", "title": "Head of IT", "email": email, **parts}


CONTACTS = (
    case(
        "a customer contact has a name, a title and an address",
        *(error("contact_required", f"customer_contact.{part}") for part in NOBODY),
        customer_contact=NOBODY,
        absent={"email_invalid": "contact_required"},
    ),
    *(
        case(
            f"a customer contact has a {part}",
            error("contact_required", f"customer_contact.{part}"),
            customer_contact=person(**{part: " "}),
        )
        for part in ("name", "title")
    ),
    case(
        "the company's own contact has a name and an address, and no title",
        error("contact_required", "partner_contact.name"),
        error("contact_required", "partner_contact.email"),
        partner_contact={"name": "", "email": ""},
    ),
    case(
        "a technical contact has a name, a title and an address",
        *(error("technical_contact_required", f"technical_contact.{part}") for part in NOBODY),
        technical_contact=NOBODY,
        absent={"email_invalid": "technical_contact_required"},
    ),
    case(
        "a claim about workloads needs no technical contact",
        **workload("exchange-online"),
        technical_contact=NOBODY,
        absent={"technical_contact_required": "Business applications only"},
    ),
    case(
        "the technical contact of a claim about workloads may be given, and then well",
        error("email_invalid", "technical_contact.email"),
        **workload("exchange-online"),
        technical_contact={"name": "", "title": "", "email": "somebody"},
    ),
    case(
        "a contact that cannot be read is not missing",
        error("invalid", "customer_contact"),
        customer_contact="Maud Fenn",
        absent={"contact_required": "invalid"},
    ),
    case(
        "a name that cannot be read is not missing",
        error("invalid", "customer_contact.name"),
        customer_contact=person(name="Maud\x07Fenn"),
        absent={"contact_required": "invalid"},
    ),
    case(
        "a technical contact that cannot be read is not missing",
        error("invalid", "technical_contact.title"),
        technical_contact=person(title="x" * 121),
        absent={"technical_contact_required": "invalid"},
    ),
)

ADDRESSES = (
    *(
        case(
            f"an e-mail address is well formed, not {typed!r}",
            EMAIL_INVALID,
            customer_contact=person(typed),
            absent={"contact_is_partner": "email_invalid", "contact_domain_mismatch": "email_invalid"},
        )
        for typed in (
            "haldencloud.example",
            "jonas@",
            "@haldencloud.example",
            "jonas@haldencloud",
            "jonas weber@haldencloud.example",
            "jonas@weber@haldencloud.example",
            "jonas..weber@haldencloud.example",
            "jonas@haldencloud..example",
            "Jonas <jonas@haldencloud.example>",
            "jonas@haldencloud.example, ines@haldencloud.example",
            "j" * 250 + "@haldencloud.example",
        )
    ),
    case(
        "every contact's address is looked at",
        error("email_invalid", "technical_contact.email"),
        error("email_invalid", "partner_contact.email"),
        technical_contact=person("maud"),
        partner_contact={"name": "Jonas Weber", "email": "jonas"},
    ),
    *(
        case(
            f"the customer contact is not your company's: {email}",
            IS_PARTNER,
            customer_contact=person(email),
            absent={"contact_domain_mismatch": "contact_is_partner"},
        )
        for email in ("jonas.weber@haldencloud.example", "somebody.else@haldencloud.example", "Any@HaldenCloud.Example")
    ),
    *(
        case(f"the technical contact is at the customer or at your company: {email}", technical_contact=person(email))
        for email in ("jonas.weber@haldencloud.example", "any@mail.alderfreight.example")
    ),
    case(
        "a technical contact at neither company is elsewhere",
        warning("contact_domain_mismatch", "technical_contact.email"),
        technical_contact=person("maud.fenn@alderfrieght.example"),
    ),
    case(
        "where a technical contact is at is not asked before the customer is known",
        error("domain_tenant_mismatch", "domain"),
        domain="nobody.example",
        technical_contact=person("maud.fenn@alderfrieght.example"),
        absent={"contact_domain_mismatch": "domain_tenant_mismatch"},
    ),
    case(
        "a public mail domain is no company's: another address there is only elsewhere",
        ELSEWHERE,
        customer_contact=person("maud.fenn@gmail.com"),
        world=(signs_in_as("ruth.adeyemi", "ruth.adeyemi@gmail.com"),),
    ),
    case(
        "at a public mail domain the same address is the partner's own",
        IS_PARTNER,
        customer_contact=person("Ruth.Adeyemi@Gmail.com"),
        world=(signs_in_as("ruth.adeyemi", "ruth.adeyemi@gmail.com"),),
    ),
    case(
        "an address of another company is elsewhere, not yours",
        ELSEWHERE,
        customer_contact=person("miguel.sa@brightwater.example"),
    ),
    case("any domain of the tenant will do", customer_contact=person("maud.fenn@alderfreight.onmicrosoft.com")),
    case("a subdomain of the tenant's will do", customer_contact=person("maud.fenn@mail.alderfreight.example")),
    case(
        "a domain that only ends like the tenant's is elsewhere",
        ELSEWHERE,
        customer_contact=person("maud.fenn@notalderfreight.example"),
    ),
    case(
        "an apostrophe and a plus are fine in an address", customer_contact=person("o'fenn+cpor@alderfreight.example")
    ),
)

REVENUE = (
    case(
        "a Revenue association names solution seller and ISV solution",
        error("seller_required", "solution_seller"),
        error("isv_solution_required", "isv_solution"),
        activity="revenue_association",
    ),
    *(
        case(
            f"{activity} names neither",
            activity=activity,
            absent={
                "seller_required": "Revenue association only",
                "isv_solution_required": "Revenue association only",
            },
        )
        for activity in ("presales", "usage")
    ),
    case(
        "a seller and a solution that cannot be read are not missing",
        error("invalid", "solution_seller"),
        error("invalid", "isv_solution"),
        activity="revenue_association",
        solution_seller=["Ada Holm"],
        isv_solution="Route\x00wise",
        absent={"seller_required": "invalid", "isv_solution_required": "invalid"},
    ),
)

ANY_FIELD = (
    case("a claim has a name", error("required", "name"), name="  "),
    case("null is missing", error("required", "name"), name=None),
    *(
        case(
            f"a name is a text of at most 120 characters, not {name}",
            error("invalid", "name"),
            name=value,
            absent={"required": "invalid"},
        )
        for name, value in {
            "longer": "x" * 121,
            "of control characters": "roll\x1bout",
            "half a character": "\ud800",
            "a list": ["Sales roll-out"],
            "an object": {"text": "Sales roll-out"},
            "a fraction": 1.5,
            "false": False,
        }.items()
    ),
    case("a name may have any letters", name="Räder für Übersee 輸送 🚚"),
    case("unknown fields do no harm", colour="green"),
    case("lines are a list", error("invalid", "lines"), lines="sales", absent={"product_required": "invalid"}),
    case("a line is an object", error("invalid", "lines.0"), lines=["sales"], absent={"product_required": "invalid"}),
    case("a line may not be null", error("invalid", "lines.1"), lines=[line("sales"), None]),
    case("a claim has at most 50 lines", error("invalid", "lines"), lines=[line("sales")] * 51),
    case(
        "a product that cannot be read is not unknown",
        error("invalid", PRODUCT),
        lines=[line("x" * 65)],
        absent={"product_unknown": "invalid"},
    ),
    case(
        "the ID of a workload that cannot be read does not belong there either",
        error("invalid", ID),
        error("subscription_not_applicable", ID),
        **workload("exchange-online", lines=[line("exchange-online", "x" * 65)]),
    ),
    case(
        "everything that is wrong is said at once",
        error("required", "name"),
        error("mpn_not_yours", "mpn_id"),
        error("required", "activity"),
        error("subscription_required", ID),
        error("product_unknown", "lines.1.product"),
        error("contact_required", "customer_contact.title"),
        ELSEWHERE,
        error("email_invalid", "partner_contact.email"),
        name="",
        mpn_id="1",
        activity="",
        lines=[line("field-service"), line("golf")],
        customer_contact=person("maud.fenn@elsewhere.example", title=""),
        partner_contact={"name": "Jonas Weber", "email": "jonas"},
    ),
)

CASES = (*CONTACTS, *ADDRESSES, *REVENUE, *ANY_FIELD)
