"""What every page may say: the operator, and whose side of the desk the reader sits on."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from events.inbox import unread_count
from partners.models import OperatorRole
from partners.roles import standing_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Operator's name, support address, time zone, and the shell around the page, asked for only where it is drawn."""
    return {
        "operator": settings.OPERATOR_NAME,
        "support": settings.SUPPORT_EMAIL,
        "operator_time_zone": settings.OPERATOR_TIME_ZONE.replace("_", " "),
        "languages": settings.LANGUAGES,
        "shell": SimpleLazyObject(lambda: _shell(request)),
    }


def _shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"side": "", "company": "", "person": "", "keeps": False, "unread": 0}
    standing = standing_of(user)
    return {
        "side": "operator" if standing.is_operator else "partner",
        "company": settings.OPERATOR_NAME if standing.is_operator else standing.partner_name,
        "person": str(user),
        "keeps": OperatorRole.Role.ADMIN in standing.operator_roles,
        "unread": unread_count(user.pk),
    }
