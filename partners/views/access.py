"""Who may open the enrolment desk."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

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
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        require_operator(request.user, *roles)
        return view(request, *args, **kwargs)

    return guarded


def key_in(text: str) -> int:
    """A row's key as an address or a form names it; 0, which no row has, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def actor_of(request: HttpRequest) -> User:
    """Who is signed in."""
    return cast("User", request.user)
