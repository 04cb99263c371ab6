"""The decision of a case: what choosing each party would mean, what was proposed, what is in effect."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arbitration.drafting import Content, cited
from arbitration.models import Decision
from arbitration.presenters.letters import is_proved, letter, reason_of, reasons_for
from arbitration.presenters.rows import CaseRows, PartyRows
from arbitration.presenters.table import activity_of, was_heard
from claims import dates
from claims.calendars import last_date, today_of
from claims.models import ClaimLine
from claims.requirements import Reason


def choices(rows: CaseRows, content: Content) -> list[dict[str, Any]]:
    """For each party: whether it is upheld, what that would mean, and why each of its lines is refused if it is not."""
    return [
        {
            "pk": party.partner.pk,
            "name": party.partner.name,
            "chosen": content.upheld == party.partner.pk,
            "means": _means(party, rows),
            "hindered": _hindered(party, rows),
            "lines": [_line(line, party, rows, content) for line in party.lines],
        }
        for party in rows.parties
    ]


def displaces(party: PartyRows, rows: CaseRows) -> bool:
    """Whether to uphold this party would end what another holds."""
    return rows.holder is not None and rows.holder != party


def _needs_second(party: PartyRows, rows: CaseRows) -> bool:
    return displaces(party, rows) and rows.case.policy.reviewers_to_displace > 1


def _means(party: PartyRows, rows: CaseRows) -> str:
    if party.holding:
        return _("Goes on holding it.")
    holder = rows.holder
    if holder is None:
        return _("Approved on its own proof, at once.")
    values = {"holder": holder.partner.name, "days": rows.case.policy.second_business_days}
    if not _needs_second(party, rows):
        return _("Takes the place of %(holder)s, at once.") % values
    words = ngettext(
        "Takes the place of %(holder)s once a second reviewer agrees, within %(days)s business day.",
        "Takes the place of %(holder)s once a second reviewer agrees, within %(days)s business days.",
        rows.case.policy.second_business_days,
    )
    return words % values


def _hindered(party: PartyRows, rows: CaseRows) -> str:
    """What still stands in the way of upholding the party; empty where nothing does."""
    if not party.holding and not party.lines:
        return _("It has nothing live to uphold.")
    if not party.holding and not any(is_proved(line, rows) for line in party.lines):
        return _("Not proved yet: not all of it was found met.")
    if rows.holder and displaces(party, rows) and not was_heard(rows.holder):
        return _("%(holder)s is to be heard first.") % {"holder": rows.holder.partner.name}
    return ""


def _line(line: ClaimLine, party: PartyRows, rows: CaseRows, content: Content) -> dict[str, Any]:
    chosen = reason_of(line, rows, content)
    several = len(party.lines) > 1
    ruling = rows.rulings.get(line.pk)
    return {
        "pk": line.pk,
        "activity": activity_of(line) if several else "",
        "proved": is_proved(line, rows),
        "reasons": [
            {"code": str(reason), "label": str(reason.label), "selected": reason == chosen}
            for reason in reasons_for(line, rows)
        ],
        "ruled": _ruled(ruling.stands, ruling.reason, waits=_waits(rows)) if ruling else None,
    }


def _waits(rows: CaseRows) -> bool:
    return rows.decision is not None and rows.decision.effective_at is None


def _ruled(stands: bool, reason: str, *, waits: bool) -> dict[str, str]:
    """How a line is decided, or would be as long as a second reviewer is to agree."""
    if stands:
        return {"icon": "check", "tone": "" if waits else "good", "word": _("To be upheld") if waits else _("Upheld")}
    word = str(Reason(reason).label) if reason in Reason.values else _("Refused")
    if waits and reason == Reason.ANOTHER_PARTNER_UPHELD:
        word = _("Another partner is to be upheld")
    return {"icon": "x", "tone": "", "word": word}


def letters(rows: CaseRows, content: Content, findings: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The letter of each party: as it was written, else as it follows from what is decided; with what is wrong."""
    found = []
    for party in rows.parties:
        drafted = letter(party, rows, content)
        written = content.letters.get(str(party.partner.pk), "")
        found.append(
            {
                "pk": party.partner.pk,
                "name": party.partner.name,
                "drafted": drafted,
                "words": written or drafted,
                "own": bool(written) and written != drafted,
                "findings": (findings or {}).get(f"letters.{party.partner.pk}", []),
            }
        )
    return found


