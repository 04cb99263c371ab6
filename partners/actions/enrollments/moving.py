"""The only writer of an enrolment's state, the locks before it, and its history."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from events.log import Draft, record
from events.models import Event
from partners.days import today_of
from partners.errors import TransitionNotAllowed
from partners.models import Enrollment
from partners.states import BEGINNINGS, ENROLLMENT_VERBS, MOMENTS, EnrollmentState, allowed

if TYPE_CHECKING:
    from partners.models import User

LONGEST_WORDS = 2000

# What the history calls what a verb has done.
DONE = {
    "invite": "invited",
    "apply": "applied",
    "accept": "accepted",
    "decline": "declined",
    "withdraw": "withdrawn",
    "expire": "expired",
    "validate": "validating",
    "activate": "activated",
    "refuse": "refused",
    "suspend": "suspended",
    "resume": "resumed",
    "end": "ended",
    "lapse": "lapsed",
    "renew": "renewed",
    "choose_renewal": "renewal_chosen",
    "remind": "reminded",
}


def lock(enrollment: Enrollment, verb: str, *, now: datetime) -> Enrollment:
    """The enrolment as it stands now, locked until the transaction ends, after the verb was found legal.

    Raises:
        TransitionNotAllowed: where its state does not allow the verb, or its time was over before.
    """
    return lock_all([enrollment.pk], verb, now=now)[0]


def lock_all(keys: Collection[int], verb: str, *, now: datetime) -> list[Enrollment]:
    """As `lock`, of several, in one order for everybody; in two queries.

    Raises:
        TransitionNotAllowed: for the first that does not allow the verb.
    """
    locking = Enrollment.objects.filter(pk__in=keys).select_for_update(no_key=True)
    list(locking.order_by("pk").values_list("pk"))
    rows = list(Enrollment.objects.filter(pk__in=keys).select_related("mpn_id__partner", "program").order_by("pk"))
    for row in rows:
        require(verb, row.stands(today_of(now)))
    return rows


def require(verb: str, state: EnrollmentState | None) -> None:
    """Lets the verb pass.

    Raises:
        TransitionNotAllowed: where the state does not allow it.
    """
    if not allowed(verb, state):
        raise TransitionNotAllowed(verb, str(state or ""))


def move(enrollment: Enrollment, verb: str, *, now: datetime) -> None:
    """Brings it into the state that the verb leads to, and notes when; the caller saves it.

    A round begins with an invitation or an application, and forgets the moments of the last one.
    """
    state = ENROLLMENT_VERBS[verb][1]
    if state is None:
        return
    if verb in BEGINNINGS:
        for moment in MOMENTS.values():
            setattr(enrollment, moment, None)
        enrollment.until, enrollment.reminded, enrollment.renews, enrollment.words = None, None, True, ""
    if verb == "resume":
        enrollment.suspended_at, enrollment.words = None, ""
    else:
        setattr(enrollment, MOMENTS[state], now)
    enrollment.state, enrollment.changed_at = state, now


def log(
    enrollment: Enrollment, verb: str, *, actor: "User | None", now: datetime, data: Mapping[str, Any] | None = None
) -> Event:
    """Writes into the enrolment's history what the verb has done."""
    [event] = record([draft(enrollment, verb, data)], actor_id=actor.pk if actor else None, now=now)
    return event


def draft(enrollment: Enrollment, verb: str, data: Mapping[str, Any] | None = None) -> Draft:
    """What stands in the history for a verb: the state it led to, and what `data` adds."""
    return Draft(enrollment.subject, f"enrollment.{DONE[verb]}", {"state": str(enrollment.state), **(data or {})})


def read_words(text: str) -> str:
    """A reason for the company to read.

    Raises:
        ValidationError: `required` without one, `too_long` beyond 2000 characters.
    """
    words = text.replace("\x00", "").strip()
    if not words:
        told = _("Say why: the company reads it.")
        raise ValidationError({"words": ValidationError(told, code="required")})
    if len(words) > LONGEST_WORDS:
        told = _("Say it in %(longest)d characters.") % {"longest": LONGEST_WORDS}
        raise ValidationError({"words": ValidationError(told, code="too_long")})
    return words
