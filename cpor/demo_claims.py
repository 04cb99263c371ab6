"""The demo's claims: a queue as a working week has it, and cases between partners.

One claim is overdue, one waits for its partner, one is due on the next business day, one is decided, whose customer has
a mail to open. One case of three is ready to decide, one is proposed, one disputes what was decided.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from claims import actions
from claims.actions.checks import Checked
from claims.actions.sweep import sweep
from claims.models import Claim
from claims.requirements import Requirement
from cpor import demo, demo_cases
from cpor.demo_filing import DAY, Step, again, filed, person, started
from events.verification import ask_daily

QUESTION = (
    "Page 2 names both products, but says of the training only that there was some. How many people were trained on"
    " Exchange Online, and which page shows it?"
)


def fill(*, now: datetime, random: Random) -> None:
    """Files the demo's claims and lets their reviews run up to `now`, once: where there is a claim, nothing is done."""
    if Claim.objects.exists():
        return
    # In the order of their days, as messages stand in the order in which they were written.
    for at, step in sorted([*_queue(now, random), *demo_cases.steps(now, random)], key=lambda step: step[0]):
        step(at)
    sweep(now=now)
    ask_daily(now=now)


def _queue(now: datetime, random: Random) -> list[Step]:
    made: dict[str, Claim] = {}

    def filing(key: str, who: str, mpn_id: str, name: str, work: str) -> Callable[[datetime], None]:
        def file(at: datetime) -> None:
            made[key] = filed(at, who, mpn_id, name, work, random)

        return file

    asked, decided = started(now, 3, 5), now - 6 * DAY
    return [
        (decided, filing("decided", "jonas.weber", demo.ROTTERDAM, "Devices of the drivers", "intune")),
        (now - DAY, lambda at: _half_proved(made["decided"], at)),
        (now - timedelta(hours=2), lambda at: _decide(made["decided"], at)),
        (started(now, -2, 5), filing("", "jonas.weber", demo.ROTTERDAM, "Service desks of the depots", "alder")),
        (started(now, 1, 5), filing("", "miguel.sa", demo.LISBON, "Field engineers, pilot", "brightwater")),
        (asked, filing("asked", "ines.moreau", demo.MADRID, "Teams at Tamarind", "tamarind")),
        (max(asked, now - 2 * DAY), lambda at: _asked(made["asked"], at)),
    ]


def _asked(claim: Claim, at: datetime) -> None:
    """Pieter takes the claim and asks for more; the partner has some days left to answer."""
    pieter = person("pieter.vos")
    actions.take_claim(claim=again(claim), actor=pieter, now=at)
    actions.request_information(claim=again(claim), body=QUESTION, actor=pieter, now=at)


def _decide(claim: Claim, at: datetime) -> None:
    """Nadia approves one product of the claim and refuses the other, with a note for the others."""
    nadia = person("nadia.okafor")
    first, second = claim.lines.all()
    actions.approve_line(claim=again(claim), line_id=first.pk, actor=nadia, now=at)
    words = "The statement speaks of Intune alone. What would mend it: a page that names Information Protection."
    actions.reject_line(claim=again(claim), line_id=second.pk, body=words, actor=nadia, now=at)
    actions.add_note(claim=again(claim), body="Good proof; a model for others.", actor=nadia, now=at)


def _half_proved(claim: Claim, at: datetime) -> None:
    """Nadia takes the claim and finds its second product not named."""
    actions.take_claim(claim=again(claim), actor=person("nadia.okafor"), now=at)
    proof = claim.evidence.get()
    key = proof.key
    for page in (2, 3):
        actions.read_page(evidence=proof, page=page, actor=person("nadia.okafor"), now=at)
    for line, unmet in zip(claim.lines.all(), ("", Requirement.PRODUCT), strict=True):
        checks = [Checked(str(one), one != unmet, () if one == unmet else ((key, "2"),)) for one in Requirement]
        actions.check_line(claim=again(claim), line_id=line.pk, checks=checks, actor=person("nadia.okafor"), now=at)
