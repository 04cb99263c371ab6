"""Sums of facts for one report, in a fixed number of statements however many claims there are.

What lies in whole months is read from their tallies, the days around them from facts. Where a report
names both a partner and a reviewer, or one of them by the other, it is read from facts alone, along their indexes.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from math import ceil
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from arbitration.models import Fact, FactKind, Reckoning, Side, Tally
from arbitration.reports.periods import ONE_DAY, Period, first_of_month, next_month
from arbitration.reports.words import KEPT, OVERTURNED, STANDS
from claims.calendars import today_of

MOST_PARTNERS = 25  # that one report sets side by side
REVIEWER, PARTNER, WORK = "reviewer", "partner", "work"
MEDIAN, NINE_OF_TEN = Fraction(1, 2), Fraction(9, 10)


@dataclass(frozen=True)
class Asked:
    """What a report is about. None narrows nothing; `by` is REVIEWER, PARTNER, WORK, or empty."""

    period: Period
    partners: tuple[int, ...] | None = None
    reviewer: int | None = None
    works: tuple[int, ...] | None = None
    by: str = ""
    unnamed: frozenset[int] = frozenset()  # partners that the reader may not be told of by name


@dataclass
class Sums:
    """How often each value was counted, by kind and side."""

    counts: dict[tuple[int, int], Counter[int]] = field(default_factory=lambda: defaultdict(Counter))

    def of(self, kind: FactKind, *sides: Side) -> Counter[int]:
        """The values of a kind with their numbers; of these sides, else of all."""
        found: Counter[int] = Counter()
        for (own, side), counts in self.counts.items():
            if own == kind and (not sides or side in sides):
                found += counts
        return found

    def add(self, other: "Sums") -> None:
        """Adds what another holds."""
        for key, counts in other.counts.items():
            self.counts[key] += counts

    @property
    def due(self) -> int:
        """Reviews that were due."""
        return self.of(FactKind.DUE).total()

    @property
    def kept(self) -> int:
        """Those of them that were done in time."""
        return self.of(FactKind.DUE)[KEPT]

    @property
    def claims(self) -> int:
        """Claims that were decided."""
        return self.of(FactKind.ASKED).total()

    @property
    def requests(self) -> int:
        """Requests for information on them, until they were decided."""
        return sum(value * number for value, number in self.of(FactKind.ASKED).items())

    @property
    def lines(self) -> int:
        """Lines that were decided."""
        return self.of(FactKind.OUTCOME).total()

    @property
    def standing(self) -> int:
        """Those of them that were approved, or stayed so."""
        return self.of(FactKind.OUTCOME)[STANDS]

    @property
    def disputes(self) -> int:
        """Disputed lines that were decided."""
        return self.of(FactKind.DISPUTE).total()

    @property
    def overturned(self) -> int:
        """Those of them that were approved in the end."""
        return self.of(FactKind.DISPUTE)[OVERTURNED]


def nearest_rank(counts: Mapping[int, int], share: Fraction) -> int | None:
    """The least value that at least this share of all is not above; None of nothing."""
    rank = ceil(share * sum(counts.values()))
    for value in sorted(counts):
        rank -= counts[value]
        if rank <= 0 and counts[value]:
            return value
    return None


@dataclass(frozen=True)
class Figures:
    """A report's numbers: of all, of each step of time the reviews due and kept, and by what was asked for.

    The keys of `parts` are those of reviewers (None: nobody), partners, or places in WORKS; of partners the most busy.
    `until` is the last day that is counted, `others` says that there are more partners.
    """

    total: Sums
    steps: dict[date, tuple[int, int]]
    parts: dict[int | None, Sums]
    others: bool = False


def figures(asked: Asked, reckoning: Reckoning) -> Figures:
    """The numbers of a report, as far as they are counted."""
    pieces = _Pieces(replace(asked, by="" if asked.by == PARTNER else asked.by), reckoning)
    others = False
    if asked.by == PARTNER:
        total = _sums(pieces.rows(None)).get(None, Sums())
        busiest = _busiest(_Pieces(asked, reckoning), asked.unnamed)
        others, busiest = len(busiest) > MOST_PARTNERS, busiest[:MOST_PARTNERS]
        parts = _sums(_Pieces(replace(asked, partners=tuple(busiest)), reckoning).rows(PARTNER)) if busiest else {}
        parts = {pk: parts.get(pk, Sums()) for pk in busiest}
    else:
        parts = _sums(pieces.rows(asked.by or None))
        total = Sums()
        for part in parts.values():
            total.add(part)
        parts = parts if asked.by else {}
    return Figures(total, _steps(asked.period, pieces), parts, others)


class _Pieces:
    """The rows that a report is summed up from: tallies of whole months, facts of the days around them."""

    def __init__(self, asked: Asked, reckoning: Reckoning) -> None:
        self.asked = asked
        counted = today_of(reckoning.counted_at) if reckoning.counted_at else None
        since, until = asked.period.since, asked.period.until
        self.since, self.until = since, min(until, counted) if counted else since - ONE_DAY
        self.of_reviewers = asked.reviewer is not None or asked.by == REVIEWER
        self.of_partners = asked.partners is not None or asked.by == PARTNER
        self.begin = self.end = self.since  # of the months that tallies hold, the end not included
        if not (self.of_reviewers and self.of_partners) and reckoning.tallied_until:
            begin = since if since.day == 1 else next_month(since)
            # The month that runs is asked for as far as it is counted, or beyond: its sums are what there is.
            runs = counted is not None and until >= counted
            end = (
                reckoning.tallied_until if runs else min(first_of_month(self.until + ONE_DAY), reckoning.tallied_until)
            )
            if begin < end:
                self.begin, self.end = begin, end
        self.counted = counted

    def rows(self, by: str | None) -> list[tuple[Any, ...]]:
        """(part, kind, side, value, number), each piece for itself; one statement."""
        return list(self._union([_of(by), "kind", "side", "value"], ()))

    def partners(self, kind: FactKind) -> list[tuple[Any, ...]]:
        """(partner, number) of one kind; one statement."""
        return list(self._union(["partner_id"], [kind]))

    def reviews(self) -> list[tuple[Any, ...]]:
        """(day or first of the month, value, number) of reviews due; one statement."""
        return list(self._union(["day", "value"], [FactKind.DUE], months=not self.asked.period.by_week))

    def _union(
        self, names: list[str | None], kinds: Collection[FactKind], *, months: bool = True
    ) -> QuerySet[Any, Any]:
        begin, end = (self.begin, self.end) if months else (self.since, self.since)
        wanted = self._wanted(kinds)
        counted = self._counted() if not kinds or FactKind.DUE in kinds else Q()
        pieces: list[QuerySet[Any, Any]] = []
        for since, until in ((self.since, begin - ONE_DAY), (end, self.until)):
            if since <= until:
                facts = Fact.objects.filter(wanted, counted, day__gte=since, day__lte=until)
                pieces.append(_summed(facts, names, {}))
        if begin < end:
            tallies = Tally.objects.filter(wanted, month__gte=begin, month__lt=end, by_partner=self.of_partners)
            pieces.append(_summed(tallies, names, {"day": "month"}))
        if not pieces:
            return Fact.objects.none().values_list("pk")
        return pieces[0].union(*pieces[1:], all=True) if len(pieces) > 1 else pieces[0]

    def _wanted(self, kinds: Collection[FactKind]) -> Q:
        wanted = Q(kind__in=[*kinds] or FactKind.values)
        if self.asked.partners is not None:
            wanted &= Q(partner__in=self.asked.partners)
        if self.asked.reviewer is not None:
            wanted &= Q(reviewer=self.asked.reviewer)
        if self.asked.works is not None:
            wanted &= Q(work__in=self.asked.works)
        return wanted

    def _counted(self) -> Q:
        """A review that is due today may be done yet."""
        return Q() if self.counted is None else ~Q(kind=FactKind.DUE) | Q(day__lt=self.counted)


def _of(by: str | None) -> str | None:
    return {REVIEWER: "reviewer_id", PARTNER: "partner_id", WORK: "work"}[by] if by else None


def _summed(rows: QuerySet[Any, Any], names: list[str | None], renamed: dict[str, str]) -> QuerySet[Any, Any]:
    wanted = [renamed.get(name, name) for name in names if name]
    return rows.order_by().values_list(*wanted).annotate(total=Sum(F("number")))


def _sums(rows: Iterable[tuple[Any, ...]]) -> dict[int | None, Sums]:
    """By part; None is the one part of rows that are not parted, or nobody."""
    found: dict[int | None, Sums] = defaultdict(Sums)
    for row in rows:
        *part, kind, side, value, number = row
        found[part[0] if part else None].counts[kind, side][value] += number
    return dict(found)


def _busiest(pieces: _Pieces, unnamed: frozenset[int]) -> list[int]:
    """The partners of which most reviews were due, most first; one more than are shown."""
    # Of all kinds these have the fewest sums.
    due: Counter[int] = Counter()
    for partner, number in pieces.partners(FactKind.DUE):
        due[partner] += number
    known = [pk for pk in due if pk not in unnamed]
    return sorted(known, key=lambda pk: (-due[pk], pk))[: MOST_PARTNERS + 1]


def _steps(period: Period, pieces: _Pieces) -> dict[date, tuple[int, int]]:
    """Of each week or month that has begun to be counted: reviews due, and those kept."""
    found = {step: (0, 0) for step in period.steps() if step <= pieces.until}
    for day, value, number in pieces.reviews():
        step = period.begin_of_step(day)
        due, kept = found.get(step, (0, 0))
        found[step] = (due + number, kept + number * (value == KEPT))
    return found
