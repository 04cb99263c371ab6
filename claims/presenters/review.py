"""The last step of a draft: every rule with its outcome, what will be sent, and what happens then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from claims import dates
from claims.business_days import deadline, stored_days
from claims.calendars import policy_and_calendar
from claims.forms import Step
from claims.intake import Contact
from claims.models import Claim
from claims.presenters import page
from claims.presenters.checks import Panel, contact_names, once
from claims.presenters.places import Place
from claims.requirements import MARKED
from claims.rules import order
from claims.rules.facts import Document
from claims.rules.findings import Check, Outcome
from claims.rules.texts import TEXTS
from claims.states import Scan
from directory import lookup
from directory.activities import SolutionArea

WRITTEN_IN = {
    "en": gettext_lazy("The customer is written to in English."),
    "es": gettext_lazy("The customer is written to in Spanish."),
}


@dataclass
class Outcomes:
    """The rules of one group by outcome: findings that fail and warn, what passed, what was not checked.

    `unchecked` waits for other rules; `aside` is about nothing that this claim has.
    """

    title: str
    failed: list[dict[str, Any]] = field(default_factory=list)
    warned: list[dict[str, Any]] = field(default_factory=list)
    passed: list[dict[str, str]] = field(default_factory=list)
    unchecked: list[dict[str, str]] = field(default_factory=list)
    aside: list[dict[str, str]] = field(default_factory=list)


def review(claim: Claim, panel: Panel | None, *, now: datetime) -> dict[str, Any]:
    """What the last step shows besides the frame: groups of rules, those that pass apart, their `tally`, and more."""
    groups = [_outcomes(group, panel) for group in order.GROUPS] if panel else []
    passing = [group for group in groups if not (group.failed or group.warned or group.unchecked)]
    return {
        "open_groups": [group for group in groups if group not in passing],
        "passing": passing,
        "passing_number": sum(len(group.passed) for group in passing),
        "tally": {
            "failed": len(panel.errors) if panel else 0,
            "warn": len(panel.warnings) if panel else 0,
            "passed": sum(len(group.passed) for group in groups),
            "not_checked": sum(len(group.unchecked) for group in groups),
        },
        "gaps": panel is not None and _is_found(panel, "evidence_uncovered"),
        "ready": panel is not None and panel.checked.verdict.sheet.ready,
        "contested": panel is not None and _is_found(panel, "competing_claim"),
        "summary": summary(claim, panel),
        "expected": expected(now),
    }


def _is_found(panel: Panel, code: str) -> bool:
    return any(finding.code == code for finding in panel.checked.verdict.sheet.findings)


def _outcomes(group: order.Group, panel: Panel) -> Outcomes:
    checks = panel.checked.verdict.sheet.checks
    failed = {check.code for check in checks if check.outcome == Outcome.FAILED}
    shown = Outcomes(str(group.title))
    for rule in group.rules:
        own = [check for check in checks if check.code == rule.code]
        by = {outcome: [check for check in own if check.outcome == outcome] for outcome in Outcome}
        shown.failed += panel.grouped(_findings(by[Outcome.FAILED]))
        shown.warned += panel.grouped(_findings(by[Outcome.WARNED]))
        label = str(TEXTS[rule.code].passed)
        if by[Outcome.PASSED]:
            shown.passed.append({"label": label, "where": _where(by[Outcome.PASSED], panel)})
        elif not by[Outcome.FAILED] and not by[Outcome.WARNED]:
            before = _waits_for(rule.code, failed) if by[Outcome.UNCHECKED] else ""
            (shown.unchecked if before else shown.aside).append({"label": label, "why": before})
    return shown


def _findings(checks: list[Check]) -> list[Any]:
    return once(check.finding for check in checks if check.finding is not None)


def _where(checks: list[Check], panel: Panel) -> str:
    """The fields that a rule holds for, by name; how many, where they are too many to be read."""
    names = list(dict.fromkeys(panel.name_of(check.field) for check in checks))
    if len(names) > 6:
        return ngettext("%(number)s field", "%(number)s fields", len(names)) % {"number": len(names)}
    return "; ".join(names)


def _waits_for(code: str, failed: set[str]) -> str:
    """Which failed rules keep this one from being checked; empty where none does."""
    before = [str(TEXTS[other].passed) for other in TEXTS if other in order.premises(code) & failed]
    return _("waits for: %(rules)s") % {"rules": "; ".join(before)} if before else ""


def summary(claim: Claim, panel: Panel | None) -> list[dict[str, Any]]:
    """What will be sent, by step: the facts as pairs of label and values, and the way to change them."""
    place, products = Place(claim.reference, Step.REVIEW), _products(claim)
    facts = {
        Step.CUSTOMER: _customer(claim, panel),
        Step.WORK: _work(claim, panel),
        Step.PRODUCTS: products,
        Step.PROOF: _proof(claim, panel, [values[0] for _label, values in products]),
    }
    return [
        {"step": step, "title": str(step.label), "href": place.way(step), "facts": _filled(rows)}
        for step, rows in facts.items()
    ]


def _filled(rows: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
    return [(label, [value for value in values if value]) for label, values in rows]


def _customer(claim: Claim, panel: Panel | None) -> list[tuple[str, list[str]]]:
    known = panel.checked.facts.customer if panel else None
    rows = [
        (_("Claim name"), [claim.name]),
        (_("Customer"), [known.name if known else "", claim.domain]),
        (_("Tenant ID"), [claim.tenant_id]),
    ]
    label, said = _contact(claim, "customer_contact")
    return [*rows, (label, [*said, _letter_language(claim)])]


def _letter_language(claim: Claim) -> str:
    """In which language the customer is written to: their contact's, else that of who sends the claim."""
    language = claim.customer_contact_language or get_language()
    return str(WRITTEN_IN.get(language or "", "")) if claim.customer_contact_email else ""