def cites(rows: CaseRows, rationale: str) -> dict[str, Any]:
    """What the rationale stands on so far, in words, and what it names that there is not."""
    found = cited(rationale, rows.citable)
    requirements, places = len(found.requirements), len(found.places)
    named = ngettext("%(n)s requirement named", "%(n)s requirements named", requirements) % {"n": requirements}
    paged = ngettext("%(n)s page cited", "%(n)s pages cited", places) % {"n": places}
    return {
        "good": bool(requirements and places and not found.wrong),
        "words": _("%(requirements)s, %(pages)s") % {"requirements": named, "pages": paged},
        "wrong": list(found.wrong),
    }


def verb(rows: CaseRows, content: Content) -> dict[str, Any]:
    """What the button does, by whom is chosen, and what comes of it."""
    party = next((one for one in rows.parties if one.partner.pk == content.upheld), None)
    if party is None:
        return {"label": _("Decide"), "means": _("Choose whom to uphold: the letters are drafted from it."), "icon": ""}
    values = {"name": party.partner.name}
    if _needs_second(party, rows):
        days = rows.case.policy.second_business_days
        words = ngettext(
            "A displacement: it takes effect when a second reviewer agrees, within %(days)s business day.",
            "A displacement: it takes effect when a second reviewer agrees, within %(days)s business days.",
            days,
        )
        means = words % {"days": days}
        return {"label": _("Propose to uphold %(name)s") % values, "means": means, "icon": "person"}
    means = _("It takes effect at once: every party is told by its letter.")
    return {"label": _("Uphold %(name)s") % values, "means": means, "icon": "check"}


def standing(rows: CaseRows, *, judges: bool, viewer_id: int, now: datetime) -> dict[str, Any] | None:
    """The decision that stands: by whom, until when a second is due, who may agree or return it; None without."""
    decision = rows.decision
    if decision is None:
        return None
    waits = decision.effective_at is None
    mine = decision.proposed_by_id == viewer_id
    return {
        "upheld": str(decision.upheld),
        "displaces": decision.displaces,
        "waits": waits,
        "words": _by_whom(decision),
        "due": _second_due(decision, now) if waits else None,
        "may_second": waits and judges and not mine,
        "may_return": waits and judges,
        "why_not": _("You proposed it: somebody else has to agree.") if waits and mine else "",
    }


def _by_whom(decision: Decision) -> str:
    values = {
        "name": str(decision.proposed_by),
        "day": dates.day_of_year(today_of(decision.proposed_at)),
        "second": str(decision.seconded_by or ""),
        "effective": dates.day_of_year(today_of(decision.effective_at)) if decision.effective_at else "",
    }
    if decision.seconded_by:
        return _("Proposed by %(name)s, %(day)s; agreed by %(second)s, in effect since %(effective)s.") % values
    if decision.effective_at:
        return _("Decided by %(name)s, in effect since %(effective)s.") % values
    return _("Proposed by %(name)s, %(day)s.") % values


def _second_due(decision: Decision, now: datetime) -> dict[str, Any] | None:
    if decision.due_at is None:
        return None
    return {"day": dates.day_long(last_date(decision.due_at)), "late": decision.due_at <= now}


def returned(rows: CaseRows) -> list[dict[str, str]]:
    """Proposals of earlier rounds that were returned or fell, newest first."""
    found = []
    for decision in rows.returned:
        values = {
            "round": decision.round,
            "name": str(decision.proposed_by),
            "upheld": str(decision.upheld),
            "day": dates.day_of_year(today_of(decision.over_at)) if decision.over_at else "",
            "by": str(decision.returned_by or ""),
        }
        found.append({"words": _how_it_ended(decision) % values, "said": decision.return_words})
    return found


def _how_it_ended(decision: Decision) -> str:
    if decision.returned_by_id == decision.proposed_by_id:
        return _("Round %(round)s: %(name)s proposed to uphold %(upheld)s, and took it back, %(day)s.")
    if decision.returned_by:
        return _("Round %(round)s: %(name)s proposed to uphold %(upheld)s; returned by %(by)s, %(day)s.")
    if decision.over_at:
        return _("Round %(round)s: %(name)s proposed to uphold %(upheld)s; it fell back, %(day)s.")
    return _("Round %(round)s: %(name)s proposed to uphold %(upheld)s; it fell back.")
