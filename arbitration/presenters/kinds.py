"""What happened, in words, for every kind of event there is: the claim's history says some, this says the rest."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arbitration.subjects import SUBJECTS
from claims.presenters.page import HISTORY

# What a kind begins with → what it happens to. Some happen to what has no history of its own.
HEADINGS: dict[str, str | Promise] = {
    **SUBJECTS,
    "invitation": pgettext_lazy("subject of the log", "invitation"),
    "conflict": pgettext_lazy("subject of the log", "conflict of interest"),
    "team": pgettext_lazy("subject of the log", "team"),
    "clock": pgettext_lazy("subject of the log", "clock"),
    "sign_in": SUBJECTS["sign-in"],
}

KINDS: dict[str, str | Promise] = {
    "claim.deleted": _("Draft deleted"),
    "case.opened": _("Case opened"),
    "case.joined": _("Claim joined the case"),
    "case.left": _("Partner left the case"),
    "case.closed": _("Case closed without a decision"),
    "case.asked": _("Parties asked"),
    "case.answered": _("Party answered"),
    "case.answer_lapsed": _("No answer of a party in time"),
    "case.proposed": _("Decision proposed"),
    "case.returned": _("Decision returned"),
    "case.fell_back": _("Case open again, in a new round"),
    "case.proposal_fell": _("Proposal counts no more"),
    "case.decided": _("Case decided"),
    "case.overdue": _("Case overdue"),
    "case.second_overdue": _("Second look overdue"),
    "review.checked": _("Proof of a product checked"),
    "review.noted": _("Note for colleagues"),
    "review.finished": _("Review finished for a case"),
    "review.resumed": _("Review taken up again"),
    "review.case_awaited": _("Waits for its case"),
    "review.revocation_proposed": _("Taking back proposed"),
    "review.revocation_dropped": _("Taking back dropped"),
    "evidence.read": _("Document read"),
    "audit.exported": _("Log exported"),
    "audit.verification_asked": _("Verification of the log asked for"),
    "person.erased": _("Person erased"),
    "person.contact_erased": _("Contact without an account erased"),
    "calendar.changed": _("Calendar changed"),
    "clock.moved": _("Clock moved with the calendar"),
    "company.added": _("Company added"),
    "company.changed": _("Company changed"),
    "company.imported": _("Company added by an import"),
    "mpn_id.added": _("MPN ID added"),
    "mpn_id.changed": _("MPN ID changed"),
    "mpn_id.imported": _("MPN ID written by an import"),
    "program.added": _("Programme added"),
    "program.changed": _("Programme changed"),
    "conflict.declared": _("Conflict of interest declared"),
    "conflict.withdrawn": _("Conflict of interest over"),
    "enrollment.accepted": _("Enrolment accepted by its company"),
    "enrollment.activated": _("Enrolment found valid"),
    "enrollment.applied": _("Enrolment asked for by its company"),
    "enrollment.declined": _("Enrolment declined by its company"),
    "enrollment.ended": _("Enrolment ended"),
    "enrollment.expired": _("Invitation to a programme expired"),
    "enrollment.imported": _("Enrolment written by an import"),
    "enrollment.invited": _("Enrolment offered by invitation"),
    "enrollment.lapsed": _("Enrolment over on its last day"),
    "enrollment.refused": _("Enrolment not found valid"),
    "enrollment.reminded": _("Company told that an enrolment ends soon"),
    "enrollment.renewal_chosen": _("Renewal of an enrolment chosen or declined"),
    "enrollment.renewed": _("Enrolment renewed"),
    "enrollment.resumed": _("Enrolment resumed"),
    "enrollment.suspended": _("Enrolment suspended"),
    "enrollment.validating": _("Validation of an enrolment begun"),
    "enrollment.withdrawn": _("Invitation to a programme withdrawn"),
    "invitation.accepted": _("Invitation of a person accepted"),
    "invitation.refused": _("Invitation of a person refused"),
    "invitation.sent": _("Person invited"),
    "invitation.withdrawn": _("Invitation of a person withdrawn"),
    "operator.admin_kept": _("Last admin kept, whom the sign-in provider names no more"),
    "operator.appointed": _("Roles at the operator changed"),
    "operator.mail_tried_again": _("Mail that came back sent once more"),
    "operator.dismissed": _("Person of the operator dismissed"),
    "operator.roles_imported": _("Roles at the operator changed by an import"),
    "person.act_refused": _("Act refused to who may not do it"),
    "person.appointed": _("Given roles at the operator"),
    "person.dismissed": _("Dismissed by the operator"),
    "person.gave_back": _("Work given back to the others"),
    "person.imported": _("Person written by an import"),
    "person.joined": _("Joined by an invitation"),
    "person.linked": _("Linked to the sign-in provider"),
    "person.password_changed": _("Password changed"),
    "person.password_reset": _("Password set anew by mail"),
    "person.password_set": _("Password set"),
    "person.recovery_codes_renewed": _("Recovery codes renewed"),
    "person.refused": _("Person turned away"),
    "person.removed": _("Removed from the company"),
    "person.roles_changed": _("Roles in the company changed"),
    "person.roles_imported": _("Roles changed by an import"),
    "person.second_step_added": _("Second step added"),
    "person.second_step_failed": _("Second step failed"),
    "person.second_step_removed": _("Second step removed"),
    "person.session_lapsed": _("Session ended by time"),
    "person.sessions_ended": _("Sessions ended"),
    "person.sign_in_failed": _("Sign-in failed"),
    "person.sign_in_limited": _("Sign-in limited after many failures"),
    "person.sign_in_reset": _("Second step and links forgotten"),
    "person.signed_in": pgettext_lazy("of an event", "Signed in"),
    "person.token_made": _("API token made"),
    "person.token_refused": _("API token refused"),
    "person.token_revoked": _("API token revoked"),
    "policy.added": _("Policy added"),
    "policy.removed": _("Policy removed"),
    "sign_in.crowded": _("Too many strangers at the sign-in"),
    "team.admin_kept": _("Last global admin kept, whom the sign-in provider names no more"),
    "team.person_removed": _("Person removed from the team"),
    "team.refused": _("Change of people refused"),
    "team.roles_changed": _("Roles in the team changed"),
    "team.roles_imported": _("Roles in the team changed by an import"),
}


def words_of(kind: str) -> str:
    """What an event of this kind says that happened; the kind itself where nobody has put it into words."""
    return HISTORY[kind]() if kind in HISTORY else str(KINDS.get(kind, kind))


def known() -> list[str]:
    """Every kind that has words, as a list of kinds is read: by what it happens to, then by name."""
    return sorted({*HISTORY, *KINDS})


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every kind under what it happens to, as a control offers them."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for kind in known():
        prefix = kind.partition(".")[0]
        heading = str(HEADINGS.get(prefix, prefix)).capitalize()
        groups.setdefault(heading, []).append((kind, f"{words_of(kind)} ({kind})"))
    return list(groups.items())
