"""What holds for every page: its times are the operator's."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from claims.calendars import operator_zone


class OperatorTime:
    """The operator's time zone, which its admins keep, in place of the one that the installation began with."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activates the zone for this request only."""
        with timezone.override(operator_zone()):
            return self.get_response(request)
