"""The claim's page: whose turn, the clock day by day, what happened."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from claims import dates
from claims.business_days import WEEKEND, Day, counted_until, read_days
from claims.calendars import last_date, last_day, operator_zone, today_of
from claims.models import Claim, ClaimLine
from claims.public_holidays import name_of_day_off
from claims.states import OPEN_CLAIMS, WITH_OPERATOR, WITH_PARTNER, ClaimState, LineState
from directory.activities import Activity, SolutionArea
from events.models import Event

STATE_ICONS = {
    ClaimState.EDITING: "pen",
    ClaimState.SUBMITTED: "up",
    ClaimState.UNDER_REVIEW: "eye",
    ClaimState.ACTION_REQUIRED: "flag",
    ClaimState.APPROVED: "check",
    ClaimState.REJECTED: "x",
    ClaimState.DISPUTED: "vs",
    ClaimState.WITHDRAWN: "back",
    ClaimState.ENDED: "stop",
}
LINE_ICONS = {
    LineState.DRAFT: "pen",
    LineState.OPEN: "up",
    LineState.APPROVED: "check",
    LineState.REJECTED: "x",
    LineState.WITHDRAWN: "back",
    LineState.ENDED: "stop",
}


def chip(claim: Claim) -> dict[str, str]:
    """State as glyph and word; colour only for what asks for action. Of an approved claim its lines are read."""
    state = ClaimState(claim.state)
    word = str(state.label)
    if state == ClaimState.APPROVED and any(line.state == LineState.REJECTED for line in claim.lines.all()):
        word = _("Approved in part")
    tone = {ClaimState.ACTION_REQUIRED: "warn", ClaimState.UNDER_REVIEW: "accent", ClaimState.APPROVED: "good"}
    return {"icon": STATE_ICONS[state], "word": word, "tone": tone.get(state, "")}


def line_chip(line: ClaimLine) -> dict[str, str]:
    """A line's state as glyph and word."""
    if line.disputed:
        return {"icon": STATE_ICONS[ClaimState.DISPUTED], "word": pgettext("of a product", "Disputed"), "tone": ""}
    state = LineState(line.state)
    tone = {LineState.APPROVED: "good", LineState.REJECTED: "bad"}
    return {"icon": LINE_ICONS[state], "word": str(state.label), "tone": tone.get(state, "")}


def work(claim: Claim) -> str:
    """Solution area and activity in words, as far as they are chosen."""
    words = []
    if claim.solution_area in SolutionArea.values:
        words.append(str(SolutionArea(claim.solution_area).label))
    if claim.activity in Activity.values:
        words.append(str(Activity(claim.activity).label))
    return " · ".join(words)


def due_day(claim: Claim) -> date | None:
    """The last counted day: the clock ends with it."""
    return date.fromisoformat(claim.due_days[-1][0]) if claim.due_days else None


def asked(claim: Claim, now: datetime) -> list[dict[str, str]]:
    """What a case asks of the claim and can still be answered: its key, and the last day."""
    waiting = claim.requests.waiting().filter(case__isnull=False, due_at__gt=now)
    return [{"key": request.key, "due_day": last_day(request.due_at)} for request in waiting.order_by("due_at", "pk")]


def is_late(claim: Claim, now: datetime) -> bool:
    """Whether the clock that runs on the claim has run out."""
    return claim.due_at is not None and now >= claim.due_at


def clock_of(claim: Claim) -> list[Day]:
    """The count as it was stored."""
    return read_days(claim.due_days)


def _meanwhile(*, asked: bool, gaps: bool, late: bool) -> str:
    """What the partner may do while the operator has the claim."""
    if asked:
        return _(". The operator wrote to you: see the comments.")
    if gaps:
        return _(". Close the gaps before the review comes to them: see Coverage.")
    if late:
        return _(". It takes longer: you are told as soon as it is decided. You need do nothing.")
    return _(". You need do nothing.")


def turn(claim: Claim, *, operator_side: bool, asked: bool, gaps: bool, now: datetime) -> dict[str, Any]:
    """Whose turn it is, and until when, in one sentence.

    `asked`: the operator wrote last, so an answer may be due. `gaps`: something has no page yet that shows it.
    """
    state = ClaimState(claim.state)
    whose = "operator" if state in WITH_OPERATOR else "partner" if state in WITH_PARTNER else ""
    last = due_day(claim)
    before = when = after = ""
    if operator_side and claim.reviewed_at is not None and claim.state in OPEN_CLAIMS:
        before = _("The proof is checked; a case decides.")
    elif claim.asked_until is not None and now < claim.asked_until:
        whose, when = "partner", dates.day_long(date.fromisoformat(last_day(claim.asked_until)))
        before = _("A party is asked to answer by the end of") if operator_side else _("Answer by the end of")
        after = "." if operator_side else _(": see the comments. Otherwise we decide on the proof that we have.")
    elif whose == "operator" and last is not None:
        late = is_late(claim, now)
        before = _("This claim was to be reviewed by the end of") if late else _("It will be reviewed by the end of")
        when = dates.day_long(last)
        after = "." if operator_side else _meanwhile(asked=asked, gaps=gaps, late=late)
    elif state == ClaimState.ACTION_REQUIRED and last is not None:
        before = _("The partner is asked to answer by the end of") if operator_side else _("Answer by the end of")
        when = dates.day_long(last)
        after = (
            "."
            if operator_side
            else _(": see the comments. Your answer starts the review anew; without one, what is open is refused.")
        )
    elif state == ClaimState.EDITING:
        before = _("Nobody but your company sees it until it is sent.")
    elif state == ClaimState.WITHDRAWN:
        before = _("Nothing more happens with this claim.")
        before += "" if operator_side else " " + _("To claim again, copy it to a new draft.")
    sides = [
        {"key": "partner", "word": _("Partner") if operator_side else _("You")},
        {"key": "operator", "word": _("Operator")},
        {"key": "customer", "word": _("Customer")},
    ]
    return {
        "sides": sides,
        "whose": whose,
        "me": "operator" if operator_side else "partner",
        "icon": STATE_ICONS[state],
        "word": chip(claim)["word"],
        "before": before,
        "when": when,
        "after": after,
    }


