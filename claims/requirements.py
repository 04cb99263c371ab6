"""What proof must show, one list for partners and reviewers. Source: design, section 4; domain, section 5."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Requirement(TextChoices):
    """What a document has to show of each line for a claim to stand."""

    ACKNOWLEDGED = "acknowledged", _("Customer acknowledged")
    DATES = "dates", _("Dates")
    WORK = "work", _("Work described")
    PRODUCT = "product", _("Product named")
    BELONGS = "belongs", _("Belongs to this claim")


# What partners mark pages for. Whether a document belongs to the claim is for the reviewer to see.
MARKED = tuple(requirement for requirement in Requirement if requirement != Requirement.BELONGS)
MARK_CHOICES = [(str(requirement), requirement.label) for requirement in MARKED]

HINTS = {
    Requirement.ACKNOWLEDGED: _("by a named person, signed"),
    Requirement.DATES: _("of the work and of the signature, which is at most %(months)s months old"),
    Requirement.WORK: _("what you did"),
    Requirement.PRODUCT: _("by its own name"),
}


TO_REVIEWERS = {
    Requirement.WORK: _("what the partner did"),
    Requirement.BELONGS: _("the same customer and partner"),
}


def hints(months: int, *, reviewing: bool = False) -> dict[str, str]:
    """What a page has to show for each requirement, in a few words to a partner, or to who reviews its claim.

    `months`: how old an acknowledgement may be.
    """
    said = {**HINTS, **TO_REVIEWERS} if reviewing else HINTS
    return {str(requirement): str(hint) % {"months": months} for requirement, hint in said.items()}


# What reviewers refuse a line for where the requirement is not met.
REFUSED_FOR = {
    Requirement.ACKNOWLEDGED: _("the customer's acknowledgement is missing"),
    Requirement.DATES: _("dates are missing or too old"),
    Requirement.WORK: _("your service is not described"),
    Requirement.PRODUCT: _("the product is not named"),
}

# What a partner can do about each, as the reviewer's draft says it.
MENDED_BY = {
    Requirement.ACKNOWLEDGED: _(
        "a page on which a named person at the customer confirms your work, signs and dates it"
    ),
    Requirement.DATES: _("the dates of the work and of the customer's signature, the latter within %(months)s months"),
    Requirement.WORK: _("what your company did for this customer, and with what result"),
    Requirement.PRODUCT: _("the product by its own name, next to the work that concerns it"),
    Requirement.BELONGS: _("proof of this claim: the same customer, domain and tenant ID, and your own company"),
}


class Reason(TextChoices):
    """Why a line is refused or ended: a closed list. Source: design, section 7."""

    POE_MISSING = "poe_missing", _("Proof of execution is missing")
    CUSTOMER_ACKNOWLEDGEMENT_MISSING = (
        "customer_acknowledgement_missing",
        _("The customer's acknowledgement is missing"),
    )
    DATES_MISSING_OR_OLD = "dates_missing_or_old", _("Dates are missing or too old")
    PARTNER_SERVICE_INSUFFICIENT = (
        "partner_service_insufficient",
        _("The partner's service is not shown well enough"),
    )
    PRODUCT_NOT_NAMED = "product_not_named", _("The product is not named")
    NO_PARTNER_RESPONSE = "no_partner_response", _("The partner did not answer in time")
    CUSTOMER_DECLINED = "customer_declined", _("The customer declined")
    PARTNER_REQUEST = "partner_request", _("The partner gave it up")
    ANOTHER_PARTNER_UPHELD = "another_partner_upheld", _("Another partner was upheld")
    SUBSCRIPTION_ENDED = "subscription_ended", _("The subscription ended")
    REVOKED = "revoked", _("The operator revoked it")


REASON_OF = {
    Requirement.ACKNOWLEDGED: Reason.CUSTOMER_ACKNOWLEDGEMENT_MISSING,
    Requirement.DATES: Reason.DATES_MISSING_OR_OLD,
    Requirement.WORK: Reason.PARTNER_SERVICE_INSUFFICIENT,
    Requirement.PRODUCT: Reason.PRODUCT_NOT_NAMED,
    Requirement.BELONGS: Reason.POE_MISSING,
}
