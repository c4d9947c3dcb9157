"""One tally in some weeks, its keys taken apart once however many formulas and groups ask for it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from flowsim.pathway.formulas import Where, names_of
from flowsim.records.bins import BINS
from flowsim.records.layout import WEEK_SPAN, WEEK_ZERO, Layout
from flowsim.records.sparse import Sparse

Ints = NDArray[np.int64]
Chosen = NDArray[np.bool_]


class Part:
    """The keys and values of one tally from one week to before another: they stand together, since keys are sorted.

    `unit` is how many keys a cell has: one, or as many as there are bins.
    """

    def __init__(self, layout: Layout, table: Sparse, row: int, weeks: range, unit: int = 1) -> None:
        week = row * WEEK_SPAN + WEEK_ZERO
        edges = np.array([week + weeks.start, week + weeks.stop], np.int64) * layout.cells * unit
        first, last = np.searchsorted(table.keys, edges)
        self.layout = layout
        self.keys = table.keys[first:last]
        self.values = table.values[first:last]
        self.unit = unit
        self._columns: dict[int, NDArray[np.float64]] = {}
        self._digits: dict[str, Ints] = {}
        self._chosen: dict[tuple[tuple[str, str | tuple[str, ...]], ...], Chosen] = {}

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def week(self) -> Ints:
        """The week of each key."""
        return self._parts[1]

    @cached_property
    def bins(self) -> Ints:
        """The bin of each key of a histogram."""
        return self.keys % BINS

    @cached_property
    def _parts(self) -> tuple[Ints, Ints, Ints]:
        return self.layout.parts(self.keys // self.unit)

    def column(self, number: int) -> NDArray[np.float64]:
        """A column of the values, whole numbers below 2**53."""
        if number not in self._columns:
            self._columns[number] = self.values[:, number].astype(np.float64)
        return self._columns[number]

    def digit(self, name: str) -> Ints:
        """The value that each key has for an attribute; -1 where the tally is not split by it."""
        if name not in self._digits:
            self._digits[name] = self.layout.digit(self._parts[2], name)
        return self._digits[name]

    def chosen(self, where: Where) -> Chosen | slice:
        """The keys of who is in `where`, as an index."""
        if not where:
            return slice(None)
        asked = tuple(where.items())
        if asked not in self._chosen:
            found = np.ones(len(self), np.bool_)
            for name, wanted in asked:
                values = dict(self.layout.axes).get(name, ())
                is_wanted = np.array([*(value in names_of(wanted) for value in values), False])
                found &= is_wanted[self.digit(name)]  # -1, not told apart, is the last one
            self._chosen[asked] = found
        return self._chosen[asked]
