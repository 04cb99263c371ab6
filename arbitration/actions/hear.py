"""A judge asks the parties of a case. Source: design, section 8."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from arbitration.actions.lock import lock_case
from claims.actions.hearing import ask_for_case, claims_of_party, say_that_holder_is_heard
from claims.calendars import operator_calendar
from claims.errors import VerbRefused
from claims.intake import read_comment
from claims.models import Case, Claim, InformationRequest
from claims.rules.findings import Finding
from claims.states import CaseState
from events.log import Draft, record

if TYPE_CHECKING:
    from partners.models import User


def ask_parties(
    *,
    case: Case,
    partner_ids: Collection[int],
    body: str,
    actor: "User",
    now: datetime,
    version: int | None = None,
) -> list[InformationRequest]:
    """Asks one or more parties of an open case, each in its own claim and with a clock of its own.

    Raises:
        VerbRefused: `party_required` where none is named, or one that is no party; `asked_already` where one still owes
            an answer; `party_without_claim` where there is no claim to ask in; `names_other_party`; `required` and
            `invalid` for what is no comment.
        PermissionDenied, TransitionNotAllowed, CaseChanged: nothing is changed then either.
    """
    with transaction.atomic():
        case = lock_case(case, "ask_parties", [CaseState.OPEN], actor=actor, version=version)
        parties = dict(case.parties.order_by("partner_id").values_list("partner_id", "partner__name"))
        claims = {partner_id: claims_of_party(case, partner_id) for partner_id in parties}
        body, wrong = read_comment(body)
        if faults := [*wrong, *_faults(case, parties, claims, partner_ids)]:
            raise VerbRefused(faults)
        every = [claim.pk for own in claims.values() for claim in own]
        list(Claim.objects.select_for_update(no_key=True).filter(pk__in=every).order_by("pk").values_list("pk"))
        asked = sorted((claims[partner_id][0] for partner_id in set(partner_ids)), key=lambda claim: claim.pk)
        requests = ask_for_case(case, asked, body, operator_calendar(now), actor=actor, now=now)
        say_that_holder_is_heard(case, set(partner_ids), now=now)
        told = {"claims": [claim.pk for claim in asked]}
        record([Draft(case.subject, "case.asked", told)], actor_id=actor.pk, now=now)
    return requests


def _faults(
    case: Case, parties: dict[int, str], claims: dict[int, list[Claim]], partner_ids: Collection[int]
) -> list[Finding]:
    faults: list[Finding] = []
    if not partner_ids or not set(partner_ids) <= set(parties):
        return [Finding("party_required", "parties")]
    waiting = InformationRequest.objects.waiting().filter(case=case)
    owing = set(waiting.values_list("claim__partner", flat=True))
    for partner_id in sorted(set(partner_ids)):
        if not claims[partner_id]:
            faults.append(Finding("party_without_claim", "parties", {"partner": parties[partner_id]}))
        elif partner_id in owing:
            faults.append(Finding("asked_already", "parties", {"partner": parties[partner_id]}))
    return faults
