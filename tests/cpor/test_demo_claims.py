"""The demo's claims show a working week whatever the day it is begun: overdue, asked, due next, decided, with mails."""

import json
import re
from datetime import UTC, datetime
from random import Random

import pytest
import time_machine

from claims.business_days import Calendar
from claims.calendars import operator_calendar, today_of
from claims.models import Association, Claim
from claims.presenters.page import due_day
from claims.states import ClaimState
from cpor import demo, demo_claims
from directory.imports.customers import import_customers
from events.log import faults
from events.models import Outbox
from partners.imports.writing import import_partners
from tests.claims.given import everything, read
from tests.world import World

pytestmark = pytest.mark.usefixtures("own_storage")

DAYS = {
    "a Monday": datetime(2026, 11, 16, 17, tzinfo=UTC),
    "the day before Thanksgiving": datetime(2026, 11, 25, 17, tzinfo=UTC),
    "a Sunday": datetime(2026, 11, 29, 17, tzinfo=UTC),
    "New Year's Eve": datetime(2026, 12, 31, 23, tzinfo=UTC),
}


def next_business_day(now: datetime, calendar: Calendar) -> str:
    day = today_of(now)
    while True:
        day = day.fromordinal(day.toordinal() + 1)
        if not calendar.reason_off(day):
            return day.isoformat()


@pytest.mark.parametrize("now", DAYS.values(), ids=DAYS.keys())
def test_the_queue_holds_what_a_working_week_brings(world: World, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        import_customers(json.dumps(demo.directory(today_of(now))).encode())
        import_partners(json.dumps(demo.partners(today_of(now))).encode())
        demo_claims.fill(now=now, random=Random(1))
        overdue, asked, due_next, decided = (
            Claim.objects.get(name=name)
            for name in (
                "Service desks of the depots",
                "Teams at Tamarind",
                "Field engineers, pilot",
                "Devices of the drivers",
            )
        )
        assert (overdue.state, overdue.overdue_at) == (ClaimState.SUBMITTED, now)
        assert asked.state == ClaimState.ACTION_REQUIRED
        assert asked.due_at is not None
        assert asked.due_at > now
        last = due_day(due_next)
        assert last is not None
        assert (due_next.state, last.isoformat()) == (
            ClaimState.SUBMITTED,
            next_business_day(now, operator_calendar(now)),
        )
        assert decided.state == ClaimState.APPROVED
        assert sorted(line.state for line in decided.lines.all()) == ["approved", "rejected"]
        assert Association.objects.filter(until=None).count() == 1
        kinds = set(Outbox.objects.values_list("notification__kind", flat=True))
        assert kinds >= {"review_overdue", "information_requested", "line_approved", "line_rejected", "claim_submitted"}
        assert list(faults()) == []


def test_where_tomorrow_is_a_business_day_the_queue_says_due_tomorrow(world: World) -> None:
    with time_machine.travel(DAYS["a Monday"], tick=False):
        demo_claims.fill(now=DAYS["a Monday"], random=Random(1))
        page = read(world.web("nadia.okafor"), "/review/")
    assert re.search(r"due tomorrow.*?Field engineers, pilot", page, re.DOTALL)
    assert re.search(r"overdue by \d business days?.*?Service desks of the depots", page, re.DOTALL)
    assert re.search(r"Teams at Tamarind.*?Action required", page, re.DOTALL)


def test_to_begin_again_changes_nothing(world: World) -> None:
    now = DAYS["a Monday"]
    with time_machine.travel(now, tick=False):
        demo_claims.fill(now=now, random=Random(1))
        before = everything()
        demo_claims.fill(now=now, random=Random(2))
        assert everything() == before
