"""The desk of a case: everything that its page shows, as finished values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from arbitration.drafting import Content, read_content
from arbitration.permissions import cases_visible_to
from arbitration.presenters import decision, histories, table
from arbitration.presenters.rows import CaseRows
from claims import dates
from claims.business_days import Calendar, read_days
from claims.calendars import last_date, today_of
from claims.models import Case
from claims.presenters.due import count_words, due_words
from claims.states import CaseState
from partners.models import User

STATE_ICONS = {
    CaseState.OPEN: ("accent", "vs"),
    CaseState.PROPOSED: ("warn", "person"),
    CaseState.DECIDED: ("good", "check"),
    CaseState.CLOSED: ("", "stop"),
}


def chip(case: Case) -> dict[str, str]:
    """A case's state as glyph and word."""
    state = CaseState(case.state)
    tone, icon = STATE_ICONS[state]
    return {"tone": tone, "icon": icon, "word": str(state.label)}


def content_of(rows: CaseRows) -> Content:
    """What the page shows as decided: the decision that stands, else the draft as it was kept, else nothing."""
    standing = rows.decision
    if standing is not None:
        return Content(
            upheld=standing.upheld_id,
            scores=read_content({"scores": standing.scores}).scores,
            reasons={str(line): ruling.reason for line, ruling in rows.rulings.items()},
            rationale=standing.rationale,
            letters={str(partner): words for partner, words in rows.letters.items()},
        )
    return read_content(rows.draft.content) if rows.draft else Content()


def desk(
    rows: CaseRows,
    content: Content,
    user: User,
    findings: Mapping[str, Any],
    *,
    judges: bool,
    calendar: Calendar,
    now: datetime,
) -> dict[str, Any]:
    """Everything but the forms. `judges`: the person may decide it or second; `content` is what is decided so far.

    `findings` is what was wrong with what was posted, by field.
    """
    case = rows.case
    months = case.policy.evidence_months
    decides = judges and case.state == CaseState.OPEN
    return {
        "case": case,
        "chip": chip(case),
        "title": title(rows),
        "unit": unit_words(rows),
        "activities": ", ".join(dict.fromkeys(filter(None, map(table.activity_of, _lines(rows))))),
        "opened": dates.day_of_year(today_of(case.opened_at)),
        "clock": clock(case, calendar, now),
        "holding": holding(rows),
        "disputed": _is_final(rows),
        "earlier": earlier(rows, user),
        "picture": histories.picture(rows, now),
        "facts": histories.facts(rows),
        "table": table.table(rows, content, months=months),
        "choices": decision.choices(rows, content),
        "letters": decision.letters(rows, content, findings),
        "cites": decision.cites(rows, content.rationale),
        "rationale": content.rationale,
        "verb": decision.verb(rows, content),
        "standing": decision.standing(rows, judges=judges, viewer_id=int(user.pk or 0), now=now),
        "returned": decision.returned(rows),
        "decides": decides,
        "draft": draft(rows, user),
    }


def _lines(rows: CaseRows) -> list[Any]:
    return [line for party in rows.parties for line in party.lines]


def _is_final(rows: CaseRows) -> bool:
    """Whether the case judges a dispute, or has judged one: what it decides is not disputed again."""
    effective = rows.decision.effective_at if rows.decision else None
    if effective is None:
        return any(table.disputed_on(line) for line in _lines(rows))
    return any(line.final and line.decided_at == effective for line in _lines(rows))


def earlier(rows: CaseRows, user: User) -> list[int]:
    """The cases whose decisions are disputed in this one, as far as the reader may see them. A query, if there are."""
    moments = {line.decided_at for line in _lines(rows) if table.disputed_on(line)}
    if not moments:
        return []
    decided = cases_visible_to(user).filter(unit=rows.case.unit_id, decisions__effective_at__in=moments)
    return list(decided.exclude(pk=rows.case.pk).order_by("pk").values_list("pk", flat=True))


def title(rows: CaseRows) -> str:
    """What the case is about: the product, or products, and whose they are."""
    lines = _lines(rows)
    if not lines:
        return _("Case %(number)s") % {"number": rows.case.pk}
    products = ", ".join(dict.fromkeys(line.product_name for line in lines))
    return _("%(product)s at %(customer)s") % {"product": products, "customer": lines[0].claim.customer_name}


def unit_words(rows: CaseRows) -> dict[str, str]:
    """What exactly can be held here, with its GUID."""
    unit = rows.case.unit
    if unit.subscription:
        return {"word": _("Subscription"), "id": unit.subscription}
    return {"word": _("The workload in the whole tenant"), "id": str(unit.tenant)}


def clock(case: Case, calendar: Calendar, now: datetime) -> dict[str, Any] | None:
    """Day N of so many, as ticks and in words, and the last of them; None once it is proposed, or over."""
    if case.state != CaseState.OPEN:
        return None
    today, last = today_of(now), last_date(case.due_at)
    late = now >= case.due_at
    return {
        **count_words(read_days(case.due_days), today, late=late),
        "day": dates.day(last),
        "due": due_words(last, today, calendar),
        "late": late,
    }


def holding(rows: CaseRows) -> dict[str, Any]:
    """Who holds the unit, since when, and by which claims and documents."""
    holder = rows.holder
    if holder is None or holder.holding is None:
        return {"name": "", "since": "", "claims": [], "documents": []}
    since = dates.day_of_year(today_of(holder.holding.since))
    own = [line for line in holder.lines if line.association_id == holder.holding.pk]
    claims = {line.claim_id for line in own}
    documents = [
        table.cite(document, "", line, holder)
        for line in own
        for document in holder.documents
        if document.claim_id in claims and document.claim_id == line.claim_id
    ]
    return {
        "name": holder.partner.name,
        "since": since,
        "claims": [{"reference": line.claim.reference, "path": line.claim.path} for line in own],
        "documents": documents,
    }


def draft(rows: CaseRows, user: User) -> dict[str, Any]:
    """Who kept the draft last, and when; what names it to who goes on with it."""
    kept = rows.draft
    if kept is None:
        return {"by": "", "at": None, "seen": "", "mine": False}
    return {"by": str(kept.by), "at": kept.at, "seen": kept.at.isoformat(), "mine": kept.by_id == user.pk}
