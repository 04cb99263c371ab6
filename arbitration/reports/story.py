"""What the events of one claim come to in the reports. What each number means is said here and in docs/reports.md.

Pure: events and a calendar go in, facts come out, always the same. Days are the operator's. A review clock runs from
submission, response or dispute; asking the partner ends it, and the answer begins another. It is kept where it ended
before the instant at which it was due. What is withdrawn, or dies with its subscription, before that is not counted.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from arbitration.models import FactKind, Side
from arbitration.reports.words import AS_BEFORE, KEPT, LATE, OVERTURNED, STANDS, number_of
from claims.business_days import Calendar, business_days_between
from claims.requirements import Reason
from claims.states import OPEN_CLAIMS, WITH_OPERATOR, ClaimState

LAST_MOMENT = timedelta(microseconds=1)
REVIEWS = frozenset({"review", "dispute_review"})


@dataclass(frozen=True)
class Happened:
    """One event of a claim or of its review, as the log has it."""

    kind: str
    data: dict[str, Any]
    at: datetime
    actor_id: int | None


@dataclass(frozen=True)
class Told:
    """One fact: `value` is what its kind says."""

    kind: FactKind
    day: date
    value: int
    side: Side
    reviewer_id: int | None


def facts_of(events: Iterable[Happened], calendar: Calendar) -> Counter[Told]:
    """The facts that these events come to, in the order in which they happened, and how often each."""
    story = _Story(calendar)
    for event in events:
        if event.kind in HEARD:
            HEARD[event.kind](story, event)
    if story.due_at is not None:
        story.add_due(LATE, story.holder)
    return story.facts


@dataclass
class _Story:
    """What is known of a claim as its events pass by."""

    calendar: Calendar
    facts: Counter[Told] = field(default_factory=Counter)
    submitted_at: datetime | None = None
    due_at: datetime | None = None  # while a review clock runs
    turn_at: datetime | None = None  # since when it is the operator's turn
    spent: int = 0  # business days of its turns that are over
    holder: int | None = None
    seen: bool = False
    decided: bool = False
    asked: int = 0
    approved: set[int] = field(default_factory=set)
    disputed: set[int] = field(default_factory=set)

    def add(self, kind: FactKind, at: datetime, value: int, who: int | None, side: Side = Side.ALONE) -> None:
        self.facts[Told(kind, self.calendar.day_of(at), value, side, who)] += 1

    def days(self, since: datetime, until: datetime) -> int:
        return business_days_between(self.calendar.day_of(since), self.calendar.day_of(until), self.calendar)

    def add_due(self, value: int, who: int | None) -> None:
        """Counts the clock that runs on its last day, and stops it."""
        if self.due_at is not None:
            self.add(FactKind.DUE, self.due_at - LAST_MOMENT, value, who)
        self.due_at = None

    def begin(self, event: Happened) -> None:
        self.due_at = datetime.fromisoformat(event.data["due_at"])
        self.turn_at = event.at

    def meet(self, event: Happened) -> None:
        """The operator has done what the clock was for."""
        if self.due_at is not None:
            self.add_due(KEPT if event.at < self.due_at else LATE, event.actor_id or self.holder)

    def void(self, event: Happened) -> None:
        """There is nothing left to review, and that is not the operator's doing."""
        if self.due_at is not None and event.at >= self.due_at:
            self.add_due(LATE, self.holder)
        self.due_at = self.turn_at = None

    def pass_turn(self, at: datetime) -> None:
        if self.turn_at is not None:
            self.spent += self.days(self.turn_at, at)
        self.turn_at = None

    def close(self, event: Happened, side: Side) -> None:
        """The last open line is decided, where the claim's state says so; counted the first time alone."""
        if event.data.get("state") in OPEN_CLAIMS or self.submitted_at is None:
            return
        self.meet(event)
        self.pass_turn(event.at)
        if not self.decided:
            self.add(FactKind.DECISION, event.at, self.spent, event.actor_id, side)
            self.add(FactKind.ASKED, event.at, self.asked, event.actor_id)
        self.decided = True

    def decide(self, event: Happened, line: int, value: int, side: Side) -> None:
        self.add(FactKind.OUTCOME, event.at, value, event.actor_id, side)
        if line in self.disputed:
            self.disputed.discard(line)
            changed = OVERTURNED if value == STANDS else AS_BEFORE
            self.add(FactKind.DISPUTE, event.at, changed, event.actor_id, side)
        (self.approved.add if value == STANDS else self.approved.discard)(line)


