"""The demo's claims show a working week whatever the day it is begun: overdue, asked, due next, decided, with mails.

And its cases: one of three ready to decide, one proposed, one dispute, and a customer's mail to open.
"""

import json
import re
from datetime import UTC, datetime
from random import Random

import pytest
import time_machine

from claims.business_days import Calendar
from claims.calendars import operator_calendar, today_of
from claims.models import Case, Claim
from claims.presenters.page import due_day
from claims.states import ClaimState
from cpor import demo, demo_claims
from directory.imports.customers import import_customers
from events.log import faults
from events.models import Outbox
from partners.imports.writing import import_partners
from tests.arbitration.given import Firm, decide, second
from tests.claims.given import everything, read
from tests.world import World

pytestmark = pytest.mark.usefixtures("own_storage")

MONDAY = datetime(2026, 11, 16, 17, tzinfo=UTC)
DAYS = {
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


def begin(now: datetime) -> None:
    """Fills the demo as its command does."""
    import_customers(json.dumps(demo.directory(today_of(now))).encode())
    import_partners(json.dumps(demo.partners(today_of(now))).encode(), now=now)
    import_partners(json.dumps(demo.rivals(today_of(now))).encode(), now=now)
    demo_claims.fill(now=now, random=Random(1))


def case_on(name: str) -> Case:
    """The latest case over what the claim of this name is about."""
    unit = Claim.objects.get(name=name).lines.get().unit_id
    return Case.objects.filter(unit=unit).latest("pk")


@pytest.mark.parametrize("now", DAYS.values(), ids=DAYS.keys())
def test_the_demo_begins_with_a_working_week_and_with_cases_whatever_the_day(world: World, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        begin(now)
        the_queue_holds_a_week(now)
        a_case_of_three_is_ready_one_is_proposed_and_one_disputes(world)
        assert list(faults()) == []


def the_queue_holds_a_week(now: datetime) -> None:
    overdue, asked, due_next, decided = (
        Claim.objects.get(name=name)
        for name in (
            "Service desks of the depots",
            "Teams at Tamarind",
            "Field engineers, pilot",
            "Devices of the drivers",
        )
    )
    assert overdue.state == ClaimState.SUBMITTED
    assert overdue.overdue_at is not None
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
    kinds = set(Outbox.objects.values_list("notification__kind", flat=True))
    assert kinds >= {"review_overdue", "information_requested", "line_approved", "line_rejected", "claim_submitted"}


def a_case_of_three_is_ready_one_is_proposed_and_one_disputes(world: World) -> None:
    ready = case_on("Contact centre at Tamarind")
    asked = ready.requests.order_by("pk")
    assert (ready.state, ready.parties.count()) == ("open", 3)
    assert [(row.answered_at is not None, row.lapsed_at is not None) for row in asked] == [
        (True, False),
        (True, False),
        (False, True),
    ]
    decided = decide(world, "nadia.okafor", ready.pk, Firm(demo.HALDEN, "", "", {}))
    assert decided.json()["state"] == "proposed", decided.json()
    assert case_on("Intranet of Alder").state == "proposed"
    assert second(world, "nadia.okafor", case_on("Intranet of Alder").pk).json()["state"] == "decided"
    disputed = Claim.objects.get(name="Communities of the drivers")
    assert (disputed.state, case_on(disputed.name).state) == (ClaimState.DISPUTED, "open")
    assert Outbox.objects.filter(envelope__kind="customer_asked", sent_at=None).exists()


def test_on_a_monday_the_queue_says_due_tomorrow_and_to_begin_again_changes_nothing(world: World) -> None:
    with time_machine.travel(MONDAY, tick=False):
        begin(MONDAY)
        before = everything()
        demo_claims.fill(now=MONDAY, random=Random(2))
        assert everything() == before
        the_queue_says_due_tomorrow(read(world.web("nadia.okafor"), "/review/?show=all"))
        the_queue_holds_a_week(MONDAY)
        a_case_of_three_is_ready_one_is_proposed_and_one_disputes(world)
        assert list(faults()) == []


def the_queue_says_due_tomorrow(page: str) -> None:
    assert re.search(r"due tomorrow.*?Field engineers, pilot", page, re.DOTALL)
    assert re.search(r"overdue by \d business days?.*?Service desks of the depots", page, re.DOTALL)
    assert re.search(r"Teams at Tamarind.*?With the partner", page, re.DOTALL)
