"""Claims of several partners to one thing, in any order of verbs, go as a model says that was written apart.

A machine of Hypothesis calls the product's verbs and the model's side by side: each is accepted by both or refused by
both for the same reason, and after each the rows say what the model says. `SOAK` makes the runs random and many.
"""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, note, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, rule, run_state_machine_as_test

from claims.models import Case
from events.log import faults
from tests.arbitration import model_things as told
from tests.arbitration.cast import FRESH, LEADS, REVIEWERS, SECOND_LEAD, Cast
from tests.arbitration.choosing import (
    Choosing,
    is_approved,
    is_asked,
    is_checked,
    is_held,
    is_lost,
    is_open,
    is_to_take,
    is_undecided,
    one,
)
from tests.arbitration.refusals import Loud
from tests.arbitration.told_rows import LAST
from tests.claims.given import prove
from tests.claims.test_take import LEAD, NADIA, PIETER
from tests.world import World

SOAK = bool(os.environ.get("SOAK"))
RUNS = (2000 if SOAK else 16) // 4  # for each number of partners
STEPS = 14
MOST_CLAIMS = 10


@dataclass(frozen=True)
class Turn:
    """What was drawn for one verb: which, of what, in which of its ways it is done, and by whom; none is who fits."""

    verb: int
    pick: int
    how: int
    who: str


turns = st.builds(
    Turn,
    verb=st.integers(0, 999),
    pick=st.integers(0, 999),
    how=st.integers(0, 11),
    who=st.sampled_from(["", "", "", *REVIEWERS]),
)


# When each has something to do it for.
FITS: dict[str, Callable[["Cases"], bool]] = {
    "files": lambda run: len(run.model.claims) < MOST_CLAIMS and bool(run.free()),
    "responds": lambda run: run.some_claim(is_asked),
    "answers": lambda run: any(request.state == "open" for request in run.model.requests),
    "disputes": lambda run: run.some_line(is_lost),
    "withdraws": lambda run: run.some_claim(is_open),
    "gives_up": lambda run: run.some_line(is_approved),
    "takes": lambda run: run.some_claim(is_to_take),
    "checks": lambda run: run.some_line(is_undecided),
    "decides_a_line": lambda run: run.some_line(is_checked),
    "asks": lambda run: run.some_claim(lambda claim: is_held(claim) or is_to_take(claim)),
    "lets_go": lambda run: run.some_claim(is_held),
    "reviews_at_once": lambda run: run.some_claim(is_to_take),
    "asks_parties": lambda run: run.some_case("open"),
    "decides": lambda run: run.some_case("open"),
    "seconds": lambda run: run.some_case("proposed"),
    "returns": lambda run: run.some_case("proposed"),
    "decides_at_once": lambda run: run.some_case("open"),
    "declines": lambda run: run.some_line(lambda line: is_approved(line) and line.consent is not None),
    "revokes": lambda run: run.some_line(is_approved),
    "loses_the_subscription": lambda run: len(run.units) > 1 and run.some_line(is_approved),
    "leaves_or_comes_back": lambda run: run.some_case("proposed") or not run.model.reviewers >= set(REVIEWERS),
    "waits": lambda run: bool(run.model.claims),
}
# What is seldom possible is done oftener where it is.
SELDOM = ("responds", "disputes", "disputes", "seconds", "returns", "decides_a_line")
VERBS = (*FITS, *SELDOM, *SELDOM)


