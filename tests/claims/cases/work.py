"""Cases about the work: area and activity, then the MPN ID: yours, a location, enrolled, ending, partner type."""

from typing import Any

from cpor import demo
from tests.claims.cases.case import Case, case, error, line, one, warning, workload
from tests.claims.cases.conditions import letting_end, limited_to, rotterdam

NOT_YOURS = error("mpn_not_yours", "mpn_id")
GLOBAL = error("mpn_is_global", "mpn_id")
NOT_ENROLLED = error("mpn_not_enrolled", "mpn_id")
ENDING = warning("mpn_enrollment_ending", "mpn_id")
PARTNER_TYPE = warning("mpn_partner_type", "mpn_id")
NOT_OFFERED = error("activity_not_in_solution_area", "activity")
REVENUE: dict[str, Any] = {
    "activity": "revenue_association",
    "solution_seller": "Ada Holm",
    "isv_solution": "Routewise",
}
FASTTRACK = ("FastTrack Ready Partner",)

ACTIVITY = (
    case("Presales of Business applications is offered", activity="presales"),
    case("Usage of Business applications is offered", activity="usage"),
    case("Revenue association of Business applications is offered", **REVENUE),
    case("Usage of Microsoft 365 is offered", **workload("exchange-online")),
    case(
        "Presales of Microsoft 365 is not offered, so enrolment is not looked at",
        NOT_OFFERED,
        **workload("exchange-online", activity="presales"),
        mpn_id=demo.UTRECHT,
        absent={"mpn_not_enrolled": "activity_not_in_solution_area"},
    ),
    case(
        "Revenue association of Microsoft 365 is not offered",
        NOT_OFFERED,
        **workload("exchange-online", **REVENUE),
    ),
    case(
        "without an area no activity is wrong, no enrolment and no product is looked at",
        error("required", "solution_area"),
        solution_area="",
        mpn_id=demo.UTRECHT,
        lines=[line("exchange-online")],
        absent={
            "activity_not_in_solution_area": "required",
            "mpn_not_enrolled": "required",
            "product_not_in_solution_area": "required",
        },
    ),
    case(
        "an unknown area is malformed, and no activity is wrong in it",
        error("invalid", "solution_area"),
        solution_area="games",
        absent={"activity_not_in_solution_area": "invalid", "technical_contact_required": "Business applications only"},
        technical_contact={"name": "", "title": "", "email": ""},
    ),
    case(
        "without an activity no enrolment is looked at",
        error("required", "activity"),
        activity="",
        mpn_id=demo.UTRECHT,
        absent={"mpn_not_enrolled": "required"},
    ),
    case(
        "an unknown activity is malformed",
        error("invalid", "activity"),
        activity="sabotage",
        absent={"activity_not_in_solution_area": "invalid"},
    ),
)

MPN_ID = (
    case("an empty MPN ID is missing", error("required", "mpn_id"), mpn_id="", absent={"mpn_not_yours": "required"}),
    case("an MPN ID may be sent as a number", mpn_id=int(demo.ROTTERDAM)),
    case("an MPN ID that nobody has is not yours", NOT_YOURS, mpn_id="9999999"),
    case("an MPN ID of another company is not yours", NOT_YOURS, mpn_id=demo.LISBON),
    case("an MPN ID with other signs in it is not yours", NOT_YOURS, mpn_id="62-81940"),
    case(
        "an MPN ID outside the user's locations is not yours, whatever else it is",
        NOT_YOURS,
        mpn_id=demo.HALDEN_GLOBAL,
        world=(limited_to(demo.ROTTERDAM),),
        absent={"mpn_is_global": "mpn_not_yours", "mpn_not_enrolled": "mpn_not_yours"},
    ),
    case("an MPN ID among the user's locations is yours", world=(limited_to(demo.ROTTERDAM),)),
    case(
        "the global MPN ID claims nothing",
        GLOBAL,
        mpn_id=demo.HALDEN_GLOBAL,
        absent={"mpn_not_enrolled": "mpn_is_global"},
    ),
    case("an MPN ID that was never enrolled is not", NOT_ENROLLED, mpn_id=demo.UTRECHT),
    case(
        "an enrolment that is over counts no more, and is not said to be ending",
        NOT_ENROLLED,
        mpn_id=demo.ANTWERP,
        absent={"mpn_enrollment_ending": "mpn_not_enrolled"},
    ),
    case(
        "an enrolment that ends inside 30 days is said to",
        ENDING,
        mpn_id=demo.MADRID,
        world=(letting_end(demo.MADRID),),
    ),
    case("an enrolment that is renewed by itself as its last day comes is not ending", mpn_id=demo.MADRID),
    case("a partner type asks whether this is the intended MPN ID", PARTNER_TYPE, mpn_id=demo.LYON),
)


