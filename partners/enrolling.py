"""Reads where MPN IDs stand in the programmes: one cell for each pair, with what rows and days say of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from events.inbox import CAP
from partners.facts import Standing
from partners.models import Enrollment, EnrollmentPeriod, MpnId, Program
from partners.states import WAITING, EnrollmentState


@dataclass(frozen=True)
class Cell:
    """One MPN ID in one programme on a day.

    `state` is None where it was never in it. `since` is the first day of the time that counts, or will count.
    """

    mpn_id: MpnId
    program: Program
    today: date
    enrollment: Enrollment | None = None
    state: EnrollmentState | None = None
    since: date | None = None

    @property
    def until(self) -> date | None:
        """The last day of an invitation, of what was agreed, or of what has ended."""
        return self.enrollment.until if self.enrollment else None

    @property
    def begins(self) -> date | None:
        """The first day, where it is still to come."""
        coming = self.state == EnrollmentState.ACTIVE and self.since is not None and self.since > self.today
        return self.since if coming else None

    @property
    def goes_on(self) -> bool:
        """Whether it is renewed by itself as its last day comes."""
        return bool(self.enrollment and self.enrollment.renews and self.program.renews)

    @property
    def days_left(self) -> int | None:
        """How many days an enrolment has left that will end, or an invitation; None where it goes on."""
        waits = self.state == EnrollmentState.INVITED or (self.state == EnrollmentState.ACTIVE and not self.goes_on)
        return (self.until - self.today).days if waits and self.until else None


def waiting_count(standing: Standing) -> int:
    """How many enrolments wait for the operator's admins, counted no further than 99."""
    return Enrollment.objects.visible_to(standing).filter(state__in=WAITING).order_by()[:CAP].count()


def with_periods(rows: QuerySet[Enrollment]) -> QuerySet[Enrollment]:
    """With the days of each, in one query more."""
    return rows.prefetch_related(Prefetch("periods", EnrollmentPeriod.objects.order_by("valid_from")))


def cells(mpn_ids: Sequence[MpnId], programs: Iterable[Program], today: date) -> dict[int, list[Cell]]:
    """For each MPN ID, by its key, a cell for each programme in their order; in two queries."""
    rows = with_periods(Enrollment.objects.filter(mpn_id__in=[mpn_id.pk for mpn_id in mpn_ids]))
    there = {(row.mpn_id_id, row.program_id): row for row in rows}
    return {
        mpn_id.pk: [cell_of(mpn_id, program, there.get((mpn_id.pk, program.pk)), today) for program in programs]
        for mpn_id in mpn_ids
    }


def cell_of(mpn_id: MpnId, program: Program, enrollment: Enrollment | None, today: date) -> Cell:
    """What a row, read `with_periods`, or none says on a day."""
    if enrollment is None:
        return Cell(mpn_id, program, today)
    return Cell(mpn_id, program, today, enrollment, enrollment.stands(today), _since(enrollment, today))


def _since(enrollment: Enrollment, today: date) -> date | None:
    """The first day of the time that counts today, without a gap, or else of the next or the last one."""
    runs: list[tuple[date, date | None]] = []
    for period in enrollment.periods.all():
        if runs and runs[-1][1] is not None and (period.valid_from - runs[-1][1]).days == 1:
            runs[-1] = (runs[-1][0], period.valid_until)
        else:
            runs.append((period.valid_from, period.valid_until))
    going = [since for since, until in runs if until is None or until >= today]
    return going[0] if going else runs[-1][0] if runs else None
