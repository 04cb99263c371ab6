"""In what order the rules stand on each other: a rule whose premise failed is not checked. Design, section 5.

The rules follow this order, `docs/rules.md` is printed from it, and the tests hold both to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True)
class Rule:
    """One code in its place.

    `after` names the codes that must not have failed on the same thing for this one to be checked at all; `when` says
    what decides besides, and what the texts leave out.
    """

    code: str
    after: tuple[str, ...] = ()
    when: Any = ""


@dataclass(frozen=True)
class Group:
    """Rules about one thing, in the order in which they are checked; `slug` is its anchor on the page *Help*."""

    slug: str
    title: Any
    about: Any
    rules: tuple[Rule, ...]


CUSTOMER = Group(
    "checks-customer",
    _("Customer"),
    _(
        "First the form of both words, then one question to the directory. Nothing about products is checked before the"
        " customer is known."
    ),
    (
        Rule("tenant_id_invalid", ("required",), _("Capital letters and blanks around the GUID do no harm.")),
        Rule("domain_invalid", ("required",), _("Capital letters, a dot at the end and letters such as ñ do no harm.")),
        Rule("directory_unavailable", ("tenant_id_invalid", "domain_invalid")),
        Rule(
            "domain_tenant_mismatch",
            ("directory_unavailable",),
            _("Unknown tenant, unknown domain, or the domain of another customer: one answer for all three."),
        ),
    ),
)

WORK = Group(
    "checks-work",
    _("Work and MPN ID"),
    _("Solution area and activity first, for they say which enrolment counts."),
    (
        Rule("activity_not_in_solution_area", ("required", "invalid")),
        Rule("mpn_not_yours", ("required", "invalid")),
        Rule("mpn_is_global", ("mpn_not_yours",)),
        Rule(
            "mpn_not_enrolled",
            ("mpn_is_global", "activity_not_in_solution_area"),
            _(
                "Presales and Usage need a programme of the area and activity, today. Revenue association pays nothing:"
                " there it is a warning, and an enrolment in any programme counts."
            ),
        ),
        Rule(
            "mpn_enrollment_ending",
            ("mpn_not_enrolled",),
            _("Its last day is at most 30 days away, nothing renews it, and no period follows without a gap."),
        ),
        Rule("mpn_partner_type", ("mpn_not_enrolled",)),
    ),
)

PRODUCTS = Group(
    "checks-products",
    _("Products"),
    _("Each line by itself, once the customer and the solution area are known."),
    (
        Rule("product_required", ("invalid",)),
        Rule("product_unknown", ("product_required", "domain_tenant_mismatch")),
        Rule("product_not_in_solution_area", ("product_unknown",)),
        Rule("subscription_not_applicable", ("product_not_in_solution_area",), _("Workloads only.")),
        Rule(
            "product_not_on_tenant",
            ("subscription_not_applicable",),
            _(
                "A Dynamics 365 product is there by its SKUs; a workload by one of its service plans in a SKU of its"
                " list, never by a plan inside a Dynamics 365 SKU. Subscriptions count in every status."
            ),
        ),
        Rule(
            "duplicate_line",
            ("subscription_required", "subscription_not_for_product"),
            _("Said of the later line. One subscription that carries several products may be named for each."),
        ),
    ),
)

SUBSCRIPTIONS = Group(
    "checks-subscriptions",
    _("Subscriptions"),
    _(
        "The subscription whose ID was typed; either of its two IDs will do. Where none was: the one that can be"
        " claimed; where none can, the one that comes closest. What a line says of a workload stands at its product."
    ),
    (
        Rule(
            "subscription_required",
            ("product_not_on_tenant",),
            _("Without a typed ID. One that your company has claimed already counts among the several."),
        ),
        Rule(
            "not_a_subscription_id", ("product_not_on_tenant",), _("Also the ID of a SKU, a plan or the tenant itself.")
        ),
        Rule(
            "subscription_not_on_tenant",
            ("not_a_subscription_id",),
            _("The same answer whether or not another customer has it."),
        ),
        Rule("subscription_not_dynamics", ("subscription_not_on_tenant",)),
        Rule("subscription_not_for_product", ("subscription_not_dynamics",)),
        Rule(
            "subscription_is_csp",
            ("subscription_required", "subscription_not_for_product"),
            _("Business applications only."),
        ),
        Rule("activity_not_for_purchase_channel", ("subscription_is_csp",), _("Business applications only.")),
        Rule("purchase_channel_unknown", ("activity_not_for_purchase_channel",), _("Business applications only.")),
        Rule(
            "subscription_not_provisioned",
            ("activity_not_for_purchase_channel",),
            _("A defining service plan must be provisioned with `Success`."),
        ),
        Rule(
            "subscription_not_active",
            ("activity_not_for_purchase_channel",),
            _("`Enabled` is active and `Warning` in grace. A workload needs one such subscription that carries it."),
        ),
        Rule(
            "subscription_ending",
            ("subscription_not_active",),
            _("Its last day is at most 30 days away, or it is in grace."),
        ),
        Rule(
            "already_claimed",
            ("activity_not_for_purchase_channel", "activity_not_in_solution_area"),
            _("The same subscription or workload, product and activity."),
        ),
        Rule(
            "competing_claim",
            ("activity_not_for_purchase_channel",),
            _("Only of an association that stands. What others have merely filed is told to nobody."),
        ),
    ),
)

PEOPLE = Group(
    "checks-people",
    _("People"),
    _("Each field by itself."),
    (
        Rule("contact_required", ("invalid",)),
        Rule("technical_contact_required", ("invalid",), _("Business applications only.")),
        Rule("email_invalid", ("contact_required", "technical_contact_required")),
        Rule(
            "contact_is_partner",
            ("email_invalid",),
            _(
                "The customer contact alone. At domains of public mail, such as gmail.com, only the same address"
                " counts."
            ),
        ),
        Rule(
            "contact_domain_mismatch",
            ("contact_is_partner", "domain_tenant_mismatch"),
            _("The customer contact and the technical contact. The latter may also be at your company's domain."),
        ),
        Rule("seller_required", ("invalid",), _("Revenue association only.")),
        Rule("isv_solution_required", ("invalid",), _("Revenue association only.")),
    ),
)

PROOF = Group(
    "checks-proof",
    _("Proof"),
    _(
        "Not checked by the pre-flight of a claim that is not stored: it can have no documents. After sending,"
        " documents may be added until the claim is withdrawn or has ended."
    ),
    (
        Rule("evidence_required"),
        Rule(
            "evidence_not_clean",
            ("evidence_required",),
            _("Each document by itself: still being inspected, or refused."),
        ),
        Rule(
            "evidence_uncovered",
            ("evidence_required",),
            _(
                "For each product: the customer's acknowledgement, dates, the work, and the product by its name. What"
                " is marked in a refused document does not count."
            ),
        ),
    ),
)

ANY_FIELD = Group(
    "checks-fields",
    _("Other fields"),
    _("What no other code says."),
    (
        Rule("invalid"),
        Rule("required", ("invalid",)),
        Rule("fixed_after_sending", ("invalid",), _("Edits of a claim that was sent.")),
    ),
)

UPLOADS = Group(
    "checks-files",
    _("Files that are not taken"),
    _("Said of each file by itself, at once or when it has been inspected; the other files are not lost."),
    (
        Rule("file_empty"),
        Rule("file_type_not_allowed", (), _("By the last ending of the name.")),
        Rule("file_too_large", (), _("25 MB a file; 20 files and 100 MB a claim.")),
        Rule(
            "file_content_mismatch",
            (),
            _("The first bytes are not those of the type, or another type is hidden in it."),
        ),
        Rule("file_unsafe", (), _("Links, form and signature fields, opening at a page and formulas do no harm.")),
        Rule("file_not_stored", (), _("Nothing of it is kept.")),
        Rule("attachment_refused", (), _("Comments: one of the codes above, said of what was to go with the words.")),
    ),
)

MARKS = Group(
    "checks-marks",
    _("Marks"),
    _("Said while documents are marked."),
    (
        Rule("nothing_ticked"),
        Rule(
            "pages_invalid", (), _("A range that runs backwards, or past the document's last page where that is known.")
        ),
    ),
)

REVIEW = Group(
    "checks-review",
    pgettext_lazy("checks", "Review"),
    _(
        "Said to the reviewer who decides a product. All five requirements count: those that partners mark, and that"
        " the proof belongs to this claim."
    ),
    (
        Rule("check_open", (), _("Approving a product, for each requirement without a page that shows it met.")),
        Rule("line_to_decide", (), _("Recording a review while an open product is in no case.")),
        Rule("reviewer_unfit", (), _("Giving a claim to somebody who is no reviewer, or who has a conflict.")),
        Rule("nothing_unmet", (), _("Refusing a product of which no requirement was found not to be met.")),
    ),
)

DISPUTES = Group(
    "checks-decision",
    _("After a decision"),
    _("Said to the partner who disputes a decision, for each product by itself, or names another customer contact."),
    (
        Rule("justification_required", (), _("Neither words nor a document.")),
        Rule("not_disputable", (), _("Neither refused nor lost to another partner; or its subscription has ended.")),
        Rule("disputed_before", (), _("Also what was decided in a dispute between others.")),
        Rule("dispute_too_late", (), _("30 days from the decision, by the policy of the claim; the last day counts.")),
        Rule("contact_changed_often", (), _("Naming another customer contact once the customer was asked.")),
    ),
)

CASES = Group(
    "checks-cases",
    _("Cases"),
    _("Said to the operator's people about several partners and one unit."),
    (
        Rule(
            "names_other_party",
            (),
            _(
                "Every text to a partner: comments, requests, refusals, letters, revocations. However it is spelled;"
                " what the reader or the customer is called passes, and so do ordinary words, by which files are"
                " named too."
            ),
        ),
        Rule("party_required"),
        Rule("asked_already", (), _("Asking a party whose clock still runs.")),
        Rule("party_without_claim", (), _("A partner that holds the unit since before claims were kept.")),
        Rule("nothing_upheld"),
        Rule("line_unproved", (), _("Of the party that is upheld: all five requirements, each with a page.")),
        Rule("reason_unfounded"),
        Rule("incumbent_not_heard", (), _("A request of this case to it was neither answered nor has lapsed.")),
        Rule("newer_proof_needed", (), _("For a party that has lost the unit in a dispute: a document added since.")),
        Rule("rationale_cites_nothing"),
        Rule("cite_wrong"),
        Rule("letter_required", (), _("For each party.")),
        Rule("second_reviewer_needed", (), _("Whoever has proposed a decision does not agree to it.")),
        Rule("second_lead_needed", (), _("Nor a lead to taking back what they proposed to take back.")),
        Rule(
            "revocation_waiting", (), _("Agreeing names what is agreed to: its words are what the partner will read.")
        ),
    ),
)

PACE = Group(
    "checks-pace",
    _("Pace"),
    _("Said to whoever does a thing more often than people do, over all claims."),
    (
        Rule("draft_often", (), _("Beginning a draft, or copying a claim to one.")),
        Rule("comment_often", (), _("Comments alone: questions and answers have their clocks.")),
    ),
)

SAID_IN_USE = (MARKS, UPLOADS, REVIEW, DISPUTES, CASES, PACE)
GROUPS = (CUSTOMER, WORK, PRODUCTS, SUBSCRIPTIONS, PEOPLE, PROOF, ANY_FIELD)
RULES: Mapping[str, Rule] = {rule.code: rule for group in (*GROUPS, *SAID_IN_USE) for rule in group.rules}


@cache
def premises(code: str) -> frozenset[str]:
    """Every code whose failure keeps `code` from being checked, near and far."""
    near = RULES[code].after
    return frozenset(near).union(*(premises(other) for other in near))
