"""The same instant: the calendar changes while claims are sent, taken and asked about, and while another admin acts."""

from typing import Any

import pytest

from arbitration.actions.recount import recount_begun_lately
from claims.calendars import operator_calendar
from claims.models import Claim, Holiday, WorkCalendar
from events.log import faults
from events.models import Event
from partners.models import OperatorRole
from tests.arbitration.calendar_pages import ADMIN, AUDITOR, DUE, LATER, STOCKTAKING, WHO, confirm, preview_token
from tests.arbitration.clocks import counted, ends, every_clock, of_microsoft_365
from tests.at_once import Round, as_it_stands, at_once, broken, first_broken
from tests.claims.given import draft, stored
from tests.claims.test_inquiry import answer
from tests.claims.test_take import LEAD, NADIA, take
from tests.world import NOW, World

pytestmark = pytest.mark.django_db(transaction=True)
WORKLOADS = ("intune", "exchange-online", "sharepoint-online", "viva-engage")


def statuses(answers: list[Any]) -> list[int]:
    """What was answered; an error of ours is none."""
    errors = [answer for answer in answers if isinstance(answer, BaseException) or answer.status_code >= 500]
    assert errors == []
    return [answer.status_code for answer in answers]


def sent_as_it_changes(world: World) -> Round:
    drafts = [draft(world, WHO, **of_microsoft_365(workload)) for workload in WORKLOADS]
    put_back, apis, admin = as_it_stands(), [world.api(WHO) for _ in drafts], world.web(ADMIN)

    def experiment() -> set[str]:
        put_back()
        Holiday.objects.all().delete()
        seen = preview_token(world)
        calls = [
            lambda api=api, one=one: api.send("POST", f"claims/{one}/submit/")
            for api, one in zip(apis, drafts, strict=True)
        ]
        answers = statuses(at_once([*calls, lambda: confirm(admin, STOCKTAKING, seen=seen)]))
        first = set(Claim.objects.values_list("due_at", flat=True))
        recount_begun_lately(now=NOW)
        return broken(
            {
                "all are done": answers == [200] * len(drafts) + [302],
                "each is due by one calendar or the other": first <= {DUE, LATER},
                "all follow": set(Claim.objects.values_list("due_at", flat=True)) == {LATER},
                "the history is whole": list(faults()) == [],
            }
        )

    return experiment


def test_a_claim_that_is_sent_as_the_calendar_changes_is_due_by_the_one_or_the_other_and_follows(world: World) -> None:
    assert first_broken(sent_as_it_changes(world)) == set()


def test_of_two_admins_at_once_one_changes_the_calendar(world: World) -> None:
    OperatorRole.objects.create(user=world.person(AUDITOR), role="admin")
    put_back = as_it_stands()

    def experiment() -> set[str]:
        put_back()
        Holiday.objects.all().delete()
        seen, before = preview_token(world), Event.objects.filter(subject="calendar").count()
        other = {**STOCKTAKING, "first": "2026-11-30", "last": "2026-11-30"}
        admins = [world.web(ADMIN), world.web(ADMIN), world.web(AUDITOR)]
        changes = [STOCKTAKING, STOCKTAKING, other]
        calls = [
            lambda admin=admin, change=change: confirm(admin, change, seen=seen)
            for admin, change in zip(admins, changes, strict=True)
        ]
        answers = statuses(at_once(calls))
        return broken(
            {
                "one is done": answers.count(302) == 1,
                "the others are shown": set(answers) <= {302, 409, 422},
                "it is recorded once": Event.objects.filter(subject="calendar").count() == before + 1,
                "it is one change": WorkCalendar.objects.get().number == 2,
                "it is whole": Holiday.objects.count() in {1, 2},
            }
        )

    assert first_broken(experiment) == set()


def test_verbs_on_claims_and_cases_and_a_change_of_the_calendar_wait_for_each_other(world: World) -> None:
    made = every_clock(world)
    put_back, admin = as_it_stands(), world.web(ADMIN)

    def experiment() -> set[str]:
        put_back()
        Holiday.objects.all().delete()
        seen = preview_token(world)
        calls = [
            lambda: take(world, NADIA, made["review"]),
            lambda: answer(world, WHO, made["answer"]),
            lambda: world.api(LEAD).send("POST", f"claims/{made['lease']}/release/"),
            lambda: world.api(WHO).send("POST", f"claims/{made['request']}/withdraw/"),
            lambda: world.api("miguel.sa").send("POST", f"claims/{made['request']}/withdraw/"),
            lambda: confirm(admin, STOCKTAKING, seen=seen),
        ]
        answers = statuses(at_once(calls))
        recount_begun_lately(now=NOW)
        calendar = operator_calendar(NOW)
        by_now = counted(calendar)
        return broken(
            {
                "the calendar is changed": answers[-1] == 302,
                "who acts is done, or shown what changed": set(answers[:-1]) <= {200, 404, 409, 412},
                "every clock is the new calendar's": ends() == by_now,
                "the history is whole": list(faults()) == [],
                "nothing is behind": stored(made["review"]).calendar_version == calendar.version,
            }
        )

    assert first_broken(experiment) == set()
