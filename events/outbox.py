"""Who hears of what happened: notices written with the act, mails sent after it, each found again by a sweep."""

import hashlib
import logging
import smtplib
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from celery import current_app
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from events.choices import wanted_now
from events.kinds import PLAIN
from events.log import Draft, record
from events.mail import send, send_day
from events.models import Envelope, Event, Notification, Outbox

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


@dataclass(frozen=True)
class Letter:
    """What somebody without an account is written, in `language`; `kind`, `values` and `path` as of a notice.

    It is answered to `reply_to`, else to support.
    """

    address: str
    name: str
    language: str
    kind: str
    path: str
    values: dict[str, Any] = field(default_factory=dict)
    reply_to: str = ""


@dataclass(frozen=True)
class Fate:
    """What became of a mail so far: when the mail server took it, when it was given up, when it came back."""

    sent_at: datetime | None
    parked_at: datetime | None
    bounced_at: datetime | None


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


def post(event: Event, letter: Letter) -> str:
    """Writes the mail that `event` causes to somebody without an account, in the act's own transaction.

    Returns its key, by which `fates` says what became of it.
    """
    envelope = Envelope.objects.create(
        address=letter.address,
        reply_to=letter.reply_to,
        name=letter.name,
        language=letter.language,
        subject=event.subject,
        kind=letter.kind,
        values=letter.values,
        path=letter.path,
        at=event.at,
    )
    key = hashlib.sha256(f"{event.hash}:{letter.kind}:{letter.address}".encode()).hexdigest()
    Outbox.objects.create(envelope=envelope, dedupe_key=key, not_before=event.at)
    transaction.on_commit(nudge, robust=True)
    return key


def fates(keys: Collection[str]) -> dict[str, Fate]:
    """What became of these mails, by key. One query; none where no key is given."""
    rows = Outbox.objects.filter(dedupe_key__in=keys) if keys else Outbox.objects.none()
    columns = ("dedupe_key", "sent_at", "parked_at", "bounced_at")
    return {key: Fate(*moments) for key, *moments in rows.values_list(*columns)}


def has_news(mail: OuterRef) -> Exists:
    """Whether the mail whose key `mail` takes from the outer query has left, was given up, or came back."""
    moved = Q(sent_at__isnull=False) | Q(parked_at__isnull=False) | Q(bounced_at__isnull=False)
    return Exists(Outbox.objects.filter(moved, dedupe_key=mail))


def came_back(mail: OuterRef) -> Exists:
    """Whether the mail whose key `mail` takes from the outer query came back."""
    return Exists(Outbox.objects.filter(dedupe_key=mail, bounced_at__isnull=False))


def recall(keys: Collection[str]) -> None:
    """Takes back letters that have not left yet: what they say is true no more."""
    Envelope.objects.filter(outbox__dedupe_key__in=keys, outbox__sent_at=None, outbox__parked_at=None).delete()


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
        pending = Outbox.objects.filter(sent_at=None, parked_at=None, daily=False, not_before__lte=now)
        ids = [
            row.pk for row in pending.select_for_update(skip_locked=True).order_by("not_before", "id").only("pk")[:size]
        ]
        Outbox.objects.filter(pk__in=ids).update(not_before=now + LEASE, attempts=F("attempts") + 1)
    return _read(ids)


def _read(ids: Collection[int]) -> list[Outbox]:
    rows = Outbox.objects.filter(pk__in=ids).select_related("notification__recipient", "envelope")
    return list(rows.order_by("pk"))


def deliver_due(*, now: datetime, size: int = 20) -> int:
    """Sends every mail that is due; returns how many left. Safe to run beside itself and after a crash.

    Stops well inside its lease, which is counted from `now`: a slow mail server must not let a second worker send the
    rows this one still holds. What is left goes back and is found by the next sweep.
    """
    sent, began = 0, time.monotonic()
    while rows := take_due(now=now, size=size):
        wanted = wanted_now(rows, now=now)
        for place, row in enumerate(wanted):
            if time.monotonic() - began > SWEEP_SECONDS:
                _give_back(wanted[place:], now=now)
                return sent
            sent += _deliver([row], send, now=now)
    while time.monotonic() - began < SWEEP_SECONDS and (rows := _take_day(now=now)):
        sent += _deliver(rows, send_day, now=now)
    return sent


