"""Who may open the enrolment desk."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from partners.actions.refusals import record_denial
from partners.facts import ADMIN, AUDITOR
from partners.models import User
from partners.permissions import require_operator

View = Callable[..., HttpResponseBase]


def for_readers(view: View) -> View:
    """For the operator's admins and auditors; everybody else is refused before anything is looked up."""
    return _for(view, ADMIN, AUDITOR)


def for_admins(view: View) -> View:
    """For the operator's admins."""
    return _for(view, ADMIN)


def _for(view: View, *roles: str) -> View:
    @login_required
    @denials_are_noted
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require_operator(request.user, *roles)
        return view(request, *args, **kwargs)

    return guarded


def denials_are_noted(view: View) -> View:
    """A view whose post is an event of who may not do it, whether a verb says so or the door before it."""

    @wraps(view)
    def noting(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied as error:
            own = getattr(request, "csrf_processing_done", False)  # else another site may have sent it
            if request.method == "POST" and request.user.is_authenticated and own:
                record_denial(error, view.__name__, actor=actor_of(request), now=timezone.now())
            raise

    return noting


def key_in(text: str) -> int:
    """A row's key as an address or a form names it; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def actor_of(request: HttpRequest) -> User:
    """Who is signed in."""
    return cast("User", request.user)