def hold(claim: Claim, *, viewer_id: int, now: datetime) -> dict[str, Any]:
    """Who reviews the claim, for the operator's people: `mine`, `free` to be taken, and a line that says so."""
    mine, other = claim.reviewer_id == viewer_id, claim.held_by_another(viewer_id, now)
    waits = claim.state == ClaimState.ACTION_REQUIRED and claim.reviewer is not None
    words = ""
    if waits and not mine:
        words = _("%(reviewer)s has this claim, and waits for its partner.") % {"reviewer": str(claim.reviewer)}
    if claim.state in OPEN_CLAIMS and claim.lease_until is not None and claim.lease_until > now:
        values = {"reviewer": str(claim.reviewer), "day": dates.day_long(last_date(claim.lease_until))}
        words = _("You review this claim. Untouched until the end of %(day)s, it is free for others.") if mine else ""
        words = (words or _("%(reviewer)s reviews this claim, until the end of %(day)s.")) % values
    free = not mine and not other and not waits and claim.reviewed_at is None
    return {"mine": mine, "free": free, "words": words}


def clock(claim: Claim, now: datetime) -> list[dict[str, Any]]:
    """Every day of the review clock, with the words above and below it."""
    today, days = today_of(now), clock_of(claim)
    shown = []
    for index, day in enumerate(days):
        last = index == len(days) - 1
        kinds = ["gap"] if day.number is None else ["zero"] if day.number == 0 else [_progress(day.date, today)]
        kinds += ["due"] if last else []
        flag = _began(claim, day.date) if index == 0 else _("Today") if day.date == today else _("Due") if last else ""
        first = index == 0 or last or day.date.day == 1
        shown.append(
            {
                "kinds": " ".join(kinds),
                "flag": flag,
                "n": day.number if day.number is not None else _why(day, days, index),
                "day_label": dates.day_of_month(day.date) if first else str(day.date.day),
                "weekday_label": date_format(day.date, "D"),
                "current": day.date == today,
            }
        )
    return shown


def _began(claim: Claim, day: date) -> str:
    """What started the clock that runs now."""
    if claim.state == ClaimState.ACTION_REQUIRED:
        return _("Asked")
    lines = claim.lines.all() if claim.pk else ()  # a clock is shown before there is a claim, too
    if any(line.disputed_at and today_of(line.disputed_at) == day for line in lines):
        return _("Disputed")
    first = claim.submitted_at is None or today_of(claim.submitted_at) == day
    return _("Submitted") if first else _("Answered")


def _progress(day: date, today: date) -> str:
    return "done" if day < today else "today" if day == today else "todo"


def _why(day: Day, days: list[Day], index: int) -> str:
    if day.reason != WEEKEND:
        return _("holiday")
    return "" if days[index - 1].reason == WEEKEND else _("weekend")


def clock_note(claim: Claim) -> str:
    """How the days were counted, which holidays fell out, and the instant the clock ends."""
    if claim.due_at is None:
        return ""
    zone = operator_zone()
    parts = [_("Counted in the operator's business days, %(zone)s.") % {"zone": dates.zone_name(zone)}]
    for day in clock_of(claim):
        if day.number is None and day.reason != WEEKEND:
            values = {"day": dates.day(day.date), "name": name_of_day_off(day.reason)}
            parts.append(_("%(day)s is %(name)s.") % values)
    ends, last = claim.due_at.astimezone(zone), due_day(claim)
    utc = dates.moment(claim.due_at.astimezone(ZoneInfo("UTC")))
    if last is not None and ends.time() == time.min:  # as "Saturday, 00:00" the end of a Friday is misread
        parts.append(_("The clock ends with %(day)s (%(utc)s UTC).") % {"day": dates.day(last), "utc": utc})
    else:
        parts.append(_("The clock ends %(local)s (%(utc)s UTC).") % {"local": dates.moment(ends), "utc": utc})
    return " ".join(parts)


