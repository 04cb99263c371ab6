"""The desk of a case: the parties side by side, what their proof shows, who was heard, and who may decide."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils.html import strip_tags

from arbitration.models import CaseDraft, Decision, Letter, Ruling
from claims.models import Case, Claim, ClaimLine, Judge
from cpor import demo
from partners.models import Conflict, Partner
from tests.arbitration.contest import JONAS, MIGUEL, added, answered, asked, checked, contest
from tests.claims.given import held, read, stored
from tests.claims.test_take import LEAD, NADIA, PIETER
from tests.world import NOW, World

AUDITOR, ADMIN = "hugo.brandt", "elena.ruiz"


def desk(world: World, case: Case, who: str = NADIA) -> str:
    return read(world.web(who), f"/review/cases/{case.pk}/")


def words(page: str) -> str:
    """What stands on the page, without its marks, each gap as one space."""
    return re.sub(r"\s+", " ", strip_tags(page).replace("&#x27;", "'"))


def row(page: str, label: str) -> list[str]:
    """The cells of the row that this header begins, as words."""
    found = re.search(rf'<th scope="row">{label}(.*?)</tr>', page, re.DOTALL)
    assert found, label
    return [words(cell).strip() for cell in re.findall(r"<td.*?</td>", found[1], re.DOTALL)]


def classes(page: str, label: str) -> list[str]:
    """What the cells of a row are marked as."""
    found = re.search(rf'<th scope="row">{label}(.*?)</tr>', page, re.DOTALL)
    assert found, label
    return re.findall(r'<td(?: class="([^"]*)")?>', found[1])


def holder_of(case: Case, reference: str, partner: str = demo.HALDEN) -> None:
    """The partner of the claim holds the unit by it, since October."""
    association = held("alder-sales", demo.ALDER, partner)
    ClaimLine.objects.filter(claim__reference=reference).update(
        state="approved", association=association, unit=case.unit_id
    )
    Claim.objects.filter(reference=reference).update(state="approved")
    case.unit.associations.all()
    type(association).objects.filter(pk=association.pk).update(unit=case.unit_id)


def proposed(world: World, case: Case, upheld: str, by: str, **more: Any) -> Decision:
    """A decision for the claim's partner, with a ruling on each line and a letter to each party."""
    partner = stored(upheld).partner
    given = {"displaces": True, "rationale": "Dates: BP-A p. 1", "proposed_at": NOW, "due_at": NOW + timedelta(days=4)}
    decision = Decision.objects.create(
        case=case, round=case.round, upheld=partner, proposed_by=world.person(by), **{**given, **more}
    )
    for line in ClaimLine.objects.filter(unit=case.unit_id):
        stands = line.partner_id == partner.pk
        reason = "" if stands else "another_partner_upheld"
        Ruling.objects.create(decision=decision, line=line, stands=stands, reason=reason)
        Letter.objects.create(decision=decision, partner=line.partner, words=f"Letter to {line.partner}")
    Case.objects.filter(pk=case.pk).update(state="proposed")
    return decision


def test_the_head_says_what_is_contested_since_when_and_by_when_it_is_to_be_decided(world: World) -> None:
    case, _references = contest(world)
    page = words(desk(world, case))
    assert "Dynamics 365 Sales at Alder Freight Lines" in page
    assert f"Subscription {case.unit.subscription} · Usage · opened Thu 19 Nov 2026" in page
    assert "starts today, decide by Fri 4 Dec" in page
    assert "Nobody holds it yet." in page


def test_a_late_case_says_by_how_much(world: World) -> None:
    case, _references = contest(world)
    with time_machine.travel(datetime(2026, 12, 8, 20, tzinfo=UTC), tick=False):
        page = words(desk(world, case))
    assert "overdue by 2 business days , was to be decided by Fri 4 Dec" in page


def test_who_holds_the_unit_stands_above_with_claim_and_documents(world: World) -> None:
    case, (first, _second) = contest(world)
    holder_of(case, first)
    page = words(desk(world, case))
    assert f"Halden Cloud Works has held it since Wed 30 Sep 2026, by {first} · proved by HC-A" in page
    assert "Holds since 30 Sep 2026" in page
    assert "Takes the place of Halden Cloud Works once a second reviewer agrees, within 2 business days." in page
    assert "Halden Cloud Works is to be heard first." not in page  # it is not even proved
    assert "Not proved yet: not all of it was found met." in page