def _submitted(story: _Story, event: Happened) -> None:
    story.submitted_at = event.at
    story.begin(event)


def _looked_at(story: _Story, event: Happened) -> None:
    story.holder = event.data["reviewer"]
    if not story.seen and story.submitted_at is not None:
        story.add(FactKind.LOOK, event.at, story.days(story.submitted_at, event.at), story.holder)
    story.seen = True


def _released(story: _Story, event: Happened) -> None:
    story.holder = None


def _asked(story: _Story, event: Happened) -> None:
    story.asked += 1
    story.meet(event)
    story.pass_turn(event.at)


def _asked_for_case(story: _Story, event: Happened) -> None:
    story.asked += 1


def _answered(story: _Story, event: Happened) -> None:
    if event.data["state"] == ClaimState.SUBMITTED:
        story.holder = None
    story.begin(event)


def _lapsed(story: _Story, event: Happened) -> None:
    for line in event.data["lines"]:
        story.decide(event, line, number_of(Reason.NO_PARTNER_RESPONSE), Side.ALONE)
    if event.data["state"] in WITH_OPERATOR:
        _answered(story, event)
    else:
        story.close(event, Side.ALONE)


def _decided(story: _Story, event: Happened) -> None:
    reason = event.data.get("reason")
    side = Side.ALONE
    if "case" in event.data:
        side = Side.INCUMBENT if event.data["held"] else Side.CHALLENGER
    story.decide(event, event.data["line"], number_of(reason) if reason else STANDS, side)
    story.close(event, side)


def _finished(story: _Story, event: Happened) -> None:
    story.meet(event)


def _moved(story: _Story, event: Happened) -> None:
    for clock in event.data["clocks"]:
        if clock["clock"] in REVIEWS and story.due_at is not None:
            story.due_at = datetime.fromisoformat(clock["due_at"])


def _withdrawn(story: _Story, event: Happened) -> None:
    if event.data["state"] not in OPEN_CLAIMS:
        story.void(event)
        story.disputed.clear()


def _disputed(story: _Story, event: Happened) -> None:
    story.holder = None
    story.disputed.update(event.data["lines"])
    story.begin(event)


def _restored(story: _Story, event: Happened) -> None:
    story.approved.update(event.data["lines"])
    story.disputed.difference_update(event.data["lines"])
    if event.data["state"] not in OPEN_CLAIMS:
        story.void(event)


def _ended(reason: Reason) -> Callable[[_Story, Happened], None]:
    def heard(story: _Story, event: Happened) -> None:
        for line in event.data.get("lines") or [event.data["line"]]:
            if line in story.approved:
                story.approved.discard(line)
                story.add(FactKind.ENDED, event.at, number_of(reason), event.actor_id if reason in OURS else None)
            else:
                story.disputed.discard(line)
                story.add(FactKind.OUTCOME, event.at, number_of(reason), None)
        if event.data.get("state", ClaimState.SUBMITTED) not in OPEN_CLAIMS:
            story.void(event)

    return heard


OURS = frozenset({Reason.REVOKED})  # what somebody of the operator ends
HEARD: dict[str, Callable[[_Story, Happened], None]] = {
    "claim.submitted": _submitted,
    "claim.taken": _looked_at,
    "claim.reassigned": _looked_at,
    "claim.released": _released,
    "claim.information_requested": _asked,
    "claim.proof_asked": _asked_for_case,
    "claim.responded": _answered,
    "claim.answer_lapsed": _lapsed,
    "claim.line_approved": _decided,
    "claim.line_rejected": _decided,
    "claim.line_kept": _decided,
    "claim.line_displaced": _decided,
    "claim.clock_moved": _moved,
    "claim.withdrawn": _withdrawn,
    "claim.disputed": _disputed,
    "claim.restored": _restored,
    "claim.disassociated": _ended(Reason.PARTNER_REQUEST),
    "claim.customer_declined": _ended(Reason.CUSTOMER_DECLINED),
    "claim.line_revoked": _ended(Reason.REVOKED),
    "claim.subscription_ended": _ended(Reason.SUBSCRIPTION_ENDED),
    "review.finished": _finished,
}
