"""Withdrawing a claim that was sent: nothing of it is reviewed any further."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.consent import ask_customer
from claims.actions.contest import leave, lock_with_cases
from claims.actions.inquiry import settle
from claims.actions.notices import tell_of_withdrawal
from claims.actions.state import change_lines, take_back_dispute
from claims.models import Claim, ClaimLine
from claims.states import WITH_OPERATOR, LineState
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User


def withdraw_claim(*, claim: Claim, actor: "User", now: datetime, version: int | None = None) -> Claim:
    """Takes back what is still open of a claim; what was decided stays, and the claim is then what that says.

    Its open lines leave their cases; disputed ones are what they were before. `version` is the one the actor has seen.

    Raises:
        PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then.
    """
    with transaction.atomic():
        cases = lock_with_cases(claim, claim.lines.all(), "withdraw", actor=actor, version=version)
        reviewed = claim.state in WITH_OPERATOR
        dropped = [line for line in claim.lines.all() if line.state == LineState.OPEN]
        change_lines([line for line in dropped if not line.disputed], "withdraw")
        take_back_dispute([line for line in dropped if line.disputed])
        ClaimLine.objects.bulk_update(dropped, ["state", "reason"])
        claim.save(update_fields=settle(claim, "withdraw", now=now))
        drafts = leave(claim.partner_id, {line.unit for line in dropped if line.unit}, cases, now=now)
        done = Draft(claim.subject, "claim.withdrawn", {"withdrawn": len(dropped), "state": str(claim.state)})
        event, *_ = record([done, *drafts], actor_id=actor.pk, now=now)
        tell_of_withdrawal(event, claim, actor=actor, reviewed=reviewed)
        ask_customer(claim, now=now)
    return claim
