"""Who hears of a customer's word. The customer's own words are for the operator's people alone."""

from collections.abc import Sequence
from datetime import date

from claims.actions.notices import own_people
from claims.models import Claim, ClaimLine, Consent
from events.models import Event
from events.outbox import Notice, tell
from partners.people import people_of


def tell_of_confirmation(event: Event, claim: Claim, lines: Sequence[ClaimLine]) -> None:
    """The company's people who sent or began the claim: the customer has not declined in time."""
    _tell_own(event, claim, "customer_confirmed", claim.path, product=_names(lines))


def tell_of_decline(event: Event, claim: Claim, lines: Sequence[ClaimLine]) -> None:
    """The company's people who sent or began the claim: the customer has declined; not why."""
    _tell_own(event, claim, "customer_declined", claim.path, product=_names(lines))


def tell_of_unreachable_customer(event: Event, claim: Claim, consent: Consent, *, due_day: date) -> None:
    """The company's people who sent or began the claim: whom the mail did not reach, and until when to name another."""
    values = {"contact": f"{consent.contact_name} ({consent.contact_email})", "due_day": due_day.isoformat()}
    _tell_own(event, claim, "customer_unreachable", f"{claim.path}contact/", **values)


def tell_of_missing_contact(event: Event, claim: Claim) -> None:
    """The leads who may judge the company."""
    values = {"reference": claim.reference, "claim_name": claim.name, "partner": claim.partner.name}
    leads = people_of(claim.partner_id).leads
    tell(event, [Notice(user_id, "contact_missing", claim.path, values) for user_id in leads])


def _tell_own(event: Event, claim: Claim, kind: str, path: str, **more: str) -> None:
    hearers = own_people(claim, people_of(claim.partner_id))
    values = {"reference": claim.reference, "claim_name": claim.name, "customer": claim.customer_name, **more}
    tell(event, [Notice(user_id, kind, path, values) for user_id in hearers if user_id])


def _names(lines: Sequence[ClaimLine]) -> str:
    return ", ".join(dict.fromkeys(line.product_name for line in lines))
