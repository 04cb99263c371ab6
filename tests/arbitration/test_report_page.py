"""The report: exact numbers of a small world, narrowed and parted, on the page and in its files; who may read it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import override_settings

from arbitration.reports.counting import count_reports
from cpor import demo
from partners.models import Conflict, Partner
from tests.arbitration.report_page import ADDRESS, LEAD, drawn, file, page, rows
from tests.claims.given import SALES, SERVICE, of_brightwater, sent
from tests.claims.test_contest import at_tamarind
from tests.claims.test_decide import approve, check, found, reject
from tests.claims.test_take import NADIA, PIETER, take
from tests.conftest import storage_in
from tests.scenes import scene
from tests.world import NOW, World

pytestmark = [pytest.mark.usefixtures("own_storage")]
both_databases = pytest.mark.both_databases
JONAS, MIGUEL, ADMIN, AUDITOR = "jonas.weber", "miguel.sa", "elena.ruiz", "hugo.brandt"
NOVEMBER = {"period": "2026-11"}
MONDAY = NOW + timedelta(days=11)  # 30 November; what was sent on the 19th was due by the end of the 27th


def work(world: World) -> None:
    """Three claims of the 19th: one approved and refused the day after, one approved late, one that nobody took."""
    first = sent(world, JONAS, lines=[SALES, SERVICE])
    second = sent(world, MIGUEL, **of_brightwater(**at_tamarind(activity="presales")))
    sent(world, JONAS, lines=[SALES], activity="presales")
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        take(world, NADIA, first)
        check(world, NADIA, first, found(first))
        assert approve(world, NADIA, first).status_code == 200
        check(world, NADIA, first, found(first, unmet=("dates",)), line=1)
        assert reject(world, NADIA, first, line=1).status_code == 200
    with time_machine.travel(MONDAY, tick=False):
        take(world, PIETER, second)
        check(world, PIETER, second, found(second))
        assert approve(world, PIETER, second).status_code == 200


@pytest.fixture(scope="module")
def tuesday(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, datetime]]:
    """The world with that work, counted on Tuesday 1 December: once, as tests read of it what they ask for."""
    at = NOW + timedelta(days=12)
    with scene(django_db_blocker) as made, override_settings(**storage_in(tmp_path_factory.mktemp("files"))):
        work(made)
        with time_machine.travel(at, tick=False):
            count_reports(now=at)
        yield made, at


@pytest.fixture
def counted(db: None, tuesday: tuple[World, datetime]) -> Iterator[World]:
    made, at = tuesday
    with time_machine.travel(at, tick=False):
        yield made


@both_databases
def test_all_numbers_of_a_month(counted: World) -> None:
    seen = page(counted, **NOVEMBER)
    assert [(figure["of"], figure["is"], figure["more"]) for figure in seen.context["strip"]] == [
        ("Reviewed in time", "33.3 %", "2 of 3 late"),
        ("Open now", "1", "1 overdue"),
        ("To first look, half within", "1 day", "nine of ten within 6 days"),
        ("To decision, half within", "1 day", "nine of ten within 6 days"),
        ("Requests per claim", "0.00", "2 claims decided"),
        ("Disputes overturned", "0 of 0", "none was decided"),
    ]
    assert rows(seen, "promise") == [
        ("1 Nov 2026", "0", "0", "–"),
        ("2 Nov 2026", "0", "0", "–"),
        ("9 Nov 2026", "0", "0", "–"),
        ("16 Nov 2026", "0", "0", "–"),
        ("23 Nov 2026", "3", "1", "33.3 %"),
        ("30 Nov 2026", "0", "0", "–"),
        ("In all", "3", "1", "33.3 %"),
    ]
    assert rows(seen, "queue")[-2:] == [("overdue", "1", "100 %"), ("Open", "1", "100 %")]
    assert rows(seen, "times") == [
        ("First look", "2", "1 day", "6 days"),
        ("Decision", "2", "1 day", "6 days"),
        ("… without a contest", "2", "1 day", "6 days"),
        ("… by a case", "0", "–", "–"),
    ]
    assert rows(seen, "outcomes") == [
        ("Approved", "2", "66.7 %"),
        ("Dates are missing or too old", "1", "33.3 %"),
        ("Decided", "3", "100 %"),
    ]
    assert rows(seen, "requests") == [("0", "2", "100 %"), ("Per claim", "2", "0.00")]
    assert rows(seen, "sides") == rows(seen, "endings") == []
    assert drawn(seen)[3] == "Approved 2 Dates are missing or too old 1"


@pytest.mark.parametrize(
    ("asked", "due", "open_now", "decided"),
    [
        ({"reviewer": NADIA}, ("1", "1", "100 %"), "0", 2),
        ({"reviewer": PIETER}, ("1", "0", "0 %"), "0", 1),
        ({"partner": demo.BRIGHTWATER}, ("1", "0", "0 %"), "0", 1),
        ({"partner": "halden"}, ("2", "1", "50.0 %"), "1", 2),
        ({"activity": "presales"}, ("2", "0", "0 %"), "1", 1),
        ({"area": "business_applications"}, ("3", "1", "33.3 %"), "1", 3),
        ({"partner": "halden", "activity": "usage", "reviewer": NADIA}, ("1", "1", "100 %"), "0", 2),
    ],
)
def test_it_is_narrowed(counted: World, asked: dict[str, str], due: Any, open_now: str, decided: int) -> None:
    if "reviewer" in asked:
        asked = {**asked, "reviewer": str(counted.person(asked["reviewer"]).pk)}
    seen = page(counted, **NOVEMBER, **asked)
    assert rows(seen, "promise")[-1][1:] == due
    assert seen.context["strip"][1]["is"] == open_now
    assert rows(seen, "outcomes")[-1][1] == str(decided)


def test_what_is_of_nothing_says_so(counted: World) -> None:
    seen = page(counted, **NOVEMBER, area="microsoft_365")
    assert {part: rows(seen, part) for part in ("promise", "queue", "times", "outcomes", "requests")} == {
        part: [] for part in ("promise", "queue", "times", "outcomes", "requests")
    }
    assert drawn(seen) == []


@pytest.mark.parametrize(
    ("by", "lines"),
    [
        (
            "reviewer",
            [
                ("Nadia Okafor", "1", "100 %", "1 day", "1 day", "2", "50.0 %", "0.00", "0", "0", "0", "0"),
                ("Pieter Vos", "1", "0 %", "6 days", "6 days", "1", "100 %", "0.00", "0", "0", "0", "0"),
                ("Nobody", "1", "0 %", "–", "–", "0", "–", "–", "0", "0", "1", "1"),
            ],
        ),
        (
            "partner",
            [
                (demo.HALDEN, "2", "50.0 %", "1 day", "1 day", "2", "50.0 %", "0.00", "0", "0", "1", "1"),
                (demo.BRIGHTWATER, "1", "0 %", "6 days", "6 days", "1", "100 %", "0.00", "0", "0", "0", "0"),
            ],
        ),
        (
            "activity",
            [
                ("Presales", "2", "0 %", "6 days", "6 days", "1", "100 %", "0.00", "0", "0", "1", "1"),
                ("Usage", "1", "100 %", "1 day", "1 day", "2", "50.0 %", "0.00", "0", "0", "0", "0"),
            ],
        ),
        (
            "area",
            [("Business applications", "3", "33.3 %", "1 day", "1 day", "3", "66.7 %", "0.00", "0", "0", "1", "1")],
        ),
    ],
)
def test_it_is_set_side_by_side(counted: World, by: str, lines: list[tuple[str, ...]]) -> None:
    assert rows(page(counted, **NOVEMBER, by=by), "parts") == lines


@pytest.mark.parametrize(
    ("since", "until", "due", "decided"),
    [
        ("2026-11-27", "2026-11-27", "3", "0"),
        ("2026-11-01", "2026-11-26", "0", "2"),
        ("2026-11-28", "2026-11-30", "0", "1"),
        ("2026-11-20", "2026-11-20", "0", "2"),
        ("2026-11-21", "2026-12-31", "3", "1"),
        ("2026-01-01", "2026-12-31", "3", "3"),
    ],
)
def test_both_ends_of_a_period_belong_to_it(counted: World, since: str, until: str, due: str, decided: str) -> None:
    seen = page(counted, period="custom", since=since, until=until)
    assert [rows(seen, part)[-1][1] if rows(seen, part) else "0" for part in ("promise", "outcomes")] == [due, decided]


@both_databases
def test_months_that_are_over_say_the_same_from_their_sums(counted: World) -> None:
    """From tallies, from facts, and from both: the numbers are the same."""
    whole = page(counted, **NOVEMBER, by="partner")
    parts = [section.key for section in whole.context["sections"]]
    for asked in ({"period": "custom", "since": "2026-10-31", "until": "2026-12-01"}, {"period": "FY2027"}):
        seen = page(counted, **asked, by="partner")
        same = [part for part in parts if part != "promise"]
        assert [rows(seen, part) for part in same] == [rows(whole, part) for part in same]
        assert rows(seen, "promise")[-1] == rows(whole, "promise")[-1]


@both_databases
def test_a_long_period_goes_by_months(counted: World) -> None:
    seen = page(counted, period="FY2027")
    assert rows(seen, "promise")[-3:] == [
        ("November 2026", "3", "1", "33.3 %"),
        ("December 2026", "0", "0", "–"),
        ("In all", "3", "1", "33.3 %"),
    ]


# Files


def test_each_part_is_a_file_of_its_exact_numbers(counted: World) -> None:
    assert file(counted, "outcomes", **NOVEMBER) == [
        "outcome,words,lines,share",
        "approved,Approved,2,0.6667",
        "dates_missing_or_old,Dates are missing or too old,1,0.3333",
        "total,Decided,3,1.0000",
    ]
    assert file(counted, "promise", **NOVEMBER)[-2:] == ["2026-11-30,30 Nov 2026,0,0,", "total,In all,3,1,0.3333"]
    assert file(counted, "times", **NOVEMBER)[:2] == [
        "time,words,claims,median_days,nine_of_ten_days",
        "first_look,First look,2,1,6",
    ]
    assert file(counted, "sides", **NOVEMBER) == []


def test_a_file_holds_no_formula(counted: World) -> None:
    Partner.objects.filter(name=demo.HALDEN).update(name='=HYPERLINK("http://evil.example")')
    lines = file(counted, "parts", **NOVEMBER, by="partner")
    assert [line.partition(",")[2].startswith("\"'=HYPERLINK") for line in lines[1:]] == [True, False]


def test_a_part_that_is_none_is_not_there(counted: World) -> None:
    web = counted.web(LEAD)
    assert [web.get(f"{ADDRESS}{part}.csv").status_code for part in ("nothing", "parts", "promise")] == [404, 404, 200]


# Who


@pytest.mark.parametrize("who", [LEAD, ADMIN, AUDITOR])
def test_leads_admins_and_auditors_read_it_and_find_it_in_their_bar(counted: World, who: str) -> None:
    assert f'<a href="{ADDRESS}" data-key="r" aria-current="page">Reports</a>' in page(counted, who).content.decode()


@pytest.mark.parametrize("who", [NADIA, PIETER, JONAS, "ruth.adeyemi"])
def test_reviewers_and_partners_do_not(counted: World, who: str) -> None:
    web = counted.web(who)
    for address in (ADDRESS, f"{ADDRESS}promise.csv"):
        assert web.get(address).status_code == 403
    assert ADDRESS not in web.get("/messages/").content.decode()


def test_nobody_is_told_by_name_of_a_company_they_have_a_conflict_with(counted: World) -> None:
    halden = Partner.objects.get(name=demo.HALDEN)
    Conflict.objects.create(user=counted.person(LEAD), partner=halden)
    seen = page(counted, **NOVEMBER, by="partner")
    assert [line[0] for line in rows(seen, "parts")] == [demo.BRIGHTWATER]
    assert rows(seen, "promise")[-1][1] == "3"
    answer = counted.web(LEAD).get(ADDRESS, {**NOVEMBER, "partner": demo.HALDEN})
    assert (answer.status_code, "conflict of interest" in answer.content.decode()) == (422, True)


# Addresses


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "2026-13"},
        {"period": "FY1999"},
        {"period": "custom"},
        {"period": "custom", "since": "2026-11-02", "until": "2026-11-01"},
        {"period": "custom", "since": "2020-01-01", "until": "2026-11-01"},
        {"period": "custom", "since": "0001-01-01", "until": "9999-12-31"},
        {"reviewer": "999999"},
        {"reviewer": "x"},
        {"partner": "Nobody at all"},
        {"area": "x"},
        {"by": "x"},
    ],
)
def test_what_cannot_be_read_shows_nothing_and_says_why(counted: World, asked: dict[str, str]) -> None:
    answer = counted.web(LEAD).get(ADDRESS, asked)
    assert (answer.status_code, "Nothing is shown" in answer.content.decode()) == (422, True)
    assert counted.web(LEAD).get(f"{ADDRESS}promise.csv", asked).status_code == 302


def test_an_empty_address_asks_for_this_quarter(counted: World) -> None:
    assert page(counted).context["form"].report_period.name == "2026-Q4"
    assert "Thu 1 Oct 2026 to Thu 31 Dec 2026" in page(counted).content.decode()


def test_it_costs_as_many_queries_for_many_claims_as_for_few(
    counted: World, django_assert_max_num_queries: Any
) -> None:
    lead = counted.web(LEAD)
    for by, most in (("", 13), ("reviewer", 13), ("partner", 16), ("activity", 13)):
        with django_assert_max_num_queries(most):
            lead.get(ADDRESS, {"period": "FY2027", "by": by})
