"""Pre-flight: gathers the facts a claim depends on, counts the look-up, and runs every rule."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Value

from claims.business_days import Calendar
from claims.calendars import policy_and_calendar, today_of
from claims.intake import ClaimContent, Intake, LineContent, guid, host, matched, within
from claims.lookups import count_lookup
from claims.models import Association, Claim, ClaimLine, Policy
from claims.rules.facts import Directory, Document, Facts, UnitKey
from claims.rules.judge import Verdict, judge
from claims.states import LIVE_LINES
from directory import lookup
from partners.people import People, people_of
from partners.roles import mpn_choices, standing_of

if TYPE_CHECKING:
    from partners.models import User


@dataclass(frozen=True)
class Answer:
    """What the directory said of a claim's customer and products, asked before any transaction is opened.

    With it, the policy and the operator's calendar at that moment.
    """

    tenant_id: str
    domain: str
    state: Directory
    customer: lookup.Customer | None
    products: Mapping[str, lookup.Product]
    foreign_ids: frozenset[str]
    policy: Policy
    calendar: Calendar

    def fits(self, content: ClaimContent) -> bool:
        """Whether it was asked about this customer; lines may differ, the products are all of them."""
        return (self.tenant_id, self.domain) == (content.tenant_id, content.domain)


def ask_directory(content: ClaimContent, *, partner_id: int, now: datetime) -> Answer:
    """Asks about the customer and its subscriptions. Never inside a transaction.

    Raises:
        LookupLimit: when the partner has asked too much in the last hour.
    """
    policy, calendar = policy_and_calendar(now)
    count_lookup(partner_id=partner_id, content=content, policy=policy, now=now)
    tenant_id, domain = guid(content.tenant_id), host(content.domain)
    customer, foreign = None, frozenset[str]()
    state = Directory.NOT_ASKED
    products = {product.code: product for product in lookup.products()}
    if tenant_id and domain:
        try:
            customer = lookup.customer(tenant_id=tenant_id, domain=domain)
            foreign = _foreign_ids(content, customer)
            state = Directory.ANSWERED
        except lookup.DirectoryUnavailable:
            state = Directory.UNAVAILABLE
    return Answer(content.tenant_id, content.domain, state, customer, products, foreign, policy, calendar)


def _foreign_ids(content: ClaimContent, customer: lookup.Customer | None) -> frozenset[str]:
    if customer is None:
        return frozenset()
    own = {key for s in customer.subscriptions for key in (s.id, s.commerce_id)}
    unknown = {typed for line in content.lines if (typed := guid(line.subscription_id)) and typed not in own}
    return lookup.foreign_guids(unknown) if unknown else frozenset()


@dataclass(frozen=True)
class Holdings:
    """What is live on a tenant's units. `rivals` never reaches the rules: partners are not told who else has filed."""

    own_live: Mapping[tuple[UnitKey, str, str], str]
    held_by_others: frozenset[UnitKey]
    rivals: Mapping[UnitKey, frozenset[int]]


def holdings(tenant_id: str, partner_id: int, *, leave_out: int | None = None) -> Holdings:
    """Live lines and associations on a tenant's units, in one query; `leave_out` is a claim whose lines count not."""
    columns = ("unit__workload", "unit__subscription", "partner_id")
    lines = (
        ClaimLine.objects.filter(unit__tenant=tenant_id, state__in=LIVE_LINES)
        .exclude(claim_id=leave_out or 0)
        .order_by()
        .values_list(*columns, "product", "activity", "claim__reference")
    )
    held = (
        Association.objects.filter(unit__tenant=tenant_id, until=None)
        .exclude(partner_id=partner_id)
        .values_list(*columns, Value(""), Value(""), Value(""))
    )
    own_live: dict[tuple[UnitKey, str, str], str] = {}
    rivals: dict[UnitKey, frozenset[int]] = {}
    others: set[UnitKey] = set()
    for workload, subscription, holder, product, activity, reference in lines.union(held, all=True):
        key = UnitKey(tenant_id, workload, subscription)
        if holder == partner_id:
            own_live[key, product, activity] = reference
            continue
        rivals[key] = rivals.get(key, frozenset()) | {holder}
        if not reference:
            others.add(key)
    return Holdings(own_live, frozenset(others), rivals)


def gather(answer: Answer, people: People, *, user: "User", now: datetime) -> Facts:
    """The facts about MPN IDs and people; live lines and holders come from `holdings`."""
    return Facts(
        today=today_of(now),
        ending_days=answer.policy.ending_days,
        review_business_days=answer.policy.review_business_days,
        evidence_months=answer.policy.evidence_months,
        directory=answer.state,
        customer=answer.customer,
        products=answer.products,
        foreign_ids=answer.foreign_ids,
        mpn_ids={choice.number: choice for choice in mpn_choices(standing_of(user), today_of(now))},
        global_admins=people.global_admins,
        partner_emails=people.emails,
    )


def with_holdings(facts: Facts, found: Holdings) -> Facts:
    """The facts, completed by what is live on the tenant's units."""
    return replace(facts, own_live=found.own_live, held_by_others=found.held_by_others)


@dataclass(frozen=True)
class Checked:
    """A claim as it was read, what was known when it was judged, and the verdict."""

    content: ClaimContent
    facts: Facts
    verdict: Verdict


def with_documents(facts: Facts, claim: Claim, content: ClaimContent) -> Facts:
    """The facts, completed by the documents of a stored claim."""
    return replace(facts, documents=documents_of(claim, content), sent=claim.submitted_at is not None)


def documents_of(claim: Claim, content: ClaimContent) -> tuple[Document, ...]:
    """The claim's documents with what each is marked for, by the places of its lines in `content`. One query."""
    by_id = places(claim.content_lines, content)
    columns = ("key", "name", "scan", "refusal", "pages", "coverage__line_id", "coverage__requirement")
    documents: dict[str, Document] = {}
    marks: dict[str, set[tuple[int, str]]] = {}
    rows = claim.evidence.order_by("position").values_list(*columns, "coverage__pages")
    for key, name, scan, refusal, count, line_id, requirement, pages in rows:
        documents[key] = Document(key, name, scan, refusal)
        if line_id in by_id and within(pages, count):
            marks.setdefault(key, set()).add((by_id[line_id], requirement))
    return tuple(replace(document, marks=frozenset(marks.get(key, ()))) for key, document in documents.items())


def places(stored: Sequence[ClaimLine], content: ClaimContent) -> dict[int, int]:
    """Where the stored lines stand in content that may name others, by their ids."""
    before = [LineContent(line.product, line.subscription_id) for line in stored]
    return {stored[old].pk: new for new, old in matched(before, content.lines).items()}


def check(intake: Intake, *, user: "User", partner_id: int, now: datetime, claim: Claim | None = None) -> Checked:
    """Every rule, run now, on a claim as it was read; stores nothing.

    `claim` is the stored one that is being checked: its own lines are no duplicates, and its documents count.

    Raises:
        LookupLimit: when the partner has asked the directory too much in the last hour.
    """
    answer = ask_directory(intake.content, partner_id=partner_id, now=now)
    facts = gather(answer, people_of(partner_id), user=user, now=now)
    if answer.customer is not None:
        leave_out = claim.pk if claim else None
        facts = with_holdings(facts, holdings(answer.customer.tenant_id, partner_id, leave_out=leave_out))
    if claim is not None:
        facts = with_documents(facts, claim, intake.content)
    return Checked(intake.content, facts, judge(intake, facts))
