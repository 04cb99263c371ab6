"""What one question and its answer consist of."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Topic:
    """A question that comes up again and again, and its answer.

    `slug` is its anchor on the page *Help*. The first paragraph answers the question by itself, without places, for it
    also stands beside fields; later ones may hold the places of `presenters/help.py`. `points` are pairs of a term and
    what is to be said of it; `codes` name the rules and reasons that the answer is about.
    """

    slug: str
    title: Any
    paragraphs: tuple[Any, ...]
    points: tuple[tuple[Any, Any], ...] = ()
    codes: tuple[str, ...] = ()
