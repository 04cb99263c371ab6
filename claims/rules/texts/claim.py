"""The words of the rules about what a claim says."""

from django.utils.translation import gettext_lazy as _

from claims.rules.texts.words import Severity, Text, Who

WARNING = Severity.WARNING

CLAIM: dict[str, Text] = {
    # --- the customer
    "tenant_id_invalid": Text(
        _("Tenant ID is a GUID"),
        _("this is not a tenant ID"),
        _("A tenant ID is a GUID: 32 digits and letters from a to f, in five groups with hyphens between."),
        _("Copy it from the customer's admin centre, where it is also called directory ID."),
        Who.YOU_AND_CUSTOMER,
        instead={
            "digits": _("A tenant ID has 32 digits and letters from a to f; this one has %(digits)s."),
            "groups": _("All 32 digits and letters are there, but not as 8, 4, 4, 4 and 12 with hyphens between."),
        },
    ),
    "domain_invalid": Text(
        _("Domain is a host name"),
        _("this is not a domain"),
        _("A domain looks like contoso.com; a subdomain like contoso stands for contoso.onmicrosoft.com."),
        _("Enter the name alone, without spaces or an @."),
    ),
    "domain_tenant_mismatch": Text(
        _("Domain and tenant ID belong together"),
        _("domain and tenant ID do not match"),
        _("We could not find a customer with both this domain and this tenant ID."),
        _("Ask the customer for both again: one of them may be mistyped or belong to another organisation."),
        Who.YOU_AND_CUSTOMER,
    ),
    "directory_unavailable": Text(
        _("The customer directory answers"),
        _("the customer directory does not answer"),
        _("We could not look the customer up just now. What you typed is kept."),
        _("Try again in a few minutes. If it stays like this, tell support."),
        Who.SUPPORT,
    ),
    # --- the work
    "activity_not_in_solution_area": Text(
        _("Activity belongs to the solution area"),
        _("this activity is not offered here"),
        _("%(activity)s cannot be claimed for %(area)s."),
        _("Choose one of: %(offered)s."),
    ),
    "mpn_not_yours": Text(
        _("MPN ID is your company's"),
        _("you cannot claim with this MPN ID"),
        _("This MPN ID is not one of your company's, or not one of the locations you may use."),
        _("Choose another one. If you need this one, ask your global admin: %(admins)s."),
        Who.GLOBAL_ADMIN,
    ),
    "mpn_is_global": Text(
        _("MPN ID is a location's"),
        _("this is your company's global MPN ID"),
        _("The global ID stands for the whole company. Claims are made with the ID of a location."),
        _("Choose the location that did the work."),
    ),
    "mpn_not_enrolled": Text(
        _("MPN ID is enrolled for this activity"),
        _("this MPN ID is not enrolled"),
        _("%(mpn_id)s has no enrolment that is active today in an incentive programme for this work."),
        _(
            "Choose an enrolled MPN ID, or ask your global admin to have this one enrolled: %(admins)s. The page"
            " Enrolment shows where each stands. Only a Revenue association, which pays nothing, can be sent without."
        ),
        Who.YOU_OR_GLOBAL_ADMIN,
    ),
    "mpn_enrollment_ending": Text(
        _("Enrolment goes on"),
        _("the enrolment ends soon"),
        _("The enrolment of %(mpn_id)s ends on %(ends_on)s. What counts is the day you send the claim."),
        _("Send in time, and ask your global admin about renewal: %(admins)s."),
        Who.GLOBAL_ADMIN,
        WARNING,
    ),
    "mpn_partner_type": Text(
        _("MPN ID carries no special partner type"),
        _("check that this is the intended MPN ID"),
        _("%(mpn_id)s carries the partner type %(types)s."),
        _("If another of your MPN IDs did this work, choose that one: a wrong ID means claiming again."),
        Who.YOU,
        WARNING,
    ),
    # --- products
    "product_required": Text(
        _("A product is chosen"),
        _("choose a product"),
        _("A claim names at least one product or workload, and each line names one."),
        _("Choose what your work was about."),
    ),
    "product_unknown": Text(
        _("Product is in the catalogue"),
        _("this product is not in the catalogue"),
        _("%(product)s is not a product or workload that can be claimed."),
        _("Choose one from the list. If one is missing there, ask support."),
    ),
    "product_not_in_solution_area": Text(
        _("Product belongs to the solution area"),
        _("this product belongs to the other solution area"),
        _("%(product)s belongs to %(area)s."),
        _("Choose another product, or another activity; one claim is about one solution area."),
    ),
    "duplicate_line": Text(
        _("Product is listed once"),
        _("this is listed twice"),
        _("An earlier line of this claim already names the same thing."),
        _("Remove one of the two."),
    ),
    "product_not_on_tenant": Text(
        _("Customer has the product"),
        _("the customer does not have this product"),
        _("No subscription of this customer contains %(product)s."),
        _("Check the product with the customer. A new subscription shows here once it is set up."),
        Who.YOU_AND_CUSTOMER,
    ),
    # --- subscriptions
    "subscription_required": Text(
        _("Subscription is known"),
        _("several subscriptions fit"),
        _("This customer has several subscriptions of %(product)s that can be claimed."),
        _("Ask the customer which one your work was for, and enter its subscription ID."),
        Who.YOU_AND_CUSTOMER,
    ),
    "subscription_not_applicable": Text(
        _("No subscription ID where none belongs"),
        _("a workload takes no subscription ID"),
        _("%(product)s is claimed for the whole tenant, not for one subscription."),
        _("Empty the subscription ID."),
    ),
    "not_a_subscription_id": Text(
        _("ID is a subscription ID"),
        _("this is not a subscription ID"),
        _("A subscription ID is a GUID: 32 digits and letters from a to f, in five groups with hyphens between."),
        _("Copy the ID from the customer's admin centre, under Billing, Your products."),
        Who.YOU_AND_CUSTOMER,
        instead={
            "guid": _("This GUID is the ID of something else, such as a product or the customer's tenant."),
            "digits": _("A subscription ID has 32 digits and letters from a to f; this one has %(digits)s."),
            "groups": _("All 32 digits and letters are there, but not as 8, 4, 4, 4 and 12 with hyphens between."),
        },
    ),
    "subscription_not_on_tenant": Text(
        _("Subscription is this customer's"),
        _("this customer has no such subscription"),
        _("No subscription of this customer has this ID."),
        _("Check the ID with the customer, and that the customer's tenant ID is the right one."),
        Who.YOU_AND_CUSTOMER,
    ),
    "subscription_not_dynamics": Text(
        _("Subscription is one of Dynamics 365"),
        _("this is not a Dynamics 365 subscription"),
        _("The subscription is %(sku)s, which is not part of Dynamics 365."),
        _("Enter the ID of the Dynamics 365 subscription that your work was for."),
    ),
    "subscription_not_for_product": Text(
        _("Subscription contains the product"),
        _("this is a subscription of another product"),
        _("The subscription is %(sku)s, which does not contain %(product)s."),
        _("Change the product, or enter the ID of a subscription that contains it."),
    ),
    "subscription_is_csp": Text(
        _("Subscription was not sold through CSP"),
        _("sold by a cloud solution provider"),
        _("The customer bought this through CSP. Business applications bought that way cannot be claimed."),
        _("Enter a subscription bought by Volume Licensing or Web-Direct, if the customer has one."),
        Who.CUSTOMER,
    ),
    "activity_not_for_purchase_channel": Text(
        _("Purchase channel can be claimed"),
        _("this purchase cannot be claimed"),
        _("Only what was bought by Volume Licensing or Web-Direct can be claimed, and this was not, or is a trial."),
        _("Enter a subscription bought one of these two ways, if the customer has one."),
        Who.CUSTOMER,
    ),
    "purchase_channel_unknown": Text(
        _("Purchase channel is known"),
        _("we cannot see how this was bought"),
        _("Only what was bought by Volume Licensing or Web-Direct can be claimed."),
        _("Have the customer's agreement at hand: the reviewer will ask for it."),
        Who.YOU_AND_CUSTOMER,
        WARNING,
    ),
    "subscription_not_provisioned": Text(
        _("Customer has set the product up"),
        _("the customer has not set this up yet"),
        _("%(product)s is bought but not set up: none of its services is running."),
        _("Ask the customer to activate it. It can be claimed as soon as the set-up has finished."),
        Who.CUSTOMER,
    ),
    "subscription_not_active": Text(
        _("Subscription is active or in grace"),
        _("the subscription is not active"),
        _("A claim needs a subscription that is active or in its grace period. This one is suspended or ended."),
        _("Ask the customer whether it was renewed under another ID."),
        Who.CUSTOMER,
    ),
    "subscription_ending": Text(
        _("Subscription goes on"),
        _("the subscription ends soon"),
        _("It is in its grace period or ends within 30 days%(ends_on)s."),
        _("A claim holds for this subscription only: what follows it will need a new claim."),
        Who.CUSTOMER,
        WARNING,
    ),
    "already_claimed": Text(
        _("Not claimed by your company yet"),
        _("your company has claimed this already"),
        _("Your claim %(reference)s covers the same product and activity."),
        _("Choose another product, or enter another subscription of it, and follow %(reference)s."),
    ),
    "competing_claim": Text(
        _("No other partner holds this"),
        _("arbitration ahead"),
        _("Another partner holds this at present, so your claim will go through arbitration."),
        _("Have your strongest proof ready. It is still reviewed within %(days)s, but may take longer."),
        Who.NOBODY,
        WARNING,
    ),
    # --- people
    "contact_required": Text(
        _("Contact is complete"),
        _("this is still empty"),
        _("We need a person at the customer (name, title, e-mail) and one at your company (name, e-mail)."),
        _("Fill this field in."),
    ),
    "technical_contact_required": Text(
        _("Technical contact is complete"),
        _("this is still empty"),
        _("Claims for Business applications name a technical contact at the customer (name, title, e-mail)."),
        _("Fill this field in; it may be the same person as the customer contact."),
    ),
    "email_invalid": Text(
        _("E-mail address is well formed"),
        _("this is not an e-mail address"),
        _("An address looks like name@example.com."),
        _("Correct the address; letters will go to it."),
    ),
    "contact_is_partner": Text(
        _("Customer contact is at the customer"),
        _("this is an address of your own company"),
        _("The customer contact decides for the customer, so it cannot be one of your company's own addresses."),
        _("Enter the address of a person at the customer."),
    ),
    "contact_domain_mismatch": Text(
        _("Contact at the customer has a domain of the tenant"),
        _("the contact's address is at another domain"),
        _("The address is not at a domain of this tenant. The letter about your claim will go there."),
        _("Check the address with the customer. You may send the claim if it is right."),
        Who.YOU_AND_CUSTOMER,
        WARNING,
        instead={"technical": _("The address is neither at a domain of this tenant nor at your company's.")},
    ),
    "contact_changed_often": Text(
        _("Customer contact is changed a few times a day at most"),
        _("the contact was changed too often today"),
        _("Each change writes to another person. %(limit)s letters about one claim in 24 hours are the limit."),
        _("Ask the customer who decides, and name that person in a day."),
    ),
    "seller_required": Text(
        _("Solution seller is named"),
        _("the solution seller is missing"),
        _("A Revenue association names who sold the solution."),
        _("Enter the seller's name."),
    ),
    "isv_solution_required": Text(
        _("ISV solution is named"),
        _("the ISV solution is missing"),
        _("A Revenue association names the product or solution of the independent software vendor."),
        _("Enter its name."),
    ),
    # --- any field
    "required": Text(
        _("Field is filled in"),
        _("this is still empty"),
        _("Nothing can be sent while this is empty."),
        _("Fill it in."),
    ),
    "fixed_after_sending": Text(
        _("Field may be changed"),
        _("this cannot be changed any more"),
        _("After sending, only MPN ID, products and contacts of a claim can be changed."),
        _("If this is wrong, file a new claim."),
    ),
    "invalid": Text(
        _("Field can be read"),
        _("this cannot be read"),
        _("What was entered has the wrong form, is too long or holds characters that cannot be stored."),
        _("Enter it again, as plain text."),
    ),
}
