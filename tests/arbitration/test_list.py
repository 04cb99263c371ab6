"""The operator's list: what was sent and is open, most urgent first."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from claims.models import Claim, ClaimLine
from cpor import demo
from partners.models import Conflict, Partner
from tests.claims.given import SERVICE, draft, of_brightwater, read, sent, stored
from tests.world import NOW, Api, World

both_databases = pytest.mark.both_databases


def listed(page: str) -> list[str]:
    """The claims of a page, from the top."""
    return re.findall(r'class="cover" href="/claims/([^/]+)/review/"', page)


def copies(reference: str, count: int) -> list[str]:
    """So many sent claims like this one, due an hour apart, three at a time at one instant; in order of due date."""
    model = stored(reference)
    made = []
    for number in range(count):
        model.pk, model.reference = None, f"CP-COPY-{number:04}"
        model.due_at = NOW + timedelta(days=9, hours=number // 3)
        model.save(force_insert=True)
        # A draft line: no company claims a thing twice.
        ClaimLine.objects.create(claim=model, position=0, partner_id=model.partner_id, product="dynamics-365-sales")
        made.append(model.reference)
    return made


def test_a_waiting_claim_stands_with_company_customer_product_and_due_day(world: World) -> None:
    reference = sent(world, "jonas.weber")
    page = read(world.web("nadia.okafor"), "/review/")
    assert listed(page) == [reference]
    words = ["Sales roll-out", "Halden Cloud Works", "Alder Freight Lines", "Dynamics 365 Sales", "Fri 27 Nov"]
    assert [word for word in [*words, "in 5 business days", "Submitted"] if word not in page] == []


@both_databases
def test_the_earlier_due_comes_first_whatever_was_sent_first(world: World) -> None:
    first = sent(world, "jonas.weber")
    second = sent(world, "miguel.sa", **of_brightwater(lines=[SERVICE]))
    Claim.objects.filter(reference=second).update(due_at=NOW + timedelta(days=1))
    assert listed(read(world.web("nadia.okafor"), "/review/")) == [second, first]


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (20, "in 4 business days"),
        (25, "in 1 business day"),
        (26, "due tomorrow"),
        (27, "due today"),
        (28, "overdue<"),
        (30, "overdue by 1 business day"),
    ],
)
def test_the_days_left_are_the_operators_business_days(world: World, day: int, words: str) -> None:
    reference = sent(world, "jonas.weber")
    with time_machine.travel(NOW.replace(day=day), tick=False):
        page = read(world.web("nadia.okafor"), "/review/")
    assert listed(page) == [reference]
    assert words in page


def test_drafts_and_claims_that_are_done_do_not_wait(world: World) -> None:
    draft(world, "jonas.weber")
    done = sent(world, "jonas.weber")
    for state in ("approved", "rejected", "withdrawn", "ended"):
        Claim.objects.filter(reference=done).update(state=state)
        page = read(world.web("nadia.okafor"), "/review/")
        assert listed(page) == []
        assert "Nothing to review" in page
    for state in ("submitted", "under_review", "action_required", "disputed"):
        Claim.objects.filter(reference=done).update(state=state)
        assert listed(read(world.web("nadia.okafor"), "/review/?show=all")) == [done]
        to_review = [] if state == "action_required" else [done]
        assert listed(read(world.web("nadia.okafor"), "/review/")) == to_review


@both_databases
def test_all_pages_together_show_each_claim_once(world: World) -> None:
    reference = sent(world, "jonas.weber")
    expected = [reference, *copies(reference, 119)]
    browser, path, pages = world.web("samuel.lind"), "/review/", []
    while path:
        page = read(browser, path)
        pages.append(listed(page))
        following = re.search(r'href="(\?after=[^"]+)"', page)
        path = f"/review/{following[1]}" if following else ""
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [found for page in pages for found in page] == expected


def test_a_page_that_begins_after_a_hidden_claim_is_the_first_page(world: World) -> None:
    hidden, seen = sent(world, "jonas.weber"), sent(world, "miguel.sa", **of_brightwater(lines=[SERVICE]))
    Conflict.objects.create(user=world.person("nadia.okafor"), partner=Partner.objects.get(name="Halden Cloud Works"))
    for after in (hidden, "CP-0000-0000", ""):
        page = read(world.web("nadia.okafor"), f"/review/?after={after}")
        assert listed(page) == [seen]
        assert "Halden" not in page


@pytest.mark.parametrize("name", ["jonas.weber", "tomas.reyes", "catarina.lopes"])
def test_no_partner_sees_the_list(world: World, name: str) -> None:
    reference = sent(world, "jonas.weber")
    answer = world.web(name).get("/review/")
    assert answer.status_code == 403
    assert reference not in answer.content.decode()


def test_nobody_signed_in_is_sent_to_the_sign_in(world: World) -> None:
    answer = Client().get("/review/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/review/")


def test_the_operators_people_come_from_the_start_page_to_their_list(world: World) -> None:
    answer = world.web("hugo.brandt").get("/", follow=True)
    assert [where for where, _status in answer.redirect_chain] == ["/review/"]
    assert answer.status_code == 200


def test_a_claim_in_arbitration_is_marked_and_no_other(world: World) -> None:
    sent(world, "jonas.weber")
    assert marked(read(world.web("nadia.okafor"), "/review/")) == 0
    sent(world, "miguel.sa", **of_brightwater())
    sent(world, "ruth.adeyemi", lines=[SERVICE])
    assert marked(read(world.web("nadia.okafor"), "/review/")) == 2
    assert "In a case" not in read(world.web("jonas.weber"), "/claims/")


def marked(page: str) -> int:
    """How many rows are marked as contested; the filter above them has the same words."""
    return page.partition("<tbody>")[2].count("In a case")


def test_filters_show_what_is_late_in_arbitration_or_asked_of_its_partner(world: World) -> None:
    late, rival = sent(world, "jonas.weber"), sent(world, "miguel.sa", **of_brightwater())
    asked = sent(world, "ruth.adeyemi", lines=[SERVICE])
    Claim.objects.filter(reference=late).update(due_at=NOW)
    Claim.objects.filter(reference=asked).update(state="action_required", due_at=NOW - timedelta(days=1))
    browser = world.web("nadia.okafor")
    shown = {show: listed(read(browser, f"/review/?show={show}")) for show in ("overdue", "contested", "partner")}
    # What waits for its partner is not the operator's to be late with.
    assert shown == {"overdue": [late], "contested": [late, rival], "partner": [asked]}


@pytest.mark.parametrize(
    ("show", "words"),
    [
        ("overdue", "Nothing is overdue"),
        ("contested", "Nothing is in a case"),
        ("partner", "No partner is asked"),
    ],
)
def test_a_filter_that_finds_nothing_says_what_that_means(world: World, show: str, words: str) -> None:
    sent(world, "jonas.weber")
    page = read(world.web("nadia.okafor"), f"/review/?show={show}")
    assert listed(page) == []
    assert words in page


@both_databases
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("work=business_applications", True),
        ("work=business_applications/usage", True),
        ("work=business_applications/presales", False),
        ("work=microsoft_365", False),
        ("work=unknown", True),
        ("q=halden", True),
        ("q=ALDER+freight", True),
        ("q=brightwater", False),
        ("q=%00", True),
    ],
)
def test_the_queue_is_narrowed_by_activity_and_by_words(world: World, asked: str, found: bool) -> None:
    reference = sent(world, "jonas.weber")
    page = read(world.web("nadia.okafor"), f"/review/?{asked}")
    assert listed(page) == [reference] * found
    assert ("Nothing matches" in page) is not found


def test_reviewers_find_a_claim_by_the_subscription_that_was_typed_whosever_it_is(world: World) -> None:
    typed = demo.subscription_id("alder-sales")
    reference = sent(world, "jonas.weber", lines=[{"product": "dynamics-365-sales", "subscription_id": typed}])
    assert listed(read(world.web("nadia.okafor"), f"/review/?q={typed[:13]}")) == [reference]


def test_a_reviewer_finds_no_company_they_have_a_conflict_with(world: World) -> None:
    sent(world, "jonas.weber")
    Conflict.objects.create(user=world.person("nadia.okafor"), partner=Partner.objects.get(name="Halden Cloud Works"))
    assert listed(read(world.web("nadia.okafor"), "/review/?q=halden")) == []


def test_pages_keep_their_filters(world: World) -> None:
    copies(sent(world, "jonas.weber"), 60)
    browser, asked = world.web("nadia.okafor"), "show=free&amp;work=business_applications&amp;q=halden"
    page = read(browser, "/review/?show=free&work=business_applications&q=halden")
    following = re.search(r'href="(\?[^"]+after=[^"]+)"', page)
    assert following is not None
    assert following[1].startswith(f"?{asked}&amp;after=")
    assert len(listed(read(browser, "/review/" + following[1].replace("&amp;", "&")))) == 11


@both_databases
def test_programs_read_the_queue_as_pages_most_urgent_first(world: World) -> None:
    reference = sent(world, "jonas.weber")
    expected = [reference, *copies(reference, 59)]
    api, path, pages = world.api("nadia.okafor"), "queue/?page_size=25", []
    while path:
        answer = api.send("GET", path)
        assert answer.status_code == 200
        pages.append([claim["reference"] for claim in answer.json()["results"]])
        path = (answer.json()["next"] or "").partition("/api/v1/")[2]
    assert [len(page) for page in pages] == [25, 25, 10]
    assert [found for page in pages for found in page] == expected


def test_programs_narrow_the_queue_as_the_page_does(world: World) -> None:
    late, asked = sent(world, "jonas.weber"), sent(world, "miguel.sa", **of_brightwater())
    Claim.objects.filter(reference=late).update(due_at=NOW - timedelta(days=1))
    Claim.objects.filter(reference=asked).update(state="action_required")
    found = {
        query: [
            claim["reference"] for claim in world.api("nadia.okafor").send("GET", f"queue/?{query}").json()["results"]
        ]
        for query in ("", "show=overdue", "show=partner", "show=unknown", "q=brightwater", "work=microsoft_365")
    }
    assert found == {
        "": [late, asked],
        "show=overdue": [late],
        "show=partner": [asked],
        "show=unknown": [late, asked],
        "q=brightwater": [asked],
        "work=microsoft_365": [],
    }


def test_no_partner_and_no_stranger_reads_the_queue_by_program(world: World) -> None:
    reference = sent(world, "jonas.weber")
    answer = world.api("jonas.weber").send("GET", "queue/")
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")
    assert reference not in answer.content.decode()
    assert Api().send("GET", "queue/").status_code == 401


def test_the_queue_of_programs_leaves_out_a_company_one_has_a_conflict_with(world: World) -> None:
    sent(world, "jonas.weber")
    Conflict.objects.create(user=world.person("nadia.okafor"), partner=Partner.objects.get(name="Halden Cloud Works"))
    assert world.api("nadia.okafor").send("GET", "queue/").json()["results"] == []


@pytest.mark.parametrize("cursor", ["x", "cD14", "cD0yMDI2"])
def test_a_cursor_of_the_queue_that_no_page_named_is_nowhere(world: World, cursor: str) -> None:
    assert world.api("nadia.okafor").send("GET", f"queue/?cursor={cursor}").status_code == 404


@pytest.mark.parametrize("meanwhile", [{"reviewer": True}, {"state": "withdrawn"}])
def test_a_page_goes_on_where_the_last_one_ended_though_its_last_claim_was_taken_or_is_done(
    world: World, meanwhile: dict[str, Any]
) -> None:
    made = copies(sent(world, "jonas.weber"), 60)
    browser = world.web("nadia.okafor")
    first = listed(read(browser, "/review/?show=free"))
    changes = {"reviewer": world.person("pieter.vos"), "leased_at": NOW, "lease_until": NOW + timedelta(days=9)}
    Claim.objects.filter(reference=first[-1]).update(**(changes if "reviewer" in meanwhile else meanwhile))
    second = listed(read(browser, f"/review/?show=free&after={first[-1]}"))
    assert [*first[1:], *second] == made
