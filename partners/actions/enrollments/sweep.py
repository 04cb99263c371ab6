"""What time brings to enrolments: invitations run out, years are renewed or end, and companies hear of it before.

Rows are picked without a lock, and each act locks and looks again. So the sweep may run beside itself, and come late.
"""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from partners.actions.enrollments.deciding import lapse
from partners.actions.enrollments.inviting import expire
from partners.actions.enrollments.moving import log
from partners.actions.enrollments.notices import tell_company
from partners.actions.enrollments.renewing import renew_due
from partners.days import today_of
from partners.models import Enrollment
from partners.rules.renewal import ALERT_DAYS
from partners.states import EnrollmentState

BATCH = 1000

logger = logging.getLogger(__name__)

Act = Callable[..., bool]


def sweep_enrollments(*, now: datetime) -> Counter[str]:
    """Does all whose day has come; returns how often it did what. Costs four queries where nothing is due."""
    today, active = today_of(now), Q(state=EnrollmentState.ACTIVE)
    held = Q(state__in=[EnrollmentState.ACTIVE, EnrollmentState.SUSPENDED])
    acts: tuple[tuple[str, Act, Q], ...] = (
        ("invitations expired", expire, Q(state=EnrollmentState.INVITED, until__lt=today)),
        ("enrolments renewed", renew_due, active & _goes_on() & Q(until__lte=today)),
        ("enrolments ended", lapse, held & Q(until__lt=today)),
        ("enrolments ending", remind, active & ~_goes_on() & _untold(today)),
    )
    done: Counter[str] = Counter()
    for name, act, due in acts:
        for enrollment in Enrollment.objects.filter(due).order_by("until", "pk")[:BATCH]:
            done[name] += _alone(act, enrollment, now)
    return +done


def _alone(act: Act, enrollment: Enrollment, now: datetime) -> int:
    """Does one thing to one enrolment; what fails holds up no other, and is tried again by the next sweep."""
    try:
        return int(act(enrollment=enrollment, now=now))
    except Exception:
        logger.exception("The sweep could not act on an enrolment", extra={"enrollment": enrollment.pk})
        return 0


def _goes_on() -> Q:
    """Renewed by itself as its last day comes."""
    return Q(renews=True, program__renews=True)


def _untold(today: date) -> Q:
    """Ends within a number of days at which its company is told, and has not been told since."""
    due = Q()
    for days in ALERT_DAYS:
        due |= Q(until__lte=today + timedelta(days=days)) & (Q(reminded=None) | Q(reminded__gt=days))
    return Q(until__gte=today) & due


def remind(*, enrollment: Enrollment, now: datetime) -> bool:
    """Tells a company that an enrolment ends soon, once for each number of days; false where it is told, or goes on."""
    today = today_of(now)
    with transaction.atomic():
        Enrollment.objects.select_for_update(no_key=True).get(pk=enrollment.pk)
        rows = Enrollment.objects.filter(_untold(today), pk=enrollment.pk, state=EnrollmentState.ACTIVE)
        row = rows.exclude(_goes_on()).select_related("mpn_id__partner", "program").first()
        if row is None or row.until is None:
            return False
        left = (row.until - today).days
        row.reminded = min(days for days in ALERT_DAYS if left <= days)
        row.save(update_fields=["reminded"])
        event = log(row, "remind", actor=None, now=now, data={"days": row.reminded})
        tell_company([(event, row)], "enrollment_ending", asked=not row.renews)
    return True
