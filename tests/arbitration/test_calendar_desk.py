"""The calendar desk: seen by admins and auditors, changed by admins once they have seen what a change would bring."""

import re
from typing import Any

import pytest
from django.test import Client

from claims.models import Holiday
from events.log import faults
from events.models import Event
from partners.models import User
from tests.arbitration.calendar_pages import (
    ADMIN,
    AUDITOR,
    CHANGE,
    CONFIRM,
    DUE,
    LATER,
    PAGE,
    STOCKTAKING,
    WHO,
    confirm,
    preview,
    preview_token,
    text,
)
from tests.at_once import quiet
from tests.claims.given import events_of, everything, mails, read, sent, stored, told
from tests.claims.test_take import NADIA, take
from tests.world import World


@pytest.fixture
def admin(world: World) -> Client:
    """The demo's admin speaks Spanish; here she reads English."""
    User.objects.filter(pk=world.person(ADMIN).pk).update(language="en")
    return world.web(ADMIN)


@pytest.mark.parametrize(
    ("who", "sees", "changes"),
    [(ADMIN, 200, 302), (AUDITOR, 200, 403), (NADIA, 403, 403), ("samuel.lind", 403, 403), (WHO, 403, 403)],
)
def test_admins_change_auditors_read_and_others_find_nothing(world: World, who: str, sees: int, changes: int) -> None:
    browser, seen = world.web(who), preview_token(world)
    assert browser.get(PAGE).status_code == sees
    assert browser.get(CHANGE, STOCKTAKING).status_code == (200 if changes == 302 else 403)
    assert browser.post(CONFIRM, {**STOCKTAKING, "clocks": "all", "seen": seen}).status_code == changes
    assert Holiday.objects.count() == (2 if changes == 302 else 0)


def test_nobody_signed_in_is_led_to_the_sign_in(client: Client, world: World) -> None:
    for path in (PAGE, CHANGE, CONFIRM):
        assert client.get(path).status_code in {302, 405}
        assert client.post(path).status_code in {302, 405}


def test_an_auditor_reads_the_year_and_finds_no_button(world: World) -> None:
    page = read(world.web(AUDITOR), f"{PAGE}?year=2026")
    said = text(page)
    for words in ("Calendar 2026", "Monday to Friday", "America/Los Angeles", "United States", "Thu 26 Nov"):
        assert words in said, words
    assert "Thanksgiving Day" in said
    assert "Business days in 2026 250" in said
    assert "<form" not in page.partition("<main")[2].partition("</main>")[0]
    assert "calendar/change" not in page


def test_countries_and_days_off_are_named_in_the_readers_language(world: World) -> None:
    User.objects.filter(pk=world.person(ADMIN).pk).update(language="es")
    said = text(read(world.web(ADMIN), f"{PAGE}?year=2027"))
    for words in ("Estados Unidos", "Día de Acción de Gracias", "Juneteenth, día de la emancipación (trasladado)"):
        assert words in said, words
    assert "Thanksgiving" not in said
    preview = text(world.web(ADMIN).get(CHANGE, {"do": "work", "day": "2026-11-26"}).content.decode())
    assert "Día de Acción de Gracias" in preview


def test_a_preview_names_the_days_and_every_clock_and_writes_nothing(world: World, admin: Client) -> None:
    reference = sent(world, WHO)
    take(world, NADIA, reference)
    before = everything()
    said = text(preview(admin, STOCKTAKING))
    assert everything() == before
    assert "Mon 23 Nov 2026: business day → Stocktaking Tue 24 Nov 2026: business day → Stocktaking" in said
    assert "Review 1 1 0 0" in said
    assert "Reviewer's lease 1 1 0 0" in said
    assert "All 2 2 0 0" in said
    assert f"{reference} Fri 27 Nov Tue 1 Dec later" in said
    assert f"{reference} Mon 23 Nov Wed 25 Nov later" in said


