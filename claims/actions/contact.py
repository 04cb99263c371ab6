"""A partner names another customer contact, as long as the customer's word is still open. Source: design, section 7."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import transaction

from claims.actions.consent import limit_letters, renew_consents, waiting_consents, window_of
from claims.actions.contest import lock_with_cases
from claims.actions.drafts import contact_values
from claims.actions.state import change_state
from claims.errors import ClaimRefused, ConsentOver
from claims.intake import Intake
from claims.models import Claim
from claims.permissions import require
from claims.preflight import ask_directory, gather
from claims.rules.findings import Finding, Sheet
from claims.rules.people import check_customer_contact
from events.log import Draft, record
from partners.people import people_of

if TYPE_CHECKING:
    from partners.models import User


def correct_contact(
    *, claim: Claim, intake: Intake, actor: "User", now: datetime, version: int | None = None, warned: bool = True
) -> Claim:
    """Changes who is asked at the customer: the old link is void, a new mail is written, and the window begins anew.

    At most as often as `limit_letters` lets it.

    Of `intake` the customer's contact counts alone. A contact that is the same and was not found unreachable is asked
    no second time. `version` is the one the actor has seen; `warned`, that they have seen what is to be known of the
    new contact, or want none of it.

    Raises:
        ClaimRefused: where the contact is not complete, no address, or the partner's own; with warnings alone where
            the actor was not warned.
        ConsentOver: where nothing waits for the customer any more.
        LookupLimit, PermissionDenied, TransitionNotAllowed, VersionConflict: nothing is changed then either.
    """
    require(actor, "correct_contact", claim)
    findings = _check(claim, intake, actor=actor, now=now)
    if findings and not warned:
        raise ClaimRefused(findings)
    with transaction.atomic():
        lock_with_cases(claim, claim.lines.all(), "correct_contact", actor=actor, version=version)
        waiting = waiting_consents(claim, now=now)
        if not waiting:
            raise ConsentOver("correct_contact", claim.state)
        before = claim.content
        content = replace(before, customer_contact=intake.content.customer_contact)
        if content == before and not any(window_of(consent).bounced_at for consent in waiting):
            return claim
        limit_letters(claim, now=now)
        values = contact_values(content)
        for name, value in values.items():
            setattr(claim, name, value)
        claim.save(update_fields=[*values, *change_state(claim, "correct_contact", now=now)])
        record([Draft(claim.subject, "claim.contact_corrected")], actor_id=actor.pk, now=now)
        renew_consents(claim, now=now)
    return claim


def _check(claim: Claim, intake: Intake, *, actor: "User", now: datetime) -> tuple[Finding, ...]:
    """The rules of a customer contact, on the one of `intake`; returns the warnings. Asks the directory.

    Raises:
        ClaimRefused: with every finding, where one is an error.
        LookupLimit: where the partner has asked too much in the last hour.
    """
    malformed = [fault for fault in intake.malformed if fault.field.startswith("customer_contact")]
    contact = intake.content.customer_contact
    answer = ask_directory(claim.content, partner_id=claim.partner_id, now=now)
    facts = gather(answer, people_of(claim.partner_id), user=actor, now=now)
    sheet = Sheet()
    for fault in malformed:
        sheet.note(fault)
    wrong = frozenset(fault.field for fault in malformed)
    check_customer_contact(sheet, contact, facts, customer_known=facts.customer is not None, malformed=wrong)
    if not sheet.ready:
        raise ClaimRefused(sheet.findings)
    return sheet.findings
