"""Who may keep people, companies and enrolments, as sentences."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from partners.facts import ADMIN, Power, Standing
from partners.models import MpnId, User
from partners.roles import standing_of


def require_operator(user: User | AnonymousUser, *roles: str) -> None:
    """Lets pass who holds one of these roles at the operator.

    Raises:
        PermissionDenied: for everybody else.
    """
    if standing_of(user).operator_roles.isdisjoint(roles):
        raise PermissionDenied


def require_power(user: User | AnonymousUser, power: Power) -> int:
    """The key of the company in which this person holds the power for at least some MPN ID.

    Raises:
        PermissionDenied: for everybody else, and for the operator's people.
    """
    standing = standing_of(user)
    if standing.partner_id is None or standing.is_operator or not standing.has(power):
        raise PermissionDenied
    return standing.partner_id


def may_decide(standing: Standing, partner_id: int) -> bool:
    """Whether this person decides, for the operator, on what this company enrols in."""
    return ADMIN in standing.operator_roles and standing.may_judge(partner_id)


def require_decider(user: User, partner_id: int) -> None:
    """Lets pass the operator's admins, but not for their own company or one they have a conflict with.

    Raises:
        PermissionDenied: for everybody else.
    """
    if not may_decide(standing_of(user), partner_id):
        raise PermissionDenied


def may_enroll(standing: Standing, mpn_id: MpnId) -> bool:
    """Whether this person decides, for their company, on what this MPN ID enrols in."""
    own = standing.partner_id == mpn_id.partner_id and not standing.is_operator
    return own and standing.has(Power.ENROLL) and standing.may(Power.ENROLL, mpn_id.pk)


def require_enroller(user: User, mpn_id: MpnId) -> None:
    """Lets pass who may enrol this MPN ID of their company.

    Raises:
        PermissionDenied: for everybody else, and for the operator's people.
    """
    if not may_enroll(standing_of(user), mpn_id):
        raise PermissionDenied
