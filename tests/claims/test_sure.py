"""A decision that nobody can undo alone says first what follows from it, and changes nothing until that is agreed to."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from claims.models import Association, LineReview
from events.models import Event
from tests.claims.given import SALES, everything, sent, stored
from tests.claims.test_decide import lines
from tests.claims.test_desk_page import DATES, all_met, post
from tests.claims.test_desk_page import reference as reference  # noqa: PLC0414
from tests.claims.test_take import NADIA, take
from tests.world import NOW, World

# What was found is kept, and said in the log, before anything is decided; and each sign-in is noted.
KEPT = ("claims_linereview", "claims_verdict", "claims_citation", "events_event", "events_chain", "partners_user")


def said(answer: Any) -> list[str]:
    """The question and what follows, as the page says it."""
    box = re.search(r'<div id="sure">(.*?)</div>\s*</div>\s*</div>', answer.content.decode(), re.DOTALL)
    assert box
    parts = re.findall(r"<(?:b|li)>(.*?)</(?:b|li)>", box[1], re.DOTALL)
    return [unescape(part) for part in parts]


def refusal(reference: str) -> dict[str, Any]:
    return {**all_met(reference, unmet=("dates",)), "reason": DATES, "words": "No date on any page."}


def test_an_approval_says_what_follows_and_changes_nothing_but_what_was_found(world: World, reference: str) -> None:
    before = everything(but=KEPT)
    answer = post(world, NADIA, reference, do="approve", **all_met(reference))
    assert answer.status_code == 200
    assert said(answer) == [
        "Approve Dynamics 365 Sales?",
        "Halden Cloud Works becomes partner of record for it at Alder Freight Lines, and is told at once.",
        "1 product of this claim is still to be decided then.",
        "You cannot undo it: to take an approval back takes two leads.",
    ]
    assert everything(but=KEPT) == before
    assert not Event.objects.filter(kind="claim.line_approved").exists()
    assert LineReview.objects.get().verdicts.filter(met=True).count() == 5


def test_the_last_approval_says_that_the_customer_is_written_to(world: World) -> None:
    reference = sent(world, "jonas.weber", lines=[SALES])
    take(world, NADIA, reference)
    answer = post(world, NADIA, reference, do="approve", **all_met(reference))
    assert said(answer)[2] == (
        "The customer, maud.fenn@alderfreight.example, is written to, and may decline within 7 days."
    )


def test_who_holds_the_product_already_is_said_to_stay(world: World, reference: str) -> None:
    line = stored(reference).lines.order_by("position")[0]
    Association.objects.create(unit=line.unit, partner=stored(reference).partner, since=NOW - timedelta(days=1))
    answer = post(world, NADIA, reference, do="approve", **all_met(reference))
    assert said(answer)[1].startswith("Halden Cloud Works stays partner of record")


def test_a_refusal_says_what_the_partner_reads_and_until_when_it_may_dispute(world: World, reference: str) -> None:
    before = everything(but=KEPT)
    answer = post(world, NADIA, reference, do="reject", **refusal(reference))
    assert said(answer) == [
        "Refuse Dynamics 365 Sales?",
        "Halden Cloud Works reads the words above at once, with the reason: Dates are missing or too old.",
        "1 product of this claim is still to be decided then.",
        "You cannot undo it. The partner may dispute it until Saturday 19 December.",
    ]
    assert "No date on any page.</textarea>" in answer.content.decode()
    assert everything(but=KEPT) == before


@pytest.mark.parametrize("sure", ["", "reject:", "reject:product_not_named", "approve:", f"approve:{DATES}", "yes"])
def test_agreeing_to_another_decision_is_agreeing_to_none(world: World, reference: str, sure: str) -> None:
    answer = post(world, NADIA, reference, do="reject", sure=sure, **refusal(reference))
    assert (answer.status_code, lines(reference)[0]) == (200, ("open", ""))


def test_what_was_agreed_to_and_has_changed_since_is_not_done(world: World, reference: str) -> None:
    posted = {**all_met(reference, unmet=("work",)), "sure": "approve:"}
    answer = post(world, NADIA, reference, do="approve", **posted)
    assert (answer.status_code, lines(reference)[0]) == (422, ("open", ""))


def test_who_is_not_sure_yet_goes_back_to_the_desk(world: World, reference: str) -> None:
    answer = post(world, NADIA, reference, do="keep", sure="approve:", **all_met(reference))
    assert (answer.status_code, lines(reference)[0]) == (302, ("open", ""))
