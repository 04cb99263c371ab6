"""Claims, lines, cases and who holds what, as the model of several partners tells them; and the days of its clocks.

Plain Python, written apart: no rows, nothing of the product. Source: design, sections 7 and 8.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/Los_Angeles")
DAYS_OFF = {date.fromisoformat(day) for day in ["2026-11-26", "2026-12-25", "2027-01-01", "2027-01-18", "2027-02-15"]}
DAYS_OFF |= {date.fromisoformat(day) for day in ["2027-05-31", "2027-06-18", "2027-07-05", "2027-09-06", "2027-10-11"]}
ANSWER_DAYS = REVIEW_DAYS = DISPUTE_REVIEW_DAYS = 5
LEASE_DAYS = 2
CONSENT_DAYS = 7
DISPUTE_WINDOW = timedelta(days=31)  # thirty whole days after that of the decision

OPEN_CLAIMS = {"submitted", "under_review", "action_required", "disputed"}
WITH_OPERATOR = {"submitted", "under_review", "disputed"}
WITH_LIFE = {"approved", *OPEN_CLAIMS}
STANDING = {"open", "proposed"}
UPHELD = "another_partner_upheld"


class Refused(Exception):
    """What the design does not allow; `why` is one word, or the codes of what is missing, sorted."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)


def refuse(bad: bool, why: str) -> None:
    """Stops a verb."""
    if bad:
        raise Refused(why)


def day_begins(day: date) -> datetime:
    """The first instant of a day where the operator is."""
    return datetime.combine(day, time.min, ZONE).astimezone(UTC)


def business_days_after(now: datetime, days: int) -> datetime:
    """When a clock of so many business days runs out: as the day after the last of them begins."""
    day = now.astimezone(ZONE).date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and day not in DAYS_OFF
    return day_begins(day + timedelta(days=1))


@dataclass(eq=False)
class Association:
    """A partner holds a unit."""

    unit: int
    firm: str
    since: datetime
    until: datetime | None = None
    displaces: "Association | None" = None
    replaces: "Association | None" = None


@dataclass(eq=False)
class Consent:
    """A customer is asked about what is approved of a claim."""

    claim: "Claim"
    sent_at: datetime | None = None
    ends_at: datetime | None = None
    outcome: str = ""


@dataclass(eq=False)
class Line:
    """One thing that a claim is about. `met` says whether its proof was found to do, None where nobody has looked."""

    claim: "Claim"
    unit: int
    state: str = "open"
    reason: str = ""
    association: Association | None = None
    consent: Consent | None = None
    decided_at: datetime | None = None
    disputed_at: datetime | None = None
    former: tuple[str, str] = ("", "")
    final: bool = False
    judges: set[str] = field(default_factory=set)
    met: bool | None = None
    revoker: str = ""  # the lead who wants to take it back
    pk: int = 0

    @property
    def live(self) -> bool:
        """Whether the partner has something there."""
        return self.state in {"open", "approved"}

    @property
    def disputed(self) -> bool:
        """Whether it is to be judged anew."""
        return self.state == "open" and self.disputed_at is not None

    @property
    def key(self) -> tuple[str, int, str]:
        """What a company claims once."""
        return self.claim.firm, self.unit, self.claim.activity


@dataclass(eq=False)
class Claim:
    """What a partner has sent. `asked` is what became of the last question of its reviewer."""

    firm: str
    activity: str
    due_at: datetime
    state: str = "submitted"
    lines: list[Line] = field(default_factory=list)
    reviewer: str = ""
    lease_until: datetime | None = None
    returns_to: str = ""
    reviewed: bool = False
    asked: str = ""
    proofs: list[datetime] = field(default_factory=list)
    pk: int = 0

    @property
    def open(self) -> list[Line]:
        """What is to be decided."""
        return [line for line in self.lines if line.state == "open"]


@dataclass(eq=False)
class Request:
    """What a case asks of a party: `open`, `answered`, `lapsed` or `closed`."""

    case: "Case"
    claim: Claim
    due_at: datetime
    state: str = "open"
    pk: int = 0


@dataclass(eq=False)
class Proposal:
    """What is to be done with which lines when somebody agrees: None where one stands, else the reason."""

    upheld: str
    rulings: dict[Line, str | None]
    by: str


@dataclass(eq=False)
class Case:
    """Several partners and one unit."""

    unit: int
    parties: set[str]
    state: str = "open"
    round: int = 1
    proposal: Proposal | None = None
    pk: int = 0
