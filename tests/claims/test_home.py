"""The start page: what needs its reader and by when, what the operator has, what lapses, what changed."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from claims.models import Association
from cpor import demo
from directory.models import Subscription
from events.models import Outbox
from events.outbox import deliver_due
from partners.models import Enrollment
from tests.claims.given import SALES, SERVICE, draft, read, sent, stored
from tests.claims.test_associations import approved
from tests.claims.test_consent import consent
from tests.claims.test_decide import check, found, reject
from tests.claims.test_inquiry import answer, ask
from tests.claims.test_sweep import tick
from tests.claims.test_take import NADIA, take
from tests.partners.desk import Desk
from tests.world import NOW, TODAY, World

WHO, STRANGER = "jonas.weber", "miguel.sa"


def sections(page: str) -> dict[str, list[str]]:
    """The rows of each table of the page as words, by the heading beside it."""
    shown = {}
    for section in re.findall(r"<section.*?</section>", page, re.DOTALL):
        heading = re.search(r"<h2[^>]*>(.*?)</h2>", section)
        assert heading
        rows = re.findall(r"<tr>(.*?)</tr>", section.partition("<tbody>")[2], re.DOTALL)
        shown[heading[1]] = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]
    return shown


def home(world: World, who: str = WHO) -> str:
    return read(world.web(who), "/")


def copies(reference: str, count: int) -> None:
    """More claims like this one."""
    claim = stored(reference)
    for number in range(count):
        claim.pk, claim.reference = None, f"CP-0000-000{number}"
        claim.save(force_insert=True)


def title(page: str) -> str:
    found = re.search(r"<h1>(.*?)</h1>", page)
    assert found
    return found[1]


def test_who_has_nothing_to_do_reads_so_and_may_begin_a_claim(world: World) -> None:
    page = home(world)
    assert title(page) == "Nothing needs you"
    assert "Thursday 19 November 2026. You can wait." in " ".join(page.split())
    assert "New claim" in page
    assert sections(page)["What changed"] == []


def test_a_question_of_the_reviewer_stands_with_its_last_day_until_it_is_answered(world: World) -> None:
    reference = sent(world, WHO)
    take(world, NADIA, reference)
    ask(world, NADIA, reference, body="Which page shows the dates?")
    page = home(world)
    assert title(page) == "One thing needs you"
    (row,) = sections(page)["Needs you"]
    for words in ("in 5 business days", "Fri 27 Nov", "Answer the reviewer", "Which page shows the dates?", reference):
        assert words in row
    assert f'href="/claims/{reference}/#comments"' in page
    assert "It is due by Fri 27 Nov." in page
    assert f'<a class="cover" href="/claims/{reference}/#comments">Answer the reviewer</a>' in page
    answer(world, WHO, reference)
    page = home(world)
    assert title(page) == "Nothing needs you"
    assert [row for row in sections(page)["With the operator"] if reference in row]


def test_of_two_things_the_first_is_said(world: World) -> None:
    for reference in (sent(world, WHO), sent(world, WHO, lines=[SERVICE])):
        take(world, NADIA, reference)
        ask(world, NADIA, reference, body="Which page shows the dates?")
    page = home(world)
    assert title(page) == "Two things need you"
    assert "The first is due by Fri 27 Nov." in page


def test_a_long_question_is_cut_between_words(world: World) -> None:
    reference = sent(world, WHO)
    take(world, NADIA, reference)
    ask(world, NADIA, reference, body="words " * 40)
    (row,) = sections(home(world))["Needs you"]
    assert "words words …" in row
    assert row.count("words") == 18


def test_a_letter_that_came_back_asks_for_another_contact(world: World) -> None:
    reference = approved(world, SALES)
    deliver_due(now=NOW)
    Outbox.objects.filter(dedupe_key=consent(reference).mail).update(bounced_at=NOW)
    tick(NOW)
    (row,) = sections(home(world))["Needs you"]
    assert "Name another contact" in row
    assert "The letter to maud.fenn@alderfreight.example came back." in row
    assert f'href="/claims/{reference}/contact/"' in home(world)


def test_a_draft_stands_after_all_that_has_a_day_and_only_with_who_began_it(world: World) -> None:
    asked = sent(world, WHO)
    take(world, NADIA, asked)
    ask(world, NADIA, asked)
    begun = draft(world, WHO, lines=[])
    page = home(world)
    assert title(page) == "Two things need you"
    first, second = sections(page)["Needs you"]
    assert asked in first
    for words in ("no date", "Finish the draft and send it", "Saved Thu 19 Nov", begun):
        assert words in second
    assert begun not in home(world, "ines.moreau")


def test_who_began_a_claim_and_typed_nothing_has_nothing_to_finish(world: World) -> None:
    blank = draft(world, WHO, name="", domain="", tenant_id="", lines=[])
    assert blank not in home(world)
    world.api(WHO).send("PATCH", f"claims/{blank}/", {"domain": "a.example"})
    assert blank in home(world)


def test_a_draft_that_will_be_deleted_says_until_when(world: World) -> None:
    begun = stored(draft(world, WHO, lines=[]))
    type(begun).objects.filter(pk=begun.pk).update(
        changed_at=NOW - timedelta(days=340), deletion_told_at=NOW - timedelta(days=1)
    )
    (row,) = sections(home(world))["Needs you"]
    assert "Fri 18 Dec" in row
    assert "It is deleted after that day" in row


def test_an_invitation_needs_who_may_enrol_and_nobody_else(world: World) -> None:
    Desk(world).reach("invited")
    page = home(world, "tomas.reyes")
    (row,) = sections(page)["Needs you"]
    assert "Accept or decline an invitation" in row
    assert f"{demo.UTRECHT} Utrecht is invited to" in row
    assert f'href="/enrolment/{demo.UTRECHT}/osu-ba/"' in page
    assert "Needs you" not in sections(home(world))


def test_what_the_operator_has_shows_how_far_its_clock_has_come(world: World) -> None:
    reference = sent(world, WHO)
    (row,) = sections(home(world))["With the operator"]
    for words in ("Fri 27 Nov", "starts today", "Sales roll-out", reference, "Alder Freight Lines", "Submitted"):
        assert words in row
    with time_machine.travel(NOW + timedelta(days=4), tick=False):
        (row,) = sections(home(world))["With the operator"]
        assert "day 2 of 5" in row
    with time_machine.travel(NOW + timedelta(days=14), tick=False):
        (row,) = sections(home(world))["With the operator"]
        assert "takes longer" in row
        assert read(world.web(WHO), "/claims/").count("takes longer") == 1


def test_five_claims_are_shown_and_more_are_a_link_away(world: World) -> None:
    copies(sent(world, WHO), 5)
    page = home(world)
    assert len(sections(page)["With the operator"]) == 5
    assert 'href="/claims/?show=operator"' in page


def test_a_refusal_is_about_to_lapse_as_long_as_it_may_be_disputed(world: World) -> None:
    reference = sent(world, WHO)
    take(world, NADIA, reference)
    check(world, NADIA, reference, found(reference, unmet=("dates",)))
    assert reject(world, NADIA, reference).status_code == 200
    (row,) = [row for row in sections(home(world))["About to lapse"] if reference in row]
    for words in ("Sat 19 Dec", "Time to dispute Dynamics 365 Sales", "Dates are missing or too old"):
        assert words in row
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        assert reference not in home(world).partition('id="changes"')[0]


def test_a_subscription_that_ends_soon_is_about_to_lapse_with_what_is_held_by_it(world: World) -> None:
    reference = approved(world, SALES)
    unit = Association.objects.get().unit
    Subscription.objects.filter(pk=unit.subscription).update(ends_at=NOW + timedelta(days=60))
    (row,) = [row for row in sections(home(world))["About to lapse"] if "Subscription ends" in row]
    for words in ("Mon 18 Jan", "Dynamics 365 Sales", "Alder Freight Lines", reference):
        assert words in row
    Subscription.objects.filter(pk=unit.subscription).update(ends_at=NOW + timedelta(days=62))
    assert "Subscription ends" not in home(world)


def test_an_enrolment_that_will_not_go_on_is_about_to_lapse_with_the_way_for_who_may_renew_it(world: World) -> None:
    ending = Enrollment.objects.filter(mpn_id__number=demo.ROTTERDAM, program__code="osu-m365")
    ending.update(renews=False, until=TODAY + timedelta(days=30))
    for who, way in (("tomas.reyes", "Renew"), (WHO, "See who can renew it")):
        (row,) = [row for row in sections(home(world, who))["About to lapse"] if "Enrolment of" in row]
        assert row == f"Sat 19 Dec Enrolment of {demo.ROTTERDAM} Usage in Microsoft 365 Its time ends {way}"


def test_what_changed_is_the_newest_of_what_one_was_told(world: World) -> None:
    reference = sent(world, WHO)
    (row,) = sections(home(world))["What changed"]
    assert f"{reference} is sent: Sales roll-out" in row
    assert "New" in row


def test_colleagues_read_of_it_and_another_company_does_not(world: World) -> None:
    reference = sent(world, WHO)
    take(world, NADIA, reference)
    ask(world, NADIA, reference)
    assert reference in home(world, "ines.moreau")
    assert reference not in home(world, STRANGER)


@pytest.mark.parametrize("who", ["nadia.okafor", "samuel.lind"])
def test_the_operators_people_begin_with_their_queue(world: World, who: str) -> None:
    assert world.web(who).get("/")["Location"] == "/review/"


def test_it_costs_the_same_however_much_there_is(world: World, django_assert_num_queries: Any) -> None:
    browser = world.web("tomas.reyes")
    reference = sent(world, WHO)
    take(world, NADIA, reference)
    ask(world, NADIA, reference)
    approved(world, SERVICE)
    Subscription.objects.update(ends_at=NOW + timedelta(days=60))
    draft(world, "tomas.reyes", lines=[])
    with django_assert_num_queries(20):
        browser.get("/")
    copies(reference, 3)
    for _number in range(3):
        draft(world, "tomas.reyes", lines=[])
    with django_assert_num_queries(20):
        browser.get("/")