def _contact(claim: Claim, contact: str) -> tuple[str, list[str]]:
    said = getattr(claim.content, contact)
    return contact_names()[contact], [", ".join(part for part in (said.name, said.title) if part), said.email]


def _work(claim: Claim, panel: Panel | None) -> list[tuple[str, list[str]]]:
    mpn = panel.checked.facts.mpn_ids.get(claim.mpn_id) if panel else None
    asked = claim.solution_area == SolutionArea.BUSINESS_APPLICATIONS
    rows = [
        (_("Activity"), [page.work(claim)]),
        *([_contact(claim, "technical_contact")] if asked or claim.content.technical_contact != Contact() else []),
        (_("MPN ID"), [f"{claim.mpn_id} {mpn.name if mpn else ''}".strip()]),
        (contact_names()["partner_contact"], [claim.partner_contact_name, claim.partner_contact_email]),
    ]
    if claim.solution_seller or claim.isv_solution:
        rows += [(_("Solution seller"), [claim.solution_seller]), (_("ISV solution"), [claim.isv_solution])]
    return rows


def _products(claim: Claim) -> list[tuple[str, list[str]]]:
    known: Mapping[str, lookup.Product] = {product.code: product for product in lookup.products()}
    rows = []
    for number, line in enumerate(claim.content.lines, 1):
        product = known.get(line.product)
        found = _("subscription found; its ID is shown once approved")
        whole = _("whole tenant") if product and product.kind == "workload" else found
        label = _("Product %(number)s") % {"number": number}
        rows.append((label, [product.name if product else line.product, line.subscription_id or whole]))
    return rows


def _proof(claim: Claim, panel: Panel | None, products: Sequence[str]) -> list[tuple[str, list[str]]]:
    """The documents as the rules saw them; past the limit of look-ups, when none ran, as they are stored."""
    documents = panel.checked.facts.documents or () if panel else claim.evidence.order_by("position")
    rows = [(_("Documents"), [document.name for document in documents])]
    return [*rows, *_marked(products, panel.checked.facts.documents or ())] if panel and documents else rows


def _marked(products: Sequence[str], documents: Iterable[Document]) -> list[tuple[str, list[str]]]:
    """Of each product, how much of what its proof must show has a page marked for it; a lone product is not named."""
    marks = {mark for document in documents if document.scan != Scan.REFUSED for mark in document.marks}
    rows = []
    for index, product in enumerate(products):
        done = sum((index, str(requirement)) in marks for requirement in MARKED)
        numbers = {"done": done, "of": len(MARKED), "product": product}
        words = _("%(product)s: %(done)s of %(of)s") if len(products) > 1 else _("%(done)s of %(of)s")
        rows.append(words % numbers)
    return [(_("Requirements with a page"), rows)] if rows else []


def expected(now: datetime) -> dict[str, Any]:
    """When a claim that is sent now will be reviewed: the day in words, and the clock day by day."""
    policy, calendar = policy_and_calendar(now)
    due = deadline(now, policy.review_business_days, calendar)
    counted = Claim(due_at=due.due_at, due_days=stored_days(due.days))
    return {
        "day": dates.day_long(due.days[-1].date),
        "business_days": policy.review_business_days,
        "consent_days": policy.consent_days,
        "days": [{**day, "flag": _("Today")} if day["current"] else day for day in page.clock(counted, now)],
        "note": page.clock_note(counted),
    }
