"""Deadlines in business days: examples that read as rules, an independent count, and what must hold for any calendar."""

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.business_days import (
    Calendar,
    Day,
    business_days_between,
    calendar_version,
    counted_until,
    deadline,
    first_instant,
)
from claims.public_holidays import countries, name_of_day_off, public_holidays

MONDAY_TO_FRIDAY = frozenset(range(5))
SUNDAY_TO_THURSDAY = frozenset({6, 0, 1, 2, 3})
PACIFIC = ZoneInfo("America/Los_Angeles")
SAMOA = ZoneInfo("Pacific/Apia")
THANKSGIVING = date(2026, 11, 26)


def calendar(zone=PACIFIC, weekdays=MONDAY_TO_FRIDAY, days_off=None):
    return Calendar(zone, weekdays, {THANKSGIVING: "Thanksgiving Day"} if days_off is None else days_off)


def at(zone, *parts):
    return datetime(*parts, tzinfo=zone)


def last_day(clock):
    return clock.days[-1].date


def test_five_business_days_skip_the_weekend_and_thanksgiving():
    clock = deadline(at(PACIFIC, 2026, 11, 19, 15, 30), 5, calendar())

    assert clock.due_at == datetime(2026, 11, 28, 8, 0, tzinfo=UTC)
    assert clock.due_at.tzinfo is UTC
    assert clock.due_at.astimezone(PACIFIC).isoformat() == "2026-11-28T00:00:00-08:00"
    assert clock.days == (
        Day(date(2026, 11, 19), 0, ""),
        Day(date(2026, 11, 20), 1, ""),
        Day(date(2026, 11, 21), None, "weekend"),
        Day(date(2026, 11, 22), None, "weekend"),
        Day(date(2026, 11, 23), 2, ""),
        Day(date(2026, 11, 24), 3, ""),
        Day(date(2026, 11, 25), 4, ""),
        Day(date(2026, 11, 26), None, "Thanksgiving Day"),
        Day(date(2026, 11, 27), 5, ""),
    )
    assert clock.version == calendar().version


@pytest.mark.parametrize(
    ("start", "due_day"),
    [
        ((2026, 11, 21, 10), date(2026, 11, 30)),  # Saturday: Monday is day 1
        ((2026, 11, 26, 10), date(2026, 12, 3)),  # Thanksgiving itself: Friday is day 1
        ((2026, 11, 18, 0, 0, 0), date(2026, 11, 25)),  # the first instant of Wednesday belongs to Wednesday
        ((2026, 11, 17, 23, 59, 59), date(2026, 11, 24)),  # the last second of Tuesday to Tuesday
    ],
)
def test_the_day_the_clock_starts_is_day_zero_whatever_day_it_is(start, due_day):
    clock = deadline(at(PACIFIC, *start), 5, calendar())
    assert clock.days[0] == Day(date(*start[:3]), 0, "")
    assert last_day(clock) == due_day


def test_the_start_day_is_the_operators_not_the_senders():
    start = datetime(2026, 11, 20, 2, 0, tzinfo=ZoneInfo("Europe/Madrid"))  # still Thursday 17:00 on the Pacific coast
    assert deadline(start, 5, calendar()).days[0].date == date(2026, 11, 19)


def test_a_holiday_on_a_weekend_is_just_a_weekend_and_an_unnamed_closure_still_counts_as_one():
    closed = calendar(days_off={date(2026, 11, 21): "Saturday fair", date(2026, 11, 23): ""})
    days = deadline(at(PACIFIC, 2026, 11, 20, 9), 1, closed).days
    assert [(day.number, day.reason) for day in days] == [
        (0, ""),
        (None, "weekend"),
        (None, "weekend"),
        (None, "holiday"),
        (1, ""),
    ]


