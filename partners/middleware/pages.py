"""What holds for every page: it speaks the person's own language, and is kept by nobody else."""

from collections.abc import Callable

from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class LanguageOfPerson:
    """The person's language comes before the browser's, which `LocaleMiddleware` has set already."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activates the language for this request only."""
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class PrivatePages:
    """No proxy keeps what is made for one person; a browser asks again, and forgets all when they sign out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Adds the headers. Not `no-store`: with it, going back would lose what was typed into a form."""
        # Asked before the person is: with another password by now, Django throws the session away without a word.
        whose = request.session.get(SESSION_KEY)
        request.session_of = whose  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        # The API, which knows no sessions, leaves None where it found no token: nobody has signed out by that.
        if whose is not None and request.user is not None and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache"'
        return response
