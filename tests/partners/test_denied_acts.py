"""Who tries what they may not leaves an event of it: on enrolments, companies, programmes, the policy and the calendar."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from arbitration.actions.calendar import change_calendar
from claims.actions.erase import erase_contact, erase_person
from claims.actions.policy import add_policy, remove_policy
from claims.calendars import timetable
from cpor import demo
from events.models import Event
from partners.actions import companies, enrollments
from partners.models import Conflict, Enrollment, MpnId, Partner, Program, User
from tests.partners.desk import WORDS, YEAR_END, Desk
from tests.partners.teams import CATARINA, ELENA, HUGO, JONAS, NADIA, TOMAS, rows
from tests.world import NOW, TODAY, World

VERBS: dict[str, Callable[[User], Any]] = {
    "start_validation": lambda who: enrollments.start_validation(enrollment=enrolled(), actor=who, now=NOW),
    "activate": lambda who: enrollments.activate(
        enrollment=enrolled(), valid_from=TODAY, valid_until=YEAR_END, actor=who, now=NOW
    ),
    "refuse": lambda who: enrollments.refuse(enrollment=enrolled(), words=WORDS, actor=who, now=NOW),
    "suspend": lambda who: enrollments.suspend(enrollment=enrolled(), words=WORDS, actor=who, now=NOW),
    "resume": lambda who: enrollments.resume(enrollment=enrolled(), actor=who, now=NOW),
    "end": lambda who: enrollments.end(enrollment=enrolled(), words=WORDS, actor=who, now=NOW),
    "invite": lambda who: enrollments.invite(mpn_ids=[utrecht()], program=programme(), until=TODAY, actor=who, now=NOW),
    "apply": lambda who: enrollments.apply(mpn_id=utrecht(), program=programme(), actor=who, now=NOW),
    "accept": lambda who: enrollments.accept(enrollment=enrolled(), actor=who, now=NOW),
    "decline": lambda who: enrollments.decline(enrollment=enrolled(), actor=who, now=NOW),
    "withdraw": lambda who: enrollments.withdraw(enrollment=enrolled(), actor=who, now=NOW),
    "renew_year": lambda who: enrollments.renew_year(
        program=programme(), year_end=YEAR_END, seen="", actor=who, now=NOW
    ),
    "renew": lambda who: enrollments.renew(enrollment=enrolled(), until=YEAR_END, actor=who, now=NOW),
    "choose_renewal": lambda who: enrollments.choose_renewal(enrollment=enrolled(), renews=False, actor=who, now=NOW),
    "add_company": lambda who: companies.add_company(name="New", actor=who, now=NOW),
    "rename_company": lambda who: companies.rename_company(company=halden(), name="New", actor=who, now=NOW),
    "add_mpn_id": lambda who: companies.add_mpn_id(
        company=halden(), number="7000001", kind="location", name="", country="NL", partner_types=(), actor=who, now=NOW
    ),
    "change_mpn_id": lambda who: companies.change_mpn_id(
        mpn_id=utrecht(), name="x", country="NL", partner_types=(), actor=who, now=NOW
    ),
    "add_program": lambda who: companies.add_program(code="new", name="New", actor=who, now=NOW),
    "change_program": lambda who: companies.change_program(program=programme(), name="New", actor=who, now=NOW),
    "add_policy": lambda who: add_policy(valid_from=TODAY, numbers={}, seen="", actor=who, now=NOW),
    "remove_policy": lambda who: remove_policy(policy_id=1, seen="", actor=who, now=NOW),
    "change_calendar": lambda who: change_calendar(wanted=timetable(NOW), seen="", recount=False, actor=who, now=NOW),
    "erase_person": lambda who: erase_person(person=who, actor=who, now=NOW),
    "erase_contact": lambda who: erase_contact(address="x@y.example", actor=who, now=NOW),
}


def halden() -> Partner:
    return Partner.objects.get(name=demo.HALDEN)


def utrecht() -> MpnId:
    return MpnId.objects.get(number=demo.UTRECHT)


def programme() -> Program:
    return Program.objects.get(code="osu-ba")


def enrolled() -> Enrollment:
    return Enrollment.objects.order_by("pk").select_related("mpn_id", "program")[0]


def denied(world: World, name: str) -> list[str]:
    """What this person tried and may not, oldest first."""
    events = Event.objects.filter(subject=world.person(name).subject, kind="person.act_refused").order_by("seq")
    assert {event.data["code"] for event in events} <= {"permission_denied"}
    return [event.data["verb"] for event in events]


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_that_somebody_may_not_is_an_event_of_theirs_and_changes_nothing(world: World, verb: str) -> None:
    nadia, before = world.person(NADIA), rows()
    with pytest.raises(PermissionDenied):
        VERBS[verb](nadia)
    assert rows() == before
    assert denied(world, NADIA) == [verb]


@pytest.mark.parametrize(
    ("name", "path", "form"),
    [
        (HUGO, "/operator/companies/new/", {"name": "New"}),
        (HUGO, "/operator/programmes/new/", {}),
        (TOMAS, "/operator/programmes/osu-ba/", {}),
        (HUGO, "/operator/programmes/osu-ba/renewal/2027/", {"seen": ""}),
        (HUGO, "/operator/enrolments/{enrollment}/end/", {"words": WORDS}),
        (JONAS, "/enrolment/{utrecht}/osu-ba/", {"do": "apply"}),
        (HUGO, "/operator/calendar/confirm/", {"do": "recount"}),
        (NADIA, "/operator/policy/confirm/", {}),
        (TOMAS, "/operator/policy/1/remove/", {}),
        (HUGO, "/operator/audit/erase/", {"who": "tomas.reyes@haldencloud.example"}),
    ],
)
def test_a_post_that_is_turned_away_at_the_door_is_one_event_too(
    world: World, name: str, path: str, form: dict[str, str]
) -> None:
    before = rows()
    address = path.format(enrollment=enrolled().pk, utrecht=demo.UTRECHT)
    assert world.web(name).post(address, form).status_code == 403
    assert rows() == before
    assert len(denied(world, name)) == 1


def test_an_admin_with_a_conflict_leaves_an_event_where_they_try_to_decide(world: World) -> None:
    Conflict.objects.create(user=world.person(ELENA), partner=halden())
    desk = Desk(world).reach("validating")
    assert desk.operator("refuse", words=WORDS).status_code == 403
    assert len(denied(world, ELENA)) == 1


def test_to_look_and_not_find_is_no_act(world: World) -> None:
    assert world.web(HUGO).get("/operator/programmes/new/").status_code == 403
    assert world.web(CATARINA).post(f"/enrolment/{demo.UTRECHT}/osu-ba/", {"do": "apply"}).status_code == 404
    assert denied(world, HUGO) == denied(world, CATARINA) == []


def test_what_is_refused_for_another_reason_is_no_event(world: World) -> None:
    assert Desk(world).invite(until=TODAY - timedelta(days=1)).status_code == 422
    assert denied(world, ELENA) == []
