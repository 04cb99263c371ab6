"""What the end of a fiscal year brings: who goes on, who does not and why, and who hears of an end before it."""

from datetime import date
from html import unescape
from typing import Any

import pytest
import time_machine
from django.core.management import call_command

from cpor import demo
from events.log import faults
from partners.models import Conflict, Enrollment, EnrollmentPeriod, MpnId
from partners.rules.renewal import NotRenewed, fiscal_year_end, next_year_end
from tests.partners.desk import DAY, NEXT_END, WORDS, YEAR_END, Desk, kept, programme
from tests.world import NOW, TODAY, World

both_databases = pytest.mark.both_databases

RENEWAL = "/operator/programmes/osu-ba/renewal/2027/"


@pytest.mark.parametrize(
    ("day", "first_month", "end"),
    [
        (date(2026, 11, 19), 7, date(2027, 6, 30)),
        (date(2027, 6, 30), 7, date(2027, 6, 30)),
        (date(2027, 7, 1), 7, date(2028, 6, 30)),
        (date(2026, 1, 1), 1, date(2026, 12, 31)),
        (date(2026, 12, 31), 1, date(2026, 12, 31)),
        (date(2027, 3, 1), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 11, 30)),
        (date(2026, 11, 30), 12, date(2026, 11, 30)),
    ],
)
def test_a_fiscal_year_ends_with_the_month_before_its_first(day: date, first_month: int, end: date) -> None:
    assert fiscal_year_end(day, first_month) == end
    assert fiscal_year_end(end, first_month) == end
    assert next_year_end(end, first_month) == fiscal_year_end(end.replace(year=end.year + 1, day=28), first_month)


@pytest.fixture
def desk(world: World) -> Desk:
    """Utrecht, enrolled to the end of the fiscal year, and nobody else in the programme."""
    Enrollment.objects.all().delete()
    return Desk(world).reach("active")


def sweep_on(day: date) -> None:
    """The sweep comes by at noon of a day."""
    with time_machine.travel(NOW + (day - TODAY), tick=False):
        call_command("tick")


def shown(world: World, who: str = "elena.ruiz") -> Any:
    """What the renewal page says: numbers renewed, and number and reason of those not."""
    context = world.web(who).get(RENEWAL).context
    return (
        [one.enrollment.mpn_id.number for one in context["plan"].renewed],
        {one.enrollment.mpn_id.number: one.reason for one in context["plan"].others},
    )


def renew(world: World, who: str = "elena.ruiz", seen: str | None = None) -> Any:
    """The answer to who renews what the page shows them."""
    browser = world.web(who)
    plan = world.web("hugo.brandt").get(RENEWAL).context["plan"]
    return browser.post(RENEWAL, {"seen": plan.digest if seen is None else seen})


def test_the_preview_says_of_each_whether_it_is_renewed_and_why_not(desk: Desk) -> None:
    numbers = {}
    halden = MpnId.objects.get(number=demo.UTRECHT).partner
    for place, state in enumerate(("invited", "accepted", "validating", "suspended", "ended")):
        number = f"700000{place}"
        MpnId.objects.create(number=number, partner=halden, kind="location")
        Desk(desk.world, number).reach(state)
        numbers[state] = number
    MpnId.objects.create(number="7000009", partner=halden, kind="location")
    asked = Desk(desk.world, "7000009").reach("active")
    asked.company("choose_renewal", renews="no")
    renewed, others = shown(desk.world)
    assert renewed == [demo.UTRECHT]
    assert others == {
        numbers["invited"]: NotRenewed.INVITED,
        numbers["accepted"]: NotRenewed.VALIDATION,
        numbers["validating"]: NotRenewed.VALIDATION,
        numbers["suspended"]: NotRenewed.SUSPENDED,
        numbers["ended"]: NotRenewed.OVER,
        "7000009": NotRenewed.COMPANY,
    }
    page = desk.world.web("hugo.brandt").get(RENEWAL).content.decode()
    for reason in set(others.values()):
        assert str(reason.label) in page
    assert 'name="seen"' not in page  # an auditor reads


@both_databases
def test_what_was_shown_is_done_once(desk: Desk) -> None:
    plan = desk.world.web("elena.ruiz").get(RENEWAL).context["plan"]
    assert renew(desk.world).status_code == 302
    assert desk.days == [(TODAY, YEAR_END), (date(2027, 7, 1), NEXT_END)]
    assert (desk.row.until, desk.events[-1]) == (NEXT_END, "renewed")
    assert ("tomas.reyes", "enrollment_renewed") in desk.told
    before = kept()
    again = renew(desk.world, seen=plan.digest)
    assert (again.status_code, kept() == before) == (409, True)
    assert renew(desk.world).status_code == 302  # what is shown now: nobody
    assert kept() == before
    assert shown(desk.world) == ([], {demo.UTRECHT: NotRenewed.RENEWED})


