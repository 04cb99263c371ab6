"""Pages that whoever has their link may use, without an account."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def secret(view: View) -> View:
    """No cache, search engine or next page learns of the address, for who knows it may act there.

    Such a page sends no origin that Django could check: its view is exempt, for a stranger's page cannot know the link.
    """

    @wraps(view)
    def view_in_secret(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        return response

    return view_in_secret
