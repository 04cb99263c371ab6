"""How a person signs in, and where they have: one page, from which each part is changed."""

from datetime import datetime
from typing import Any, cast

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from partners.actions.sessions import end_sessions, living_sessions
from partners.middleware.second_step import lacks_second_step
from partners.middleware.sessions import limits_of
from partners.models import User


@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Password, second steps, sessions and tokens of the person who is signed in."""
    user, now = cast("User", request.user), timezone.now()
    steps = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    kinds = Authenticator.Type
    codes = next((step for step in steps if step.type == kinds.RECOVERY_CODES), None)
    context = {
        "step_missing": lacks_second_step(request),
        "app": next((step for step in steps if step.type == kinds.TOTP), None),
        "passkeys": [{"row": step, "name": step.wrap().name} for step in steps if step.type == kinds.WEBAUTHN],
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "linked": SocialAccount.objects.filter(user=user).exists() if settings.OIDC else None,
        "sessions": _sessions(request, user, now),
        "tokens": user.api_tokens.living(now).count(),
    }
    return render(request, "security/overview.html", context)


def _sessions(request: HttpRequest, user: User, now: datetime) -> list[dict[str, Any]]:
    idle, longest = limits_of(user)
    rows = living_sessions(user=user, now=now, idle=idle, longest=longest)
    here = request.session.session_key
    found = [{"row": row, "browser": browser_of(row.user_agent), "here": row.session_key == here} for row in rows[:50]]
    return sorted(found, key=lambda session: not session["here"])


@login_required
@require_POST
def end(request: HttpRequest) -> HttpResponse:
    """Ends one of the person's other sessions, or all of them."""
    user, now = cast("User", request.user), timezone.now()
    wanted = request.POST.get("session", "")
    others = [session["row"] for session in _sessions(request, user, now) if not session["here"]]
    keys = [row.session_key for row in others if wanted in {"others", str(row.pk)}]
    ended = end_sessions(actor=user, keys=keys, now=now)
    if ended:
        told = ngettext("%(number)d session is ended.", "%(number)d sessions are ended.", ended) % {"number": ended}
        messages.success(request, told)
    else:
        messages.info(request, _("Nothing was done: that session has ended already."))
    return redirect("security")


BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_of(said: str) -> str:
    """A browser in words, from what it says of itself: `Firefox, Windows`."""
    names = [next((name for sign, name in known if sign in said), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, names)) or _("A browser that does not say which")
