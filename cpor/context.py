"""What every page may say: the operator, and whose side of the desk the reader sits on."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode

from arbitration.permissions import cases_to_judge
from claims.calendars import operator_zone
from claims.dates import zone_name
from events.inbox import CAP, unread_count
from partners.enrolling import waiting_count
from partners.facts import ADMIN, AUDITOR, LEAD
from partners.roles import standing_of


def site(request: HttpRequest) -> dict[str, Any]:
    """Operator's name, support address, time zone, and the shell around the page, asked for only where it is drawn."""
    return {
        "operator": settings.OPERATOR_NAME,
        "support": settings.SUPPORT_EMAIL,
        "ask_url": lambda: _ask_url(request),
        "operator_time_zone": lambda: zone_name(operator_zone()),
        "provider_name": settings.OIDC["name"] if settings.OIDC else "",
        "languages": settings.LANGUAGES,
        "shell": SimpleLazyObject(lambda: _shell(request)),
    }


def _ask_url(request: HttpRequest) -> str:
    """Where the partners' people ask support about this page; others write by themselves."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or standing_of(user).is_operator:
        return ""
    return f"{reverse('support')}?{urlencode({'page': request.path})}"


def _shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        nobody = dict.fromkeys(("keeps", "oversees", "leads"), False)
        return {"side": "", "company": "", "person": "", **nobody, "enrolling": 0, "judging": 0, "unread": 0}
    standing = standing_of(user)
    keeps = ADMIN in standing.operator_roles
    return {
        "side": "operator" if standing.is_operator else "partner",
        "company": settings.OPERATOR_NAME if standing.is_operator else standing.partner_name,
        "person": str(user),
        "keeps": keeps,
        "oversees": not standing.operator_roles.isdisjoint({ADMIN, AUDITOR}),
        "leads": not standing.operator_roles.isdisjoint({LEAD, ADMIN, AUDITOR}),
        "enrolling": waiting_count(standing) if keeps else 0,
        "judging": cases_to_judge(user)[:CAP].count() if standing.is_operator else 0,
        "unread": unread_count(user.pk),
    }
