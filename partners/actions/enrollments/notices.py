"""Who hears of what happens to an enrolment: who may enrol the MPN ID for its company, or the operator's admins."""

from collections.abc import Sequence
from typing import Any

from events.models import Event
from events.outbox import Notice, tell, tell_all
from partners.models import Enrollment
from partners.people import admins, enrollers_for


def tell_company(told: Sequence[tuple[Event, Enrollment]], kind: str, **values: Any) -> None:
    """Those of each company who may enrol the MPN ID; in a constant number of queries."""
    hearers = enrollers_for([enrollment.mpn_id for _event, enrollment in told])
    tell_all(
        (event, Notice(user_id, kind, _place(enrollment), {**_said(enrollment), **values}))
        for event, enrollment in told
        for user_id in sorted({one.user_id for one in hearers[enrollment.mpn_id_id]})
    )


def tell_admins(event: Event, enrollment: Enrollment, kind: str) -> None:
    """The operator's admins."""
    values = {**_said(enrollment), "company": enrollment.mpn_id.partner.name}
    tell(event, [Notice(pk, kind, f"/operator/enrolments/{enrollment.pk}/", values) for pk in sorted(admins())])


def _place(enrollment: Enrollment) -> str:
    return f"/enrolment/{enrollment.mpn_id.number}/{enrollment.program.code}/"


def _said(enrollment: Enrollment) -> dict[str, Any]:
    return {
        "number": enrollment.mpn_id.number,
        "location": enrollment.mpn_id.name,
        "program": enrollment.program.name,
        "until": enrollment.until.isoformat() if enrollment.until else "",
    }
