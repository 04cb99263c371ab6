"""Every kind of message: what it is about, in a line, and on which side of the desk it is told."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PARTNER, OPERATOR, BOTH = "partner", "operator", ""

# What people without an account are written. They have no choices to make.
LETTERS = ("customer_asked", "invitation", "access_ended", "support_asked")
# Of these, whose link asks for a sign-in. That of any other lets its finder act: it is gone once the mail has left.
PLAIN = frozenset({"support_asked"})

KINDS: dict[str, tuple[str, str | Promise]] = {
    "draft_to_delete": (PARTNER, _("A draft is about to be deleted")),
    "claim_submitted": (PARTNER, _("A claim was sent")),
    "information_requested": (PARTNER, _("A reviewer asks you something")),
    "answer_due": (PARTNER, _("The time to answer ends soon")),
    "answer_lapsed": (PARTNER, _("The time to answer is over")),
    "line_approved": (PARTNER, _("A product is approved")),
    "line_rejected": (PARTNER, _("A product is refused")),
    "clock_moved": (PARTNER, _("A due date moves")),
    "still_in_review": (PARTNER, _("A contested claim takes longer")),
    "document_refused": (PARTNER, _("A document is refused")),
    "proof_asked": (PARTNER, _("A reviewer asks you for more proof")),
    "present_partner_heard": (PARTNER, _("The partner who holds it now is being heard")),
    "line_kept": (PARTNER, _("A product stays yours")),
    "line_displaced": (PARTNER, _("A product goes to another partner")),
    "line_revoked": (PARTNER, _("An approval is taken back")),
    "line_restored": (PARTNER, _("You hold a product again")),
    "dispute_sent": (PARTNER, _("A decision is disputed")),
    "line_given_up": (PARTNER, _("A product is given up")),
    "customer_confirmed": (PARTNER, _("The customer's time to decline is over")),
    "customer_declined": (PARTNER, _("The customer declines")),
    "customer_unreachable": (PARTNER, _("The mail to a customer came back")),
    "enrollment_invited": (PARTNER, _("You are invited to a programme")),
    "enrollment_withdrawn": (PARTNER, _("An invitation to a programme is taken back")),
    "enrollment_active": (PARTNER, _("An enrolment begins to count")),
    "enrollment_refused": (PARTNER, _("An enrolment is not validated")),
    "enrollment_suspended": (PARTNER, _("An enrolment is suspended")),
    "enrollment_ending": (PARTNER, _("An enrolment ends soon")),
    "enrollment_ended": (PARTNER, _("An enrolment has ended")),
    "enrollment_renewed": (PARTNER, _("An enrolment is renewed")),
    "claim_waiting": (OPERATOR, _("A claim waits for review")),
    "claim_answered": (OPERATOR, _("A partner answers")),
    "answer_missing": (OPERATOR, _("A partner did not answer in time")),
    "review_due": (OPERATOR, _("A review is due soon")),
    "review_overdue": (OPERATOR, _("A review is overdue")),
    "contact_missing": (OPERATOR, _("No customer contact was named in time")),
    "claim_given": (OPERATOR, _("A lead gives you a claim")),
    "claim_given_away": (OPERATOR, _("A lead gives your claim to somebody else")),
    "lease_lapsed": (OPERATOR, _("A claim of yours went back to the queue")),
    "dispute_waiting": (OPERATOR, _("A partner disputes a decision")),
    "proof_answered": (OPERATOR, _("A party of a case answers")),
    "case_proposed": (OPERATOR, _("A decision waits for a second reviewer")),
    "case_returned": (OPERATOR, _("A decision of yours is returned")),
    "case_fell_back": (OPERATOR, _("A proposal of yours counts no more")),
    "case_overdue": (OPERATOR, _("A case is overdue")),
    "second_overdue": (OPERATOR, _("A second look at a decision is overdue")),
    "revocation_proposed": (OPERATOR, _("A lead wants to take back an approval")),
    "work_given_back": (OPERATOR, _("A reviewer leaves claims to the others")),
    "conflict_changed": (OPERATOR, _("A conflict of interest of yours is recorded, or over")),
    "review_again": (OPERATOR, _("No case decides a claim of yours any more")),
    "enrollment_waiting": (OPERATOR, _("An enrolment waits for validation")),
    "enrollment_declined": (OPERATOR, _("A company declines an enrolment")),
    "comment_added": (BOTH, _("Somebody writes on a claim")),
    "claim_withdrawn": (BOTH, _("A claim is withdrawn")),
    "subscription_ended": (BOTH, _("A subscription has ended")),
    "roles_changed": (BOTH, _("Your roles change")),
    "invitation_accepted": (BOTH, _("Somebody you have invited is there")),
}
