"""What each party will read of a decision, as it is drafted from what is decided. No letter names another party."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from arbitration.drafting import Content
from arbitration.findings import proved, unmet_reasons
from arbitration.presenters.rows import CaseRows, PartyRows
from arbitration.presenters.table import block, disputed_on
from claims.models import ClaimLine
from claims.presenters.drafted import drafted_words, in_their_language
from claims.requirements import Reason, Requirement
from claims.states import LineState


def is_proved(line: ClaimLine, rows: CaseRows) -> bool:
    """Whether the line could be approved by itself: it is already, or each requirement is met with a page."""
    return line.state == LineState.APPROVED or proved(rows.findings[line.pk])


def reasons_for(line: ClaimLine, rows: CaseRows) -> list[Reason]:
    """Why the line may be refused: what is not met of it comes first. What is approved yields only to another."""
    unmet = [] if line.state == LineState.APPROVED else unmet_reasons(rows.findings[line.pk])
    return [*dict.fromkeys([*unmet, Reason.ANOTHER_PARTNER_UPHELD])]


def reason_of(line: ClaimLine, rows: CaseRows, content: Content) -> Reason:
    """The reason that is chosen for the line, or the first of those there are."""
    offered = reasons_for(line, rows)
    kept = content.reasons.get(str(line.pk), "")
    return next((reason for reason in offered if reason == kept), offered[0])


def letter(party: PartyRows, rows: CaseRows, content: Content) -> str:
    """The letter as it follows from what is decided; empty until it is decided whom to uphold."""
    if not content.upheld or not party.lines:
        return ""
    with in_their_language(party.lines[0]):
        return _letter(party, rows, content)


def _letter(party: PartyRows, rows: CaseRows, content: Content) -> str:
    upheld = content.upheld == party.partner.pk
    proved = [line for line in party.lines if is_proved(line, rows)]
    # To uphold a party of which nothing is proved is refused anyway: its letter need not say so.
    refused = [line for line in party.lines if not (upheld and (line in proved or not proved))]
    first = party.lines[0]
    names = ", ".join(dict.fromkeys(line.product_name for line in party.lines))
    values = {"product": names, "customer": first.claim.customer_name}
    parts = [_opening(party, upheld=upheld, values=values)]
    parts += [_why(line, party, rows, content) for line in refused]
    if refused:
        parts.append(_afterwards(party, rows))
    return "\n\n".join(part for part in parts if part)


def _opening(party: PartyRows, *, upheld: bool, values: Mapping[str, str]) -> str:
    if upheld and party.holding:
        return _("We have decided on %(product)s at %(customer)s: you go on holding it. You need do nothing.") % values
    if upheld:
        return _("We have decided on %(product)s at %(customer)s: your claim is upheld.") % values
    if party.holding:
        return _("We have decided on %(product)s at %(customer)s: your association with it ends.") % values
    return _("We have decided on %(product)s at %(customer)s: your claim is not upheld.") % values


def _why(line: ClaimLine, party: PartyRows, rows: CaseRows, content: Content) -> str:
    reason = reason_of(line, rows, content)
    said = _("Reason: %(reason)s.") % {"reason": str(reason.label)}
    if reason == Reason.ANOTHER_PARTNER_UPHELD:
        return said
    found = [block(line, requirement, party, rows) for requirement in Requirement]
    unmet: list[dict[str, Any]] = [one for one in found if one["met"] is False]
    words = drafted_words(line.product_name, unmet, months=rows.case.policy.evidence_months)
    return f"{said}\n\n{words}" if words else said


def _afterwards(party: PartyRows, rows: CaseRows) -> str:
    if any(map(disputed_on, party.lines)):
        return _("This decides your dispute, and is final.")
    if any(disputed_on(line) for other in rows.parties for line in other.lines):
        return _("This decision is final.")
    days = rows.case.policy.dispute_days
    return _("If you think this is wrong, an admin of your company can dispute it within %(days)s days.") % {
        "days": days
    }
