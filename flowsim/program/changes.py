"""All timetables of a place at once: their changes and openings between two moments, as arrays.

Days of one kind (weekday, holiday, month) are alike, so the changes of each kind of day are worked out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from flowsim.program.timetables import DAY, DAY_MINUTES, HOLIDAY, MINUTE, YEAR_DAYS, Timetable

Ints = NDArray[np.int64]

NEVER = 2**63 - 1
"""The time of what does not happen."""

LOOK_AHEAD = 3 * DAY
"""Most calendars open again within a weekend."""


class Rows(NamedTuple):
    """Changes in order of (time, number of the timetable): a column each, int64, of one length."""

    time: Ints
    """In ms: after time 0, or within one kind of day after midnight."""
    number: Ints
    value: Ints
    """In force from then on."""
    was: Ints
    """In force until then."""


class Changes:
    """The changes of timetables of one calendar, numbered in the order given (rotas first, then calendars)."""

    def __init__(self, timetables: Sequence[Timetable]) -> None:
        self._weekly = [(at, table) for at, table in enumerate(timetables)
                        if not (table.rota.steps or _stays(table))]  # fmt: skip
        self._steps = _listed(timetables)
        self._days: dict[tuple[int, int], Rows] = {}
        self._kinds: dict[tuple[int, ...], Rows] = {}
        by_month = list(zip(*(table.rota.by_month for _, table in self._weekly), strict=True))
        self._like_month = [by_month.index(values) for values in by_month]
        """The first month in which all timetables have what they have in each month."""

    def between(self, begin: int, end: int) -> Rows:
        """The changes at `begin` or later and before `end` (ms). Those after a run's start begin 1 ms after it."""
        listed = _inside(self._steps, begin, end)
        if not self._weekly:
            return listed
        days = range(begin // DAY, max(-(-end // DAY), begin // DAY + 1))
        found = [self.of_day(day) for day in days]
        midnights = np.repeat(np.array(days, np.int64) * DAY, [len(rows.time) for rows in found])
        rows = Rows(*(np.concatenate(column) for column in zip(*found, strict=True)))
        rows = _inside(rows._replace(time=rows.time + midnights), begin, end)
        if not len(listed.time):
            return rows
        both = Rows(*(np.concatenate(columns) for columns in zip(rows, listed, strict=True)))
        return _take(both, np.lexsort((both.number, both.time)))

    def of_day(self, day: int) -> Rows:
        """The changes of the weekly patterns on a day, timed from its midnight."""
        calendar = self._weekly[0][1].calendar
        key = calendar.weekday_of(day), (calendar.day_of_year + day) % YEAR_DAYS
        if key not in self._days:
            kind = (key[0], *(self._like_month[calendar.month(day - back)] for back in (0, 1)),
                    *(calendar.is_holiday(day - back) for back in (0, 1, 2)))  # fmt: skip
            if kind not in self._kinds:
                self._kinds[kind] = self._made(day)
            self._days[key] = self._kinds[kind]
        return self._days[key]

    def _made(self, day: int) -> Rows:
        rows = []
        for number, table in self._weekly:
            _, value = table.day_pattern(day - 1)[-1]
            for minute, new in table.day_pattern(day):
                if new != value:
                    rows.append((minute * MINUTE, number, new, value))
                    value = new
        return _rows(sorted(rows))


class Openings:
    """When calendars open, numbered in the order given."""

    def __init__(self, calendars: Sequence[Timetable]) -> None:
        self._calendars = calendars
        self._changes = Changes(calendars)

    def between(self, begin: int, end: int) -> tuple[Ints, Ints]:
        """The instants (ms) at which each calendar opens from `begin` on and before `end`, then its next after that.

        The next is `end` itself if it is open then, and `NEVER` if it never opens. Returns (first, instant):
        those of calendar c are `instant[first[c] : first[c + 1]]`, in order; never empty.
        """
        rows = self._changes.between(begin, end + LOOK_AHEAD)
        until = int(np.searchsorted(rows.time, end))
        opens = np.flatnonzero((rows.was[:until] <= 0) & (rows.value[:until] > 0))
        number = np.concatenate([rows.number[opens], np.arange(len(self._calendars))])
        instant = np.concatenate([rows.time[opens], self._next(end, _take(rows, slice(until, None)))])
        order = np.argsort(number, kind="stable")
        first = np.searchsorted(number[order], np.arange(len(self._calendars) + 1))
        return first, instant[order]

    def _next(self, time: int, ahead: Rows) -> Ints:
        """The first opening of each calendar at or after a time, of which the next few days' changes tell most."""
        still_open = (ahead.was > 0) & (ahead.time > time)
        told = np.where(still_open, time, np.where(ahead.value > 0, ahead.time, NEVER))
        coming = np.full(len(self._calendars), NEVER, np.int64)
        coming[ahead.number[::-1]] = told[::-1]  # the first change of each is written last
        for at in np.flatnonzero(coming == NEVER).tolist():
            opens = self._calendars[at].next_open(time)
            coming[at] = NEVER if opens is None else opens
        return coming


def _stays(table: Timetable) -> bool:
    """Is it plain that a weekly timetable has one value at all times? Most capacities do, and need not be asked."""
    rota = table.rota
    whole_days = all((line.start_minute, line.end_minute) == (0, DAY_MINUTES) for line in rota.lines)
    if not whole_days or len(set(rota.by_month)) > 1:
        return False
    on = [[line.value for line in rota.lines if day in line.days] for day in range(HOLIDAY + 1)]
    return all(values == on[0] for values in (on if on[HOLIDAY] else on[:HOLIDAY]))


def _listed(timetables: Sequence[Timetable]) -> Rows:
    """Every step that timetables list."""
    rows = []
    for number, table in enumerate(timetables):
        value = 0
        for when, new in table.rota.steps:
            rows.append((when, number, new, value))
            value = new
    return _rows(sorted(rows, key=lambda row: row[:2]))


def _rows(rows: Sequence[tuple[int, int, int, int]]) -> Rows:
    return Rows(*np.array(rows, np.int64).reshape(-1, 4).T.copy())


def _take(rows: Rows, which: Ints | slice) -> Rows:
    return Rows(*(column[which] for column in rows))


def _inside(rows: Rows, begin: int, end: int) -> Rows:
    if not len(rows.time):
        return rows
    first, last = np.searchsorted(rows.time, (begin, end))
    return _take(rows, slice(first, last))
