"""Rows of people, companies, MPN IDs, programmes and access."""

from partners.models.access import ApiToken, IdempotencyKey
from partners.models.company import Conflict, Membership, MembershipMpnId, OperatorRole, Partner
from partners.models.enrollment import Enrollment, EnrollmentPeriod, MpnId, Program
from partners.models.invitation import Invitation
from partners.models.user import User

__all__ = [
    "ApiToken",
    "Conflict",
    "Enrollment",
    "EnrollmentPeriod",
    "IdempotencyKey",
    "Invitation",
    "Membership",
    "MembershipMpnId",
    "MpnId",
    "OperatorRole",
    "Partner",
    "Program",
    "User",
]
