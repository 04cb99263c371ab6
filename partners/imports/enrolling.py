"""Writes the days of enrolments as a file has them, and what state an enrolment is in by that."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime

from events.log import Draft
from partners.days import today_of
from partners.imports.content import PartnersFile
from partners.imports.periods import Period
from partners.imports.report import Report
from partners.imports.rows import delete_rows, rows_by
from partners.models import Enrollment, EnrollmentPeriod, MpnId, Program
from partners.states import MOMENTS, EnrollmentState


def write_periods(
    content: PartnersFile, ids: dict[str, MpnId], programs: dict[str, Program], report: Report, *, now: datetime
) -> None:
    """Lets the periods that the file names replace those that stood.

    Whatever state an enrolment was in, it is then enrolled, or ended where its last day is over.
    """
    said = {
        (ids[entry.number].pk, programs[code].pk): set(periods)
        for partner in content.partners
        for entry in partner.mpn_ids
        for code, periods in entry.periods.items()
    }
    there = _there(said)
    standing: dict[int, dict[Period, int]] = defaultdict(dict)
    for row in rows_by(EnrollmentPeriod.objects.all(), "enrollment", [row.pk for row in there.values()]):
        standing[row.enrollment_id][row.valid_from, row.valid_until] = row.pk
    changed = [row for key, row in there.items() if standing[row.pk].keys() != said[key]]
    made = [Enrollment(mpn_id_id=key[0], program_id=key[1]) for key in said if key not in there]
    for row in (*changed, *made):
        _come_to(row, said[row.mpn_id_id, row.program_id], now)
    Enrollment.objects.bulk_create(made)
    fields = ["state", "changed_at", "until", "renews", "reminded", "words", *{*MOMENTS.values()}]
    Enrollment.objects.bulk_update(changed, fields, batch_size=200)
    gone, added = [], []
    for row in (*changed, *made):
        periods = said[row.mpn_id_id, row.program_id]
        gone += [standing[row.pk][period] for period in standing[row.pk].keys() - periods]
        added += [
            EnrollmentPeriod(enrollment=row, valid_from=since, valid_until=until)
            for since, until in periods - standing[row.pk].keys()
        ]
    delete_rows(EnrollmentPeriod, gone)
    EnrollmentPeriod.objects.bulk_create(added)
    report.count("period", "added", len(added))
    report.count("period", "removed", len(gone))
    report.drafts += [Draft(row.subject, "enrollment.imported", {"state": str(row.state)}) for row in (*changed, *made)]


def _there(wanted: Iterable[tuple[int, int]]) -> dict[tuple[int, int], Enrollment]:
    """The enrolments that stand already, by MPN ID and programme, locked."""
    pairs = set(wanted)
    locking = Enrollment.objects.order_by("pk").select_for_update(no_key=True)
    rows = rows_by(locking, "mpn_id", sorted({mpn_id for mpn_id, _program in pairs}))
    found = {(row.mpn_id_id, row.program_id): row for row in rows}
    return {key: row for key, row in found.items() if key in pairs}


def _come_to(row: Enrollment, periods: set[Period], now: datetime) -> None:
    last: date | None = max(periods, key=lambda period: period[0])[1]
    over = last is not None and last < today_of(now)
    for moment in MOMENTS.values():
        setattr(row, moment, None)
    row.state = EnrollmentState.ENDED if over else EnrollmentState.ACTIVE
    setattr(row, MOMENTS[row.state], now)
    row.changed_at, row.until, row.renews, row.reminded, row.words = now, last, True, None, ""
