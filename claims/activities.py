"""When each activity is right and what it earns, in words; and why one is not offered. Source: design, section 6."""

from django.utils.translation import gettext_lazy as _

from directory.activities import Activity, SolutionArea

BA, M365 = SolutionArea.BUSINESS_APPLICATIONS, SolutionArea.MICROSOFT_365

WHEN = {
    (BA, Activity.PRESALES): _(
        "You influenced the customer's purchase of the product. Earns presales incentives. Only for what was bought by"
        " Volume Licensing or Web-Direct."
    ),
    (BA, Activity.USAGE): _(
        "You drive adoption and usage of the product. Earns usage incentives. Only for what was bought by Volume"
        " Licensing or Web-Direct."
    ),
    (BA, Activity.REVENUE_ASSOCIATION): _(
        "You influenced the choice of the product as business influencer. Recognition only, it pays nothing. Only for"
        " what was bought by Volume Licensing or Web-Direct."
    ),
    (M365, Activity.USAGE): _(
        "You drive adoption and usage of a workload such as Teams or Exchange Online. Earns usage incentives, however"
        " it was bought."
    ),
    (M365, Activity.PRESALES): _("Not offered: presales incentives are paid for Business applications only."),
    (M365, Activity.REVENUE_ASSOCIATION): _("Not offered: revenue is associated for Business applications only."),
}