def clock_summary(claim: Claim, now: datetime) -> str:
    """Such as: review, day 3 of 5."""
    days = clock_of(claim)
    total = days[-1].number if days else 0
    asked = claim.state == ClaimState.ACTION_REQUIRED
    words = _("Answer, day %(day)s of %(total)s") if asked else _("Review, day %(day)s of %(total)s")
    return words % {"day": counted_until(days, today_of(now)), "total": total}


def history(claim: Claim, events: Iterable[Event], documents: Mapping[int, str]) -> list[dict[str, Any]]:
    """What happened, newest first, in words. `documents` are the names of the claim's documents, by id."""
    return [
        {"at": event.at, "what": HISTORY[event.kind](), "detail": _detail(claim, event, documents)}
        for event in events
        if event.kind in HISTORY
    ]


HISTORY = {
    "claim.drafted": lambda: _("Draft begun"),
    "claim.passed_on": lambda: _("Who began it left; the company goes on"),
    "claim.submitted": lambda: _("Submitted"),
    "claim.edited": lambda: _("Changed"),
    "claim.taken": lambda: _("Taken for review"),
    "claim.information_requested": lambda: _("Partner asked"),
    "claim.line_approved": lambda: _("Product approved"),
    "claim.line_rejected": lambda: _("Product refused"),
    "claim.answer_lapsed": lambda: _("No answer in time"),
    "claim.review_overdue": lambda: _("Review overdue"),
    "claim.clock_moved": lambda: _("Due date moved"),
    "claim.reminded": lambda: _("Reminded"),
    "claim.reassigned": lambda: _("Given to another reviewer"),
    "claim.disassociated": lambda: _("Product given up"),
    "claim.subscription_ended": lambda: _("Subscription ended"),
    "claim.line_kept": lambda: _("Product kept"),
    "claim.line_displaced": lambda: _("Decided for another partner"),
    "claim.line_revoked": lambda: _("Approval taken back"),
    "claim.restored": lambda: _("Product held again"),
    "claim.disputed": lambda: _("Decision disputed"),
    "claim.proof_asked": lambda: _("Partner asked"),
    "claim.proof_answered": lambda: _("Partner answered"),
    "claim.proof_answer_lapsed": lambda: _("No answer in time"),
    "claim.proof_reminded": lambda: _("Reminded"),
    "claim.others_heard": lambda: _("The partner who holds it now is being heard"),
    "claim.responded": lambda: _("Partner answered"),
    "claim.released": lambda: _("Given back to the queue"),
    "claim.withdrawn": lambda: _("Withdrawn"),
    "claim.customer_asked": lambda: _("Customer asked"),
    "claim.customer_declined": lambda: _("Customer declined"),
    "claim.confirmed": lambda: _("Confirmed: no word from the customer"),
    "claim.customer_unreachable": lambda: _("Mail to the customer came back"),
    "claim.contact_corrected": lambda: _("Customer contact corrected"),
    "claim.contact_missing": lambda: _("No contact named in time"),
    "support.asked": lambda: _("Support asked"),
    "comment.added": lambda: _("Comment added"),
    "evidence.added": lambda: _("Proof added"),
    "evidence.removed": lambda: _("Document removed"),
    "evidence.clean": lambda: _("Document inspected: clean"),
    "evidence.expired": lambda: _("Document removed: its time is over"),
    "claim.deletion_announced": lambda: _("Deletion announced"),
    "evidence.refused": lambda: _("Document inspected: refused"),
    "coverage.marked": lambda: _("Pages marked"),
}


def _detail(claim: Claim, event: Event, documents: Mapping[int, str]) -> str:
    if event.kind in {"evidence.clean", "evidence.refused"}:
        return documents.get(event.data["evidence"], "")
    if event.kind == "claim.customer_declined":
        return ""
    by = _("by %(name)s") % {"name": event.actor} if event.actor else _("by the system")
    if ends := _ends(event):
        return "; ".join([by, *ends])
    if name := documents.get(event.data.get("evidence", 0)):
        return _("%(name)s, %(by)s") % {"name": name, "by": by}
    if event.kind in {"claim.edited", "claim.withdrawn"}:
        opened, withdrawn = event.data.get("opened", 0), event.data["withdrawn"]
        parts = [by]
        if opened:
            parts.append(ngettext("%(n)s product added", "%(n)s products added", opened) % {"n": opened})
        if withdrawn:
            parts.append(ngettext("%(n)s product withdrawn", "%(n)s products withdrawn", withdrawn) % {"n": withdrawn})
        return "; ".join(parts)
    return by


def _ends(event: Event) -> list[str]:
    """When a clock was to end, as it was then: the claim's may have begun anew since."""
    if event.kind == "claim.submitted" and event.data["due_at"]:
        return [_("due %(day)s") % {"day": _last(event.data["due_at"])}]
    if event.kind == "claim.clock_moved":
        values = [{"was": _last(clock["was"]), "due": _last(clock["due_at"])} for clock in event.data["clocks"]]
        return [_("%(was)s → %(due)s") % value for value in values]
    return []


def _last(instant: str) -> str:
    """The last day of a clock that ended, or ends, at this instant."""
    return dates.day(last_date(datetime.fromisoformat(instant)))
