"""What of a company's claims and associations hangs on an enrolment: reads only, for those who decide on it."""

from datetime import date

from django.db.models import Count, QuerySet

from claims.models import Association, Claim
from claims.states import OPEN_CLAIMS, LineState
from directory.activities import Activity
from partners.models import Enrollment, EnrollmentPeriod, User


def open_claims_of(enrollment: Enrollment, user: User) -> QuerySet[Claim]:
    """Claims with its MPN ID, for work its programme pays for, that are not decided; as far as the person sees them."""
    program = enrollment.program
    return Claim.objects.visible_to(user).filter(
        partner_id=enrollment.mpn_id.partner_id,
        mpn_id=enrollment.mpn_id.number,
        solution_area=program.solution_area,
        activity__in=program.activities,
        state__in=OPEN_CLAIMS,
    )


def associations_of(enrollment: Enrollment, user: User) -> QuerySet[Association]:
    """What is held now by approved lines of such claims."""
    program = enrollment.program
    held = Association.objects.visible_to(user).filter(
        partner_id=enrollment.mpn_id.partner_id,
        until=None,
        lines__state=LineState.APPROVED,
        lines__claim__mpn_id=enrollment.mpn_id.number,
        lines__claim__solution_area=program.solution_area,
        lines__activity__in=program.activities,
    )
    return held.distinct()


def held_by_work(user: User) -> dict[tuple[str, str], int]:
    """How many associations the person's company holds, by solution area and activity; ("", "") has them all.

    One that is held by several activities counts for each. Two queries.
    """
    held = Association.objects.visible_to(user).filter(until=None, lines__state=LineState.APPROVED)
    by_work = held.order_by().values("lines__claim__solution_area", "lines__activity").distinct()
    rows = by_work.annotate(number=Count("pk", distinct=True))
    counted = {(row["lines__claim__solution_area"], row["lines__activity"]): row["number"] for row in rows}
    return {**counted, ("", ""): Association.objects.visible_to(user).filter(until=None).count()}


def counts_until(claim: Claim, day: date) -> date | None:
    """The last day of an enrolment that lets its MPN ID claim this on `day`: `date.max` without an end, None without.

    A Revenue association counts an enrolment in any programme. One query.
    """
    periods = EnrollmentPeriod.objects.on(day).filter(enrollment__mpn_id__number=claim.mpn_id)
    rows = periods.values_list("valid_until", "enrollment__program__solution_area", "enrollment__program__activities")
    fitting = [
        until or date.max
        for until, area, activities in rows
        if claim.activity == Activity.REVENUE_ASSOCIATION
        or (area == claim.solution_area and claim.activity in activities)
    ]
    return max(fitting, default=None)
