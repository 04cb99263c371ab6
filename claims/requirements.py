"""What proof must show, one list for partners and reviewers. Source: design, section 4; domain, section 5."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Requirement(TextChoices):
    """What a document has to show of each line for a claim to stand."""

    ACKNOWLEDGED = "acknowledged", _("Customer acknowledged")
    DATES = "dates", _("Dates")
    WORK = "work", _("Work described")
    PRODUCT = "product", _("Product named")


HINTS = {
    Requirement.ACKNOWLEDGED: _("named and signed"),
    Requirement.DATES: _("within %(months)s months"),
    Requirement.WORK: _("what you did"),
    Requirement.PRODUCT: _("by its own name"),
}

# What reviewers refuse a line for where the requirement is not met.
REFUSED_FOR = {
    Requirement.ACKNOWLEDGED: _("the customer's acknowledgement is missing"),
    Requirement.DATES: _("dates are missing or too old"),
    Requirement.WORK: _("your service is not described"),
    Requirement.PRODUCT: _("the product is not named"),
}