def _enrolled(
    rule: str, *found: Any, periods: Any, types: tuple[str, ...] = (), renews: bool = False, **more: Any
) -> Case:
    return case(rule, *found, world=(rotterdam(*periods, types=types, renews=renews),), **more)


ENROLMENT = (
    _enrolled("Usage counts in the Usage programme of the area", periods=[("osu-ba", -9, 99)]),
    _enrolled("Usage does not count in the Presales programme", NOT_ENROLLED, periods=[("osa-sell", -9, 99)]),
    _enrolled("Usage does not count in the programme of the other area", NOT_ENROLLED, periods=[("osu-m365", -9, 99)]),
    _enrolled("Presales counts in the Presales programme", periods=[("osa-sell", -9, 99)], activity="presales"),
    _enrolled(
        "Presales does not count in the Usage programme",
        NOT_ENROLLED,
        periods=[("osu-ba", -9, 99)],
        activity="presales",
    ),
    _enrolled(
        "Usage of Microsoft 365 does not count in the programme of Business applications",
        NOT_ENROLLED,
        periods=[("osu-ba", -9, 99)],
        **workload("exchange-online"),
    ),
    _enrolled("Revenue association counts in any programme", periods=[("osu-m365", -9, 99)], **REVENUE),
    _enrolled(
        "Revenue association in no programme is only warned of",
        warning("mpn_not_enrolled", "mpn_id"),
        periods=[],
        **REVENUE,
    ),
    _enrolled("an enrolment that starts tomorrow does not count yet", NOT_ENROLLED, periods=[("osu-ba", 1, 99)]),
    _enrolled("an enrolment that starts today counts", periods=[("osu-ba", 0, 99)]),
    _enrolled("an enrolment that ended yesterday counts no more", NOT_ENROLLED, periods=[("osu-ba", -9, -1)]),
    _enrolled("an enrolment that ends today counts, and is ending", ENDING, periods=[("osu-ba", -9, 0)]),
    _enrolled("an enrolment that ends in 30 days is ending", ENDING, periods=[("osu-ba", -9, 30)]),
    _enrolled("an enrolment that ends in 31 days is not ending", periods=[("osu-ba", -9, 31)]),
    _enrolled("an enrolment that ends today and is renewed is not ending", periods=[("osu-ba", -9, 0)], renews=True),
    _enrolled(
        "an enrolment that ended yesterday counts no more, though it was to be renewed",
        NOT_ENROLLED,
        periods=[("osu-ba", -9, -1)],
        renews=True,
    ),
    _enrolled("an enrolment without an end is not ending", periods=[("osu-ba", -9, None)]),
    _enrolled("a period that follows the next day goes on", periods=[("osu-ba", -9, 10), ("osu-ba", 11, 99)]),
    _enrolled(
        "a period that follows the next day and ends soon is ending",
        ENDING,
        periods=[("osu-ba", -9, 10), ("osu-ba", 11, 20)],
    ),
    _enrolled(
        "a period that follows after a gap does not go on", ENDING, periods=[("osu-ba", -9, 10), ("osu-ba", 12, 99)]
    ),
    _enrolled(
        "an enrolment in another programme does not prolong this one",
        ENDING,
        periods=[("osu-ba", -9, 10), ("osu-m365", -9, 99)],
    ),
    _enrolled(
        "for Revenue association any programme prolongs",
        periods=[("osu-ba", -9, 10), ("osu-m365", -9, 99)],
        **REVENUE,
    ),
    _enrolled(
        "the partner type of an MPN ID that is not enrolled is not said",
        NOT_ENROLLED,
        periods=[],
        types=FASTTRACK,
        absent={"mpn_partner_type": "mpn_not_enrolled"},
    ),
    _enrolled(
        "an ending enrolment and a partner type are said together",
        ENDING,
        PARTNER_TYPE,
        periods=[("osu-ba", -9, 5)],
        types=FASTTRACK,
    ),
    case(
        "an MPN ID that is wrong does not hide what is wrong with a product",
        NOT_YOURS,
        error("product_unknown", "lines.0.product"),
        mpn_id="1",
        **one("golf"),
    ),
)

CASES = (*ACTIVITY, *MPN_ID, *ENROLMENT)
