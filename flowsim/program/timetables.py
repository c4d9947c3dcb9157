"""Rotas and opening hours, unrolled from the week's pattern into moments of change."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, count
from operator import itemgetter

from flowsim.inputs.values import Rota

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
DAY_MINUTES = 24 * 60
YEAR_DAYS = 365
HOLIDAY = 7
"""The eighth day of the week: lines that say `holidays`."""

MONTH_LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
MONTH_OF_DAY = tuple(month for month, length in enumerate(MONTH_LENGTHS) for _ in range(length))
FIRST_DAY = tuple(sum(MONTH_LENGTHS[:month]) for month in range(12))


@dataclass(frozen=True)
class Calendar:
    """The calendar of a program: where time 0 stands in the week and in the 365-day year."""

    weekday: int
    day_of_year: int
    holidays: frozenset[tuple[int, int]]

    def month(self, day: int) -> int:
        """Month (0 to 11) of a day counted from time 0."""
        return MONTH_OF_DAY[(self.day_of_year + day) % YEAR_DAYS]

    def is_holiday(self, day: int) -> bool:
        """Is it one of the config's holidays?"""
        of_year = (self.day_of_year + day) % YEAR_DAYS
        month = MONTH_OF_DAY[of_year]
        return (month + 1, of_year - FIRST_DAY[month] + 1) in self.holidays

    def weekday_of(self, day: int) -> int:
        """Day of the week, Monday 0."""
        return (self.weekday + day) % 7


@dataclass(frozen=True)
class Timetable:
    """A value that changes with the hour of the week, holidays and months: a capacity, or open (1) and shut (0)."""

    rota: Rota
    calendar: Calendar

    def day_pattern(self, day: int) -> list[tuple[int, int]]:
        """(minute, value from then on) of one day from minute 0, lines that began the day before included."""
        calendar = self.calendar
        extra = self.rota.by_month[calendar.month(day)]
        kind = calendar.weekday_of(day), self._is_holiday(day), self._is_holiday(day - 1), extra
        if kind not in self._patterns:
            changes = {0: extra}
            for start, end, value in self._spans(day):
                changes[start] = changes.get(start, 0) + value
                changes[end] = changes.get(end, 0) - value
            minutes = sorted(minute for minute in changes if minute < DAY_MINUTES)
            values = accumulate(changes[minute] for minute in minutes)
            self._patterns[kind] = [
                (minute, max(0, value)) for minute, value in zip(minutes, values, strict=True)
            ]
        return self._patterns[kind]

    @cached_property
    def _patterns(self) -> dict[tuple[int, bool, bool, int], list[tuple[int, int]]]:
        return {}

    @cached_property
    def _has_holiday_lines(self) -> bool:
        return any(HOLIDAY in line.days for line in self.rota.lines)

    def _is_holiday(self, day: int) -> bool:
        return self._has_holiday_lines and self.calendar.is_holiday(day)

    def _spans(self, day: int) -> Iterator[tuple[int, int, int]]:
        for line in self.rota.lines:
            wraps = line.end_minute <= line.start_minute
            if self._applies(line.days, day):
                yield line.start_minute, DAY_MINUTES if wraps else line.end_minute, line.value
            if wraps and line.end_minute > 0 and self._applies(line.days, day - 1):
                yield 0, line.end_minute, line.value

    def _applies(self, days: frozenset[int], day: int) -> bool:
        return (HOLIDAY if self._is_holiday(day) else self.calendar.weekday_of(day)) in days

    def value_at(self, time: int) -> int:
        """The value in force at a time in ms (changes at that instant included)."""
        if self.rota.steps:
            at = bisect_right(self.rota.steps, time, key=itemgetter(0)) - 1
            return self.rota.steps[at][1] if at >= 0 else 0
        day, within = divmod(time, DAY)
        return next(value for minute, value in reversed(self.day_pattern(day)) if minute * MINUTE <= within)

    def changes(self, start: int, until: int) -> Iterator[tuple[int, int]]:
        """(time, new value) of every change after `start` and before `until`, in order."""
        if self.rota.steps:
            yield from ((when, value) for when, value in self.rota.steps if start < when < until)
            return
        value = self.value_at(start)
        for day in range(start // DAY, -(-until // DAY)):
            for minute, new in self.day_pattern(day):
                time = day * DAY + minute * MINUTE
                if new != value and start < time < until:
                    value = new
                    yield time, value

    def next_open(self, time: int) -> int | None:
        """The first moment, at `time` or later, at which the value is above zero; None if there is none."""
        if self.value_at(time) > 0:
            return time
        if self.rota.steps:
            return next((when for when, value in self.rota.steps if when > time and value > 0), None)
        if not self._ever_opens:
            return None
        return next(
            when
            for day in count(time // DAY)
            for minute, value in self.day_pattern(day)
            if value > 0 and (when := day * DAY + minute * MINUTE) > time
        )

    @cached_property
    def _ever_opens(self) -> bool:
        """Is any value of the week's pattern above zero? Weekdays and days of the year meet anew every 7 years."""
        days = range(7 * YEAR_DAYS)
        return any(value > 0 for day in days for _, value in self.day_pattern(day))
