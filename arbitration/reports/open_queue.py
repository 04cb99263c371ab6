"""How long open claims have waited for the operator: those whose review clock runs, counted as they stand.

Not those that wait for their partner, nor those whose proof is checked and a case decides.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from arbitration.reports.figures import PARTNER, REVIEWER, WORK, Asked
from arbitration.reports.words import WORKS, work_of
from claims.business_days import ONE_DAY, Calendar, first_instant
from claims.models import Claim
from claims.states import OPEN_CLAIMS, WITH_OPERATOR

OLDEST = 5  # business days, and more
OVERDUE = OLDEST + 1
AGES = (*range(OLDEST + 1), OVERDUE)


@dataclass(frozen=True)
class Ages:
    """Open claims by age: 0 to 4 business days since their clock began, 5 and more, or overdue. By part, too."""

    total: Counter[int]
    parts: Mapping[int | None, Counter[int]]


def ages(asked: Asked, calendar: Calendar, now: datetime) -> Ages:
    """The open queue, narrowed and parted as the report is; whatever its period. One statement."""
    keys = {REVIEWER: ["reviewer"], PARTNER: ["partner"], WORK: ["solution_area", "activity"]}.get(asked.by, [])
    rows = _narrowed(asked).annotate(age=_age(calendar, now)).order_by().values_list(*keys, "age")
    total: Counter[int] = Counter()
    parts: dict[int | None, Counter[int]] = {}
    for *key, age, number in rows.annotate(number=Count("pk")):
        total[age] += number
        if key:
            part = work_of(*key) if asked.by == WORK else key[0]
            parts.setdefault(part, Counter())[age] += number
    return Ages(total, parts)


def _narrowed(asked: Asked) -> QuerySet[Claim]:
    # The first alone would do, but for SQLite: it finds their index by the very words of its condition.
    waiting = Claim.objects.filter(state__in=OPEN_CLAIMS).filter(state__in=WITH_OPERATOR, reviewed_at=None)
    if asked.partners is not None:
        waiting = waiting.filter(partner__in=asked.partners)
    if asked.reviewer is not None:
        waiting = waiting.filter(reviewer=asked.reviewer)
    if asked.works is not None:
        any_of = Q(pk__in=[])
        for place in asked.works:
            area, activity = WORKS[place]
            any_of |= Q(solution_area=area, activity=activity)
        waiting = waiting.filter(any_of)
    return waiting


def _age(calendar: Calendar, now: datetime) -> Case:
    """The age in business days: how many there were since the day on which the clock began, today among them."""
    begun, day, bounds = 0, calendar.day_of(now), []
    while begun < OLDEST:
        # A clock that began on a day off is as old as one of the business day before.
        if not calendar.reason_off(day):
            bounds.append(When(clock_began_at__gte=first_instant(day, calendar.zone), then=Value(begun)))
            begun += 1
        day -= ONE_DAY
    late = When(due_at__lte=now, then=Value(OVERDUE))
    return Case(late, *bounds, default=Value(OLDEST), output_field=IntegerField())
