"""What the queue shows: open claims by due date, narrowed by filters as an address carries them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from claims.models import Claim, ClaimLine
from claims.models.claim import ClaimQuerySet
from claims.search import WORKS, matching, of_work, plain
from claims.states import LIVE_LINES, OPEN_CLAIMS, STANDING_CASES, WITH_OPERATOR, ClaimState

if TYPE_CHECKING:
    from partners.models import User

FIRST_INSTANT = datetime.min.replace(tzinfo=UTC)
# Which open claims: those free to be taken, one's own, overdue at the operator, in a case, or asked of their partner.
SHOWN = ("free", "mine", "overdue", "contested", "partner")


@dataclass(frozen=True)
class Filters:
    """What the queue is narrowed to; empty means not at all. `show` is of SHOWN, `work` of WORKS, `q` free text."""

    show: str = ""
    work: str = ""
    q: str = ""

    def query(self, **changes: str) -> str:
        """The query string of the queue with these filters, and with what `changes` adds or takes away."""
        values = {**vars(self), **changes}
        return urlencode({name: value for name, value in values.items() if value})


def read_filters(parameters: Mapping[str, str]) -> Filters:
    """The filters that an address names. What is none of their values is ignored, whatever it is."""
    show, work = parameters.get("show", ""), parameters.get("work", "")
    return Filters(
        show=show if show in SHOWN else "",
        work=work if work in WORKS else "",
        q=plain(parameters.get("q", "")),
    )


def queue(user: "User", filters: Filters, now: datetime, *, after: str = "") -> ClaimQuerySet:
    """The open claims that the person may see and that pass the filters, each with whether it is `contested`.

    `after` is the reference of the one before them.
    """
    seen = Claim.objects.visible_to(user)
    waiting = _shown(_after(seen, after).filter(state__in=OPEN_CLAIMS), filters.show, user, now)
    waiting = of_work(waiting, filters.work) if filters.work else waiting
    waiting = matching(waiting, filters.q, user) if filters.q else waiting
    return waiting.annotate(contested=_contested())


def _contested() -> Exists:
    live = ClaimLine.objects.filter(claim=OuterRef("pk"), state__in=LIVE_LINES)
    return Exists(live.filter(unit__cases__state__in=STANDING_CASES))


def _shown(waiting: ClaimQuerySet, show: str, user: "User", now: datetime) -> ClaimQuerySet:
    match show:
        case "free":
            return waiting.free(now)
        case "mine":
            return waiting.filter(reviewer=user)
        case "overdue":
            return waiting.filter(state__in=WITH_OPERATOR, due_at__lte=now)
        case "contested":
            return waiting.filter(_contested())
        case "partner":
            return waiting.filter(state=ClaimState.ACTION_REQUIRED)
    return waiting


def _after(claims: ClaimQuerySet, reference: str) -> ClaimQuerySet:
    """Claims due after the one named; all of them where it is not among those to be seen.

    It may be taken or decided by now, so filters come after this.
    """
    if not reference or not reference.isprintable():  # PostgreSQL refuses to look for a NUL
        return claims
    last = claims.filter(reference=reference)
    due_at = Coalesce(Subquery(last.values("due_at")), Value(FIRST_INSTANT))
    return claims.filter(Q(due_at__gte=due_at) & (Q(due_at__gt=due_at) | Q(pk__gt=Subquery(last.values("pk")))))