def test_a_sunday_to_thursday_week_rests_on_friday_and_saturday():
    riyadh = ZoneInfo("Asia/Riyadh")
    clock = deadline(at(riyadh, 2026, 6, 3, 9), 3, calendar(riyadh, SUNDAY_TO_THURSDAY, {}))
    assert [(day.date.day, day.number) for day in clock.days] == [(3, 0), (4, 1), (5, None), (6, None), (7, 2), (8, 3)]


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("America/Los_Angeles", date(2026, 11, 2), "2026-11-02T00:00:00-08:00"),
        ("America/Sao_Paulo", date(2018, 11, 4), "2018-11-04T01:00:00-02:00"),  # clocks went from 00:00 to 01:00
        (
            "America/Sao_Paulo",
            date(2019, 2, 17),
            "2019-02-17T00:00:00-03:00",
        ),  # back from 00:00 to 23:00 the day before
        ("Asia/Beirut", date(2024, 3, 31), "2024-03-31T01:00:00+03:00"),
        ("Africa/Cairo", date(2024, 4, 26), "2024-04-26T01:00:00+03:00"),
        ("Africa/Cairo", date(2024, 11, 1), "2024-11-01T00:00:00+02:00"),
        ("Atlantic/Azores", date(2026, 10, 25), "2026-10-25T00:00:00+00:00"),  # midnight came twice: the first counts
        ("America/Havana", date(2024, 11, 3), "2024-11-03T00:00:00-04:00"),
        ("America/Toronto", date(1919, 3, 31), "1919-03-31T00:30:00-04:00"),  # from 23:30 to 00:30
        ("Pacific/Apia", date(2011, 12, 29), "2011-12-29T00:00:00-10:00"),
        ("Pacific/Apia", date(2011, 12, 30), "2011-12-31T00:00:00+14:00"),  # no such day: the next one begins instead
        ("Pacific/Apia", date(2011, 12, 31), "2011-12-31T00:00:00+14:00"),
    ],
)
def test_a_day_begins_when_the_clocks_first_show_it(zone, day, first):
    instant = first_instant(day, ZoneInfo(zone))
    assert instant.astimezone(ZoneInfo(zone)).isoformat() == first
    assert (instant - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).date() < day


def test_a_deadline_falls_at_one_in_the_morning_where_midnight_was_skipped():
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    clock = deadline(at(sao_paulo, 2018, 11, 1, 9), 2, calendar(sao_paulo, frozenset(range(6)), {}))
    assert last_day(clock) == date(2018, 11, 3)
    assert clock.due_at == datetime(2018, 11, 4, 3, 0, tzinfo=UTC)


def test_a_date_that_the_zone_never_had_is_no_business_day():
    clock = deadline(at(SAMOA, 2011, 12, 28, 9), 2, calendar(SAMOA, days_off={}))
    assert [(day.date, day.number) for day in clock.days] == [
        (date(2011, 12, 28), 0),
        (date(2011, 12, 29), 1),
        (date(2011, 12, 31), None),
        (date(2012, 1, 1), None),
        (date(2012, 1, 2), 2),
    ]


def test_a_deadline_before_a_skipped_date_is_the_instant_the_date_was_skipped():
    clock = deadline(at(SAMOA, 2011, 12, 28, 9), 1, calendar(SAMOA, days_off={}))
    assert clock.due_at == datetime(2011, 12, 30, 10, 0, tzinfo=UTC)


def test_what_cannot_be_counted_is_refused():
    start = at(PACIFIC, 2026, 11, 19, 9)
    with pytest.raises(ValueError, match="time zone"):
        deadline(datetime(2026, 11, 19, 9), 5, calendar())
    with pytest.raises(ValueError, match="at least one business day, not 0"):
        deadline(start, 0, calendar())
    with pytest.raises(ValueError, match="no working day in the two years after 2026-11-19"):
        deadline(start, 1, calendar(weekdays=frozenset()))
    with pytest.raises(ValueError, match="no working day in the two years"):
        deadline(start, 1, calendar(days_off={start.date() + timedelta(days=n): "closed" for n in range(1500)}))
    with pytest.raises(ValueError, match=r"0 \(Monday\) to 6"):
        calendar(weekdays=frozenset({7}))


def test_day_three_of_five_is_what_has_been_counted_up_to_today():
    days = deadline(at(PACIFIC, 2026, 11, 19, 9), 5, calendar()).days
    seen = [counted_until(days, date(2026, 11, 18) + timedelta(days=n)) for n in range(12)]
    #        18 19 20 21 22 23 24 25 26 27 28 29
    assert seen == [0, 0, 1, 1, 1, 2, 3, 4, 4, 5, 5, 5]


