"""Programs that come over plain HTTP, where the site is on HTTPS."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from cpor.errors import api_problem


def refuse_programs(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers 403 `https_required` below /api/.

    A redirect, which people get, would hide from a program's owner that its token crosses the network in the open.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if not settings.SECURE_SSL_REDIRECT or request.is_secure() or not request.path.startswith("/api/"):
            return get_response(request)
        title = _("The API answers over HTTPS alone. Have a token that was sent without it replaced.")
        return api_problem(403, "https_required", title)

    return answer
