"""What the operator decides: whether an enrolment is valid and for how long, its suspension and its end.

Days on which an enrolment counts are written here and at its renewal, nowhere else but by imports.
"""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from events.inbox import mark_done
from partners.actions.enrollments.moving import lock, log, move, read_words
from partners.actions.enrollments.notices import tell_company
from partners.actions.refusals import denials_are_recorded
from partners.days import today_of
from partners.models import Enrollment, EnrollmentPeriod
from partners.permissions import require_decider
from partners.states import EnrollmentState

if TYPE_CHECKING:
    from partners.models import User

DECIDED = ["state", "changed_at", "until", "reminded", "words", "active_at", "suspended_at", "closed_at"]


@denials_are_recorded
def start_validation(*, enrollment: Enrollment, actor: "User", now: datetime) -> Enrollment:
    """Takes up what a company has accepted; the enrolment page and the company's say that somebody is at it.

    Raises:
        PermissionDenied, TransitionNotAllowed: nothing is changed then.
    """
    require_decider(actor, enrollment.mpn_id.partner_id)
    with transaction.atomic():
        enrollment = lock(enrollment, "validate", now=now)
        move(enrollment, "validate", now=now)
        enrollment.save(update_fields=["state", "changed_at", "validating_at"])
        log(enrollment, "validate", actor=actor, now=now)
    return enrollment


@denials_are_recorded
def activate(
    *, enrollment: Enrollment, valid_from: date, valid_until: date, actor: "User", now: datetime
) -> Enrollment:
    """Finds the enrolment valid: it counts from the one day to the other, both included.

    Raises:
        ValidationError: `order` where it would end before it begins; `past` where its end is over; `overlap` where it
            would begin inside days on which it has counted before.
        PermissionDenied, TransitionNotAllowed: nothing is changed then either.
    """
    require_decider(actor, enrollment.mpn_id.partner_id)
    with transaction.atomic():
        enrollment = lock(enrollment, "activate", now=now)
        _check_days(enrollment, valid_from, valid_until, today_of(now))
        enrollment.periods.create(valid_from=valid_from, valid_until=valid_until)
        move(enrollment, "activate", now=now)
        enrollment.until = valid_until
        enrollment.save(update_fields=DECIDED)
        days = {"from": valid_from.isoformat(), "until": valid_until.isoformat()}
        event = log(enrollment, "activate", actor=actor, now=now, data=days)
        mark_done(enrollment.subject, "enrollment_waiting", now=now)
        tell_company([(event, enrollment)], "enrollment_active", **days)
    return enrollment


def _check_days(enrollment: Enrollment, valid_from: date, valid_until: date, today: date) -> None:
    if valid_until < valid_from:
        told = _("It would end before it begins. Choose a later day.")
        raise ValidationError({"valid_until": ValidationError(told, code="order")})
    if valid_until < today:
        told = _("This day is over. Choose a later one.")
        raise ValidationError({"valid_until": ValidationError(told, code="past")})
    last = enrollment.periods.order_by("valid_from").last()
    if last is not None and (last.valid_until is None or valid_from <= last.valid_until):
        told = _("It has counted on this day before. Begin after the last day of that time.")
        raise ValidationError({"valid_from": ValidationError(told, code="overlap")})


@denials_are_recorded
def refuse(*, enrollment: Enrollment, words: str, actor: "User", now: datetime) -> Enrollment:
    """Does not find the enrolment valid, for the reason in `words`, which its company reads.

    Raises:
        ValidationError: `required` without a reason, `too_long`.
        PermissionDenied, TransitionNotAllowed: nothing is changed then either.
    """
    require_decider(actor, enrollment.mpn_id.partner_id)
    words = read_words(words)
    with transaction.atomic():
        enrollment = lock(enrollment, "refuse", now=now)
        move(enrollment, "refuse", now=now)
        enrollment.words = words
        enrollment.save(update_fields=DECIDED)
        event = log(enrollment, "refuse", actor=actor, now=now)
        mark_done(enrollment.subject, "enrollment_waiting", now=now)
        tell_company([(event, enrollment)], "enrollment_refused", words=words)
    return enrollment


