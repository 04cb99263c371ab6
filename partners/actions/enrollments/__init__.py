"""The verbs on enrolments."""

from partners.actions.enrollments.deciding import (
    activate,
    end,
    refuse,
    resume,
    start_validation,
    suspend,
)
from partners.actions.enrollments.inviting import accept, apply, decline, invite, withdraw
from partners.actions.enrollments.listing import MOST_LINES, InvitationPlan, plan_invitations
from partners.actions.enrollments.renewing import choose_renewal, plan_renewal, renew, renew_year

__all__ = [
    "MOST_LINES",
    "InvitationPlan",
    "accept",
    "activate",
    "apply",
    "choose_renewal",
    "decline",
    "end",
    "invite",
    "plan_invitations",
    "plan_renewal",
    "refuse",
    "renew",
    "renew_year",
    "resume",
    "start_validation",
    "suspend",
    "withdraw",
]
