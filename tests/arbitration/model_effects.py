"""What a verb brings with it in the model: for its claim, the customer, who holds the unit, and the cases over it."""

from collections.abc import Collection, Iterable
from datetime import datetime

from tests.arbitration.model_things import (
    DISPUTE_WINDOW,
    LEASE_DAYS,
    REVIEW_DAYS,
    STANDING,
    UPHELD,
    WITH_OPERATOR,
    ZONE,
    Association,
    Case,
    Claim,
    Consent,
    Line,
    Proposal,
    Request,
    business_days_after,
    day_begins,
    refuse,
)


class Effects:
    """All of it as it stands, and what one thing brings with it. `reviewers` decide; `leads` may also revoke."""

    def __init__(self, reviewers: Collection[str], leads: Collection[str]) -> None:
        self.reviewers, self.leads = set(reviewers), set(leads)
        self.claims: list[Claim] = []
        self.associations: list[Association] = []
        self.consents: list[Consent] = []
        self.cases: list[Case] = []
        self.requests: list[Request] = []

    # What stands

    @property
    def lines(self) -> list[Line]:
        """All lines, oldest first."""
        return [line for claim in self.claims for line in claim.lines]

    def on(self, unit: int, firm: str | None = None) -> list[Line]:
        """What is live on a unit, of one partner or of all."""
        return [line for line in self.lines if line.unit == unit and line.live and firm in (None, line.claim.firm)]

    def held(self, unit: int) -> Association | None:
        """Who holds a unit now."""
        return next((one for one in self.associations if one.unit == unit and one.until is None), None)

    def involved(self, unit: int) -> set[str]:
        """The partners with something live on a unit."""
        holder = self.held(unit)
        return {line.claim.firm for line in self.on(unit)} | ({holder.firm} if holder else set())

    def case_on(self, unit: int) -> Case | None:
        """The case that is to decide over a unit."""
        return next((case for case in self.cases if case.unit == unit and case.state in STANDING), None)

    def owes(self, case: Case, firm: str) -> list[Request]:
        """What a case has asked of a party and waits for."""
        return [one for one in self.requests if one.case is case and one.claim.firm == firm and one.state == "open"]

    def judged_before(self, who: str, lines: Iterable[Line]) -> bool:
        """Whether this person decided, or seconded, what is disputed of these lines."""
        return any(line.disputed and who in line.judges for line in lines)

    def may_judge(self, who: str, case: Case) -> bool:
        """Whether this person may decide between the parties."""
        disputed = [line for firm in case.parties for line in self.on(case.unit, firm)]
        return who in self.reviewers and not self.judged_before(who, disputed)

    # Within verbs: a claim

    def _touch(self, claim: Claim, who: str, now: datetime) -> None:
        if claim.reviewer == who and claim.lease_until is not None:
            claim.lease_until = business_days_after(now, LEASE_DAYS)

    def _give_back(self, claim: Claim) -> None:
        claim.reviewer, claim.lease_until = "", None
        if claim.state == "under_review" and not claim.reviewed:
            claim.state = "submitted"

    def _decided(self, line: Line, who: str, now: datetime) -> None:
        line.decided_at = now
        line.judges.add(who)
        self._touch(line.claim, who, now)
        self._settle(line.claim)
        self._ask_customer(line.claim)

    def _settle(self, claim: Claim) -> None:
        """A claim of which nothing is open is what its lines say; no lease runs, and no answer is waited for."""
        if claim.open:
            return
        states = {line.state for line in claim.lines}
        claim.state = next((state for state in ("approved", "ended", "rejected") if state in states), "withdrawn")
        claim.lease_until, claim.returns_to = None, ""
        claim.asked = "closed" if claim.asked == "open" else claim.asked

    def _back_to_review(self, claim: Claim, now: datetime) -> None:
        stays = claim.reviewer in self.reviewers
        claim.state, claim.returns_to = claim.returns_to if stays else "submitted", ""
        claim.reviewer = claim.reviewer if stays else ""
        claim.lease_until = business_days_after(now, LEASE_DAYS) if stays else None
        claim.due_at = business_days_after(now, REVIEW_DAYS)

    def _lapse(self, claim: Claim, now: datetime) -> None:
        """An answer did not come: what no case decides is refused."""
        if claim.state != "action_required" or now < claim.due_at:
            return
        claim.asked = "lapsed"
        for line in claim.open:
            if self.case_on(line.unit) is None:
                line.state, line.reason, line.decided_at = "rejected", "no_partner_response", now
        if claim.open:
            self._back_to_review(claim, now)
        self._settle(claim)
        self._ask_customer(claim)

    def _resume(self, claim: Claim, now: datetime) -> None:
        """A review that was finished for a case goes on where no case decides something of it any more."""
        alone = [line for line in claim.open if self.case_on(line.unit) is None]
        if not claim.reviewed or claim.state not in WITH_OPERATOR or not alone:
            return
        stays = claim.reviewer in self.reviewers
        claim.reviewed, claim.reviewer = False, claim.reviewer if stays else ""
        claim.lease_until = business_days_after(now, LEASE_DAYS) if stays else None

    def _drop(self, line: Line) -> None:
        """An open line is open no more; a disputed one is what it was before."""
        line.state, line.reason = line.former if line.disputed else ("withdrawn", line.reason)

    def _not_disputable(self, line: Line, now: datetime) -> str:
        refused = line.state == "rejected" and line.reason != "subscription_ended"
        displaced = (line.state, line.reason) == ("ended", UPHELD)
        if line.disputed_at is not None or line.final:
            return "disputed_before"
        if not (refused or displaced) or line.decided_at is None:
            return "not_disputable"
        if now >= day_begins(line.decided_at.astimezone(ZONE).date() + DISPUTE_WINDOW):
            return "dispute_too_late"
        return "already_claimed" if any(one.live and one.key == line.key for one in self.lines) else ""

    # Within verbs: the customer

    def _ask_customer(self, claim: Claim) -> None:
        """Asks about what is approved and was not asked about, once all is decided that no case is to decide."""
        news = [
            line
            for line in claim.lines
            if line.state == "approved" and (line.consent is None or line.consent.outcome == "void")
        ]
        if news and (claim.reviewed or not claim.open):
            consent = Consent(claim)
            self.consents.append(consent)
            for line in news:
                line.consent = consent

    def _void(self, lines: Collection[Line]) -> None:
        """What a customer is asked about is void where nothing of it is approved any more."""
        for consent in {line.consent for line in lines if line.consent}:
            held = any(line.consent is consent and line.state == "approved" for line in consent.claim.lines)
            consent.outcome = consent.outcome or ("" if held else "void")

    # Within verbs: who holds what

    def _begin(self, association: Association) -> Association:
        self.associations.append(association)
        return association

    def _end_approved(self, lines: Collection[Line], reason: str, now: datetime) -> None:
        """Approved lines of one claim end, what they held with the last of them; who was displaced may come back."""
        claim = next(iter(lines)).claim
        for line in lines:
            line.state, line.reason, line.revoker = "ended", reason, ""
        self._void(lines)
        self._settle(claim)
        back: list[Claim] = []
        for association in dict.fromkeys(line.association for line in lines):
            stays = any(line.association is association and line.state == "approved" for line in self.lines)
            if association and association.until is None and not stays:
                association.until = now
                back += self._restore(association, now)
        self._leave(claim.firm, [line.unit for line in lines])
        for line in lines:
            self._meet(line.unit)
        for claim in back:
            self._ask_customer(claim)

    def _restore(self, ended: Association, now: datetime) -> list[Claim]:
        """Gives back what an association has displaced that ended before the customer's word; returns whose claims.

        With those that make room for it: either may have waited for nothing else.
        """
        former = ended.displaces
        consents = [line.consent for line in self.lines if line.association is ended and line.consent]
        confirmed = any(
            one.outcome == "confirmed" or (not one.outcome and one.ends_at is not None and now >= one.ends_at)
            for one in consents
        )
        if former is None or confirmed:
            return []
        lines = [line for line in self.lines if line.association is former and self._comes_back(line)]
        if not lines:
            return []
        again = Association(former.unit, former.firm, now, displaces=former.displaces, replaces=former)
        self._begin(again)
        case = self.case_on(former.unit)
        if case:  # others have filed meanwhile: they meet who holds it again
            case.parties.add(former.firm)
        room: list[Claim] = []
        for line in lines:
            for newer in self.lines:
                if newer is not line and newer.live and newer.key == line.key:
                    self._drop(newer)
                    self._settle(newer.claim)
                    room.append(newer.claim)
            line.state, line.reason, line.association, line.decided_at = "approved", "", again, now
        for line in lines:
            self._settle(line.claim)
        return list(dict.fromkeys([*room, *(line.claim for line in lines)]))

    def _comes_back(self, line: Line) -> bool:
        """What was lost to another, and was not refused for its own proof since."""
        lost = line.state in {"ended", "rejected"} and line.reason == UPHELD
        return lost or (line.disputed and line.former == ("ended", UPHELD))

    # Within verbs: cases

    def _contest(self, line: Line) -> None:
        """An open line opens a case where others have something there, or joins the open one."""
        case = self.case_on(line.unit)
        if case is None:
            self._meet(line.unit)
        elif case.state == "open":
            case.parties.add(line.claim.firm)

    def _meet(self, unit: int) -> None:
        """Partners who have something on one unit that is still to be decided are parties of a case."""
        involved, case = self.involved(unit), self.case_on(unit)
        if case is not None and case.state == "open":
            case.parties |= involved
        elif case is None and len(involved) > 1:
            self.cases.append(Case(unit, involved))

    def _leave(self, firm: str, units: Collection[int]) -> None:
        """What a partner had on these units is gone, or some of it: nothing that was proposed stands as it was."""
        for unit in dict.fromkeys(units):
            case = self.case_on(unit)
            if case is None or firm not in case.parties:
                continue
            if firm not in self.involved(unit):
                case.parties.discard(firm)
                self._close_requests(case, [firm])
            if case.state == "proposed":
                self._fall_back(case)
            self._forget_requests()
            if len(case.parties) < 2:
                case.state = "closed"

    def _forget_requests(self) -> None:
        """Nothing is left to answer for in a claim that has nothing live there any more, while its case stands."""
        for one in self.requests:
            live = any(line.live and line.unit == one.case.unit for line in one.claim.lines)
            if one.state == "open" and one.case.state in STANDING and not live:
                one.state = "closed"

    def _close_requests(self, case: Case, firms: Collection[str]) -> None:
        for firm in firms:
            for request in self.owes(case, firm):
                request.state = "closed"

    def _fall_back(self, case: Case) -> None:
        """A new round; who has filed since the proposal joins."""
        case.state, case.round, case.proposal = "open", case.round + 1, None
        case.parties |= self.involved(case.unit)

    def _proposal_before(self, case: Case, who: str) -> Proposal:
        refuse(not self.may_judge(who, case), "denied")
        refuse(case.state != "proposed" or case.proposal is None, "state")
        assert case.proposal is not None
        return case.proposal

    def _ruling(self, line: Line, upheld: str) -> str | None:
        if line.claim.firm != upheld:
            return UPHELD
        return "dates_missing_or_old" if line.state == "open" and line.met is False else None

    def _faults(self, case: Case, upheld: str, lines: Collection[Line]) -> set[str]:
        """What keeps a decision from being made."""
        if upheld not in case.parties:
            return {"party_required"}
        own = [line for line in lines if line.claim.firm == upheld]
        faults = {"line_unproved" for line in own if line.state == "open" and line.met is None}
        faults |= {"nothing_upheld"} if all(self._ruling(line, upheld) for line in own) else set()
        holder = self.held(case.unit)
        if holder and holder.firm != upheld:
            asked = [one for one in self.requests if one.case is case and one.claim.firm == holder.firm]
            heard = any(one.state in {"answered", "lapsed"} for one in asked)
            faults |= set() if heard else {"incumbent_not_heard"}
        return faults | ({"newer_proof_needed"} if self._needs_newer_proof(case, upheld, own) else set())

    def _needs_newer_proof(self, case: Case, upheld: str, own: Collection[Line]) -> bool:
        """Who lost the unit in a dispute displaces another again only with proof that came after."""
        holder = self.held(case.unit)
        if holder is None or holder.firm == upheld:
            return False
        before = [line for line in self.lines if line.claim.firm == upheld and line.unit == case.unit and line.final]
        lost = [
            line.decided_at
            for line in before
            if line.decided_at and (line.state == "rejected" or (line.state, line.reason) == ("ended", UPHELD))
        ]
        proofs = [at for line in own for at in line.claim.proofs]
        return bool(lost) and not any(at > max(lost) for at in proofs)

    def _take_effect(
        self, case: Case, upheld: str, rulings: dict[Line, str | None], judges: set[str], now: datetime
    ) -> None:
        """A decision, in one act: who holds the unit, and what becomes of every line that was ruled on."""
        final = any(line.disputed for line in rulings)
        holder = self.held(case.unit)
        if holder is None or holder.firm != upheld:
            if holder:
                holder.until = now
            held = self._begin(Association(case.unit, upheld, now, displaces=holder))
        else:
            held = holder
        for line, reason in rulings.items():
            self._rule(line, reason, held)
            line.decided_at, line.final = now, final
            line.judges |= judges
        case.state, case.proposal = "decided", None
        self._close_requests(case, {line.claim.firm for line in rulings})
        for claim in dict.fromkeys(line.claim for line in rulings):
            self._settle(claim)
        self._void([line for line in rulings if line.state == "ended"])
        for claim in dict.fromkeys(line.claim for line in rulings):
            self._ask_customer(claim)
        self._meet(case.unit)

    def _rule(self, line: Line, reason: str | None, held: Association) -> None:
        if reason is not None:
            line.state, line.reason = "ended" if line.state == "approved" else "rejected", reason
            line.revoker = ""
        elif line.state == "open":
            line.state, line.reason, line.association, line.consent = "approved", "", held, None
