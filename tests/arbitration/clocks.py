"""A world in which every clock runs, and what each is by a calendar: counted here, from what the rows hold."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from arbitration.models import Decision
from claims.business_days import Calendar, deadline
from claims.calendars import after_days
from claims.models import Case, Claim, ClaimLine, Consent, InformationRequest
from events.models import Outbox
from events.outbox import deliver_due
from tests.arbitration.given import answer_party, ask_parties, case_of, decide, dispute, filed, firms, held_by, look_at
from tests.claims.given import SERVICE, sent
from tests.claims.test_associations import approved
from tests.claims.test_decide import check, found, reject
from tests.claims.test_inquiry import ask
from tests.claims.test_sweep import tick
from tests.claims.test_take import LEAD, NADIA, PIETER, take
from tests.world import NOW, World

WHO = "jonas.weber"
End = tuple[datetime, int, bool]  # when it began, how many days, business days


def of_microsoft_365(workload: str) -> dict[str, Any]:
    """What differs in `claim_of` for a workload at Alder Freight Lines."""
    return {"solution_area": "microsoft_365", "lines": [{"product": workload, "subscription_id": ""}]}


def every_clock(world: World) -> dict[str, str]:
    """Claims on which all ten clocks run, begun at NOW; by what each is about, their references."""
    made = {"review": sent(world, WHO, **of_microsoft_365("intune"))}
    made["lease"] = sent(world, WHO, **of_microsoft_365("exchange-online"))
    take(world, NADIA, made["lease"])
    made["answer"] = sent(world, WHO, **of_microsoft_365("sharepoint-online"))
    take(world, NADIA, made["answer"])
    assert ask(world, NADIA, made["answer"]).status_code == 200
    made["dispute"] = _refused(world, "viva-engage")
    made["dispute_review"] = _refused(world, "microsoft-teams")
    halden, brightwater = firms(world, 2)
    assert dispute(world, halden, made["dispute_review"]).status_code == 200
    made["consent"], made["contact"] = held_by(world, halden), approved(world, SERVICE)
    deliver_due(now=NOW)
    last = Consent.objects.get(claim__reference=made["contact"])
    Outbox.objects.filter(dedupe_key=last.mail).update(sent_at=None, parked_at=NOW, error="refused with 550")
    tick(NOW)
    made["request"] = filed(world, brightwater)
    case = case_of(made["request"])
    assert ask_parties(world, LEAD, case.pk, halden, brightwater).status_code == 200
    assert answer_party(world, halden, made["consent"]).status_code == 200
    look_at(world, LEAD, made["consent"], made["request"])
    assert decide(world, PIETER, case.pk, brightwater).status_code == 200
    return made


def _refused(world: World, workload: str) -> str:
    reference = sent(world, WHO, **of_microsoft_365(workload))
    take(world, NADIA, reference)
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    assert reject(world, NADIA, reference).status_code == 200
    return reference


def ends() -> dict[tuple[str, int], datetime | None]:
    """When each clock ends, as its row says."""
    return {key: end for key, end, _began in _clocks()}


def counted(calendar: Calendar) -> dict[tuple[str, int], datetime]:
    """When each clock would end by the calendar, counted from its beginning, by the lengths of the first policy."""
    return {
        key: deadline(began, days, calendar).due_at if business else after_days(began, days, calendar.zone)
        for key, _end, (began, days, business) in _clocks()
    }


def _clocks() -> Iterator[tuple[tuple[str, int], datetime | None, End]]:
    for claim in Claim.objects.filter(state__in=["submitted", "under_review", "action_required", "disputed"]):
        yield ("claim", claim.pk), claim.due_at, (_known(claim.clock_began_at), 5, True)
        if claim.lease_until:
            yield ("lease", claim.pk), claim.lease_until, (_known(claim.leased_at), 2, True)
    for case in Case.objects.exclude(state__in=["decided", "closed"]):
        yield ("case", case.pk), case.due_at, (case.opened_at, 10, True)
    for request in InformationRequest.objects.waiting().select_related("comment"):
        yield ("request", request.pk), request.due_at, (request.comment.at, 5, True)
    for decision in Decision.objects.filter(case__state="proposed", effective_at=None, over_at=None):
        yield ("second", decision.pk), decision.due_at, (decision.proposed_at, 2, True)
    for consent in Consent.objects.filter(outcome=""):
        if consent.bounced_at:
            yield ("contact", consent.pk), consent.contact_due_at, (_known(consent.contact_asked_at), 5, True)
        else:
            yield ("consent", consent.pk), consent.ends_at, (_known(consent.sent_at), 7, False)
    for line in ClaimLine.objects.filter(state="rejected", disputed_at=None):
        yield ("dispute", line.pk), line.dispute_until, (_known(line.decided_at), 30, False)


def _known(moment: datetime | None) -> datetime:
    assert moment is not None
    return moment