def test_nothing_is_renewed_where_something_has_changed_since_it_was_shown(desk: Desk) -> None:
    plan = desk.world.web("elena.ruiz").get(RENEWAL).context["plan"]
    desk.company("choose_renewal", renews="no")
    before = kept()
    answer = renew(desk.world, seen=plan.digest)
    assert (answer.status_code, kept() == before) == (409, True)
    assert b"Nothing was renewed." in answer.content


def test_a_year_is_renewed_by_nobody_with_a_conflict(desk: Desk) -> None:
    lisbon = MpnId.objects.get(number=demo.LISBON)
    other = Desk(desk.world, demo.LISBON)
    other.invite()
    other.company("accept", "catarina.lopes")
    other.activate()
    seen = desk.world.web("elena.ruiz").get(RENEWAL).context["plan"].digest
    Conflict.objects.create(user=desk.world.person("elena.ruiz"), partner=lisbon.partner, reason="family")
    before = kept()
    assert (renew(desk.world, seen=seen).status_code, kept() == before) == (409, True)
    assert shown(desk.world) == ([demo.UTRECHT], {demo.LISBON: NotRenewed.CONFLICT})
    page = desk.world.web("elena.ruiz").get(RENEWAL)
    assert str(NotRenewed.CONFLICT.label) in page.content.decode()
    renew(desk.world, seen=page.context["plan"].digest)
    assert shown(desk.world) == ([], {demo.LISBON: NotRenewed.CONFLICT, demo.UTRECHT: NotRenewed.RENEWED})
    assert shown(desk.world, "hugo.brandt")[0] == [demo.LISBON]


def test_a_programme_that_does_not_renew_says_so_and_single_ones_are_renewed_by_hand(desk: Desk) -> None:
    programme(renews=False)
    assert shown(desk.world) == ([], {demo.UTRECHT: NotRenewed.PROGRAM})
    assert desk.renew(YEAR_END).status_code == 422
    assert desk.renew().status_code == 302
    assert desk.row.until == NEXT_END
    before = kept()
    again = desk.renew()
    assert (again.status_code, kept() == before) == (422, True)
    assert str(NotRenewed.RENEWED.label) in again.content.decode()


def test_who_renews_twice_renews_once_until_the_day_they_saw(desk: Desk) -> None:
    Enrollment.objects.filter(pk=desk.row.pk).update(until=TODAY + 20 * DAY, renews=False)
    page = unescape(desk.world.web("elena.ruiz").get(desk.operator_page).content.decode())
    assert "Renew now until 30 Jun 2027…" in page
    assert "Halden Cloud Works asked to let it end on 9 Dec 2026: ask them first." in page
    assert desk.renew(YEAR_END).status_code == 302
    before = kept()
    again = desk.renew(YEAR_END)
    assert (again.status_code, kept() == before) == (422, True)
    assert "It has been renewed meanwhile." in again.content.decode()
    assert desk.row.until == YEAR_END


def test_what_was_chosen_about_its_end_is_said_with_its_day(desk: Desk) -> None:
    browser = desk.world.web("elena.ruiz")
    for renews, words in (
        ("no", "6281941 ends on 30 Jun 2027, unless it is renewed before."),
        ("yes", "6281941 is renewed by itself as 30 Jun 2027 comes."),
    ):
        answer = browser.post(f"{desk.operator_page}choose_renewal/", {"renews": renews}, follow=True)
        assert words in answer.content.decode()


@pytest.mark.parametrize("year", [2024, 2025, 2028, 9999])
def test_other_years_have_no_page(desk: Desk, year: int) -> None:
    assert desk.world.web("elena.ruiz").get(f"/operator/programmes/osu-ba/renewal/{year}/").status_code == 404


def test_the_preview_costs_the_same_for_one_as_for_many(desk: Desk, django_assert_max_num_queries: Any) -> None:
    halden = MpnId.objects.get(number=demo.UTRECHT).partner
    ids = MpnId.objects.bulk_create(MpnId(number=f"80{n:05}", partner=halden, kind="location") for n in range(60))
    program = programme()
    rows = Enrollment.objects.bulk_create(
        Enrollment(mpn_id=mpn_id, program=program, changed_at=NOW, until=YEAR_END) for mpn_id in ids
    )
    EnrollmentPeriod.objects.bulk_create(
        EnrollmentPeriod(enrollment=row, valid_from=TODAY, valid_until=YEAR_END) for row in rows
    )
    browser = desk.world.web("elena.ruiz")
    with django_assert_max_num_queries(8):
        plan = browser.get(RENEWAL).context["plan"]
    with django_assert_max_num_queries(22):
        assert browser.post(RENEWAL, {"seen": plan.digest}).status_code == 302
    assert EnrollmentPeriod.objects.filter(valid_until=NEXT_END).count() == 61


