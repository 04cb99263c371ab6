"""Sending a claim."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.clocks import CLOCK, start_clock
from claims.actions.contest import contest, lock_cases
from claims.actions.notices import tell_of_submission
from claims.actions.state import change_lines, change_state, lock_claim
from claims.errors import ClaimRefused, VersionConflict
from claims.intake import Intake, guid, host
from claims.models import Case, Claim, ClaimLine, Unit
from claims.permissions import require
from claims.preflight import Answer, Holdings, ask_directory, gather, holdings, with_documents, with_holdings
from claims.rules.facts import Facts, UnitKey
from claims.rules.judge import Verdict, judge
from events.log import Draft, record
from partners.people import People, people_of

if TYPE_CHECKING:
    from partners.models import User


@dataclass(frozen=True)
class Judged:
    """A claim's verdict with every unit it is about locked, their standing cases, and what else is live on them."""

    verdict: Verdict
    facts: Facts
    units: Mapping[UnitKey, Unit]
    cases: Mapping[int, Case]
    found: Holdings
    people: People

    def rivals(self) -> dict[Unit, frozenset[int]]:
        """The contested units, each with the other partners that have something live on it."""
        return {unit: self.found.rivals[key] for key, unit in self.units.items() if key in self.found.rivals}


def submit_claim(
    *, claim: Claim, actor: "User", now: datetime, answer: Answer | None = None, version: int | None = None
) -> Claim:
    """Sends a draft. In one transaction: rules again, state, due date, units, cases, history and messages.

    `answer` is the directory's, where the caller has asked already; otherwise it is asked here, before the
    transaction. `version` is the one the actor has seen.

    Raises:
        ClaimRefused: with every finding, where a rule fails.
        LookupLimit, PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    content = claim.content
    seen = claim.version if version is None else version
    require(actor, "submit", claim)
    answer = answer or ask_directory(content, partner_id=claim.partner_id, now=now)
    with transaction.atomic():
        require(actor, "submit", claim)
        judged = judge_locked(claim, Intake(content, ()), answer, actor=actor, now=now, verb="submit", version=seen)
        if not answer.fits(content):
            raise VersionConflict(claim.state)
        if not judged.verdict.sheet.ready:
            raise ClaimRefused(judged.verdict.sheet.findings)
        _enter(claim, judged, answer, actor=actor, now=now)
        drafts = contest(claim, judged.rivals(), judged.cases, policy=answer.policy, calendar=answer.calendar, now=now)
        told = {"due_at": claim.due_at.isoformat() if claim.due_at else "", "lines": len(content.lines)}
        event, *_ = record([Draft(claim.subject, "claim.submitted", told), *drafts], actor_id=actor.pk, now=now)
        tell_of_submission(event, claim, judged.people, actor=actor, contested=bool(judged.rivals()))
    return claim


def judge_locked(
    claim: Claim,
    intake: Intake,
    answer: Answer,
    *,
    actor: "User",
    now: datetime,
    verb: str,
    version: int,
    also: Collection[UnitKey] = (),
) -> Judged:
    """Runs the rules with units, cases and claim locked, in this one order, so that what they say holds until the end.

    `also` names units that the claim is leaving, which are locked with the others.

    Raises:
        TransitionNotAllowed, VersionConflict: as `lock_claim` does.
    """
    people = people_of(claim.partner_id)
    facts = gather(answer, people, user=actor, now=now)
    wanted = judge(intake, facts).units
    units = Unit.objects.lock([*wanted.values(), *also])
    tenant = answer.customer.tenant_id if answer.customer else None
    found = holdings(tenant, claim.partner_id, leave_out=claim.pk) if tenant else Holdings({}, frozenset(), {})
    facts = with_holdings(facts, found)
    cases = lock_cases([unit for key, unit in units.items() if key in found.rivals or key in also])
    lock_claim(claim, verb, version=version)
    facts = with_documents(facts, claim, intake.content)
    return Judged(judge(intake, facts), facts, units, cases, found, people)


def _enter(claim: Claim, judged: Judged, answer: Answer, *, actor: "User", now: datetime) -> None:
    claim.tenant_id, claim.domain = guid(claim.tenant_id) or "", host(claim.domain) or ""
    claim.customer_name = answer.customer.name if answer.customer else ""
    claim.mpn_name = judged.facts.mpn_ids[claim.mpn_id].name
    claim.submitted_at, claim.submitted_by = now, actor
    # Who sends it may read another language by the time that the customer is written to.
    claim.customer_contact_language = claim.customer_contact_language or actor.language
    claim.policy = answer.policy
    fields = ["tenant_id", "domain", "customer_name", "customer_contact_language", "mpn_name"]
    fields += ["submitted_at", "submitted_by", "policy"]
    start_clock(claim, answer.policy.review_business_days, answer.calendar, now=now)
    claim.save(update_fields=[*fields, *CLOCK, *change_state(claim, "submit", now=now)])
    lines = list(claim.lines.all())
    open_lines(claim, lines, judged, answer)
    ClaimLine.objects.bulk_update(lines, ["state", "unit", "activity", "product_name"])


def open_lines(claim: Claim, lines: list[ClaimLine], judged: Judged, answer: Answer) -> None:
    """Opens draft lines on the units they were found to be about, by their place in the claim; the caller saves."""
    for index, line in enumerate(lines):
        line.unit = judged.units[judged.verdict.units[index]]
        line.activity = claim.activity
        line.product_name = answer.products[line.product].name
    change_lines(lines, "submit")
