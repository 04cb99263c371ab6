"""What the queue shows: open claims by due date, narrowed by filters as an address carries them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from arbitration.permissions import cases_visible_to
from claims.models import Claim, ClaimLine, Comment
from claims.models.claim import ClaimQuerySet
from claims.search import WORKS, matching, of_work, plain
from claims.states import LIVE_LINES, OPEN_CLAIMS, STANDING_CASES, WITH_OPERATOR, ClaimState

if TYPE_CHECKING:
    from partners.models import User

MOST = 100  # what is counted of a group
FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)
# Which open claims: those to be reviewed, free to be taken, own, overdue, asked of their partner, in a case; all.
SHOWN = ("review", "free", "mine", "overdue", "partner", "contested", "all")


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to; empty means not at all.

    `show` is of SHOWN, `work` of WORKS, `partner` the digits of a company's key, `q` free text.
    """

    show: str = ""
    work: str = ""
    partner: str = ""
    q: str = ""

    @property
    def narrow(self) -> bool:
        """Whether more is asked for than a group."""
        return bool(self.work or self.partner or self.q)

    def query(self, **changes: str) -> str:
        """The query string of the queue with these filters, and with what `changes` adds or takes away."""
        values = {**vars(self), **changes}
        return urlencode({name: value for name, value in values.items() if value})


def read_filters(parameters: Mapping[str, str]) -> Filters:
    """The filters that an address names. What is none of their values is ignored, whatever it is."""
    show, work, partner = (parameters.get(name, "") for name in ("show", "work", "partner"))
    return Filters(
        show=show if show in SHOWN else "",
        work=work if work in WORKS else "",
        partner=partner if partner.isascii() and partner.isdecimal() and len(partner) < 16 else "",
        q=plain(parameters.get("q", "")),
    )


def queue(user: "User", filters: Filters, now: datetime, *, after: str = "") -> ClaimQuerySet:
    """The open claims that the person may see and that pass the filters; `after` is the reference of the one before."""
    seen = Claim.objects.visible_to(user)
    waiting = _shown(_after(seen, after).filter(state__in=OPEN_CLAIMS), filters.show, user, now)
    waiting = of_work(waiting, filters.work) if filters.work else waiting
    waiting = waiting.filter(partner=int(filters.partner)) if filters.partner else waiting
    return matching(waiting, filters.q, user) if filters.q else waiting


@dataclass(frozen=True)
class Entry:
    """One claim of the queue, with the names of its products, and whether a case is to decide one of them.

    `case` is its key, where the reader may see it. `partner_wrote_last`: nobody of the operator's has since.
    """

    claim: Claim
    products: tuple[str, ...]
    contested: bool
    case: int | None
    partner_wrote_last: bool


def most_urgent(waiting: ClaimQuerySet, size: int, user: "User") -> list[Entry]:
    """The first of these claims by due date, with their partners, reviewers, lines and cases; in one query."""
    first = waiting.order_by("due_at", "pk").values("pk")[:size]
    lines = ClaimLine.objects.filter(claim__in=first).order_by("claim__due_at", "claim_id", "position")
    own = ClaimLine.objects.filter(state__in=LIVE_LINES, claim=OuterRef(OuterRef("claim")))
    cases = cases_visible_to(user).filter(state__in=STANDING_CASES, unit__in=own.values("unit")).order_by("pk")
    said = Comment.objects.filter(claim=OuterRef("claim"), author__isnull=False).order_by("-pk")
    asked_for = {
        "contested": Exists(_standing().filter(claim=OuterRef("claim"))),
        "case_id": Subquery(cases.values("pk")[:1]),
        "last_by_operator": Subquery(said.values("by_operator")[:1]),
    }
    found: dict[int, list[ClaimLine]] = {}
    for line in lines.select_related("claim__partner", "claim__reviewer").annotate(**asked_for):
        found.setdefault(line.claim_id, []).append(line)
    return [_entry(own) for own in found.values()]


def _entry(lines: Sequence[Any]) -> Entry:
    """`lines` are those of one claim, with what was asked of each."""
    first = lines[0]
    products = tuple(line.product_name for line in lines)
    return Entry(first.claim, products, first.contested, first.case_id, first.last_by_operator is False)


def at_most(count: int) -> str:
    """How many a group holds, in words, where nothing was counted past MOST."""
    return f"{MOST - 1}+" if count == MOST else str(count)


def counts(user: "User", now: datetime) -> dict[str, int]:
    """How many claims each of the groups holds, counted no further than MOST."""
    return {show: queue(user, Filters(show=show), now).order_by()[:MOST].values("pk").count() for show in SHOWN}


def _standing() -> QuerySet[ClaimLine]:
    """The lines that a case is to decide."""
    return ClaimLine.objects.filter(state__in=LIVE_LINES, unit__cases__state__in=STANDING_CASES)


def _shown(waiting: ClaimQuerySet, show: str, user: "User", now: datetime) -> ClaimQuerySet:
    if show == "free":
        return waiting.free(now)
    passing = {
        "review": Q(reviewed_at=None, state__in=WITH_OPERATOR),
        "mine": Q(reviewer=user),
        "overdue": Q(state__in=WITH_OPERATOR, due_at__lte=now, reviewed_at=None),
        "partner": Q(state=ClaimState.ACTION_REQUIRED),
        "contested": Q(pk__in=_standing().values("claim")),
    }
    return waiting.filter(passing.get(show, Q()))


def _after(claims: ClaimQuerySet, reference: str) -> ClaimQuerySet:
    """Claims due after the one named; all of them where it is not among those to be seen.

    It may be taken or decided by now, so filters come after this.
    """
    if not reference or not reference.isprintable():  # PostgreSQL refuses to look for a NUL
        return claims
    last = claims.filter(reference=reference)
    due_at = Coalesce(Subquery(last.values("due_at")), Value(FIRST_INSTANT))
    return claims.filter(Q(due_at__gte=due_at) & (Q(due_at__gt=due_at) | Q(pk__gt=Subquery(last.values("pk")))))