def test_overdue_is_counted_in_business_days_begun_since_the_last_counted_day():
    due_day = date(2026, 11, 25)
    overdue = [business_days_between(due_day, due_day + timedelta(days=n), calendar()) for n in range(-1, 7)]
    assert overdue == [0, 0, 0, 1, 1, 1, 2, 3]  # Thanksgiving, then Friday, the weekend, Monday, Tuesday


def test_a_version_changes_with_zone_weekdays_and_holidays_and_with_nothing_else():
    a, b = date(2026, 1, 1), date(2026, 7, 4)
    first = calendar_version(PACIFIC, {0, 1}, {a: "New Year", b: "Fourth"})
    assert first == calendar_version(PACIFIC, [1, 0], {b: "Fourth", a: "New Year"}) == "4909c4447710d81b"
    others = {
        calendar_version(ZoneInfo("America/Vancouver"), {0, 1}, {a: "New Year", b: "Fourth"}),
        calendar_version(PACIFIC, {0, 1, 2}, {a: "New Year", b: "Fourth"}),
        calendar_version(PACIFIC, {0, 1}, {a: "New Year"}),
        calendar_version(PACIFIC, {0, 1}, {a: "New Year", b: "Other"}),
    }
    assert len(others | {first}) == 5


def test_a_calendar_keeps_its_days_when_the_mapping_it_came_from_changes():
    days_off = {THANKSGIVING: "Thanksgiving Day"}
    made = calendar(days_off=days_off)
    days_off.clear()
    assert made.reason_off(THANKSGIVING) == "Thanksgiving Day"
    assert made.version == calendar().version


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Thanksgiving Day", "Día de Acción de Gracias"),
        ("Independence Day (observed)", "Día de la Independencia (trasladado)"),
        ("Stocktaking", "Stocktaking"),
        ("Stocktaking (observed)", "Stocktaking (observed)"),
    ],
)
def test_a_day_off_is_named_in_the_readers_language_where_its_name_is_known(name: str, said: str) -> None:
    assert name_of_day_off(name) == name
    with translation.override("es"):
        assert name_of_day_off(name) == said


def test_every_holiday_of_the_calendar_that_is_installed_has_a_name_in_spanish():
    with translation.override("es"):
        for name in public_holidays("US", range(2020, 2036)).values():
            assert name_of_day_off(name) != name


def test_countries_are_named_and_ordered_in_the_readers_language():
    assert countries()["US"] == "United States"
    with translation.override("es"):
        named = list(countries().values())
        assert countries()["US"] == "Estados Unidos"
    assert named.index("Bélgica") < named.index("Bermudas") < named.index("España") < named.index("Zimbabue")
    assert named.index("Túnez") < named.index("Turquía")


def test_public_holidays_are_those_of_country_and_part_and_years_asked_for():
    assert public_holidays("US", range(2026, 2027))[THANKSGIVING] == "Thanksgiving Day"
    assert "Thanksgiving" not in str(public_holidays("NL", range(2026, 2027)))
    assert date(2026, 3, 31) in public_holidays("US-CA", range(2026, 2027))  # César Chávez Day
    assert date(2026, 3, 31) not in public_holidays("US", range(2026, 2027))
    assert {day.year for day in public_holidays("JP", range(2025, 2028))} == {2025, 2026, 2027}


def test_a_holiday_kept_on_the_last_day_of_the_year_before_is_not_lost():
    assert public_holidays("US", range(2021, 2022))[date(2021, 12, 31)] == "New Year's Day (observed)"
    assert min(public_holidays("US", range(2022, 2023))).year == 2022


def test_public_holidays_given_out_twice_are_not_one_mapping():
    public_holidays("US", range(2026, 2027)).clear()
    assert public_holidays("US", range(2026, 2027))


@pytest.mark.parametrize("region", ["XX", "US-ZZ"])
def test_unknown_regions_are_refused(region):
    with pytest.raises(ValueError, match="no public holidays are known for"):
        public_holidays(region, range(2026, 2027))


REGIONS = [
    ("America/Los_Angeles", "US-CA", MONDAY_TO_FRIDAY),
    ("Europe/Amsterdam", "NL", MONDAY_TO_FRIDAY),
    ("Asia/Tokyo", "JP", MONDAY_TO_FRIDAY),
    ("America/Sao_Paulo", "BR", MONDAY_TO_FRIDAY),
    ("Asia/Riyadh", "SA", SUNDAY_TO_THURSDAY),
    ("Pacific/Apia", "WS", MONDAY_TO_FRIDAY),
]
SPAN = range(2008, 2032)


