"""Whether the log is what was written: the last verification of the whole, and one chain at a time."""

from typing import Any

from django.utils.translation import gettext as _

from events.log import Fault, Walk, faults
from events.models import Verification

MOST_NAMED = 20


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


def holds(subject: str) -> dict[str, Any]:
    """Walks one chain from its start to its head: how many events there are, and what is wrong with them."""
    walk = Walk()
    found = list(faults(subject, walk=walk))
    return {"length": walk.events, "faults": [{"seq": fault.seq, "what": fault.what} for fault in found]}
