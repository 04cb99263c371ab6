"""Who may look at anything that is about one claim."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

View = Callable[..., HttpResponseBase]


def members_only(view: View) -> View:
    """Nobody who is not signed in learns of a claim, not even that a sign-in would show one.

    They get the page that is not there, which offers the sign-in and leads back. What somebody posts goes on to the
    view: it may be what they typed before their session ended.
    """

    @wraps(view)
    def view_for_members(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated and request.method in {"GET", "HEAD"}:
            raise Http404
        return view(request, *args, **kwargs)

    return view_for_members
