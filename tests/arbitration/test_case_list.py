"""The list of cases: those that stand by due date, those that are over, a page at a time."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from arbitration.models import Decision
from claims.models import Case, Party, Unit
from cpor import demo
from tests.arbitration.contest import answered, asked, contest
from tests.claims.given import read, stored
from tests.claims.test_take import NADIA, PIETER
from tests.world import NOW, World

ADMIN = "elena.ruiz"


def listed(page: str) -> list[int]:
    """The cases of a page, from the top."""
    return [int(pk) for pk in re.findall(r'class="cover" href="/review/cases/(\d+)/"', page)]


def copies(case: Case, count: int, **changes: Any) -> list[int]:
    """So many cases like this one over units of their own, three at a time due at one instant; in order of due date."""
    made = []
    for number in range(count):
        unit = Unit.objects.create(tenant=demo.ALDER, workload=f"workload-{number}")
        due_at = case.due_at + timedelta(days=1, hours=number // 3)
        given = {"unit": unit, "policy_id": case.policy_id, "opened_at": NOW, "due_at": due_at, **changes}
        fresh = Case.objects.create(**given)
        for party in case.parties.all():
            Party.objects.create(case=fresh, partner_id=party.partner_id, joined_at=NOW)
        made.append(fresh.pk)
    return made


def test_a_case_stands_with_product_customer_parties_and_due_day(world: World) -> None:
    case, _references = contest(world, 3)
    page = read(world.web(NADIA), "/review/cases/")
    assert listed(page) == [case.pk]
    found = ["Dynamics 365 Sales", "Alder Freight Lines", "Halden Cloud Works, Brightwater Partners, Calder Consulting"]
    found += ["3 parties", "Fri 4 Dec", "in 10 business days", "Open"]
    assert [words for words in found if words not in page] == []
    assert "To decide" in page


def test_a_late_case_says_so(world: World) -> None:
    contest(world)
    with time_machine.travel(NOW + timedelta(days=20), tick=False):
        assert "overdue by 3 business days" in read(world.web(NADIA), "/review/cases/")


def test_a_proposal_says_by_whom_and_for_whom(world: World) -> None:
    case, (_first, second) = contest(world)
    Decision.objects.create(
        case=case,
        round=1,
        upheld=stored(second).partner,
        displaces=True,
        proposed_by=world.person(PIETER),
        proposed_at=NOW,
    )
    Case.objects.update(state="proposed")
    browser = world.web(NADIA)
    assert "Brightwater Partners to be upheld, proposed by Pieter Vos" in read(browser, "/review/cases/")
    shown = {show: listed(read(browser, f"/review/cases/?show={show}")) for show in ("open", "proposed", "over", "x")}
    assert shown == {"open": [], "proposed": [case.pk], "over": [], "x": [case.pk]}


def groups(page: str) -> list[str]:
    """The groups of the list, each with its number."""
    nav = re.findall(r'class="toggle"[^>]*>(.*?)</a>', page)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in nav]


def test_a_proposal_stands_by_when_it_is_to_be_agreed_to(world: World) -> None:
    case, (_first, second) = contest(world)
    (later,) = copies(case, 1, state="proposed")
    values = {"upheld_id": stored(second).partner_id, "displaces": True, "rationale": "x"}
    proposal = {**values, "proposed_by": world.person(PIETER), "proposed_at": NOW, "round": 1}
    Decision.objects.create(case_id=later, due_at=NOW + timedelta(days=2), **proposal)
    page = read(world.web(NADIA), "/review/cases/")
    assert listed(page) == [later, case.pk]
    assert listed(read(world.web(NADIA), f"/review/cases/?after={later}")) == [case.pk]
    assert listed(read(world.web(NADIA), f"/review/cases/?after={case.pk}")) == []
    # It has fallen with its round, and no sweep has come by; then somebody proposes anew.
    Case.objects.filter(pk=later).update(round=2, state="open")
    assert listed(read(world.web(NADIA), "/review/cases/")) == [case.pk, later]
    Case.objects.filter(pk=later).update(state="proposed")
    Decision.objects.create(case_id=later, due_at=NOW + timedelta(days=3), **{**proposal, "round": 2})
    assert listed(read(world.web(NADIA), "/review/cases/")) == [later, case.pk]


def test_each_group_says_how_many_it_holds_and_a_proposal_is_for_who_has_not_made_it(world: World) -> None:
    case, (_first, second) = contest(world)
    copies(case, 2)
    given = {"round": 1, "displaces": True, "upheld": stored(second).partner, "proposed_at": NOW}
    Decision.objects.create(case=case, proposed_by=world.person(PIETER), **given)
    Case.objects.filter(pk=case.pk).update(state="proposed")
    nadias, pieters = (read(world.web(who), "/review/cases/") for who in (NADIA, PIETER))
    assert groups(nadias) == ["All open 3", "For you 3", "To decide 2", "To agree to 1", "Over"]
    assert groups(pieters) == ["All open 3", "For you 2", "To decide 2", "To agree to 1", "Over"]
    said = "You proposed it: another reviewer is to agree"
    assert (said in nadias, said in pieters) == (False, True)
    for page, number in ((nadias, 3), (pieters, 2)):  # and the bar of every page says it too
        assert f'Cases<span class="count">{number}<span class="vh"> for you</span></span>' in page
    assert case.pk in listed(read(world.web(NADIA), "/review/cases/?show=yours"))
    assert case.pk not in listed(read(world.web(PIETER), "/review/cases/?show=yours"))


def test_a_case_whose_parties_have_still_to_answer_says_so(world: World) -> None:
    case, (first, second) = contest(world)
    answered(asked(case, first), NOW, "Nothing has changed.")
    assert "has still to answer" not in read(world.web(NADIA), "/review/cases/")
    asked(case, second)
    assert "1 party has still to answer" in read(world.web(NADIA), "/review/cases/")


def test_who_reviews_nothing_has_no_cases_of_their_own(world: World) -> None:
    contest(world)
    page = read(world.web(ADMIN), "/review/cases/")
    assert groups(page) == ["All open 1", "To decide 1", "To agree to 0", "Over"]
    assert "for another" not in page
    assert listed(read(world.web(ADMIN), "/review/cases/?show=yours")) == []


@pytest.mark.parametrize(
    ("show", "words"),
    [
        ("", "No case is open"),
        ("open", "Nothing to decide"),
        ("proposed", "Nothing to second"),
        ("over", "No case is over"),
    ],
)
def test_an_empty_list_says_what_that_means(world: World, show: str, words: str) -> None:
    assert words in read(world.web(NADIA), f"/review/cases/?show={show}")


def test_all_pages_together_show_each_case_once(world: World) -> None:
    case, _references = contest(world)
    expected = [case.pk, *copies(case, 119)]
    browser, path, pages = world.web(NADIA), "/review/cases/", []
    while path:
        page = read(browser, path)
        pages.append(listed(page))
        following = re.search(r'href="(\?after=[^"]+)"', page)
        path = f"/review/cases/{following[1]}" if following else ""
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [found for page in pages for found in page] == expected


def test_of_what_is_over_the_latest_comes_first(world: World) -> None:
    case, _references = contest(world)
    made = copies(case, 60, state="decided", over_at=NOW)
    browser = world.web(NADIA)
    first = read(browser, "/review/cases/?show=over")
    following = re.search(r'href="(\?show=over&amp;after=[^"]+)"', first)
    assert following
    second = listed(read(browser, "/review/cases/" + following[1].replace("&amp;", "&")))
    assert [*listed(first), *second] == made[::-1]


def test_the_list_takes_as_many_queries_for_fifty_cases_as_for_one(
    world: World, django_assert_max_num_queries: Any
) -> None:
    case, _references = contest(world)
    copies(case, 49)
    browser = world.web(NADIA)
    read(browser, "/review/cases/")
    with django_assert_max_num_queries(15):
        assert len(listed(read(browser, "/review/cases/"))) == 50