class Cases(Choosing):
    """Verbs in any order on one subscription and perhaps a second."""

    # Where runs begin

    @initialize(stage=st.integers(0, 4), pick=st.integers(0, 999))
    def begin(self, stage: int, pick: int) -> None:
        """With nothing, one holder, a contested one, one whose displacement is proposed, or one displaced."""
        names = list(self.cast.firms)
        first, rival = names[pick % len(names)], names[(pick + 1) % len(names)]
        if stage:
            held = self.file(first, "usage", (0,))
            self.take(held, NADIA)
            self.check(held.lines[0], NADIA, met=True)
            self.approve(held.lines[0], NADIA)
        if stage > 1:
            claim = self.file(rival, "usage", (0,))
            (case,) = self.model.cases
            self.check(claim.lines[0], PIETER, met=True)
            self.ask_parties(case, [first], PIETER)
        if stage > 2:
            self.answer(self.model.requests[0], proof=False)
            self.decide(case, rival, PIETER)
        if stage > 3:
            self.second(case, NADIA)

    # One rule for all: of several, Hypothesis would switch half off in each run, and hardly any case would be answered.

    @rule(turn=turns)
    def somebody(self, turn: Turn) -> None:
        """Does one of the verbs for which there is something."""
        able = [verb for verb in VERBS if FITS[verb](self)]
        verb = able[turn.verb % len(able)]
        note(f"    {verb}")
        getattr(self, verb)(turn)

    # What partners do

    def files(self, turn: Turn) -> None:
        self.file(*one(turn.pick, self.free(), self.things()))

    def responds(self, turn: Turn) -> None:
        self.respond(self.claim(turn.pick, is_asked), proof=turn.how % 2 == 0)

    def answers(self, turn: Turn) -> None:
        waiting = [request for request in self.model.requests if request.state == "open"]
        self.answer(one(turn.pick, waiting, self.model.requests), proof=turn.how % 2 == 0)

    def disputes(self, turn: Turn) -> None:
        line = self.line(turn.pick, is_lost)
        lost = [one for one in line.claim.lines if is_lost(one)]
        self.dispute(lost if turn.how % 2 and lost else [line])

    def withdraws(self, turn: Turn) -> None:
        states = {"disputed"} if turn.how % 2 else told.OPEN_CLAIMS
        self.withdraw(self.claim(turn.pick, lambda claim: claim.state in states))

    def gives_up(self, turn: Turn) -> None:
        self.disassociate(self.line(turn.pick, is_approved))

    # What reviewers do

    def takes(self, turn: Turn) -> None:
        self.take(self.claim(turn.pick, is_to_take), turn.who or REVIEWERS[turn.how % 4])

    def checks(self, turn: Turn) -> None:
        line = self.line(turn.pick, is_undecided)
        self.check(line, turn.who or line.claim.reviewer or NADIA, met=turn.how % 3 > 0)

    def decides_a_line(self, turn: Turn) -> None:
        line = self.line(turn.pick, is_checked)
        approved = line.met or turn.how == 11
        (self.approve if approved else self.reject)(line, turn.who or line.claim.reviewer or NADIA)

    def asks(self, turn: Turn) -> None:
        claim = self.claim(turn.pick, lambda claim: is_held(claim) or is_to_take(claim))
        who = turn.who or claim.reviewer or NADIA
        if is_to_take(claim):
            self.take(claim, who)
        self.ask(claim, who)
        if turn.how % 3 and is_asked(claim):
            self.respond(claim, proof=turn.how % 3 > 1)

    def lets_go(self, turn: Turn) -> None:
        claim = self.claim(turn.pick, is_held)
        who = turn.who or claim.reviewer or NADIA
        if turn.how % 2:
            self.record_review(claim, who)
        else:
            self.release(claim, who)

    def reviews_at_once(self, turn: Turn) -> None:
        claim, met, who = self.claim(turn.pick, is_to_take), turn.how % 2 > 0, turn.who or NADIA
        if not self.take(claim, who):
            return
        for line in claim.open:
            self.check(line, who, met=met)
            (self.approve if met else self.reject)(line, who)
        if claim.open:
            self.record_review(claim, who)

    # What judges do

    def asks_parties(self, turn: Turn) -> None:
        case, how = self.case(turn.pick, "open"), turn.how % 6
        holder = self.model.held(case.unit)
        whom = [holder.firm] if holder and how < 3 else sorted(case.parties)[:how]
        self.ask_parties(case, list(self.cast.firms)[:1] if how == 5 else whom, turn.who or NADIA)

    def decides(self, turn: Turn) -> None:
        case = self.case(turn.pick, "open")
        self.decide_for(case, self.party(case, turn.pick), turn.who or self.judge_of(case), checked=turn.how % 2 > 0)

    def decides_at_once(self, turn: Turn) -> None:
        case = self.case(turn.pick, "open")
        who, upheld, holder = self.judge_of(case), self.party(case, turn.pick), self.model.held(case.unit)
        if holder and holder.firm != upheld and case.state == "open":
            self.ask_parties(case, [holder.firm], who)
            for request in self.model.owes(case, holder.firm):
                self.answer(request, proof=False)
        self.decide_for(case, upheld, who, checked=True)
        if case.state == "proposed" and turn.how % 4:
            (self.send_back if turn.how % 4 == 1 else self.second)(case, self.judge_of(case))

    def seconds(self, turn: Turn) -> None:
        case = self.case(turn.pick, "proposed")
        self.second(case, turn.who or self.judge_of(case))

    def returns(self, turn: Turn) -> None:
        case = self.case(turn.pick, "proposed")
        self.send_back(case, turn.who or self.judge_of(case))

    def decide_for(self, case: told.Case, upheld: str, who: str, *, checked: bool) -> None:
        for line in self.model.on(case.unit, upheld) if checked and case.state == "open" else []:
            if line.state == "open" and line.met is None:
                self.check(line, who, met=True)
        self.decide(case, upheld, who)

    # What others do

    def declines(self, turn: Turn) -> None:
        line = self.line(turn.pick, lambda line: is_approved(line) and line.consent is not None)
        if line.consent:
            self.decline(line.consent)

    def revokes(self, turn: Turn) -> None:
        line, who = self.line(turn.pick, is_approved), turn.who or LEADS[turn.how % 2]
        self.revoke(line, who)
        if turn.how % 3 == 0 and line.state == "approved":
            self.revoke(line, SECOND_LEAD if who == LEAD else LEAD)

    def loses_the_subscription(self, turn: Turn) -> None:
        if turn.how % 4 == 0:
            self.end_subscription(one(turn.pick, sorted(self.units), sorted(self.units)))

    def leaves_or_comes_back(self, turn: Turn) -> None:
        proposers = [case.proposal.by for case in self.model.cases if case.proposal]
        known = (NADIA, PIETER, LEAD)
        self.leave_or_come_back(next((name for name in proposers if name in known), known[turn.pick % 3]))
        if turn.how % 2:
            self.sweep()

    def waits(self, turn: Turn) -> None:
        days = timedelta(days=(0, 1, 3, 8, 8, 30, 31)[turn.how % 7])
        if turn.pick % 2:
            self.post()
        if self.now + days < LAST:
            self.now += days
        if turn.how < 10:
            self.sweep()

    # The end of a run

    def finish(self) -> None:
        """Answers lapse, and two judges who have judged nothing yet decide what stands."""
        self.model.reviewers |= set(FRESH)
        for _ in range(12):
            self.sweep()
            standing = [case for case in self.model.cases if case.state in told.STANDING]
            if not standing:
                break
            for case in standing:
                self.judge(case)
        assert all(case.state in {"decided", "closed"} for case in self.model.cases)
        assert set(Case.objects.values_list("state", flat=True)) <= {"decided", "closed"}
        assert list(faults()) == []

    def judge(self, case: told.Case) -> None:
        proposer, agrees = FRESH
        if case.state == "proposed":
            return self.second(case, agrees)
        holder = self.model.held(case.unit)
        upheld = holder.firm if holder else min(case.parties)
        for line in self.model.on(case.unit, upheld):
            if line.state == "open":
                self.check(line, proposer, met=True)
                line.claim.proofs.append(self.now)
                prove(self.row(line.claim), self.now)
        return self.decide(case, upheld, proposer)


@pytest.mark.soak
@pytest.mark.both_databases
@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_cases_of_several_partners_go_as_the_model_says(world: World, count: int) -> None:
    cast = Cast(world, count)

    class Run(Cases):
        pass

    Run.cast, Run.loud = cast, Loud()
    phases: Collection[Phase] = [Phase.generate] if os.environ.get("UNSHRUNK") else [Phase.generate, Phase.shrink]
    how = settings(
        max_examples=RUNS,
        stateful_step_count=STEPS,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
        phases=phases,
    )
    run_state_machine_as_test(Run if SOAK else seed(count)(Run), settings=how)
