"""Candidates of each calendar hour and source: how many, when, of which cell, and who of them comes.

Every number has its address (decision 0002), so a week can be drawn on its own. What does not depend on the seed is
worked out once for each program.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from flowsim.program.program import Program, SourceTable
from flowsim.program.sources import text_number
from flowsim.program.timetables import HOLIDAY, YEAR_DAYS, Calendar
from flowsim.sampling import drawing as of
from flowsim.sampling.block import Block
from flowsim.sampling.drawing import ADDED, UNSURE, USUAL, count_hours

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

__all__ = ["ADDED", "UNSURE", "USUAL", "counts_of_hours", "drawing_of", "laws_of_hours", "who_come"]


class Drawing(NamedTuple):
    """The sources that are drawn from (all but traces), in order of their names."""

    number: Ints
    """The source's number in the program."""
    attributes: npt.NDArray[np.int16]
    """Attribute values of each cell of each source."""
    month_attribute: int
    tables: Block
    """All that the compiled part needs; floats stand in it as the words that hold them."""


@lru_cache(maxsize=8)
def drawing_of(program: Program) -> Drawing:
    """What is needed to draw from a program's sources."""
    numbered = sorted(enumerate(program.sources), key=lambda pair: pair[1].name)
    drawn = [(number, source) for number, source in numbered if source.kind != "trace"]
    sources = [source for _, source in drawn]
    number = np.array([number for number, _ in drawn], np.int64)
    attributes = np.concatenate([np.zeros((0, len(program.attributes)), np.int16),
                                 *(source.attributes for source in sources)])  # fmt: skip
    year = Calendar(0, 0, program.holidays)
    parts = {
        of.NUMBERS: number,
        **_of_sources(sources),
        **_of_cells(sources),
        of.MONTHS: [year.month(day) for day in range(YEAR_DAYS)],
        of.HOLIDAYS: [year.is_holiday(day) for day in range(YEAR_DAYS)],
    }
    numbers = {
        of.SOURCES: len(sources),
        of.CELLS: len(attributes),
        of.ALL_GUESSES: sum(2 ** _guess_bits(source) for source in sources),
        of.START_DAY: program.start_day,
        of.START_DAY_OF_YEAR: program.start_day_of_year,
    }
    tables = _laid_out(parts, numbers)
    return Drawing(number, attributes, program.attribute_index["month"], Block(tables))


def _laid_out(parts: dict[int, Any], numbers: dict[int, int]) -> Ints:
    """One table after another; the head says where each begins, and has the single numbers."""
    columns = {name: np.asarray(part).ravel() for name, part in parts.items()}
    at, head = of.HEAD, np.zeros(of.HEAD, np.int64)
    for name, column in columns.items():
        head[name], at = at, at + len(column)
    head[list(numbers)] = list(numbers.values())
    words = (column.view(np.int64) if column.dtype == np.float64 else column for column in columns.values())
    return np.concatenate([head, *words]).astype(np.int64)


def _of_sources(sources: Sequence[SourceTable]) -> dict[int, Any]:
    """Tables with a row for each source: of all, then of booked lists."""
    rates = [source.rate.sum(axis=1) for source in sources]
    booked, minutes = _booked(sources)
    return {
        # Usual and added candidates each have a stream.
        of.STREAMS: np.array([[source.stream for source in sources],
                              [text_number(f"source {source.name} (added)") for source in sources]], np.int64),
        of.IS_BOOKED: np.array([source.kind != "poisson" for source in sources], np.int64),
        # Expected candidates an hour at an average hour of the week, for each month.
        of.RATES: np.array(rates, np.float64).reshape(-1, 12).T,
        of.HOURS_OF_WEEK: np.array([source.hour_of_week for source in sources], np.float64),
        of.HOLIDAY_FACTORS: np.array([source.holiday_factor for source in sources], np.float64),
        # By how much the largest multiplier is above 1.
        of.ABOVE: np.array([max(0.0, source.multiplier.max() - 1) for source in sources], np.float64),
        # For each of 8 kinds of day and each hour, where its places among the minutes begin and end.
        of.BOOKED: booked,
        of.MINUTES: minutes,
        of.AGAIN: np.array([_times_again(source) for source in sources], np.int64),
        of.HAS_HOLIDAYS: np.array([_has_holidays(source) for source in sources], np.int64),
    }  # fmt: skip


