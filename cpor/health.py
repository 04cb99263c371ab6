"""Says whether this process can serve. Asked by load balancers, containers and `make demo`."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

PATH = "/healthz"
FRESH = {"Cache-Control": "no-store"}


def answer_probes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answers `GET /healthz`: 200 `{"status": "ok"}`, or 503 when the database does not answer.

    A middleware before almost all others, because a probe comes by address, over plain HTTP and without a session:
    checks of host names are not for it. The broker is not asked, since the site serves without it.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path != PATH:
            return get_response(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            return JsonResponse({"status": "database unavailable"}, status=503, headers=FRESH)
        return JsonResponse({"status": "ok"}, headers=FRESH)

    return answer
