"""What a change of the calendar does: own days, countries, zones, changes of the hour, many clocks, acts under way."""

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from arbitration.actions.recount import recount_begun_lately
from arbitration.presenters import calendar as present
from claims import calendars
from claims.models import Claim, Holiday, WorkCalendar
from events.models import Notification
from partners.models import Conflict, Partner, User
from tests.arbitration.calendar_pages import (
    ADMIN,
    DUE,
    LATER,
    PAGE,
    STOCKTAKING,
    WHO,
    confirm,
    preview,
    text,
)
from tests.arbitration.clocks import of_microsoft_365
from tests.at_once import quiet
from tests.claims.given import events_of, everything, read, sent, stored, told
from tests.world import NOW, World

both_databases = pytest.mark.both_databases


@pytest.fixture
def admin(world: World) -> Client:
    """The demo's admin speaks Spanish; here she reads English."""
    User.objects.filter(pk=world.person(ADMIN).pk).update(language="en")
    return world.web(ADMIN)


@both_databases
def test_a_removed_day_counts_again(world: World, admin: Client) -> None:
    reference = sent(world, WHO)
    confirm(admin, STOCKTAKING)
    assert confirm(admin, {"do": "forget", "day": "2026-11-23"}).status_code == 302
    assert stored(reference).due_days[-1][0] == "2026-11-30"
    assert list(Holiday.objects.values_list("date", flat=True)) == [date(2026, 11, 24)]
    assert events_of("calendar")[-1][1]["forgotten"] == ["2026-11-23"]


def test_a_countrys_closure_counts_as_long_as_the_country_does(world: World, admin: Client) -> None:
    confirm(admin, {"do": "country", "add": "NL", "part": ""})
    confirm(admin, {**STOCKTAKING, "country": "NL"})
    assert calendars.operator_calendar(NOW).reason_off(date(2026, 11, 23)) == "Stocktaking"
    confirm(admin, {"do": "drop", "region": "NL"})
    assert calendars.operator_calendar(NOW).reason_off(date(2026, 11, 23)) == ""
    assert "Closed, for Netherlands: does not count now" in text(read(admin, PAGE))


def test_where_two_countries_count_a_holiday_says_whose_it_is(world: World, admin: Client) -> None:
    confirm(admin, {"do": "country", "add": "NL", "part": ""})
    calendar = calendars.operator_calendar(NOW)
    assert calendar.reason_off(date(2026, 11, 26)) == "Thanksgiving Day (US)"
    assert calendar.reason_off(date(2026, 12, 25)) == "Christmas Day (US, NL)"
    assert calendar.reason_off(date(2027, 4, 27)) == "King's Day (NL)"


def test_pages_clocks_and_mails_go_by_a_new_zone(world: World, admin: Client) -> None:
    reference = sent(world, WHO)
    hours = {"do": "hours", "zone": "Europe/Amsterdam", "weekdays": list("01234")}
    said = text(preview(admin, hours))
    assert "Time zone: America/Los Angeles → Europe/Amsterdam" in said
    assert f"{reference} Fri 27 Nov Thu 26 Nov" not in said  # it began on the 19th, 23:05 in Amsterdam
    assert f"{reference} Sat 28 Nov, 09:00 Sat 28 Nov, 00:00 earlier" in said
    confirm(admin, hours)
    calendars.operator_calendar(NOW)  # whoever reads the calendar knows its zone
    claim = stored(reference)
    assert claim.due_at == datetime(2026, 11, 27, 23, tzinfo=UTC)
    page = text(read(world.web(WHO), claim.path))
    assert "All times: Central European Time." in page
    assert "Thu 19 Nov, 23:05" in page
    assert "The clock ends with Fri 27 Nov (Fri 27 Nov, 23:00 UTC)." in page
    quiet()