def test_on_confirmation_clocks_move_and_all_is_recorded_and_told_once(world: World, admin: Client) -> None:
    reference = sent(world, WHO)
    quiet()
    version = stored(reference).version
    assert confirm(admin, STOCKTAKING).status_code == 302
    assert "Closed: Mon 23 Nov to Tue 24 Nov 2026. 1 running clock moved." in text(read(admin, PAGE))
    claim = stored(reference)
    assert (claim.due_at, claim.version, claim.sweep_at) == (LATER, version + 1, claim.remind_at)
    assert [day[1] for day in claim.due_days] == [0, 1, None, None, None, None, 2, None, 3, None, None, 4, 5]
    assert claim.due_days[4][2] == "Stocktaking"
    clocks = [{"clock": "review", "was": DUE.isoformat(), "due_at": LATER.isoformat()}]
    assert events_of(claim.subject)[-1] == ("claim.clock_moved", {"clocks": clocks})
    recorded = {"closed": ["2026-11-23", "2026-11-24"], "number": 2, "recount": True, "clocks": 1}
    assert events_of("calendar") == [("calendar.changed", recorded)]
    assert told() == [(WHO, "clock_moved")]
    assert [subject for _to, subject in mails()] == [f"{reference} is due by Tuesday 1 December now: Sales roll-out"]
    assert list(faults()) == []
    said = text(read(world.web(WHO), claim.path))
    assert "It will be reviewed by the end of Tuesday 1 December" in said
    assert "Due date moved by Elena Ruiz; Fri 27 Nov → Tue 1 Dec" in said
    said = text(read(admin, PAGE))
    assert "Closed: Mon 23 Nov to Tue 24 Nov 2026 by Elena Ruiz; 1 clock moved" in said


def test_with_new_clocks_only_the_calendar_changes_and_nobody_is_told(world: World, admin: Client) -> None:
    reference = sent(world, WHO)
    quiet()
    before = everything(but=("claims_holiday", "claims_workcalendar", "events_event", "events_chain"))
    assert confirm(admin, STOCKTAKING, clocks="new").status_code == 302
    assert everything(but=("claims_holiday", "claims_workcalendar", "events_event", "events_chain")) == before
    assert events_of("calendar")[0][1]["recount"] is False
    second = sent(world, "miguel.sa", mpn_id="7310020", partner_contact={"name": "M", "email": "m@brightwater.example"})
    assert (stored(reference).due_at, stored(second).due_at) == (DUE, LATER)


def test_clocks_left_behind_can_follow_later(world: World, admin: Client) -> None:
    reference = sent(world, WHO)
    confirm(admin, STOCKTAKING, clocks="new")
    said = text(preview(admin, {"do": "recount"}))
    assert f"{reference} Fri 27 Nov Tue 1 Dec later" in said
    assert confirm(admin, {"do": "recount"}).status_code == 302
    assert stored(reference).due_at == LATER
    assert events_of("calendar")[-1][1] == {"number": 3, "recount": True, "clocks": 1}
    assert "Move these clocks" not in preview(admin, {"do": "recount"})


def test_who_confirms_twice_changes_once(world: World, admin: Client) -> None:
    reference, seen = sent(world, WHO), preview_token(world)
    assert confirm(admin, STOCKTAKING, seen=seen).status_code == 302
    version, events = stored(reference).version, Event.objects.count()
    again = confirm(admin, STOCKTAKING, seen=seen)
    assert again.status_code == 422
    assert "2026-11-23 has an entry already: Stocktaking" in text(again.content.decode())
    assert (stored(reference).version, Event.objects.count()) == (version, events)


