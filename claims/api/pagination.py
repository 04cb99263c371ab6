"""Pages of claims: a cursor that outlives new claims, and that may be anything when it comes back."""

from datetime import UTC

from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class ClaimPages(CursorPagination):
    """Newest first, in constant time at any depth."""

    page_size = 25
    max_page_size = 100
    page_size_query_param = "page_size"
    ordering: tuple[str, ...] = ("-created_at", "-id")

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Where to begin, None at the start.

        Raises:
            NotFound: for a cursor that no page has named.
        """
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not _is_instant(str(cursor.position)):
            raise NotFound
        return cursor


class QueuePages(ClaimPages):
    """Most urgent first."""

    ordering = ("due_at", "id")


class AssociationPages(ClaimPages):
    """Held last first."""

    ordering = ("-since", "-id")


def _is_instant(text: str) -> bool:
    try:
        at = parse_datetime(text)
        return at is not None and is_aware(at) and bool(at.astimezone(UTC))
    except (ValueError, OverflowError):
        return False