def due_by_walking_the_clock(start, business_days, zone, weekdays, days_off):
    """Counts as a person with a wall clock would: looks at it every hour and ticks off each working day it shows."""
    hour = start.replace(
        minute=0, second=0, microsecond=0
    )  # all six zones are whole hours from UTC, and change by such
    shown = hour.astimezone(zone).date()
    ticked = 0
    while True:
        hour += timedelta(hours=1)
        today = hour.astimezone(zone).date()
        if today == shown:
            continue
        if ticked == business_days:
            return hour
        shown = today
        if today.weekday() in weekdays and today not in days_off:
            ticked += 1


@pytest.mark.parametrize(("zone_name", "region", "weekdays"), REGIONS, ids=[row[0] for row in REGIONS])
def test_due_dates_equal_an_independent_count(zone_name, region, weekdays):
    dice = random.Random(f"cpor {zone_name}")
    zone = ZoneInfo(zone_name)
    made = Calendar(zone, weekdays, public_holidays(region, SPAN))
    days_off = holidays.country_holidays(region[:2], subdiv=region[3:] or None, years=SPAN)
    begin = datetime(2008, 2, 1, tzinfo=UTC)
    starts = [begin + timedelta(seconds=dice.randrange(23 * 365 * 86400)) for _ in range(334)]
    for start in starts:
        length = dice.choice([1, 2, 5, 5, 10])
        expected = due_by_walking_the_clock(start, length, zone, weekdays, days_off)
        assert deadline(start, length, made).due_at == expected, (start.isoformat(), length)


ZONE_NAMES = [
    "America/Los_Angeles",
    "Europe/Amsterdam",
    "Asia/Kathmandu",
    "America/St_Johns",
    "Asia/Beirut",
    "Africa/Cairo",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "America/Havana",
    "Asia/Tehran",
    "Pacific/Kwajalein",
    "UTC",
]
ZONES = st.sampled_from(ZONE_NAMES).map(ZoneInfo)
DAYS = st.dates(date(1990, 1, 1), date(2036, 1, 1))


@st.composite
def calendars(draw):
    weekdays = draw(st.frozensets(st.integers(0, 6), min_size=1))
    return Calendar(draw(ZONES), weekdays, draw(st.dictionaries(DAYS, st.text(max_size=8), max_size=30)))


STARTS = st.datetimes(datetime(1990, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))


@settings(max_examples=200, deadline=None)
@given(STARTS, st.integers(1, 30), calendars())
def test_every_deadline_ends_the_last_of_exactly_that_many_days(start, length, made):
    clock = deadline(start, length, made)
    numbers = [day.number for day in clock.days if day.number is not None]
    dates = [day.date for day in clock.days]
    assert numbers == list(range(length + 1))
    assert clock.days[-1].number == length
    assert dates == sorted(set(dates))
    assert all(bool(day.reason) == (day.number is None) for day in clock.days)
    assert made.day_of(clock.due_at) > dates[-1] >= made.day_of(clock.due_at - timedelta(microseconds=1))
    assert clock.due_at > start
    assert counted_until(clock.days, dates[-1]) == length == business_days_between(dates[0], dates[-1], made)


@settings(max_examples=200, deadline=None)
@given(STARTS, st.timedeltas(timedelta(0), timedelta(days=9)), st.integers(1, 10), calendars())
def test_starting_later_or_running_longer_never_ends_earlier(start, later, length, made):
    ends = deadline(start, length, made).due_at
    assert deadline(start + later, length, made).due_at >= ends
    assert deadline(start, length + 1, made).due_at > ends


@settings(max_examples=100, deadline=None)
@given(STARTS, st.integers(1, 10), calendars(), st.integers(0, 20))
def test_one_more_day_off_never_ends_a_clock_earlier(start, length, made, offset):
    closed = {**made.holidays, made.day_of(start) + timedelta(days=offset): "closed"}
    fewer = Calendar(made.zone, made.working_weekdays, closed)
    assert deadline(start, length, fewer).due_at >= deadline(start, length, made).due_at
