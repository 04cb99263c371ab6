"""Drafts and claims whose time goes by, and the sweep that sees to them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from claims.actions.clocks import dispute_end
from claims.actions.retention import sweep_retention
from claims.models import Claim
from events.models import Notification
from tests.claims.evidence.doors import at_commit, inspected
from tests.claims.evidence.files import pdf
from tests.claims.given import draft, mails, stored
from tests.world import NOW, World

WHO = "jonas.weber"
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)
ENDS = NOW + 365 * DAY
TOLD = ENDS - 30 * DAY


def swept(at: datetime) -> dict[str, int]:
    """What a sweep at this instant did, and how often."""
    with at_commit():
        return dict(sweep_retention(now=at))


def told(kind: str = "draft_to_delete") -> list[str]:
    """Who was told of a draft's deletion, by the part of their address before the @."""
    rows = Notification.objects.filter(kind=kind).values_list("recipient__email", flat=True)
    return sorted(email.partition("@")[0] for email in rows)


def touched(world: World, reference: str, at: datetime) -> None:
    """Somebody goes on with a draft."""
    with time_machine.travel(at, tick=False):
        answer = world.api(WHO).send("PATCH", f"claims/{reference}/", {"name": f"Named at {at}"})
        assert answer.status_code == 200


def over(world: World, state: str = "withdrawn", **changes: Any) -> tuple[Claim, str]:
    """A claim with one real document that is over since NOW, and where its file lies."""
    reference = draft(world, WHO, proof=False, **changes)
    document = inspected(world, WHO, reference, pdf())
    marks = {"marks": [{"line": 0, "requirement": "acknowledged", "evidence": document["id"], "pages": "1"}]}
    world.api(WHO).send("PUT", f"claims/{reference}/coverage/", marks)
    answer = world.api(WHO).send("POST", f"claims/{reference}/submit/")
    assert answer.status_code == 200, answer.json()
    assert world.api(WHO).send("POST", f"claims/{reference}/withdraw/").status_code == 200
    claim = stored(reference)
    if state != "withdrawn":
        Claim.objects.filter(pk=claim.pk).update(state=state)
        until = dispute_end(claim.policy, NOW)
        claim.lines.update(state="rejected", reason="poe_missing", decided_at=NOW, dispute_until=until)
    mails()
    return stored(reference), str(claim.evidence.get().stored)


def years(count: int) -> datetime:
    """NOW, so many years later by the operator's calendar."""
    return datetime(2026 + count, 11, 19, 22, 5, tzinfo=UTC)
