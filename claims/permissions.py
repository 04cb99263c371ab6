"""Who may do what with a claim that they can see, as sentences."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied

from claims.models.judging import Judge
from claims.states import CLAIM_VERBS, OVER_ONCE_REVIEWED, ClaimState
from partners.facts import Power
from partners.models import MpnId
from partners.roles import standing_of

if TYPE_CHECKING:
    from claims.models import Claim
    from partners.facts import Standing
    from partners.models import User

PARTNER_VERBS = (
    "save_draft",
    "delete",
    "submit",
    "edit",
    "respond",
    "comment",
    "withdraw",
    "dispute",
    "disassociate",
    "answer_request",
    "correct_contact",
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
    "revoke",
)
# Of these, only who has taken the claim.
HOLDERS_VERBS = ("request_information", "check", "approve", "reject", "record_review")
# And of those who may, only who has not judged before what is disputed now.
JUDGING_VERBS = frozenset({"take", *HOLDERS_VERBS})
# Of these, only who leads.
LEADS_VERBS = ("reassign", "revoke")
# Of a partner's verbs, only who may give up what the company holds, or dispute what it lost.
SENIOR_VERBS = ("disassociate", "dispute")
LEAD = "lead"
JUDGES = frozenset({"reviewer", LEAD})


def company_to_claim_for(user: "User") -> int:
    """The key of the company this person may begin claims for.

    Raises:
        PermissionDenied: for a person who claims for none, or works for the operator.
    """
    standing = standing_of(user)
    if standing.partner_id is None or not standing.may_claim:
        raise PermissionDenied
    return standing.partner_id


def may_review(user: "User") -> bool:
    """Whether this person decides on claims at all; which, says `may`."""
    return not standing_of(user).operator_roles.isdisjoint(JUDGES)


def may(user: "User", verb: str, claim: "Claim") -> bool:
    """Whether this person's role allows the verb on a claim they can see, whatever state it is in."""
    return _role_allows(user, verb, claim) and not (verb in JUDGING_VERBS and judged_before(user, claim))


def _role_allows(user: "User", verb: str, claim: "Claim") -> bool:
    standing = standing_of(user)
    if standing.is_operator:
        return _operator_may(user, standing, verb, claim)
    if verb not in PARTNER_VERBS or standing.partner_id != claim.partner_id:
        return False
    return _may_give_up(standing, claim) if verb in SENIOR_VERBS else standing.may_claim


def units_to_judge(user: "User", parties: Mapping[int, Collection[int]]) -> set[int]:
    """Of units with the parties of their cases, unit → partners, those whose case this reviewer may judge.

    They belong to none of the parties, have no conflict with any, and have decided or seconded nothing that a party
    disputes on the unit. What waits behind a proposal is in no case yet. One query.
    """
    if not parties or not may_review(user):
        return set()
    disputed = Judge.objects.of_disputes().filter(line__unit__in=parties, user=user)
    before = set(disputed.values_list("line__unit", "line__partner"))
    may_judge = standing_of(user).may_judge
    return {
        unit_id
        for unit_id, ids in parties.items()
        if may_judge(*ids) and before.isdisjoint((unit_id, pk) for pk in ids)
    }


def _operator_may(user: "User", standing: "Standing", verb: str, claim: "Claim") -> bool:
    leads, holds = LEAD in standing.operator_roles, claim.reviewer_id == user.pk
    barred = (
        (verb in HOLDERS_VERBS and not holds)
        or (verb in LEADS_VERBS and not leads)
        or (verb == "release" and not (holds or leads))
    )
    return not barred and verb in OPERATOR_VERBS and may_review(user) and standing.may_judge(claim.partner_id)


def _may_give_up(standing: "Standing", claim: "Claim") -> bool:
    """Whether the person's role for the claim's MPN ID lets them decide on what their company holds or has lost."""
    if not standing.has(Power.DISASSOCIATE):
        return False
    scope = standing.scope(Power.DISASSOCIATE)
    return scope is None or MpnId.objects.filter(pk__in=scope, number=claim.mpn_id).exists()


def judged_before(user: "User", claim: "Claim") -> bool:
    """Whether this person decided, or seconded, what the claim disputes now: then it is for another."""
    known: bool | None = getattr(claim, "judged_before", None)
    if known is None:
        known = Judge.objects.of_disputes().filter(line__claim=claim.pk, user=user).exists()
    return known


def require(user: "User", verb: str, claim: "Claim") -> None:
    """Lets the verb pass.

    Raises:
        PermissionDenied: where the person's role does not allow it.
    """
    if not may(user, verb, claim):
        raise PermissionDenied


def _idle(claim: "Claim") -> set[str]:
    """Verbs that have nothing to act on: no answer is owed to a case, no decision is left to be disputed."""
    idle = set() if claim.asked_until else {"answer_request"}
    return idle if any(line.disputable for line in claim.lines.all()) else idle | {"dispute"}


def allowed_verbs(user: "User", claim: "Claim") -> list[str]:
    """The verbs this person may use on the claim now, by role and state."""
    state = ClaimState(claim.state)
    over = {*(OVER_ONCE_REVIEWED if claim.reviewed_at else ()), *_idle(claim)}
    verbs = [
        verb
        for verb, (sources, _) in CLAIM_VERBS.items()
        if state in sources
        and verb not in over
        and _role_allows(user, verb, claim)
        and (verb != "correct_contact" or claim.waits_for_customer)
    ]
    if JUDGING_VERBS.isdisjoint(verbs) or not judged_before(user, claim):
        return verbs
    return [verb for verb in verbs if verb not in JUDGING_VERBS]
