"""What follows from a decision that nobody can undo alone, for who is about to make it."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.calendars import last_date
from claims.dates import day_long
from claims.models import Claim, ClaimLine, Policy
from claims.requirements import Reason
from claims.states import LineState


def before_deciding(claim: Claim, line: ClaimLine, *, typed: bool, now: datetime) -> dict[str, Any]:
    """The question whether to approve or refuse the line, what follows from it, and the word of the button.

    Claim and line are as they would stand after the decision, made `now`. `typed`: there are words to the partner,
    which an approval does not send.
    """
    names = {"product": line.product_name, "partner": claim.partner.name, "customer": claim.customer_name}
    if line.state == LineState.APPROVED and line.association is not None:
        stays = _("%(partner)s stays partner of record for it at %(customer)s, and is told at once.")
        becomes = _("%(partner)s becomes partner of record for it at %(customer)s, and is told at once.")
        title, button = _("Approve %(product)s?"), _("Approve, and tell the partner")
        first = becomes if line.association.since == now else stays
        last = _("You cannot undo it: to take an approval back takes two leads.")
        unsent = [_("The words that you typed are not sent.")] if typed else []
    else:
        names["reason"] = str(Reason(line.reason).label)
        title, button = _("Refuse %(product)s?"), _("Refuse, and tell the partner")
        unsent = []
        first = _("%(partner)s reads the words above at once, with the reason: %(reason)s.")
        last = _("You cannot undo it.")
        if line.disputable and line.dispute_until:
            day = {"day": day_long(last_date(line.dispute_until))}
            last = _("You cannot undo it. The partner may dispute it until %(day)s.") % day
    return {
        "title": title % names,
        "follows": [first % names, *unsent, *of_the_rest(claim, now=now), last],
        "button": button,
    }


def of_the_rest(claim: Claim, *, now: datetime) -> list[str]:
    """What is still to be decided of the claim, or that the customer is written to."""
    asked = {consent.pk for consent in claim.consents.all() if consent.asked_at == now}
    if asked:
        days = (claim.policy or Policy()).consent_days
        words = ngettext(
            "The customer, %(address)s, is written to about %(products)s, and may decline within %(days)s day.",
            "The customer, %(address)s, is written to about %(products)s, and may decline within %(days)s days.",
            days,
        )
        products = ", ".join(line.product_name for line in claim.lines.all() if line.consent_id in asked)
        return [words % {"address": claim.customer_contact_email, "products": products, "days": days}]
    left = sum(line.state == LineState.OPEN for line in claim.lines.all())
    words = ngettext(
        "%(number)s product of this claim is still to be decided then.",
        "%(number)s products of this claim are still to be decided then.",
        left,
    )
    return [words % {"number": left}] if left else []
