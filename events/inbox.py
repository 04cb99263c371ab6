"""What a person was told, in the application."""

import sys
from datetime import datetime

from django.db.models import BigIntegerField, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string

from events.models import Envelope, MailChoice, Notification

CAP = 99  # what is counted of anything that stands in the bar


def unread_count(user_id: int) -> int:
    """How many notices wait, counted no further than 99."""
    return Notification.objects.visible_to(user_id).filter(read_at=None).order_by()[:CAP].count()


def line_of(notice: Notification | Envelope) -> str:
    """What a person is told, in one line, in the language that is active."""
    return " ".join(render_to_string(f"emails/{notice.kind}-subject.txt", {**notice.values, "at": notice.at}).split())


def older_than(rows: QuerySet[Notification], key: str) -> QuerySet[Notification]:
    """Those of a person's `rows` that came before the one named; all of them where it is not among them."""
    if not key or not key.isprintable():  # PostgreSQL refuses to look for a NUL
        return rows
    last = Coalesce(Subquery(rows.filter(key=key).values("pk")), Value(sys.maxsize), output_field=BigIntegerField())
    return rows.filter(pk__lt=last)


def mark_read(user_id: int, *, up_to: str, now: datetime) -> int:
    """Marks a person's notices up to the one named as read; returns how many were not. None for a name not theirs."""
    if not up_to.isprintable():
        return 0
    own = Notification.objects.visible_to(user_id)
    return own.filter(pk__lte=Subquery(own.filter(key=up_to).values("pk")), read_at=None).update(read_at=now)


def mark_subject_read(user_id: int, subject: str, *, now: datetime) -> None:
    """Marks what a person was told of a subject as read, as they look at it. One query where nothing was unread."""
    unread = Notification.objects.visible_to(user_id).filter(subject=subject, read_at=None)
    if unread.exists():
        unread.update(read_at=now)


def mark_done(subject: str, *kinds: str, now: datetime) -> None:
    """Marks as read, for everybody, what was asked of them about a subject, as it is done: nothing waits any more."""
    Notification.objects.filter(subject=subject, kind__in=kinds, read_at=None).update(read_at=now)


def forget(user_id: int) -> None:
    """Takes back all that a person was told, the mails of it that have not left, and how they wanted to hear."""
    MailChoice.objects.filter(user_id=user_id).delete()
    Notification.objects.filter(recipient_id=user_id).delete()