def test_the_same_requirement_stands_in_one_row_with_verdict_and_page_of_each_party(world: World) -> None:
    case, (first, second) = contest(world)
    checked(world, first)
    checked(world, second, unmet=("dates",))
    page = desk(world, case)
    assert row(page, "Belongs to this claim") == ["Met HC-A p. 1", "Met BP-A p. 1"]
    met, unmet = row(page, "Dates")
    assert met.endswith("Met differs HC-A p. 1")
    assert unmet.endswith("Not met differs Partner marked BP-A p. 1")
    assert classes(page, "Dates") == ["differs", "lacks"]
    assert classes(page, "Work described") == ["", ""]


def test_what_nobody_has_checked_says_so_and_shows_what_the_partner_marked(world: World) -> None:
    case, _references = contest(world)
    page = desk(world, case)
    marked = [f"–0123 Not checked Partner marked {handle}-A p. 1" for handle in ("HC", "BP")]
    assert [cell.partition("for Product named")[2].strip() for cell in row(page, "Product named")] == marked
    assert row(page, "Belongs to this claim") == ["Not checked", "Not checked"]


def test_what_one_party_shows_differs_from_nothing_as_long_as_the_other_is_not_checked(world: World) -> None:
    case, (first, _second) = contest(world)
    checked(world, first)
    page = desk(world, case)
    assert classes(page, "Dates") == ["", ""]
    assert "Not all is checked yet" in page
    assert "They do not differ" not in page


def test_a_cited_page_leads_to_the_claims_desk_at_that_page(world: World) -> None:
    case, (first, _second) = contest(world)
    checked(world, first)
    line = stored(first).lines.get()
    key = stored(first).evidence.get().key
    assert f'href="/claims/{first}/review/?line={line.pk}&amp;document={key}"' in desk(world, case)


def test_of_five_parties_the_one_that_differs_is_marked(world: World) -> None:
    case, references = contest(world, 5)
    for reference in references:
        checked(world, reference, unmet=("work",) if reference == references[3] else ())
    page = desk(world, case)
    assert 'class="case parties-5"' in page
    assert classes(page, "Work described") == ["", "", "", "lacks", ""]
    cited = [f"Met {handle}-A p. 1" for handle in ("HC", "BP", "CC", "DD", "EB")]
    assert row(page, "Belongs to this claim") == cited


def test_two_lines_of_one_party_stand_in_one_cell_each_with_its_activity(world: World) -> None:
    case, (first, _second) = contest(world)
    model = stored(first)
    line = model.lines.get()
    model.pk, model.reference, model.activity = None, "CP-MORE-0001", "presales"
    model.save(force_insert=True)
    line.pk, line.claim, line.activity = None, model, "presales"
    line.save(force_insert=True)
    assert row(desk(world, case), "Belongs to this claim")[0] == "Usage Not checked Presales Not checked"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, "Asked Asked 19 Nov, to answer by the end of 26 Nov. We asked: What changed since?"),
        ({"lapsed_at": NOW}, "Silent Asked 19 Nov, no answer until the end of 26 Nov. Decided on the file."),
        ({"closed_at": NOW}, "Closed Asked 19 Nov, closed 19 Nov: nothing was left to answer for."),
    ],
)
def test_how_far_each_party_was_heard_stands_in_its_own_row(world: World, change: dict[str, Any], said: str) -> None:
    case, (first, _second) = contest(world)
    request = asked(case, first)
    type(request).objects.filter(pk=request.pk).update(**change)
    heard, other = row(desk(world, case), "Heard")
    assert heard.startswith(said)
    assert other == "Not asked"


def test_an_answer_is_quoted_with_the_documents_that_came_with_it(world: World) -> None:
    case, (first, second) = contest(world)
    request = asked(case, first)
    answered(request, NOW + timedelta(days=1), "Here is the customer's letter.", document=True)
    added(stored(second), at=NOW + timedelta(days=2))
    assert row(desk(world, case), "Heard") == [
        "Answered Asked 19 Nov, answered 20 Nov. Here is the customer's letter. New HC-B 20 Nov",
        "Not asked New BP-B 21 Nov",
    ]


def test_a_case_that_was_closed_says_why(world: World) -> None:
    case, _references = contest(world)
    Case.objects.filter(pk=case.pk).update(state="closed")
    page = words(desk(world, case))
    assert "It was closed without a decision: fewer than two parties were left." in page


@pytest.mark.parametrize("who", [AUDITOR, ADMIN])
def test_auditors_and_admins_read_along_without_a_form(world: World, who: str) -> None:
    case, _references = contest(world)
    page = desk(world, case, who).partition("<main")[2].partition("</main>")[0]
    assert ("<form" in page, "You read along: reviewers decide." in page) == (False, True)


