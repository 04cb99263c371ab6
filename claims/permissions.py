"""Who may do what with a claim that they can see, as sentences."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from claims.states import CLAIM_VERBS, OVER_ONCE_REVIEWED, ClaimState
from partners.roles import standing_of

if TYPE_CHECKING:
    from claims.models import Claim
    from partners.models import User

PARTNER_VERBS = (
    "save_draft",
    "delete",
    "submit",
    "edit",
    "respond",
    "comment",
    "withdraw",
    "disassociate",
    "copy",
    "add_evidence",
    "remove_evidence",
    "mark",
    "unmark",
)
OPERATOR_VERBS = (
    "comment",
    "note",
    "take",
    "reassign",
    "release",
    "request_information",
    "check",
    "approve",
    "reject",
    "record_review",
)
# Of these, only who has taken the claim.
HOLDERS_VERBS = ("request_information", "check", "approve", "reject", "record_review")
LEAD = "lead"
JUDGES = frozenset({"reviewer", LEAD})


def company_to_claim_for(user: "User") -> int:
    """The key of the company this person may begin claims for.

    Raises:
        PermissionDenied: for a person who claims for none, or works for the operator.
    """
    standing = standing_of(user)
    if standing.partner_id is None or not standing.may_claim or standing.is_operator:
        raise PermissionDenied
    return standing.partner_id


def may_review(user: "User") -> bool:
    """Whether this person decides on claims at all; which, says `may`."""
    return not standing_of(user).operator_roles.isdisjoint(JUDGES)


def may(user: "User", verb: str, claim: "Claim") -> bool:
    """Whether this person's role allows the verb on a claim they can see, whatever state it is in."""
    standing = standing_of(user)
    if standing.is_operator:
        if verb in HOLDERS_VERBS and claim.reviewer_id != user.pk:
            return False
        if verb == "reassign" and LEAD not in standing.operator_roles:
            return False
        if verb == "release" and claim.reviewer_id != user.pk and LEAD not in standing.operator_roles:
            return False
        return verb in OPERATOR_VERBS and may_review(user) and standing.may_judge(claim.partner_id)
    return verb in PARTNER_VERBS and standing.may_claim and standing.partner_id == claim.partner_id


def require(user: "User", verb: str, claim: "Claim") -> None:
    """Lets the verb pass.

    Raises:
        PermissionDenied: where the person's role does not allow it.
    """
    if not may(user, verb, claim):
        raise PermissionDenied


def allowed_verbs(user: "User", claim: "Claim") -> list[str]:
    """The verbs this person may use on the claim now, by role and state."""
    state = ClaimState(claim.state)
    over = OVER_ONCE_REVIEWED if claim.reviewed_at else ()
    return [
        verb
        for verb, (sources, _) in CLAIM_VERBS.items()
        if state in sources and verb not in over and may(user, verb, claim)
    ]
