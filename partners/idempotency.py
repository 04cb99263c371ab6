"""Exactly-once POSTs: a request that comes again with its key gets the answer of the first time, and has no effect."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from partners.models import IdempotencyKey

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 200


class KeyReused(Exception):
    """The key came before with another method, path or body."""


class KeyInvalid(Exception):
    """The key is empty, longer than 200 characters, or holds more than printable ASCII."""


@dataclass(frozen=True)
class Answer:
    """What a POST is answered: `body` is JSON or None; `replayed` marks the answer of an earlier time."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    replayed: bool = False


def once(
    *, user_id: int, key: str, method: str, path: str, body: bytes, now: datetime, act: Callable[[], Answer]
) -> Answer:
    """Calls `act` at most once in 24 hours for this person and key, and answers a repetition as the first time.

    Key, effect and answer are one transaction: of several requests at once the first acts while the others wait, and
    if `act` raises, nothing is kept and the next one acts. Every answer has passed through JSON, the first one too, so
    that all are equal. Costs four queries beside those of `act`.

    Raises:
        KeyInvalid: before anything is read.
        KeyReused: if the key came with another request; `act` is not called.
        Exception: whatever `act` raises.
    """
    if not 0 < len(key) <= LONGEST_KEY or not all(" " <= character <= "~" for character in key):
        raise KeyInvalid
    fingerprint = hashlib.sha256(b"\n".join([method.encode(), path.encode(), body])).hexdigest()
    with transaction.atomic():
        row = _enter(user_id, key, fingerprint, now)
        if row.status and row.created_at > now - KEPT_FOR:
            if row.fingerprint != fingerprint:
                raise KeyReused
            return Answer(row.status, json.loads(row.body), row.headers, replayed=True)
        answer = act()
        row.fingerprint, row.created_at = fingerprint, now
        row.status, row.headers = answer.status, dict(answer.headers)
        row.body = json.dumps(answer.body, cls=DjangoJSONEncoder)
        row.save(update_fields=["fingerprint", "created_at", "status", "headers", "body"])
        _forget(user_id, now)
    return replace(answer, body=json.loads(row.body), headers=row.headers, replayed=False)


def _enter(user_id: int, key: str, fingerprint: str, now: datetime) -> IdempotencyKey:
    """The locked row of the key: ours if its status is 0 or it is too old, else the one of an earlier request.

    The insert waits for a request in flight with the same key, and adds nothing if that one commits.
    """
    while True:
        fresh = IdempotencyKey(user_id=user_id, key=key, fingerprint=fingerprint, created_at=now)
        IdempotencyKey.objects.bulk_create([fresh], ignore_conflicts=True)
        row = IdempotencyKey.objects.select_for_update(no_key=True).filter(user_id=user_id, key=key).first()
        if row is not None:
            return row
        # A request with another key deleted the outdated row between the two queries: the key is free now.


def _forget(user_id: int, now: datetime) -> None:
    """Deletes this person's outdated keys but those that another request is just taking over."""
    outdated = IdempotencyKey.objects.filter(user_id=user_id, created_at__lte=now - KEPT_FOR)
    IdempotencyKey.objects.filter(pk__in=outdated.select_for_update(skip_locked=True).values("pk")).delete()