def test_who_judged_before_reads_a_dispute_and_is_told_why_it_is_for_another(world: World) -> None:
    case, (first, _second) = contest(world)
    line = stored(first).lines.get()
    past = {"former_state": "rejected", "former_reason": "another_partner_upheld"}
    ClaimLine.objects.filter(pk=line.pk).update(decided_at=NOW - timedelta(days=9), disputed_at=NOW, **past)
    Judge.objects.create(line=line, user=world.person(NADIA))
    page = desk(world, case)
    assert "You decided on this before: a dispute is for another." in page
    assert 'name="upheld"' not in page
    assert "Disputes the decision of Tue 10 Nov 2026" in words(page)
    assert "A dispute: what is decided here is final for all." in page
    assert 'name="upheld"' in desk(world, case, LEAD)


@pytest.mark.parametrize("who", [JONAS, MIGUEL, "tomas.reyes"])
def test_a_partners_people_find_no_case_and_no_list_of_them(world: World, who: str) -> None:
    case, _references = contest(world)
    browser = world.web(who)
    assert browser.get(f"/review/cases/{case.pk}/").status_code == 404
    for verb in ("draft", "ask", "decide", "second", "return"):
        assert browser.post(f"/review/cases/{case.pk}/{verb}/").status_code == 404
    assert browser.get("/review/cases/").status_code == 403
    assert "/review/cases/" not in read(browser, "/claims/")


def test_nobody_signed_in_learns_of_a_case(world: World) -> None:
    case, _references = contest(world)
    assert Client().get(f"/review/cases/{case.pk}/").status_code == 404
    assert Client().get("/review/cases/").status_code == 302


def test_a_reviewer_with_a_conflict_with_one_party_finds_nothing(world: World) -> None:
    case, (first, _second) = contest(world)
    Conflict.objects.create(user=world.person(NADIA), partner=Partner.objects.get(name=demo.BRIGHTWATER))
    browser = world.web(NADIA)
    assert browser.get(f"/review/cases/{case.pk}/").status_code == 404
    link = f"/review/cases/{case.pk}/"
    assert link not in read(browser, f"/claims/{first}/review/")
    queue = read(browser, "/review/")
    assert ("In a case" in queue, link in queue) == (True, False)


def test_the_queue_and_a_claims_desk_lead_to_the_case(world: World) -> None:
    case, (first, _second) = contest(world)
    link = f'href="/review/cases/{case.pk}/"'
    assert link in read(world.web(NADIA), "/review/")
    assert link in read(world.web(NADIA), f"/claims/{first}/review/")


def test_the_axis_and_its_words_tell_the_same(world: World) -> None:
    case, (first, second) = contest(world)
    holder_of(case, first)
    asked(case, second)
    page = desk(world, case)
    svg = page.partition('<svg class="axis"')[2].partition("</svg>")[0]
    assert (svg.count('class="ax-span"'), svg.count('class="ax-pt"'), svg.count('class="ax-req"')) == (2, 2, 1)
    said = words(page.partition('class="told"')[2].partition("</details>")[0])
    assert "Wed 30 Sep 2026 holds it from here on" in said
    assert f"Thu 19 Nov 2026 claim {second} filed" in said
    assert "Thu 19 Nov 2026 asked by us" in said


def test_the_page_is_written_in_spanish_to_who_reads_spanish(world: World) -> None:
    case, _references = contest(world)
    browser = world.web(NADIA)
    browser.post("/language/", {"language": "es", "next": "/claims/"})
    page = words(read(browser, f"/review/cases/{case.pk}/"))
    assert "Dynamics 365 Sales en Alder Freight Lines" in page
    assert "empieza hoy, decidir antes de que acabe el" in page


@pytest.mark.parametrize("state", ["open", "proposed"])
def test_the_desk_asks_the_database_at_most_fifteen_times_for_five_parties(
    world: World, django_assert_max_num_queries: Any, state: str
) -> None:
    case, references = contest(world, 5)
    for reference in references:
        checked(world, reference)
        asked(case, reference)
    CaseDraft.objects.create(case=case, content={}, by=world.person(PIETER), at=NOW)
    if state == "proposed":
        proposed(world, case, references[1], PIETER)
    browser = world.web(NADIA)
    read(browser, f"/review/cases/{case.pk}/")
    with django_assert_max_num_queries(15):
        read(browser, f"/review/cases/{case.pk}/")
