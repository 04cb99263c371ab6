"""The locks before every verb on people: the company's, or the operator's; and where the actor stands by then.

Of two admins who act on each other, one comes second and finds that they may no more.
"""

from django.core.exceptions import PermissionDenied

from partners.facts import ADMIN, Power, Standing
from partners.models import OperatorRole, Partner, User
from partners.permissions import require_decider, require_operator, require_power
from partners.roles import person, standing_of


def lock_team(actor: User) -> tuple[Partner, Standing]:
    """The company whose team the actor keeps, locked until the transaction ends, and where the actor stands by then.

    Raises:
        PermissionDenied: for who keeps no team, or does so no more.
    """
    partner_id = require_power(actor, Power.TEAM)
    partner = lock_company(partner_id)
    fresh = _as_they_stand(actor)
    if require_power(fresh, Power.TEAM) != partner_id:
        raise PermissionDenied
    return partner, standing_of(fresh)


def lock_operator(actor: User) -> None:
    """Locks the operator's roles until the transaction ends, for an admin.

    Raises:
        PermissionDenied: for who is no admin, or is none any more.
    """
    require_operator(actor, ADMIN)
    lock_roles()
    require_operator(_as_they_stand(actor), ADMIN)


def lock_as_decider(actor: User, partner_id: int) -> Partner:
    """The company, locked after the operator's roles, for an admin who decides on it for the operator.

    Raises:
        PermissionDenied: for who does not, or does so no more.
    """
    require_decider(actor, partner_id)
    lock_operator(actor)
    require_decider(_as_they_stand(actor), partner_id)
    return lock_company(partner_id)


def lock_company(partner_id: int) -> Partner:
    """The company; who belongs to it changes one act after the other."""
    return Partner.objects.select_for_update(no_key=True).get(pk=partner_id)


def lock_roles() -> None:
    """The operator's roles; who has them changes one act after the other."""
    list(OperatorRole.objects.select_for_update(no_key=True).order_by("pk"))


def _as_they_stand(actor: User) -> User:
    fresh = person(pk=actor.pk)
    if fresh is None:
        raise PermissionDenied
    return fresh
