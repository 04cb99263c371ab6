"""The operator's first admin, who lets all others in. For whoever runs the installation."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from events.log import Draft, record
from events.outbox import Notice, tell
from partners.actions.access import end_access
from partners.actions.invitations import OPERATOR, read_address
from partners.actions.lock import lock_roles
from partners.actions.operators import roles_of
from partners.facts import ADMIN
from partners.models import Membership, OperatorRole, User
from partners.people import admins


def appoint_admin(*, email: str, name: str, beside_others: bool, now: datetime) -> tuple[User, bool]:
    """Makes the person of this address an admin, and the person where there is none; and whether that changed anything.

    They are told by mail, and set a password as who has forgotten theirs. Who had left comes back with nothing of what
    they had.

    Raises:
        ValidationError: `email_invalid`; `admin_exists`, unless it is to be one `beside_others`; `other_company` for
            somebody of a company.
    """
    address = read_address(email)
    with transaction.atomic():
        lock_roles()
        if admins() and not beside_others:
            message = _("The operator has an admin already. Invite others under People, or say --beside-others.")
            raise ValidationError(message, code="admin_exists")
        user = _lock_person(address, name)
        if Membership.objects.filter(user=user, user__is_active=True).exists():
            raise ValidationError(_("This person belongs to a company. Name another address."), code="other_company")
        if user.is_active and ADMIN in roles_of(user):
            return user, False
        withdrawn = []
        if not user.is_active:
            withdrawn = end_access(user=user, now=now).withdrawn
            user.is_active = True
            user.save(update_fields=["is_active"])
        OperatorRole.objects.get_or_create(user=user, role=ADMIN)
        _tell(user, withdrawn, now=now)
    return user, True


def _lock_person(address: str, name: str) -> User:
    if not User.objects.filter(email__iexact=address).exists():
        return User.objects.create_user(address, name=" ".join(name.split())[:120])
    return User.objects.select_for_update(no_key=True).get(email__iexact=address)


def _tell(user: User, withdrawn: list[Draft], *, now: datetime) -> None:
    roles = roles_of(user)
    drafts = [
        Draft(user.subject, "person.appointed", {"roles": roles, "by": "command"}),
        Draft(OPERATOR, "operator.appointed", {"person": user.pk, "roles": roles, "by": "command"}),
        *withdrawn,
    ]
    event, *_others = record(drafts, actor_id=None, now=now)
    with translation.override(user.language):
        by = _("Whoever runs this installation")
    values = {"company": "", "by": by, "roles": [{"role": role, "mpn_ids": None} for role in roles]}
    tell(event, [Notice(user.pk, "roles_changed", "/", values)])
