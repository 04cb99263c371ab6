"""Cases about the customer: format, then one question to the directory; nothing about lines before."""

from cpor import demo
from tests.claims.cases.case import case, error, line, one
from tests.claims.cases.conditions import PENISCOLA, alder_has, sub

TENANT_INVALID = error("tenant_id_invalid", "tenant_id")
DOMAIN_INVALID = error("domain_invalid", "domain")
MISMATCH = error("domain_tenant_mismatch", "domain")
DOWN = error("directory_unavailable", "tenant_id")
UNKNOWN_GUID = "0b7c2f9e-55aa-4c1e-9c7d-3d2f1a0b9c8d"
CONTACT_ELSEWHERE = {"name": "Maud Fenn", "title": "Head of IT", "email": "maud.fenn@elsewhere.example"}

NO_TENANT_ID = {
    "no GUID": "alder",
    "a GUID without hyphens": demo.ALDER.replace("-", ""),
    "a GUID in braces": "{" + demo.ALDER + "}",
    "a GUID and more": demo.ALDER + "0",
    "a GUID with a digit of another script": demo.ALDER[:-1] + "١",
    "a domain": "alderfreight.example",
    "longer than any GUID": "3f" * 60,
    "a GUID with a line break inside": demo.ALDER.replace("-", "\n"),
    "a list": [demo.ALDER],
    "a number": 10**60,
    "true": True,
}
TENANT_IDS = {
    "in capitals": demo.ALDER.upper(),
    "with blanks around": f"  {demo.ALDER}\t",
    "with an invisible space in front": "\u200b" + demo.ALDER,
}
NO_DOMAIN = {
    "an address with a name before an @": "https://maud.fenn@alderfreight.example/",
    "an address of another kind": "ftp://alderfreight.example",
    "a scheme alone": "https://",
    "an e-mail address": "maud.fenn@alderfreight.example",
    "two names": "alderfreight.example corvane.example",
    "a name with an underscore": "alder_freight.example",
    "a name that begins with a hyphen": "-alder.example",
    "a name with two dots together": "alderfreight..example",
    "an IP address": "192.0.2.7",
    "a dot": ".",
    "a wildcard": "*.alderfreight.example",
    "longer than any name": "a." * 130 + "example",
    "a name with a control character": "alder\x00freight.example",
    "a list": ["alderfreight.example"],
}
DOMAINS = {
    "a full name": "alderfreight.example",
    "the full subdomain": "alderfreight.onmicrosoft.com",
    "a bare subdomain": "alderfreight",
    "a bare subdomain in capitals": "AlderFreight",
    "a name in capitals": "ALDERFREIGHT.EXAMPLE",
    "a name with a dot at its end": "alderfreight.example.",
    "a name with blanks around": " alderfreight.example ",
    "an address of the web": "https://alderfreight.example",
    "an address of the web with www, path and blanks": " HTTPS://www.alderfreight.example/about?x=1 ",
    "a name with www": "www.alderfreight.example",
    "an address with a path": "alderfreight.example/about",
    "an international name": "peñíscola.example",
    "an international name in capitals": "PEÑÍSCOLA.EXAMPLE",
    "an international name in its ASCII form": PENISCOLA,
}
NO_CUSTOMER = {
    "an unknown tenant": {"tenant_id": UNKNOWN_GUID},
    "an unknown domain": {"domain": "nobody.example"},
    "an unknown tenant and an unknown domain": {"tenant_id": UNKNOWN_GUID, "domain": "nobody.example"},
    "the domain of another customer": {"domain": "corvane.example"},
    "the tenant of another customer": {"tenant_id": demo.CORVANE},
    "the bare subdomain of another customer": {"domain": "corvane"},
    "a subdomain of the customer's domain": {"domain": "mail.alderfreight.example"},
}

CASES = (
    case("a claim that is right in everything has no findings"),
    *(
        case(
            f"a tenant ID is a GUID, not {name}",
            TENANT_INVALID,
            tenant_id=value,
            absent={"domain_tenant_mismatch": "tenant_id_invalid"},
        )
        for name, value in NO_TENANT_ID.items()
    ),
    *(case(f"a tenant ID {name} is the same tenant", tenant_id=value) for name, value in TENANT_IDS.items()),
    case(
        "an empty tenant ID is missing, not wrong",
        error("required", "tenant_id"),
        tenant_id="",
        absent={"tenant_id_invalid": "required"},
    ),
    *(
        case(
            f"a domain is a host name, not {name}",
            DOMAIN_INVALID,
            domain=value,
            absent={"domain_tenant_mismatch": "domain_invalid"},
        )
        for name, value in NO_DOMAIN.items()
    ),
    *(
        case(
            f"{name} is a domain",
            domain=value,
            world=(alder_has(sub("alder-sales", "DYN365_ENTERPRISE_SALES")),),
        )
        for name, value in DOMAINS.items()
    ),
    case(
        "an empty domain is missing, not wrong",
        error("required", "domain"),
        domain="",
        absent={"domain_invalid": "required"},
    ),
    case("tenant ID and domain are both looked at", TENANT_INVALID, DOMAIN_INVALID, tenant_id="x", domain="a b"),
    *(
        case(
            f"{name} gets the one answer, and nothing about products",
            MISMATCH,
            **changes,
            lines=[line("golf"), line("sales", "no ID")],
            customer_contact=CONTACT_ELSEWHERE,
            absent={
                "product_unknown": "domain_tenant_mismatch",
                "not_a_subscription_id": "domain_tenant_mismatch",
                "contact_domain_mismatch": "domain_tenant_mismatch",
            },
        )
        for name, changes in NO_CUSTOMER.items()
    ),
    case(
        "nothing about products is said while the tenant ID is wrong",
        TENANT_INVALID,
        tenant_id="x",
        **one("golf"),
        absent={"product_unknown": "tenant_id_invalid"},
    ),
    case(
        "a product is still to be chosen, whether or not the customer is known",
        MISMATCH,
        error("product_required", "lines.0.product"),
        domain="nobody.example",
        lines=[line("")],
    ),
    case(
        "a claim without products lacks them, whether or not the customer is known",
        error("required", "domain"),
        error("product_required", "lines"),
        domain="",
        lines=[],
    ),
    case(
        "a directory that does not answer is said, and nothing about customer and products",
        DOWN,
        directory="silent",
        domain="nobody.example",
        **one("golf"),
        absent={
            "domain_tenant_mismatch": "directory_unavailable",
            "product_unknown": "directory_unavailable",
        },
    ),
    case(
        "a directory is not asked about what is no tenant ID",
        TENANT_INVALID,
        directory="silent",
        tenant_id="x",
        absent={"directory_unavailable": "tenant_id_invalid"},
    ),
    case(
        "a directory is not asked about what is no domain",
        DOMAIN_INVALID,
        directory="silent",
        domain="a b",
        absent={"directory_unavailable": "domain_invalid"},
    ),
)
