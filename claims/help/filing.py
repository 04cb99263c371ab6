"""What is asked while a claim is written."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from claims.activities import WHEN
from claims.help.topic import Topic
from claims.requirements import MARKED, MENDED_BY
from directory.activities import OFFERED, Activity, SolutionArea

FILING = (
    Topic(
        "tenant-id",
        _("Where do I find the tenant ID?"),
        (
            _(
                "The customer's admin copies it from the Microsoft Entra admin centre, under Overview. It is also"
                " called directory ID or Microsoft ID."
            ),
            _("It is neither the ID of a subscription nor your own tenant's, though all look alike."),
        ),
        codes=("tenant_id_invalid",),
    ),
    Topic(
        "domain-and-tenant",
        _("Which domain belongs to the tenant ID?"),
        (
            _(
                "Any domain that the customer has set up in this tenant, such as that of its e-mail addresses. The name"
                " that ends in onmicrosoft.com always does."
            ),
            _(
                "The tenant ID says who the customer is, and the domain shows that it is no slip: we ask the directory"
                " for both, and go on only where both belong to one customer."
            ),
            _(
                "Where they do not match, one is mistyped, or belongs to a sister company, a former name or a test"
                " tenant. We do not say which, so that nobody can search for customers here."
            ),
            _("Ask the customer to send you both, copied rather than typed. If they are right, ask support."),
        ),
        codes=("domain_tenant_mismatch", "domain_invalid", "directory_unavailable", "lookup_limit"),
    ),
    Topic(
        "activity",
        _("Which activity is right?"),
        (
            _("The one that says what you did for this customer. If you did two of them, send two claims."),
            _(
                "No check can know that another one was meant. A wrong activity means claiming again, and what could"
                " have been earned meanwhile is lost. After sending it cannot be changed: withdraw the claim and copy"
                " it."
            ),
        ),
        points=tuple(
            (format_lazy("{}: {}", area.label, activity.label), WHEN[area, activity])
            for area in SolutionArea
            for activity in Activity
            if activity in OFFERED[area]
        ),
        codes=("activity_not_in_solution_area", "activity_not_for_purchase_channel", "purchase_channel_unknown"),
    ),
    Topic(
        "mpn-id",
        _("Which MPN ID is right?"),
        (
            _(
                "That of the location that did the work. The global ID stands for the whole company and cannot claim."
                " With locations in several countries it is mostly the one in the customer's country."
            ),
            _(
                "Each ID shows where it is enrolled and until when, and its partner type, such as FastTrack Ready"
                " Partner. Presales and Usage need an enrolment in a programme for that work on the day you send."
            ),
            _(
                "A wrong ID may pass every check, and then means claiming again and missed earnings. If you are not"
                " sure, ask your company's global admin first. While a claim is Submitted or Action required, its ID"
                " can still be changed."
            ),
        ),
        codes=("mpn_not_yours", "mpn_is_global", "mpn_not_enrolled", "mpn_enrollment_ending", "mpn_partner_type"),
    ),
    Topic(
        "product-or-subscription",
        _("A product, or a subscription too?"),
        (
            _(
                "Microsoft 365 is claimed by workload, for the whole tenant: no subscription ID. Dynamics 365 is"
                " claimed by subscription, and an ID is needed only where several fit."
            ),
            _(
                "Where the customer has one subscription of the product that can be claimed, we find it. Where there"
                " are several, only the customer knows which one your work was for. Either of its IDs will do, that"
                " of the directory or that of billing; once the claim is approved, it shows the ID."
            ),
            _(
                "What is approved holds for this subscription. When it ends, the association ends too, and the"
                " subscription that follows needs a claim of its own."
            ),
        ),
        codes=(
            "subscription_required",
            "subscription_not_applicable",
            "product_required",
            "product_unknown",
            "product_not_in_solution_area",
            "subscription_ending",
            "subscription_ended",
        ),
    ),
    Topic(
        "subscription-refused",
        _("Why is a subscription refused?"),
        (
            _(
                "Because something of it does not hold at the customer. The check says what: you need not guess, and"
                " each cause has its own remedy."
            ),
            _(
                "We look at the customer's subscriptions as they are now, in this order, and name the first thing that"
                " does not hold. What comes after it is not checked yet."
            ),
            _(
                "Agree with the customer on the subscription and the tenant. If both are right and the check still"
                " fails, ask support from the panel of checks: your question brings the check along."
            ),
        ),
        codes=(
            "product_not_on_tenant",
            "not_a_subscription_id",
            "subscription_not_on_tenant",
            "subscription_not_dynamics",
            "subscription_not_for_product",
            "subscription_is_csp",
            "activity_not_for_purchase_channel",
            "subscription_not_provisioned",
            "subscription_not_active",
            "already_claimed",
        ),
    ),
    Topic(
        "when-available",
        _("When can a new subscription be claimed?"),
        (
            _(
                "As soon as its services are set up at the customer. To have bought it is not enough: an admin of the"
                " customer has to activate it, and setting up takes a while."
            ),
            _(
                "Until then the check says so. Keep the draft: it is checked anew whenever you open it. If the customer"
                " uses the product and we still do not see it, ask support."
            ),
            _(
                "A subscription that has run out can still be claimed during its grace period, and no longer once it is"
                " suspended or cancelled."
            ),
        ),
        codes=("subscription_not_provisioned", "product_not_on_tenant", "subscription_not_active"),
    ),
    Topic(
        "proof",
        _("What must proof of execution show?"),
        (
            _(
                "That the customer agreed to the work, when it was done, what you did, and for which product. One"
                " document may show it all, or several together: a signed statement of work, or our template, filled"
                " in with your claim. A reviewer must see too that it is of this customer: give its name, domain and"
                " tenant ID as the claim does."
            ),
            _(
                "Each product is judged by itself, and what is not named is not proved. Mark the page that shows each"
                " requirement: a gap does not keep you from sending, but it is what a reviewer would refuse for."
            ),
            _("The work is done already, or agreed in a contract."),
            _(
                "Documents can be added after sending too, until a claim is withdrawn or has ended. None can be"
                " removed."
            ),
        ),
        points=tuple((requirement.label, MENDED_BY[requirement]) for requirement in MARKED),
        codes=("evidence_required", "evidence_not_clean", "evidence_uncovered", "file_unsafe", "poe_missing"),
    ),
    Topic(
        "customer-contact",
        _("Whom to name at the customer?"),
        (
            _(
                "Somebody who can speak for the customer about this work, at an address of the customer's own. The"
                " letter about your claim goes there once something is approved."
            ),
            _("Tell them before it comes, so that nobody declines what they have never heard of."),
        ),
        codes=(
            "contact_required",
            "technical_contact_required",
            "contact_is_partner",
            "contact_domain_mismatch",
            "email_invalid",
        ),
    ),
)
