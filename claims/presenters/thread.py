"""What was written between partner and operator, and among the operator's people."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from claims.models import Comment, Note

LONGEST_BEGINNING = 140  # letters


def thread(
    comments: Iterable[Comment], attached: Mapping[int, list[dict[str, Any]]], *, viewer_id: int
) -> list[dict[str, Any]]:
    """Comments with who wrote them, on which side they stand, and what came with them."""
    return [
        {
            "who": _author(comment, viewer_id),
            "at": comment.at,
            "text": comment.text,
            "internal": False,
            "attached": attached.get(comment.pk, []),
        }
        for comment in comments
    ]


def wrote_last(comments: Sequence[Comment]) -> dict[str, Any] | None:
    """When the partner wrote, and how it begins, where nobody of the operator's has written since; else None."""
    said = [comment for comment in comments if comment.author_id]
    if not said or said[-1].by_operator:
        return None
    return {"at": said[-1].at, "words": Truncator(" ".join(said[-1].body.split())).chars(LONGEST_BEGINNING)}


def sent_at(comments: Iterable[Comment], words: str) -> datetime | None:
    """When the operator's people sent just these words last; None where they did not."""
    same = [comment.at for comment in comments if comment.by_operator and comment.body.split() == words.split() != []]
    return same[-1] if same else None


def notes(written: Iterable[Note], *, viewer_id: int) -> list[dict[str, Any]]:
    """What the operator's people wrote for each other, in the shape of a thread."""
    return [
        {
            "who": _("%(name)s, you") % {"name": note.author} if note.author_id == viewer_id else str(note.author),
            "at": note.at,
            "text": note.body,
            "internal": True,
            "attached": [],
        }
        for note in written
    ]


def _author(comment: Comment, viewer_id: int) -> str:
    if comment.author is None:
        return _("System")
    side = _("you") if comment.author_id == viewer_id else _("reviewer") if comment.by_operator else ""
    return f"{comment.author}, {side}" if side else str(comment.author)
