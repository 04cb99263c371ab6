"""Which of the operator's people hear of a case."""

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from arbitration.models import Decision
from claims.calendars import last_day
from claims.models import Case, ClaimLine
from events.models import Event
from events.outbox import Notice, tell
from partners.models import OperatorRole
from partners.people import people_around

if TYPE_CHECKING:
    from partners.models import User


def tell_of_proposal(event: Event, case: Case, decision: Decision, *, actor: "User") -> None:
    """Every other reviewer who may judge the case: one of them is to agree, and until when."""
    values = {"by": str(actor), "due_day": last_day(decision.due_at) if decision.due_at else ""}
    judges, _leads = _judges(case)
    _tell(event, case, "case_proposed", judges - {actor.pk}, values)


def tell_of_return(event: Event, case: Case, decision: Decision, *, actor: "User") -> None:
    """Who has proposed it."""
    values = {"by": str(actor), "excerpt": decision.return_words[:280]}
    _tell(event, case, "case_returned", {decision.proposed_by_id}, values)


def tell_of_fall(event: Event, case: Case, decision: Decision) -> None:
    """Who has proposed what counts no more, where they may still judge."""
    judges, _leads = _judges(case)
    _tell(event, case, "case_fell_back", {decision.proposed_by_id} & judges, {})


def tell_of_late_case(event: Event, case: Case) -> None:
    """The leads: a case is overdue."""
    _judges_of_case, leads = _judges(case)
    _tell(event, case, "case_overdue", leads, {"due_day": last_day(case.due_at)})


def tell_of_late_second(event: Event, case: Case, decision: Decision) -> None:
    """The leads: the second look at a proposal is overdue."""
    _judges_of_case, leads = _judges(case)
    values = {"by": str(decision.proposed_by), "due_day": last_day(decision.due_at) if decision.due_at else ""}
    _tell(event, case, "second_overdue", leads, values)


def tell_of_work_given_back(
    event: Event, person: "User", claims: Collection[int], cases: Collection[int], *, why: str, company: str
) -> None:
    """The other leads: how much somebody left to the others, and where to give it to one of them."""
    values = {"who": str(person), "claims": len(claims), "cases": len(cases), "why": why, "company": company}
    path = f"/review/given-back/{person.pk}/"
    leads = OperatorRole.objects.filter(role=OperatorRole.Role.LEAD, user__is_active=True).exclude(user=person)
    tell(event, [Notice(pk, "work_given_back", path, values) for pk in leads.values_list("user", flat=True)])


def _judges(case: Case) -> tuple[set[int], set[int]]:
    """The reviewers, and the leads among them, who may judge every party of the case."""
    parties = list(case.parties.values_list("partner_id", flat=True))
    around = list(people_around(parties).values())
    judges = set.intersection(*(set(people.reviewers) for people in around)) if around else set()
    leads = set.intersection(*(set(people.leads) for people in around)) if around else set()
    return judges, leads


def _tell(event: Event, case: Case, kind: str, hearers: Iterable[int], values: dict[str, Any]) -> None:
    line = ClaimLine.objects.filter(unit=case.unit_id).select_related("claim").order_by("-pk").first()
    about = {
        "case": case.pk,
        "product": line.product_name if line else "",
        "customer": line.claim.customer_name if line else "",
    }
    path = f"/review/cases/{case.pk}/"
    tell(event, [Notice(user_id, kind, path, {**about, **values}) for user_id in hearers])
