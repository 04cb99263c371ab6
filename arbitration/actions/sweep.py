"""What time brings to cases: word that one is late, and proposals that count no more. Source: design, section 8."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from arbitration.actions.decide import may_still_judge
from arbitration.actions.notices import tell_of_fall, tell_of_late_case, tell_of_late_second
from arbitration.actions.recount import recount_begun_lately
from arbitration.models import Decision
from claims.actions.contest import fall_back
from claims.models import Case, Unit
from claims.states import STANDING_CASES, CaseState
from events.log import Draft, record

BATCH = 500

logger = logging.getLogger(__name__)


def sweep_cases(*, now: datetime) -> Counter[str]:
    """Does all that is due on cases by `now`; returns how often it did what. Three queries where nothing waits.

    Safe beside itself and after a crash: what is due is picked without a lock, and each act locks and looks again. One
    that fails is logged, tried again by the next sweep, and holds up no other.
    """
    done: Counter[str] = Counter()
    late = Case.objects.filter(state__in=STANDING_CASES, overdue_at=None, due_at__lte=now).order_by("due_at", "pk")
    for pk in list(late.values_list("pk", flat=True)[:BATCH]):
        done["cases overdue"] += _alone(_mark_overdue, pk, now)
    pending = Decision.objects.filter(effective_at=None, over_at=None).order_by("due_at", "pk")
    for pk in list(pending.values_list("pk", flat=True)[:BATCH]):
        done["proposals looked after"] += _alone(_look, pk, now)
    done["clocks counted anew"] += _alone(lambda _pk, now: recount_begun_lately(now=now), 0, now)
    return +done


def _alone(act: Callable[[int, datetime], int], pk: int, now: datetime) -> int:
    try:
        return int(act(pk, now))
    except Exception:
        logger.exception("The sweep could not act on a case", extra={"row": pk})
        return 0


def _lock(case_id: int) -> Case:
    case = Case.objects.select_related("unit", "policy").get(pk=case_id)
    Unit.objects.select_for_update(no_key=True).get(pk=case.unit_id)
    return Case.objects.select_for_update(no_key=True, of=("self",)).select_related("policy").get(pk=case_id)


def _mark_overdue(case_id: int, now: datetime) -> bool:
    """Marks a case that is late, once, and tells the leads. Its version stays: a decision of this minute counts."""
    with transaction.atomic():
        case = _lock(case_id)
        if case.state not in STANDING_CASES or case.overdue_at is not None or case.due_at > now:
            return False
        case.overdue_at = now
        case.save(update_fields=["overdue_at"])
        event, *_ = record([Draft(case.subject, "case.overdue")], actor_id=None, now=now)
        tell_of_late_case(event, case)
    return True


def _look(decision_id: int, now: datetime) -> bool:
    """Looks without a lock first: most proposals wait for nothing but a colleague."""
    decision = Decision.objects.select_related("case", "proposed_by").get(pk=decision_id)
    return (_is_over(decision) or _is_late(decision, now)) and look_after(decision_id, now)


def look_after(decision_id: int, now: datetime) -> bool:
    """Lets a proposal fall whose proposer may judge no more, closes one of an earlier round, marks one that is late."""
    with transaction.atomic():
        case = _lock(Decision.objects.values_list("case_id", flat=True).get(pk=decision_id))
        decision = Decision.objects.select_related("proposed_by", "case").get(pk=decision_id)
        if decision.effective_at is not None or decision.over_at is not None:
            return False
        if not _is_over(decision):
            return _is_late(decision, now) and _remind_of_second(case, decision, now)
        again = fall_back(case, now=now) if _stands(decision) else []
        decision.over_at = now
        decision.save(update_fields=["over_at"])
        fell = Draft(case.subject, "case.proposal_fell", {"decision": decision.pk})
        event, *_ = record([fell, *again], actor_id=None, now=now)
        tell_of_fall(event, case, decision)
    return True


def _stands(decision: Decision) -> bool:
    return decision.case.state == CaseState.PROPOSED and decision.case.round == decision.round


def _is_over(decision: Decision) -> bool:
    """Whether its round is over, or who has proposed it may judge no more."""
    return not (_stands(decision) and may_still_judge(decision, decision.case))


def _is_late(decision: Decision, now: datetime) -> bool:
    return decision.overdue_at is None and decision.due_at is not None and decision.due_at <= now


def _remind_of_second(case: Case, decision: Decision, now: datetime) -> bool:
    decision.overdue_at = now
    decision.save(update_fields=["overdue_at"])
    event, *_ = record([Draft(case.subject, "case.second_overdue")], actor_id=None, now=now)
    tell_of_late_second(event, case, decision)
    return True
