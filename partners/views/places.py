"""The MPN IDs of a company as pages list them: locations page by page, by number."""

from typing import Any

from django.http import HttpRequest
from django.utils.http import urlencode

from partners.models import MpnId
from partners.models.enrollment import MpnIdQuerySet

PAGE = 50
LONGEST = 16


def page_of_places(request: HttpRequest, seen: MpnIdQuerySet) -> dict[str, Any]:
    """Of these MPN IDs: `places`, the locations on this page; `count` of all; the ways on and back; `globals`."""
    last = request.GET.get("after", "")[:LONGEST]
    last = last if last.isascii() and last.isdecimal() else ""
    places = seen.filter(kind=MpnId.Kind.LOCATION).order_by("number")
    found = list(places.filter(number__gt=last)[: PAGE + 1])
    return {
        "places": found[:PAGE],
        "count": len(found) if not last and len(found) <= PAGE else places.count(),
        "globals": list(seen.filter(kind=MpnId.Kind.GLOBAL).order_by("number")[:PAGE]),
        "next_url": f"?{urlencode({'after': found[PAGE - 1].number})}" if len(found) > PAGE else "",
        "first_url": request.path if last else "",
    }
