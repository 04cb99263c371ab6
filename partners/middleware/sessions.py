"""How long a session lives, kept on the server: it ends when idle, when old, and when its person has left."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast

from allauth.account.authentication import get_authentication_records
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_htmx.http import HttpResponseClientRedirect

from partners.actions.sign_ins import note
from partners.models import User
from partners.roles import standing_of

SEEN = "seen_at"  # in seconds since 1970, not newer than STAMPED_EVERY
STAMPED_EVERY = timedelta(minutes=1)
READING = ("GET", "HEAD")


class LivingSessions:
    """Turns away whose session has ended, and says so; notes of the others that they are there."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page, or what there is to say instead. What was posted goes on to its view, which may keep it."""
        response, in_part = None, bool(request.headers.get("HX-Request"))
        whose = request.session_of  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            response = _looked_after(request, timezone.now())
        elif whose is not None:
            response = _ended(request, whose, timezone.now())
        response = response or self.get_response(request)
        # Where a part of a page was asked for and a page about signing in is the answer: that page, whole.
        if in_part and isinstance(response, HttpResponseRedirect) and response.url.startswith("/accounts/"):
            return HttpResponseClientRedirect(response.url)
        return response


def _ended(request: HttpRequest, whose: str, now: datetime) -> HttpResponse | None:
    """The session of somebody who was switched off, or has another password by now: over, and with a word of it."""
    gone = User.objects.filter(pk=whose).first()
    request.session.flush()
    if gone is None:
        return None
    note(
        "person.refused", person_id=gone.pk, now=now, door="session", why="changed" if gone.is_active else "deactivated"
    )
    if gone.is_active:
        messages.warning(request, _("Your session has ended. Sign in again."))
        return None
    if request.headers.get("HX-Request"):
        return redirect_to_closed()
    return render(request, "account/account_inactive.html", status=403)


def redirect_to_closed() -> HttpResponseRedirect:
    """The way to the page that says that an account is closed."""
    return HttpResponseRedirect(resolve_url("account_inactive"))


def _looked_after(request: HttpRequest, now: datetime) -> HttpResponse | None:
    began, seen = _times(request)
    idle, longest = limits_of(cast("User", request.user))
    if now - began >= longest:
        return _end(request, "age", longest, now)
    if now - seen >= idle:
        seen = max(seen, _last_seen(request))  # another request may have written back what it had read long ago
        if now - seen >= idle:
            return _end(request, "idle", idle, now)
    if now - seen >= STAMPED_EVERY:
        _stamp(request, now)
    return None


def limits_of(user: User) -> tuple[timedelta, timedelta]:
    """How long a session of this person may be idle, and how long it may last."""
    limits: tuple[timedelta, timedelta] = settings.SESSION_LIMITS[
        "operator" if standing_of(user).is_operator else "partner"
    ]
    return limits


def _times(request: HttpRequest) -> tuple[datetime, datetime]:
    """When the person signed in, and was last seen. A session that does not say so is older than any limit."""
    at = [record["at"] for record in get_authentication_records(request, cast("User", request.user))] or [0]
    return datetime.fromtimestamp(at[0], UTC), datetime.fromtimestamp(max(at[-1], request.session.get(SEEN, 0)), UTC)


def _last_seen(request: HttpRequest) -> datetime:
    rows = UserSession.objects.filter(session_key=request.session.session_key)
    return rows.values_list("last_seen_at", flat=True).first() or datetime.fromtimestamp(0, UTC)


def _stamp(request: HttpRequest, now: datetime) -> None:
    """Writes when the session was used, into what stands there now: another request may have written meanwhile."""
    key, changed = request.session.session_key, request.session.modified
    with transaction.atomic():
        row = Session.objects.select_for_update().filter(pk=key).first()
        if row is not None:
            row.session_data = Session.objects.encode({**row.get_decoded(), SEEN: now.timestamp()})
            row.save(update_fields=["session_data"])
        UserSession.objects.filter(session_key=key).update(last_seen_at=now)
    request.session[SEEN] = now.timestamp()
    request.session.modified = changed


def _end(request: HttpRequest, why: str, limit: timedelta, now: datetime) -> HttpResponse | None:
    person_id = request.user.pk
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)
    note("person.session_lapsed", person_id=person_id, now=now, why=why)
    messages.warning(request, _words(why, limit))
    return (
        redirect_to_login(request.get_full_path())
        if request.method in READING or request.headers.get("HX-Request")
        else None
    )


def _words(why: str, limit: timedelta) -> str:
    hours, minutes = divmod(int(limit.total_seconds()) // 60, 60)
    if minutes:
        whole = hours * 60 + minutes
        length = ngettext("%(number)d minute", "%(number)d minutes", whole) % {"number": whole}
    else:
        length = ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
    told = _("Your session ended after %(length)s.")
    if why == "idle":
        told = _("Your session ended after %(length)s without use.")
    return f"{told % {'length': length}} {_('What you had saved is there. Sign in to go on.')}"
