"""Who hears of what happened: notices written with the act, mails sent after it, each found again by a sweep."""

import hashlib
import logging
import smtplib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import F

from events.mail import send
from events.models import Event, Notification, Outbox

DELIVER = "events.deliver_due"  # the task's name: tasks are a leaf, which nobody imports
LEASE = timedelta(minutes=5)
SWEEP_SECONDS = 120
QUIET_SECONDS = 5
MAX_ATTEMPTS = 50  # some four days, with waits that grow to two hours

logger = logging.getLogger(__name__)

_quiet_until = 0.0


@dataclass(frozen=True)
class Notice:
    """Something one person will be told: `kind` names its texts, `values` (JSON) fills them, `path` is where to go.

    A `receipt` confirms to somebody what they did themselves.
    """

    recipient_id: int
    kind: str
    path: str
    values: dict[str, Any] = field(default_factory=dict)
    receipt: bool = False


def tell(event: Event, notices: Iterable[Notice]) -> None:
    """Writes the notices of `event` and the mails they cause, in the act's own transaction, and nudges a worker.

    A person is told once of an event, however often the list names them. Nobody is told of their own act,
    except by a receipt.
    """
    tell_all([(event, notice) for notice in notices])


def tell_all(told: Iterable[tuple[Event, Notice]]) -> None:
    """As `tell`, of many events at once and in as many statements as of one."""
    unique = {
        (event.hash, notice.recipient_id, notice.kind): (event, notice)
        for event, notice in told
        if notice.receipt or notice.recipient_id != event.actor_id
    }
    rows = [
        Notification(
            key=_key(event, notice),
            recipient_id=notice.recipient_id,
            subject=event.subject,
            kind=notice.kind,
            values=notice.values,
            path=notice.path,
            at=event.at,
        )
        for event, notice in unique.values()
    ]
    if not rows:
        return
    Notification.objects.bulk_create(rows)
    Outbox.objects.bulk_create([Outbox(notification=row, dedupe_key=row.key, not_before=row.at) for row in rows])
    transaction.on_commit(nudge, robust=True)


def _key(event: Event, notice: Notice) -> str:
    return hashlib.sha256(f"{event.hash}:{notice.kind}:{notice.recipient_id}".encode()).hexdigest()


def nudge(task: str = DELIVER) -> None:
    """Hints to a worker that something waits. Costs milliseconds with the broker down; the sweep finds what is lost."""
    global _quiet_until  # noqa: PLW0603 - a breaker for this process: one failed call quiets the next five seconds
    if time.monotonic() < _quiet_until:
        return
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except Exception:  # noqa: BLE001 - a broker fails in many ways, and none of them may undo what is committed
        _quiet_until = time.monotonic() + QUIET_SECONDS


def take_due(*, now: datetime, size: int) -> list[Outbox]:
    """Leases the next mails to one worker; a lease that is not redeemed runs out and the mail is found again."""
    with transaction.atomic():
        pending = Outbox.objects.filter(sent_at=None, parked_at=None, not_before__lte=now)
        ids = [
            row.pk for row in pending.select_for_update(skip_locked=True).order_by("not_before", "id").only("pk")[:size]
        ]
        Outbox.objects.filter(pk__in=ids).update(not_before=now + LEASE, attempts=F("attempts") + 1)
    return list(Outbox.objects.filter(pk__in=ids).select_related("notification__recipient").order_by("pk"))


def deliver_due(*, now: datetime, size: int = 20) -> int:
    """Sends every mail that is due; returns how many left. Safe to run beside itself and after a crash.

    Stops well inside its lease, which is counted from `now`: a slow mail server must not let a second worker send the
    rows this one still holds. What is left goes back and is found by the next sweep.
    """
    sent, began = 0, time.monotonic()
    while rows := take_due(now=now, size=size):
        for place, row in enumerate(rows):
            if time.monotonic() - began > SWEEP_SECONDS:
                _give_back(rows[place:], now=now)
                return sent
            sent += _deliver(row, now=now)
    return sent


def _give_back(rows: list[Outbox], *, now: datetime) -> None:
    held = Outbox.objects.filter(pk__in=[row.pk for row in rows], sent_at=None)
    held.update(not_before=now, attempts=F("attempts") - 1)


def _deliver(row: Outbox, *, now: datetime) -> int:
    if not row.notification.recipient.is_active:
        Outbox.objects.filter(pk=row.pk, sent_at=None).update(parked_at=now, error="has left")
        return 0
    try:
        send(row)
    except smtplib.SMTPRecipientsRefused as refusal:
        worst = max(code for code, _ in refusal.recipients.values())
        _failed(row, f"refused with {worst}", now=now, never=worst >= 500)
    except smtplib.SMTPDataError as refusal:
        _failed(row, f"refused with {refusal.smtp_code}", now=now, never=refusal.smtp_code >= 500)
    except smtplib.SMTPResponseException as refusal:
        # Our password, greeting or sender was refused, not this mail: parking would lose every mail of that hour.
        _failed(row, f"server refused with {refusal.smtp_code}", now=now, never=False)
    except (OSError, smtplib.SMTPException) as trouble:
        _failed(row, type(trouble).__name__, now=now, never=False)
    except Exception:  # one mail that cannot be made must not hold up all others
        logger.exception("A mail could not be made", extra={"outbox": row.pk})
        _failed(row, "could not be made", now=now, never=False)
    else:
        return Outbox.objects.filter(pk=row.pk, sent_at=None).update(sent_at=now, error="")
    return 0


def _failed(row: Outbox, error: str, *, now: datetime, never: bool) -> None:
    unsent = Outbox.objects.filter(pk=row.pk, sent_at=None)
    if never or row.attempts >= MAX_ATTEMPTS:
        unsent.update(parked_at=now, error=error)
    else:
        wait = timedelta(seconds=30) * 2 ** min(row.attempts, 8)
        unsent.update(not_before=now + wait, error=error)
