"""The life of an enrolment as tables: its states, which verb leads where, what becomes of it when its time is over."""

from datetime import date

from django.db.models import TextChoices
from django.utils.translation import pgettext_lazy


class EnrollmentState(TextChoices):
    """States of an MPN ID in a programme; without a row it is not enrolled."""

    INVITED = "invited", pgettext_lazy("of an enrolment", "Invited")
    ACCEPTED = "accepted", pgettext_lazy("of an enrolment", "Accepted")
    VALIDATING = "validating", pgettext_lazy("of an enrolment", "In validation")
    ACTIVE = "active", pgettext_lazy("of an enrolment", "Enrolled")
    SUSPENDED = "suspended", pgettext_lazy("of an enrolment", "Suspended")
    ENDED = "ended", pgettext_lazy("of an enrolment", "Ended")
    DECLINED = "declined", pgettext_lazy("of an enrolment", "Declined")
    EXPIRED = "expired", pgettext_lazy("of an enrolment", "Invitation expired")
    WITHDRAWN = "withdrawn", pgettext_lazy("of an enrolment", "Invitation withdrawn")
    REFUSED = "refused", pgettext_lazy("of an enrolment", "Not validated")


_S = EnrollmentState

WAITING = (_S.ACCEPTED, _S.VALIDATING)
OVER = (_S.ENDED, _S.DECLINED, _S.EXPIRED, _S.WITHDRAWN, _S.REFUSED)

# verb → (states it starts from, state it leads to; None: the enrolment stays where it is)
ENROLLMENT_VERBS: dict[str, tuple[tuple[EnrollmentState, ...], EnrollmentState | None]] = {
    "invite": (OVER, _S.INVITED),
    "apply": (OVER, _S.VALIDATING),
    "accept": ((_S.INVITED,), _S.ACCEPTED),
    "decline": ((_S.INVITED, *WAITING), _S.DECLINED),
    "withdraw": ((_S.INVITED,), _S.WITHDRAWN),
    "expire": ((_S.INVITED,), _S.EXPIRED),
    "validate": ((_S.ACCEPTED,), _S.VALIDATING),
    "activate": (WAITING, _S.ACTIVE),
    "refuse": (WAITING, _S.REFUSED),
    "suspend": ((_S.ACTIVE,), _S.SUSPENDED),
    "resume": ((_S.SUSPENDED,), _S.ACTIVE),
    "end": ((_S.ACTIVE, _S.SUSPENDED), _S.ENDED),
    "lapse": ((_S.ACTIVE, _S.SUSPENDED), _S.ENDED),
    "renew": ((_S.ACTIVE,), None),
    "choose_renewal": ((_S.ACTIVE, _S.SUSPENDED), None),
}

# Verbs by which an MPN ID that is in no programme, or no more, comes into one.
BEGINNINGS = frozenset({"invite", "apply"})

# The step of each state, by the column that keeps its moment.
MOMENTS: dict[EnrollmentState, str] = {
    _S.INVITED: "invited_at",
    _S.ACCEPTED: "accepted_at",
    _S.VALIDATING: "validating_at",
    _S.ACTIVE: "active_at",
    _S.SUSPENDED: "suspended_at",
    **dict.fromkeys(OVER, "closed_at"),
}

# What a state has become once its last day is over; the sweep writes it down later.
LAPSES = {_S.INVITED: _S.EXPIRED, _S.ACTIVE: _S.ENDED, _S.SUSPENDED: _S.ENDED}


def as_of(state: str, until: date | None, today: date) -> EnrollmentState:
    """The state on `today` of what was in `state` with `until` as its last day (None: it goes on)."""
    kept = EnrollmentState(state)
    return LAPSES.get(kept, kept) if until is not None and until < today else kept


def allowed(verb: str, state: EnrollmentState | None) -> bool:
    """Whether a verb may start from a state; None is that of an MPN ID that was never in the programme."""
    return verb in BEGINNINGS if state is None else state in ENROLLMENT_VERBS[verb][0]
