"""Why a verb of the product is refused, in the words of the model; and that no sweep fails in silence."""

import logging
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied

from claims.errors import (
    AnswerLapsed,
    CaseChanged,
    ClaimRefused,
    ConsentOver,
    LineContested,
    LineTransitionNotAllowed,
    TakenAlready,
    TransitionNotAllowed,
)
from tests.arbitration.model_things import Refused

# The first that fits.
WORDS: tuple[tuple[type[Exception], str], ...] = (
    (PermissionDenied, "denied"),
    (TakenAlready, "taken"),
    (AnswerLapsed, "lapsed"),
    (LineContested, "contested"),
    (LineTransitionNotAllowed, "line"),
    (ConsentOver, "over"),
    (TransitionNotAllowed, "state"),
    (CaseChanged, "changed"),
)


def heard(verb: Callable[[], Any]) -> tuple[str, Any]:
    """Why a verb is refused, empty where it is not, and what it returns."""
    try:
        return "", verb()
    except Refused as refusal:
        return refusal.why, None
    except ClaimRefused as refusal:
        return ",".join(sorted({finding.code for finding in refusal.findings if _counts(finding)})), None
    except Exception as error:
        word = next((word for kind, word in WORDS if isinstance(error, kind)), "")
        if not word:
            raise
        return word, None


def _counts(finding: Any) -> bool:
    return getattr(finding, "severity", "error") == "error"


class Loud(logging.Handler):
    """A sweep logs what it could not do and goes on; here that is a failure."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def __enter__(self) -> None:
        self.records.clear()
        logging.getLogger().addHandler(self)

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
        if self.records:
            raise AssertionError(self.format(self.records[0]))