@denials_are_recorded
def suspend(*, enrollment: Enrollment, words: str, actor: "User", now: datetime) -> Enrollment:
    """Lets the enrolment count no more from today on, until it is resumed. What is held stays held.

    Raises:
        ValidationError: `not_begun` where it is to count from a later day only; `required`, `too_long` of the reason.
        PermissionDenied, TransitionNotAllowed: nothing is changed then either.
    """
    require_decider(actor, enrollment.mpn_id.partner_id)
    words, today = read_words(words), today_of(now)
    with transaction.atomic():
        enrollment = lock(enrollment, "suspend", now=now)
        periods = EnrollmentPeriod.objects.filter(enrollment=enrollment)
        if not periods.on(today).exists():
            told = _("It does not count yet, so there is nothing to suspend. End it instead.")
            raise ValidationError(told, code="not_begun")
        periods.cut(today)
        move(enrollment, "suspend", now=now)
        enrollment.words = words
        enrollment.save(update_fields=DECIDED)
        event = log(enrollment, "suspend", actor=actor, now=now, data={"from": today.isoformat()})
        tell_company([(event, enrollment)], "enrollment_suspended", words=words)
    return enrollment


@denials_are_recorded
def resume(*, enrollment: Enrollment, actor: "User", now: datetime) -> Enrollment:
    """Lets a suspended enrolment count again, from today to the day that was agreed before.

    Raises:
        PermissionDenied, TransitionNotAllowed: nothing is changed then; that day may be over, too.
    """
    require_decider(actor, enrollment.mpn_id.partner_id)
    today = today_of(now)
    with transaction.atomic():
        enrollment = lock(enrollment, "resume", now=now)
        enrollment.periods.create(valid_from=today, valid_until=enrollment.until)
        move(enrollment, "resume", now=now)
        enrollment.save(update_fields=DECIDED)
        days = {"from": today.isoformat(), "until": enrollment.until.isoformat() if enrollment.until else ""}
        event = log(enrollment, "resume", actor=actor, now=now, data=days)
        tell_company([(event, enrollment)], "enrollment_active", **days)
    return enrollment


@denials_are_recorded
def end(*, enrollment: Enrollment, words: str, actor: "User", now: datetime) -> Enrollment:
    """Ends the enrolment: yesterday was the last day on which it counted. What is held stays held.

    Raises:
        ValidationError: `required` without a reason, `too_long`.
        PermissionDenied, TransitionNotAllowed: nothing is changed then either.
    """
    require_decider(actor, enrollment.mpn_id.partner_id)
    words, today = read_words(words), today_of(now)
    with transaction.atomic():
        enrollment = lock(enrollment, "end", now=now)
        EnrollmentPeriod.objects.filter(enrollment=enrollment).cut(today)
        move(enrollment, "end", now=now)
        enrollment.until, enrollment.words = today - timedelta(days=1), words
        enrollment.save(update_fields=DECIDED)
        event = log(enrollment, "end", actor=actor, now=now, data={"until": enrollment.until.isoformat()})
        tell_company([(event, enrollment)], "enrollment_ended", words=words)
    return enrollment


def lapse(*, enrollment: Enrollment, now: datetime) -> bool:
    """Notes that the last day of an enrolment is over; false where it is not, or somebody was first."""
    with transaction.atomic():
        row = (
            Enrollment.objects.select_for_update(no_key=True, of=("self",))
            .select_related("mpn_id", "program")
            .get(pk=enrollment.pk)
        )
        lapsed = row.state in (EnrollmentState.ACTIVE, EnrollmentState.SUSPENDED)
        if not lapsed or row.stands(today_of(now)) != EnrollmentState.ENDED:
            return False
        move(row, "lapse", now=now)
        row.save(update_fields=["state", "changed_at", "closed_at"])
        event = log(row, "lapse", actor=None, now=now)
        tell_company([(event, row)], "enrollment_ended", words="")
    return True
