"""Each verb in the product and in the model: both accept it, or both refuse it for the same reason.

After each the rows say what the model says. Which verb, and of what, is chosen in `test_cases_model`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from hypothesis.stateful import RuleBasedStateMachine

from arbitration.actions.decide import decide, second, send_back
from arbitration.actions.hear import ask_parties
from arbitration.actions.sweep import sweep_cases
from arbitration.drafting import Content, handles
from claims.actions.checks import Checked, check_line
from claims.actions.customer import decline
from claims.actions.decide import approve_line, reject_line
from claims.actions.dispute import dispute_claim
from claims.actions.drafts import create_draft
from claims.actions.ending import disassociate, end_subscription
from claims.actions.finish import record_review
from claims.actions.hearing import answer_request
from claims.actions.inquiry import request_information, respond
from claims.actions.review import release_claim, take_claim
from claims.actions.revoke import revoke_line
from claims.actions.submit import submit_claim
from claims.actions.sweep import sweep
from claims.actions.withdraw import withdraw_claim
from claims.intake import ClaimContent, LineContent
from claims.models import Case, Claim, Consent, InformationRequest, Party, Revocation
from claims.requirements import Requirement
from claims.storage import Kept
from events.models import Outbox
from partners.models import OperatorRole, User
from tests.arbitration import model_things as told
from tests.arbitration import told_rows
from tests.arbitration.cast import LEADS, REVIEWERS, ROLE, Cast
from tests.arbitration.model import Model
from tests.arbitration.refusals import Loud, heard
from tests.claims.given import SALES, SERVICE, prove
from tests.world import NOW

PRODUCTS = (SALES["product"], SERVICE["product"])


class SideBySide(RuleBasedStateMachine):
    """One run: the product, in a transaction that is undone, and the model."""

    cast: Cast
    loud: Loud
    failed = False

    def __init__(self) -> None:
        super().__init__()
        self.run = transaction.atomic()
        self.run.__enter__()
        self.now, self.random = NOW, Random(0)
        self.refused: list[str] = []  # why, as often as a verb was refused
        self.units: dict[int, int] = {}  # the model's number of a unit → its key
        self.documents: dict[int, str] = {}  # what proves a claim, by the claim's key
        self.model = Model(REVIEWERS, LEADS)
        self.cast.forget_roles()

    def teardown(self) -> None:
        """Goes on until every case is decided or closed, and undoes the run."""
        try:
            if not self.failed:
                self.finish()
        finally:
            transaction.set_rollback(True)
            self.run.__exit__(None, None, None)

    def finish(self) -> None:
        """How a run ends that found nothing."""

    # A claim

    def file(self, firm: str, activity: str, units: Sequence[int]) -> told.Claim:
        who = self.cast.people[self.cast.firms[firm].who]
        lines = tuple(LineContent(PRODUCTS[unit], "") for unit in units)
        content = self.cast.contents[firm, activity]
        content = ClaimContent(**{**vars(content), "lines": lines})
        draft = create_draft(content=content, actor=who, now=self.now, random=self.random)
        claim = Claim.objects.with_lines().select_related("partner").get(pk=draft.pk)
        self.documents[claim.pk] = prove(claim, self.next()).key
        made = self.both(
            lambda: submit_claim(claim=claim, actor=who, now=self.now, answer=self.cast.answer),
            lambda: self.model.submit(firm, activity, units, self.now),
            before=lambda sent: self.name(sent, claim),
        )
        return made or self.model.claims[-1]

    def name(self, sent: told.Claim, claim: Claim) -> None:
        """The model's claim is called what the product calls it."""
        sent.pk = claim.pk
        for line, row in zip(sent.lines, claim.lines.all(), strict=True):
            line.pk = row.pk
            self.units[line.unit] = row.unit_id or 0

    def take(self, claim: told.Claim, who: str) -> bool:
        row, actor = self.row(claim), self.cast.people[who]
        before = len(self.refused)
        self.both(
            lambda: take_claim(claim=row, actor=actor, now=self.now), lambda: self.model.take(claim, who, self.now)
        )
        return len(self.refused) == before

    def release(self, claim: told.Claim, who: str) -> None:
        row, actor = self.row(claim), self.cast.people[who]
        self.both(lambda: release_claim(claim=row, actor=actor, now=self.now), lambda: self.model.release(claim, who))

    def check(self, line: told.Line, who: str, *, met: bool) -> None:
        row, actor = self.row(line.claim), self.cast.people[who]
        place = ((self.documents[row.pk], "1"),)
        checks = [
            Checked(str(one), met or one != Requirement.DATES, place if met or one != Requirement.DATES else ())
            for one in Requirement
        ]
        self.both(
            lambda: check_line(claim=row, line_id=line.pk, checks=checks, actor=actor, now=self.now),
            lambda: self.model.check(line, who, self.now, met=met),
        )

    def approve(self, line: told.Line, who: str) -> None:
        row, actor = self.row(line.claim), self.cast.people[who]
        self.both(
            lambda: approve_line(claim=row, line_id=line.pk, actor=actor, now=self.now),
            lambda: self.model.approve(line, who, self.now),
        )

    def reject(self, line: told.Line, who: str) -> None:
        row, actor = self.row(line.claim), self.cast.people[who]
        self.both(
            lambda: reject_line(claim=row, line_id=line.pk, body="No dates.", actor=actor, now=self.now),
            lambda: self.model.reject(line, who, self.now),
        )

    def ask(self, claim: told.Claim, who: str) -> None:
        row, actor = self.row(claim), self.cast.people[who]
        self.both(
            lambda: request_information(claim=row, body="Page 2?", actor=actor, now=self.now),
            lambda: self.model.ask(claim, who, self.now),
        )

    def respond(self, claim: told.Claim, *, proof: bool) -> None:
        row, actor, files = self.row(claim), self.filer(claim), self.kept(proof)
        self.both(
            lambda: respond(claim=row, body="Here.", actor=actor, now=self.now, files=files),
            lambda: self.model.respond(claim, self.now, proof=proof),
        )

    def record_review(self, claim: told.Claim, who: str) -> None:
        row, actor = self.row(claim), self.cast.people[who]
        self.both(
            lambda: record_review(claim=row, actor=actor, now=self.now), lambda: self.model.record_review(claim, who)
        )

    def withdraw(self, claim: told.Claim) -> None:
        row, actor = self.row(claim), self.filer(claim)
        self.both(lambda: withdraw_claim(claim=row, actor=actor, now=self.now), lambda: self.model.withdraw(claim))

    def disassociate(self, line: told.Line) -> None:
        row, actor = self.row(line.claim), self.senior(line.claim)
        self.both(
            lambda: disassociate(claim=row, line_id=line.pk, body="Sold.", actor=actor, now=self.now),
            lambda: self.model.disassociate(line, self.now),
        )

    def dispute(self, lines: Sequence[told.Line]) -> None:
        row, actor = self.row(lines[0].claim), self.senior(lines[0].claim)
        ids = [line.pk for line in lines]
        self.both(
            lambda: dispute_claim(claim=row, line_ids=ids, body="Page 2.", actor=actor, now=self.now),
            lambda: self.model.dispute(lines, self.now),
        )

    def revoke(self, line: told.Line, who: str) -> None:
        row, actor = self.row(line.claim), self.cast.people[who]
        waiting = Revocation.objects.waiting().filter(line=line.pk).values_list("pk", flat=True).first()
        agree = waiting if line.revoker in self.model.reviewers else None
        self.both(
            lambda: revoke_line(
                claim=row, line_id=line.pk, body="It was wrong.", agree=agree, actor=actor, now=self.now
            ),
            lambda: self.model.revoke(line, who, self.now),
        )

    def decline(self, consent: told.Consent) -> None:
        of_claim = [one for one in self.model.consents if one.claim is consent.claim]
        keys = Consent.objects.filter(claim=consent.claim.pk).order_by("pk").values_list("key", flat=True)
        key = list(keys)[of_claim.index(consent)]
        self.both(lambda: decline(key=key, words="No.", now=self.now), lambda: self.model.decline(consent, self.now))

    def end_subscription(self, unit: int) -> None:
        self.both(
            lambda: end_subscription(unit_id=self.units[unit], now=self.now),
            lambda: self.model.end_subscription(unit, self.now),
        )

    def ask_parties(self, case: told.Case, whom: Sequence[str], who: str) -> None:
        row, actor = Case.objects.get(pk=case.pk), self.cast.people[who]
        ids = [self.cast.partners[firm] for firm in whom]

        def product() -> None:
            for request in ask_parties(case=row, partner_ids=ids, body="What is newest?", actor=actor, now=self.now):
                claim = next(claim for claim in self.model.claims if claim.pk == request.claim_id)
                self.model.asked(case, claim, self.now).pk = request.pk

        self.both(product, lambda: self.model.ask_parties(case, whom, who), model_first=True)

    def answer(self, request: told.Request, *, proof: bool) -> None:
        row, actor, files = self.row(request.claim), self.filer(request.claim), self.kept(proof)
        key = InformationRequest.objects.get(pk=request.pk).key
        self.both(
            lambda: answer_request(claim=row, key=key, body="Here.", actor=actor, now=self.now, files=files),
            lambda: self.model.answer(request, self.now, proof=proof),
        )

    def decide(self, case: told.Case, upheld: str, who: str) -> None:
        row, actor = Case.objects.get(pk=case.pk), self.cast.people[who]
        content = self.content(case, upheld)
        self.both(
            lambda: decide(case=row, content=content, actor=actor, now=self.now),
            lambda: self.model.decide(case, upheld, who, self.now),
        )

    def content(self, case: told.Case, upheld: str) -> Content:
        """A decision that is refused for nothing but what the model refuses it for."""
        parties = list(Party.objects.filter(case=case.pk).order_by("pk").values_list("partner_id", "partner__name"))
        cites = handles(parties)
        mark = cites.get(self.cast.partners[upheld], "XX")
        lines = [line for line in self.model.on(case.unit, upheld) if line.state == "open" and line.met is False]
        return Content(
            upheld=self.cast.partners[upheld],
            reasons={str(line.pk): "dates_missing_or_old" for line in lines},
            rationale=f"Customer acknowledged: signed later and higher ({mark}-A p. 1).",
            letters={str(pk): "We looked at all that was proved." for pk, _name in parties},
        )

    def second(self, case: told.Case, who: str) -> None:
        row, actor = Case.objects.get(pk=case.pk), self.cast.people[who]
        self.both(lambda: second(case=row, actor=actor, now=self.now), lambda: self.model.second(case, who, self.now))

    def send_back(self, case: told.Case, who: str) -> None:
        row, actor = Case.objects.get(pk=case.pk), self.cast.people[who]
        self.both(
            lambda: send_back(case=row, words="Look again.", actor=actor, now=self.now),
            lambda: self.model.send_back(case, who),
        )

    def leave_or_come_back(self, who: str) -> None:
        """One of the operator's people decides no more, or again."""
        user, role = self.cast.people[who], ROLE.LEAD if who in LEADS else ROLE.REVIEWER
        if who in self.model.reviewers:
            self.model.reviewers.discard(who)
            OperatorRole.objects.filter(user=user).delete()
        else:
            self.model.reviewers.add(who)
            OperatorRole.objects.create(user=user, role=role)
        self.cast.forget_roles()

    def post(self) -> None:
        keys = Consent.objects.filter(outcome="").values("mail")
        self.both(
            lambda: Outbox.objects.filter(dedupe_key__in=keys, sent_at=None).update(sent_at=self.now),
            lambda: self.model.post(self.now),
        )

    def sweep(self) -> None:
        def product() -> None:
            with self.loud:
                sweep(now=self.now)
                sweep_cases(now=self.now)

        self.both(product, lambda: self.model.sweep(self.now))

    # What both say

    def both(
        self,
        product: Callable[[], Any],
        model: Callable[[], Any],
        *,
        before: Callable[[Any], None] | None = None,
        model_first: bool = False,
    ) -> Any:
        """Does one thing in the product and in the model, a minute after the last; returns what the model's made."""
        self.next()
        expected, made = heard(model) if model_first else ("", None)
        found, _ = heard(product)
        if not model_first:
            expected, made = heard(model)
        if found != expected:
            self.failed = True
            raise AssertionError(f"the product says {found or 'yes'}, the model {expected or 'yes'}")
        self.refused += [found] if found else []
        if before and not found:
            before(made)
        self.compare()
        return made

    def next(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def compare(self) -> None:
        """Rows and model say the same, and nothing that must never be."""
        self.failed = True
        self.name_cases()
        rows = self.cast.rows.found()
        for what, expected in told_rows.expected(self.model, self.units).items():
            assert rows[what] == expected, what
        told_rows.never(self.model, self.units)
        self.failed = False

    def name_cases(self) -> None:
        nameless = [case for case in self.model.cases if not case.pk]
        if nameless:
            known = {case.pk for case in self.model.cases}
            fresh = dict(Case.objects.exclude(pk__in=known).values_list("unit_id", "pk"))
            for case in nameless:
                case.pk = fresh.get(self.units[case.unit], 0)

    # Rows for the product's verbs

    def row(self, claim: told.Claim) -> Claim:
        """The claim as an interface would read it."""
        return Claim.objects.with_lines().select_related("partner", "policy", "reviewer").get(pk=claim.pk)

    def filer(self, claim: told.Claim) -> User:
        return self.cast.people[self.cast.firms[claim.firm].who]

    def senior(self, claim: told.Claim) -> User:
        return self.cast.people[self.cast.firms[claim.firm].senior]

    def kept(self, proof: bool) -> list[Kept]:
        key = f"{self.random.getrandbits(128):032x}"
        return [Kept(key, f"0/{key}", "Letter.pdf", 1000, "1" * 64)] if proof else []
