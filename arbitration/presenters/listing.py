"""The list of cases: which, in what order, and what each row shows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from arbitration.models import Decision
from arbitration.presenters.desk import chip
from arbitration.presenters.rows import counts
from claims import dates
from claims.business_days import Calendar
from claims.calendars import last_date, today_of
from claims.models import Case, ClaimLine, Party
from claims.presenters.due import due_words
from claims.states import STANDING_CASES, CaseState, LineState

# Which cases: those that stand where none is named, those to be decided, those to be seconded, those that are over.
SHOWN = ("open", "proposed", "over")
STATES = {
    "": STANDING_CASES,
    "open": (CaseState.OPEN,),
    "proposed": (CaseState.PROPOSED,),
    "over": (CaseState.DECIDED, CaseState.CLOSED),
}


@dataclass(frozen=True)
class Entry:
    """One case of the list with its parties, its proposal or decision, and what it is about."""

    case: Case
    decision: Decision | None
    products: tuple[str, ...]
    customer: str


def listed(cases: QuerySet[Case], show: str, after: int) -> QuerySet[Case]:
    """Those of the cases that are asked for: the most urgent first, of those that are over the latest first.

    `after` is the key of the case before, 0 for the first page.
    """
    found = cases.filter(state__in=STATES[show])
    over = show == "over"
    last = cases.filter(pk=after).values_list("due_at", "pk").first() if after else None
    if last:
        side = "lt" if over else "gt"
        past = Q(**{f"due_at__{side}": last[0]}) | Q(due_at=last[0], **{f"pk__{side}": last[1]})
        found = found.filter(past)
    return found.order_by("-due_at", "-pk") if over else found.order_by("due_at", "pk")


def entries(cases: QuerySet[Case], size: int) -> list[Entry]:
    """The first of these cases with what their rows show. Four queries."""
    rows = cases.select_related("unit").prefetch_related(
        Prefetch("parties", Party.objects.select_related("partner").order_by("pk")),
        Prefetch(
            "decisions",
            Decision.objects.filter(over_at=None).select_related("proposed_by", "upheld"),
            to_attr="standing",
        ),
        Prefetch(
            "unit__lines", ClaimLine.objects.exclude(state=LineState.DRAFT).select_related("claim").order_by("pk")
        ),
    )
    return [_entry(case) for case in rows[:size]]


def _entry(case: Any) -> Entry:
    about = {line.product_name: line.claim.customer_name for line in case.unit.lines.all()}
    decision = next((row for row in case.standing if counts(row, case)), None)
    return Entry(case, decision, tuple(about), next(iter(about.values()), ""))


def row(entry: Entry, today: date, calendar: Calendar) -> dict[str, Any]:
    """What one row shows."""
    case, decision = entry.case, entry.decision
    names = [party.partner.name for party in case.parties.all()]
    last = last_date(case.due_at)
    standing = case.state in STANDING_CASES
    return {
        "pk": case.pk,
        "products": ", ".join(entry.products) or _("Case %(number)s") % {"number": case.pk},
        "customer": entry.customer,
        "unit": (case.unit.subscription or str(case.unit.tenant))[:8],
        "parties": names,
        "chip": chip(case),
        "round": case.round,
        "day": dates.day(last) if standing else _over(case.over_at),
        "due": due_words(last, today, calendar) if standing else None,
        "decision": _decision(decision),
    }


def _over(at: datetime | None) -> str:
    return dates.day_of_year(today_of(at)) if at else ""


def _decision(decision: Decision | None) -> str:
    if decision is None:
        return ""
    values = {"upheld": str(decision.upheld), "name": str(decision.proposed_by)}
    if decision.effective_at:
        return _("%(upheld)s upheld, by %(name)s") % values
    return _("%(upheld)s to be upheld, proposed by %(name)s") % values


def groups(show: str, path: str) -> list[dict[str, Any]]:
    """The ways to narrow the list."""
    words = {"": _("All open"), "open": _("To decide"), "proposed": _("To agree to"), "over": _("Over")}
    return [
        {"href": f"?show={name}" if name else path, "word": word, "on": name == show} for name, word in words.items()
    ]


def empty(show: str) -> tuple[str, str]:
    """Title and words of a list without a row."""
    return {
        "open": (_("Nothing to decide"), _("Every case that stands has a proposal.")),
        "proposed": (_("Nothing to second"), _("No case waits for a second reviewer.")),
        "over": (_("No case is over"), _("Cases stand here once they are decided, or closed without a decision.")),
    }.get(show, (_("No case is open"), _("A case opens by itself when two partners claim the same thing.")))
