"""What goes on after the fiscal year: who is renewed, who is not and why, and whether a company wants it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from events.log import record
from partners.actions.enrollments.moving import draft, lock, log
from partners.actions.enrollments.notices import tell_company
from partners.actions.refusals import denials_are_recorded
from partners.days import operator_midnight, today_of
from partners.errors import PlanChanged
from partners.facts import ADMIN, Standing
from partners.models import Enrollment, EnrollmentPeriod, Program
from partners.permissions import may_decide, may_enroll, require_decider, require_operator
from partners.roles import standing_of
from partners.rules.renewal import NotRenewed, fiscal_year_end, next_year_end, not_renewed
from partners.states import OVER, EnrollmentState

if TYPE_CHECKING:
    from partners.models import User


@dataclass(frozen=True)
class Prospect:
    """What the end of a fiscal year brings to one enrolment: `until` if it is renewed, else `reason`."""

    enrollment: Enrollment
    until: date | None
    reason: NotRenewed | None


@dataclass(frozen=True)
class Plan:
    """What the renewal of a programme would do at the end of a fiscal year, by MPN ID."""

    prospects: tuple[Prospect, ...]

    @property
    def renewed(self) -> list[Prospect]:
        """Who would be renewed."""
        return [prospect for prospect in self.prospects if prospect.reason is None]

    @property
    def others(self) -> list[Prospect]:
        """Who would not."""
        return [prospect for prospect in self.prospects if prospect.reason is not None]

    @property
    def digest(self) -> str:
        """Names what the plan would do: equal for equal plans."""
        told = [f"{one.enrollment.pk} {one.until} {one.reason}" for one in self.prospects]
        return hashlib.sha256("\n".join(told).encode()).hexdigest()


def plan_renewal(program: Program, year_end: date, standing: Standing, *, now: datetime) -> Plan:
    """What this person's renewing would do to all enrolments of the programme, but for those over before that year.

    One query, however many they are.
    """
    begin = fiscal_year_end(year_end - timedelta(days=366), program.first_month)
    in_that_year = ~Q(state__in=OVER) | Q(changed_at__gte=operator_midnight(begin))
    rows = Enrollment.objects.filter(in_that_year, program=program).select_related("mpn_id__partner", "program")
    return Plan(tuple(_prospect(row, program, year_end, standing, now) for row in rows.order_by("mpn_id__number")))


def _prospect(enrollment: Enrollment, program: Program, year_end: date, standing: Standing, now: datetime) -> Prospect:
    reason = not_renewed(
        enrollment.stands(today_of(now)),
        enrollment.until,
        year_end,
        wanted=enrollment.renews,
        program_renews=program.renews,
    )
    if not reason and not standing.may_judge(enrollment.mpn_id.partner_id):
        reason = NotRenewed.CONFLICT
    return Prospect(enrollment, None if reason else next_year_end(year_end, program.first_month), reason)


@denials_are_recorded
def renew_year(*, program: Program, year_end: date, seen: str, actor: "User", now: datetime) -> list[Enrollment]:
    """Renews, at the end of a fiscal year, all that the actor's plan says; `seen` is the digest of what was shown.

    Done again, it finds nobody left to renew.

    Raises:
        PlanChanged: where something has changed since it was shown; nothing is renewed then.
        PermissionDenied: for whoever is no admin of the operator.
    """
    require_operator(actor, ADMIN)
    with transaction.atomic():
        rows = Enrollment.objects.filter(program=program, state=EnrollmentState.ACTIVE)
        list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        plan = plan_renewal(program, year_end, standing_of(actor), now=now)
        if plan.digest != seen:
            raise PlanChanged
        return _renew([(one.enrollment, one.until) for one in plan.renewed if one.until], actor=actor, now=now)


@denials_are_recorded
def renew(*, enrollment: Enrollment, until: date, actor: "User", now: datetime) -> Enrollment:
    """Lets one enrolment go on to the end of the fiscal year after its last day, whatever its programme does by itself.

    `until` is that end, as the actor has seen it: who asks twice has it renewed once.

    Raises:
        ValidationError: the code of `NotRenewed`, where it goes on beyond this fiscal year, or beyond `until`, already.
        PermissionDenied, TransitionNotAllowed: nothing is changed then either.
    """
    require_decider(actor, enrollment.mpn_id.partner_id)
    with transaction.atomic():
        enrollment = lock(enrollment, "renew", now=now)
        today, program = today_of(now), enrollment.program
        reason = not_renewed(
            enrollment.stands(today), enrollment.until, program.year_end(today), wanted=True, program_renews=True
        )
        if reason or enrollment.until is None:
            reason = reason or NotRenewed.RENEWED
            raise ValidationError(str(reason.label), code=reason)
        if program.end_after(enrollment.until) != until:
            raise ValidationError(_("It has been renewed meanwhile."), code=NotRenewed.RENEWED)
        return _renew([(enrollment, until)], actor=actor, now=now)[0]


def renew_due(*, enrollment: Enrollment, now: datetime) -> bool:
    """Renews an enrolment whose last day has come, where programme and company want it; false where they do not.

    A sweep that comes late leaves no gap: it goes on from the day after its last one.
    """
    with transaction.atomic():
        row = Enrollment.objects.select_for_update(no_key=True, of=("self",)).get(pk=enrollment.pk)
        row = Enrollment.objects.select_related("mpn_id__partner", "program").get(pk=row.pk)
        wanted = row.state == EnrollmentState.ACTIVE and row.renews and row.program.renews
        if not wanted or row.until is None or row.until > today_of(now):
            return False
        _renew([(row, row.program.end_after(row.until))], actor=None, now=now)
    return True


def _renew(rows: Sequence[tuple[Enrollment, date]], *, actor: "User | None", now: datetime) -> list[Enrollment]:
    """Lets each, which is active, locked and has a last day, go on to another; in a constant number of queries."""
    periods, drafts, renewed = [], [], []
    for enrollment, until in rows:
        if enrollment.until is None:
            continue
        start = enrollment.until + timedelta(days=1)
        periods.append(EnrollmentPeriod(enrollment=enrollment, valid_from=start, valid_until=until))
        enrollment.until, enrollment.reminded = until, None
        drafts.append(draft(enrollment, "renew", {"from": start.isoformat(), "until": until.isoformat()}))
        renewed.append(enrollment)
    EnrollmentPeriod.objects.bulk_create(periods)
    Enrollment.objects.bulk_update(renewed, ["until", "reminded"], batch_size=500)
    events = record(drafts, actor_id=actor.pk if actor else None, now=now)
    tell_company(list(zip(events, renewed, strict=True)), "enrollment_renewed")
    return renewed


@denials_are_recorded
def choose_renewal(*, enrollment: Enrollment, renews: bool, actor: "User", now: datetime) -> Enrollment:
    """Lets the enrolment end with its last day, or go on by itself where its programme does; its company's choice.

    The operator's admins may note it too.

    Raises:
        PermissionDenied, TransitionNotAllowed: nothing is changed then.
    """
    standing = standing_of(actor)
    if not may_enroll(standing, enrollment.mpn_id) and not may_decide(standing, enrollment.mpn_id.partner_id):
        raise PermissionDenied
    with transaction.atomic():
        enrollment = lock(enrollment, "choose_renewal", now=now)
        if enrollment.renews != renews:
            enrollment.renews = renews
            enrollment.save(update_fields=["renews"])
            log(enrollment, "choose_renewal", actor=actor, now=now, data={"renews": renews})
    return enrollment