# --- the sweep


@both_databases
def test_an_enrolment_goes_on_by_itself_without_a_gap(desk: Desk) -> None:
    sweep_on(YEAR_END - DAY)
    assert desk.days == [(TODAY, YEAR_END)]
    sweep_on(YEAR_END)
    sweep_on(YEAR_END)
    assert desk.days == [(TODAY, YEAR_END), (date(2027, 7, 1), NEXT_END)]
    assert desk.events.count("renewed") == 1
    assert "reminded" not in desk.events


def test_a_sweep_that_comes_late_leaves_no_gap_either(desk: Desk) -> None:
    sweep_on(date(2027, 7, 9))
    assert desk.days == [(TODAY, YEAR_END), (date(2027, 7, 1), NEXT_END)]
    assert desk.state == "active"


@both_databases
@pytest.mark.parametrize("why", ["company", "program"])
def test_what_is_not_renewed_is_told_of_twice_and_ends(desk: Desk, why: str) -> None:
    if why == "company":
        desk.company("choose_renewal", renews="no")
    else:
        programme(renews=False)
    for day, reminders in ((31, 0), (30, 1), (29, 1), (8, 1), (7, 2), (1, 2), (0, 2)):
        sweep_on(YEAR_END - day * DAY)
        sweep_on(YEAR_END - day * DAY)
        assert (day, desk.events.count("reminded")) == (day, reminders)
        assert desk.state == "active"
    for who in ("ines.moreau", "tomas.reyes"):
        assert desk.told.count((who, "enrollment_ending")) == 2
    sweep_on(YEAR_END + DAY)
    sweep_on(YEAR_END + DAY)
    assert (desk.state, desk.days, desk.row.until) == ("ended", [(TODAY, YEAR_END)], YEAR_END)
    assert (desk.events.count("lapsed"), desk.told.count(("tomas.reyes", "enrollment_ended"))) == (1, 1)
    assert list(faults()) == []


def test_one_that_is_found_late_is_told_of_once(desk: Desk) -> None:
    desk.company("choose_renewal", renews="no")
    sweep_on(YEAR_END - 3 * DAY)
    assert desk.events.count("reminded") == 1
    sweep_on(YEAR_END - 2 * DAY)
    assert desk.events.count("reminded") == 1


def test_a_company_that_changes_its_mind_is_renewed_after_all(desk: Desk) -> None:
    desk.company("choose_renewal", renews="no")
    sweep_on(YEAR_END - 20 * DAY)
    assert desk.company("choose_renewal", renews="yes").status_code == 302
    sweep_on(YEAR_END)
    assert (desk.row.until, desk.row.reminded) == (NEXT_END, None)


@both_databases
def test_an_invitation_runs_out_once(world: World) -> None:
    desk = Desk(world)
    desk.invite(until=TODAY + DAY)
    sweep_on(TODAY + DAY)
    assert desk.state == "invited"
    sweep_on(TODAY + 2 * DAY)
    sweep_on(TODAY + 2 * DAY)
    assert (desk.state, desk.events) == ("expired", ["invited", "expired"])


def test_a_suspended_one_ends_with_the_day_that_was_agreed_and_is_not_renewed(desk: Desk) -> None:
    desk.operator("suspend", words=WORDS)
    sweep_on(YEAR_END)
    assert desk.state == "suspended"
    sweep_on(YEAR_END + DAY)
    assert (desk.state, desk.days) == ("ended", [])


@both_databases
def test_one_that_fails_holds_up_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from partners.actions.enrollments import renewing

    other = Desk(desk.world, code="osu-m365").reach("active")
    broken, whole = desk.row.pk, renewing._renew

    def renew_or_break(rows: Any, **kwargs: Any) -> Any:
        if rows[0][0].pk == broken:
            raise RuntimeError
        return whole(rows, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(renewing, "_renew", renew_or_break)
        sweep_on(YEAR_END)
    assert (desk.row.until, other.row.until) == (YEAR_END, NEXT_END)
    sweep_on(YEAR_END)
    assert desk.row.until == NEXT_END


def test_the_beat_knows_the_sweep() -> None:
    from django.conf import settings

    from partners.tasks import sweep

    assert sweep.name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
