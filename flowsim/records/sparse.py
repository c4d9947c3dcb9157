"""Counts kept only where there are any, on a sheet for each week, and added up exactly.

The sheets of a run longer than a year are packed: numbers that stand together differ little, so a sheet shrinks to a
tenth, nothing is lost, and memory hardly grows with the years.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from flowsim.records.compiled import called
from flowsim.records.layout import WEEK_SPAN, WEEK_ZERO
from flowsim.sampling.block import Block

Ints = NDArray[np.int64]

OFTEN = 2**32 - 1
"""The half of a word that says how often; the other half says what."""
NOTHING = np.zeros(0, np.int64)


@called
def add_sheet(words: Any, totals: Any, rows: int, columns: int, sums: Any) -> None:
    """Add the rows of a sheet to the sums of each thing."""
    for row in range(rows):
        at = (words[row] >> 32) * columns
        sums[at] += words[row] & 0xFFFFFFFF
        if columns > 1:
            sums[at + 1] += totals[row]


@dataclass(frozen=True, eq=False)
class Sheet:
    """What was counted in a week: words (thing times 2**32, plus how often), and the total of each word or nothing."""

    week: int
    words: Ints
    totals: Ints
    packed: bytes = b""

    def pack(self) -> Sheet:
        """The same in a tenth of the room."""
        if self.packed or not len(self.words):
            return self
        order = np.argsort(self.words)
        words = self.words[order]
        numbers = [np.diff(words >> 32, prepend=0), words & OFTEN]
        if len(self.totals):
            numbers.append(self.totals[order])
        # The lowest byte of every number, then the next of every number, and so on: most of them are zero.
        planes = np.stack(numbers).astype("<i8").view(np.uint8).reshape(-1, 8).T
        packed = len(words).to_bytes(8, "little") + zlib.compress(planes.tobytes(), level=4)
        return Sheet(self.week, NOTHING, NOTHING, packed)

    def open(self) -> Sheet:
        """The same, to be read."""
        if not self.packed:
            return self
        planes = np.frombuffer(zlib.decompress(self.packed[8:]), np.uint8).reshape(8, -1)
        numbers = (
            np.ascontiguousarray(planes.T).view("<i8").reshape(-1, int.from_bytes(self.packed[:8], "little"))
        )
        words = (np.cumsum(numbers[0]) << 32) + numbers[1]
        return Sheet(self.week, words, numbers[2] if len(numbers) > 2 else NOTHING)


@dataclass(frozen=True, eq=False)
class Sparse:
    """How often each thing was counted in each week; with two columns, the sum of some number too.

    A thing is a number below `span` (a cell, or cell and bin) of a tally: tally * `span` + number.
    """

    span: int
    columns: int
    things: Ints
    sheets: tuple[Sheet, ...]

    @staticmethod
    def of(keys: Ints, values: Ints, span: int) -> Sparse:
        """From keys of tally, week and number, as in `Layout.key`, and a row of values for each."""
        rest, number = np.divmod(keys, span)
        tally, week = np.divmod(rest, WEEK_SPAN)
        things, thing = np.unique(tally * span + number, return_inverse=True)
        columns = values.shape[1]
        sheets = []
        for one in np.unique(week):
            mine = week == one
            totals = values[mine, 1] if columns > 1 else NOTHING
            sheets.append(Sheet(int(one) - WEEK_ZERO, (thing[mine] << 32) + values[mine, 0], totals))
        return Sparse(span, columns, things, tuple(sheets))

    @cached_property
    def order(self) -> Ints:
        """The things by size: those of one tally stand together."""
        return np.argsort(self.things)

    @cached_property
    def in_order(self) -> Ints:
        """The things by size."""
        return np.asarray(self.things[self.order])

    def of_tally(self, tally: int) -> slice:
        """Where the things of a tally stand among the sorted ones."""
        first, last = np.searchsorted(self.in_order, (tally * self.span, (tally + 1) * self.span))
        return slice(int(first), int(last))

    def added_up(self, weeks: range) -> Ints:
        """For each of the sorted things, how often (and the sum) in these weeks together."""
        sums = np.zeros((len(self.things), self.columns), np.int64)
        for sheet in self.sheets:
            if sheet.week in weeks:
                read = sheet.open()
                add_sheet(Block(read.words), Block(read.totals), len(read.words), self.columns, Block(sums))
        return np.asarray(sums[self.order])

    def week_by_week(self, tally: int, weeks: range) -> tuple[Ints, Ints, Ints]:
        """Of one tally: things, weeks and rows of values."""
        chosen = np.zeros(len(self.things), np.bool_)
        chosen[self.order[self.of_tally(tally)]] = True
        return self._rows((sheet for sheet in self.sheets if sheet.week in weeks), chosen)

    def _rows(
        self, sheets: Iterable[Sheet], chosen: NDArray[np.bool_] | None = None
    ) -> tuple[Ints, Ints, Ints]:
        things, weeks, values = [NOTHING], [NOTHING], [np.zeros((0, self.columns), np.int64)]
        for sheet in sheets:
            read = sheet.open()
            mine = slice(None) if chosen is None else chosen[read.words >> 32]
            words = read.words[mine]
            things.append(self.things[words >> 32])
            weeks.append(np.full(len(words), sheet.week, np.int64))
            columns = (words & OFTEN, read.totals[mine]) if self.columns > 1 else (words & OFTEN,)
            values.append(np.column_stack(columns))
        return np.concatenate(things), np.concatenate(weeks), np.concatenate(values)

    def as_rows(self) -> tuple[Ints, Ints]:
        """Sorted keys of tally, week and number, as in `Layout.key`, and a row of values for each: however it was kept."""
        things, weeks, values = self._rows(self.sheets)
        tally, number = np.divmod(things, self.span)
        keys = (tally * WEEK_SPAN + weeks + WEEK_ZERO) * self.span + number
        order = np.argsort(keys, kind="stable")
        keys = keys[order]
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        return keys[first], np.add.reduceat(values[order], first, axis=0) if len(first) else values

    @property
    def keys(self) -> Ints:
        """The keys of `as_rows`."""
        return self.as_rows()[0]

    @property
    def values(self) -> Ints:
        """The values of `as_rows`."""
        return self.as_rows()[1]

    def __add__(self, other: Sparse) -> Sparse:
        (keys, values), (more_keys, more_values) = self.as_rows(), other.as_rows()
        return Sparse.of(np.concatenate((keys, more_keys)), np.concatenate((values, more_values)), self.span)
