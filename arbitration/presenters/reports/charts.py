"""Drawings of the reports as numbers for an SVG: nothing is styled here, and nothing drawn that has no number."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from textwrap import wrap
from typing import Any

WIDE, LEFT, RIGHT = 640, 44, 12
TOP, HIGH = 22, 190  # of what rises: its plot, without labels below
ROW, TWO, LABEL = 26, 36, 240  # of what lies: height of a bar with its gap, where a word takes two lines, its begin
LETTERS = 36  # of a word in one line
MOST_LABELS = 8


@dataclass(frozen=True)
class Mark:
    """One thing to draw: what it stands for in words, how much it is, what is written at it; `tone` is a class."""

    label: str
    value: Fraction | int | None
    said: str
    tone: str = ""


@dataclass(frozen=True)
class Chart:
    """What a template draws. `kind` is `line`, `columns` or `bars`."""

    kind: str
    width: int
    height: int
    base: float
    marks: list[dict[str, Any]]
    grid: list[dict[str, Any]] = field(default_factory=list)
    path: str = ""


def line(marks: Sequence[Mark], *, unit: str) -> Chart:
    """Shares over time, in percent: from the ten below the least up to 100. What has no value leaves a gap."""
    known = [float(mark.value) for mark in marks if mark.value is not None]
    floor = min(90, int(min(known, default=90) // 10 * 10))
    bottom, step = TOP + HIGH, (WIDE - LEFT - RIGHT - 40) / max(len(marks) - 1, 1)
    drawn: list[dict[str, Any]] = []
    path, joined = [], False
    every = -(-len(marks) // MOST_LABELS)
    for place, mark in enumerate(marks):
        x = LEFT + 20 + place * step
        named = mark.label if (len(marks) - 1 - place) % every == 0 else ""
        y = None if mark.value is None else bottom - (float(mark.value) - floor) / (100 - floor) * HIGH
        if y is not None:
            path.append(f"{'L' if joined else 'M'}{x:.1f} {y:.1f}")
        joined = y is not None
        drawn.append({"x": _n(x), "y": None if y is None else _n(y), "label": named, "said": "", "tone": mark.tone})
    _name(drawn, marks)
    grid = [
        {
            "y": _n(bottom - share * HIGH),
            "at": _n(bottom - share * HIGH + 4),
            "said": f"{floor + share * (100 - floor):.0f}{unit}",
        }
        for share in (0, 0.5, 1)
    ]
    return Chart("line", WIDE, bottom + 26, bottom, drawn, grid, "".join(path))


def _name(drawn: list[dict[str, Any]], marks: Sequence[Mark]) -> None:
    """Writes their value at the last and at the lowest."""
    known = [place for place, mark in enumerate(marks) if mark.value is not None]
    if not known:
        return
    lowest = min(known, key=lambda place: (marks[place].value, -place))
    for place in {known[-1], lowest}:
        own = drawn[place]
        own["said"] = marks[place].said
        below = place == lowest and place != known[-1] and float(own["y"]) < TOP + HIGH - 24
        own["said_y"] = _n(float(own["y"]) + (20 if below else -11))


def columns(marks: Sequence[Mark]) -> Chart:
    """Numbers side by side, each with its number above and its word below."""
    most = max((float(mark.value or 0) for mark in marks), default=0) or 1
    bottom, room = TOP + HIGH, (WIDE - LEFT - RIGHT) / max(len(marks), 1)
    wide = min(56.0, room * 0.68)
    drawn = []
    for place, mark in enumerate(marks):
        high = float(mark.value or 0) / most * HIGH
        x = LEFT + place * room + (room - wide) / 2
        drawn.append(
            {
                "x": _n(x),
                "y": _n(bottom - high),
                "wide": _n(wide),
                "high": _n(high),
                "middle": _n(x + wide / 2),
                "said_y": _n(bottom - high - 6),
                "said": mark.said,
                "label": mark.label,
                "tone": mark.tone,
            }
        )
    return Chart("columns", WIDE, bottom + 26, bottom, drawn)


def bars(marks: Sequence[Mark]) -> Chart:
    """Numbers below each other, each with its word before, in two lines where it is long, and its number behind."""
    most = max((float(mark.value or 0) for mark in marks), default=0) or 1
    room = WIDE - LABEL - 96
    drawn, top = [], 0
    for mark in marks:
        words = wrap(mark.label, LETTERS)[:2]
        row = TWO if len(words) > 1 else ROW
        middle = top + row // 2
        wide = float(mark.value or 0) / most * room
        drawn.append(
            {
                "y": middle - 8,
                "high": 16,
                "text_y": middle + 4,
                "words": [
                    {"said": word, "y": middle + 4 + 7 * (2 * n + 1 - len(words))} for n, word in enumerate(words)
                ],
                "wide": _n(wide),
                "said_x": _n(LABEL + wide + 6),
                "said": mark.said,
                "tone": mark.tone,
            }
        )
        top += row
    return Chart("bars", WIDE, top, LABEL, drawn)


def _n(number: float) -> str:
    """As SVG has it, whatever the reader's language does to decimals."""
    return f"{number:.1f}"
