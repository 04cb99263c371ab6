"""The demo's cases between partners: one of three ready to decide, one proposed, one that disputes a decision."""

from collections.abc import Callable
from datetime import datetime
from random import Random

from arbitration.actions import ask_parties, decide, second
from arbitration.drafting import Content, handles
from claims import actions
from claims.actions.sweep import sweep
from claims.models import Case, Claim
from claims.requirements import Requirement
from cpor import demo
from cpor.demo_filing import DAY, Step, again, filed, person, reviewed
from events.models import Outbox

ASKED = "Which page of your proof is the newest, and what has been done since it was signed?"
UPHELD = (
    "Your proof is of this year, signed by the customer, and describes the work that made the difference. You hold it."
)
LOST = "Your proof was found to be good, but older and narrower than another."
DISPUTE = "The work that was found newer builds on ours: page 2 names the roll-out that we have led since spring."


def steps(now: datetime, random: Random) -> list[Step]:
    """What happened and when, up to now."""
    return [
        *_of_three(_Story("contact centre", now, random)),
        *_proposed(_Story("intranet", now, random)),
        *_disputed(_Story("communities", now, random)),
    ]


class _Story:
    """Claims of several partners to one thing, by who has sent them, and what is done with them."""

    def __init__(self, work: str, now: datetime, random: Random) -> None:
        self.work, self.now, self.random = work, now, random
        self.claims: dict[str, Claim] = {}

    def file(self, days: float, who: str, mpn_id: str, name: str, *, signed: bool = True) -> Step:
        """A claim is sent, so many days ago."""

        def act(at: datetime) -> None:
            self.claims[who] = filed(at, who, mpn_id, name, self.work, self.random, signed=signed)

        return self.at(days, act)

    def hold(self, days: float, who: str, mpn_id: str, name: str) -> list[Step]:
        """A claim is sent, approved by Nadia, and confirmed by its customer, who lets the time pass."""
        nadia = person("nadia.okafor")

        def approve(at: datetime) -> None:
            claim = self.claims[who]
            reviewed(claim, "nadia.okafor", at)
            for line in claim.lines.all():
                actions.approve_line(claim=again(claim), line_id=line.pk, actor=nadia, now=at)

        return [
            self.file(days, who, mpn_id, name),
            self.at(days - 2, approve),
            self.at(days - 2, _all_mailed),
            self.at(days - 12, _swept),
        ]

    def look(self, days: float, who: str, reviewer: str, unmet: str = "") -> Step:
        """A reviewer checks a contested claim, and leaves it to its case."""

        def act(at: datetime) -> None:
            reviewed(self.claims[who], reviewer, at, unmet=unmet)
            actions.record_review(claim=again(self.claims[who]), actor=person(reviewer), now=at)

        return self.at(days, act)

    def ask(self, days: float, reviewer: str, *whom: str) -> Step:
        """A reviewer asks these parties of the case."""

        def act(at: datetime) -> None:
            partners = {self.claims[who].partner_id for who in whom}
            ask_parties(case=self.case(), partner_ids=partners, body=ASKED, actor=person(reviewer), now=at)

        return self.at(days, act)

    def answer(self, days: float, who: str, words: str) -> Step:
        """A party answers."""

        def act(at: datetime) -> None:
            claim = again(self.claims[who])
            key = claim.requests.get(answered_at=None).key
            actions.answer_request(claim=claim, key=key, body=words, actor=person(who), now=at)

        return self.at(days, act)

    def propose(self, days: float, reviewer: str, upheld: str) -> Step:
        """A reviewer proposes to uphold the party of this claim."""

        def act(at: datetime) -> None:
            case, winner = self.case(), self.claims[upheld].partner_id
            names = handles(case.parties.order_by("pk").values_list("partner_id", "partner__name"))
            rationale = (
                f"{Requirement.ACKNOWLEDGED.label}: signed by the head of IT this year ({names[winner]}-A p. 3).\n"
                f"{Requirement.WORK.label}: the roll-out is described with its dates ({names[winner]}-A p. 2)."
            )
            letters = {str(pk): UPHELD if pk == winner else LOST for pk in names}
            content = Content(upheld=winner, rationale=rationale, letters=letters)
            decide(case=case, content=content, actor=person(reviewer), now=at)

        return self.at(days, act)

    def at(self, days: float, act: Callable[[datetime], None]) -> Step:
        """Something that happens so many days ago."""
        return self.now - days * DAY, act

    def case(self) -> Case:
        """The latest case over what is claimed."""
        line = next(iter(self.claims.values())).lines.get()
        return Case.objects.filter(unit=line.unit_id).latest("pk")


