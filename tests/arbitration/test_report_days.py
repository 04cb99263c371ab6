"""The days that a report counts: a review once its last day is over, the open queue in business days."""

from datetime import datetime, timedelta

import pytest
import time_machine

from arbitration.reports.counting import count_reports
from claims.models import Claim
from tests.arbitration.report_page import page, rows
from tests.arbitration.test_report_page import JONAS, NOVEMBER, work
from tests.claims.given import sent, stored
from tests.world import World

pytestmark = pytest.mark.usefixtures("own_storage")


def test_a_review_counts_once_its_last_day_is_over(world: World) -> None:
    work(world)
    for moment, due in (("2026-11-27T23:59:59-08:00", []), ("2026-11-28T00:00:00-08:00", ["3"])):
        at = datetime.fromisoformat(moment)
        with time_machine.travel(at, tick=False):
            count_reports(now=at)
            assert [line[1] for line in rows(page(world, **NOVEMBER), "promise")[-1:]] == due


def test_nothing_counted_yet_is_no_error(world: World) -> None:
    assert rows(page(world), "promise") == []


def test_the_open_queue_is_counted_in_business_days(world: World) -> None:
    """Thanksgiving and a weekend lie between; asked on Monday 30 November, at noon."""
    reference = sent(world, JONAS)
    claim = Claim.objects.filter(pk=stored(reference).pk)
    noon = datetime.fromisoformat("2026-11-30T12:00:00-08:00")
    with time_machine.travel(noon, tick=False):
        for began, age in (
            ("2026-11-30T00:00:00-08:00", "0"),
            ("2026-11-29T23:59:59-08:00", "1"),
            ("2026-11-27T00:00:00-08:00", "1"),
            ("2026-11-26T12:00:00-08:00", "2"),
            ("2026-11-25T00:00:00-08:00", "2"),
            ("2026-11-24T23:59:59-08:00", "3"),
            ("2026-11-20T12:00:00-08:00", "5 and more, in time"),
        ):
            claim.update(clock_began_at=datetime.fromisoformat(began), due_at=noon + timedelta(seconds=1))
            waiting = rows(page(world), "queue")
            assert [line[0] for line in waiting[:-1] if line[1] == "1"] == [age], began
        claim.update(due_at=noon)
        assert [line[0] for line in rows(page(world), "queue")[:-1] if line[1] == "1"] == ["overdue"]
        claim.update(reviewed_at=noon)
        assert rows(page(world), "queue") == []
