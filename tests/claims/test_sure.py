"""A decision that nobody can undo alone says first what follows from it, and changes nothing until that is agreed to."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine

from claims.models import Association, LineReview
from events.models import Event
from tests.claims.given import SALES, everything, read, sent, stored
from tests.claims.test_decide import lines
from tests.claims.test_desk_page import DATES, all_met, line_id, post
from tests.claims.test_desk_page import reference as reference  # noqa: PLC0414
from tests.claims.test_take import NADIA, take
from tests.world import NOW, World

# What was found is kept, and said in the log, before anything is decided; and each sign-in is noted.
KEPT = ("claims_linereview", "claims_verdict", "claims_citation", "events_event", "events_chain", "partners_user")


def said(answer: Any) -> list[str]:
    """The question and what follows, as the page says it."""
    box = re.search(r'<div id="sure"[^>]*>(.*?)</div>\s*</div>\s*</div>', answer.content.decode(), re.DOTALL)
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
    apart = (*KEPT, "events_notification")  # what tells of the claim is read with its desk
    before = everything(but=apart)
    answer = post(world, NADIA, reference, do="approve", **all_met(reference))
    assert said(answer)[2] == (
        "The customer, maud.fenn@alderfreight.example, is written to about Dynamics 365 Sales, and may decline within"
        " 7 days."
    )
    assert everything(but=apart) == before


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


OF_ANOTHER = ("reject:{line}:{version}:", "reject:{other}:{version}:{reason}", "reject:{line}:0:{reason}")
OF_ANOTHER += ("approve:{line}:{version}:{reason}", "reject:{line}:{version}:product_not_named", "reject", "yes", "")


@pytest.mark.parametrize("sure", OF_ANOTHER)
def test_who_is_sure_of_another_decision_line_version_or_reason_is_asked(
    world: World, reference: str, sure: str
) -> None:
    values = {"line": line_id(reference), "other": line_id(reference, 1), "version": stored(reference).version}
    answer = world.web(NADIA).post(
        f"/claims/{reference}/review/line/",
        {**values, "do": "reject", "sure": sure.format(**values, reason=DATES), **refusal(reference)},
    )
    assert (answer.status_code, lines(reference)[0]) == (200, ("open", ""))
    assert said(answer)[0] == "Refuse Dynamics 365 Sales?"


def asked(answer: Any) -> dict[str, Any]:
    """The hidden fields of the question's form."""
    return dict(
        re.findall(
            r'<input type="hidden" name="(sure|version|line|seen)"[^>]* value="([^"]*)"', answer.content.decode()
        )
    )


def test_the_question_posts_what_decides(world: World, reference: str) -> None:
    answer = post(world, NADIA, reference, do="reject", **refusal(reference))
    posted = {**asked(answer), "do": "reject", **refusal(reference)}
    assert answer.client.post(f"/claims/{reference}/review/line/", posted).status_code == 302
    assert lines(reference)[0] == ("rejected", DATES)


def test_a_refusal_without_a_reason_is_asked_about_once_with_the_first_that_is_not_met(
    world: World, reference: str
) -> None:
    given = {name: value for name, value in refusal(reference).items() if name != "reason"}
    answer = post(world, NADIA, reference, do="reject", **given)
    assert "with the reason: Dates are missing or too old." in said(answer)[1]
    posted = {**asked(answer), "do": "reject", **given, "reason": DATES}
    answer.client.post(f"/claims/{reference}/review/line/", posted)
    assert lines(reference)[0] == ("rejected", DATES)


def test_a_question_that_is_loaded_again_is_asked_again(world: World, reference: str) -> None:
    form = {"line": line_id(reference), "version": stored(reference).version, "seen": "", "do": "approve"}
    browser = world.web(NADIA)
    for _again in range(2):
        answer = browser.post(f"/claims/{reference}/review/line/", {**form, **all_met(reference)})
        assert said(answer)[0] == "Approve Dynamics 365 Sales?"
    assert Event.objects.filter(kind="review.checked").count() == 1


def test_what_happened_after_the_question_is_told_and_nothing_is_decided(world: World, reference: str) -> None:
    answer = post(world, NADIA, reference, do="reject", **refusal(reference))
    world.api("jonas.weber").send("POST", f"claims/{reference}/comments/", {"body": "One more thing"})
    posted = {**asked(answer), "do": "reject", **refusal(reference)}
    page = answer.client.post(f"/claims/{reference}/review/line/", posted, follow=True).content.decode()
    assert "somebody else acted on this claim meanwhile" in page
    assert lines(reference)[0] == ("open", "")


def test_what_was_found_otherwise_since_the_question_is_not_approved(world: World, reference: str) -> None:
    answer = post(world, NADIA, reference, do="approve", sure=True, **all_met(reference, unmet=("work",)))
    assert (answer.status_code, lines(reference)[0]) == (422, ("open", ""))


def test_words_that_an_approval_does_not_send_are_said_to_stay(world: World, reference: str) -> None:
    answer = post(world, NADIA, reference, do="approve", words="Well done", **all_met(reference))
    assert "The words that you typed are not sent." in said(answer)
    assert "Well done</textarea>" in answer.content.decode()


def test_another_language_keeps_the_product_in_view(world: World, reference: str) -> None:
    answer = post(world, NADIA, reference, do="approve", index=1, **all_met(reference))
    way = re.search(r'name="next" value="([^"]*)"', answer.content.decode())
    assert way
    assert f"line={line_id(reference, 1)}" in way[1]


def test_who_is_not_sure_yet_goes_back_to_the_desk(world: World, reference: str) -> None:
    answer = post(world, NADIA, reference, do="keep", sure=True, **all_met(reference))
    assert (answer.status_code, lines(reference)[0]) == (302, ("open", ""))


def test_a_claim_of_which_a_product_was_refused_is_approved_in_part(world: World, reference: str) -> None:
    post(world, NADIA, reference, do="approve", sure=True, **all_met(reference))
    post(world, NADIA, reference, do="reject", sure=True, index=1, **refusal(reference))
    assert stored(reference).state == "approved"
    partner = world.web("jonas.weber")
    for path in ("/claims/", f"/claims/{reference}/"):
        assert "Approved in part" in read(partner, path)


def test_a_product_that_was_refused_is_named_with_who_may_dispute_it_and_until_when(
    world: World, reference: str
) -> None:
    path = f"/claims/{reference}/"
    post(world, NADIA, reference, do="reject", sure=True, **refusal(reference))
    page = unescape(read(world.web("tomas.reyes"), path))
    assert "Refused: Dynamics 365 Sales (dates are missing or too old)." in page
    assert "Once the other products are decided it can be disputed, until the end of Saturday 19 December." in page
    post(world, NADIA, reference, do="approve", sure=True, index=1, **all_met(reference))
    whole = "You can dispute this until the end of Saturday 19 December. Or copy the claim to a new draft, and mend it there."
    assert whole in read(world.web("tomas.reyes"), path)
    page = read(world.web("jonas.weber"), path)
    assert "You need do nothing" not in page
    assert re.search(r"<td[^>]*>\s*Refused<br>\s*\d of 4", page)
    assert "Would be refused" not in page
    assert re.search(r"\w+ \w+ or \w+ \w+ can dispute this until the end of Saturday 19 December\.", page)
    assert "Refused: " not in read(world.web(NADIA), path)
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        page = unescape(read(world.web("tomas.reyes"), path))
    assert "Refused: Dynamics 365 Sales" in page
    assert "The time to dispute this is over. To claim again, copy it to a new draft." in page
    assert "dispute this until" not in page
    assert 'class="alert bad"' not in page
