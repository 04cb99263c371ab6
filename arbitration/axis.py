"""The time axis of a case, drawn: two years small, then a break, then the last weeks day by day. Pure geometry.

Days go in, places in a picture come out; whoever draws it computes nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import pgettext

from claims import dates

WIDTH = 1392
LEFT, BREAK, RESUME, RIGHT = 186, 690, 722, 1384  # the years end at BREAK, the weeks begin at RESUME
TOP, ROW, FOOT = 24, 44, 24
LONGEST_NAME = 25
APART = 13  # what lies closer is moved aside, so that both can be told

YEARS = timedelta(days=730)
WEEKS = timedelta(days=42)
AHEAD = timedelta(days=12)
ONE_DAY = timedelta(days=1)

KINDS = ("filed", "asked", "answered", "lapsed", "proof")


@dataclass(frozen=True)
class Mark:
    """Something that happened to a party on a day; `kind` is of KINDS."""

    kind: str
    at: date


@dataclass(frozen=True)
class History:
    """One party: what it is called, from when to when it held the unit (None: still), and what happened."""

    name: str
    held: tuple[tuple[date, date | None], ...]
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Bar:
    """A piece of a span: where it begins and how long it is."""

    x: float
    width: float


@dataclass(frozen=True)
class Point:
    """Where a mark stands."""

    kind: str
    x: float


@dataclass(frozen=True)
class Row:
    """A party's line: its height in the picture, its name as far as there is room, what stands on it."""

    y: int
    name: str
    bars: tuple[Bar, ...]
    points: tuple[Point, ...]


@dataclass(frozen=True)
class Tick:
    """A line down the picture, with a label above it; the label may be empty."""

    x: float
    label: str


@dataclass(frozen=True)
class Flag:
    """A day that counts now, named below the picture; `anchor` keeps its words inside and apart from the other's."""

    x: float
    label: str
    anchor: str


@dataclass(frozen=True)
class Picture:
    """The whole axis. `today` is the day the case was over, once it is; then `due` is None."""

    width: int
    height: int
    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    today: Flag
    due: Flag | None
    first: date
    last: date


@dataclass(frozen=True)
class Scale:
    """Two scales with a break between them: `first` to `turn` small, `turn` to `last` day by day."""

    first: date
    turn: date
    last: date

    def x(self, day: date) -> float:
        """Where the morning of a day stands. What lies outside stands at the end."""
        if day < self.turn:
            return _between(LEFT, BREAK, (day - self.first) / (self.turn - self.first))
        return _between(RESUME, RIGHT, (day - self.turn) / (self.last - self.turn))

    def noon(self, day: date) -> float:
        """Where the middle of a day stands, for what happened on it."""
        if day < self.turn:
            return self.x(day)
        half = (RIGHT - RESUME) / (self.last - self.turn).days / 2
        return min(round(self.x(day) + half, 1), float(RIGHT))

    def bars(self, since: date, until: date) -> Iterator[Bar]:
        """The pieces of a span, cut at the break."""
        for start, end, left, right in ((self.first, self.turn, LEFT, BREAK), (self.turn, self.last, RESUME, RIGHT)):
            begin = left if since <= start else self.x(since)
            finish = right if until >= end else self.x(until)
            if since < end and until > start and finish > begin:
                yield Bar(round(begin, 1), round(finish - begin, 1))


def _between(left: int, right: int, share: float) -> float:
    return round(left + min(max(share, 0.0), 1.0) * (right - left), 1)


def draw(histories: Sequence[History], *, today: date, due: date | None, over: bool) -> Picture:
    """The picture of these histories. `today` ends what is held still; `due` is the last counted day of the case."""
    last = max(today, due or today) + AHEAD
    turn = last - AHEAD - WEEKS
    scale = Scale(turn - YEARS, turn, last)
    rows = tuple(_row(index, history, scale, today) for index, history in enumerate(histories))
    early = due is None or today <= due
    # The clock ends with its last day: its line stands at the end of that day.
    ends = None if due is None or over else Flag(scale.x(due + ONE_DAY), _due(due), "start" if early else "end")
    return Picture(
        width=WIDTH,
        height=TOP + ROW * len(histories) + FOOT,
        rows=rows,
        ticks=tuple(_ticks(scale)),
        today=Flag(scale.noon(today), _today(today, over=over), "end" if early else "start"),
        due=ends,
        first=scale.first,
        last=scale.last,
    )


def _due(day: date) -> str:
    return pgettext("axis", "due, end of %(day)s") % {"day": dates.day_of_month(day)}


def _today(day: date, *, over: bool) -> str:
    words = pgettext("axis", "over, %(day)s") if over else pgettext("axis", "today, %(day)s")
    return words % {"day": dates.day_of_month(day)}


def _row(index: int, history: History, scale: Scale, today: date) -> Row:
    name = history.name
    bars = [bar for since, until in history.held for bar in scale.bars(since, until or today + ONE_DAY)]
    upper = _apart((mark for mark in history.marks if mark.kind != "proof"), scale)
    lower = {scale.noon(mark.at): mark for mark in history.marks if mark.kind == "proof"}
    return Row(
        y=TOP + ROW * index + 30,
        name=name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…",
        bars=tuple(bars),
        points=(*upper, *(Point("proof", x) for x in sorted(lower))),
    )


def _apart(marks: Iterable[Mark], scale: Scale) -> Iterator[Point]:
    """Places marks in their order, each as near to its day as those before it allow."""
    reached = 0.0
    for mark in sorted(marks, key=lambda mark: (mark.at, KINDS.index(mark.kind))):
        reached = max(scale.noon(mark.at), reached + APART)
        yield Point(mark.kind, min(round(reached, 1), float(RIGHT)))


def _ticks(scale: Scale) -> Iterator[Tick]:
    """Quarters in the years, Mondays in the weeks."""
    day = scale.first.replace(day=1)
    while day < scale.turn:
        if day.month % 3 == 1 and day >= scale.first and scale.x(day) < BREAK - 24:
            label = pgettext("date format", "M Y") if day.month == 1 else pgettext("date format", "M")
            yield Tick(scale.x(day), date_format(day, label))
        day = (day + timedelta(days=32)).replace(day=1)
    monday = scale.turn + timedelta(days=-scale.turn.weekday() % 7)
    named = None
    while scale.x(monday) < RIGHT - 36:  # as long as its label has room
        yield Tick(scale.x(monday), str(monday.day) if monday.month == named else dates.day_of_month(monday))
        named = monday.month
        monday += timedelta(days=7)
