"""A case as JSON (design, section 9)."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from arbitration.drafting import handles
from arbitration.findings import Found, findings_by
from arbitration.models import Decision, Ruling
from arbitration.permissions import may_judge
from arbitration.presenters.rows import counts
from claims.actions.award import live_lines
from claims.models import Case, ClaimLine, InformationRequest
from claims.states import CaseState

if TYPE_CHECKING:
    from partners.models import User


def case_json(case: Case, user: "User") -> dict[str, Any]:
    """Everything of a case that the operator's people see, and the verbs the caller may use now.

    Its lines are those of what is proposed or decided, with what was found of them by then; else those that are live.
    """
    parties = dict(case.parties.order_by("pk").values_list("partner_id", "partner__name"))
    decision = next((row for row in case.decisions.order_by("-round") if counts(row, case)), None)
    rulings = list(decision.rulings.select_related("line__claim")) if decision else []
    lines = [ruling.line for ruling in rulings] or live_lines(case)
    names, found = handles(parties.items()), findings_by(rulings, lines)
    held = case.unit.associations.filter(until=None).first()
    asked = case.requests.select_related("claim", "comment").order_by("pk")
    return {
        "id": case.pk,
        "state": case.state,
        "round": case.round,
        "version": case.version,
        "opened_at": _time(case.opened_at),
        "due_at": _time(case.due_at),
        "actions": _actions(case, user, decision),
        "tenant_id": str(case.unit.tenant),
        "workload": case.unit.workload,
        "subscription_id": case.unit.subscription,
        "holder": held.partner_id if held else None,
        "parties": [
            {
                "partner": pk,
                "name": name,
                "handle": names[pk],
                "lines": [_line(line, found[line.pk]) for line in lines if line.partner_id == pk],
                "requests": [_request(one) for one in asked if one.claim.partner_id == pk],
            }
            for pk, name in parties.items()
        ],
        "decision": _decision(decision, rulings) if decision else None,
    }


def _actions(case: Case, user: "User", decision: Decision | None) -> list[str]:
    if case.state not in (CaseState.OPEN, CaseState.PROPOSED) or not may_judge(user, case):
        return []
    if case.state == CaseState.OPEN:
        return ["request_information", "decide"]
    own = decision is not None and decision.proposed_by_id == user.pk
    return ["return"] if own else ["second", "return"]


def _line(line: ClaimLine, found: Found) -> dict[str, Any]:
    return {
        "id": line.pk,
        "claim": line.claim.reference,
        "product": line.product,
        "activity": line.activity,
        "state": line.state,
        "disputed": line.disputed,
        "met": {name: one.met for name, one in found.items()},
    }


def _request(asked: InformationRequest) -> dict[str, Any]:
    return {
        "claim": asked.claim.reference,
        "asked_at": _time(asked.comment.at),
        "due_at": _time(asked.due_at),
        "answered_at": _time(asked.answered_at),
        "lapsed_at": _time(asked.lapsed_at),
    }


def _decision(decision: Decision, rulings: Collection[Ruling]) -> dict[str, Any]:
    return {
        "upheld": decision.upheld_id,
        "displaces": decision.displaces,
        "rationale": decision.rationale,
        "proposed_by": str(decision.proposed_by),
        "proposed_at": _time(decision.proposed_at),
        "due_at": _time(decision.due_at),
        "seconded_by": str(decision.seconded_by) if decision.seconded_by else "",
        "effective_at": _time(decision.effective_at),
        "refused": {str(ruling.line_id): ruling.reason for ruling in rulings if not ruling.stands},
    }


def _time(value: Any) -> str | None:
    return value.isoformat().replace("+00:00", "Z") if value else None
