"""Changes and openings of many timetables as arrays agree with each timetable's own."""

from __future__ import annotations

from heapq import merge

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flowsim.inputs.values import Rota, RotaLine
from flowsim.program.changes import NEVER, Changes, Openings
from flowsim.program.timetables import DAY, HOUR, MINUTE, WEEK, Calendar, Timetable

pytestmark = pytest.mark.unit

PARTS_OF_DAYS = st.builds(
    RotaLine,
    st.frozensets(st.integers(0, 7), min_size=1),
    st.sampled_from([0, 1, 8 * 60, 12 * 60 + 30, 20 * 60]),
    st.sampled_from([0, 1, 8 * 60, 17 * 60, 24 * 60]),
    st.integers(0, 3),
).filter(lambda line: line.start_minute != line.end_minute)
WHOLE_DAYS = st.builds(
    RotaLine,
    st.sampled_from(
        [frozenset(range(7)), frozenset(range(8)), frozenset(range(5)), frozenset({5, 6}), frozenset({7})]
    ),
    st.just(0),
    st.just(24 * 60),
    st.integers(0, 3),
)
LINES = st.one_of(PARTS_OF_DAYS, WHOLE_DAYS)
BY_MONTH = st.one_of(st.just((0,) * 12), st.tuples(*[st.integers(-2, 1)] * 12))
WEEKLY = st.builds(
    Rota, st.one_of(st.lists(lines, max_size=3).map(tuple) for lines in (LINES, WHOLE_DAYS)), BY_MONTH
)
STEPS = st.dictionaries(st.integers(-3 * DAY, 20 * DAY), st.integers(0, 2), min_size=1, max_size=6)
LISTED = STEPS.map(lambda steps: Rota(steps=tuple(sorted(steps.items()))))
ROTAS = st.lists(st.one_of(WEEKLY, WEEKLY, LISTED), max_size=5)
HOLIDAYS = st.frozensets(st.tuples(st.integers(1, 3), st.integers(1, 8)))
CALENDARS = st.builds(Calendar, st.integers(0, 6), st.sampled_from([0, 27, 58, 360]), HOLIDAYS)
STARTS = st.one_of(st.just(0), st.integers(-15 * DAY, 15 * DAY))
LENGTHS = st.lists(
    st.one_of(st.sampled_from([WEEK, DAY, 1]), st.integers(0, 12 * DAY)), min_size=1, max_size=5
)


def numbered(number, timetable, start, until):
    for when, value in timetable.changes(start, until):
        yield when, number, value


@settings(max_examples=150, deadline=None)
@given(ROTAS, CALENDARS, STARTS, LENGTHS)
def test_windows_in_a_row_hold_every_change_in_the_engines_order(rotas, calendar, start, lengths):
    tables = [Timetable(rota, calendar) for rota in rotas]
    changes, begin, found = Changes(tables), start + 1, []
    for length in lengths:
        rows = changes.between(begin, begin + length)
        assert all(column.dtype == "int64" for column in rows)
        found += zip(rows.time.tolist(), rows.number.tolist(), rows.value.tolist(), strict=True)
        for when, number, was in zip(
            rows.time.tolist(), rows.number.tolist(), rows.was.tolist(), strict=True
        ):
            assert tables[number].value_at(when - 1) == was
        begin += length
    assert found == list(merge(*(numbered(at, table, start, begin) for at, table in enumerate(tables))))


@settings(max_examples=150, deadline=None)
@given(ROTAS, CALENDARS, STARTS, LENGTHS)
def test_openings_are_what_each_calendar_says(rotas, calendar, start, lengths):
    tables = [Timetable(rota, calendar) for rota in rotas]
    openings, begin = Openings(tables), start
    for length in lengths:
        first, instant = openings.between(begin, begin + length)
        for at, table in enumerate(tables):
            inside = [
                when
                for when, value in table.changes(begin - 1, begin + length)
                if value > 0 and not table.value_at(when - 1)
            ]
            coming = table.next_open(begin + length)
            expected = [*inside, NEVER if coming is None else coming]
            assert instant[first[at] : first[at + 1]].tolist() == expected
        begin += length


@settings(max_examples=60, deadline=None)
@given(st.one_of(WEEKLY, LISTED), CALENDARS, STARTS)
def test_the_next_opening_is_the_first_moment_with_a_value(rota, calendar, start):
    table = Timetable(rota, calendar)
    found = table.next_open(start)
    until = start + 800 * DAY if found is None else found
    assert found is None or table.value_at(found) > 0
    assert not [when for when, value in table.changes(start, until) if value > 0]


def test_the_next_opening_does_not_depend_on_from_when_one_asks():
    far = 30 * 365 * DAY
    assert (
        Timetable(Rota(steps=((0, 1), (HOUR, 0), (far, 1))), Calendar(0, 0, frozenset())).next_open(DAY)
        == far
    )
    new_year_sundays = Rota((RotaLine(frozenset({7}), 600, 660, 1), RotaLine(frozenset({2}), 600, 660, 0)))
    calendar = Calendar(0, 0, frozenset({(1, 1)}))
    assert Timetable(new_year_sundays, calendar).next_open(DAY) == 365 * DAY + 600 * MINUTE


def test_a_calendar_that_never_opens_is_told_at_once():
    shut = Timetable(Rota((RotaLine(frozenset(range(7)), 0, 1440, 0),)), Calendar(0, 0, frozenset()))
    assert [shut.next_open(day * DAY) for day in range(2_000)] == [None] * 2_000
