"""Who comes, and when: candidates of each calendar hour, thinned by the demand multiplier, week by week."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from flowsim.program.program import Program
from flowsim.program.timetables import DAY, WEEK, Calendar
from flowsim.sampling.candidates import drawing_of, who_come
from flowsim.sampling.philox import run_key

WEEKS_KEPT = 4
MOST_WEEKS = 8
FEW = 8_192
"""Arrivals; while a chunk has fewer, the next is of more weeks: each chunk costs about as much as a thousand arrivals."""


class ArrivalWeek(NamedTuple):
    """The arrivals of some weeks in order of (time, source name, key). Several may read it; nobody changes it."""

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
        """Chunks of a week, or of up to eight where few come, in order of time. Each call gives the same again.

        The last few are kept, so whoever follows a little behind another does not draw them anew.
        """
        begin, weeks = self.start, 1
        for at in count():
            end = min((begin // WEEK + weeks) * WEEK, self.until)
            kept = self._kept[at % WEEKS_KEPT]
            if kept is None or kept[0] != begin:
                kept = self._kept[at % WEEKS_KEPT] = (begin, _week(self, begin, end))
            yield kept[1]
            if end >= self.until:
                return
            begin, weeks = end, _next_length(weeks, len(kept[1].time))

    @cached_property
    def _kept(self) -> list[tuple[int, ArrivalWeek] | None]:
        """The last weeks that were drawn, each with its beginning; a place is only ever written whole."""
        return [None] * WEEKS_KEPT


def draw_arrivals(program: Program, seed: int, replication: int, start: int, until: int) -> Arrivals:
    """The arrivals of a replication; nothing is drawn until its weeks are asked for."""
    return Arrivals(program, seed, replication, start, until)


def calendar_of(program: Program) -> Calendar:
    """The calendar in which a program's time 0 stands."""
    return Calendar(program.start_day % 7, program.start_day_of_year, program.holidays)


def _next_length(weeks: int, came: int) -> int:
    """How many weeks at once, after so many arrivals in so many weeks."""
    if came <= FEW // 2:
        return min(2 * weeks, MOST_WEEKS)
    return weeks if came <= FEW else max(1, weeks // 2)


def _week(arrivals: Arrivals, start: int, until: int) -> ArrivalWeek:
    program = arrivals.program
    drawing, run = drawing_of(program), int(run_key(arrivals.seed, arrivals.replication))
    time, key, source, attributes = who_come(drawing, run, start, until)
    durations = np.zeros((len(time), len(program.trace_columns)), dtype=np.int64)
    return _with_traces(program, ArrivalWeek(time, key, source, attributes, durations), start, until)


def _with_traces(program: Program, drawn: ArrivalWeek, start: int, until: int) -> ArrivalWeek:
    """The arrivals of all traces put among those that were drawn."""
    parts = [drawn]
    for number, source in enumerate(program.sources):
        inside = (source.trace_time >= start) & (source.trace_time < until)
        if inside.any():
            time, attributes = source.trace_time[inside], source.trace_attributes[inside]
            attributes[:, program.attribute_index["month"]] = _months(program, time)
            of = np.full(len(time), number, dtype=np.int16)
            parts.append(
                ArrivalWeek(time, source.trace_key[inside], of, attributes, source.trace_durations[inside])
            )
    if len(parts) == 1:
        return drawn
    columns: list[Any] = [np.concatenate(column) for column in zip(*parts, strict=True)]
    whole = ArrivalWeek(*columns)
    rank = np.argsort(np.argsort([source.name for source in program.sources]))
    order = np.lexsort((rank[whole.source], whole.time))
    return ArrivalWeek(*(column[order] for column in columns))


def _months(program: Program, time: npt.NDArray[np.int64]) -> npt.NDArray[np.int16]:
    calendar = calendar_of(program)
    days, at = np.unique(time // DAY, return_inverse=True)
    return np.array([calendar.month(int(day)) for day in days], dtype=np.int16)[at]
