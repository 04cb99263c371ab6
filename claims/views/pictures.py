"""Pages of documents as pictures. To draw one is dear, so that what partners look at is bounded, thrice."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore
from typing import cast

from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_GET
from redis.exceptions import RedisError

from claims.actions import read_page
from claims.downloads import as_picture
from claims.inspection import InspectionFailed
from claims.models import Evidence
from claims.presenters.documents import DRAWN
from claims.storage import StorageUnavailable
from claims.views.pages import visible_claim
from partners.counting import counted
from partners.models import User
from partners.roles import standing_of

HOUR = UNDRAWN = 3600  # seconds
SECONDS_AN_HOUR = 600  # of drawing, for the people of one company; each picture counts as one second at least
IN_HAND = BoundedSemaphore(3)  # pictures for partners in one process, drawn or waited for: its other threads go on
PATIENCE = 3.0  # seconds, that somebody's next picture waits for the one before
LONGEST = 15  # seconds, after which a drawing is over, whatever became of it


class Busy(Exception):
    """Partners have as many pictures as may be drawn for them: ask again after so many `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@login_required
@require_GET
def picture(request: HttpRequest, reference: str, key: str, page: int) -> HttpResponse:
    """One page of a clean document, drawn. Who has read it is recorded.

    422 says that a page cannot be drawn, which is remembered for a while. 429 says that this company has had as much as
    an hour allows, or that too much is drawn for partners just now.
    """
    user, now = cast("User", request.user), timezone.now()
    standing = standing_of(user)
    evidence = visible_claim(request, reference).evidence.filter(key=key).first()
    if evidence is None or evidence.media_type not in DRAWN or not 1 <= page <= (evidence.pages or 1):
        raise Http404
    try:
        if standing.is_operator:
            return _drawn(evidence, page, user, now)
        with _in_bounds(int(user.pk or 0), standing.partner_id, now):
            return _drawn(evidence, page, user, now)
    except Busy as busy:
        return _later(429, busy.seconds)
    except (RedisError, StorageUnavailable, FileNotFoundError):
        return _later(503, 30)


def _drawn(evidence: Evidence, page: int, user: User, now: datetime) -> HttpResponse:
    failed = f"undrawn:{evidence.key}:{page}"
    if cache.get(failed):
        return HttpResponse(status=422)
    try:
        return as_picture(read_page(evidence=evidence, page=page, actor=user, now=now))
    except InspectionFailed:
        cache.set(failed, True, UNDRAWN)
        return HttpResponse(status=422)


@contextmanager
def _in_bounds(user_id: int, partner_id: int | None, now: datetime) -> Iterator[None]:
    """Lets one picture of one person be drawn at a time, few in this process, and counts the company's seconds.

    Raises:
        Busy: where the company has had its hour's, or too much is in hand.
    """
    spent, at = f"drawn:{partner_id}", now.timestamp()
    if counted(spent, at, HOUR) > SECONDS_AN_HOUR:
        raise Busy(HOUR - int(at) % HOUR)
    if not IN_HAND.acquire(blocking=False):
        raise Busy(1)
    try:
        own = f"drawing:{user_id}"
        if not _within(PATIENCE, lambda: cache.add(own, True, LONGEST)):
            raise Busy(1)
        began = time.monotonic()
        try:
            yield
        finally:
            cache.delete(own)
            if took := int(time.monotonic() - began):
                counted(spent, at, HOUR, took)
    finally:
        IN_HAND.release()


def _within(seconds: float, done: Callable[[], bool]) -> bool:
    """Whether it is done within so many seconds, tried again and again."""
    end = time.monotonic() + seconds
    while not (there := done()) and time.monotonic() < end:
        time.sleep(0.05)
    return there


def _later(status: int, seconds: int) -> HttpResponse:
    return HttpResponse(status=status, headers={"Retry-After": str(seconds)})
