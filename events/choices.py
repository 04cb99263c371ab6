"""How a person wants to hear of each kind of message by mail: at once, once a day, or not at all."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from events.kinds import KINDS
from events.models import MailChoice, Outbox

MORNING = time(7)  # when the mail of the day goes out, in the time zone that is active: the operator's


def choices_of(user_id: int) -> dict[str, str]:
    """The person's choice for every kind; at once where they have made none."""
    made = dict(MailChoice.objects.filter(user_id=user_id).values_list("kind", "how"))
    return {kind: made.get(kind, MailChoice.How.AT_ONCE) for kind in KINDS}


def choose(user_id: int, wanted: Mapping[str, str]) -> None:
    """Keeps the person's choices; what is no kind or no way to hear of it is passed over."""
    rows = [
        MailChoice(user_id=user_id, kind=kind, how=how)
        for kind, how in wanted.items()
        if kind in KINDS and how in MailChoice.How.values
    ]
    MailChoice.objects.bulk_create(rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["how"])


def wanted_now(rows: Sequence[Outbox], *, now: datetime) -> list[Outbox]:
    """Those of the leased mails that are wanted at once. The others wait for the mail of the day, or are dropped.

    Who has no account has made no choice.
    """
    readers = {row.notification.recipient_id for row in rows if row.notification}
    made = MailChoice.objects.filter(user_id__in=readers).values_list("user_id", "kind", "how")
    how = {(user_id, kind): choice for user_id, kind, choice in made}
    kept: dict[str, list[Outbox]] = defaultdict(list)
    for row in rows:
        asker = (row.notification.recipient_id, row.notification.kind) if row.notification else (0, "")
        kept[how.get(asker, MailChoice.How.AT_ONCE)].append(row)
    daily = [row.pk for row in kept[MailChoice.How.DAILY]]
    with transaction.atomic():
        Outbox.objects.filter(pk__in=daily, sent_at=None).update(daily=True, not_before=next_morning(now), attempts=0)
        Outbox.objects.filter(pk__in=[row.pk for row in kept[MailChoice.How.NEVER]], sent_at=None).delete()
    return kept[MailChoice.How.AT_ONCE]


def next_morning(now: datetime) -> datetime:
    """When the next mail of the day goes out."""
    zone = timezone.get_current_timezone()
    local = now.astimezone(zone)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    return datetime.combine(day, MORNING, tzinfo=zone).astimezone(now.tzinfo)
