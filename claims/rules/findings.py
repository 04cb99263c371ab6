"""What a rule says: a finding with a stable code, and the outcome of every check."""

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from claims.rules.texts import TEXTS, Severity


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong, or that the partner should know before sending.

    `field` is a path such as `lines.0.subscription_id`; `values` fill the texts of `code`. The texts come in the
    language that is active when they are read.
    """

    code: str
    field: str
    values: Mapping[str, str] = dataclasses.field(default_factory=dict)
    severity: Severity = Severity.ERROR

    @property
    def title(self) -> str:
        """What is wrong, in a few words."""
        return str(TEXTS[self.code].title) % _Values(self.values)

    @property
    def message(self) -> str:
        """What is wrong and why it matters."""
        return str(self._told_apart() or TEXTS[self.code].message) % _Values(self.values)

    @property
    def is_told_apart(self) -> bool:
        """Whether the message says of this one what others of its code are not told."""
        return self._told_apart() is not None

    def _told_apart(self) -> Any:
        return next((words for name, words in TEXTS[self.code].instead.items() if name in self.values), None)

    @property
    def remedy(self) -> str:
        """What would mend it, and who can."""
        return str(TEXTS[self.code].remedy) % _Values(self.values)

    @property
    def who(self) -> str:
        """Who can act."""
        return str(TEXTS[self.code].who.label)

    def as_json(self) -> dict[str, str]:
        """The finding as the API gives it (design, section 9)."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "field": self.field,
            "message": self.message,
            "remedy": self.remedy,
        }


class _Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


class Outcome(StrEnum):
    """How one check of one field ended."""

    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    UNCHECKED = "unchecked"


@dataclass(frozen=True)
class Check:
    """One rule, on one field, and how it ended; `finding` says why where it did not pass."""

    code: str
    field: str
    outcome: Outcome
    finding: Finding | None = None

    @property
    def label(self) -> str:
        """What is checked, in a few words that are true once it has passed."""
        return str(TEXTS[self.code].passed)


class Sheet:
    """Collects the checks of a claim, in the order in which they ran."""

    def __init__(self) -> None:
        self.checks: list[Check] = []

    def passed(self, code: str, path: str) -> None:
        """Notes that the rule holds."""
        self.checks.append(Check(code, path, Outcome.PASSED))

    def found(self, code: str, path: str, *, severity: Severity | None = None, **values: str) -> None:
        """Notes what is wrong; the code's own severity unless the rule says otherwise."""
        self.note(Finding(code, path, values, severity or TEXTS[code].severity))

    def note(self, finding: Finding) -> None:
        """Notes a finding as it is."""
        outcome = Outcome.FAILED if finding.severity == Severity.ERROR else Outcome.WARNED
        self.checks.append(Check(finding.code, finding.field, outcome, finding))

    def check(self, holds: bool, code: str, path: str, **values: str) -> bool:
        """Notes either, and returns whether the rule holds, for the rules that stand on it."""
        if holds:
            self.passed(code, path)
        else:
            self.note(Finding(code, path, values, TEXTS[code].severity))
        return holds

    @contextmanager
    def group(self, *rules: tuple[str, str]) -> Iterator[None]:
        """Around rules that stand on each other: those not reached by the end are noted as not checked."""
        start = len(self.checks)
        yield
        reached = {(check.code, check.field) for check in self.checks[start:]}
        for code, path in rules:
            if (code, path) not in reached:
                self.checks.append(Check(code, path, Outcome.UNCHECKED))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What failed or warned, errors first."""
        found = [check.finding for check in self.checks if check.finding is not None]
        return tuple(sorted(found, key=lambda finding: finding.severity != Severity.ERROR))

    @property
    def ready(self) -> bool:
        """Whether the claim may be sent: nothing failed and nothing that stands in the way went unchecked."""
        return not any(check.outcome == Outcome.FAILED for check in self.checks)
