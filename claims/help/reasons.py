"""What to do about each reason for a refusal, or for an end, that proof would not mend."""

from django.utils.translation import gettext_lazy as _

from claims.requirements import Reason

AFTER = {
    Reason.NO_PARTNER_RESPONSE: _(
        "A question of the reviewer was not answered in time. Copy the claim to a new draft, with what was asked for,"
        " and send that; or dispute the decision."
    ),
    Reason.CUSTOMER_DECLINED: _(
        "The customer's contact said no to the letter. It cannot be disputed. Talk with the customer; if they change"
        " their mind, send a new claim."
    ),
    Reason.PARTNER_REQUEST: _(
        "Somebody of your own company gave it up, or withdrew it. It cannot be disputed. Send a new claim if that was a"
        " mistake."
    ),
    Reason.ANOTHER_PARTNER_UPHELD: _(
        "The proof of another partner for the same thing was stronger. The letter on your claim says what yours lacked."
        " Dispute it if something was not seen, or send a new claim with newer proof."
    ),
    Reason.SUBSCRIPTION_ENDED: _(
        "An association lives as long as its subscription. If the customer has a new one, send a claim for that."
    ),
    Reason.REVOKED: _(
        "What was approved turned out to be wrong, and two leads of the operator agreed to take it back. A comment on"
        " your claim says why. Ask support if you see it otherwise."
    ),
}
