"""The words SolutionArea and Activity, and which activity belongs to which area. Source: design, section 6."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class SolutionArea(TextChoices):
    """What the vendor sells, in two areas."""

    BUSINESS_APPLICATIONS = "business_applications", _("Business applications")
    MICROSOFT_365 = "microsoft_365", _("Microsoft 365")


class Activity(TextChoices):
    """What the partner did for the customer."""

    PRESALES = "presales", _("Presales")
    USAGE = "usage", _("Usage")
    REVENUE_ASSOCIATION = "revenue_association", _("Revenue association")


OFFERED: dict[str, tuple[Activity, ...]] = {
    SolutionArea.BUSINESS_APPLICATIONS: (Activity.PRESALES, Activity.USAGE, Activity.REVENUE_ASSOCIATION),
    SolutionArea.MICROSOFT_365: (Activity.USAGE,),
}
