"""Lists as somebody has narrowed and named them."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from partners.models import User

LISTS = {"claims": "claims:list", "queue": "arbitration:list"}


def saved_views(user: User, page: str, here: str, read: Callable[[Mapping[str, str]], str]) -> dict[str, Any]:
    """What components/saved_views.html shows of this page.

    `here` is the query of the list as it is shown; `read` makes the list's own query of what an address says, so that
    a view from before a filter went shows what it can.
    """
    views = []
    for view in user.saved_views:
        if view["page"] == page:
            query = read(QueryDict(view["query"]))
            href = f"{reverse(LISTS[page])}{'?' if query else ''}{query}"
            views.append({"name": view["name"], "href": href, "current": query == here})
    return {"page": page, "query": here, "views": views, "current": next((v for v in views if v["current"]), None)}
