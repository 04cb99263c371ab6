"""Of what a verb is to be in a run of the model's test: mostly of something that fits, now and then of another."""

from collections.abc import Callable, Sequence
from itertools import product
from typing import TypeVar

from tests.arbitration import model_things as told
from tests.arbitration.cast import REVIEWERS
from tests.arbitration.side_by_side import SideBySide
from tests.claims.test_take import NADIA

ACTIVITIES = ("usage", "usage", "presales")
UNITS = ((1,), (0, 1), (0,), (0,))
T = TypeVar("T")


def is_to_take(claim: told.Claim) -> bool:
    return claim.state in {"submitted", "disputed"} and not claim.reviewed


def is_held(claim: told.Claim) -> bool:
    return claim.state in {"under_review", "disputed"} and bool(claim.reviewer)


def is_asked(claim: told.Claim) -> bool:
    return claim.state == "action_required"


def is_open(claim: told.Claim) -> bool:
    return claim.state in told.OPEN_CLAIMS


def is_undecided(line: told.Line) -> bool:
    return line.state == "open"


def is_checked(line: told.Line) -> bool:
    return line.state == "open" and line.met is not None and is_held(line.claim)


def is_approved(line: told.Line) -> bool:
    return line.state == "approved"


def is_lost(line: told.Line) -> bool:
    lost = line.state == "rejected" or (line.state, line.reason) == ("ended", told.UPHELD)
    return lost and line.disputed_at is None and not line.final


class Choosing(SideBySide):
    """What stands in the model, looked through for something that fits."""

    def some_claim(self, fit: Callable[[told.Claim], bool]) -> bool:
        return any(fit(claim) for claim in self.model.claims)

    def some_line(self, fit: Callable[[told.Line], bool]) -> bool:
        return any(fit(line) for line in self.model.lines)

    def some_case(self, state: str) -> bool:
        return any(case.state == state for case in self.model.cases)

    def claim(self, pick: int, fit: Callable[[told.Claim], bool]) -> told.Claim:
        return one(pick, [claim for claim in self.model.claims if fit(claim)], self.model.claims)

    def line(self, pick: int, fit: Callable[[told.Line], bool]) -> told.Line:
        return one(pick, [line for line in self.model.lines if fit(line)], self.model.lines)

    def case(self, pick: int, state: str) -> told.Case:
        return one(pick, [case for case in self.model.cases if case.state == state], self.model.cases)

    def party(self, case: told.Case, pick: int) -> str:
        names = sorted(case.parties or self.cast.firms)
        return names[pick // 8 % len(names)]

    def judge_of(self, case: told.Case) -> str:
        """Who may decide, or agree to what another has proposed."""
        proposer = case.proposal.by if case.proposal else ""
        able = [who for who in REVIEWERS if who != proposer and self.model.may_judge(who, case)]
        return able[0] if able else NADIA

    def things(self) -> list[tuple[str, str, tuple[int, ...]]]:
        """What may be claimed: by whom, for which activity, of which units."""
        return list(product(self.cast.firms, ACTIVITIES, UNITS))

    def free(self) -> list[tuple[str, str, tuple[int, ...]]]:
        """What its company has not claimed yet."""
        live = {line.key for line in self.model.lines if line.live}
        return [
            (firm, activity, units)
            for firm, activity, units in self.things()
            if not any((firm, unit, activity) in live for unit in units)
        ]


def one(pick: int, fit: Sequence[T], others: Sequence[T]) -> T:
    """One of those that fit, mostly; now and then any other, which a verb should refuse. The later the likelier."""
    rows = fit if fit and pick % 8 < 7 else others
    return rows[-1 - (pick // 8) % len(rows)]
