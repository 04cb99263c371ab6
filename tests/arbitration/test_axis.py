"""The axis of a case as geometry: two scales with a break, marks in their places, two flags that never collide."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from arbitration.axis import APART, BREAK, LEFT, RESUME, RIGHT, History, Mark, draw

TODAY, DUE = date(2026, 11, 24), date(2026, 11, 30)


def test_what_is_held_still_is_cut_at_the_break_and_ends_today() -> None:
    picture = draw([History("A", ((date(2025, 3, 12), None),), ())], today=TODAY, due=DUE, over=False)
    old, recent = picture.rows[0].bars
    assert round(old.x + old.width, 1) == BREAK
    assert recent.x == RESUME
    assert recent.x + recent.width > picture.today.x


def test_what_began_before_the_picture_begins_at_its_edge_and_what_ended_before_is_not_drawn() -> None:
    held = ((date(2010, 1, 1), date(2012, 1, 1)), (date(2015, 1, 1), None))
    picture = draw([History("A", held, ())], today=TODAY, due=DUE, over=False)
    assert [bar.x for bar in picture.rows[0].bars] == [LEFT, RESUME]


def test_marks_of_one_day_stand_beside_each_other_in_the_order_of_what_happened() -> None:
    marks = (Mark("answered", TODAY), Mark("filed", TODAY), Mark("asked", TODAY))
    points = draw([History("A", (), marks)], today=TODAY, due=DUE, over=False).rows[0].points
    assert [point.kind for point in points] == ["filed", "asked", "answered"]
    assert [round(b.x - a.x, 1) for a, b in pairwise(points)] == [APART, APART]


def test_documents_of_one_day_are_one_mark_below_the_line() -> None:
    marks = (Mark("proof", TODAY), Mark("proof", TODAY), Mark("proof", TODAY - timedelta(days=1)))
    points = draw([History("A", (), marks)], today=TODAY, due=DUE, over=False).rows[0].points
    assert [point.kind for point in points] == ["proof", "proof"]


@pytest.mark.parametrize("days", [-400, -20, -1, 0, 1, 20])
def test_today_and_the_due_day_stand_in_order_and_their_words_apart(days: int) -> None:
    due = TODAY + timedelta(days=days)
    picture = draw([History("A", (), ())], today=TODAY, due=due, over=False)
    assert picture.due is not None
    assert (picture.today.x < picture.due.x) is (days >= 0)
    assert {picture.today.anchor, picture.due.anchor} == {"start", "end"}
    assert LEFT <= min(picture.today.x, picture.due.x) <= max(picture.today.x, picture.due.x) <= RIGHT


def test_a_case_that_is_over_has_no_due_day_any_more() -> None:
    picture = draw([History("A", (), ())], today=TODAY, due=DUE, over=True)
    assert (picture.due, picture.today.label) == (None, "over, 24 Nov")


def test_weeks_begin_on_mondays_and_name_their_month_once() -> None:
    picture = draw([History("A", (), ())], today=TODAY, due=DUE, over=False)
    weeks = [tick.label for tick in picture.ticks if tick.x >= RESUME]
    assert weeks == ["19 Oct", "26", "2 Nov", "9", "16", "23", "30", "7 Dec"]
    years = [tick.label for tick in picture.ticks if tick.x <= BREAK]
    assert years == ["Jan 2025", "Apr", "Jul", "Oct", "Jan 2026", "Apr", "Jul"]


def test_a_long_name_is_cut_where_its_room_ends() -> None:
    picture = draw([History("Estuary Business Software and Services", (), ())], today=TODAY, due=DUE, over=False)
    assert picture.rows[0].name == "Estuary Business Softwar…"
