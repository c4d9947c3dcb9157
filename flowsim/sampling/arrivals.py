"""Who comes, and when: candidates of each calendar hour, thinned by the demand multiplier, week by week."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from flowsim.program.program import Program, SourceTable
from flowsim.program.sources import text_number
from flowsim.program.timetables import DAY, HOLIDAY, HOUR, WEEK, Calendar
from flowsim.sampling.philox import candidate_key, njit, run_key, uniform, unsigned

COUNT, PLACE, CELL, KEEP = 1, 2, 3, 4
"""The uses of a source's stream: how many in an hour; of each candidate where in it, which cell, whether kept."""

ANYWHERE = np.zeros(0, dtype=np.int64)
"""No minutes of the hour: candidates come at any millisecond of it."""


class ArrivalWeek(NamedTuple):
    """The arrivals of (part of) a week in order of (time, source name, key)."""

    time: npt.NDArray[np.int64]
    key: npt.NDArray[np.uint64]
    source: npt.NDArray[np.int16]
    attributes: npt.NDArray[np.int16]
    durations: npt.NDArray[np.int64]


@dataclass(frozen=True)
class Arrivals:
    """All first contacts of a replication from `start` to `until` (ms), drawn when asked for."""

    program: Program
    seed: int
    replication: int
    start: int
    until: int

    def weeks(self) -> Iterator[ArrivalWeek]:
        """Chunks of at most a week, in order of time. Each call draws the same again."""
        edges = [self.start, *range((self.start // WEEK + 1) * WEEK, self.until, WEEK), self.until]
        for begin, end in pairwise(edges):
            yield _week(self, begin, end)


def draw_arrivals(program: Program, seed: int, replication: int, start: int, until: int) -> Arrivals:
    """The arrivals of a replication; nothing is drawn until its weeks are asked for."""
    return Arrivals(program, seed, replication, start, until)


def _week(arrivals: Arrivals, start: int, until: int) -> ArrivalWeek:
    program = arrivals.program
    rank = {name: at for at, name in enumerate(sorted(source.name for source in program.sources))}
    parts = []
    for number, source in enumerate(program.sources):
        time, order, key, attributes, durations = _of_source(arrivals, source, start, until)
        inside = (time >= start) & (time < until)
        count = int(inside.sum())
        ranks, numbers = np.full(count, rank[source.name]), np.full(count, number, dtype=np.int16)
        parts.append(
            (time[inside], ranks, order[inside], key[inside], numbers, attributes[inside], durations[inside])
        )
    columns = [np.concatenate([part[at] for part in parts]) for at in range(7)]
    sorted_by = np.lexsort((columns[2], columns[1], columns[0]))
    times, _, _, keys, numbers, rows, drawn = (column[sorted_by] for column in columns)
    rows[:, program.attribute_index["month"]] = _months(program, times)
    return ArrivalWeek(times, keys, numbers, rows, drawn)


def _months(program: Program, time: npt.NDArray[np.int64]) -> npt.NDArray[np.int16]:
    calendar = calendar_of(program)
    days, at = np.unique(time // DAY, return_inverse=True)
    months = np.array([calendar.month(int(day)) for day in days], dtype=np.int16)
    return months[at] if len(days) else np.zeros(0, dtype=np.int16)


def calendar_of(program: Program) -> Calendar:
    """The calendar in which a program's time 0 stands."""
    return Calendar(program.start_day % 7, program.start_day_of_year, program.holidays)


def _of_source(arrivals: Arrivals, source: SourceTable, start: int, until: int) -> tuple[Any, ...]:
    columns = len(arrivals.program.trace_columns)
    if source.kind == "trace":
        order = np.arange(len(source.trace_time))
        return (
            source.trace_time,
            order,
            source.trace_key,
            source.trace_attributes.copy(),
            source.trace_durations,
        )
    drawn = _candidates(arrivals, source, start, until, extra=False)
    if source.multiplier.max() > 1:
        added = _candidates(arrivals, source, start, until, extra=True)
        drawn = tuple(np.concatenate([a, b]) for a, b in zip(drawn, added, strict=True))
    time, order, key, cell = drawn
    return time, order, key, source.attributes[cell], np.zeros((len(time), columns), dtype=np.int64)


def _candidates(
    arrivals: Arrivals, source: SourceTable, start: int, until: int, extra: bool
) -> tuple[Any, ...]:
    """Candidates kept of the calendar hours that touch [start, until): time, order of key, key, cell."""
    stream = text_number(f"source {source.name} (added)") if extra else source.stream
    key_of_run = int(run_key(arrivals.seed, arrivals.replication))
    first, last = start // HOUR, -(-until // HOUR)
    hours = np.arange(first, last, dtype=np.int64)
    calendar_hours = hours + arrivals.program.start_day * 24
    months = _months(arrivals.program, hours * HOUR)
    if source.kind == "booked":
        minutes = _booked_minutes(arrivals.program, source, hours)
        again = _times_booked_again(source) if extra else 1
        counts = np.array([again * len(of_hour) for of_hour in minutes], dtype=np.int64)
        within = np.array([minute for of_hour in minutes for minute in again * of_hour], dtype=np.int64)
    else:
        within = ANYWHERE
        counts = _poisson_counts(arrivals, source, stream, key_of_run, hours, calendar_hours, months, extra)
    keep = np.clip(source.multiplier, 0, 1)
    if extra:
        above = np.clip(source.multiplier - 1, 0, None)
        keep = above / (_times_booked_again(source) if source.kind == "booked" else above.max())
    weights = np.cumsum(source.rate, axis=1)
    total = weights[:, -1:]
    weights = weights / np.where(total > 0, total, 1)
    drawn: tuple[Any, ...] = _draw(
        key_of_run, stream, hours, calendar_hours, months, counts, weights, keep, within
    )
    return drawn


def _poisson_counts(
    arrivals: Arrivals,
    source: SourceTable,
    stream: int,
    key_of_run: int,
    hours: npt.NDArray[np.int64],
    calendar_hours: npt.NDArray[np.int64],
    months: npt.NDArray[np.int16],
    extra: bool,
) -> npt.NDArray[np.int64]:
    from scipy.stats import poisson

    rate = source.rate.sum(axis=1)[months] * source.hour_of_week[calendar_hours % 168]
    if source.holiday_factor != 1:
        calendar = calendar_of(arrivals.program)
        holiday = np.array([calendar.is_holiday(int(hour // 24)) for hour in hours])
        rate = np.where(holiday, rate * source.holiday_factor, rate)
    if extra:
        rate = rate * (source.multiplier.max() - 1)
    u = _uniforms_of_hours(key_of_run, stream, calendar_hours)
    counts: npt.NDArray[np.int64] = np.maximum(poisson.ppf(u, rate), 0).astype(np.int64)
    return counts


def _times_booked_again(source: SourceTable) -> int:
    """How many more candidates each booked place has for a multiplier above 1."""
    return math.ceil(float(source.multiplier.max()) - 1)


def _booked_minutes(program: Program, source: SourceTable, hours: npt.NDArray[np.int64]) -> list[list[int]]:
    """For each hour, the minute of the hour of each booked place, in the order of the lines."""
    calendar = calendar_of(program)
    has_holidays = any(HOLIDAY in days for days, _, _ in source.booked)
    minutes = []
    for hour in hours.tolist():
        day, of_day = divmod(hour, 24)
        kind = HOLIDAY if has_holidays and calendar.is_holiday(day) else calendar.weekday_of(day)
        minutes.append([minute % 60 for days, minute, many in source.booked
                        if kind in days and minute // 60 == of_day for _ in range(many)])  # fmt: skip
    return minutes


@njit(cache=True)
def _uniforms_of_hours(key_of_run, stream, calendar_hours):  # type: ignore[no-untyped-def]
    u = np.empty(len(calendar_hours), dtype=np.float64)
    for at in range(len(calendar_hours)):
        word = uniform(key_of_run, unsigned(calendar_hours[at]), unsigned(stream), unsigned(COUNT))
        u[at] = (float(word >> unsigned(11)) + 0.5) * 2.0**-53
    return u


@njit(cache=True)
def _draw(key_of_run, stream, hours, calendar_hours, months, counts, weights, keep, minutes):  # type: ignore[no-untyped-def]
    most = counts.sum()
    time = np.empty(most, dtype=np.int64)
    order = np.empty(most, dtype=np.int64)
    key = np.empty(most, dtype=np.uint64)
    cell = np.empty(most, dtype=np.int64)
    kept = 0
    candidate = -1
    for at in range(len(hours)):
        for k in range(counts[at]):
            candidate += 1
            who = candidate_key(stream, calendar_hours[at], k)
            row = weights[months[at]]
            u = float(uniform(key_of_run, who, unsigned(stream), unsigned(CELL)) >> unsigned(11)) * 2.0**-53
            which = min(np.searchsorted(row, u, side="right"), len(row) - 1)
            thin = (
                float(uniform(key_of_run, who, unsigned(stream), unsigned(KEEP)) >> unsigned(11)) * 2.0**-53
            )
            if thin >= keep[which]:
                continue
            if len(minutes) > 0:
                within = minutes[candidate] * 60_000
            else:
                place = uniform(key_of_run, who, unsigned(stream), unsigned(PLACE)) >> unsigned(32)
                within = np.int64((place * unsigned(3_600_000)) >> unsigned(32))
            time[kept] = hours[at] * 3_600_000 + within
            order[kept] = calendar_hours[at] * 1_000_000 + k
            key[kept] = who
            cell[kept] = which
            kept += 1
    return time[:kept], order[:kept], key[:kept], cell[:kept]
