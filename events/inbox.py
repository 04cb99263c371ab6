"""What a person was told, in the application."""

from datetime import datetime

from events.models import Notification

CAP = 99


def unread_count(user_id: int) -> int:
    """How many notices wait, counted no further than 99."""
    return Notification.objects.filter(recipient_id=user_id, read_at=None).order_by()[:CAP].count()


def mark_read(user_id: int, *, up_to: int, now: datetime) -> int:
    """Marks everything up to a notice's id as read; returns how many were."""
    return Notification.objects.filter(recipient_id=user_id, pk__lte=up_to, read_at=None).update(read_at=now)