def _take_day(*, now: datetime) -> list[Outbox]:
    """Leases all that one person hears of today, in one mail; oldest first."""
    due = Outbox.objects.filter(sent_at=None, parked_at=None, daily=True, not_before__lte=now)
    with transaction.atomic():
        reader = due.order_by("not_before", "id").values_list("notification__recipient", flat=True).first()
        if reader is None:
            return []
        own = due.filter(notification__recipient=reader).order_by("id")
        ids = [row.pk for row in own.select_for_update(skip_locked=True, of=("self",))]
        Outbox.objects.filter(pk__in=ids).update(not_before=now + LEASE, attempts=F("attempts") + 1)
    return _read(ids)


def parked(most: int = 100) -> list[Outbox]:
    """Mails that will not be sent as things stand, the latest first."""
    rows = Outbox.objects.filter(sent_at=None, parked_at__isnull=False)
    return list(rows.select_related("notification__recipient", "envelope").order_by("-parked_at", "-pk")[:most])


def try_again(key: str, *, actor_id: int, now: datetime) -> bool:
    """Lets a parked mail be sent once more, as if it were new; False where none is parked under this key.

    Who has it done stands in the operator's history.

    A letter that bore a link is given up for good: the link is gone, and who wrote it has been told.
    """
    if not key.isprintable():
        return False
    kept = Q(envelope=None) | Q(envelope__kind__in=PLAIN)
    again = Outbox.objects.filter(kept, dedupe_key=key, sent_at=None, parked_at__isnull=False)
    with transaction.atomic():
        found = again.select_for_update(of=("self",)).select_related("notification", "envelope").first()
        if found is None:
            return False
        Outbox.objects.filter(pk=found.pk).update(parked_at=None, attempts=0, error="", not_before=now)
        said = {"mail": key, "of": found.message.subject, "message": found.message.kind}
        record([Draft("operator", "operator.mail_tried_again", said)], actor_id=actor_id, now=now)
        transaction.on_commit(nudge, robust=True)
    return True


def _give_back(rows: list[Outbox], *, now: datetime) -> None:
    held = Outbox.objects.filter(pk__in=[row.pk for row in rows], sent_at=None)
    held.update(not_before=now, attempts=F("attempts") - 1)


def _deliver(rows: Sequence[Outbox], sending: Callable[..., None], *, now: datetime) -> int:
    """Sends one mail, of one message or of several to the same person; returns how many mails left."""
    ids = [row.pk for row in rows]
    unsent = Outbox.objects.filter(pk__in=ids, sent_at=None)
    if rows[0].notification and not rows[0].notification.recipient.is_active:
        unsent.update(parked_at=now, error="has left")
        return 0
    try:
        sending(*rows)
    except smtplib.SMTPRecipientsRefused as refusal:
        worst = max(code for code, _ in refusal.recipients.values())
        _failed(rows, f"refused with {worst}", now=now, never=worst >= 500)
    except smtplib.SMTPDataError as refusal:
        _failed(rows, f"refused with {refusal.smtp_code}", now=now, never=refusal.smtp_code >= 500)
    except smtplib.SMTPResponseException as refusal:
        # Our password, greeting or sender was refused, not this mail: parking would lose every mail of that hour.
        _failed(rows, f"server refused with {refusal.smtp_code}", now=now, never=False)
    except (OSError, smtplib.SMTPException) as trouble:
        _failed(rows, type(trouble).__name__, now=now, never=False)
    except Exception:  # one mail that cannot be made must not hold up all others
        logger.exception("A mail could not be made", extra={"outbox": ids})
        _failed(rows, "could not be made", now=now, never=False)
    else:
        with transaction.atomic():
            left = unsent.update(sent_at=now, error="")
            _forget_paths(ids)
        return int(left > 0)
    return 0


def _failed(rows: Sequence[Outbox], error: str, *, now: datetime, never: bool) -> None:
    ids = [row.pk for row in rows]
    unsent = Outbox.objects.filter(pk__in=ids, sent_at=None)
    attempts = max(row.attempts for row in rows)
    if never or attempts >= MAX_ATTEMPTS:
        with transaction.atomic():
            unsent.update(parked_at=now, error=error)
            _forget_paths(ids)
    else:
        wait = timedelta(seconds=30) * 2 ** min(attempts, 8)
        unsent.update(not_before=now + wait, error=error)


def _forget_paths(ids: Collection[int]) -> None:
    """Nobody who reads the database finds a link that lets its finder act."""
    Envelope.objects.filter(outbox__in=ids).exclude(kind__in=PLAIN).exclude(path="").update(path="")
