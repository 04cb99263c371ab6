"""Reads the log and keeps the facts that it comes to, and their sums by month. Safe to repeat, and beside itself.

A claim whose events say what its facts say already is left alone. The log is read an hour behind where the last reading
ended, for an act enters it when it is through, and with the instant at which it began.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from arbitration.models import Fact, FactKind, Reckoning, Tally
from arbitration.reports.periods import first_of_month, next_month
from arbitration.reports.story import Happened, Told, facts_of
from arbitration.reports.words import work_of
from claims.business_days import Calendar
from claims.calendars import operator_calendar, today_of
from claims.models import Claim
from events.models import Event

# No act lasts longer between its instant and its last write.
AFTERMATH = timedelta(hours=1)
EVENTS, CLAIMS = 2000, 500

logger = logging.getLogger(__name__)

Key = tuple[int, int, date, int, int, int | None, int, int]  # of a fact: all it holds but how often


def count_reports(*, now: datetime) -> int:
    """Brings facts and sums up to `now`; returns of how many claims something was new.

    Nothing where another process is at it.
    """
    Reckoning.objects.get_or_create(pk=1)
    changed, last = 0, 0
    more = True
    while more:
        with transaction.atomic():
            held = Reckoning.objects.select_for_update(skip_locked=True).filter(pk=1).first()
            if held is None:
                break
            counted, last, more = _pass_on(held, now) if held.next_claim is not None else _read_on(held, last, now)
            changed += counted
            held.save()
    return changed


def count_all_anew(*, now: datetime) -> int:
    """Counts every claim once more, by the calendar as it is now; returns of how many something changed."""
    Reckoning.objects.update_or_create(pk=1, defaults={"next_claim": 0, "read_until": now, "tallied_until": None})
    return count_reports(now=now)


def _pass_on(held: Reckoning, now: datetime) -> tuple[int, int, bool]:
    """One step of the pass over all claims. What happens meanwhile is read after it."""
    held.read_until = held.read_until or now
    sent = Claim.objects.filter(pk__gte=held.next_claim or 0, submitted_at__isnull=False).order_by("pk")
    ids = list(sent.values_list("pk", flat=True)[:CLAIMS])
    changed, _months = _count(ids, now)
    held.next_claim = ids[-1] + 1 if len(ids) == CLAIMS else None
    if held.next_claim is None:
        held.counted_at = held.read_until
    return changed, 0, True


def _read_on(held: Reckoning, last: int, now: datetime) -> tuple[int, int, bool]:
    """One step through the log: the claims of which something is told there. `last` is the event it ended with before.

    The sums of a month are made anew with a fact of it, and those of the month that runs as a day begins.
    """
    since = held.read_until or now
    news = Event.objects.filter(at__gte=since if last else since - AFTERMATH, at__lte=now).order_by("at", "pk")
    if last:
        news = news.filter(Q(at__gt=since) | Q(pk__gt=last))
    rows = list(news.values_list("at", "pk", "subject")[:EVENTS])
    ids = {int(number) for app, _, number in (row[2].partition(":") for row in rows) if app in ("claim", "review")}
    changed, months = _count(ids, now)
    if len(rows) == EVENTS:
        held.read_until = rows[-1][0]
    else:
        months |= _months_to_sum(held, now)
        held.read_until = held.counted_at = now
        held.tallied_until = next_month(today_of(now))
    for month in sorted(month for month in months if held.tallied_until and month < held.tallied_until):
        tally(month, today_of(now))
    return changed, rows[-1][1] if rows else 0, len(rows) == EVENTS


def _months_to_sum(held: Reckoning, now: datetime) -> set[date]:
    """Those that were never summed up and, as a day begins, that of the day before: its reviews are due by now."""
    today = today_of(now)
    first = Fact.objects.order_by("day").values_list("day", flat=True).first()
    if held.tallied_until is None or held.counted_at is None:
        begin = first
    else:
        begin = today_of(held.counted_at) if today_of(held.counted_at) != today else None
    found = set()
    while begin is not None and first_of_month(begin) <= today:
        found.add(first_of_month(begin))
        begin = next_month(begin)
    return found


def _count(ids: Collection[int], now: datetime) -> tuple[int, set[date]]:
    """Makes the facts of these claims anew where they differ; of how many they did, and in which months."""
    found = _facts(sorted(ids))
    kept: dict[int, Counter[Key]] = defaultdict(Counter)
    for fact in Fact.objects.filter(claim__in=ids):
        kept[fact.claim_id][_key(fact)] += fact.number
    stale = [pk for pk, own in found.items() if own != kept.get(pk, Counter())]
    Fact.objects.filter(claim__in=stale).delete()
    Fact.objects.bulk_create(
        Fact(**dict(zip(NAMES, key, strict=True)), number=number) for pk in stale for key, number in found[pk].items()
    )
    days = {key[2] for pk in stale for key in (*found[pk], *kept.get(pk, ()))}
    return len(stale), {first_of_month(day) for day in days}


NAMES = ("claim_id", "kind", "day", "value", "side", "reviewer_id", "partner_id", "work")


def _key(fact: Fact) -> Key:
    return tuple(getattr(fact, name) for name in NAMES)


def _facts(ids: Collection[int]) -> dict[int, Counter[Key]]:
    """What each of these claims comes to, but drafts."""
    rows = Claim.objects.filter(pk__in=ids, submitted_at__isnull=False)
    claims = {row[0]: row for row in rows.values_list("pk", "partner_id", "solution_area", "activity", "submitted_at")}
    years = {pk: row[4].year for pk, row in claims.items() if row[4]}
    calendars = {year: _calendar_of(year) for year in set(years.values())}
    found = {}
    for pk, events in _events(claims).items():
        _pk, partner_id, area, activity, _at = claims[pk]
        try:
            facts = facts_of(events, calendars[years[pk]])
            work = work_of(area, activity)
        except Exception:
            logger.exception("The reports could not read what happened to a claim", extra={"claim": pk})
            continue
        found[pk] = Counter({_key_of(pk, told, partner_id, work): number for told, number in facts.items()})
    return found


def _key_of(pk: int, told: Told, partner_id: int, work: int) -> Key:
    return (pk, int(told.kind), told.day, told.value, int(told.side), told.reviewer_id, partner_id, work)


def _calendar_of(year: int) -> Calendar:
    """The calendar of a year and those around it."""
    return operator_calendar(datetime(year, 7, 1, tzinfo=UTC))


def _events(ids: Iterable[int]) -> dict[int, list[Happened]]:
    """What happened to each of these claims and in its review, in order. One query."""
    subjects = [f"{word}:{pk}" for pk in ids for word in ("claim", "review")]
    rows = Event.objects.filter(subject__in=subjects).order_by("at", "pk")
    told: dict[int, list[Happened]] = defaultdict(list)
    for subject, kind, data, at, actor_id in rows.values_list("subject", "kind", "data", "at", "actor_id"):
        told[int(subject.partition(":")[2])].append(Happened(kind, data, at, actor_id))
    return told


def tally(month: date, today: date) -> None:
    """Sums up the facts of a month once more, without the reviews due `today` or later: they may be done yet."""
    Tally.objects.filter(month=month).delete()
    with connection.cursor() as cursor:
        for by_partner, kept in ((False, "reviewer_id"), (True, "partner_id")):
            cursor.execute(_SUM.format(kept=kept), [month, by_partner, month, next_month(month), FactKind.DUE, today])


# The database writes them itself: of a busy month there are tens of thousands.
_SUM = (
    "INSERT INTO arbitration_tally (month, by_partner, kind, value, side, work, {kept}, number)"
    " SELECT %s, %s, kind, value, side, work, {kept}, SUM(number) FROM arbitration_fact"
    " WHERE day >= %s AND day < %s AND (kind <> %s OR day < %s) GROUP BY kind, value, side, work, {kept}"
)


def standing() -> Reckoning:
    """How far the reports are counted."""
    return Reckoning.objects.filter(pk=1).first() or Reckoning()
