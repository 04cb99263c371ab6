"""What becomes of the claims of several partners to one thing, told from the design alone.

Plain Python, written apart: no rows, nothing of the product. Things are named by numbers, partners and the operator's
people by whatever the caller calls them. A verb that the design refuses raises `Refused` and changes nothing.
Source: design, sections 7 and 8.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from tests.arbitration.model_effects import Effects
from tests.arbitration.model_things import (
    ANSWER_DAYS,
    CONSENT_DAYS,
    DISPUTE_REVIEW_DAYS,
    LEASE_DAYS,
    OPEN_CLAIMS,
    REVIEW_DAYS,
    WITH_LIFE,
    WITH_OPERATOR,
    ZONE,
    Association,
    Case,
    Claim,
    Consent,
    Line,
    Proposal,
    Refused,
    Request,
    business_days_after,
    day_begins,
    refuse,
)


class Model(Effects):
    """The verbs: whether each is allowed, and what it does."""

    # A claim: sent, reviewed, answered

    def submit(self, firm: str, activity: str, units: Collection[int], now: datetime) -> Claim:
        """A partner sends a claim, with proof of today."""
        claim = Claim(firm, activity, business_days_after(now, REVIEW_DAYS), proofs=[now])
        claim.lines = [Line(claim, unit) for unit in units]
        live = {line.key for line in self.lines if line.live}
        refuse(any(line.key in live for line in claim.lines), "already_claimed")
        self.claims.append(claim)
        for line in claim.lines:
            self._contest(line)
        return claim

    def take(self, claim: Claim, who: str, now: datetime) -> None:
        """A reviewer takes a claim for as long as a lease runs."""
        refuse(who not in self.reviewers or self.judged_before(who, claim.lines), "denied")
        refuse(claim.state not in WITH_OPERATOR or claim.reviewed, "state")
        leased = claim.lease_until is not None and claim.lease_until > now
        refuse(leased and claim.reviewer != who, "taken")
        claim.reviewer, claim.lease_until = who, business_days_after(now, LEASE_DAYS)
        if claim.state == "submitted":
            claim.state = "under_review"

    def release(self, claim: Claim, who: str) -> None:
        """Gives a claim back to the queue."""
        refuse(who not in self.reviewers or who not in {claim.reviewer, *self.leads}, "denied")
        refuse(claim.state not in {"under_review", "disputed", "action_required"} or not claim.reviewer, "state")
        self._give_back(claim)

    def ask(self, claim: Claim, who: str, now: datetime) -> None:
        """A reviewer asks the partner for more."""
        self._require_holder(claim, who)
        refuse(claim.state not in {"under_review", "disputed"}, "state")
        claim.returns_to, claim.state, claim.asked = claim.state, "action_required", "open"
        claim.lease_until, claim.reviewed = None, False
        claim.due_at = business_days_after(now, ANSWER_DAYS)

    def respond(self, claim: Claim, now: datetime, *, proof: bool) -> None:
        """The partner answers what its reviewer has asked."""
        if claim.state != "action_required":
            raise Refused("lapsed" if claim.asked == "lapsed" else "state")
        refuse(now >= claim.due_at, "lapsed")
        claim.asked = "answered"
        claim.proofs += [now] if proof else []
        self._back_to_review(claim, now)

    def check(self, line: Line, who: str, now: datetime, *, met: bool) -> None:
        """Somebody finds that a line's proof does, or that its dates are missing."""
        claim, case = line.claim, self.case_on(line.unit)
        holds = self._holds(claim, who)
        if holds and claim.state in {"under_review", "disputed"}:
            refuse(line.state != "open", "line")
        elif case and case.state == "open" and self.may_judge(who, case):
            refuse(claim.state not in WITH_LIFE, "state")
            refuse(not line.live, "line")
        else:
            raise Refused("state" if holds else "denied")
        line.met = met
        self._touch(claim, who, now)

    def approve(self, line: Line, who: str, now: datetime) -> None:
        """A reviewer approves what nobody else has a claim to."""
        self._require_uncontested(line, who)
        refuse(line.met is not True, "check_open")
        line.state, line.reason, line.consent = "approved", "", None
        line.association = self.held(line.unit) or self._begin(Association(line.unit, line.claim.firm, now))
        self._decided(line, who, now)

    def reject(self, line: Line, who: str, now: datetime) -> None:
        """A reviewer refuses it for its dates."""
        self._require_uncontested(line, who)
        refuse(line.met is not False, "nothing_unmet")
        line.state, line.reason = "rejected", "dates_missing_or_old"
        self._decided(line, who, now)

    def record_review(self, claim: Claim, who: str) -> None:
        """A reviewer has checked all proof of a claim that waits for a case."""
        self._require_holder(claim, who)
        refuse(claim.state not in {"under_review", "disputed"} or claim.reviewed, "state")
        alone = {"line_to_decide" for line in claim.open if self.case_on(line.unit) is None}
        unseen = {"check_open" for line in claim.open if self.case_on(line.unit) and line.met is None}
        refuse(bool(alone | unseen), ",".join(sorted(alone | unseen)))
        claim.reviewed, claim.lease_until = True, None
        self._ask_customer(claim)

    def withdraw(self, claim: Claim) -> None:
        """The partner takes back what is open of a claim."""
        refuse(claim.state not in OPEN_CLAIMS, "state")
        dropped = claim.open
        for line in dropped:
            self._drop(line)
        self._settle(claim)
        self._leave(claim.firm, [line.unit for line in dropped])
        self._ask_customer(claim)

    def dispute(self, lines: Collection[Line], now: datetime) -> None:
        """The partner disputes what was decided of some lines of a claim; another is to judge it."""
        claim = next(iter(lines)).claim
        refuse(claim.state not in {"approved", "rejected", "ended"}, "state")
        faults = {self._not_disputable(line, now) for line in lines} - {""}
        refuse(bool(faults), ",".join(sorted(faults)))
        for line in lines:
            line.former = line.state, line.reason
            line.state, line.reason, line.disputed_at, line.met = "open", "", now, None
        claim.state, claim.reviewer, claim.lease_until, claim.reviewed = "disputed", "", None, False
        claim.due_at = business_days_after(now, DISPUTE_REVIEW_DAYS)
        for line in lines:
            self._contest(line)

    # What ends

    def disassociate(self, line: Line, now: datetime) -> None:
        """The partner gives up what was approved."""
        refuse(line.claim.state not in WITH_LIFE, "state")
        refuse(line.state != "approved", "line")
        self._end_approved([line], "partner_request", now)

    def revoke(self, line: Line, who: str, now: datetime) -> None:
        """A lead wants to take back what was approved, or agrees with another who does."""
        refuse(who not in self.leads or who not in self.reviewers, "denied")
        refuse(line.claim.state not in WITH_LIFE, "state")
        refuse(line.state != "approved", "line")
        waits = line.revoker if line.revoker in self.reviewers else ""  # who has left proposes nothing any more
        refuse(waits == who, "second_lead_needed")
        if waits:
            self._end_approved([line], "revoked", now)
        else:
            line.revoker = who

    def decline(self, consent: Consent, now: datetime) -> None:
        """The customer says no to what it was asked about; said twice, it is said once."""
        if consent.outcome == "declined":
            return
        lines = [line for line in consent.claim.lines if line.consent is consent and line.state == "approved"]
        late = consent.ends_at is not None and now >= consent.ends_at
        refuse(bool(consent.outcome) or not lines or late, "over")
        consent.outcome = "declined"
        self._end_approved(lines, "customer_declined", now)
        if consent.claim.state == "ended":
            consent.claim.state = "rejected"

    def post(self, now: datetime) -> None:
        """The mails to customers leave."""
        ends_at = day_begins(now.astimezone(ZONE).date() + timedelta(days=CONSENT_DAYS + 1))
        for consent in self.consents:
            if not consent.outcome and consent.sent_at is None:
                consent.sent_at, consent.ends_at = now, ends_at

    def end_subscription(self, unit: int, now: datetime) -> None:
        """A unit is gone, and all that is live on it."""
        lines, claims = self.on(unit), []
        for line in lines:
            line.state = "ended" if line.state == "approved" else "rejected"
            line.reason, line.revoker = "subscription_ended", ""
            claims += [line.claim] if line.claim not in claims else []
        for association in self.associations:
            association.until = now if association.unit == unit and not association.until else association.until
        self._void(lines)
        for claim in claims:
            self._settle(claim)
            self._leave(claim.firm, [unit])
        for claim in claims:
            self._ask_customer(claim)

    # A case: heard, proposed, decided

    def ask_parties(self, case: Case, firms: Collection[str], who: str) -> None:
        """Whether a judge may ask these parties now; `asked` says afterwards in which claim each was."""
        refuse(not self.may_judge(who, case), "denied")
        refuse(case.state != "open", "state")
        refuse(not firms or not set(firms) <= case.parties, "party_required")
        refuse(any(self.owes(case, firm) for firm in firms), "asked_already")

    def asked(self, case: Case, claim: Claim, now: datetime) -> Request:
        """A party was asked in this claim, which must have something live there; it has five business days."""
        assert any(line.unit == case.unit and line.live for line in claim.lines), "asked where nothing is live"
        request = Request(case, claim, business_days_after(now, ANSWER_DAYS))
        self.requests.append(request)
        return request

    def answer(self, request: Request, now: datetime, *, proof: bool) -> None:
        """A party answers. Proof makes what was proposed fall back."""
        refuse(request.claim.state not in WITH_LIFE, "state")
        refuse(request.state == "lapsed" or (request.state == "open" and now >= request.due_at), "lapsed")
        refuse(request.state != "open", "state")
        request.state = "answered"
        request.claim.proofs += [now] if proof else []
        if proof and request.case.state == "proposed":
            self._fall_back(request.case)

    def decide(self, case: Case, upheld: str, who: str, now: datetime) -> None:
        """A judge upholds a party, each of whose lines stands unless its dates were found to be missing."""
        refuse(not self.may_judge(who, case), "denied")
        refuse(case.state != "open", "state")
        lines = [line for line in self.on(case.unit) if line.claim.firm in case.parties]
        faults = self._faults(case, upheld, lines)
        refuse(bool(faults), ",".join(sorted(faults)))
        rulings = {line: self._ruling(line, upheld) for line in lines}
        holder = self.held(case.unit)
        if holder and holder.firm != upheld:
            case.state, case.proposal = "proposed", Proposal(upheld, rulings, who)
        else:
            self._take_effect(case, upheld, rulings, {who}, now)

    def second(self, case: Case, who: str, now: datetime) -> None:
        """Another agrees, and what was proposed takes effect."""
        proposal = self._proposal_before(case, who)
        refuse(proposal.by == who, "second_reviewer_needed")
        refuse(not self.may_judge(proposal.by, case), "changed")
        self._take_effect(case, proposal.upheld, proposal.rulings, {proposal.by, who}, now)

    def send_back(self, case: Case, who: str) -> None:
        """A judge returns what was proposed, or its proposer takes it back."""
        self._proposal_before(case, who)
        self._fall_back(case)

    def sweep(self, now: datetime) -> None:
        """What time brings."""
        for consent in self.consents:
            if not consent.outcome and consent.ends_at is not None and now >= consent.ends_at:
                consent.outcome = "confirmed"
        for claim in self.claims:
            self._resume(claim, now)
            self._give_back_of_who_left(claim)
        for request in self.requests:
            if request.state == "open" and now >= request.due_at:
                request.state = "lapsed"
        for claim in self.claims:
            self._lapse(claim, now)
            if claim.state in WITH_OPERATOR and claim.lease_until is not None and now >= claim.lease_until:
                self._give_back(claim)
        for case in self.cases:
            if case.state == "proposed" and case.proposal and not self.may_judge(case.proposal.by, case):
                self._fall_back(case)

    def _give_back_of_who_left(self, claim: Claim) -> None:
        """What somebody reviewed who decides no more."""
        if claim.state in {*WITH_OPERATOR, "action_required"} and claim.reviewer not in {"", *self.reviewers}:
            self._give_back(claim)

    # Who may

    def _require_holder(self, claim: Claim, who: str) -> None:
        refuse(not self._holds(claim, who), "denied")

    def _holds(self, claim: Claim, who: str) -> bool:
        return who in self.reviewers and who == claim.reviewer and not self.judged_before(who, claim.lines)

    def _require_uncontested(self, line: Line, who: str) -> None:
        self._require_holder(line.claim, who)
        refuse(line.claim.state not in {"under_review", "disputed"}, "state")
        refuse(line.state != "open", "line")
        holder = self.held(line.unit)
        others = holder is not None and holder.firm != line.claim.firm
        refuse(others or self.case_on(line.unit) is not None, "contested")
