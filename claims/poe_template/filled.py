"""What the template is filled with."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from claims.calendars import policy_and_calendar, today_of
from claims.errors import LookupLimit
from claims.intake import Contact
from claims.models import Claim, ClaimLine
from claims.preflight import ask_directory
from claims.states import ClaimState, LineState
from directory import lookup
from partners.roles import mpn_choices, standing_of

if TYPE_CHECKING:
    from partners.models import User


class Named(NamedTuple):
    """A product or workload by its own name, with the subscription ID as far as the partner knows it, or empty."""

    name: str
    subscription_id: str = ""


@dataclass(frozen=True)
class Filled:
    """One claim, as its template states it. Empty text stands for what is missing and leaves a line to fill in.

    `solution_area` and `activity` are codes, `day` is the one the document is made on, `months` how old the customer's
    date may be when the claim is sent.
    """

    reference: str
    operator: str
    day: date
    months: int
    partner: str = ""
    customer: str = ""
    domain: str = ""
    tenant_id: str = ""
    project: str = ""
    mpn_id: str = ""
    mpn_name: str = ""
    solution_area: str = ""
    activity: str = ""
    products: tuple[Named, ...] = ()
    customer_contact: Contact = field(default_factory=Contact)
    technical_contact: Contact = field(default_factory=Contact)
    partner_contact: Contact = field(default_factory=Contact)
    solution_seller: str = ""
    isv_solution: str = ""


def filled_from(claim: Claim, *, user: "User", now: datetime) -> Filled:
    """What `claim`, which `user` may see, has to say. Lines withdrawn are left out.

    A draft's customer is asked for in the directory as the pre-flight asks, so it counts against the same limit; past
    it the name stays empty. Never inside a transaction.
    """
    content = claim.content
    return Filled(
        reference=claim.reference,
        operator=settings.OPERATOR_NAME,
        day=today_of(now),
        months=(claim.policy or policy_and_calendar(now)[0]).evidence_months,
        partner=claim.partner.name,
        customer=claim.customer_name or _customer_name(claim, now=now),
        domain=content.domain,
        tenant_id=content.tenant_id,
        project=content.name,
        mpn_id=content.mpn_id,
        mpn_name=claim.mpn_name or _mpn_name(content.mpn_id, user=user, now=now),
        solution_area=content.solution_area,
        activity=content.activity,
        products=_products(claim),
        customer_contact=content.customer_contact,
        technical_contact=content.technical_contact,
        partner_contact=content.partner_contact,
        solution_seller=content.solution_seller,
        isv_solution=content.isv_solution,
    )


def _customer_name(claim: Claim, *, now: datetime) -> str:
    if claim.state != ClaimState.EDITING:
        return ""
    try:
        customer = ask_directory(claim.content, partner_id=claim.partner_id, now=now).customer
    except LookupLimit:
        return ""
    return customer.name if customer else ""


def _mpn_name(number: str, *, user: "User", now: datetime) -> str:
    choices = mpn_choices(standing_of(user), today_of(now)) if number else []
    return next((choice.name for choice in choices if choice.number == number), "")


def _products(claim: Claim) -> tuple[Named, ...]:
    names = {product.code: product.name for product in lookup.products()}
    return tuple(
        Named(line.product_name or names.get(line.product, line.product), _subscription_id(line))
        for line in claim.lines.all()
        if line.product and line.state != LineState.WITHDRAWN
    )


def _subscription_id(line: ClaimLine) -> str:
    """As typed; what it turned out to be is shown once the line is approved."""
    resolved = line.unit.subscription if line.unit and line.state == LineState.APPROVED else ""
    return line.subscription_id or resolved
