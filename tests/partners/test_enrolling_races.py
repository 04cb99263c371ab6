"""The same instant: a company accepts and the operator withdraws, two admins decide. Real threads, real locks."""

from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from cpor import demo
from events.log import faults
from events.models import Event, Notification
from partners.actions.enrollments.sweep import sweep_enrollments
from partners.models import Enrollment, EnrollmentPeriod, Partner
from tests.at_once import CLIENTS, ROUNDS, UNGUARDED_ROUNDS, at_once
from tests.partners.desk import DAY, WORDS, YEAR_END, Desk
from tests.world import NOW, TODAY, World

pytestmark = pytest.mark.django_db(transaction=True)

INVITE = "/operator/enrolments/invite/"


def answered(answers: list[Any]) -> Counter[int]:
    """How often each status was answered; none may be an error of ours."""
    assert [answer for answer in answers if isinstance(answer, BaseException)] == []
    return Counter(answer.status_code for answer in answers)


def begin(desk: Desk, state: str | None) -> None:
    """Puts the enrolment back to where a round begins, without a word to anybody."""
    Notification.objects.all().delete()
    Enrollment.objects.filter(mpn_id__number=desk.number, program__code=desk.code).delete()
    desk.reach(state)
    Notification.objects.all().delete()


def buttons(desk: Desk, *acts: tuple[str, str, dict[str, str]]) -> list[Callable[[], Any]]:
    """Posts that are ready to be sent: the browsers have signed in before."""

    def send(who: str, verb: str, data: dict[str, str]) -> Callable[[], Any]:
        browser = desk.world.web(who)
        path = desk.page if "do" in data else f"{desk.operator_page}{verb}/"
        return lambda: browser.post(path, data)

    return [send(*act) for act in acts]


def test_accepting_and_withdrawing_one_invitation_have_one_outcome(world: World) -> None:
    desk, seen = Desk(world), set()
    for _round in range(ROUNDS):
        begin(desk, "invited")
        acts = buttons(desk, ("tomas.reyes", "", {"do": "accept"}), ("elena.ruiz", "withdraw", {}))
        assert answered(at_once(acts)) == {302: 1, 409: 1}
        seen.add(desk.state)
        told = {"accepted": {"enrollment_waiting"}, "withdrawn": {"enrollment_withdrawn"}}[desk.state or ""]
        assert set(Notification.objects.values_list("kind", flat=True)) == told
        assert desk.events[-2:] == ["invited", desk.state]
    assert seen <= {"accepted", "withdrawn"}
    assert list(faults()) == []


def test_it_is_the_lock_that_decides(world: World, unlocked: None) -> None:
    desk = Desk(world)
    for _round in range(UNGUARDED_ROUNDS):
        begin(desk, "invited")
        acts = buttons(desk, ("tomas.reyes", "", {"do": "accept"}), ("elena.ruiz", "withdraw", {}))
        if Counter(getattr(answer, "status_code", 500) for answer in at_once(acts)) == {302: 2}:
            return
    pytest.fail("without a lock nobody came between")


def test_an_enrolment_is_found_valid_once(world: World) -> None:
    desk = Desk(world)
    days = {"valid_from": TODAY.isoformat(), "valid_until": YEAR_END.isoformat()}
    for _round in range(ROUNDS):
        begin(desk, "validating")
        acts = buttons(desk, *[("elena.ruiz", "activate", days)] * 4, ("elena.ruiz", "refuse", {"words": WORDS}))
        assert answered(at_once(acts)) == {302: 1, 409: 4}
        assert desk.days == ([(TODAY, YEAR_END)] if desk.state == "active" else [])
        assert len(desk.told) == 2
    assert list(faults()) == []


def test_one_location_is_invited_or_applies_once_however_many_ask(world: World) -> None:
    desk = Desk(world)
    for _round in range(ROUNDS):
        begin(desk, None)
        asked = {"program": "osu-ba", "numbers": desk.number, "until": TODAY.isoformat()}
        plan = world.web("elena.ruiz").post(INVITE, {**asked, "do": "look"}).context["plan"]
        acts = [partial(world.web("elena.ruiz").post, INVITE, {**asked, "do": "invite", "seen": plan.digest})] * 3
        acts += buttons(desk, *[("tomas.reyes", "", {"do": "apply"})] * 3)
        assert answered(at_once(acts)) == {302: 1, 409: 5}
        assert desk.state in {"invited", "validating"}
        assert Enrollment.objects.filter(mpn_id__number=desk.number, program__code=desk.code).count() == 1
    assert list(faults()) == []


def test_a_suspension_and_an_end_leave_one_reason_and_no_day_behind(world: World) -> None:
    desk = Desk(world)
    for _round in range(ROUNDS):
        begin(desk, "active")
        acts = buttons(desk, ("elena.ruiz", "suspend", {"words": "one"}), ("elena.ruiz", "end", {"words": "two"}))
        statuses = answered(at_once(acts))
        assert statuses in ({302: 2}, {302: 1, 409: 1})
        assert desk.state == ("ended" if statuses[302] == 2 or desk.row.words == "two" else "suspended")
        assert desk.days == []


def test_sweeps_side_by_side_renew_and_tell_once(world: World) -> None:
    Enrollment.objects.exclude(mpn_id__number=demo.UTRECHT).delete()
    desk, leaving = Desk(world).reach("active"), Desk(world, code="osu-m365").reach("active")
    leaving.company("choose_renewal", renews="no")
    at = NOW + (YEAR_END - TODAY)
    for when in (at - 20 * DAY, at, at + DAY):
        assert answered_counts(at_once([lambda when=when: sweep_enrollments(now=when)] * 5))
    assert (desk.events.count("renewed"), len(desk.days)) == (1, 2)
    assert (leaving.events.count("reminded"), leaving.events.count("lapsed")) == (2, 1)
    assert list(faults()) == []


def answered_counts(answers: list[Any]) -> bool:
    """Whether every sweep came to its end."""
    return all(isinstance(answer, Counter) for answer in answers)


def test_a_year_is_renewed_once_however_many_confirm_it(world: World) -> None:
    Enrollment.objects.all().delete()
    desk = Desk(world).reach("active")
    path = "/operator/programmes/osu-ba/renewal/2027/"
    seen = world.web("elena.ruiz").get(path).context["plan"].digest
    browsers = [world.web("elena.ruiz") for _ in range(CLIENTS)]
    acts = [lambda browser=browser: browser.post(path, {"seen": seen}) for browser in browsers]
    assert answered(at_once(acts)) == {302: 1, 409: CLIENTS - 1}
    assert EnrollmentPeriod.objects.filter(enrollment=desk.row).count() == 2
    assert Event.objects.filter(subject=desk.row.subject, kind="enrollment.renewed").count() == 1


def test_a_name_is_given_to_one_company_however_many_ask(world: World) -> None:
    browsers = [world.web("elena.ruiz") for _ in range(6)]
    acts = [lambda browser=browser: browser.post("/operator/companies/new/", {"name": "Sable"}) for browser in browsers]
    assert answered(at_once(acts)) == {302: 1, 422: 5}
    assert Partner.objects.filter(name="Sable").count() == 1
