"""The numbers by which facts name reasons and work. They stand in rows: new ones come last, and none ever moves."""

from claims.requirements import Reason
from directory.activities import Activity, SolutionArea

STANDS = 0  # the line is approved, or goes on being approved
KEPT, LATE = 0, 1
AS_BEFORE, OVERTURNED = 0, 1

# A reason's number is its place, counted from one.
REASONS: tuple[Reason, ...] = (
    Reason.POE_MISSING,
    Reason.CUSTOMER_ACKNOWLEDGEMENT_MISSING,
    Reason.DATES_MISSING_OR_OLD,
    Reason.PARTNER_SERVICE_INSUFFICIENT,
    Reason.PRODUCT_NOT_NAMED,
    Reason.NO_PARTNER_RESPONSE,
    Reason.CUSTOMER_DECLINED,
    Reason.PARTNER_REQUEST,
    Reason.ANOTHER_PARTNER_UPHELD,
    Reason.SUBSCRIPTION_ENDED,
    Reason.REVOKED,
)
WORKS: tuple[tuple[SolutionArea, Activity], ...] = (
    (SolutionArea.BUSINESS_APPLICATIONS, Activity.PRESALES),
    (SolutionArea.BUSINESS_APPLICATIONS, Activity.USAGE),
    (SolutionArea.BUSINESS_APPLICATIONS, Activity.REVENUE_ASSOCIATION),
    (SolutionArea.MICROSOFT_365, Activity.USAGE),
)


def number_of(reason: str) -> int:
    """The number of a reason."""
    return REASONS.index(Reason(reason)) + 1


def reason_of(number: int) -> Reason:
    """The reason of a number."""
    return REASONS[number - 1]


def work_of(area: str, activity: str) -> int:
    """The number of an activity in its solution area."""
    return WORKS.index((SolutionArea(area), Activity(activity)))


def works_in(area: str, activity: str) -> tuple[int, ...] | None:
    """The numbers of all work in an area and of an activity, either of which may be empty; None for all there is."""
    if not area and not activity:
        return None
    return tuple(place for place, (in_area, of) in enumerate(WORKS) if area in ("", in_area) and activity in ("", of))