@both_databases
@pytest.mark.parametrize(
    ("began", "due"),
    [
        # Clocks go forward on Sunday 14 March 2027.
        (datetime(2027, 3, 8, 20, tzinfo=UTC), datetime(2027, 3, 17, 7, tzinfo=UTC)),
        # They went back on Sunday 1 November 2026.
        (datetime(2026, 10, 28, 20, tzinfo=UTC), datetime(2026, 11, 6, 8, tzinfo=UTC)),
    ],
)
def test_a_clock_over_a_change_of_the_hour_ends_at_midnight_when_it_is_moved(
    world: World, admin: Client, began: datetime, due: datetime
) -> None:
    with time_machine.travel(began, tick=False):
        reference = sent(world, WHO)
        day = (began - timedelta(hours=8)).date() + timedelta(days=1)
        confirm(world.web(ADMIN), {**STOCKTAKING, "first": day.isoformat(), "last": ""})
    moved = stored(reference).due_at
    assert moved == due
    assert moved.astimezone(calendars.operator_zone()).hour == 0


def test_many_clocks_are_shown_a_page_at_a_time(world: World, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(present, "PAGE", 2)
    references = [sent(world, WHO, lines=[{"product": name}]) for name in ("dynamics-365-sales",)]
    references += [
        sent(world, WHO, solution_area="microsoft_365", lines=[{"product": name}]) for name in ("intune", "viva-engage")
    ]
    first = preview(admin, STOCKTAKING)
    address = re.search(r'href="([^"]+page=2)"', first)
    assert address
    second = read(admin, html.unescape(address[1]))
    shown = [set(re.findall(r"CP-\w{4}-\w{4}", page)) for page in (first, second)]
    assert (len(shown[0]), len(shown[1])) == (2, 1)
    assert shown[0] | shown[1] == set(references)
    assert "page 2 of 2" in text(second)
    assert "Change the calendar" in text(second)


def test_an_admin_reads_nothing_of_a_company_they_have_a_conflict_with(world: World, admin: Client) -> None:
    reference = sent(world, WHO)
    Conflict.objects.create(user=world.person(ADMIN), partner=Partner.objects.get(name="Halden Cloud Works"))
    page = preview(admin, STOCKTAKING)
    assert reference not in page
    assert "A claim that you may not see Fri 27 Nov Tue 1 Dec" in text(page)
    confirm(admin, STOCKTAKING)
    assert stored(reference).due_at == LATER


@both_databases
def test_what_was_begun_by_the_calendar_before_as_it_changed_follows_within_the_minute(
    world: World, admin: Client
) -> None:
    confirm(admin, STOCKTAKING)
    held = WorkCalendar.objects.get()
    Holiday.objects.all().delete()  # what an act has read that is still under way
    reference = sent(world, WHO)
    Holiday.objects.bulk_create(Holiday(date=date(2026, 11, day), name="Stocktaking") for day in (23, 24))
    quiet()
    assert (stored(reference).due_at, held.number) == (DUE, 2)
    assert recount_begun_lately(now=NOW + timedelta(seconds=30)) == 1
    assert stored(reference).due_at == LATER
    assert told() == [(WHO, "clock_moved")]
    assert recount_begun_lately(now=NOW + timedelta(seconds=60)) == 0
    Claim.objects.filter(reference=reference).update(due_at=DUE)
    assert recount_begun_lately(now=NOW + timedelta(hours=2)) == 0


@both_databases
def test_a_change_that_cannot_be_written_leaves_nothing_behind(world: World, admin: Client) -> None:
    sent(world, WHO)
    before = everything()
    with transaction.atomic():
        confirm(admin, STOCKTAKING)
        transaction.set_rollback(True)
    assert everything() == before
    assert Notification.objects.filter(kind="clock_moved").count() == 0


def test_a_preview_and_a_change_cost_the_same_for_one_claim_and_for_many(world: World, admin: Client) -> None:
    found: dict[int, tuple[int, int]] = {}
    for number, workloads in ((1, ["intune"]), (4, ["viva-engage", "sharepoint-online", "exchange-online"])):
        for workload in workloads:
            sent(world, WHO, **of_microsoft_365(workload))
        change = {**STOCKTAKING, "first": "2026-11-23" if number == 1 else "2026-11-24", "last": ""}
        seen = re.search(r'name="seen" value="([^"]+)"', preview(admin, change))
        assert seen
        with CaptureQueriesContext(connection) as shown:
            preview(admin, change)
        with CaptureQueriesContext(connection) as done:
            assert confirm(admin, change, seen=seen[1]).status_code == 302
        found[number] = (len(shown), len(done))
    assert Claim.objects.filter(due_at=LATER).count() == 4
    assert found[4] == found[1]