def _of_cells(sources: Sequence[SourceTable]) -> dict[int, Any]:
    """Tables with a row for each cell of each source."""
    bits = [_guess_bits(source) for source in sources]
    firsts = np.cumsum([0, *(len(source.attributes) for source in sources)], dtype=np.int64)
    upto = [_cumulative(source.rate) for source in sources]
    guesses = [first + np.minimum(_guesses(shares, by), shares.shape[1] - 1)
               for first, shares, by in zip(firsts, upto, bits, strict=False)]  # fmt: skip
    for shares in upto:
        shares[:, -1] = 1.0  # above every uniform: the last cell takes what rounding has left
    return {
        of.FIRST_CELL: firsts,
        # Shares of the source's cells, added up, for each month.
        of.UPTO: np.concatenate([np.zeros((12, 0), np.int64), *map(_limit, upto)], axis=1),
        of.FIRST_GUESS: np.cumsum([0, *(2**by for by in bits)], dtype=np.int64),
        of.GUESS_BITS: np.array(bits, np.int64),
        # The first cell that a uniform with these first bits can fall into, for each month.
        of.GUESSES: np.concatenate([np.zeros((12, 0), np.int64), *guesses], axis=1),
        # The probability to come, of usual and added candidates.
        of.KEPT: _limit(np.concatenate([np.zeros((2, 0)), *map(_keep, sources)], axis=1)),
    }


def _limit(probability: Floats) -> Ints:
    """What a uniform of 53 bits has to be below, for an event of this probability."""
    return np.asarray(np.ceil(probability * 2.0**53), np.int64)


def _guess_bits(source: SourceTable) -> int:
    return max(1, (len(source.attributes) - 1).bit_length())


def _cumulative(rate: Floats) -> Floats:
    upto = np.cumsum(rate, axis=1)
    total = upto[:, -1:]
    return np.asarray(upto / np.where(total > 0, total, 1), np.float64)


def _guesses(upto: Floats, bits: int) -> npt.NDArray[np.int32]:
    begins = np.arange(2**bits) / 2**bits
    return np.array([np.searchsorted(row, begins, side="right") for row in upto], np.int32)


def _keep(source: SourceTable) -> Floats:
    above = np.clip(source.multiplier - 1, 0, None)
    most = _times_again(source) if source.kind == "booked" else above.max()
    return np.stack([np.clip(source.multiplier, 0, 1), above / (most if most > 0 else 1)])


def _times_again(source: SourceTable) -> int:
    return max(0, math.ceil(float(source.multiplier.max()) - 1))


def _has_holidays(source: SourceTable) -> bool:
    return any(HOLIDAY in days for days, _, _ in source.booked)


def _booked(sources: Sequence[SourceTable]) -> tuple[Ints, Ints]:
    """`Drawing.booked` and `Drawing.minute`: the places of an hour stand in the order of the lines."""
    edges = np.zeros((len(sources), HOLIDAY + 1, 24, 2), np.int64)
    minutes: list[int] = []
    for at, kind, hour in np.ndindex(edges.shape[:3]):
        edges[at, kind, hour, 0] = len(minutes)
        minutes += [minute % 60 for days, minute, many in sources[at].booked
                    if kind in days and minute // 60 == hour for _ in range(many)]  # fmt: skip
        edges[at, kind, hour, 1] = len(minutes)
    return edges, np.array(minutes, np.int64)


def counts_of_hours(drawing: Drawing, run: int, first: int, last: int) -> Ints:
    """Usual and added candidates of each source in hours [first, last) after time 0; shape [2, sources, hours]."""
    counts, u, rate = laws_of_hours(drawing, run, first, last)
    unsure = counts == UNSURE
    if unsure.any():
        from scipy.special import pdtr, pdtrik

        upper = np.ceil(pdtrik(u[unsure], rate[unsure]))
        lower = np.maximum(upper - 1, 0)
        counts[unsure] = np.where(pdtr(lower, rate[unsure]) >= u[unsure], lower, upper)
    return counts


def laws_of_hours(drawing: Drawing, run: int, first: int, last: int) -> tuple[Ints, Floats, Floats]:
    """The same as far as it is sure, and the uniform and the Poisson rate that each count is the quantile of."""
    shape = (2, len(drawing.number), last - first)
    laws = np.zeros((3, *shape), np.int64)
    count_hours(drawing.tables, Block(laws), Block(np.empty((2, *shape), np.int64)), run, first, last - first)
    return laws[of.LAW], laws[of.UNIFORM].view(np.float64), laws[of.RATE].view(np.float64)


class Coming(NamedTuple):
    """The candidates who come, in order of (time, source name, key)."""

    time: Ints
    key: npt.NDArray[np.uint64]
    source: npt.NDArray[np.int16]
    attributes: npt.NDArray[np.int16]


def who_come(drawing: Drawing, run: int, start: int, until: int) -> Coming:
    """The candidates of [start, until) who come."""
    first, last = start // of.HOUR, -(-until // of.HOUR)
    counts = counts_of_hours(drawing, run, first, last)
    most, room = int(counts.sum()), 1 + int(counts.sum(axis=(0, 1)).max(initial=0))
    found = np.empty((of.FOUND, most), np.int64)
    scratch = Block(np.empty((of.COLUMNS, room), np.int64))
    many = of.draw_hours(
        drawing.tables,
        Block(counts),
        scratch,
        room,
        Block(found),
        most,
        run,
        first,
        last - first,
        start,
        until,
    )
    time, key, source, cell, month = found[:, :many]
    attributes = drawing.attributes.take(cell, axis=0)
    attributes[:, drawing.month_attribute] = month
    return Coming(time, key.view(np.uint64), source.astype(np.int16), attributes)
