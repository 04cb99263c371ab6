"""The list of cases: which, in what order, and what each row shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, FilteredRelation, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arbitration.models import Decision
from arbitration.permissions import cases_to_judge, cases_visible_to
from arbitration.presenters.desk import chip
from arbitration.presenters.rows import counts
from arbitration.queue import MOST, at_most
from claims import dates
from claims.business_days import Calendar
from claims.calendars import last_date, today_of
from claims.models import Case, ClaimLine, InformationRequest, Party
from claims.permissions import may_review
from claims.presenters.due import due_words
from claims.states import STANDING_CASES, CaseState, LineState
from partners.models import User

# Which cases: those that stand where none is named, those that wait for who looks, those to be decided, those to be
# seconded, those that are over.
SHOWN = ("yours", "open", "proposed", "over")
STATES = {
    "": STANDING_CASES,
    "yours": STANDING_CASES,
    "open": (CaseState.OPEN,),
    "proposed": (CaseState.PROPOSED,),
    "over": (CaseState.DECIDED, CaseState.CLOSED),
}


@dataclass(frozen=True)
class Entry:
    """One case of the list with its parties, its proposal or decision, and what it is about.

    `asked` is how many questions to its parties wait for an answer; `yours`: who looks may decide it, or agree to it;
    `disputed`: a party disputes what was decided before; `ends_at`: until when the next step is to be taken.
    """

    case: Case
    decision: Decision | None
    products: tuple[str, ...]
    customer: str
    asked: int
    yours: bool
    disputed: bool
    ends_at: datetime


def group(user: User, show: str) -> QuerySet[Case]:
    """The cases of one group that this person may see."""
    cases = cases_to_judge(user) if show == "yours" else cases_visible_to(user)
    return cases.filter(state__in=STATES[show])


def listed(user: User, show: str, after: int) -> QuerySet[Case]:
    """The cases that are asked for: the most urgent first, of those that are over the latest first.

    `after` is the key of the case before, 0 for the first page.
    """
    over = show == "over"
    cases, found = _with_ends(cases_visible_to(user)), _with_ends(group(user, show))
    last = cases.filter(pk=after).values_list("ends_at", "pk").first() if after else None
    if last:
        side = "lt" if over else "gt"
        past = Q(**{f"ends_at__{side}": last[0]}) | Q(ends_at=last[0], **{f"pk__{side}": last[1]})
        found = found.filter(past)
    return found.order_by("-ends_at", "-pk") if over else found.order_by("ends_at", "pk")


def _with_ends(cases: QuerySet[Case]) -> QuerySet[Any]:
    """With `ends_at`: until when the next step is to be taken, the second look at what is proposed included."""
    # One at most, whether or not the sweep has come by where a proposal fell with its round.
    waits = Q(decisions__over_at=None, decisions__effective_at=None, decisions__round=F("round"), state="proposed")
    cases = cases.annotate(proposal=FilteredRelation("decisions", condition=waits))
    return cases.annotate(ends_at=Coalesce("proposal__due_at", "due_at"))


def entries(cases: QuerySet[Case], size: int, user: User) -> list[Entry]:
    """The first of these cases with what their rows show to this person. Six queries."""
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
        Prefetch("requests", InformationRequest.objects.waiting(), to_attr="waiting"),
    )
    found = list(rows[:size])
    yours = set(cases_to_judge(user).filter(pk__in=[case.pk for case in found]).values_list("pk", flat=True))
    return [_entry(case, yours=case.pk in yours) for case in found]


def _entry(case: Any, *, yours: bool) -> Entry:
    about = {line.product_name: line.claim.customer_name for line in case.unit.lines.all()}
    decision = next((row for row in case.standing if counts(row, case)), None)
    disputed = any(line.disputed and line.decided_at for line in case.unit.lines.all())
    customer = next(iter(about.values()), "")
    return Entry(case, decision, tuple(about), customer, len(case.waiting), yours, disputed, case.ends_at)


def row(entry: Entry, user: User, today: date, calendar: Calendar) -> dict[str, Any]:
    """What one row shows to this person."""
    case, decision = entry.case, entry.decision
    names = [party.partner.name for party in case.parties.all()]
    last = last_date(entry.ends_at)
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
        "notes": [
            words
            for words in (
                _("A dispute: final for all") if entry.disputed and standing else "",
                _decision(decision),
                _asked(entry.asked),
                _for_another(entry, user),
            )
            if words
        ],
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


def _asked(number: int) -> str:
    words = ngettext("%(number)s party has still to answer", "%(number)s parties have still to answer", number)
    return words % {"number": number} if number else ""


def _for_another(entry: Entry, user: User) -> str:
    """Why a reviewer has nothing to decide in a case that stands; empty where they have, and for who decides none."""
    if entry.yours or entry.case.state not in STANDING_CASES or not may_review(user):
        return ""
    if entry.decision and entry.decision.proposed_by_id == user.pk:
        return _("You proposed it: another reviewer is to agree")
    return _("You decided on this before: a dispute is for another")


def group_counts(user: User) -> dict[str, int]:
    """How many cases each group of standing ones holds, counted no further than MOST."""
    shown = [show for show in STATES if show != "over" and (show != "yours" or may_review(user))]
    return {show: group(user, show)[:MOST].values("pk").count() for show in shown}


def groups(show: str, path: str, numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """The ways to narrow the list, each with how many it holds; nobody who decides none has a group of their own."""
    words = {
        "": _("All open"),
        "yours": _("For you"),
        "open": _("To decide"),
        "proposed": _("To agree to"),
        "over": _("Over"),
    }
    return [
        {
            "href": f"?show={name}" if name else path,
            "word": word,
            "on": name == show,
            "count": at_most(numbers[name]) if name in numbers else "",
        }
        for name, word in words.items()
        if name in numbers or name in {show, "over"}
    ]


def empty(show: str) -> tuple[str, str]:
    """Title and words of a list without a row."""
    return {
        "yours": (_("No case is for you"), _("Each that stands waits for another reviewer, or there is none.")),
        "open": (_("Nothing to decide"), _("Every case that stands has a proposal.")),
        "proposed": (_("Nothing to second"), _("No case waits for a second reviewer.")),
        "over": (_("No case is over"), _("Cases stand here once they are decided, or closed without a decision.")),
    }.get(show, (_("No case is open"), _("A case opens by itself when two partners claim the same thing.")))