def test_what_changed_since_the_preview_is_shown_again_and_nothing_done(world: World, admin: Client) -> None:
    seen = preview_token(world)
    confirm(admin, {**STOCKTAKING, "first": "2026-11-30", "last": "", "name": "Bridge"})
    before = everything()
    answer = confirm(admin, STOCKTAKING, seen=seen)
    assert answer.status_code == 409
    assert everything() == before
    said = text(answer.content.decode())
    assert "Somebody changed the calendar after you opened this." in said
    assert "Mon 23 Nov 2026: business day → Stocktaking" in said
    fresh = re.search(r'name="seen" value="([^"]+)"', answer.content.decode())
    assert fresh
    assert confirm(admin, STOCKTAKING, seen=fresh[1]).status_code == 302


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({**STOCKTAKING, "first": ""}, "This field is required."),
        ({**STOCKTAKING, "name": " "}, "This field is required."),
        ({**STOCKTAKING, "name": "x" * 121}, "at most 120 characters"),
        ({**STOCKTAKING, "first": "23 November"}, "Enter a valid date."),
        ({**STOCKTAKING, "last": "2026-11-20"}, "This is before the first day."),
        ({**STOCKTAKING, "last": "2026-12-24"}, "Close at most 31 days at once."),
        ({**STOCKTAKING, "first": "2031-01-01", "last": ""}, "Choose days from last year to the year after next."),
        ({**STOCKTAKING, "country": "NL"}, "Select a valid choice."),
        ({"do": "work", "day": "2026-11-25", "country": ""}, "This is a business day already."),
        ({"do": "work", "day": "2026-11-28", "country": "US"}, "United States has no holiday on this day."),
        ({"do": "forget", "day": "2026-11-25"}, "There is no entry on this day any more."),
        ({"do": "forget", "day": "soon"}, "Enter a valid date."),
        ({"do": "drop", "region": "NL"}, "Its holidays are business days already."),
        ({"do": "country", "add": "US", "part": ""}, "Its holidays do not count already."),
        ({"do": "country", "add": "US", "part": "ZZ"}, "United States keeps no holidays of this part. Known: A"),
        ({"do": "country", "add": "XX", "part": ""}, "Select a valid choice."),
        ({"do": "hours", "zone": "America/Los_Angeles"}, "This field is required."),
        ({"do": "hours", "zone": "Mars/Olympus", "weekdays": ["0"]}, "Select a valid choice."),
        ({"do": "hours", "zone": "America/Los_Angeles", "weekdays": ["0"]}, "business days would be left in a year"),
    ],
)
def test_what_makes_no_sense_is_refused_with_what_was_typed(
    world: World, admin: Client, change: dict[str, Any], words: str
) -> None:
    before = everything()
    for answer in (admin.get(CHANGE, change), admin.post(CONFIRM, {**change, "seen": "x", "clocks": "all"})):
        assert answer.status_code == 422
        page = answer.content.decode()
        assert words in text(page)
        beside = page.partition(f'name="do" value="{change["do"]}"')[2].partition("</form>")[0]
        assert 'role="alert"' in (beside or page)
        assert page.count('role="alert"') == 1
        for name in ("first", "name"):
            assert not change.get(name, "").strip() or f'value="{change[name]}"' in page
    assert everything() == before


@pytest.mark.parametrize("change", [{}, {"do": "explode"}, {"do": ""}])
def test_a_change_that_is_none_is_not_found(admin: Client, change: dict[str, str]) -> None:
    assert admin.get(CHANGE, change).status_code == 404
    assert admin.post(CONFIRM, change).status_code == 404


@pytest.mark.parametrize(
    ("change", "words", "due_day"),
    [
        ({"do": "work", "day": "2026-11-26", "country": ""}, "Thanksgiving Day → business day", "2026-11-26"),
        ({"do": "work", "day": "2026-11-26", "country": "US"}, "Thanksgiving Day → business day", "2026-11-26"),
        ({"do": "work", "day": "2026-11-21", "country": ""}, "weekend → business day", "2026-11-25"),
        ({"do": "drop", "region": "US"}, "The public holidays of United States are business days.", "2026-11-26"),
        ({"do": "country", "add": "GB", "part": "sct"}, "holidays of United Kingdom, SCT count no more", "2026-11-27"),
        ({"do": "country", "add": "AM", "part": ""}, "public holidays of Armenia count no more.", "2026-11-27"),
        ({"do": "hours", "zone": "America/Los_Angeles", "weekdays": list("01235")}, "Friday → Monday", "2026-11-28"),
    ],
)
def test_each_change_counts(world: World, admin: Client, change: dict[str, Any], words: str, due_day: str) -> None:
    reference = sent(world, WHO)
    said = text(preview(admin, change))
    assert words.rsplit(" → ", maxsplit=1)[-1] in said
    assert confirm(admin, change).status_code == 302
    assert stored(reference).due_days[-1][0] == due_day
    assert "Move these clocks" not in preview(admin, {"do": "recount"})
