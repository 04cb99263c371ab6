"""Enrolments in words: chips, steps, history."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from directory.activities import Activity, SolutionArea
from events.models import Event
from partners.enrolling import Cell
from partners.errors import TransitionNotAllowed
from partners.models import Enrollment, Membership, Program
from partners.people import Enroller
from partners.rules.renewal import ALERT_DAYS
from partners.states import MOMENTS, OVER, WAITING, EnrollmentState

ICONS = {
    EnrollmentState.INVITED: "flag",
    EnrollmentState.ACCEPTED: "clock",
    EnrollmentState.VALIDATING: "eye",
    EnrollmentState.ACTIVE: "check",
    EnrollmentState.SUSPENDED: "lock",
    EnrollmentState.ENDED: "stop",
    EnrollmentState.DECLINED: "back",
    EnrollmentState.EXPIRED: "clock",
    EnrollmentState.WITHDRAWN: "back",
    EnrollmentState.REFUSED: "x",
}
TONES = {
    EnrollmentState.INVITED: "accent",
    EnrollmentState.ACCEPTED: "accent",
    EnrollmentState.VALIDATING: "accent",
    EnrollmentState.ACTIVE: "good",
    EnrollmentState.SUSPENDED: "warn",
}


def chip(cell: Cell) -> dict[str, str]:
    """State as glyph and word; what ends soon says in how many days."""
    if cell.state is None:
        word = _("By invitation") if cell.program.by_invitation else _("Not enrolled")
        return {"icon": "none", "word": word, "tone": ""}
    if ends_soon(cell):
        left = cell.days_left or 0
        words = ngettext("Ends in %(days)d day", "Ends in %(days)d days", left) if left else _("Ends today")
        return {"icon": "clock", "word": words % {"days": left}, "tone": "warn"}
    if cell.state == EnrollmentState.ACCEPTED:
        return {**state_chip(cell.state), "word": _("Accepted, to be validated")}
    if cell.begins:
        return {"icon": "clock", "word": pgettext("of an enrolment", "Begins later"), "tone": "accent"}
    return state_chip(cell.state)


def state_chip(state: EnrollmentState) -> dict[str, str]:
    """A state as glyph and word."""
    return {"icon": ICONS[state], "word": str(state.label), "tone": TONES.get(state, "")}


def way_on(cell: Cell, *, may: bool) -> str:
    """What the link to an enrolment that ends is called, by who reads it: whether they may renew, if anybody can."""
    if not cell.program.renews:
        return _("See what you can do") if may else _("Read on")
    return _("Renew") if may else _("See who can renew it")


def ends_soon(cell: Cell) -> bool:
    """Whether it is enrolled, for at most thirty days more."""
    return cell.state == EnrollmentState.ACTIVE and cell.days_left is not None and cell.days_left <= max(ALERT_DAYS)


def steps(enrollment: Enrollment) -> list[dict[str, Any]]:
    """The steps of the present round with the moment of each, in the order they were taken."""
    words = {
        "invited_at": _("Invited"),
        "accepted_at": _("Accepted by its company"),
        "validating_at": _("Validation began") if enrollment.accepted_at else _("Its company asked to be enrolled"),
        "active_at": _("Found valid"),
        "suspended_at": _("Suspended"),
        "closed_at": str(EnrollmentState(enrollment.state).label),
    }
    taken = [(getattr(enrollment, name), words[name]) for name in dict.fromkeys(MOMENTS.values())]
    return [{"at": at, "word": word} for at, word in sorted(step for step in taken if step[0])]


def history(events: list[Event]) -> list[dict[str, Any]]:
    """What happened to an enrolment, as the log has it, newest first."""
    words = {
        "enrollment.invited": _("Invited"),
        "enrollment.applied": _("Its company asks to be enrolled"),
        "enrollment.accepted": _("Its company accepts"),
        "enrollment.declined": _("Its company declines"),
        "enrollment.withdrawn": _("Invitation withdrawn"),
        "enrollment.expired": _("Invitation expired"),
        "enrollment.validating": _("Validation begins"),
        "enrollment.activated": _("Found valid"),
        "enrollment.refused": _("Not found valid"),
        "enrollment.suspended": _("Suspended"),
        "enrollment.resumed": _("Resumed"),
        "enrollment.ended": _("Ended"),
        "enrollment.lapsed": _("Its last day is over"),
        "enrollment.renewed": _("Renewed"),
        "enrollment.reminded": _("Its company was told that it ends soon"),
        "enrollment.imported": _("Written by an import"),
    }
    chosen = {True: _("To be renewed by itself"), False: _("Not to be renewed by itself")}
    return [
        {
            "at": event.at,
            "what": words.get(event.kind) or chosen[bool(event.data.get("renews"))],
            "detail": str(event.actor) if event.actor else "",
        }
        for event in events
    ]


def enroller_words(one: Enroller, names: Mapping[int, str]) -> dict[str, str]:
    """Who may enrol, how to reach them, and by which role; `names` holds what the reader calls each MPN ID."""
    role = str(Membership.Role(one.role).label)
    if one.mpn_ids is not None:
        places = ", ".join(names[key] for key in sorted(one.mpn_ids) if key in names) or _("other MPN IDs")
        role = _("%(role)s for %(places)s") % {"role": role, "places": places}
    return {"name": one.name or one.email, "email": one.email, "role": role}


def is_over(cell: Cell) -> bool:
    """Whether it would have to begin anew."""
    return cell.state is None or cell.state in OVER


def stands_now(error: TransitionNotAllowed) -> str:
    """What to tell somebody who was not the first: what the enrolment is by now."""
    if error.state not in EnrollmentState.values:
        return _("Nothing was changed: there is no enrolment.")
    values = {"state": str(EnrollmentState(error.state).label)}
    return _("Nothing was changed: by now it reads %(state)s.") % values


def can_do(cell: Cell) -> str:
    """What a company can do about it, as the words of a link; empty where that is nothing of note."""
    if cell.state == EnrollmentState.INVITED:
        return _("Accept or decline")
    if cell.state in WAITING:
        return _("See where it stands")
    if not is_over(cell) or cell.program.by_invitation:
        return ""
    return _("Enrol again") if cell.enrollment else _("Enrol")


def answer(words: str | Promise, enrollment: Enrollment) -> str:
    """What a click is answered by, with its places filled; without words, whether it was chosen to go on."""
    day = date_format(enrollment.until, pgettext("date format", "j M Y")) if enrollment.until else ""
    goes_on = _("%(number)s is renewed by itself as %(day)s comes.")
    chosen = goes_on if enrollment.renews else _("%(number)s ends on %(day)s, unless it is renewed before.")
    return (str(words) or chosen) % {"number": enrollment.mpn_id.number, "day": day}


def work_of(program: Program) -> str:
    """What it pays for, in words."""
    activities = [str(Activity(activity).label) for activity in program.activities]
    return f"{SolutionArea(program.solution_area).label}: {', '.join(activities)}"
