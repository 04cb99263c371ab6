"""Whether the log is what was written: the last verification of the whole, and one chain at a time."""

from typing import Any

from django.utils.translation import gettext as _

from events.log import Fault, chain_length, faults, faults_beside
from events.models import Verification

MOST_NAMED = 20
LONGEST = 200  # events of a chain that is walked for a page


def chain_state() -> dict[str, Any]:
    """The verification that waits or is under way, and the last one that came to its end. One query for each."""
    rows = Verification.objects.select_related("asked_by")
    running = rows.filter(outcome="").first()
    last = rows.exclude(outcome="").order_by("-pk").first()
    return {
        "running": running,
        "waiting": running is not None and running.began_at is None,
        "last": last,
        "by": _by(last) if last else "",
        "faults": [_named(*fault) for fault in last.shown[:MOST_NAMED]] if last else [],
        "more": max(last.faults - MOST_NAMED, 0) if last else 0,
    }


def _by(verification: Verification) -> str:
    if verification.asked_by is None:
        return _("as every day")
    return _("for %(name)s") % {"name": verification.asked_by}


def _named(subject: str, seq: int, code: str, numbers: dict[str, int]) -> dict[str, Any]:
    return {"subject": subject, "seq": seq, "what": Fault(subject, seq, code, numbers).what}


def holds(subject: str, seq: int) -> dict[str, Any]:
    """Whether a chain holds, of which an event is looked at: how many events there are, and what is wrong with them.

    `whole` says whether all of it was walked. Some chains only grow, and a page must not grow with them: of a long one
    the event is looked at with those beside it, and the daily verification walks the rest.
    """
    length = chain_length(subject)
    whole = length <= LONGEST
    found = list(faults(subject)) if whole else faults_beside(subject, seq)
    wrong = [{"seq": fault.seq, "what": fault.what} for fault in found]
    return {"length": length, "whole": whole, "faults": wrong}
