"""Rules about the work: area and activity, then the MPN ID: yours, a location, enrolled, ending, partner type."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from claims.dates import day_of_year
from claims.intake import ClaimContent
from claims.rules.facts import Facts
from claims.rules.findings import Sheet
from claims.rules.texts import Severity
from directory.activities import OFFERED, Activity, SolutionArea

if TYPE_CHECKING:
    from partners.facts import EnrollmentFacts, MpnFacts


def check_area(sheet: Sheet, claim: ClaimContent, malformed: frozenset[str]) -> str | None:
    """The solution area where it is one, else None."""
    if not claim.solution_area or "solution_area" in malformed:
        return None
    known = claim.solution_area in SolutionArea.values
    return claim.solution_area if sheet.check(known, "invalid", "solution_area") else None


def check_activity(sheet: Sheet, claim: ClaimContent, area: str | None, malformed: frozenset[str]) -> str | None:
    """The activity where it is offered in the area, else None."""
    with sheet.group(("activity_not_in_solution_area", "activity")):
        if not claim.activity or "activity" in malformed:
            return None
        if not sheet.check(claim.activity in Activity.values, "invalid", "activity") or area is None:
            return None
        fits = sheet.check(
            claim.activity in OFFERED[area],
            "activity_not_in_solution_area",
            "activity",
            activity=str(Activity(claim.activity).label),
            area=str(SolutionArea(area).label),
            offered=", ".join(str(activity.label) for activity in OFFERED[area]),
        )
        return claim.activity if fits else None


def check_mpn_id(
    sheet: Sheet, claim: ClaimContent, facts: Facts, area: str | None, activity: str | None, malformed: frozenset[str]
) -> None:
    """Checks that the user may claim with this MPN ID today, and whether it is likely to be the intended one."""
    codes = ("mpn_not_yours", "mpn_is_global", "mpn_not_enrolled", "mpn_enrollment_ending", "mpn_partner_type")
    with sheet.group(*((code, "mpn_id") for code in codes)):
        if not claim.mpn_id or "mpn_id" in malformed:
            return
        admins = ", ".join(facts.global_admins)
        mpn = facts.mpn_ids.get(claim.mpn_id)
        sheet.check(mpn is not None, "mpn_not_yours", "mpn_id", admins=admins)
        if mpn is None or not sheet.check(mpn.kind == "location", "mpn_is_global", "mpn_id"):
            return
        if area is None or activity is None:
            return
        until = enrolled_until(mpn, area, activity, facts.today)
        if until is None:
            recognition = activity == Activity.REVENUE_ASSOCIATION
            severity = Severity.WARNING if recognition else Severity.ERROR
            sheet.found("mpn_not_enrolled", "mpn_id", severity=severity, mpn_id=str(mpn.number), admins=admins)
            return
        sheet.passed("mpn_not_enrolled", "mpn_id")
        _check_ending_and_type(sheet, mpn, until, facts, admins)


def _check_ending_and_type(sheet: Sheet, mpn: "MpnFacts", until: date, facts: Facts, admins: str) -> None:
    if until <= facts.today + timedelta(days=facts.ending_days):
        day = day_of_year(until)
        sheet.found("mpn_enrollment_ending", "mpn_id", mpn_id=str(mpn.number), ends_on=day, admins=admins)
    else:
        sheet.passed("mpn_enrollment_ending", "mpn_id")
    types = ", ".join(mpn.partner_types)
    sheet.check(not types, "mpn_partner_type", "mpn_id", mpn_id=str(mpn.number), types=types)


def enrolled_until(mpn: "MpnFacts", area: str, activity: str, today: date) -> date | None:
    """The last day of an unbroken enrolment that holds today; None without one.

    It is `date.max` where none is set, or where the enrolment is renewed by itself as its last day comes.

    A Revenue association counts an enrolment in any programme, the others one of the area and activity.
    """
    fitting = [
        (period.valid_from, _last_day(period, today))
        for period in mpn.enrollments
        if activity == Activity.REVENUE_ASSOCIATION or (period.solution_area == area and activity in period.activities)
    ]
    end: date | None = None
    for start, until in sorted(fitting):
        if end is None:
            if start <= today <= until:
                end = until
        elif until > end and start <= end + timedelta(days=1):
            end = until
    return end


def _last_day(period: "EnrollmentFacts", today: date) -> date:
    """Its own, `date.max` where it goes on; what is over goes on no more, even where it was to be renewed."""
    last = period.valid_until or date.max
    return date.max if period.renews and today <= last else last
