"""Rotas: weeks, holidays, nights, months, steps; and the moments at which they change."""

from __future__ import annotations

import pytest

from flowsim.inputs.values import Rota, RotaLine
from flowsim.program.timetables import DAY, HOUR, MINUTE, Calendar, Timetable

pytestmark = pytest.mark.unit

MONDAY_1_JANUARY = Calendar(weekday=0, day_of_year=0, holidays=frozenset())
ALL_WEEK = frozenset(range(7))


def line(days, begin, end, value):
    """A line of a rota, in hours."""
    return RotaLine(frozenset(days), int(begin * 60), int(end * 60), value)


def changes(rota, days=2, calendar=MONDAY_1_JANUARY, start=0):
    """(day, hour, value) of each change."""
    found = Timetable(rota, calendar).changes(start, start + days * DAY)
    return [(when // DAY, when % DAY / HOUR, value) for when, value in found]


def test_one_line_all_week_never_changes():
    rota = Rota((line(ALL_WEEK, 0, 24, 5),))
    assert changes(rota, days=800) == []
    assert Timetable(rota, MONDAY_1_JANUARY).value_at(-12345) == 5


def test_gaps_are_zero_and_overlaps_add_up():
    rota = Rota((line(range(5), 8, 16, 2), line(range(5), 12, 20, 3)))
    assert changes(rota, days=1) == [(0, 8, 2), (0, 12, 5), (0, 16, 3), (0, 20, 0)]


def test_a_line_past_midnight_belongs_to_the_day_on_which_it_starts():
    """Sunday 20:00 to 08:00: on Monday until 08:00, and again from Sunday evening."""
    rota = Rota((line({6}, 20, 8, 1),))
    assert Timetable(rota, MONDAY_1_JANUARY).value_at(0) == 1
    assert changes(rota, days=8) == [(0, 8, 0), (6, 20, 1), (7, 8, 0)]


def test_two_lines_that_meet_make_no_change():
    rota = Rota((line(ALL_WEEK, 8, 20, 4), line(ALL_WEEK, 20, 8, 4)))
    assert changes(rota, days=14) == []


def test_on_a_holiday_the_lines_for_holidays_hold_instead():
    """Tuesday 2 January is a holiday: half of the day staff; Monday's night shift still works until 08:00."""
    calendar = Calendar(0, 0, frozenset({(1, 2)}))
    rota = Rota((line(range(5), 8, 20, 4), line(range(5), 20, 8, 3), line({7}, 9, 17, 2)))
    assert changes(rota, days=3, calendar=calendar, start=12 * HOUR) == [
        (0, 20, 3), (1, 8, 0), (1, 9, 2), (1, 17, 0), (2, 8, 4), (2, 20, 3), (3, 8, 4),
    ]  # fmt: skip


def test_without_lines_for_holidays_a_holiday_is_a_day_like_others():
    calendar = Calendar(0, 0, frozenset({(1, 2)}))
    assert changes(Rota((line(range(5), 8, 20, 4),)), calendar=calendar) == [
        (0, 8, 4),
        (0, 20, 0),
        (1, 8, 4),
        (1, 20, 0),
    ]


def test_holidays_repeat_each_year_of_365_days():
    calendar = Calendar(0, 0, frozenset({(12, 25)}))
    assert [day for day in range(1100) if calendar.is_holiday(day)] == [358, 723, 1088]


def test_months_add_to_the_rota_from_midnight_and_never_below_zero():
    rota = Rota((line(ALL_WEEK, 0, 24, 2),), by_month=(0, -5, 3, *[0] * 9))
    assert changes(rota, days=365) == [(31, 0, 0), (59, 0, 5), (90, 0, 2)]


def test_steps_are_capacities_from_given_times():
    rota = Rota(steps=((0, 3), (7 * HOUR, 2)))
    table = Timetable(rota, MONDAY_1_JANUARY)
    assert [table.value_at(when) for when in (-1, 0, 7 * HOUR - 1, 7 * HOUR, DAY)] == [0, 3, 3, 2, 2]
    assert changes(rota) == [(0, 7, 2)]


def test_the_time_before_0_has_the_same_week():
    rota = Rota((line({0}, 9, 10, 1),))
    assert [(when // HOUR, value) for when, value in Timetable(rota, MONDAY_1_JANUARY).changes(-14 * DAY, 0)] == [
        (-14 * 24 + 9, 1), (-14 * 24 + 10, 0), (-7 * 24 + 9, 1), (-7 * 24 + 10, 0),
    ]  # fmt: skip


def test_every_change_is_a_change_and_value_at_agrees_with_it():
    calendar = Calendar(3, 340, frozenset({(12, 25), (1, 1)}))
    rota = Rota(
        (line(range(5), 7.5, 21, 6), line({5, 6}, 22, 6.25, 2), line({7}, 10, 10.5, 1)), (1, *[0] * 10, 2)
    )
    table = Timetable(rota, calendar)
    value, last = table.value_at(-3 * DAY), -3 * DAY
    for when, new in table.changes(-3 * DAY, 60 * DAY):
        assert last < when
        assert new != value == table.value_at(when - 1)
        assert table.value_at(when) == new
        value, last = new, when


def test_the_next_opening():
    rota = Rota((line({1}, 9, 12, 1),))
    table = Timetable(rota, MONDAY_1_JANUARY)
    opens = DAY + 9 * HOUR
    assert table.next_open(0) == opens
    assert table.next_open(opens + MINUTE) == opens + MINUTE
    assert table.next_open(DAY + 12 * HOUR) == opens + 7 * DAY
    assert Timetable(Rota(), MONDAY_1_JANUARY).next_open(0) is None