def _all_mailed(at: datetime) -> None:
    """What was written so far has left by then: nobody is to read mails of months ago today."""
    Outbox.objects.filter(sent_at=None).update(sent_at=at)


def _swept(at: datetime) -> None:
    sweep(now=at)


def _of_three(story: _Story) -> list[Step]:
    """Brightwater holds, Halden and Kestrel have filed; all were asked, and Kestrel stayed silent."""
    return [
        *story.hold(120, "miguel.sa", demo.LISBON, "Contact centre at Tamarind"),
        story.file(12, "jonas.weber", demo.ROTTERDAM, "Contact centre, new telephony"),
        story.file(11.8, "owen.kestrel", demo.LEEDS, "Contact centre, assessment", signed=False),
        story.look(11.5, "jonas.weber", "pieter.vos"),
        story.look(11.4, "owen.kestrel", "pieter.vos", Requirement.ACKNOWLEDGED),
        story.ask(11.2, "nadia.okafor", "miguel.sa", "jonas.weber", "owen.kestrel"),
        story.answer(9, "jonas.weber", "Page 3 is the newest: it was signed ten days before we sent the claim."),
        story.answer(8, "miguel.sa", "We still run the contact centre every day; there is no newer signature."),
        story.at(1.5, _swept),
    ]


def _proposed(story: _Story) -> list[Step]:
    """Halden holds, Kestrel is to be upheld: Pieter has proposed it, and a second reviewer is to agree."""
    return [
        *story.hold(110, "ines.moreau", demo.ROTTERDAM, "Intranet of Alder"),
        story.file(9, "owen.kestrel", demo.LEEDS, "Intranet, rebuilt"),
        story.look(8, "owen.kestrel", "pieter.vos"),
        story.ask(7.9, "pieter.vos", "ines.moreau"),
        story.answer(6, "ines.moreau", "The intranet is as we built it; we have no newer page."),
        story.propose(0.9, "pieter.vos", "owen.kestrel"),
    ]


def _disputed(story: _Story) -> list[Step]:
    """Halden was displaced by Kestrel, and disputes it: Samuel is to judge, who has not decided before."""

    def agree(at: datetime) -> None:
        second(case=story.case(), actor=person("pieter.vos"), now=at)

    def dispute(at: datetime) -> None:
        claim = again(story.claims["ines.moreau"])
        lines = {line.pk for line in claim.lines.all()}
        actions.dispute_claim(claim=claim, line_ids=lines, body=DISPUTE, actor=person("ines.moreau"), now=at)

    return [
        *story.hold(100, "ines.moreau", demo.ROTTERDAM, "Communities of the drivers"),
        story.file(32, "owen.kestrel", demo.LEEDS, "Communities, relaunched"),
        story.look(31, "owen.kestrel", "nadia.okafor"),
        story.ask(30.9, "nadia.okafor", "ines.moreau"),
        story.answer(28, "ines.moreau", "Nothing has changed since."),
        story.propose(26, "nadia.okafor", "owen.kestrel"),
        story.at(25, agree),
        story.at(25, _all_mailed),
        story.at(16.5, _swept),
        story.at(2.5, dispute),
    ]
