"""What the log keeps of signing in: who came in and how, who was turned away and why. It names no address."""

from datetime import datetime
from typing import Any

from django.core.cache import cache
from django.db import transaction
from redis.exceptions import RedisError

from events.log import Draft, record

WINDOW = 300  # seconds in which what repeats itself is one event
NOBODY = "sign-in"  # the subject of what was tried with an address that nobody has


def note(kind: str, *, person_id: int | None, now: datetime, actor_id: int | None = None, **data: Any) -> None:
    """Writes one event about a person's signing in; about nobody's without `person_id`.

    `data` holds ids and codes. It belongs to the act that has just been done: what calls this cannot be undone.
    """
    subject = NOBODY if person_id is None else f"person:{person_id}"
    with transaction.atomic():
        record([Draft(subject, kind, data)], actor_id=actor_id, now=now)


def note_once(
    kind: str, *, person_id: int | None, now: datetime, within: int = WINDOW, of: str = "", **data: Any
) -> None:
    """Like `note`, for what a stranger can repeat at will: one event in `within` seconds for the person and `of`.

    Without a cache it writes none: it could not tell how many there are.
    """
    try:
        first = cache.add(f"partners.noted:{kind}:{person_id}:{of}", True, within)
    except RedisError:
        return
    if first:
        note(kind, person_id=person_id, now=now, **data)
