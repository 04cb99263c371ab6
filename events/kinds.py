"""Every kind of message: what it is about, in a line, and on which side of the desk it is told."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PARTNER, OPERATOR, BOTH = "partner", "operator", ""

KINDS: dict[str, tuple[str, str | Promise]] = {
    "claim_submitted": (PARTNER, _("A claim was sent")),
    "information_requested": (PARTNER, _("A reviewer asks you something")),
    "answer_due": (PARTNER, _("The time to answer ends soon")),
    "answer_lapsed": (PARTNER, _("The time to answer is over")),
    "line_approved": (PARTNER, _("A product is approved")),
    "line_rejected": (PARTNER, _("A product is refused")),
    "still_in_review": (PARTNER, _("A contested claim takes longer")),
    "document_refused": (PARTNER, _("A document is refused")),
    "line_given_up": (PARTNER, _("A product is given up")),
    "claim_waiting": (OPERATOR, _("A claim waits for review")),
    "claim_answered": (OPERATOR, _("A partner answers")),
    "answer_missing": (OPERATOR, _("A partner did not answer in time")),
    "review_due": (OPERATOR, _("A review is due soon")),
    "review_overdue": (OPERATOR, _("A review is overdue")),
    "claim_given": (OPERATOR, _("A lead gives you a claim")),
    "claim_given_away": (OPERATOR, _("A lead gives your claim to somebody else")),
    "lease_lapsed": (OPERATOR, _("A claim of yours went back to the queue")),
    "review_again": (OPERATOR, _("No case decides a claim of yours any more")),
    "comment_added": (BOTH, _("Somebody writes on a claim")),
    "claim_withdrawn": (BOTH, _("A claim is withdrawn")),
    "subscription_ended": (BOTH, _("A subscription has ended")),
}
